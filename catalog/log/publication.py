"""Publish the log's head: sign a checkpoint, only of a tree that extends the last signed; write its tiles.

The caller holds the sequencer lock, so that head, tiles and checkpoint are of one moment. What was signed is also
kept in the database, so that the checkpoint in the folder cannot go back to an older one unseen.
"""

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from catalog.log.changing_keys import Keyring, keyring
from catalog.log.files import LogFiles
from catalog.log.gathering import gathered
from catalog.log.keys import KeyFile
from catalog.log.orm import CheckpointRow
from catalog.log.rows import nodes_at, size_of
from catalog.log.tiles import tiles_of
from lineage.checkpoints import Checkpoint, sign
from lineage.errors import Refused
from lineage.merkle import EMPTY_ROOT, consistency_at, root_at, verify_consistency
from lineage.rotations import KeyChain

_NEXT = (
    "run `lakeproof log verify`; if the home was restored from a backup, restore log/ and catalog.db together"
)


def publish(session: Session, files: LogFiles, keys: KeyFile) -> str:
    """The signed checkpoint of the log as it stands, published. The same head gives the same note again.

    Raises Refused when the log does not extend its last checkpoint, and signs nothing.
    """
    ring = keyring(session, keys)
    ring.require()
    size = size_of(session)
    last = last_checkpoint(session, files, ring.chain)
    head = Checkpoint(origin=ring.chain.origin, size=size, root=_extended_root(session, size, last))
    note = files.checkpoint()
    if note is None or head != last or ring.changing:
        for tile in tiles_of(size, since=last.size):
            hashes = nodes_at(session, tile.places)
            files.publish_tile(tile, [hashes[place] for place in tile.places])
        note = sign(head, *(key.private for key in ring.signers))
        files.publish_checkpoint(note)
        _keep(session, size, note)
    if ring.changing:
        keys.advance()
    files.publish_key(ring.chain.newest)
    return note


def begin(session: Session, files: LogFiles, keys: KeyFile) -> None:
    """Sign the empty log before anything is appended: a checkpoint gone later was taken away."""
    if files.checkpoint() is None and size_of(session) == 0:
        publish(session, files, keys)


def promises_entries(files: LogFiles) -> bool:
    """Whether a checkpoint in the folder, of whatever key, says that there are entries."""
    note = files.checkpoint()
    return note is not None and note.split("\n")[1:2] != ["0"]


def sign_earlier(session: Session, ring: Keyring, size: int) -> str:
    """The checkpoint of the first size entries of a log that was just published, which vouches for its tree."""
    head = Checkpoint(
        origin=ring.chain.origin, size=size, root=gathered(session, lambda node: root_at(size, node))
    )
    return sign(head, ring.signers[0].private)


def last_checkpoint(session: Session, files: LogFiles, chain: KeyChain) -> Checkpoint:
    """What was signed last; the empty log's head when nothing was and nothing needed to be.

    Raises Refused when the last checkpoint is gone, not by this log's key, or older than another that is known.
    """
    note, size = files.checkpoint(), size_of(session)
    kept = session.scalar(select(func.max(CheckpointRow.size))) or 0
    if note is None:
        if size or kept:
            raise Refused(f"the log has {size} entries, but its last checkpoint is gone", next_move=_NEXT)
        return Checkpoint(origin=chain.origin, size=0, root=EMPTY_ROOT)
    checkpoint = chain.open(note)
    if checkpoint is None:
        raise Refused(_not_signed(chain, note), next_move=_NEXT)
    if checkpoint.size < kept:
        raise Refused(
            f"the checkpoint in log/checkpoint is an older one: of {checkpoint.size} entries, {kept} were signed later",
            next_move=_NEXT,
        )
    return checkpoint


def _not_signed(chain: KeyChain, note: str) -> str:
    retired = chain.retired(note)
    said = "the last checkpoint in log/checkpoint is not signed by this log's key"
    return said if retired is None else f"{said}, but by one that was replaced at entry {retired - 1}"


def kept_checkpoints(session: Session) -> list[tuple[int, str]]:
    """Every head that was signed and published, as (size, note), smallest first."""
    chosen = select(CheckpointRow.size, CheckpointRow.note).order_by(CheckpointRow.size)
    return [(size, note) for size, note in session.execute(chosen)]


def _keep(session: Session, size: int, note: str) -> None:
    if session.get(CheckpointRow, size) is None:
        session.execute(insert(CheckpointRow).values(size=size, note=note))


def _extended_root(session: Session, size: int, last: Checkpoint) -> bytes:
    if size < last.size:
        raise Refused(
            f"the log has {size} entries, but its last checkpoint signed {last.size}", next_move=_NEXT
        )
    try:
        root, proof = gathered(
            session, lambda node: (root_at(size, node), consistency_at(last.size, size, node))
        )
    except KeyError as error:
        raise Refused(f"the log's tree lacks the node {error}", next_move=_NEXT) from error
    if not verify_consistency(last.size, size, proof, last.root, root):
        raise Refused(
            f"the log's tree of {size} entries does not extend the {last.size} signed last", next_move=_NEXT
        )
    return root
