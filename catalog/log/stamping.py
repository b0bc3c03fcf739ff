"""Have the log's head stamped by an authority, and keep what it says."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.log.entry import Entry
from catalog.log.files import LogFiles
from catalog.log.log import Log
from catalog.log.proof import size_of
from catalog.log.stamps import KIND, Stamp, Stamped, check, query_for
from lineage.actors import Actor
from lineage.canonical import sha256
from lineage.errors import Refused
from lineage.times import render_moment

#: Sends a question to an authority, and gives its answer.
Ask = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where stamps come from: `roots` (PEM) are what its certificates are trusted under."""

    url: str
    roots: str
    ask: Ask


def stamp_head(log: Log, files: LogFiles, authority: Authority, *, actor: Actor) -> tuple[Entry, Stamped]:
    """Sign the head, have it stamped; the stamp is kept beside the checkpoint and logged.

    Raises Refused when the answer does not hold, and keeps nothing.
    """
    note = log.checkpoint()
    query = query_for(note)
    stamp = Stamp(
        checkpoint=note, url=authority.url, roots=authority.roots, response=authority.ask(query.data)
    )
    try:
        stamped = check(stamp, nonce=query.nonce)
    except Refused as error:
        raise Refused(
            f"{authority.url} answered, but {error.message}", next_move="is it under these roots?"
        ) from error
    files.publish_stamp(size_of(note), stamp.response)
    payload = {**stamp.to_json(), "size": size_of(note), "at": render_moment(stamped.at)}
    return log.append(KIND, payload, actor=actor, event_id=sha256(stamp.response)), stamped
