"""What a person may name as the subject of a question, as places in the graph to look at, likeliest first. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote
from uuid import UUID

from audit_app.naming import spoken, version_of
from catalog.aspects.urns import URN
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

Place = DatasetId | DatasetVersion | ColumnId | JobId
Subject = Place | UUID

_LIKELY = re.compile(r"(?<![:/])/")
_ANY = re.compile("/")
_CUTS = 64  # places at which an id is cut; whoever nests namespaces deeper names the thing by `exactly`
_MARKS = 4  # signs, from the end, at which a version or a column may begin

OURS = (LAKE, LANDING, MODELS, DEPLOYMENTS, REPORTS)


def parse_subject(text: str) -> tuple[Subject, ...]:
    """`schema.table`, `…@7`, `…#column`, `model@1`, `model#1`, a run's or prediction's id, a job, a file, a node's id.

    What a urn of DataHub means, only the record knows, but for a run's. Raises BadInput when text is empty.
    """
    text = text.strip()
    if not text:
        raise BadInput("no subject was given", next_move="name a table, column, model, run or prediction")
    run = as_uuid(text.removeprefix("run/").removeprefix(f"{URN}dataProcessInstance:"))
    if run is not None:
        return (run,)
    return tuple(dict.fromkeys((*by_id(text), *ours(text)) if "://" in text else (*ours(text), *by_id(text))))


def ours(text: str) -> tuple[Place, ...]:
    """What a plain name may be in Lakeproof, likeliest first; nothing for a foreign id."""
    if "://" in text:
        return ()
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


def _parts(name: str, part: str) -> tuple[Place, ...]:
    if part.isdecimal():
        return (_version(DEPLOYMENTS, name, part),)
    namespaces = (LAKE,) if _is_table(name) else (LANDING, MODELS)
    return tuple(ColumnId(dataset=DatasetId(namespace=space, name=name), column=part) for space in namespaces)


def _plain(text: str) -> tuple[Place, ...]:
    table: tuple[Place, ...] = (TableName.parse(text).dataset,) if _is_table(text) else ()
    others = (LANDING, MODELS, DEPLOYMENTS, REPORTS)
    return (*table, JobId.ours(text), *(DatasetId(namespace=space, name=text) for space in others))


def by_id(text: str) -> tuple[Place, ...]:
    """What an id as the graph prints it may mean: namespace/name, then perhaps @version or #column.

    A name may hold slashes, and a namespace too: cut at each, the likeliest first. The record knows which is meant.
    """
    for namespace in OURS:
        if text.startswith(f"{namespace}/"):
            rest = text.removeprefix(f"{namespace}/")
            return (*_marked(namespace, rest), DatasetId(namespace=namespace, name=rest))
    found = list(_exact(*text.split(":", 1))) if text.startswith(_EXACTLY) else []
    places = [place.start() for cut in (_LIKELY, _ANY) for place in list(cut.finditer(text))[:_CUTS]]
    for place in dict.fromkeys(places):
        namespace, name = text[:place], text[place + 1 :]
        if namespace and name:
            found += _marked(namespace, name)
            found += [DatasetId(namespace=namespace, name=name), JobId(namespace=namespace, name=name)]
    return tuple(found)


def exactly(subject: Subject) -> str:
    """A name that can mean nothing else: `dataset:` or `job:`, with %2F for each slash within a half."""
    match subject:
        case UUID():
            return f"run/{subject}"
        case DatasetVersion():
            return f"{exactly(subject.dataset)}@{quote(subject.version, safe=':')}"
        case ColumnId():
            return f"{exactly(subject.dataset)}#{quote(subject.column, safe=':')}"
    kind = "job" if isinstance(subject, JobId) else "dataset"
    return f"{kind}:{quote(subject.namespace, safe=':')}/{quote(subject.name, safe=':')}"


_EXACTLY = ("dataset:", "job:")


def _exact(kind: str, rest: str) -> tuple[Place, ...]:
    parts = re.fullmatch(r"([^/@#]+)/([^/@#]+)(?:([@#])([^/@#]+))?", rest)
    if parts is None:
        return ()
    namespace, name = unquote(parts[1]), unquote(parts[2])
    if kind == "job":
        return () if parts[3] else (JobId(namespace=namespace, name=name),)
    dataset = DatasetId(namespace=namespace, name=name)
    if parts[3] == "@":
        return (DatasetVersion(dataset=dataset, version=unquote(parts[4])),)
    return (ColumnId(dataset=dataset, column=unquote(parts[4])),) if parts[3] else (dataset,)


def _marked(namespace: str, rest: str) -> tuple[Place, ...]:
    found: list[Place] = []
    for name, column in splits(rest, "#"):
        found.append(ColumnId(dataset=DatasetId(namespace=namespace, name=name), column=column))
    for name, version in splits(rest, "@"):
        found.append(_version(namespace, name, version))
    return tuple(found)


def splits(text: str, sign: str) -> Iterator[tuple[str, str]]:
    """text cut at sign, the last one first."""
    end = len(text)
    for _ in range(_MARKS):
        end = text.rfind(sign, 0, end)
        if end < 1:
            return
        yield text[:end], text[end + 1 :]


def _version(namespace: str, name: str, version: str) -> DatasetVersion:
    return DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


def _is_table(text: str) -> bool:
    try:
        TableName.parse(text)
    except BadInput:
        return False
    return True
