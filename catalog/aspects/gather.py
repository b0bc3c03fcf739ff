"""Read from the graph, as it was known at one size of the log, what an event touched: views that become aspects."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from catalog.aspects.datasets import Datasets
from catalog.aspects.filing import Filing
from catalog.aspects.urns import orchestrator_of
from catalog.aspects.view import (
    DeploymentView,
    DescribedView,
    Feature,
    JobView,
    ModelView,
    RunView,
    View,
)
from catalog.bulk import find_rows
from catalog.graph.facts import columns_of
from catalog.graph.orm import JobRow, RunRow
from catalog.graph.project import Flow
from catalog.graph.records import RunDataset, RunRecord
from catalog.graph.runs import records, runs_at
from catalog.graph.tables import TableLevel
from catalog.graph.visible import Names
from catalog.identity.aliases import Aliases
from catalog.identity.naming import named
from lineage.graph import NodeKind, kind_of
from lineage.names import DatasetId, DatasetVersion, JobId, RunId
from lineage.openlineage import EventDataset, ParsedEvent
from lineage.times import Instants

_FOREVER = datetime.max.replace(tzinfo=UTC)
_ML = {NodeKind.MODEL, NodeKind.DEPLOYMENT}


class Gather:
    """The graph as it was known when the log had `size` entries."""

    def __init__(self, session: Session, *, size: int) -> None:
        self._session = session
        self._at = Instants(as_of=_FOREVER, known_at=_FOREVER, log_size=size)
        self._same = Aliases(session, self._at)
        self._names = Names(session, self._at, self._same)
        self._tables = TableLevel(session, self._at, self._same)
        self._filing = Filing(session, self._at, self._same)
        self._all = Datasets(session, self._at, self._same, self._tables, self._file)

    def views(self, event: ParsedEvent) -> Iterator[View]:
        """The views of all that event speaks of."""
        event = named(event, self._same.rules)
        mentioned: list[EventDataset] = [*event.inputs, *event.outputs]
        if event.dataset is not None:
            mentioned.append(event.dataset)
        said: dict[DatasetId, list[EventDataset]] = {}
        for item in mentioned:
            said.setdefault(item.id, []).append(item)
        yield from self._datasets({d: items for d, items in said.items() if kind_of(d) not in _ML}, event)
        for item in mentioned:
            if item.version is not None and kind_of(item.id) in _ML:
                at = DatasetVersion(dataset=item.id, version=item.version)
                yield self._model(at) if kind_of(item.id) is NodeKind.MODEL else self._deployment(at, event)
        if event.job is not None:
            yield self._job(event.job, event)
        if event.run_id is not None:
            yield self._run(event.run_id, event)

    def _datasets(
        self, said: Mapping[DatasetId, Sequence[EventDataset]], event: ParsedEvent
    ) -> Iterator[View]:
        described = {dataset: _said_of(items) for dataset, items in said.items()}
        rows = {dataset: self._filing.rows(dataset) for dataset in said}
        for view, items in zip(self._all.views(described, rows), said.values(), strict=True):
            yield view
            yield from (_described(view.dataset, item, event) for item in items)

    def _job(self, job: JobId, event: ParsedEvent) -> JobView:
        named = [(job.namespace, job.name)]
        [(number,)] = find_rows(self._session.connection(), JobRow, ("namespace", "name"), named, ("id",))
        edges = self._tables.edges([number])[number]
        names = self._names.datasets(edge.dataset for edge in edges)
        return JobView(
            job=job,
            orchestrator=orchestrator(event),
            facets=event.job_facets,
            description=_description(event.job_facets, event.job_gone),
            inputs=self._files(names[edge.dataset] for edge in edges if edge.direction is Flow.IN),
            outputs=self._files(names[edge.dataset] for edge in edges if edge.direction is Flow.OUT),
        )

    def _run(self, run: RunId, event: ParsedEvent) -> RunView:
        uuid = [(str(run),)]
        [(number,)] = find_rows(self._session.connection(), RunRow, ("uuid",), uuid, ("id",))
        [found] = records(self._session, [number], self._at, self._same)
        filed = replace(
            found,
            inputs=tuple(self._file_item(item) for item in found.inputs),
            outputs=tuple(self._file_item(item) for item in found.outputs),
        )
        return RunView(
            run=filed,
            orchestrator=orchestrator(event),
            event_type=event.event_type.value if event.event_type is not None else "OTHER",
            at=event.event_time,
        )

    def _model(self, model: DatasetVersion) -> ModelView:
        made = self._runs(model, Flow.OUT)
        facets = [item.facets for run in made for item in run.outputs if item.at == model]
        read = partial(columns_of, self._session, at=self._at, same=self._same)
        return ModelView(
            model=model,
            facets=facets[0] if facets else {},
            features=tuple(
                replace(feature, table=self._file(feature.table))
                for feature in _features(made, facets[0] if facets else {}, read)
            ),
            made_by=tuple(sorted(run.id for run in made)),
            deployments=_versions(self._runs(model, Flow.IN), NodeKind.DEPLOYMENT),
        )

    def _deployment(self, deployment: DatasetVersion, event: ParsedEvent) -> DeploymentView:
        runs = self._runs(deployment, Flow.OUT)
        models = (item for run in runs for item in run.inputs if kind_of(item.dataset) is NodeKind.MODEL)
        ended = [run.ended_at for run in runs if run.ended_at is not None]
        return DeploymentView(
            deployment=deployment,
            models=tuple(sorted({item.at for item in models if item.at is not None})),
            at=min(ended, default=event.event_time),
        )

    def _runs(self, version: DatasetVersion, direction: Flow) -> tuple[RunRecord, ...]:
        numbers = runs_at(self._session, version, direction, self._at)
        return records(self._session, numbers, self._at, self._same)

    def _files(self, datasets: Iterable[DatasetId]) -> tuple[DatasetId, ...]:
        return tuple(sorted({self._file(dataset) for dataset in datasets}))

    def _file(self, dataset: DatasetId) -> DatasetId:
        return self._filing.file(dataset)

    def _file_item(self, item: RunDataset) -> RunDataset:
        return replace(item, dataset=self._file(item.dataset))


def _versions(runs: Iterable[RunRecord], kind: NodeKind) -> tuple[DatasetVersion, ...]:
    found = {item.at for run in runs for item in run.outputs if kind_of(item.dataset) is kind}
    return tuple(sorted(version for version in found if version is not None))


def _described(filed: DatasetId, item: EventDataset, event: ParsedEvent) -> DescribedView:
    return DescribedView(dataset=filed, facets=item.facets, io_facets=item.io_facets, at=event.event_time)


def _features(
    made: Iterable[RunRecord],
    facets: Mapping[str, Any],
    columns: Callable[[DatasetId, str | None], tuple[tuple[str, str], ...]],
) -> Iterator[Feature]:
    """The features that a model names, in the tables that the runs which made it read."""
    wanted = set(facets.get("lakeproof_model", {}).get("features", ()))
    read = {item.dataset: item.version for run in made for item in run.inputs}
    for dataset in sorted(read):
        if kind_of(dataset) in {NodeKind.TABLE, NodeKind.DATASET}:
            for name, type_ in columns(dataset, read[dataset]):
                if name in wanted:
                    yield Feature(table=dataset, name=name, type=type_)


def _description(facets: Mapping[str, Any], gone: Iterable[str]) -> str | None:
    """Empty where it is taken back, None where nothing is said."""
    said: str | None = facets.get("documentation", {}).get("description")
    return "" if said is None and "documentation" in gone else said


def _said_of(items: Iterable[EventDataset]) -> str | None:
    """How an event describes a dataset that it mentions once or more."""
    descriptions = (_description(item.facets, item.gone) for item in items)
    return next((each for each in descriptions if each is not None), None)


def orchestrator(event: ParsedEvent) -> str:
    """What runs the event's job, as DataHub calls it."""
    integration = event.job_facets.get("jobType", {}).get("integration")
    engine = event.run_facets.get("processing_engine", {}).get("name")
    return orchestrator_of(integration, engine, event.producer)
