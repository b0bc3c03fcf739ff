"""Column lineage of a SELECT: which columns of which tables each output column comes from, and how.

By sqlglot with the real schemas of the tables read, dialect Spark. What the query or the schemas do not
settle is NotCheckable with the reason, never a guess. Nothing is read or written here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from lineage.certainty import NotCheckable
from lineage.names import ColumnId, DatasetId
from lineage.sql.sources import ColumnSource, Subtype, strongest
from lineage.sql.walk import Columns, Relation, Unfollowed, Walk

__all__ = ["ColumnSource", "ColumnSources", "Fields", "Subtype", "TableRead", "column_sources", "tables_read"]

#: (column name, Spark type) pairs in the table's order.
Fields: TypeAlias = Sequence[tuple[str, str]]

_DIALECT = "spark"
_NAMELESS = re.compile(r"_col_\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSources:
    """`outputs`: output column → the sources of its value and what steered that column alone.

    `rows`: what steered which rows there are (JOIN, FILTER, GROUP_BY, SORT), and so every column.
    """

    outputs: Mapping[str, tuple[ColumnSource, ...]]
    rows: tuple[ColumnSource, ...]

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
    """The sources of every output column of one SELECT.

    A dataset's name is how the query names it (`silver.loans`); schemas holds at least every table read.
    """
    try:
        query = _query(sql)
        used = _used(query, schemas)
        walk = Walk(lambda table: used[_table_name(table)])
        qualified = qualify(query, dialect=_DIALECT, schema=_schema(used, schemas), quote_identifiers=False)
        scope = build_scope(qualified)
        if scope is None:
            raise Unfollowed("the whole query")
        return _rendered(walk.relation(scope))
    except Unfollowed as error:
        return NotCheckable(reason=f"column lineage cannot follow {error}")
    except (SqlglotError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        return NotCheckable(reason=f"column lineage cannot understand the query: {first}")


def tables_read(sql: str) -> tuple[TableRead, ...] | NotCheckable:
    """The real tables (no common table expressions) that one query names, sorted."""
    try:
        query = _query(sql)
        return tuple(
            sorted(
                {TableRead(name=_table_name(table), version=_version(table)) for table in _tables(query)},
                key=lambda read: (read.name, -1 if read.version is None else read.version),
            )
        )
    except (Unfollowed, SqlglotError, RecursionError) as error:
        return NotCheckable(reason=f"the query cannot be understood: {str(error).splitlines()[0]}")


def _query(sql: str) -> exp.Query:
    statements = [statement for statement in parse(sql, dialect=_DIALECT) if statement is not None]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise Unfollowed("anything but one SELECT")
    query = statements[0]
    for part in query.find_all(exp.With, exp.Pivot):
        if isinstance(part, exp.Pivot) or part.args.get("recursive"):
            raise Unfollowed("a pivot" if isinstance(part, exp.Pivot) else "a recursive query")
    return query


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


def _used(query: exp.Query, schemas: Mapping[DatasetId, Fields]) -> dict[str, Columns]:
    """The columns of each table the query reads, by the table's lower-case name."""
    datasets = {dataset.name.lower(): dataset for dataset in schemas}
    used: dict[str, Columns] = {}
    for table in _tables(query):
        name = _table_name(table)
        dataset = datasets.get(name)
        if dataset is None:
            raise Unfollowed(f"table {name}, whose schema is not known")
        if len(table.parts) > name.count(".") + 1:
            table.set("catalog", None)
        used[name] = {
            column.lower(): ColumnId(dataset=dataset, column=column) for column, _ in schemas[dataset]
        }
    return used


def _schema(used: Mapping[str, Columns], schemas: Mapping[DatasetId, Fields]) -> MappingSchema:
    types = {dataset.name.lower(): {c.lower(): _type(t) for c, t in schemas[dataset]} for dataset in schemas}
    schema = MappingSchema(dialect=_DIALECT)
    for name in used:
        schema.add_table(name, types[name], dialect=_DIALECT)
    return schema


def _type(text: str) -> exp.DataType:
    try:
        return exp.DataType.build(text, dialect=_DIALECT)
    except SqlglotError:
        return exp.DataType.build("unknown")


def _rendered(relation: Relation) -> ColumnSources:
    nameless = [name for name in relation.outputs if _NAMELESS.fullmatch(name)]
    if nameless:
        raise Unfollowed("a column without a name: Spark and sqlglot would name it differently")
    outputs = {name: strongest(sources) for name, sources in relation.outputs.items()}
    return ColumnSources(outputs=outputs, rows=strongest(relation.rows))
