"""What a urn of DataHub means in the graph: the way back from `urns`.

A urn leaves out a database's host and a file's scheme. So a dataset is looked for under every name that may have given
it, and what is found is held against the urn that it is filed under.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.aspects.filing import Filing
from catalog.aspects.urns import RESERVED, URN, dataset_urn
from catalog.graph.asked import AT_ONCE
from catalog.graph.orm import DatasetRow
from catalog.graph.starts import Start
from catalog.identity.aliases import Aliases
from lineage.names import DEPLOYMENTS, MODELS, ColumnId, DatasetId, DatasetVersion, JobId
from lineage.times import Instants

_FORM = re.compile(r"urn:li:(?P<kind>[A-Za-z]+):(?P<key>.+)\Z", re.DOTALL)
_MARKED = re.compile(r"(?P<urn>urn:li:.*\))(?P<sign>[@#])(?P<rest>[^@#()]+)\Z", re.DOTALL)
_SPELT = {spelt: sign for sign, spelt in RESERVED.items()}
_ENCODED = re.compile("|".join(_SPELT), re.IGNORECASE)
_CUTS = 64  # folders of a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Urn:
    """`kind` such as dataset; `parts` of its key, decoded, urns among them left as they are."""

    kind: str
    parts: tuple[str, ...]


def parse_urn(text: str) -> Urn | None:
    """The urn that text is, or None."""
    form = _FORM.match(text)
    if form is None:
        return None
    key = form["key"]
    parts = _parts(key[1:-1]) if key.startswith("(") and key.endswith(")") else [key]
    return Urn(kind=form["kind"], parts=tuple(map(_decoded, parts)))


def meant_by(session: Session, text: str, at: Instants) -> tuple[Start, ...]:
    """What the urn text, perhaps with `@version` or `#column` behind it, may mean. Nothing where it is no urn."""
    marked = _MARKED.match(text)
    if marked is None:
        return tuple(_things(session, parse_urn(text), at))
    datasets = [each for each in meant_by(session, marked["urn"], at) if isinstance(each, DatasetId)]
    if marked["sign"] == "@":
        return tuple(DatasetVersion(dataset=each, version=marked["rest"]) for each in datasets)
    return tuple(ColumnId(dataset=each, column=marked["rest"]) for each in datasets)


def _things(session: Session, urn: Urn | None, at: Instants) -> Iterator[Start]:
    match urn:
        case Urn(kind="dataset", parts=(_, name, _)):
            yield from _datasets(session, urn, name, at)
        case Urn(kind="schemaField", parts=(owner, column)):
            for each in meant_by(session, owner, at):
                if isinstance(each, DatasetId):
                    yield ColumnId(dataset=each, column=column)
        case Urn(kind="mlFeature", parts=(table, column)):
            for each in _named(session, {table}, at):
                yield ColumnId(dataset=each, column=column)
        case Urn(kind="dataJob", parts=(flow, name)):
            run_by = parse_urn(flow)
            if run_by is not None and len(run_by.parts) == 3:
                yield JobId(namespace=run_by.parts[2], name=name)
        case Urn(kind="dataProcessInstance", parts=(run,)):
            yield from _run(run)
        case Urn(kind="mlModelGroup", parts=(_, name, _)):
            yield DatasetId(namespace=MODELS, name=name)
        case Urn(kind="mlModel" | "mlModelDeployment" as kind, parts=(_, named, _)):
            name, _, version = named.rpartition("_")
            namespace = MODELS if kind == "mlModel" else DEPLOYMENTS
            yield DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


def _run(text: str) -> Iterator[UUID]:
    try:
        yield UUID(text)
    except ValueError:
        return


def _datasets(session: Session, urn: Urn, name: str, at: Instants) -> Iterator[DatasetId]:
    same = Aliases(session, at)
    filing, found = Filing(session, at, same), dict[DatasetId, None]()
    for each in _named(session, set(_names(name)), at):
        if parse_urn(dataset_urn(filing.file(each))) == urn:
            found[same.one(each)] = None
    yield from found


def _named(session: Session, names: set[str], at: Instants) -> Iterator[DatasetId]:
    known = select(DatasetRow.namespace, DatasetRow.name).where(DatasetRow.seq < at.log_size)
    chosen = known.where(DatasetRow.name.in_(names)).order_by(DatasetRow.namespace, DatasetRow.name)
    for namespace, name in session.execute(chosen.limit(AT_ONCE)):
        yield DatasetId(namespace=namespace, name=name)


def _names(name: str) -> Iterator[str]:
    """The names that may stand in a urn as name: itself, a path in it, a table of a catalog."""
    yield name
    yield f"table/{name.replace('.', '/')}"
    for cut in list(re.finditer("/", name))[:_CUTS]:
        yield name[cut.end() :]
        yield name[cut.start() :]


def _parts(key: str) -> list[str]:
    """A key cut at the commas that are not within parentheses."""
    parts, depth = [""], 0
    for sign in key:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _decoded(part: str) -> str:
    return part if part.startswith(URN) else _ENCODED.sub(lambda found: _SPELT[found[0].upper()], part)
