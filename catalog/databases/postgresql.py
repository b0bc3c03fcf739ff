"""PostgreSQL: the sequencer's lock is an advisory one, let go of by the commit itself.

Snapshots are REPEATABLE READ. A writer is READ COMMITTED, so that what it reads after it got the lock is what
the one before it committed; nothing else writes meanwhile.
"""

import re
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from catalog.databases.database import Database
from lineage.errors import BadInput, Refused

#: Which advisory lock: one for each database, alike in every process. (The first bytes of "lakeproof".)
SEQUENCER = 0x6C616B6570726F6F

#: The oldest server that the tests have ever run on.
OLDEST = 130_000

# As SQLAlchemy writes a list of values of one type.
_LIST = re.compile(
    r"""(?<!NOT )IN \((?:%\(\w+\)s::(?P<type>BIGINT|INTEGER|VARCHAR|TEXT)(?: COLLATE "C")?(?:, )?)+\)"""
)
_PARAMETER = re.compile(r"%\((\w+)\)s")

_NEXT = "check that the server runs, lets this user in, and has room"
_DRIVERS = {"postgresql", "postgresql+psycopg", "postgres"}


def postgresql(address: str) -> Database:
    """The database at an address such as `postgresql+psycopg://user@host/name`. Nothing is asked of it yet.

    Raises BadInput, which does not repeat the address, when it is none.
    """
    url = _parse(address)
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _with_arrays, retval=True)
    return Database(
        reads=engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True),
        writes=engine.execution_options(isolation_level="READ COMMITTED", sequenced=True),
        name=_name(url),
        next_move=_NEXT,
    )


def _parse(address: str) -> URL:
    wanted = "give it as postgresql+psycopg://USER@HOST/DATABASE"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise BadInput("the database's address cannot be read", next_move=wanted) from error
    if url.drivername not in _DRIVERS:
        raise BadInput(f"'{url.drivername}' is no database the record can lie in", next_move=wanted)
    return url.set(drivername="postgresql+psycopg")


def _name(url: URL) -> str:
    """User, host and database; no password, and none of the options, which may hold one."""
    user = f"{url.username}@" if url.username else ""
    return f"{user}{url.host or 'localhost'}/{url.database or ''}"


def _prepare(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('server_encoding')")
        unfit = _unfit(connection.info.server_version, *cursor.fetchone())
        cursor.execute("SET synchronous_commit TO on")
        cursor.execute("SET lock_timeout TO '60s'")
    connection.commit()
    # The catalog's statements are few and come again and again: planning costs more than most of them.
    connection.prepare_threshold, connection.prepared_max = 2, 400
    if unfit is not None:
        connection.close()
        raise unfit


def _unfit(version: int, fsync: str, encoding: str) -> Refused | None:
    if version < OLDEST:
        return Refused(f"PostgreSQL {version // 10_000} is too old", next_move="use version 13 or newer")
    if encoding != "UTF8":
        return Refused(
            f"the database keeps text as {encoding}",
            next_move="make one with TEMPLATE template0 ENCODING 'UTF8'",
        )
    if fsync != "on":
        return Refused(
            "the PostgreSQL server runs with fsync off: what it acknowledges may be lost",
            next_move="turn fsync on in its configuration",
        )
    return None


def _with_arrays(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
) -> tuple[str, Any]:
    """`x IN (1, 2, …)` as `x = ANY(array)`: one text whatever the number of values, so that it is planned once."""
    if many or "IN (%" not in statement:
        return statement, parameters
    bound = dict(parameters)

    def as_array(found: re.Match[str]) -> str:
        names = _PARAMETER.findall(found[0])
        bound[names[0]] = [bound.pop(name) for name in names]
        return f"= ANY(%({names[0]})s::{found['type']}[])"

    return _LIST.sub(as_array, statement), bound


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("sequenced", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SEQUENCER})").close()
