"""What people type and read for a node of the graph: `gold.loans@3`, `mortgage@1`, `mortgage#1`. Pure."""

from lineage.graph import Node, NodeKind
from lineage.names import (
    DEPLOYMENTS,
    LAKE,
    LANDING,
    MODELS,
    REPORTS,
    DatasetId,
    DatasetVersion,
    TableName,
    TableVersion,
)

_NAMESPACES = {
    NodeKind.TABLE: LAKE,
    NodeKind.FILE: LANDING,
    NodeKind.MODEL: MODELS,
    NodeKind.DEPLOYMENT: DEPLOYMENTS,
    NodeKind.REPORT: REPORTS,
}


def version_of(node: Node) -> DatasetVersion | None:
    """The dataset version that a node of ours is; None for a run, a column, an undeclared version, a foreigner."""
    namespace = _NAMESPACES.get(node.kind)
    if namespace is None:
        return None
    name, at, version = node.id.removeprefix(f"{namespace}/").rpartition("@")
    if not at or (node.label == node.id.removeprefix(f"{namespace}/") and node.kind is not NodeKind.TABLE):
        return None
    return DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


def table_version_of(node: Node) -> TableVersion | None:
    """The table version that a node is, or None."""
    found = version_of(node) if node.kind is NodeKind.TABLE else None
    return None if found is None else as_table_version(found)


def as_table_version(version: DatasetVersion) -> TableVersion | None:
    """A dataset version as a table version; None when it is not one of a table of the lake."""
    table = version.dataset.table
    if table is None or not version.version.isdecimal():
        return None
    return TableVersion(table=table, version=int(version.version))


def spoken(version: DatasetVersion) -> str:
    """As commands take it: table@7, model@1, model#1 for a deployment; a file or report by its name."""
    match version.dataset.namespace:
        case x if x == DEPLOYMENTS:
            return f"{version.dataset.name}#{version.version}"
        case x if x in (LANDING, REPORTS):
            return version.dataset.name
        case _:
            return f"{version.dataset.name}@{version.version}"


def run_of(node: Node) -> str | None:
    """The run's id when the node is a run."""
    return node.id.removeprefix("run/") if node.kind is NodeKind.RUN else None


def in_ranges(versions: tuple[TableVersion, ...]) -> dict[TableName, str]:
    """Table → its versions with runs of numbers joined: `@3, @5–@9`."""
    by_table: dict[TableName, list[int]] = {}
    for version in sorted(versions):
        by_table.setdefault(version.table, []).append(version.version)
    return {table: ", ".join(_ranges(numbers)) for table, numbers in by_table.items()}


def _ranges(numbers: list[int]) -> list[str]:
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"@{first}" if first == last else f"@{first}–@{last}" for first, last in found]
