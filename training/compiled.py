"""Pipelines as Kubeflow's intermediate representation.

`python -m training.compiled tests/golden/training` writes the golden files anew.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from kfp import compiler

from training.pipelines.mortgage import NAME, mortgage

PIPELINES: dict[str, Any] = {NAME: mortgage}


def compiled(name: str) -> str:
    """The pipeline's IR YAML, without the version of the compiler that wrote it."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pipeline.yaml"
        compiler.Compiler().compile(PIPELINES[name], str(path))
        return "".join(
            line for line in path.read_text().splitlines(keepends=True) if not line.startswith("sdkVersion")
        )


def write(folder: Path) -> None:
    """Write every pipeline to `<folder>/<name>.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PIPELINES:
        (folder / f"{name}.yaml").write_text(compiled(name))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
