"""Read findings: those that runs stated, and those that were logged by themselves."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.graph.orm import FindingRow, RunRow, StatementRow
from catalog.graph.records import FindingRecord
from catalog.graph.visible import visible
from catalog.log import rows
from catalog.log.entry import Entry
from catalog.log.orm import EntryRow
from lineage.errors import BadInput
from lineage.findings import Finding, Severity
from lineage.names import RunId
from lineage.times import Instants, render_moment

#: The kind of log entry that is a finding.
KIND = "finding"


def findings(session: Session, at: Instants) -> tuple[FindingRecord, ...]:
    """Newest first."""
    found = [*_of_runs(session, at), *_logged(session, at)]
    return tuple(sorted(found, key=lambda each: -each.entry))


def _of_runs(session: Session, at: Instants) -> Iterator[FindingRecord]:
    query = (
        select(FindingRow, RunRow.uuid, StatementRow.recorded_at)
        .join(RunRow, RunRow.id == FindingRow.run_id)
        .join(StatementRow, StatementRow.seq == FindingRow.seq)
        .where(visible(FindingRow, at))
        .order_by(FindingRow.seq, FindingRow.id)
    )
    stated: set[tuple[int, str]] = set()
    for row, uuid, recorded_at in session.execute(query):
        if (row.run_id, row.digest) not in stated:
            stated.add((row.run_id, row.digest))
            yield FindingRecord(
                finding=_finding(json.loads(row.body)),
                run=RunId(UUID(uuid)),
                since=row.event_time,
                known_from=recorded_at,
                entry=row.seq,
            )


def _logged(session: Session, at: Instants) -> Iterator[FindingRecord]:
    entries = rows.select_entries().where(
        EntryRow.kind == KIND,
        EntryRow.seq < at.log_size,
        EntryRow.recorded_at <= render_moment(at.as_of),
    )
    for entry in rows.read_entries(session, entries):
        yield FindingRecord(
            finding=_read(entry),
            run=None,
            since=entry.recorded_at,
            known_from=entry.recorded_at,
            entry=entry.seq,
        )


def _read(entry: Entry) -> Finding:
    try:
        return _finding(entry.body())
    except (BadInput, KeyError, ValueError):
        return Finding(
            kind="unreadable-finding",
            severity=Severity.MAJOR,
            subject=f"log entry {entry.seq}",
            message="an entry of this kind was logged that is not a finding",
            remedy="read the entry itself, and correct what logged it",
            evidence={"entry": entry.seq},
        )


def _finding(body: Mapping[str, Any]) -> Finding:
    return Finding(
        kind=body["kind"],
        severity=Severity(body["severity"]),
        subject=body["subject"],
        message=body["message"],
        remedy=body["remedy"],
        evidence=body["evidence"],
    )
