"""Export a report: build its pack, write it in one step, log the export, write the receipt beside it."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from audit_app.packs import members
from audit_app.packs.build import Pack, build
from audit_app.packs.reading import rendered
from audit_app.reports import decision, impact
from audit_app.reports.dossier import Dossier
from audit_app.sources import Sources
from catalog.log.entry import Entry
from catalog.log.log import Log
from lineage.actors import Actor
from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.names import TableVersion
from lineage.times import Instants, render_moment

#: Each report with the one parameter that it takes.
REPORTS: Mapping[str, str] = {"decision": "prediction", "impact": "table_version"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Where pack and receipt lie, the SHA-256 of the pack's bytes, and its id."""

    path: Path
    receipt: Path
    sha256: str
    pack_id: str


def export(
    sources: Sources, name: str, parameters: Mapping[str, str], *, at: Instants, output: Path, actor: Actor
) -> Exported:
    """Write the pack of a report to output, and its receipt beside it. The export is logged.

    Raises BadInput for an unknown report, parameters it does not take, or a place that cannot be written;
    NotFound when the record does not know what is asked about.
    """
    _check_place(output)
    dossier = gather(sources, name, parameters, settled(sources, at))
    log = sources.catalog.log
    pack = build(dossier, log)
    receipt = output.with_name(members.receipt(output.name))
    with ExitStack() as drafts:
        draft = drafts.enter_context(_draft(output, pack.data))
        entry = log.append("export", _logged(dossier, pack), actor=actor)
        proof = drafts.enter_context(_draft(receipt, _receipt(dossier, pack, entry, log)))
        draft.replace(output)
        proof.replace(receipt)
    return Exported(path=output, receipt=receipt, sha256=pack.sha256, pack_id=pack.id)


def gather(sources: Sources, name: str, parameters: Mapping[str, str], at: Instants) -> Dossier:
    """The report's dossier. Raises BadInput for an unknown name or wrong parameters, NotFound."""
    wanted = REPORTS.get(name)
    if wanted is None:
        raise BadInput(f"there is no report '{name}'", next_move=f"choose one of: {', '.join(REPORTS)}")
    if set(parameters) != {wanted}:
        given = ", ".join(sorted(parameters)) or "none"
        raise BadInput(
            f"report '{name}' takes the parameter {wanted}, given: {given}",
            next_move=f"lakeproof report {name} --set {wanted}=…",
        )
    if name == "impact":
        return impact.gather(sources, TableVersion.parse(parameters[wanted]), at)
    return decision.gather(sources, _prediction(parameters[wanted]), at)


def settled(sources: Sources, at: Instants) -> Instants:
    """The same times with known_at brought back to the last entry known: the pack depends on the log's size alone."""
    if at.log_size == 0:
        return at
    known_at = sources.catalog.log.entry(at.log_size - 1).recorded_at
    return Instants(as_of=at.as_of, known_at=known_at, log_size=at.log_size)


def _prediction(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(
            f"'{text}' is not a prediction id",
            next_move="prediction ids are UUIDs, as the scoring service answered",
        ) from error


def _logged(dossier: Dossier, pack: Pack) -> dict[str, Json]:
    at = dossier.answer.at
    return {
        "report": dossier.name,
        "parameters": dict(dossier.answer.parameters),
        "pack_sha256": pack.sha256,
        "pack_id": pack.id,
        "as_of": render_moment(at.as_of),
        "known_at": render_moment(at.known_at),
        "log_size": at.log_size,
    }


def _receipt(dossier: Dossier, pack: Pack, entry: Entry, log: Log) -> bytes:
    proof = log.proof(entry.seq)
    size = int(proof.checkpoint.split("\n")[1])
    receipt: dict[str, Json] = {
        "format": members.RECEIPT_FORMAT,
        **_logged(dossier, pack),
        "operator": {"name": entry.actor.name, "authenticated": entry.actor.authenticated},
        "exported_at": render_moment(entry.recorded_at),
        "log_entry": {
            "envelope": entry.envelope.to_bytes().decode(),
            "payload": entry.payload.decode(),
            "path": [step.hex() for step in proof.path],
            "checkpoint": proof.checkpoint,
            "consistency": [step.hex() for step in log.consistency(dossier.answer.at.log_size, size)],
        },
    }
    return rendered(receipt)


def _check_place(output: Path) -> None:
    """Before anything is gathered: whether a file can stand there at all."""
    if output.is_dir() or not output.parent.is_dir():
        what = "is a folder" if output.is_dir() else "lies in no folder that exists"
        raise BadInput(
            f"the pack cannot be written to {output}: it {what}", next_move="name a file: -o PACK.zip"
        )


@contextmanager
def _draft(path: Path, data: bytes) -> Iterator[Path]:
    """The bytes under a name of their own beside path, on the disk; gone at the end unless renamed. Raises BadInput."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written: {error.strerror}", next_move="name another place: -o PACK.zip"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
