"""The nodes of a dbt manifest as values of ours, and what follows from them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lakehouse.retention import retention
from lakehouse.tables import governed_properties
from lineage.errors import BadInput
from lineage.names import TableName
from transformations.errors import BadProject

#: What builds a table of the lake.
BUILDERS = frozenset({"model", "seed", "snapshot"})
RECORDED = BUILDERS | {"test"}

_RETENTION = "decision"
_TABLE = re.compile(r"(?<![\w.:/])[a-z_]\w*\.[a-z_]\w*(?![\w.])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A model, seed, snapshot, test or source. `attached` is the node that a test is about."""

    id: str
    kind: str
    name: str
    materialized: str
    table: TableName | None
    depends_on: tuple[str, ...] = ()
    attached: str | None = None
    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    slice_by: str = ""
    test: str = ""
    tested_column: str = ""
    hooks: bool = False

    @property
    def builds(self) -> bool:
        """Whether the node writes its table."""
        return self.kind in BUILDERS and self.materialized != "ephemeral"


def nodes_of(manifest: Any) -> dict[str, Node]:
    """Every node and source of a dbt manifest. Raises BadProject for what cannot be kept in the lake."""
    nodes = {id_: _node(node) for id_, node in manifest.nodes.items() if node.resource_type.value in RECORDED}
    for id_, source in manifest.sources.items():
        table = _table(source.schema, source.identifier, id_)
        nodes[id_] = Node(id=id_, kind="source", name=source.name, materialized="source", table=table)
    return nodes


def tables_behind(id_: str, nodes: Mapping[str, Node]) -> tuple[TableName, ...]:
    """The real tables that a node reads, through ephemeral models, sorted."""
    return tuple(sorted(set(_behind(nodes[id_].depends_on, nodes))))


def ephemeral_behind(id_: str, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    """The ephemeral models that are compiled into a node."""
    found: list[str] = []
    for parent in nodes[id_].depends_on:
        if parent in nodes and nodes[parent].materialized == "ephemeral":
            found += [parent, *ephemeral_behind(parent, nodes)]
    return tuple(dict.fromkeys(found))


def judged_tables(test: Node, nodes: Mapping[str, Node]) -> tuple[TableName, ...]:
    """The tables that a test's result is about: its model's, or the ones behind an ephemeral model."""
    about = (test.attached,) if test.attached in nodes else test.depends_on[:1]
    return tuple(sorted(set(_behind([id_ for id_ in about if id_ is not None], nodes))))


def selected(text: str, nodes: Mapping[str, Node]) -> list[str]:
    """A selection as dbt takes it, where a model may also be called by its table: `silver.loans+`."""
    names = {str(node.table): node.name for node in nodes.values() if node.builds}
    return [_TABLE.sub(lambda found: names.get(found[0], found[0]), part) for part in text.split()]


def _behind(ids: Iterable[str], nodes: Mapping[str, Node]) -> Iterable[TableName]:
    for id_ in ids:
        node = nodes.get(id_)
        if node is None:
            continue
        if node.materialized == "ephemeral":
            yield from _behind(node.depends_on, nodes)
        elif node.table is not None:
            yield node.table


def _node(node: Any) -> Node:
    kind = node.resource_type.value
    config = node.config
    meta = {**(getattr(node, "meta", None) or {}), **(getattr(config, "meta", None) or {})}
    materialized = "test" if kind == "test" else str(config.materialized)
    builds = kind in BUILDERS and materialized != "ephemeral"
    if builds:
        _must_be_delta(node)
    metadata = getattr(node, "test_metadata", None)
    return Node(
        id=node.unique_id,
        kind=kind,
        name=node.name,
        materialized=materialized,
        table=_table(node.schema, node.alias, node.unique_id) if builds else None,
        depends_on=tuple(node.depends_on.nodes) if kind != "seed" else (),
        attached=getattr(node, "attached_node", None),
        description=" ".join((node.description or "").split()),
        columns={name.lower(): " ".join(column.description.split()) for name, column in node.columns.items()},
        owner=str(meta.get("owner") or ""),
        properties=_properties(meta) if builds else {},
        slice_by=str(meta.get("slice_by") or ""),
        test=metadata.name if metadata is not None else "",
        tested_column=getattr(node, "column_name", None) or "",
        hooks=bool(getattr(config, "pre_hook", None) or getattr(config, "post_hook", None)),
    )


def _properties(meta: Mapping[str, Any]) -> dict[str, str]:
    """Table properties of the retention class that the project states, as it is in force today."""
    name = str(meta.get("retention") or _RETENTION)
    return governed_properties(retention(name, on=datetime.now(UTC).date()))


def _must_be_delta(node: Any) -> None:
    stored = node.config.get("file_format")
    if stored != "delta":
        raise BadProject(
            f"{node.original_file_path}: the table would be stored as {stored}, which keeps no versions",
            next_move="remove file_format, or set it to delta",
        )
    if getattr(node, "language", "sql") != "sql":
        raise BadProject(
            f"{node.original_file_path}: a model in {node.language} cannot run in this session",
            next_move="write the model in SQL",
        )


def _table(schema: str, table: str, id_: str) -> TableName:
    try:
        return TableName.parse(f"{schema}.{table}".lower())
    except BadInput as error:
        raise BadProject(
            f"{id_}: '{schema}.{table}' cannot be a table of the lake",
            next_move="use letters, digits and underscores, beginning with a letter",
        ) from error
