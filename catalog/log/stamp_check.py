"""Check the time stamps that the log keeps: each holds, is of a head of this log, and fits the times of the entries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from catalog.log import rows
from catalog.log.entry import Entry
from catalog.log.entry_check import Difference
from catalog.log.files import LogFiles
from catalog.log.orm import EntryRow
from catalog.log.stamps import KIND, Stamp, Stamped, check
from lineage.checkpoints import Checkpoint
from lineage.errors import LakeproofError
from lineage.rotations import KeyChain
from lineage.times import render_moment

_APART = timedelta(minutes=5)  # how far our clock and an authority's may differ


@dataclass(slots=True, kw_only=True)
class StampCheck:
    """`heads` are those that were stamped; `newest` the last stamp that holds, with its head's size."""

    differences: list[Difference] = field(default_factory=list)
    heads: list[Checkpoint] = field(default_factory=list)
    newest: tuple[int, Stamped] | None = None


def check_stamps(session: Session, files: LogFiles, chain: KeyChain) -> StampCheck:
    """Every stamp in the log, and its file beside the checkpoint."""
    found = StampCheck()
    chosen = rows.select_entries().where(EntryRow.kind == KIND)
    for entry in rows.read_entries(session, chosen):
        try:
            stamp = Stamp.of(entry.body())
            stamped, head = check(stamp), chain.open(stamp.checkpoint)
        except LakeproofError as error:
            found.differences.append(Difference(seq=entry.seq, what=error.message))
            continue
        if head is None:
            what = "its time stamp is of a head that this log did not sign"
            found.differences.append(Difference(seq=entry.seq, what=what))
            continue
        found.heads.append(head)
        found.newest = (head.size, stamped)
        found.differences += _around(session, entry, head, stamped.at)
        if files.stamp(head.size) != stamp.response:
            what = f"log/stamps/{head.size}.tsr is not the time stamp that entry {entry.seq} has"
            found.differences.append(Difference(seq=None, what=what))
    return found


def _around(session: Session, entry: Entry, head: Checkpoint, at: datetime) -> Iterator[Difference]:
    """An entry cannot have come after the stamp of a head that has it, nor before one of a head that has not."""
    last = rows.recorded_at(session, head.size - 1) if head.size else None
    if last is not None and last > at + _APART:
        what = f"it says {render_moment(last)}, the head that has it was stamped at {render_moment(at)}"
        yield Difference(seq=head.size - 1, what=what)
    if entry.recorded_at < at - _APART:
        what = f"it says {render_moment(entry.recorded_at)}, the stamp that it keeps {render_moment(at)}"
        yield Difference(seq=entry.seq, what=what)
