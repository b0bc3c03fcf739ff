"""A delivery's slice of the contract's tables: what is in it, and writing it, each table once per run.

The only module of this room that reads and writes tables.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from ingestion.contract import Contract, Target
from ingestion.delivery import Runs
from ingestion.tables import specs
from lakehouse.lake import Commit, Lake
from lakehouse.tables import TableSpec, create_table
from lakehouse.writes import append, replace_slice, written_by
from lineage.names import RunId, TableVersion
from lineage.recorder import RunInProgress

_CREATED = "CREATE TABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """The slice in one table: whose rows it has; this file's runs' commits of rows."""

    exists: bool = False
    holders: frozenset[str] = frozenset()
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceState:
    """The slice in all tables."""

    tables: Mapping[Target, TableState]

    @property
    def holders(self) -> set[str]:
        return {holder for state in self.tables.values() for holder in state.holders}

    @property
    def committed(self) -> set[RunId]:
        return {commit.run for state in self.tables.values() for commit in state.commits if commit.run}

    def because(self, run: RunId) -> str | None:
        """Why the run corrected the slice, as its first commit says; None if none says so."""
        for state in self.tables.values():
            for commit in state.commits:
                if commit.run == run and commit.claimed is not None:
                    because = json.loads(commit.claimed).get("because")
                    return None if because is None else str(because)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The rows of one delivery, in a lake."""

    contract: Contract
    key: str
    lake: Lake
    declared: Mapping[Target, TableSpec]

    @classmethod
    def of(cls, contract: Contract, key: str, lake: Lake) -> "Slice":
        """Raise NotFound on a retention class that does not exist."""
        return cls(contract=contract, key=key, lake=lake, declared=specs(contract))

    @property
    def where(self) -> str:
        """The slice as a SQL condition."""
        quoted = self.key.replace("'", "''")
        return f"{self.contract.delivery.key} = '{quoted}'"

    def state(self, runs: Runs) -> SliceState:
        return SliceState(tables={target: self._state_of(target, runs) for target in self.contract.targets})

    def _state_of(self, target: Target, runs: Runs) -> TableState:
        if not self.lake.exists(target.table):
            return TableState()
        history = self.lake.history(target.table)
        newest = TableVersion(table=target.table, version=history[-1].version)
        rows = self.lake.read(newest, columns=["load_id"], where=self.where)
        return TableState(
            exists=True,
            holders=frozenset(rows["load_id"].to_pylist()),
            commits=tuple(
                commit
                for commit in history
                if commit.run in (runs.first, runs.correction) and commit.operation != _CREATED
            ),
        )

    def subjects(self, target: Target, run: RunId) -> set[str]:
        """The subjects of a run's rows in one table."""
        where = f"{self.where} and load_id = '{run}'"
        rows = self.lake.read(self.lake.newest(target.table), columns=["subject_ref"], where=where)
        return set(rows["subject_ref"].to_pylist())

    def write(
        self, run: RunInProgress, target: Target, data: pa.Table, *, once: str, because: str | None
    ) -> None:
        """Write a run's rows to one table unless it did before; with a `because`, in place of the slice."""
        if not self.lake.exists(target.table):
            create_table(self.lake, self.declared[target], run.binding)
        if because is not None:
            binding = json.dumps({**json.loads(run.binding), "because": because}, sort_keys=True)
            replace_slice(self.lake, target.table, data, where=self.where, binding=binding, once=(once, 1))
        elif data.num_rows:
            append(self.lake, target.table, data, binding=run.binding, once=(once, 1))

    def written(self, run: RunId) -> dict[Target, tuple[TableVersion, ...]]:
        """The run's commits by table, oldest first."""
        return {target: written_by(self.lake, target.table, run) for target in self.contract.targets}
