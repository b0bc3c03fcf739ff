"""The rules of names in force at each entry."""

import json
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.bulk import insert_rows, last_ids
from catalog.graph.asked import LOG_SIZE, table_of
from catalog.graph.orm import DatasetRow
from catalog.identity.joining import join
from catalog.identity.orm import RulesRow
from catalog.log.entry import Entry
from lineage.identity import Rules, canonical, compiled, packaged
from lineage.names import DatasetId

#: The kind of log entry that holds the rules of names from then on; payload {"rules": the whole document}.
KIND = "identity-rules"


def rules_at(session: Session, size: int) -> Rules:
    """The rules that hold for the entry after the first size; the packaged ones where none were logged."""
    body = session.connection().scalar(_NEWEST, {"log_size": size})
    return packaged() if body is None else _compiled(body)


_rules = table_of(RulesRow)
_NEWEST = select(_rules.c.body).where(_rules.c.seq < LOG_SIZE).order_by(_rules.c.seq.desc()).limit(1)


def adopt(session: Session, entry: Entry) -> None:
    """Let the rules in entry hold from it on. What has another name by them is one with what that name names."""
    body = json.dumps(entry.body()["rules"], sort_keys=True)
    session.execute(insert(RulesRow), [{"seq": entry.seq, "body": body}])
    rules = _compiled(body)
    known = {
        DatasetId(namespace=namespace, name=name): number
        for number, namespace, name in session.execute(
            select(DatasetRow.id, DatasetRow.namespace, DatasetRow.name)
        )
    }
    renamed = {old: canonical(old, rules) for old in known}
    renamed = {old: new for old, new in renamed.items() if new != old}
    new = [name for name in dict.fromkeys(renamed.values()) if name not in known]
    if new:
        # Numbered as the way in does it: a database that counted by itself would give some a second time.
        connection = session.connection()
        [last] = last_ids(connection, [DatasetRow])
        rows = [(number, name.namespace, name.name, entry.seq) for number, name in enumerate(new, last + 1)]
        insert_rows(connection, DatasetRow, ("id", "namespace", "name", "seq"), rows)
        known.update(zip(new, (row[0] for row in rows), strict=True))
    join(session, [(entry.seq, known[old], known[name]) for old, name in renamed.items()])


@lru_cache(maxsize=16)
def _compiled(body: str) -> Rules:
    document: Mapping[str, object] = json.loads(body)
    return compiled(document)
