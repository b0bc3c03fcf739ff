"""Move a home's record from the file in it to PostgreSQL: the log verbatim, everything projected made again from it."""

from itertools import zip_longest
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from catalog import projections
from catalog.base import Base
from catalog.catalog import Catalog
from catalog.graph.export import EVER, export
from catalog.log import rows
from catalog.schema import migrate
from catalog.store import FILE, Store
from lineage.certainty import Verified
from lineage.errors import Refused

_PORTION = 500  # rows held at a time

#: What is not projected: the log and what belongs to it.
_LOG = tuple(table for table in Base.metadata.sorted_tables if table.name.startswith("log_"))


def move_record(home: Path, address: str) -> int:
    """Move it; return its number of entries. The file stays beside, as `catalog.db.moved`, and takes no more.

    Nothing can be written meanwhile. Raises BadInput when address is none, Refused when the database there is
    not empty or the record does not verify or differs there; then the file is still the record.
    """
    with Catalog.open(home) as before:  # which brings it to the newest schema
        _verify(before, "here")
    source, target = Store.of(home), Store.of(home, address)
    try:
        migrate(target)
        with source.sequenced() as here:
            with target.sequenced() as there:
                size = _copy(here, there, target.name)
            with Catalog.open(home, database=address) as moved:
                _verify(moved, "in its new place")
            _close(here)
    finally:
        source.close()
        target.close()
    for file in home.glob(f"{FILE}*"):
        file.rename(file.with_name(file.name.replace(FILE, f"{FILE}.moved")))
    return size


def _copy(here: Session, there: Session, name: str) -> int:
    if rows.size_of(there):
        raise Refused(f"the database {name} holds a record already", next_move="name an empty database")
    for table in _LOG:
        found = here.execute(select(table).execution_options(yield_per=_PORTION)).mappings()
        for portion in found.partitions():
            there.execute(insert(table), [dict(row) for row in portion])
    projections.rebuild(there)
    if any(one != other for one, other in zip_longest(export(here, EVER), export(there, EVER))):
        raise Refused(
            "what is projected from the log there is not what is projected here",
            next_move="run `lakeproof catalog rebuild` and `lakeproof log verify`, and move it again",
        )
    return rows.size_of(there)


def _verify(catalog: Catalog, where: str) -> None:
    verdict = catalog.log.verify()
    if not isinstance(verdict, Verified):
        raise Refused(f"the log does not verify {where}: {verdict}", next_move="run `lakeproof log verify`")


def _close(here: Session) -> None:
    """Whoever has the file still open is told, and writes nothing that nobody would read again."""
    here.execute(
        text(
            "CREATE TRIGGER log_entries_moved BEFORE INSERT ON log_entries "
            "BEGIN SELECT RAISE(ABORT, 'this record was moved to PostgreSQL'); END"
        )
    )
