"""Column lineage of SQL: which columns of which tables each output column comes from, and how.

By sqlglot's syntax tree and the real schemas of the tables read. What the statement or the schemas do not settle
is NotCheckable with the reason, for one column or for the whole, never a guess. Nothing is read or written here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lineage.certainty import NotCheckable
from lineage.names import DatasetId
from lineage.sql.dialects import DIALECTS, Dialect
from lineage.sql.parsing import on_fresh_stack, parsed
from lineage.sql.reader import Reader
from lineage.sql.relations import EMPTY, Column, Relation
from lineage.sql.sources import ColumnSource, Subtype, Unfollowed, strongest
from lineage.sql.statements import Written, read_statement
from lineage.sql.tables import Fields, Tables, spelt

__all__ = [
    "ColumnSource",
    "ColumnSources",
    "Fields",
    "Subtype",
    "TableRead",
    "column_sources",
    "statement_sources",
    "tables_read",
]

#: Edges from one statement; a guard, far above what people write.
MOST_EDGES = 200_000

_SPARK = DIALECTS["spark"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSources:
    """`outputs`: output column → the sources of its value and what steered that column alone.

    `rows`: what steered which rows there are (JOIN, FILTER, GROUP_BY, SORT), and so every column of outputs.
    `unchecked`: output column → why its sources are not known. `target`: the dataset that the statement names as
    what it writes; None for a SELECT alone.
    """

    outputs: Mapping[str, tuple[ColumnSource, ...]]
    rows: tuple[ColumnSource, ...]
    unchecked: Mapping[str, str] = field(default_factory=dict)
    target: DatasetId | None = None

    def by_output(self) -> dict[str, list[tuple[DatasetId, str, str, str]]]:
        """As `lineage.recorder.columns_facet` takes it: the sources of the rows stand with every column."""
        return {
            output: [
                (source.column.dataset, source.column.column, source.type, source.subtype.value)
                for source in sorted({*sources, *self.rows})
            ]
            for output, sources in self.outputs.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TableRead:
    """A table named in a query, lower case; `version` where the query pins it by `version as of`."""

    name: str
    version: int | None


def column_sources(sql: str, schemas: Mapping[DatasetId, Fields]) -> ColumnSources | NotCheckable:
    """The sources of every output column of one SELECT in Spark's dialect.

    A dataset's name is how the query names it (`silver.loans`); schemas holds at least every table read.
    """

    def work() -> ColumnSources:
        node = parsed(sql, _SPARK)
        if not isinstance(node, exp.Query):
            raise Unfollowed("anything but one SELECT")
        tables = Tables(_SPARK, schemas)
        return _told(read_statement(Reader(_SPARK, tables), node, None), tables, None)

    return _checked(work)


def statement_sources(
    sql: str,
    schemas: Mapping[DatasetId, Fields],
    *,
    dialect: Dialect = _SPARK,
    target: DatasetId | None = None,
    names: Mapping[DatasetId, Sequence[str]] | None = None,
) -> ColumnSources | NotCheckable:
    """The sources of every column that one statement writes.

    schemas: the columns of the tables read, and of those written where they are known. names: what else SQL may call
    a dataset. target: the dataset whose columns are asked for; a statement that names another as what it writes
    is NotCheckable. The names of the answer are the target's own where its columns are known.
    """

    def work() -> ColumnSources:
        known = dict(names or {})
        if target is not None:
            known.setdefault(target, ())
        tables = Tables(dialect, schemas, known)
        written = read_statement(Reader(dialect, tables), parsed(sql, dialect), target)
        if written.table is None:
            return _told(written, tables, target)
        named = tables.dataset(written.table)
        if target is not None and named != target:
            raise Unfollowed(f"a statement that writes {spelt(written.table)}, not the output asked for")
        return _told(written, tables, named)

    return _checked(work)


def tables_read(sql: str) -> tuple[TableRead, ...] | NotCheckable:
    """The real tables (no common table expressions) that one query names, sorted."""

    def work() -> tuple[TableRead, ...]:
        query = parsed(sql, _SPARK)
        if not isinstance(query, exp.Query):
            raise Unfollowed("anything but one SELECT")
        found = {TableRead(name=_table_name(table), version=_version(table)) for table in _tables(query)}
        return tuple(
            sorted(found, key=lambda read: (read.name, -1 if read.version is None else read.version))
        )

    return _checked(work)


def _checked(work: Callable[[], _T]) -> _T | NotCheckable:
    try:
        return on_fresh_stack(work)
    except Unfollowed as error:
        return NotCheckable(reason=f"column lineage cannot follow {error}")
    except RecursionError:
        return NotCheckable(reason="column lineage cannot understand the query: it is nested too deeply")
    except SqlglotError as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        return NotCheckable(reason=f"column lineage cannot understand the query: {first}")
    except Exception as error:  # noqa: BLE001 - whatever a foreign parser stumbles over, an event is never lost by it
        return NotCheckable(reason=f"column lineage cannot understand the query: {type(error).__name__}")


def _tables(query: exp.Query) -> list[exp.Table]:
    ctes = {cte.alias_or_name.lower() for cte in query.find_all(exp.CTE)}
    tables = [table for table in query.find_all(exp.Table) if isinstance(table.this, exp.Identifier)]
    return [table for table in tables if table.db or table.name.lower() not in ctes]


def _table_name(table: exp.Table) -> str:
    """`schema.table` in lower case, without the session's own catalog."""
    parts = [part.name.lower() for part in table.parts]
    return ".".join(parts[1:] if parts[0] == "spark_catalog" else parts)


