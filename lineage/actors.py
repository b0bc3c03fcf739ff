"""Who acts: authenticated by a token, or only asserted."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    TRAINER = "trainer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ENGINEER = "engineer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A name, and whether it was proven. Four-eyes acts need a proven one."""

    name: str
    authenticated: bool = False
    role: Role | None = None

    def __str__(self) -> str:
        return self.name if self.authenticated else f"{self.name} (asserted)"
