"""What a urn of DataHub means in the graph: the way back from `urns`.

A urn leaves out a database's host and a file's scheme. So a dataset is looked for under every name that may have given
it; and whatever is found, a job or a model too, is held against the urn that it is filed under.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.aspects.filing import Filing
from catalog.aspects.gather import orchestrator
from catalog.aspects.urns import (
    RESERVED,
    URN,
    Filed,
    dataset_urn,
    deployment_urn,
    job_urn,
    model_group_urn,
    model_urn,
)
from catalog.graph.asked import AT_ONCE
from catalog.graph.orm import DatasetRow, JobRow, RunEventRow
from catalog.graph.starts import Start
from catalog.identity.aliases import Aliases
from catalog.log import rows
from catalog.log.orm import EntryRow
from lineage.errors import BadInput
from lineage.names import DEPLOYMENTS, MODELS, ColumnId, DatasetId, DatasetVersion, JobId
from lineage.openlineage.logged import parse_logged
from lineage.times import Instants

_FORM = re.compile(r"urn:li:(?P<kind>[A-Za-z]+):(?P<key>.+)\Z", re.DOTALL)
_MARKED = re.compile(r"(?P<urn>urn:li:.*\))(?P<sign>[@#])(?P<rest>[^@#()]+)\Z", re.DOTALL)
_SPELT = {spelt: sign for sign, spelt in RESERVED.items()}
_ENCODED = re.compile("|".join(_SPELT), re.IGNORECASE)
_NUMBERED = {"mlModel": (MODELS, model_urn), "mlModelDeployment": (DEPLOYMENTS, deployment_urn)}
_CUTS = 64  # folders of a path, or places where a version may begin
_EVENTS = 100  # of a job, that are asked what runs it
_DATASETS = AT_ONCE  # of one name


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
    """What the urn text, perhaps with `@version` or `#column` behind it, may mean. Nothing where it is no urn.

    Raises BadInput where there is more of that name than one question looks at.
    """
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
            yield from _filed(session, name, lambda filed: parse_urn(dataset_urn(filed)) == urn, at)
        case Urn(kind="schemaField", parts=(owner, column)):
            for each in meant_by(session, owner, at):
                if isinstance(each, DatasetId):
                    yield ColumnId(dataset=each, column=column)
        case Urn(kind="mlFeature", parts=(table, column)):
            for each in _filed(session, table, lambda filed: filed.name == table, at):
                yield ColumnId(dataset=each, column=column)
        case Urn(kind="dataJob", parts=(flow, name)):
            yield from _job(session, urn, parse_urn(flow), name, at)
        case Urn(kind="dataProcessInstance", parts=(run,)):
            yield from _run(run)
        case Urn(kind="mlModelGroup", parts=(_, name, _)):
            if parse_urn(model_group_urn(name)) == urn:
                yield DatasetId(namespace=MODELS, name=name)
        case Urn(kind="mlModel" | "mlModelDeployment" as kind, parts=(_, named, _)):
            yield from _numbered(urn, *_NUMBERED[kind], named)


def _numbered(
    urn: Urn, namespace: str, spelt: Callable[[str, str], str], named: str
) -> Iterator[DatasetVersion]:
    """A model or deployment at a version; a version may hold the sign that stands before it."""
    for cut in list(re.finditer("_", named))[-_CUTS:]:
        name, version = named[: cut.start()], named[cut.end() :]
        if name and version and parse_urn(spelt(name, version)) == urn:
            yield DatasetVersion(dataset=DatasetId(namespace=namespace, name=name), version=version)


def _job(session: Session, urn: Urn, flow: Urn | None, name: str, at: Instants) -> Iterator[JobId]:
    """The job, where its events say that the urn's orchestrator runs it. Raises BadInput as `_too_many` says."""
    if flow is None or len(flow.parts) != 3:
        return
    runs_it, _, namespace = flow.parts
    job = JobId(namespace=namespace, name=name)
    if parse_urn(job_urn(runs_it, job)) != urn:
        return
    said = select(RunEventRow.seq).join(JobRow, JobRow.id == RunEventRow.job_id)
    said = said.where(JobRow.namespace == namespace, JobRow.name == name, RunEventRow.seq < at.log_size)
    newest = session.scalars(said.order_by(RunEventRow.seq.desc()).limit(_EVENTS)).all()
    for entry in rows.read_entries(session, rows.select_entries().where(EntryRow.seq.in_(newest))):
        event = parse_logged(entry.payload)
        if event is not None and orchestrator(event) == runs_it:
            yield job
            return
    if len(newest) == _EVENTS:
        raise _too_many(f"the newest {_EVENTS} events of the job {job} do not say that {runs_it} runs it")


def _run(text: str) -> Iterator[UUID]:
    try:
        yield UUID(text)
    except ValueError:
        return


def _filed(session: Session, name: str, fits: Callable[[Filed], bool], at: Instants) -> Iterator[DatasetId]:
    """What is filed under name, or a name made of it, as fits says; each thing once, by the name that speaks."""
    same = Aliases(session, at)
    filing, found = Filing(session, at, same), dict[DatasetId, None]()
    for each in _named(session, set(_names(name)), at):
        if fits(filing.file(each)):
            found[same.one(each)] = None
    yield from found


def _named(session: Session, names: set[str], at: Instants) -> Iterator[DatasetId]:
    known = select(DatasetRow.namespace, DatasetRow.name).where(DatasetRow.seq < at.log_size)
    chosen = known.where(DatasetRow.name.in_(names)).order_by(DatasetRow.namespace, DatasetRow.name)
    found = session.execute(chosen.limit(_DATASETS + 1)).all()
    if len(found) > _DATASETS:
        raise _too_many(f"more than {_DATASETS} datasets have a name that the urn may stand for")
    for namespace, name in found:
        yield DatasetId(namespace=namespace, name=name)


def _too_many(found: str) -> BadInput:
    """There is more to look at than one question may: what is meant stays open."""
    return BadInput(found, next_move="call it NAMESPACE/NAME, as `lakeproof lineage` prints it")


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
