"""The verdict on a whole log: its keys, every head that was signed, and all entries recomputed."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.log.changing_keys import Keyring, keyring
from catalog.log.entry_check import Checked, Difference
from catalog.log.files import LogFiles
from catalog.log.keys import KeyFile
from catalog.log.publication import kept_checkpoints, last_checkpoint
from catalog.log.stamp_check import check_stamps
from catalog.log.stamps import Stamped
from catalog.log.verification import Recomputation
from lineage.certainty import Failed, NotCheckable, Verdict, Verified
from lineage.checkpoints import Checkpoint
from lineage.errors import Fault, Refused
from lineage.times import render_moment

_LISTED = 10  # differences spelt out in a verdict


def judge(
    session: Session,
    files: LogFiles,
    keys: KeyFile,
    checkpoint: str | None,
    *,
    entries: Callable[[Connection], Iterator[Checked]],
) -> Verdict:
    """Recompute everything, compare with tree, tiles, keys and checkpoints. `checkpoint`: one that an auditor kept.

    `entries` gives all entries, each checked by itself, in portions and in order.
    """
    try:
        ring = keyring(session, keys)
        found = list(_keys(ring, files))
        last = last_checkpoint(session, files, ring.chain)
    except (Refused, Fault) as error:
        return Failed(reason=error.message)
    kept = None if checkpoint is None else ring.chain.open(checkpoint)
    if checkpoint is not None and kept is None:
        return _not_ours(ring, checkpoint)
    heads = [*_signed(session, ring, found), *([] if kept is None else [kept])]
    published = [last.size, *(size for size, _ in kept_checkpoints(session))]
    stamps = check_stamps(session, files, ring.chain)
    found += stamps.differences
    signed = [last, *heads, *stamps.heads]
    recomputed = Recomputation(session, files, signed, published=published, entries=entries)
    recomputed.run()
    differences = sorted(
        [*recomputed.differences, *found], key=lambda each: (each.seq is None, each.seq or 0)
    )
    notes = [f"{recomputed.size} entries, the first {last.size} of them signed"]
    if kept is not None:
        notes.append(f"they extend the {kept.size} entries of the checkpoint given")
    if stamps.newest is not None:
        notes.append(_stamped(*stamps.newest))
    return _verdict(differences, notes)


def _keys(ring: Keyring, files: LogFiles) -> Iterator[Difference]:
    """Where the chain of keys breaks, or the published key is none of them."""
    for each in ring.breaks:
        where = "" if each.seq is not None else "keys/log.key does not sign for this log: "
        yield Difference(seq=each.seq, what=f"{where}{each.what}")
    published = files.key()
    if published not in {verifier for verifier, _ in ring.chain.keys}:
        yield Difference(seq=None, what="log/log.pub is not the key of this log")


def _signed(session: Session, ring: Keyring, found: list[Difference]) -> list[Checkpoint]:
    """The heads that the database keeps; one that is not signed as such is added to what was found."""
    heads: list[Checkpoint] = []
    for size, note in kept_checkpoints(session):
        head = ring.chain.open(note)
        if head is None or head.size != size:
            what = f"the checkpoint of {size} kept in the database is not signed as such"
            found.append(Difference(seq=None, what=what))
        else:
            heads.append(head)
    return heads


def _stamped(size: int, stamp: Stamped) -> str:
    return (
        f"the first {size} were there at {render_moment(stamp.at)}, by an authority whose root has the SHA-256 "
        f"{stamp.root_sha256}, to be compared with the one that you had from elsewhere"
    )


def _not_ours(ring: Keyring, checkpoint: str) -> Verdict:
    retired = ring.chain.retired(checkpoint)
    if retired is None:
        return NotCheckable(reason=f"the checkpoint given is not one that {ring.chain.origin} signed")
    reason = f"the checkpoint given is signed by a key that was replaced at entry {retired - 1}, and is of a later log"
    return Failed(reason=reason)


def _verdict(differences: Sequence[Difference], notes: Sequence[str]) -> Verdict:
    if not differences:
        return Verified(notes=tuple(notes))
    listed = [str(each) for each in differences[:_LISTED]]
    if len(differences) > _LISTED:
        listed.append(f"and {len(differences) - _LISTED} more")
    return Failed(reason="; ".join(listed))
