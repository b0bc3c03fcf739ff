"""What the members of a pack must be to each other: digests, proofs, signature, totals. Pure.

Only the standard library and `cryptography` are used, so that a pack's verifier can carry this file along.
"""

import base64
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from audit_app.packs.keys import keys_of
from audit_app.packs.members import (
    ANSWER,
    CHECKPOINT,
    FORMAT,
    LOG_KEY,
    LOG_KEYS,
    MANIFEST,
    PREDICTION,
    PREDICTION_PROOF,
    README,
    REPORT,
    VERIFIER,
    envelope,
    event,
    proof,
)
from audit_app.packs.reading import digest, object_of, unhex
from lineage.certainty import Failed, NotCheckable, Verdict, Verified
from lineage.checkpoints import Checkpoint, open_checkpoint, parse_verifier_key
from lineage.merkle import leaf_hash, verify_inclusion

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, csv.Error)
_ALWAYS = frozenset({MANIFEST, REPORT, ANSWER, CHECKPOINT, LOG_KEY, README, VERIFIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` is a stable word; `object` the member, or the part of the ZIP, that was looked at."""

    name: str
    verdict: Verdict
    object: str


def verified(name: str, about: str, said: str) -> Check:
    return Check(name=name, verdict=Verified(notes=(said,)), object=about)


def failed(name: str, about: str, reason: str) -> Check:
    return Check(name=name, verdict=Failed(reason=reason), object=about)


def not_checkable(name: str, about: str, reason: str) -> Check:
    return Check(name=name, verdict=NotCheckable(reason=reason), object=about)


def guarded(name: str, about: str, checks: Callable[[], Iterable[Check]]) -> list[Check]:
    """The checks; what cannot be read has failed."""
    found: list[Check] = []
    try:
        for check in checks():
            found.append(check)  # noqa: PERF402 - those before the one that raised are kept
    except _UNREADABLE as error:
        found.append(failed(name, about, f"it cannot be read as what it should be: {error!r}"))
    return found


def pack_id(members: Mapping[str, bytes]) -> str:
    """The id of a pack: SHA-256 over a line `digest  name` for each member but the manifest and the report.

    The report states the id, and the manifest both.
    """
    named = sorted(set(members) - {MANIFEST, REPORT})
    return digest("".join(f"{digest(members[name])}  {name}\n" for name in named).encode())


def check_members(members: Mapping[str, bytes]) -> list[Check]:
    """Everything that can be said of the members alone."""
    return [
        *guarded("manifest", MANIFEST, lambda: check_manifest(members)),
        *guarded("checkpoint", CHECKPOINT, lambda: check_head(members)),
        *guarded("entries", "events/", lambda: check_entries(members)),
        *guarded("manifests", "manifests/", lambda: check_manifests(members)),
        *guarded("prediction", PREDICTION, lambda: check_prediction(members)),
        *guarded("totals", ANSWER, lambda: check_totals(members)),
    ]


def check_manifest(members: Mapping[str, bytes]) -> Iterator[Check]:
    """Every member is listed, every listed one is there, each as its digest says; the pack's id is theirs."""
    if MANIFEST not in members:
        yield failed("manifest", MANIFEST, "it is missing")
        return
    stated = object_of(members[MANIFEST])
    if stated["format"] != FORMAT:
        yield failed(
            "manifest", MANIFEST, f"its format is {stated['format']!r}, this verifier knows {FORMAT}"
        )
        return
    listed = {one["path"]: one for one in stated["files"]}
    wrong = sorted(set(members) - set(listed) - {MANIFEST})
    yield from (failed("member", name, "the manifest does not know it") for name in wrong)
    for name, one in sorted(listed.items()):
        data = members.get(name)
        if data is None:
            wrong.append(name)
            yield failed("member", name, "it is missing")
        elif (one["sha256"], one["size"]) != (digest(data), len(data)):
            wrong.append(name)
            yield failed("member", name, f"its SHA-256 is {digest(data)}, the manifest says {one['sha256']}")
    for name in sorted(_ALWAYS - set(listed) - {MANIFEST}):
        wrong.append(name)
        yield failed("member", name, "every pack has one, the manifest does not list it")
    if not wrong:
        yield verified("members", MANIFEST, f"{len(members)} files, each as the manifest lists it")
    same = stated["pack_id"] == pack_id(members)
    yield (
        verified("pack-id", MANIFEST, f"pack {stated['pack_id']}")
        if same
        else failed(
            "pack-id", MANIFEST, f"its members give the id {pack_id(members)}, not {stated['pack_id']}"
        )
    )


def check_head(members: Mapping[str, bytes]) -> Iterator[Check]:
    """The checkpoint is signed by the pack's log key, and is of the size that answer and manifest name."""
    head = head_of(members)
    if head is None:
        yield failed("checkpoint", CHECKPOINT, f"it does not bear a valid signature by the key in {LOG_KEY}")
        return
    fingerprint = digest(members[LOG_KEY].strip())
    yield verified(
        "checkpoint",
        CHECKPOINT,
        f"{head.origin} signed {head.size} entries; key SHA-256 {fingerprint}, to be compared with the one "
        "that you had from elsewhere",
    )
    yield from _key_chain(members)
    answer, stated = object_of(members[ANSWER]), object_of(members[MANIFEST])
    for name, body in ((ANSWER, answer), (MANIFEST, stated)):
        if body["log_size"] != head.size:
            yield failed(
                "log-size", name, f"it speaks of {body['log_size']} entries, {CHECKPOINT} of {head.size}"
            )
    for key in ("question", "parameters", "as_of", "known_at"):
        if answer[key] != stated[key]:
            yield failed("header", MANIFEST, f"its {key} is not that of {ANSWER}")


def _key_chain(members: Mapping[str, bytes]) -> Iterator[Check]:
    """Where the log's key was changed: each change is signed by both keys, up to the one that signed the checkpoint."""
    if LOG_KEYS not in members:
        return
    chain, breaks = keys_of(members)
    for each in breaks:
        yield failed("key", LOG_KEYS, each.what)
    if not breaks:
        first = digest(chain.keys[0][0].encode())
        said = (
            f"{len(chain.keys) - 1} changes of keys, each signed by both; the first key's SHA-256 is {first}"
        )
        yield verified("key", LOG_KEYS, said)


def check_entries(members: Mapping[str, bytes]) -> list[Check]:
    """Each log entry: payload as its envelope states, envelope under the root that the checkpoint signs."""
    head = None
    found = list(_alone(members))
    with suppress(*_UNREADABLE):  # check_head says so
        head = head_of(members)
    seqs = _seqs(members, "envelopes/")
    if head is None:
        return [*found, failed("entries", "envelopes/", "without a valid checkpoint nothing proves them")]
    for seq in seqs:
        found += guarded("entry", envelope(seq), lambda seq=seq: _check_entry(members, seq, head))  # type: ignore[misc]
    if not found:
        found.append(
            verified("entries", "events/", f"{len(seqs)} log entries, each proven under the checkpoint")
        )
    return found


def _alone(members: Mapping[str, bytes]) -> Iterator[Check]:
    """Entries of which a part is missing."""
    everything = {seq for folder in ("events/", "envelopes/", "proofs/") for seq in _seqs(members, folder)}
    for seq in sorted(everything):
        for name in (event(seq), envelope(seq), proof(seq)):
            if name not in members:
                yield failed("entry", name, "it is missing")
    if not everything:
        yield failed("entries", "events/", "there is not one log entry in the pack")


def _seqs(members: Mapping[str, bytes], folder: str) -> list[int]:
    names = [name.removeprefix(folder).split(".")[0] for name in members if name.startswith(folder)]
    return sorted(int(name) for name in names if name.isdecimal())


def _check_entry(members: Mapping[str, bytes], seq: int, head: Checkpoint) -> Iterator[Check]:
    stated, payload = object_of(members[envelope(seq)]), members[event(seq)]
    if stated["seq"] != seq:
        yield failed("entry", envelope(seq), f"it is the envelope of entry {stated['seq']}")
    if (stated["payload_sha256"], stated["size"]) != (digest(payload), len(payload)):
        yield failed("payload", event(seq), f"it is not the payload that {envelope(seq)} states")
    intro, _, note = members[proof(seq)].decode().partition("\n\n")
    kind, index, *path = intro.split("\n")
    if (kind, index) != ("c2sp.org/tlog-proof@v1", f"index {seq}"):
        yield failed("inclusion", proof(seq), f"it is no proof of entry {seq}")
    if note != members[CHECKPOINT].decode():
        yield failed("inclusion", proof(seq), f"its checkpoint is not the pack's {CHECKPOINT}")
    steps = [base64.b64decode(step, validate=True) for step in path]
    if not verify_inclusion(leaf_hash(members[envelope(seq)]), seq, head.size, steps, head.root):
        yield failed(
            "inclusion", envelope(seq), f"{proof(seq)} does not prove that the log has it as entry {seq}"
        )


def check_manifests(members: Mapping[str, bytes]) -> Iterator[Check]:
    """Each table manifest is the payload of an entry of the log."""
    named = sorted(name for name in members if name.startswith("manifests/"))
    logged = {
        digest(members[event(seq)]): seq
        for seq in _seqs(members, "envelopes/")
        if object_of(members[envelope(seq)])["kind"] == "manifest"
    }
    wrong = [name for name in named if digest(members[name]) not in logged]
    yield from (failed("manifests", name, "no entry of the log in this pack says so") for name in wrong)
    if named and not wrong:
        yield verified("manifests", "manifests/", f"{len(named)} table manifests, each an entry of the log")


def check_prediction(members: Mapping[str, bytes]) -> Iterator[Check]:
    """The prediction stands under the root that its batch's run put into the log, and the answer is about it."""
    if PREDICTION not in members and PREDICTION_PROOF not in members:
        return
    leaf, stated = members[PREDICTION], object_of(members[PREDICTION_PROOF])
    path = [unhex(step) for step in stated["path"]]
    root = unhex(stated["root"])
    if not verify_inclusion(leaf_hash(leaf), stated["leaf_index"], stated["size"], path, root):
        yield failed("prediction", PREDICTION, f"{PREDICTION_PROOF} does not prove it under the batch's root")
        return
    run = object_of(members[event(stated["entry"])])["run"]
    details = run["facets"]["lakeproof_details"]["details"]
    if (run["runId"], details["merkle_root"]) != (stated["batch"], stated["root"]):
        yield failed(
            "prediction", PREDICTION_PROOF, f"{event(stated['entry'])} does not state this batch and root"
        )
        return
    told, record = object_of(members[ANSWER])["answer"]["prediction"], object_of(leaf)
    apart = sorted(key for key in record if told[key] != record[key])
    if apart:
        yield failed("prediction", ANSWER, f"it tells another {', '.join(apart)} than {PREDICTION}")
        return
    where = f"leaf {stated['leaf_index']} of {stated['size']} of its batch"
    yield verified("prediction", PREDICTION, f"{where}; the batch's root is in log entry {stated['entry']}")


def check_totals(members: Mapping[str, bytes]) -> Iterator[Check]:
    """The figures of the answer, counted again in the tables."""
    answer = object_of(members[ANSWER])["answer"]
    totals = object_of(members[MANIFEST])["totals"]
    wrong = False
    for total in totals:
        value: Any = answer
        for key in total["answer"]:
            value = value[key]
        stated = len(value) if isinstance(value, list) else value
        counted = sum(
            all(row[column] == wanted for column, wanted in total["where"].items())
            for row in csv.DictReader(io.StringIO(members[total["table"]].decode(), newline=""))
        )
        if stated != counted:
            wrong = True
            yield failed(
                "totals", total["table"], f"{total['what']}: {counted} rows, the answer says {stated}"
            )
    cited = answer.get("evidence", {}).get("entries", [])
    for seq in cited:
        if event(seq) not in members:
            wrong = True
            yield failed(
                "totals", event(seq), "the answer rests on this log entry, and it is not in the pack"
            )
    if totals and not wrong:
        yield verified("totals", ANSWER, f"{len(totals)} figures of the answer, counted again in the tables")


def head_of(members: Mapping[str, bytes]) -> Checkpoint | None:
    """The pack's checkpoint, if the pack's key signed it."""
    key = parse_verifier_key(members[LOG_KEY].decode())
    return None if key is None else open_checkpoint(members[CHECKPOINT].decode(), *key)
