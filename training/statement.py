"""What the record is told of a registered model version, by the step that registers it and by the
pipeline's run.
"""

from dataclasses import dataclass
from typing import Any

from lineage.facets import ModelDatasetFacet
from lineage.models import ModelVersion
from lineage.names import DatasetId
from lineage.recorder import RunInProgress, columns_facet, schema_facet
from training.request import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStatement:
    """`new` is False when this run trained what was registered before."""

    model: ModelVersion
    new: bool
    digest: str
    file_sha256: str
    features: tuple[str, ...]
    mlflow_run: str


def state(run: RunInProgress, statement: ModelStatement, inputs: Inputs) -> None:
    """State the model as the run's output; one registered before has its origin already and is only
    touched.
    """
    if not statement.new:
        run.touches(statement.model.dataset.dataset)
        return
    source = inputs.features.table.dataset
    outcome = (inputs.outcomes.table.dataset, "approve", "INDIRECT", "CONDITIONAL")
    columns: dict[str, list[tuple[DatasetId, str, str, str]]] = {
        name: [(source, name, "DIRECT", "TRANSFORMATION"), outcome] for name in statement.features
    }
    facets: dict[str, Any] = {
        "lakeproof_model": ModelDatasetFacet(
            digest=statement.digest,
            file_sha256=statement.file_sha256,
            features=list(statement.features),
            mlflow_run=statement.mlflow_run,
        ),
        "schema": schema_facet([(name, "double") for name in statement.features]),
        "columnLineage": columns_facet(columns),
    }
    run.writes(statement.model.dataset, **facets)
