"""What needs attention: a finding states what, how bad, on what evidence, and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lineage.canonical import Json


class Severity(StrEnum):
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`kind` is a stable word such as `schema-change`, `quarantine`, `unexplained-write`; `subject` a thing's name."""

    kind: str
    severity: Severity
    subject: str
    message: str
    remedy: str
    evidence: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": self.kind,
            "severity": self.severity.value,
            "subject": self.subject,
            "message": self.message,
            "remedy": self.remedy,
            "evidence": dict(self.evidence),
        }