def _version(table: exp.Table) -> int | None:
    version = table.args.get("version")
    if not isinstance(version, exp.Version) or version.name != "VERSION" or version.expression is None:
        return None
    text = version.expression.name
    return int(text) if text.isdigit() else None


def _told(written: Written, tables: Tables, target: DatasetId | None) -> ColumnSources:
    """The answer, its columns under the names that the target has. Raises Unfollowed where they do not fit."""
    known = tables.columns(target) if target is not None else EMPTY
    outputs: dict[str, tuple[ColumnSource, ...]] = {}
    unchecked: dict[str, str] = {}
    for place, column in enumerate(_named(written.relation.columns, known), start=1):
        name = column.name
        if name is None:
            unchecked[f"column {place}"] = "a column without a name: only the engine knows it"
        elif name in outputs or name in unchecked:
            outputs.pop(name, None)
            unchecked[name] = f"two columns of the name {name}"
        elif column.sources is None:
            unchecked[name] = column.why
        else:
            outputs[name] = strongest(column.sources)
    if not outputs and unchecked:
        raise Unfollowed(next(iter(unchecked.values())))
    if sum(map(len, outputs.values())) > MOST_EDGES:
        raise Unfollowed(f"more than {MOST_EDGES} edges")
    rows = strongest(written.relation.rows)
    named = target if written.table is not None else None
    return ColumnSources(outputs=outputs, rows=rows, unchecked=unchecked, target=named)


def _named(columns: Sequence[Column], known: Relation) -> Sequence[Column]:
    """The columns under the target's own names. One without a name has it by its place, if all others fit theirs."""
    if not known.columns:
        return columns
    named: list[Column] = []
    fits = len(columns) == len(known.columns) and all(
        mine.key in (None, theirs.key) for mine, theirs in zip(columns, known.columns, strict=True)
    )
    for place, column in enumerate(columns):
        if column.key is None:
            named.append(replace(column, name=known.columns[place].name) if fits else column)
            continue
        found = known.by_key.get(column.key, ())
        if len(found) != 1:
            raise Unfollowed(f"column {column.name}, which is not the output's")
        named.append(replace(column, name=found[0].name))
    return named
