"""What is wrong with an event: every fault with its JSON path, what was found and what would be right."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from lineage.errors import BadInput

Path: TypeAlias = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z_$][\w$]*\Z")
_SHOWN = 80

#: Faults that are listed of one event; beyond them it is only said that there are more.
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """`path` is a JSON path such as `$.inputs[0].name`."""

    path: str
    found: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}, wanted {self.wanted}"

    def to_json(self) -> dict[str, str]:
        return {"path": self.path, "found": self.found, "wanted": self.wanted}


class InvalidEvent(BadInput):
    """An event that the specification forbids. `faults` lists everything that is wrong, at least one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        listed = "; ".join(str(fault) for fault in self.faults)
        super().__init__(
            f"not an OpenLineage event ({len(self.faults)} fault{'s' * (len(self.faults) > 1)}): {listed}",
            next_move="correct the producer and send it again (rules: https://openlineage.io/docs/spec)",
        )


def at_most(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each of faults once, and no more than MOST of them; no more are asked for."""
    listed: dict[Fault, None] = {}
    for fault in faults:
        if len(listed) == MOST and fault not in listed:
            listed[Fault(path="$", found=f"more than {MOST} faults", wanted="an event with none")] = None
            break
        listed[fault] = None
    return tuple(listed)


def render_path(path: Path) -> str:
    """`$.inputs[0]['odd key']`."""
    return "$" + "".join(_step(step) for step in path)


def render_found(value: object) -> str:
    """The offending value, short enough for a message."""
    if isinstance(value, dict):
        return f"an object of {len(value)} keys"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    text = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.match(step) else f"[{step!r}]"
