"""What tables, columns, keys, indexes and triggers a place's database has, as the database itself tells."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.places import Place
from tests.support.postgres import connected

_POSTGRESQL = {
    "column": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "trigger": """
        SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal""",
    "function": """
        SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "sequence": "SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'",
}


def structure(place: Place) -> dict[str, Any]:
    """By kind and name, all that defines it."""
    return _of_sqlite(place.home / "catalog.db") if place.address is None else _of_postgresql(place.address)


def _of_postgresql(address: str) -> dict[str, Any]:
    with connected(address) as connection:
        return {
            f"{kind} {name}": rest
            for kind, query in _POSTGRESQL.items()
            for name, *rest in connection.execute(query.encode()).fetchall()
        }


def _of_sqlite(database: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(database)) as connection:
        found: dict[str, Any] = {}
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
            if kind == "table":
                indexes = connection.execute(f"PRAGMA index_list({name})").fetchall()
                found[f"table {name}"] = (
                    connection.execute(f"PRAGMA table_xinfo({name})").fetchall(),
                    sorted(connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()),
                    sorted(
                        (unique, origin, connection.execute(f"PRAGMA index_info({index})").fetchall())
                        for _, index, unique, origin, _ in indexes
                    ),
                )
            elif kind == "trigger":
                found[f"trigger {name}"] = sql
            elif not name.startswith("sqlite_"):
                found[f"{kind} {name}"] = True
        return found
