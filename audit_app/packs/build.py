"""A dossier as an evidence pack: deterministic bytes, a function of question, parameters, as_of and log size.

Who exports it, and when, is not in it: that is the receipt's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from audit_app.packs import members
from audit_app.packs.evidence import pack_id
from audit_app.packs.reading import digest, rendered
from audit_app.packs.standalone import standalone
from audit_app.packs.stored import write_stored
from audit_app.packs.tables import to_csv
from audit_app.reports.dossier import Dossier, FiledProof
from audit_app.reports.typeset import Imprint, said, typeset
from catalog.log.changing_keys import KIND as ROTATED
from catalog.log.log import Log
from catalog.log.proof import Proof
from lineage.canonical import Json
from lineage.times import render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    data: bytes
    id: str

    @property
    def sha256(self) -> str:
        return digest(self.data)


def build(dossier: Dossier, log: Log) -> Pack:
    """The pack, proven under the head that the log had when it was as long as the answer says."""
    note = log.checkpoint(dossier.answer.at.log_size)
    made = dict(_members(dossier, log, note))
    id_ = pack_id(made)
    imprint = Imprint(pack_id=id_, checkpoint=note, log_key=log.verifier)
    made[members.REPORT] = typeset(dossier, imprint)
    made[members.MANIFEST] = rendered(_manifest(dossier, made, id_))
    return Pack(data=write_stored(made), id=id_)


def _members(dossier: Dossier, log: Log, note: str) -> Iterator[tuple[str, bytes]]:
    """All but the report and the manifest, which state the id that these give."""
    size = dossier.answer.at.log_size
    yield members.ANSWER, rendered(dossier.answer.to_json())
    yield members.CHECKPOINT, note.encode()
    yield members.LOG_KEY, f"{log.verifier}\n".encode()
    if changes := _key_changes(log):
        yield members.LOG_KEYS, rendered(changes)
    yield members.README, _readme(dossier)
    yield members.VERIFIER, standalone().encode()
    for table in dossier.tables:
        yield members.table(table.name), to_csv(table)
    for entry in dossier.entries:
        proof = Proof(envelope=entry.envelope, path=log.inclusion(entry.seq, size), checkpoint=note)
        yield members.event(entry.seq), entry.payload
        yield members.envelope(entry.seq), entry.envelope.to_bytes()
        yield members.proof(entry.seq), proof.text.encode()
    for entry in dossier.manifests:
        body = entry.body()
        yield members.table_manifest(str(body["table"]), int(body["version"])), entry.payload
    if dossier.prediction is not None:
        yield members.PREDICTION, dossier.prediction.leaf
        yield members.PREDICTION_PROOF, rendered(_proof(dossier.prediction))


def _key_changes(log: Log) -> list[Json]:
    """The signed statements by which the log's key in force follows from its first one, oldest first."""
    return [str(entry.body()["statement"]) for entry in log.entries(ROTATED)]


def _proof(filed: FiledProof) -> dict[str, Json]:
    return {
        "batch": filed.batch,
        "entry": filed.entry,
        "leaf_index": filed.index,
        "path": [step.hex() for step in filed.path],
        "root": filed.root,
        "size": filed.size,
    }


def _manifest(dossier: Dossier, made: dict[str, bytes], id_: str) -> dict[str, Json]:
    answer = dossier.answer.to_json()
    header = ("question", "parameters", "as_of", "known_at", "log_size", "coverage")
    return {
        "format": members.FORMAT,
        "pack_id": id_,
        "report": dossier.name,
        **{key: answer[key] for key in header},
        "files": [
            {"path": name, "size": len(made[name]), "sha256": digest(made[name])} for name in sorted(made)
        ],
        "totals": [
            {
                "what": total.what,
                "answer": list(total.answer),
                "table": members.table(total.table),
                "where": dict(total.where),
            }
            for total in dossier.totals
        ],
    }


def _readme(dossier: Dossier) -> bytes:
    at = dossier.answer.at
    text = files("audit_app.packs").joinpath("readme.txt").read_text(encoding="utf-8")
    return text.format(
        title=dossier.title,
        subject=dossier.subject,
        as_of=said(render_moment(at.as_of)),
        known_at=said(render_moment(at.known_at)),
        log_size=at.log_size,
    ).encode()
