"""A door for tests: the demo's contract and landing folder, a lake, a vault, a recorder into memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from ingestion.contract import Contract
from ingestion.load import load
from ingestion.odcs import read_contract
from ingestion.outcome import LoadOutcome
from lakehouse.lake import Lake
from lakehouse.vault import FileVault, MemoryVault, Vault
from lakeproof.demo.landing import Landing, write_landing
from lineage.emitter import MemoryEmitter
from lineage.names import TableName, TableVersion
from lineage.recorder import Environment, Recorder

CONTRACT = Path(__file__).parents[2] / "ingestion" / "contracts" / "loan_applications.odcs.yaml"
ROWS = TableName(schema="bronze", table="loan_applications")
APPLICANTS = TableName(schema="bronze", table="applicants")
QUARANTINE = TableName(schema="bronze", table="quarantine")
TABLES = (QUARANTINE, APPLICANTS, ROWS)


@dataclass(kw_only=True)
class Door:
    """One home's door. `events` are those emitted, as JSON."""

    home: Path
    landing: Landing
    vault: Vault
    contract: Contract = field(default_factory=lambda: read_contract(CONTRACT))
    emitter: MemoryEmitter = field(default_factory=MemoryEmitter)

    def __post_init__(self) -> None:
        self.lake = Lake(self.home / "lake")
        moments, ids = count(), count(1)
        self.recorder = Recorder(
            self.emitter,
            actor="ann",
            environment=Environment(code="c0ffee", lock_sha256="0" * 64, python="3.11", platform="test"),
            clock=lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(moments)),
            new_id=lambda: UUID(int=next(ids)),
        )

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.emitter.events

    def load(self, source: Path, *, correction: str | None = None) -> LoadOutcome:
        return load(
            self.contract,
            source,
            lake=self.lake,
            vault=self.vault,
            recorder=self.recorder,
            correction=correction,
        )

    def newest(self) -> dict[TableName, int]:
        """Each table's newest version; a table that is not there is left out."""
        return {table: self.lake.newest(table).version for table in TABLES if self.lake.exists(table)}

    def rows(
        self, table: TableName, *, month: str | None = None, version: int | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a table as dictionaries, ordered by all that is in them."""
        at = self.lake.newest(table) if version is None else TableVersion(table=table, version=version)
        where = None if month is None else f"drop_month = '{month}'"
        rows: list[dict[str, Any]] = self.lake.read(at, where=where).to_pylist()
        return sorted(rows, key=str)


@contextmanager
def open_door(home: Path, *, on_disk: bool = False) -> Iterator[Door]:
    """A door with the whole landing folder written; the vault in memory, or as a home has it."""
    landing = write_landing(home / "landing")
    if not on_disk:
        yield Door(home=home, landing=landing, vault=MemoryVault())
        return
    vault = FileVault.of_home(home)
    try:
        yield Door(home=home, landing=landing, vault=vault)
    finally:
        vault.close()
