"""Which readings of a name the graph knows. A name may be read in several ways; the record says which are meant."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.graph.asked import AT_ONCE
from catalog.graph.orm import DatasetRow, JobRow
from catalog.graph.starts import Start, start_keys
from catalog.graph.stated.explicit import STATED
from catalog.graph.walk import Key
from catalog.identity.aliases import Aliases
from lineage.errors import NotFound
from lineage.graph import Level
from lineage.identity import canonical
from lineage.names import ColumnId, DatasetId, DatasetVersion, JobId
from lineage.times import Instants

_MANY = 50  # things of one plain name; whoever has more must say which is meant, anyhow


def known(
    session: Session, readings: Iterable[Start], level: Level, at: Instants, same: Aliases
) -> tuple[Start, ...]:
    """Those of readings that a walk may begin at, in their order; one of those that are one thing.

    A column that is not known stands for its dataset, unless something else of that name is known.
    """
    found: dict[tuple[type, tuple[Key, ...]], Start] = {}
    for each in _named(session, tuple(dict.fromkeys(readings)), at, same):
        try:
            if isinstance(each, DatasetVersion):
                # Coarser levels would find the table of a version that is none.
                start_keys(session, each, Level.VERSION, at, same)
            keys = start_keys(session, each, level, at, same)
        except NotFound:
            continue
        found.setdefault((type(each), keys), each)
    return _sure(session, tuple(found.values()), at, same)


def called(session: Session, names: Iterable[str], at: Instants) -> dict[str, tuple[DatasetId | JobId, ...]]:
    """The datasets and jobs of each of names, wherever they are."""
    wanted = tuple(dict.fromkeys(names))[:AT_ONCE]
    found: dict[str, tuple[DatasetId | JobId, ...]] = dict.fromkeys(wanted, ())
    datasets = select(DatasetRow.namespace, DatasetRow.name).where(
        DatasetRow.name.in_(wanted), DatasetRow.seq < at.log_size
    )
    jobs = select(JobRow.namespace, JobRow.name).where(
        JobRow.name.in_(wanted), JobRow.seq < at.log_size, JobRow.namespace != STATED
    )
    order = DatasetRow.name, DatasetRow.namespace
    for namespace, name in session.execute(datasets.order_by(*order).limit(_MANY)):
        found[name] += (DatasetId(namespace=namespace, name=name),)
    for namespace, name in session.execute(jobs.order_by(JobRow.name, JobRow.namespace).limit(_MANY)):
        found[name] += (JobId(namespace=namespace, name=name),)
    return found


def _named(session: Session, readings: tuple[Start, ...], at: Instants, same: Aliases) -> Iterable[Start]:
    """Those of readings whose dataset or job has such a name: read at once, however many there are."""
    forms = {each: canonical(each, same.rules) for each in {_owner(each) for each in readings} if each}
    jobs = {(each.namespace, each.name) for each in readings if isinstance(each, JobId)}
    datasets = _there(session, DatasetRow, {(form.namespace, form.name) for form in forms.values()}, at)
    spoken = _there(session, JobRow, jobs, at)
    for each in readings:
        owner = _owner(each)
        of_dataset = owner is not None and (forms[owner].namespace, forms[owner].name) in datasets
        of_job = isinstance(each, JobId) and (each.namespace, each.name) in spoken
        if of_dataset or of_job or isinstance(each, UUID):
            yield each


def _owner(start: Start) -> DatasetId | None:
    if isinstance(start, DatasetVersion | ColumnId):
        return start.dataset
    return start if isinstance(start, DatasetId) else None


def _there(
    session: Session, row: type[DatasetRow] | type[JobRow], names: set[tuple[str, str]], at: Instants
) -> set[tuple[str, str]]:
    listed, found = sorted(names), set[tuple[str, str]]()
    for start in range(0, len(listed), AT_ONCE // 2):
        some = listed[start : start + AT_ONCE // 2]
        query = select(row.namespace, row.name).where(row.seq < at.log_size)
        query = query.where(
            row.namespace.in_({namespace for namespace, _ in some}), row.name.in_({name for _, name in some})
        )
        found |= {(namespace, name) for namespace, name in session.execute(query)}
    return found & names


def _sure(session: Session, found: tuple[Start, ...], at: Instants, same: Aliases) -> tuple[Start, ...]:
    if len(found) < 2:
        return found
    return tuple(each for each in found if not isinstance(each, ColumnId) or _column(session, each, at, same))


def _column(session: Session, column: ColumnId, at: Instants, same: Aliases) -> bool:
    try:
        return bool(start_keys(session, column, Level.COLUMN, at, same))
    except NotFound:
        return False
