"""From views to DataHub's aspects, built with its own classes. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from datahub.metadata import schema_classes as dh

from catalog.aspects import urns
from catalog.aspects.aspect import Aspect, aspect, millis
from catalog.aspects.described import of_described, owned, run_properties, tagged
from catalog.aspects.models import of_deployment, of_model
from catalog.aspects.view import (
    ColumnStep,
    DatasetView,
    DeploymentView,
    DescribedView,
    JobView,
    ModelView,
    RunView,
    View,
)
from catalog.graph.records import RunDataset
from lineage.canonical import sha256
from lineage.graph import NodeKind, kind_of
from lineage.names import DatasetId
from lineage.openlineage.told import told_of_job

_RESULTS = {"COMPLETE": "SUCCESS", "FAIL": "FAILURE", "ABORT": "SKIPPED"}
_TYPES = {
    "bool": dh.BooleanTypeClass,
    "int": dh.NumberTypeClass,
    "long": dh.NumberTypeClass,
    "short": dh.NumberTypeClass,
    "byte": dh.NumberTypeClass,
    "float": dh.NumberTypeClass,
    "double": dh.NumberTypeClass,
    "decimal": dh.NumberTypeClass,
    "bigint": dh.NumberTypeClass,
    "string": dh.StringTypeClass,
    "date": dh.DateTypeClass,
    "timestamp": dh.TimeTypeClass,
    "binary": dh.BytesTypeClass,
    "array": dh.ArrayTypeClass,
    "list": dh.ArrayTypeClass,
    "map": dh.MapTypeClass,
    "struct": dh.RecordTypeClass,
}


def of_view(view: View) -> Iterator[Aspect]:
    """The aspects of what a view shows. Raises Fault when one is not what DataHub allows."""
    match view:
        case DatasetView():
            return of_dataset(view)
        case JobView():
            return of_job(view)
        case RunView():
            return of_run(view)
        case ModelView():
            return of_model(view)
        case DeploymentView():
            return of_deployment(view)
        case DescribedView():
            return of_described(view)


def of_dataset(view: DatasetView) -> Iterator[Aspect]:
    urn = urns.dataset_urn(view.dataset)
    platform, name = urns.platform_of(view.dataset)
    known_as = {"openlineage.namespace": view.dataset.namespace, "openlineage.name": view.dataset.name}
    yield aspect(
        urn,
        dh.DatasetPropertiesClass(
            name=name.rpartition("/")[2],
            qualifiedName=name,
            customProperties=known_as,
            description=view.description,
        ),
    )
    if view.columns:
        yield aspect(urn, _schema(view, platform, name))
    upstreams = [each for each in view.upstreams if _is_dataset(each) and each != view.dataset]
    if upstreams:
        yield aspect(
            urn,
            dh.UpstreamLineageClass(
                upstreams=[
                    dh.UpstreamClass(
                        dataset=urns.dataset_urn(each), type=dh.DatasetLineageTypeClass.TRANSFORMED
                    )
                    for each in upstreams
                ],
                fineGrainedLineages=[_fine(view.dataset, step) for step in view.steps] or None,
            ),
        )


def of_job(view: JobView) -> Iterator[Aspect]:
    flow = urns.flow_urn(view.orchestrator, view.job)
    urn = urns.job_urn(view.orchestrator, view.job)
    first, _, task = view.job.name.partition(".")
    kind = view.facets.get("jobType", {})
    properties = {
        key: str(kind[key]) for key in ("processingType", "integration", "jobType") if kind.get(key)
    }
    told = told_of_job(view.facets)
    yield from owned(urn, told.owners)
    yield from tagged(urn, told.tags)
    yield aspect(flow, dh.DataFlowInfoClass(name=first))
    yield aspect(
        urn,
        dh.DataJobInfoClass(
            name=task or first,
            type=str(kind.get("jobType") or "JOB"),
            flowUrn=flow,
            description=view.description,
            customProperties=properties,
        ),
    )
    yield aspect(
        urn,
        dh.DataJobInputOutputClass(
            inputDatasets=[urns.dataset_urn(each) for each in view.inputs if _is_dataset(each)],
            outputDatasets=[urns.dataset_urn(each) for each in view.outputs if _is_dataset(each)],
        ),
    )


def of_run(view: RunView) -> Iterator[Aspect]:
    run, urn = view.run, urns.run_urn(view.run.id)
    created = run.started_at or run.ended_at or view.at
    stamp = dh.AuditStampClass(
        time=millis(created), actor=urns.actor_urn(run.actor.removesuffix(" (asserted)"))
    )
    versions = {f"read.{n}": _told(item) for n, item in enumerate(run.inputs)}
    versions |= {f"written.{n}": _told(item) for n, item in enumerate(run.outputs)}
    versions |= run_properties(run.told)
    yield aspect(
        urn,
        dh.DataProcessInstancePropertiesClass(name=str(run.id), created=stamp, customProperties=versions),
    )
    yield aspect(
        urn,
        dh.DataProcessInstanceRelationshipsClass(
            upstreamInstances=[],
            parentTemplate=urns.job_urn(view.orchestrator, run.job),
            parentInstance=urns.run_urn(run.parent.id) if run.parent is not None else None,
        ),
    )
    if run.inputs:
        yield aspect(urn, dh.DataProcessInstanceInputClass(inputs=_entities(run.inputs)))
    if run.outputs:
        yield aspect(urn, dh.DataProcessInstanceOutputClass(outputs=_entities(run.outputs)))
    yield from _run_event(urn, view)
    for item in run.inputs:
        yield from _assertions(view, item)


def _is_dataset(dataset: DatasetId) -> bool:
    return kind_of(dataset) not in {NodeKind.MODEL, NodeKind.DEPLOYMENT}


def _entities(items: tuple[RunDataset, ...]) -> list[str]:
    found = (urns.entity_urn(item.dataset, item.version) for item in items)
    return list(dict.fromkeys(urn for urn in found if urn is not None))


def _told(item: RunDataset) -> str:
    return (
        f"{item.dataset}@{item.version}" if item.version is not None else f"{item.dataset} (version unknown)"
    )


def _schema(view: DatasetView, platform: str, name: str) -> Any:
    fields = [
        dh.SchemaFieldClass(fieldPath=column, type=_field_type(native), nativeDataType=native, nullable=True)
        for column, native in view.columns
    ]
    return dh.SchemaMetadataClass(
        schemaName=name,
        platform=f"urn:li:dataPlatform:{platform}",
        version=0,
        hash=sha256(json.dumps(view.columns).encode()),
        platformSchema=dh.OtherSchemaClass(rawSchema=""),
        fields=fields,
    )


def _field_type(native: str) -> Any:
    word = native.lower().partition("(")[0].partition("<")[0].strip()
    found = next((kind for start, kind in _TYPES.items() if word.startswith(start)), dh.NullTypeClass)
    return dh.SchemaFieldDataTypeClass(type=found())


def _fine(dataset: DatasetId, step: ColumnStep) -> Any:
    return dh.FineGrainedLineageClass(
        upstreamType=dh.FineGrainedLineageUpstreamTypeClass.FIELD_SET,
        downstreamType=dh.FineGrainedLineageDownstreamTypeClass.FIELD,
        upstreams=[urns.field_urn(step.source, step.column)],
        downstreams=[urns.field_urn(dataset, step.target)],
        transformOperation=step.transformation or None,
    )


def _run_event(urn: str, view: RunView) -> Iterator[Aspect]:
    if view.event_type not in {"START", *_RESULTS}:
        return
    status, result = dh.DataProcessRunStatusClass.STARTED, None
    if view.event_type in _RESULTS:
        status = dh.DataProcessRunStatusClass.COMPLETE
        result = dh.DataProcessInstanceRunResultClass(
            type=_RESULTS[view.event_type], nativeResultType=view.orchestrator
        )
    at = millis(view.at)
    event = dh.DataProcessInstanceRunEventClass(timestampMillis=at, status=status, result=result)
    yield aspect(urn, event, at)


def _assertions(view: RunView, item: RunDataset) -> Iterator[Aspect]:
    stated: Mapping[str, Any] = item.io_facets.get("dataQualityAssertions") or item.facets.get(
        "dataQualityAssertions", {}
    )
    dataset = urns.dataset_urn(item.dataset)
    at = millis(view.at)
    for each in stated.get("assertions", ()):
        column = each.get("column")
        urn = urns.assertion_urn(sha256(json.dumps([dataset, each["assertion"], column]).encode())[:32])
        yield aspect(
            urn,
            dh.AssertionInfoClass(
                type=dh.AssertionTypeClass.CUSTOM,
                customAssertion=dh.CustomAssertionInfoClass(
                    type=each["assertion"],
                    entity=dataset,
                    field=urns.field_urn(item.dataset, column) if column else None,
                ),
            ),
        )
        outcome = "SUCCESS" if each["success"] else "FAILURE"
        yield aspect(
            urn,
            dh.AssertionRunEventClass(
                timestampMillis=at,
                runId=str(view.run.id),
                asserteeUrn=dataset,
                assertionUrn=urn,
                status=dh.AssertionRunStatusClass.COMPLETE,
                result=dh.AssertionResultClass(type=outcome),
            ),
            at,
        )
