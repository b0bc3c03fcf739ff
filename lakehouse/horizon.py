"""How far back each table can really be read, against what its class promises. Nothing is changed here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lakehouse.errors import DamagedTable
from lakehouse.lake import Lake
from lakehouse.retention import Retention, retention
from lakehouse.tables import CLASS_PROPERTY, FILES_PROPERTY, LOG_PROPERTY, lacking
from lineage.errors import NotFound
from lineage.findings import Finding, Severity
from lineage.names import TableName, TableVersion

_DAYS = re.compile(r"interval (\d+) days?\Z")
#: Delta's own defaults, in days, where a table says nothing.
_DEFAULT = {LOG_PROPERTY: 30, FILES_PROPERTY: 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """A table's past: promised, configured, and found.

    `promised` is None where the table bears no retention class. `log_days`, `file_days`: what its properties
    keep, None if not understood. `oldest` is the oldest version whose log and files are all there; None: not
    even the newest is.
    """

    table: TableName
    promised: Retention | None
    log_days: int | None
    file_days: int | None
    oldest: int | None
    newest: int
    findings: tuple[Finding, ...]


def horizons(lake: Lake, *, at: datetime) -> tuple[Horizon, ...]:
    """One per table, in name order; `at` is the moment of asking. Findings mean a broken promise."""
    return tuple(horizon(lake, table, at=at) for table in lake.tables())


def horizon(lake: Lake, table: TableName, *, at: datetime) -> Horizon:
    """Raises NoSuchTable; DamagedTable when the log itself cannot be read."""
    delta = lake.open(table)
    newest = delta.version()
    created = datetime.fromtimestamp((delta.metadata().created_time or 0) / 1000, UTC)
    configuration = delta.metadata().configuration
    promised = _promised(configuration, at)
    oldest = _oldest(lake, table, newest)
    return Horizon(
        table=table,
        promised=promised,
        log_days=_days(configuration, LOG_PROPERTY),
        file_days=_days(configuration, FILES_PROPERTY),
        oldest=oldest,
        newest=newest,
        findings=tuple(_findings(_Seen(table, configuration, promised, oldest, newest, at - created))),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    table: TableName
    configuration: Mapping[str, str | None]
    promised: Retention | None
    oldest: int | None
    newest: int
    age: timedelta


def _findings(seen: _Seen) -> Iterator[Finding]:
    if seen.promised is None:
        yield Finding(
            kind="ungoverned-table",
            severity=Severity.MAJOR,
            subject=str(seen.table),
            message=f"{seen.table} bears no retention class: nobody promised how long its past is kept",
            remedy="create it through the lakehouse room, or give it a class",
            evidence={"class": seen.configuration.get(CLASS_PROPERTY)},
        )
    elif wrong := lacking(seen.configuration, seen.promised):
        yield Finding(
            kind="short-horizon",
            severity=Severity.CRITICAL,
            subject=str(seen.table),
            message=f"{seen.table} is not configured to keep what class {seen.promised.name} promises",
            remedy=f"set its properties back: {', '.join(sorted(wrong))}",
            evidence={name: seen.configuration.get(name) for name in sorted(wrong)},
        )
    lost = seen.newest + 1 if seen.oldest is None else seen.oldest
    if lost and (seen.promised is None or seen.age < timedelta(days=seen.promised.days)):
        yield Finding(
            kind="past-lost",
            severity=Severity.CRITICAL,
            subject=str(seen.table),
            message=f"{seen.table} is {seen.age.days} days old, and versions 0 to {lost - 1} cannot be read",
            remedy="restore the missing log or data files from a backup of the home",
            evidence={"oldest_readable": seen.oldest, "newest": seen.newest},
        )


def _promised(configuration: Mapping[str, str | None], at: datetime) -> Retention | None:
    name = configuration.get(CLASS_PROPERTY)
    try:
        return None if name is None else retention(name, on=at.date())
    except NotFound:
        return None


def _days(configuration: Mapping[str, str | None], name: str) -> int | None:
    value = configuration.get(name)
    if value is None:
        return _DEFAULT[name]
    match = _DAYS.match(value)
    return int(match[1]) if match else None


def _oldest(lake: Lake, table: TableName, newest: int) -> int | None:
    """From the oldest on: a gap in the middle makes everything before it unreadable as a whole."""
    folder = Path(lake.path(table))
    there: dict[str, bool] = {}
    for version in range(newest + 1):
        try:
            files = lake.files(TableVersion(table=table, version=version))
        except DamagedTable:
            continue
        for file in files:
            if file.path not in there:
                there[file.path] = (folder / file.path).exists()
        if all(there[file.path] for file in files):
            return version
    return None
