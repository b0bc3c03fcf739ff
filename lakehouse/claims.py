"""Claims on the past: which table versions must stay readable, and who says so; port and memory twin."""

from dataclasses import dataclass
from typing import Protocol

from lineage.names import TableName, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Claim:
    """`by` cites or ordered it (a run, a model, a person); `why` is for people."""

    version: TableVersion
    by: str
    why: str


class Claims(Protocol):
    """Where pins and holds are kept. Claiming twice is one claim."""

    def pin(self, version: TableVersion, by: str, why: str) -> None: ...

    def pins(self, table: TableName) -> tuple[Claim, ...]:
        """Sorted by version, then by whom."""


class MemoryClaims:
    """The in-memory twin."""

    def __init__(self) -> None:
        self._claims: set[Claim] = set()

    def pin(self, version: TableVersion, by: str, why: str) -> None:
        self._claims.add(Claim(version=version, by=by, why=why))

    def pins(self, table: TableName) -> tuple[Claim, ...]:
        return tuple(sorted(claim for claim in self._claims if claim.version.table == table))
