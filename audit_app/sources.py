"""What every question reads from: the record and the lake. Questions change neither."""

from dataclasses import dataclass, replace

from catalog.catalog import Catalog
from lakehouse.glance import Glance
from lakehouse.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Both opened by whoever asks, and closed by them."""

    catalog: Catalog
    lake: Lake

    def glance(self) -> "Sources":
        """The same for one question: each table version is opened once, whatever happens to it meanwhile."""
        return replace(self, lake=Glance(self.lake.root))
