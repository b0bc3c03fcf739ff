"""The graph as sorted lines, by names: equal however the events came, and after every rebuild.

No row numbers and no log numbers; of a fact stated several times, the earliest time.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from catalog.graph.orm import (
    ColumnEdgeRow,
    ColumnMemberRow,
    ColumnRow,
    ColumnSetRow,
    DatasetRow,
    FieldsRow,
    FindingRow,
    FlowRow,
    JobRow,
    ParentRow,
    RunColumnsRow,
    RunRow,
    SchemaRow,
    SupersessionRow,
    SymlinkRow,
    VersionRow,
)
from catalog.graph.project import compact
from catalog.graph.records import RunRecord
from catalog.graph.runs import records, run_numbers
from catalog.graph.stated.orm import FeedRow, HandRow, UnfollowedRow
from catalog.graph.visible import visible
from catalog.identity.orm import AliasRow
from lineage.times import Instants, render_moment

#: Both times at their end: everything.
EVER = Instants(
    as_of=datetime.max.replace(tzinfo=UTC), known_at=datetime.max.replace(tzinfo=UTC), log_size=2**53 - 1
)

_DATASET = (DatasetRow.namespace, DatasetRow.name)


def export(session: Session, at: Instants) -> Iterator[str]:
    """One line of JSON a fact, visible at the two times, sorted within its kind."""
    for record in sorted(records(session, run_numbers(session, None, at), at), key=lambda run: run.id):
        yield compact(["run", *_run(record)])
    yield from sorted(_same(session, at))
    for kind, facts in _FACTS.items():
        yield from sorted({compact([kind, *map(_plain, row)]) for row in session.execute(facts(at))})


def _same(session: Session, at: Instants) -> Iterator[str]:
    """The names of each thing that has several."""
    query = (
        select(AliasRow.group_id, *_DATASET)
        .join(DatasetRow, DatasetRow.id == AliasRow.dataset_id)
        .where(AliasRow.seq < at.log_size, AliasRow.until >= at.log_size)
    )
    groups: dict[int, list[list[str]]] = {}
    for group, namespace, name in session.execute(query):
        groups.setdefault(group, []).append([namespace, name])
    return (compact(["same", *sorted(names)]) for names in groups.values())


def _run(run: RunRecord) -> list[Any]:
    return [
        str(run.id),
        str(run.job),
        run.state.value,
        _plain(run.started_at),
        _plain(run.ended_at),
        run.actor,
        run.facets,
        run.job_facets,
        [[str(item.dataset), item.version, item.facets, item.io_facets] for item in run.inputs],
        [[str(item.dataset), item.version, item.facets, item.io_facets] for item in run.outputs],
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return render_moment(value)
    return str(value) if isinstance(value, UUID) else value


def _flow_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        _earliest(
            FlowRow,
            at,
            RunRow.uuid,
            RunRow.declared,
            JobRow.namespace,
            JobRow.name,
            *_DATASET,
            VersionRow.version,
            FlowRow.direction,
            FlowRow.alone,
        )
        .join(RunRow, RunRow.id == FlowRow.run_id)
        .join(JobRow, JobRow.id == FlowRow.job_id)
        .join(DatasetRow, DatasetRow.id == FlowRow.dataset_id)
        .join(VersionRow, VersionRow.id == FlowRow.version_id)
    )


def _schema_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        _earliest(SchemaRow, at, *_DATASET, VersionRow.version, FieldsRow.body)
        .join(DatasetRow, DatasetRow.id == SchemaRow.dataset_id)
        .join(VersionRow, VersionRow.id == SchemaRow.version_id)
        .join(FieldsRow, FieldsRow.digest == SchemaRow.digest)
    )


def _columns_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        _earliest(
            RunColumnsRow,
            at,
            RunRow.uuid,
            *_DATASET,
            VersionRow.version,
            ColumnSetRow.digest,
            RunColumnsRow.derived,
        )
        .join(RunRow, RunRow.id == RunColumnsRow.run_id)
        .join(DatasetRow, DatasetRow.id == RunColumnsRow.dataset_id)
        .join(VersionRow, VersionRow.id == RunColumnsRow.version_id)
        .join(ColumnSetRow, ColumnSetRow.id == RunColumnsRow.set_id)
    )


def _unfollowed_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        _earliest(
            UnfollowedRow, at, RunRow.uuid, JobRow.namespace, JobRow.name, *_DATASET, UnfollowedRow.body
        )
        .join(RunRow, RunRow.id == UnfollowedRow.run_id)
        .join(JobRow, JobRow.id == UnfollowedRow.job_id)
        .join(DatasetRow, DatasetRow.id == UnfollowedRow.dataset_id)
    )


def _column_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        select(ColumnSetRow.digest, *_DATASET, ColumnRow.name)
        .join(ColumnMemberRow, ColumnMemberRow.set_id == ColumnSetRow.id)
        .join(ColumnRow, ColumnRow.id == ColumnMemberRow.column_id)
        .join(DatasetRow, DatasetRow.id == ColumnRow.dataset_id)
        .where(_stated(at))
    )


def _column_edge_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    source, target, other = aliased(ColumnRow), aliased(ColumnRow), aliased(DatasetRow)
    return (
        select(
            ColumnSetRow.digest,
            other.namespace,
            other.name,
            source.name,
            target.name,
            ColumnEdgeRow.transformation,
        )
        .join(ColumnEdgeRow, ColumnEdgeRow.set_id == ColumnSetRow.id)
        .join(source, source.id == ColumnEdgeRow.source_id)
        .outerjoin(target, target.id == ColumnEdgeRow.target_id)
        .join(other, other.id == source.dataset_id)
        .where(_stated(at))
    )


def _symlink_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return _earliest(SymlinkRow, at, *_DATASET, SymlinkRow.namespace, SymlinkRow.name, SymlinkRow.kind).join(
        DatasetRow, DatasetRow.id == SymlinkRow.dataset_id
    )


def _parent_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    parent = aliased(RunRow)
    return (
        _earliest(ParentRow, at, RunRow.uuid, parent.uuid, JobRow.namespace, JobRow.name, ParentRow.root)
        .join(RunRow, RunRow.id == ParentRow.run_id)
        .join(parent, parent.id == ParentRow.parent_id)
        .join(JobRow, JobRow.id == ParentRow.parent_job_id)
    )


def _supersedes_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return (
        _earliest(
            SupersessionRow,
            at,
            RunRow.uuid,
            *_DATASET,
            VersionRow.version,
            SupersessionRow.predicate,
            SupersessionRow.because,
        )
        .join(RunRow, RunRow.id == SupersessionRow.run_id)
        .join(DatasetRow, DatasetRow.id == SupersessionRow.dataset_id)
        .join(VersionRow, VersionRow.id == SupersessionRow.version_id)
    )


def _finding_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    return _earliest(FindingRow, at, RunRow.uuid, FindingRow.body).join(
        RunRow, RunRow.id == FindingRow.run_id
    )


def _feed_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    source = aliased(DatasetRow)
    return (
        _earliest(
            FeedRow, at, RunRow.uuid, JobRow.namespace, JobRow.name, *_DATASET, source.namespace, source.name
        )
        .join(RunRow, RunRow.id == FeedRow.run_id)
        .join(JobRow, JobRow.id == FeedRow.job_id)
        .join(DatasetRow, DatasetRow.id == FeedRow.target_id)
        .outerjoin(source, source.id == FeedRow.source_id)
    )


def _hand_facts(at: Instants) -> Select[*tuple[Any, ...]]:
    source, target = aliased(JobRow), aliased(JobRow)
    one, other = aliased(RunRow), aliased(RunRow)
    ends = (source.namespace, source.name, one.uuid, target.namespace, target.name, other.uuid)
    return (
        _earliest(HandRow, at, RunRow.uuid, *ends)
        .join(RunRow, RunRow.id == HandRow.run_id)
        .join(source, source.id == HandRow.source_job_id)
        .join(target, target.id == HandRow.target_job_id)
        .outerjoin(one, one.id == HandRow.source_run_id)
        .outerjoin(other, other.id == HandRow.target_run_id)
    )


def _earliest(row: Any, at: Instants, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns, func.min(row.event_time)).select_from(row).where(visible(row, at)).group_by(*columns)
    )


def _stated(at: Instants) -> Any:
    stated = select(RunColumnsRow.id).where(RunColumnsRow.set_id == ColumnSetRow.id)
    return stated.where(visible(RunColumnsRow, at)).exists()


_FACTS: Mapping[str, Callable[[Instants], Select[*tuple[Any, ...]]]] = {
    "flow": _flow_facts,
    "schema": _schema_facts,
    "columns": _columns_facts,
    "unfollowed": _unfollowed_facts,
    "column": _column_facts,
    "column-edge": _column_edge_facts,
    "symlink": _symlink_facts,
    "parent": _parent_facts,
    "supersedes": _supersedes_facts,
    "finding": _finding_facts,
    "feed": _feed_facts,
    "hand": _hand_facts,
}
