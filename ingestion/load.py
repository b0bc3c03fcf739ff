"""Load one drop under its contract, once: the function behind `lakeproof ingest`.

START, then everything the contract says is checked in memory; a drop of the wrong shape is refused with
nothing written; else bad rows, personal columns and the rest go each to its table, every commit bound to the
run. A load killed at any point is completed by loading the same file again: the run's id and each write's
number follow from the file.
"""

from dataclasses import dataclass
from pathlib import Path

from ingestion.check import Checked, check_rows
from ingestion.contract import Contract, Target
from ingestion.delivery import Replace, Runs, Settled, Taken, decide, delivery_key
from ingestion.errors import DeliveryTaken, SchemaChanged
from ingestion.facets import control_totals, output_facets, quarantine_finding
from ingestion.header import header_changes
from ingestion.outcome import LoadOutcome
from ingestion.sealing import commitments_digest, seal_rejections, seal_rows
from ingestion.slices import Slice, SliceState
from ingestion.source import RawTable, SourceFile, parse_csv, read_source
from ingestion.statement import (
    COLUMNS_REMEDY,
    delivery_taken,
    note_details,
    note_findings,
    schema_change,
    state_checks,
    state_output,
    state_supersession,
)
from ingestion.tables import Stamp, delta_fields, drop_tables
from lakehouse.lake import Lake
from lakehouse.vault import Vault, in_batch
from lineage.canonical import Json
from lineage.findings import Finding
from lineage.names import JobId
from lineage.recorder import Recorder, RunInProgress


def load(
    contract: Contract,
    source: Path,
    *,
    lake: Lake,
    vault: Vault,
    recorder: Recorder,
    correction: str | None = None,
) -> LoadOutcome:
    """Load a drop, or find that it is loaded. `correction` says why a slice that is there is to be replaced.

    Raises UnreadableSource, UnknownDelivery; SchemaChanged when the columns are not the contract's;
    DeliveryTaken when another file was loaded for the slice, or there is nothing to correct. Then nothing of
    the file was written.
    """
    file = read_source(source)
    place = Slice.of(contract, delivery_key(contract, file.name), lake)
    runs = Runs.of(contract, file)
    state = place.state(runs)
    intent = decide(runs, holders=state.holders, committed=state.committed, correcting=correction is not None)
    if isinstance(intent, Settled):
        return _settled(file, place, intent, corrected=intent.run == runs.correction)
    if isinstance(intent, Taken) and intent.recorded:
        raise _refusal(file, place, intent)
    with recorder.run(JobId.ours("ingestion", contract.name), run_id=intent.run) as run:
        run.reads(file.dataset.dataset, file.dataset.version)
        if isinstance(intent, Taken):
            note_findings(run, [delivery_taken(contract, file, place.key, intent)])
            raise _refusal(file, place, intent)
        because = None
        if isinstance(intent, Replace):
            because = state.because(intent.run) or correction
        return _Load(file=file, slice=place, state=state, vault=vault, run=run, because=because).go()


def _settled(file: SourceFile, place: Slice, intent: Settled, *, corrected: bool) -> LoadOutcome:
    checked = check_rows(place.contract, parse_csv(file), key=place.key)
    return LoadOutcome(
        run=intent.run,
        file=file.name,
        key=place.key,
        already=True,
        corrected=corrected,
        superseded=True,
        rows=len(checked.accepted) + len(checked.rejected),
        loaded=len(checked.accepted),
        quarantined=len(checked.rejected),
        versions=tuple(version for of in place.written(intent.run).values() for version in of),
        findings=(),
    )


def _refusal(file: SourceFile, place: Slice, intent: Taken) -> DeliveryTaken:
    return DeliveryTaken(f"{file.name} was refused for {place.key}: {intent.why}", next_move=intent.next_move)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """One file on its way into its slice. `because` says why it replaces the slice; None: it is the first."""

    file: SourceFile
    slice: Slice
    state: SliceState
    vault: Vault
    run: RunInProgress
    because: str | None

    @property
    def contract(self) -> Contract:
        return self.slice.contract

    def go(self) -> LoadOutcome:
        """Check, write, state. Raise UnreadableSource or SchemaChanged before anything is written."""
        table = parse_csv(self.file)
        findings = self._check_header(table)
        checked = check_rows(self.contract, table, key=self.slice.key)
        quarantined = quarantine_finding(self.contract, self.file, checked)
        findings += [quarantined] if quarantined is not None else []
        note_findings(self.run, findings)
        state_checks(self.run, self.contract, self.file, checked)
        already = self._is_stored(checked)
        subjects = self._stored_subjects() if already else self._store(checked)
        totals = control_totals(self.contract, table, checked)
        keys: dict[str, Json] = {
            "count": len(subjects),
            "commitments_sha256": commitments_digest(subjects, self.vault),
        }
        note_details(self.run, self.contract, self.slice.key, {**totals, "subject_keys": keys})
        versions = self.slice.written(self.run.id)
        for target, rows in self._rows(checked).items():
            fields = delta_fields(self.slice.declared[target].schema)
            facets = output_facets(self.contract, target, self.file.dataset.dataset, fields)
            state_output(self.run, target.table, versions[target], rows=rows, facets=facets)
        if self.because is not None:
            state_supersession(self.run, self.because, self.slice.where, versions)
        return LoadOutcome(
            run=self.run.id,
            file=self.file.name,
            key=self.slice.key,
            already=already,
            corrected=self.because is not None,
            rows=len(table.rows),
            loaded=len(checked.accepted),
            quarantined=len(checked.rejected),
            versions=tuple(version for of in versions.values() for version in of),
            findings=tuple(findings),
        )

    def _check_header(self, table: RawTable) -> list[Finding]:
        changes = header_changes(self.contract, table.header)
        findings = [schema_change(self.contract, self.file, changes)] if changes else []
        note_findings(self.run, findings)
        if any(change.refuses for change in changes):
            raise SchemaChanged(
                f"{self.file.name} was refused as a whole: {'; '.join(map(str, changes))}",
                next_move=COLUMNS_REMEDY,
            )
        return findings

    def _rows(self, checked: Checked) -> dict[Target, int]:
        loaded, rejected = len(checked.accepted), len(checked.rejected)
        return dict(zip(self.contract.targets, (rejected, loaded, loaded), strict=True))

    def _is_stored(self, checked: Checked) -> bool:
        """Whether an earlier attempt of this run wrote everything."""
        for target, rows in self._rows(checked).items():
            found = self.state.tables[target]
            if self.because is None:
                stored = str(self.run.id) in found.holders or (found.exists and not rows)
            else:
                stored = any(commit.run == self.run.id for commit in found.commits)
            if not stored:
                return False
        return True

    def _stored_subjects(self) -> set[str]:
        targets = (self.contract.quarantine, self.contract.rows)
        return {subject for target in targets for subject in self.slice.subjects(target, self.run.id)}

    def _store(self, checked: Checked) -> set[str]:
        """Write what this run has not written yet, keys before what they encrypt; the persons it is about."""
        with in_batch(self.vault):
            rows = seal_rows(self.contract, checked, self.vault)
            rejections = seal_rejections(self.contract, checked, self.file, self.vault)
        stamp = Stamp(key=self.slice.key, load_id=str(self.run.id), file=self.file.name)
        once = f"{self.contract.id}:{self.file.sha256}:{self.run.id}"
        for target, data in drop_tables(self.contract, rows, rejections, stamp).items():
            self.slice.write(self.run, target, data, once=once, because=self.because)
        return {row.subject_ref for row in rows} | {row.subject_ref for row in rejections}
