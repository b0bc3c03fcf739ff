"""How a step's refusal reaches the process that started the pipeline: as one marked line of its log. Pure.

Kubeflow keeps only the exit status of a step, and a step's log is all that comes back from any of its
runners.
"""

import json
import re

from lineage.errors import BadInput, Fault, LakeproofError, NotFound, Refused
from training.errors import BadSetting, BadTrainingData, GateFailed, NoIntake, StepFailed

_MARK = "lakeproof-refusal:"
_LINE = re.compile(rf"^\s*{re.escape(_MARK)} (\{{.*\}})\s*$", re.MULTILINE)
_KINDS: dict[str, type[LakeproofError]] = {
    kind.__name__: kind
    for kind in (BadInput, NotFound, Refused, Fault, BadSetting, BadTrainingData, GateFailed, NoIntake)
}


def refusal_line(error: LakeproofError) -> str:
    """The error as a line of a log."""
    kind = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _KINDS), Fault.__name__)
    parts = {"kind": kind, "message": error.message, "next_move": error.next_move}
    return f"{_MARK} {json.dumps(parts, sort_keys=True)}"


def refusal_in(log: str, *, kept: str) -> LakeproofError:
    """The refusal that a log tells of; else StepFailed with the log's end. `kept`: where in the home the
    log lies.
    """
    lines = _LINE.findall(log)
    if lines:
        parts = json.loads(lines[-1])
        return _KINDS[parts["kind"]](parts["message"], next_move=parts["next_move"])
    tail = " | ".join(line.strip() for line in log.splitlines() if line.strip()).strip()[-800:]
    return StepFailed(
        f"a step of the pipeline failed without saying why; its log ends: {tail or '(empty)'}",
        next_move=f"read the whole log in the home's {kept}",
    )
