"""What every question reads from: the record and the lake. Questions change neither."""

from dataclasses import dataclass

from catalog.catalog import Catalog
from lakehouse.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Both opened by whoever asks, and closed by them."""

    catalog: Catalog
    lake: Lake
