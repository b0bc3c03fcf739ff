"""Read Delta tables at exact versions with delta-rs, without a JVM. Nothing is written here.

Reads go through delta-rs's QueryBuilder: its pyarrow reader refuses deletion vectors, and aborts when the
interpreter shuts down.
"""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from deltalake.exceptions import TableNotFoundError

from lakehouse.errors import DamagedTable, NoSuchTable, NoSuchVersion, translated
from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.names import RunId, TableName, TableVersion, parse_run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One Delta commit, with the commit binding read from its userMetadata.

    `run`, `job`, `actor`, `code` are None where the commit carries no binding; `claimed` is the text it does
    carry. `at` is the writer's claim, not evidence. `metrics` are the engine's, numbers as numbers.
    """

    version: int
    at: datetime
    operation: str
    run: RunId | None
    job: str | None
    actor: str | None
    code: str | None
    claimed: str | None
    metrics: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DataFile:
    """A data file of a version: path relative to the table's folder, size in bytes, rows if the log says."""

    path: str
    size: int
    rows: int | None


class Lake:
    """The tables under one root folder, `<root>/<schema>/<table>`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: TableName) -> str:
        """Where the table is or would be."""
        return str(self.root.absolute() / table.schema / table.table)

    def tables(self) -> tuple[TableName, ...]:
        """Every table of the lake, sorted. A folder with an empty log is not a table."""
        logs = self.root.glob("*/*/_delta_log")
        return tuple(sorted(name for log in logs if (name := _table_of(log)) is not None))

    def exists(self, table: TableName) -> bool:
        return DeltaTable.is_deltatable(self.path(table))

    def newest(self, table: TableName) -> TableVersion:
        """The version a run should pin when it starts. Raises NoSuchTable, DamagedTable."""
        return TableVersion(table=table, version=self.open(table).version())

    def at(self, version: TableVersion) -> TableVersion:
        """The same version, checked to be readable. Raises NoSuchTable, NoSuchVersion, DamagedTable."""
        self.open_at(version)
        return version

    def history(self, table: TableName) -> tuple[Commit, ...]:
        """The table's commits, oldest first. Raises NoSuchTable, DamagedTable."""
        with translated(table, doing="read the history of"):
            entries = self.open(table).history()
        return tuple(sorted((_commit(entry) for entry in entries), key=lambda commit: commit.version))

    def fields(self, version: TableVersion) -> tuple[tuple[str, str], ...]:
        """(name, type) of each column in order; types as Delta names them, nested ones as `array<string>`."""
        document = json.loads(self.open_at(version).schema().to_json())
        return tuple((field["name"], _type_name(field["type"])) for field in document["fields"])

    def read(
        self, version: TableVersion, *, columns: Sequence[str] | None = None, where: str | None = None
    ) -> pa.Table:
        """The rows of a version, in no promised order. `where` is a SQL condition of ours, not a user's.

        Raises NoSuchTable, NoSuchVersion, BadQuery, DamagedTable (a data file is missing or broken).
        """
        delta = self.open_at(version)
        schema = pa.schema(delta.schema().to_arrow())
        wanted = schema.names if columns is None else list(columns)
        chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
        sql = f"select {chosen} from t where {'true' if where is None else where}"  # noqa: S608 (no user's text)
        with translated(version.table, doing="read"):
            rows = pa.table(QueryBuilder().register("t", delta).execute(sql).read_all())
        # The engine answers with string and binary views, which little else of the ecosystem understands.
        return rows.cast(pa.schema([schema.field(name) for name in wanted]))

    def files(self, version: TableVersion) -> tuple[DataFile, ...]:
        """The data files a version consists of, sorted by path."""
        actions = pa.table(self.open_at(version).get_add_actions())
        columns = (actions[name].to_pylist() for name in ("path", "size_bytes", "num_records"))
        return tuple(
            sorted(
                DataFile(path=unquote(path), size=size, rows=rows)
                for path, size, rows in zip(*columns, strict=True)
            )
        )

    def open(self, table: TableName, version: int | None = None) -> DeltaTable:
        """delta-rs's own table, for this room only; None is the newest version."""
        if not self.exists(table):
            near = difflib.get_close_matches(str(table), map(str, self.tables()), n=3)
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            raise NoSuchTable(
                f"{table} is not in the lake", next_move=f"{hint}list the tables with `lakeproof tables`"
            )
        with translated(table, doing="open" if version is None else f"open version {version} of"):
            try:
                return DeltaTable(self.path(table), version=version)
            except TableNotFoundError as error:
                # It exists, so what it misses is the beginning of its log.
                raise DamagedTable(
                    f"{table} lacks the part of its log that its version {version} needs",
                    next_move="restore the missing files of _delta_log from a backup of the home",
                ) from error

    def open_at(self, version: TableVersion) -> DeltaTable:
        """`open` at a version that was checked to exist."""
        newest = self.open(version.table)
        if version.version > newest.version():
            raise NoSuchVersion(
                f"{version.table} has no version {version.version} (newest {newest.version()})",
                next_move=f"list them with `lakeproof history {version.table}`",
            )
        return newest if version.version == newest.version() else self.open(version.table, version.version)


def _table_of(log: Path) -> TableName | None:
    if not any(log.glob("*.json")) and not any(log.glob("*.parquet")):
        return None
    try:
        return TableName.parse(f"{log.parent.parent.name}.{log.parent.name}")
    except BadInput:
        return None


def _commit(entry: Mapping[str, object]) -> Commit:
    claimed = entry.get("userMetadata")
    binding = _binding(claimed)
    metrics = entry.get("operationMetrics")
    return Commit(
        version=int(str(entry["version"])),
        at=datetime.fromtimestamp(int(str(entry.get("timestamp", 0))) / 1000, UTC),
        operation=str(entry.get("operation", "")),
        run=_run(binding.get("run")),
        job=binding.get("job"),
        actor=binding.get("actor"),
        code=binding.get("code"),
        claimed=None if claimed is None else str(claimed),
        metrics={key: _number(value) for key, value in metrics.items()}
        if isinstance(metrics, Mapping)
        else {},
    )


def _binding(claimed: object) -> Mapping[str, str]:
    if not isinstance(claimed, str):
        return {}
    try:
        document = json.loads(claimed)
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    return {key: value for key, value in document.items() if isinstance(value, str)}


def _run(text: str | None) -> RunId | None:
    if text is None:
        return None
    try:
        return parse_run_id(text)
    except BadInput:
        return None


def _number(value: Json) -> Json:
    """Spark writes its metrics as text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _type_name(type_: object) -> str:
    if isinstance(type_, str):
        return type_
    assert isinstance(type_, dict)
    match type_["type"]:
        case "array":
            return f"array<{_type_name(type_['elementType'])}>"
        case "map":
            return f"map<{_type_name(type_['keyType'])},{_type_name(type_['valueType'])}>"
        case _:
            inner = ",".join(f"{field['name']}:{_type_name(field['type'])}" for field in type_["fields"])
            return f"struct<{inner}>"
