"""Publish the log's head: sign a checkpoint, only of a tree that extends the last signed; write its tiles.

The caller holds the sequencer lock, so that head, tiles and checkpoint are of one moment.
"""

from sqlalchemy.orm import Session

from catalog.log.files import LogFiles
from catalog.log.keys import LogKey
from catalog.log.rows import node_reader, nodes_at, size_of
from catalog.log.tiles import tiles_of
from lineage.checkpoints import Checkpoint, open_checkpoint, sign
from lineage.errors import Refused
from lineage.merkle import EMPTY_ROOT, consistency_at, root_at, verify_consistency

_NEXT = (
    "run `lakeproof log verify`; if the home was restored from a backup, restore log/ and catalog.db together"
)


def publish(session: Session, files: LogFiles, key: LogKey) -> str:
    """The signed checkpoint of the log as it stands, published. The same head gives the same note again.

    Raises Refused when the log does not extend its last checkpoint, and signs nothing.
    """
    size = size_of(session)
    last = last_checkpoint(files, key, size)
    head = Checkpoint(origin=key.origin, size=size, root=_extended_root(session, size, last))
    note = files.checkpoint()
    if note is None or head != last:
        for tile in tiles_of(size, since=last.size):
            hashes = nodes_at(session, tile.places)
            files.publish_tile(tile, [hashes[place] for place in tile.places])
        note = sign(head, key.private)
        files.publish_checkpoint(note)
    return note


def begin(session: Session, files: LogFiles, key: LogKey) -> None:
    """Sign the empty log before anything is appended: a checkpoint gone later was taken away."""
    if files.checkpoint() is None and size_of(session) == 0:
        publish(session, files, key)


def promises_entries(files: LogFiles) -> bool:
    """Whether a checkpoint in the folder, of whatever key, says that there are entries."""
    note = files.checkpoint()
    return note is not None and note.split("\n")[1:2] != ["0"]


def sign_earlier(session: Session, key: LogKey, size: int) -> str:
    """The checkpoint of the first size entries of a log that was just published, which vouches for its tree."""
    return sign(
        Checkpoint(origin=key.origin, size=size, root=root_at(size, node_reader(session))), key.private
    )


def last_checkpoint(files: LogFiles, key: LogKey, size: int) -> Checkpoint:
    """What was signed last; the empty log's head when nothing was and nothing needed to be.

    Raises Refused when the last checkpoint is gone or not by this log's key.
    """
    note = files.checkpoint()
    if note is None:
        if size:
            raise Refused(f"the log has {size} entries, but its last checkpoint is gone", next_move=_NEXT)
        return Checkpoint(origin=key.origin, size=0, root=EMPTY_ROOT)
    checkpoint = open_checkpoint(note, key.origin, key.public)
    if checkpoint is None:
        raise Refused(
            "the last checkpoint in log/checkpoint is not signed by this log's key", next_move=_NEXT
        )
    return checkpoint


def _extended_root(session: Session, size: int, last: Checkpoint) -> bytes:
    if size < last.size:
        raise Refused(
            f"the log has {size} entries, but its last checkpoint signed {last.size}", next_move=_NEXT
        )
    node = node_reader(session)
    try:
        root = root_at(size, node)
        proof = consistency_at(last.size, size, node)
    except KeyError as error:
        raise Refused(f"the log's tree lacks the node {error}", next_move=_NEXT) from error
    if not verify_consistency(last.size, size, proof, last.root, root):
        raise Refused(
            f"the log's tree of {size} entries does not extend the {last.size} signed last", next_move=_NEXT
        )
    return root
