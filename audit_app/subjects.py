"""What a person may name as the subject of a question, as places in the graph to look at, likeliest first. Pure."""

import re
from uuid import UUID

from audit_app.naming import spoken, version_of
from lineage.errors import BadInput
from lineage.graph import Node, NodeKind
from lineage.names import (
    DEPLOYMENTS,
    LAKE,
    LANDING,
    MODELS,
    REPORTS,
    ColumnId,
    DatasetId,
    DatasetVersion,
    JobId,
    TableName,
)

Subject = DatasetId | DatasetVersion | ColumnId | JobId | UUID

_SLASH = re.compile(r"(?<![:/])/")
_CUTS = 8  # places at which a foreign id is cut; whoever nests namespaces deeper names the thing otherwise

_OURS = (LAKE, LANDING, MODELS, DEPLOYMENTS, REPORTS)


def parse_subject(text: str) -> tuple[Subject, ...]:
    """`schema.table`, `…@7`, `…#column`, `model@1`, `model#1`, a run's or prediction's id, a job, a file, a node's id.

    Raises BadInput when text is empty.
    """
    text = text.strip()
    if not text:
        raise BadInput("no subject was given", next_move="name a table, column, model, run or prediction")
    run = as_uuid(text.removeprefix("run/"))
    if run is not None:
        return (run,)
    if "://" in text:
        return _by_id(text)
    return (*_ours(text), *_by_id(text))


def _ours(text: str) -> tuple[Subject, ...]:
    name, hash_, part = text.rpartition("#")
    if hash_ and name:
        return _parts(name, part)
    name, at, version = text.rpartition("@")
    if at and name:
        namespaces = (LAKE,) if _is_table(name) else (MODELS, LANDING, REPORTS)
        return tuple(_version(namespace, name, version) for namespace in namespaces)
    return _plain(text)


def as_uuid(text: str) -> UUID | None:
    """The id that text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def subject_of(node: Node) -> str:
    """What to type for a node; `parse_subject` understands it."""
    if node.kind is NodeKind.RUN:
        return node.id.removeprefix("run/")
    version = version_of(node)
    if version is not None and version.dataset.namespace not in (LANDING, REPORTS):
        return spoken(version)
    if node.kind is NodeKind.COLUMN and node.id.startswith(f"{LAKE}/"):
        return node.id.removeprefix(f"{LAKE}/")
    return node.label if node.kind is NodeKind.TABLE else node.id


def _parts(name: str, part: str) -> tuple[Subject, ...]:
    if part.isdecimal():
        return (_version(DEPLOYMENTS, name, part),)
    namespaces = (LAKE,) if _is_table(name) else (LANDING, MODELS)
    return tuple(ColumnId(dataset=DatasetId(namespace=space, name=name), column=part) for space in namespaces)


def _plain(text: str) -> tuple[Subject, ...]:
    table: tuple[Subject, ...] = (TableName.parse(text).dataset,) if _is_table(text) else ()
    others = (LANDING, MODELS, DEPLOYMENTS, REPORTS)
    return (*table, JobId.ours(text), *(DatasetId(namespace=space, name=text) for space in others))


def _by_id(text: str) -> tuple[Subject, ...]:
    """A node's id as the graph prints it: namespace/name, then perhaps @version or #column.

    A foreign name may hold slashes, and a namespace too: cut where one may end, the shortest namespace first.
    """
    for namespace in _OURS:
        if text.startswith(f"{namespace}/"):
            rest = text.removeprefix(f"{namespace}/")
            return (*_marked(namespace, rest), DatasetId(namespace=namespace, name=rest))
    found: list[Subject] = []
    for place in list(_SLASH.finditer(text))[:_CUTS]:
        namespace, name = text[: place.start()], text[place.end() :]
        if namespace and name:
            found += _marked(namespace, name)
            found += [DatasetId(namespace=namespace, name=name), JobId(namespace=namespace, name=name)]
    return tuple(found)


def _marked(namespace: str, rest: str) -> tuple[Subject, ...]:
    found: list[Subject] = []
    name, hash_, column = rest.rpartition("#")
    if hash_ and name:
        found.append(ColumnId(dataset=DatasetId(namespace=namespace, name=name), column=column))
    name, at, version = rest.rpartition("@")
    if at and name:
        found.append(_version(namespace, name, version))
    return tuple(found)


def _version(namespace: str, name: str, version: str) -> DatasetVersion:
    return DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


def _is_table(text: str) -> bool:
    try:
        TableName.parse(text)
    except BadInput:
        return False
    return True
