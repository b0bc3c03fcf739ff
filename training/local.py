"""Run a pipeline with Kubeflow's local runner: `python -m training.local PIPELINE SCRATCH < ASSIGNMENT`.

A process of its own, because the runner prints through the whole process's standard output and keeps global
state. The pipeline's output goes to `<scratch>/output.json`.
"""

import sys
from pathlib import Path

from kfp import local

from training.compiled import PIPELINES

OUTPUT = "output.json"


def run(pipeline: str, scratch: Path, assignment: str) -> None:
    """Run each step with this interpreter, in which our rooms are importable."""
    local.init(
        runner=local.SubprocessRunner(use_venv=False),
        pipeline_root=str(scratch / "artifacts"),
        workspace_root=str(scratch / "workspace"),
    )
    finished = PIPELINES[pipeline](assignment=assignment)
    (scratch / OUTPUT).write_text(finished.output)


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), sys.stdin.read())
