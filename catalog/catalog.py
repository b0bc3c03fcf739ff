"""The record of one home, opened: log, intake, actors, graph and aspects over one database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from catalog import projections
from catalog.actors import Actors
from catalog.aspects.projector import Aspects
from catalog.graph.export import EVER, export
from catalog.graph.reader import GraphReader
from catalog.graph.store import apply
from catalog.identity.home import settle
from catalog.intake import Intake
from catalog.log import rows
from catalog.log.changing_keys import announcement
from catalog.log.entry import Entry
from catalog.log.files import LogFiles
from catalog.log.keys import KeyFile
from catalog.log.log import Log
from catalog.log.publication import begin, promises_entries, publish
from catalog.log.stamping import Authority, stamp_head
from catalog.log.stamps import Stamped
from catalog.mirror import Mirror, Mirroring
from catalog.refusals import Refusals
from catalog.restoring import restore
from catalog.schema import migrate
from catalog.store import Store
from lineage.actors import Actor
from lineage.event_columns import columns_of_sql
from lineage.ids import IdSource, new_id
from lineage.times import Clock, system_clock


class Catalog:
    """Everything the record can do. A context manager."""

    def __init__(
        self, store: Store, files: LogFiles, keys: KeyFile, *, clock: Clock, new_id: IdSource
    ) -> None:
        self._store = store
        self._files = files
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self.log_folder = files.root
        self.log = Log(store, files, keys, clock=clock, new_id=new_id)
        self.intake = Intake(store, apply=apply, clock=clock, prepare=columns_of_sql)
        self.refusals = Refusals(store)
        self.graph = GraphReader(reading=store.reading)
        self.aspects = Aspects(store)
        self.actors = Actors(store, clock=clock, new_id=new_id)

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        database: str | None = None,
        clock: Clock = system_clock,
        new_id: IdSource = new_id,
    ) -> Self:
        """Open the record in home, made or brought to the newest schema and projections where needed.

        `database`: the address of its PostgreSQL database; without one it is a file in the home.
        Raises Fault when its files cannot be used, Refused when it is newer than this program, BadInput when
        the address is none, or its `identity.toml` cannot be used.
        """
        home.mkdir(parents=True, exist_ok=True)
        keys = KeyFile(home / "keys" / "log.key")
        key = keys.read()
        files = LogFiles(home / "log")
        if files.key() is None:
            files.publish_key(key.verifier)
        store = Store.of(home, database)
        try:
            migrate(store, expected=promises_entries(files))
            projections.renew(store)
            if files.checkpoint() is None:
                with store.sequenced() as session:
                    begin(session, files, keys)
            settle(store, home, clock=clock, new_id=new_id)
        except BaseException:
            store.close()
            raise
        return cls(store, files, keys, clock=clock, new_id=new_id)

    @classmethod
    def restore(cls, home: Path, mirror: Mirror, *, database: str | None = None) -> int:
        """Make the record of a home again from its log's mirror alone, in an empty database. The number of entries.

        Raises Refused, and leaves the database empty, for the first entry that is not what was sealed and signed;
        BadInput when the log's key is not in the home.
        """
        keys, files = KeyFile(home / "keys" / "log.key"), LogFiles(home / "log")
        with closing(Store.of(home, database)) as store:
            migrate(store)
            with store.sequenced() as session:
                restored = restore(session, mirror, keys, files)
                projections.rebuild(session)
                publish(session, files, keys)
        return restored

    def stamp(self, authority: Authority, *, actor: Actor) -> tuple[Entry, Stamped]:
        """Have the log's head stamped; the stamp is kept beside the checkpoint and logged. Raises Refused, Fault."""
        return stamp_head(self.log, self._files, authority, actor=actor)

    def mirroring(self, mirror: Mirror) -> Mirroring:
        """The log with its mirror."""
        return Mirroring(self._store, self.log, self._keys, mirror)

    def rotate_key(self, *, actor: Actor) -> Entry:
        """Put a new key in force: an entry signed by both keys, then a head signed by both. The old key is gone.

        Raises Refused when the log does not extend its last checkpoint; then the key stays.
        """
        with self._store.sequenced() as session:
            publish(session, self._files, self._keys)
            wanted = announcement(session, self._keys, actor=actor, event_id=str(self._new_id()))
            [(entry, _)] = rows.append(session, [wanted], now=self._clock())
        self.log.checkpoint()
        return entry

    def rebuild(self) -> int:
        """Drop the projections and fill them again from the log. Returns how many events were applied."""
        with self._store.sequenced() as session:
            applied = projections.rebuild(session)
        self.aspects.project()
        return applied

    def export(self) -> Iterator[str]:
        """All that the projections hold, as lines without row numbers, in a fixed order."""
        with self._store.reading() as session:
            yield from export(session, EVER)

    def close(self) -> None:
        """Let go of the database. Publishing is asked for: `log.checkpoint()`."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
