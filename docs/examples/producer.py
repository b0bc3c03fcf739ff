"""Any program can tell the record what it did: this one exports a table of the lake to a file.

Run it with OPENLINEAGE_URL and OPENLINEAGE_API_KEY set. It needs only the package `openlineage-python`.
"""

from datetime import UTC, datetime

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import dataset_version_dataset
from openlineage.client.uuid import generate_new_uuid

PRODUCER = "https://example.org/monthly-export"


def event(state: RunState, run: Run) -> RunEvent:
    """The run as it stands: it reads bronze.payments@2 and writes a file."""
    version = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion="2")
    return RunEvent(
        eventType=state,
        eventTime=datetime.now(UTC).isoformat(),
        run=run,
        job=Job(namespace="reporting", name="monthly_export"),
        inputs=[InputDataset("lakeproof://lake", "bronze.payments", facets={"version": version})],
        outputs=[OutputDataset("file://exports", "payments_2026-01.xlsx")],
        producer=PRODUCER,
    )


if __name__ == "__main__":
    client = OpenLineageClient()  # reads OPENLINEAGE_URL and OPENLINEAGE_API_KEY
    run = Run(runId=str(generate_new_uuid()))
    client.emit(event(RunState.START, run))
    client.emit(event(RunState.COMPLETE, run))
    print(f"told: run {run.runId}")
