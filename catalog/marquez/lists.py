"""Marquez's lists: namespaces, the jobs and datasets of one, and its search. By name, a page at a time."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.graph.asked import Asked, table_of
from catalog.graph.orm import DatasetRow, JobRow, StatementRow
from catalog.graph.project import Flow
from catalog.graph.tables import TableLevel
from catalog.graph.visible import Names
from catalog.identity.aliases import Aliases
from catalog.marquez.details import Details
from catalog.marquez.ids import dataset_id, job_id
from lineage.errors import NotFound
from lineage.names import DatasetId, JobId
from lineage.times import Instants

Json = dict[str, Any]

_datasets, _jobs, _statement = table_of(DatasetRow), table_of(JobRow), table_of(StatementRow)


def namespaces(session: Session, at: Instants, page: tuple[int, int]) -> Json:
    """Every namespace of a job or dataset, with when it was first known."""
    first = [
        select(each.c.namespace, func.min(each.c.seq).label("seq"))
        .where(each.c.seq < at.log_size)
        .group_by(each.c.namespace)
        for each in (_datasets, _jobs)
    ]
    both = first[0].union_all(first[1]).subquery()
    query = (
        select(both.c.namespace, func.min(_statement.c.recorded_at))
        .outerjoin(_statement, _statement.c.seq == both.c.seq)
        .group_by(both.c.namespace)
        .order_by(both.c.namespace)
    )
    rows: Any = session.connection().execute(query.limit(page[0]).offset(page[1]))
    return {"namespaces": [_namespace(name, created) for name, created in rows]}


def _namespace(name: str, created: Any) -> Json:
    return {
        "name": name,
        "createdAt": created,
        "updatedAt": created,
        "ownerName": None,
        "description": None,
        "isHidden": False,
    }


def datasets(session: Session, namespace: str, at: Instants, page: tuple[int, int]) -> Json:
    """The datasets of a namespace."""
    numbers, total = _page(session, _datasets, namespace, at, page)
    same = Aliases(session, at)
    told = Details(Asked(session, at), same).datasets(Names(session, at, same).datasets(numbers))
    return {"datasets": [told[number] for number in numbers], "totalCount": total}


def jobs(session: Session, namespace: str, at: Instants, page: tuple[int, int]) -> Json:
    """The jobs of a namespace, with what they read and write at those times."""
    numbers, total = _page(session, _jobs, namespace, at, page)
    return {"jobs": _jobs_told(session, numbers, at), "totalCount": total}


def dataset(session: Session, name: DatasetId, at: Instants) -> Json:
    """One dataset, by any of its names. Raises NotFound."""
    same = Aliases(session, at)
    rows = same.find(name)
    if not rows:
        raise _unknown(name)
    return Details(Asked(session, at), same).datasets({rows[0]: same.one(name)})[rows[0]]


def job(session: Session, name: JobId, at: Instants) -> Json:
    """One job. Raises NotFound."""
    return _jobs_told(session, [_number(session, name, at)], at)[0]


def _jobs_told(session: Session, numbers: list[int], at: Instants) -> list[Json]:
    same = Aliases(session, at)
    names, level = Names(session, at, same), TableLevel(session, at, same)
    told = Details(Asked(session, at), same).jobs(names.jobs(numbers))
    for number, edges in level.edges(numbers).items():
        ends = names.datasets(edge.dataset for edge in edges)
        for key, direction in (("inputs", Flow.IN), ("outputs", Flow.OUT)):
            some = sorted(ends[edge.dataset] for edge in edges if edge.direction is direction)
            told[number][key] = [{"namespace": each.namespace, "name": each.name} for each in some]
    return [told[number] for number in numbers]


def search(session: Session, text: str, at: Instants, *, kinds: Iterable[str], limit: int) -> Json:
    """Jobs and datasets whose name contains text; `%` and `_` match as in SQL's LIKE."""
    pattern = f"%{text.strip('%')}%".lower()
    results: list[Json] = []
    for kind, table in (("DATASET", _datasets), ("JOB", _jobs)):
        if kind in kinds:
            found = (
                select(table.c.namespace, table.c.name, _statement.c.recorded_at)
                .outerjoin(_statement, _statement.c.seq == table.c.seq)
                .where(table.c.seq < at.log_size, func.lower(table.c.name).like(pattern))
                .order_by(table.c.name, table.c.namespace)
                .limit(limit)
            )
            rows: Any = session.connection().execute(found)
            results += [_result(kind, *row) for row in rows]
    results.sort(key=lambda each: (each["name"], each["namespace"], each["type"]))
    return {"totalCount": len(results[:limit]), "results": results[:limit]}


def _result(kind: str, namespace: str, name: str, known: Any) -> Json:
    if kind == "JOB":
        node = job_id(JobId(namespace=namespace, name=name))
    else:
        node = dataset_id(DatasetId(namespace=namespace, name=name))
    return {"type": kind, "name": name, "namespace": namespace, "nodeId": node, "updatedAt": known}


def _page(
    session: Session, table: Any, namespace: str, at: Instants, page: tuple[int, int]
) -> tuple[list[int], int]:
    """The row numbers of one page by name, and how many there are in all. Raises NotFound for no such namespace."""
    there = (table.c.namespace == namespace, table.c.seq < at.log_size)
    query: Select[Any] = select(table.c.id).where(*there).order_by(table.c.name)
    connection = session.connection()
    numbers = list(connection.scalars(query.limit(page[0]).offset(page[1])))
    total = connection.scalar(select(func.count()).select_from(table).where(*there)) or 0
    if not total and not _any(session, namespace, at):
        raise NotFound(
            f"the record knows no namespace '{namespace}' at these times",
            next_move="GET /api/v1/namespaces lists them",
        )
    return numbers, total


def _any(session: Session, namespace: str, at: Instants) -> bool:
    return any(
        session.connection().scalar(
            select(each.c.id).where(each.c.namespace == namespace, each.c.seq < at.log_size).limit(1)
        )
        is not None
        for each in (_datasets, _jobs)
    )


def _number(session: Session, name: JobId, at: Instants) -> int:
    query = select(_jobs.c.id).where(
        _jobs.c.namespace == name.namespace, _jobs.c.name == name.name, _jobs.c.seq < at.log_size
    )
    found = session.connection().scalar(query)
    if found is None:
        raise _unknown(name)
    return int(found)


def _unknown(name: DatasetId | JobId) -> NotFound:
    return NotFound(
        f"the record knows nothing of {name} at these times", next_move="GET /api/v1/search finds names"
    )
