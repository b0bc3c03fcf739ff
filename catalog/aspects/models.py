"""Models, their features and deployments as DataHub's aspects. Pure."""

from collections.abc import Iterator

from datahub.metadata import schema_classes as dh

from catalog.aspects import urns
from catalog.aspects.aspect import Aspect, aspect, millis
from catalog.aspects.view import DeploymentView, ModelView

_KINDS = {
    "bool": "NOMINAL",
    "string": "TEXT",
    "date": "TIME",
    "timestamp": "TIME",
    "binary": "BINARY",
    "array": "SEQUENCE",
    "list": "SEQUENCE",
    "map": "MAP",
}
_COUNTED = ("int", "long", "short", "byte", "bigint")
_MEASURED = ("float", "double", "decimal")


def of_model(view: ModelView) -> Iterator[Aspect]:
    name, version = view.model.dataset.name, view.model.version
    group = urns.model_group_urn(name)
    facet = view.facets.get("lakeproof_model", {})
    told = {key: str(facet[key]) for key in ("digest", "file_sha256", "mlflow_run") if key in facet}
    yield aspect(group, dh.MLModelGroupPropertiesClass(name=name))
    for each in view.features:
        yield aspect(
            urns.feature_urn(each.table, each.name),
            dh.MLFeaturePropertiesClass(dataType=_kind(each.type), sources=[urns.dataset_urn(each.table)]),
        )
    yield aspect(
        urns.model_urn(name, version),
        dh.MLModelPropertiesClass(
            name=f"{name} {version}",
            version=dh.VersionTagClass(versionTag=version),
            groups=[group],
            trainingJobs=[urns.run_urn(run) for run in view.made_by],
            deployments=[urns.deployment_urn(each.dataset.name, each.version) for each in view.deployments],
            mlFeatures=[urns.feature_urn(each.table, each.name) for each in view.features] or None,
            customProperties=told
            | ({"features": ", ".join(facet["features"])} if "features" in facet else {}),
        ),
    )


def of_deployment(view: DeploymentView) -> Iterator[Aspect]:
    name, number = view.deployment.dataset.name, view.deployment.version
    yield aspect(
        urns.deployment_urn(name, number),
        dh.MLModelDeploymentPropertiesClass(
            createdAt=millis(view.at),
            version=dh.VersionTagClass(versionTag=number),
            customProperties={
                "models": ", ".join(f"{each.dataset.name}@{each.version}" for each in view.models)
            },
        ),
    )


def _kind(native: str) -> str:
    """DataHub's word for a feature's type."""
    word = native.lower()
    if word.startswith(_MEASURED):
        return dh.MLFeatureDataTypeClass.CONTINUOUS
    if word.startswith(_COUNTED):
        return dh.MLFeatureDataTypeClass.COUNT
    return next((kind for start, kind in _KINDS.items() if word.startswith(start)), "UNKNOWN")
