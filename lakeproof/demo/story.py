"""Tell the demo: each step through the operation of its room, timed and said in a line or two."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lakeproof.demo.state import Demo
from lakeproof.demo.steps import approve, correct, ingest, prove, score, train, transform

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A heading, and what does it and tells about it."""

    name: str
    tell: Callable[[Demo], Iterator[str]]


STEPS = (
    Step(name="Ingest", tell=ingest.tell),
    Step(name="Transform", tell=transform.tell),
    Step(name="Train", tell=train.tell),
    Step(name="Approve and deploy", tell=approve.tell),
    Step(name="Score", tell=score.tell),
    Step(name="Correct", tell=correct.tell),
    Step(name="Prove", tell=prove.tell),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """How long a step took, in seconds of wall time."""

    name: str
    seconds: float


def tell(demo: Demo, say: Say) -> tuple[Timed, ...]:
    """Do every step in order."""
    timed = []
    for number, step in enumerate(STEPS, start=1):
        started = time.monotonic()
        say(f"\n{number}. {step.name}")
        for line in step.tell(demo):
            say(f"   {line}")
        timed.append(Timed(name=step.name, seconds=round(time.monotonic() - started, 1)))
        say(f"   ({timed[-1].seconds} s)")
    return tuple(timed)
