"""How sure an answer is: certainty of a version, verdict of a check, coverage of an answer.

Unknown is a type here, never a blank.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Certainty(StrEnum):
    """How a version is known. Ordered from best to worst."""

    DECLARED = "declared"  # by a version facet or a commit binding
    MATCHED = "matched"  # found in the table's own history; of columns: read from the job's SQL
    BOUNDED = "bounded"  # between the times of a run
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Checked, and it is so."""

    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Checked, and it is not so."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCheckable:
    """Could not be checked, and why."""

    reason: str


Verdict: TypeAlias = Verified | Failed | NotCheckable


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What an answer says about itself.

    `complete` is False when something was cut; a note then says what, and how to get the rest.
    """

    verdict: Verdict = field(default_factory=Verified)
    complete: bool = True
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        match self.verdict:
            case Verified():
                return "verified"
            case Failed():
                return "failed"
            case NotCheckable():
                return "not_checkable"


def worst(verdicts: "tuple[Verdict, ...]") -> Verdict:
    """The verdict of a whole: failed if any part failed, else not checkable if any part was, else verified."""
    for kind in (Failed, NotCheckable):
        for verdict in verdicts:
            if isinstance(verdict, kind):
                return verdict
    return Verified()
