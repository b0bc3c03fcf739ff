"""A copy of the audited home, for a test that writes to its record."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

from catalog.catalog import Catalog
from tests.support.audited import AuditedHome


@contextmanager
def copied(home: AuditedHome, to: Path) -> Iterator[AuditedHome]:
    """The same in the folder `to`, which is made."""
    other = copy(home)
    other.root = shutil.copytree(home.root, to)
    with Catalog.open(to, clock=home.clock) as other.catalog:
        yield other
