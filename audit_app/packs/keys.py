"""The keys of a pack's log: the one that signed its checkpoint, and those before it that it follows from. Pure.

Only the standard library and `cryptography` are used, so that a pack's verifier can carry this file along.
"""

import json
from collections.abc import Mapping

from audit_app.packs.members import LOG_KEY, LOG_KEYS
from lineage.rotations import Break, KeyChain, open_rotation, walk_keys


def keys_of(members: Mapping[str, bytes]) -> tuple[KeyChain, tuple[Break, ...]]:
    """The chain of the log's keys up to the pack's. Raises ValueError where it cannot be read."""
    notes = json.loads(members.get(LOG_KEYS, b"[]"))
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise ValueError(f"{LOG_KEYS} is no list of notes")
    stated = [(-1 if (change := open_rotation(note)) is None else change.seq, note) for note in notes]
    return walk_keys(stated, newest=members[LOG_KEY].decode().strip())
