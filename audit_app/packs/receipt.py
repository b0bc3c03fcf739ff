"""The receipt beside a pack: who exported it, when, and that the log recorded it. Pure.

Only the standard library and `cryptography` are used, so that a pack's verifier can carry this file along.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from audit_app.packs.evidence import Check, failed, head_of, pack_id, verified
from audit_app.packs.members import LOG_KEY, RECEIPT_FORMAT
from audit_app.packs.reading import digest, object_of, rendered, unhex
from lineage.checkpoints import Checkpoint, open_checkpoint, parse_verifier_key
from lineage.merkle import leaf_hash, verify_consistency, verify_inclusion


def check_receipt(name: str, receipt: bytes, pack: bytes, members: Mapping[str, bytes]) -> Iterator[Check]:
    """Whether the receipt is of these bytes, and its export is in a log that extends the pack's."""
    stated = object_of(receipt)
    logged = stated["log_entry"]
    if stated["format"] != RECEIPT_FORMAT or rendered(stated) != receipt:
        yield failed("receipt", name, f"it is not written as a {RECEIPT_FORMAT} is")
        return
    envelope, payload = object_of(logged["envelope"].encode()), object_of(logged["payload"].encode())
    if not stated["pack_sha256"] == payload["pack_sha256"] == digest(pack):
        yield failed(
            "receipt", name, f"it is for a pack of SHA-256 {stated['pack_sha256']}, not for this one"
        )
        return
    wrong = list(_apart(stated, envelope, payload, logged["payload"], members))
    yield from (failed("receipt", name, what) for what in wrong)
    head, own = _signed_head(logged["checkpoint"], members), head_of(members)
    if head is None or own is None:
        yield failed("receipt", name, f"its checkpoint is not signed by the key in the pack's {LOG_KEY}")
        return
    path = [unhex(step) for step in logged["path"]]
    if not verify_inclusion(
        leaf_hash(logged["envelope"].encode()), envelope["seq"], head.size, path, head.root
    ):
        yield failed("receipt", name, "the log's entry of the export is not proven under its checkpoint")
        return
    grown = [unhex(step) for step in logged["consistency"]]
    if not verify_consistency(own.size, head.size, grown, own.root, head.root):
        yield failed("receipt", name, "the log that recorded the export does not extend the pack's log")
        return
    if not wrong:
        operator = (
            f"{stated['operator']['name']}{'' if stated['operator']['authenticated'] else ' (asserted)'}"
        )
        said = f"exported by {operator} at {stated['exported_at']}, log entry {envelope['seq']}"
        yield verified("receipt", name, said)


def _apart(
    stated: dict[str, Any],
    envelope: dict[str, Any],
    payload: dict[str, Any],
    text: str,
    members: Mapping[str, bytes],
) -> Iterator[str]:
    """What the receipt says otherwise than the entry it carries."""
    if envelope["kind"] != "export" or envelope["payload_sha256"] != digest(text.encode()):
        yield "its payload is not the one that its envelope states, or no export"
    if stated["operator"] != envelope["actor"]:
        yield "its operator is not the actor of the log's entry"
    if stated["exported_at"] != envelope["recorded_at"]:
        yield "its time is not that of the log's entry"
    if stated["pack_id"] != pack_id(members):
        yield "it names another pack id"
    for key in ("report", "parameters", "as_of", "known_at", "log_size"):
        if stated[key] != payload[key]:
            yield f"its {key} is not that of the log's entry"


def _signed_head(note: str, members: Mapping[str, bytes]) -> Checkpoint | None:
    key = parse_verifier_key(members[LOG_KEY].decode())
    return None if key is None else open_checkpoint(note, *key)
