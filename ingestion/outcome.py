"""What came of a load, as a value and as a sentence."""

from dataclasses import dataclass

from lineage.canonical import Json
from lineage.findings import Finding
from lineage.names import RunId, TableVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """`already`: nothing changed, the file was loaded before by `run`. `versions`: every commit of that run.

    `key` is the delivery's. `corrected`: the file replaces what was loaded for it before. `superseded`: another
    file has replaced this one since.
    """

    run: RunId
    file: str
    key: str
    already: bool
    corrected: bool
    superseded: bool = False
    rows: int
    loaded: int
    quarantined: int
    versions: tuple[TableVersion, ...]
    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        if self.already:
            since = " and replaced since" if self.superseded else ""
            return f"{self.file}: already loaded by run {self.run}{since}; nothing changed"
        verb = "replaces" if self.corrected else "is"
        counts = f"{self.loaded} of {self.rows} rows loaded, {self.quarantined} in quarantine"
        return f"{self.file} {verb} {self.key}: {counts}"

    def to_json(self) -> dict[str, Json]:
        """What `lakeproof ingest --json` prints."""
        return {
            "run": str(self.run),
            "file": self.file,
            "delivery": self.key,
            "already": self.already,
            "corrected": self.corrected,
            "superseded": self.superseded,
            "rows": self.rows,
            "loaded": self.loaded,
            "quarantined": self.quarantined,
            "versions": [str(version) for version in self.versions],
            "findings": [finding.to_json() for finding in self.findings],
        }
