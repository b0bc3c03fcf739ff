"""One step as one run of the record, emitted over HTTP below the pipeline's; refusals printed for the parent.

The environment says where everything is (training.surroundings).
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lakehouse.lake import Lake
from lineage.emitter import emitter_over_http
from lineage.errors import LakeproofError
from lineage.ids import new_id
from lineage.names import JobId, TableVersion
from lineage.recorder import JobKind, Recorder, RunInProgress
from lineage.times import system_clock
from training.errors import NoIntake
from training.refusals import refusal_line
from training.request import Assignment
from training.surroundings import CATALOG_URL, HOME, TOKEN


@contextmanager
def announced(step: str, assignment: Assignment, *, reads: Sequence[TableVersion]) -> Iterator[RunInProgress]:
    """The run `training.<pipeline>.<step>`, with its inputs at their pinned versions."""
    try:
        recorder = Recorder(
            emitter_over_http(_url(os.environ), token=os.environ.get(TOKEN) or None),
            actor=assignment.actor,
            environment=assignment.environment,
            clock=system_clock,
            new_id=new_id,
        )
        job = JobId.ours("training", assignment.pipeline, step)
        with recorder.run(
            job, kind=JobKind(integration="KUBEFLOW", type="TASK"), parent=assignment.parent
        ) as run:
            for version in reads:
                run.reads_table(version)
            yield run
    except LakeproofError as error:
        print(refusal_line(error), flush=True)
        raise


def home() -> Path:
    """The home folder of this process."""
    return Path(os.environ[HOME])


def lake() -> Lake:
    """The lake of the home."""
    return Lake(home() / "lake")


def write_json(path: str | Path, document: Mapping[str, object]) -> None:
    """Write a small artifact: sorted keys, so that the same content is the same bytes."""
    Path(path).write_text(json.dumps(document, sort_keys=True, allow_nan=False, indent=1))


def _url(environment: Mapping[str, str]) -> str:
    url = environment.get(CATALOG_URL)
    if not url:
        raise NoIntake(
            f"the step does not know where its events should go: {CATALOG_URL} is not set",
            next_move="start the catalog (`lakeproof catalog serve`) and set it to its address",
        )
    return url
