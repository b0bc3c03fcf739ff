"""What was checked, with what outcome, and the coverage that follows from all of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lineage.canonical import Json
from lineage.certainty import Coverage, Failed, NotCheckable, Verdict, Verified

_FEW = 3  # checks that a coverage spells out


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` is a stable word, `about` the thing that was looked at."""

    name: str
    about: str
    verdict: Verdict

    @property
    def status(self) -> str:
        return Coverage(verdict=self.verdict).status

    @property
    def said(self) -> str:
        """The reason, or what was found to be so."""
        match self.verdict:
            case Failed(reason=reason) | NotCheckable(reason=reason):
                return reason
            case Verified(notes=notes):
                return "; ".join(notes)

    def to_json(self) -> dict[str, Json]:
        return {"name": self.name, "about": self.about, "status": self.status, "said": self.said}


def verified(name: str, about: object, said: str) -> Check:
    return Check(name=name, about=str(about), verdict=Verified(notes=(said,)))


def failed(name: str, about: object, reason: str) -> Check:
    return Check(name=name, about=str(about), verdict=Failed(reason=reason))


def not_checkable(name: str, about: object, reason: str) -> Check:
    return Check(name=name, about=str(about), verdict=NotCheckable(reason=reason))


def holds(name: str, about: object, so: bool, *, said: str, otherwise: str) -> Check:
    """Verified when it is so, failed when it is not."""
    return verified(name, about, said) if so else failed(name, about, otherwise)


def coverage_of(checks: Sequence[Check], *, notes: tuple[str, ...] = (), complete: bool = True) -> Coverage:
    """Failed if any check failed, else not checkable if any was, else verified; the reason names them all."""
    for kind, word in ((Failed, "failed"), (NotCheckable, "could not be made")):
        of_kind = [check for check in checks if isinstance(check.verdict, kind)]
        if of_kind:
            listed = "; ".join(f"{check.about}: {check.said}" for check in of_kind)
            reason = f"{len(of_kind)} of {len(checks)} checks {word}: {listed}"
            return Coverage(verdict=kind(reason=reason), complete=complete, notes=notes)
    said: tuple[str, ...] = (f"{len(checks)} checks, all of them held",)
    if len(checks) <= _FEW:
        said = tuple(f"{check.about}: {check.said}" for check in checks)
    return Coverage(verdict=Verified(notes=said), complete=complete, notes=notes)
