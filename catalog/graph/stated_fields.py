"""The columns of a dataset as last stated: one statement, whoever asks, on every database."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, bindparam, select

from catalog.base import Words
from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.orm import FieldsRow, SchemaRow, VersionRow
from catalog.identity.aliases import Aliases
from lineage.names import DatasetId

#: Name and type of each column, in order.
Fields = tuple[tuple[str, str], ...]


def fields_of(
    asked: Asked, same: Aliases, dataset: DatasetId, rows: Iterable[int], version: str | None = None
) -> Fields:
    """As last stated for dataset, whose rows these are, or as stated for its version; empty when never stated."""
    query, given = (_LAST, {}) if version is None else (_OF_VERSION, {"version": version})
    stated = asked.rows(query, rows, **given)
    if not stated:
        return ()
    owner = same.one(dataset)
    return tuple((same.column_name(owner, name), type_) for name, type_ in json.loads(stated[0][0]))


_schema, _version, _body = map(table_of, (SchemaRow, VersionRow, FieldsRow))


def _newest(query: Select[Any]) -> Select[Any]:
    """Of equal times the highest number holds; what has no number comes after all that have one."""
    number = _version.c.number.desc().nulls_last()
    return query.order_by(_schema.c.event_time.desc(), number, _body.c.digest.desc()).limit(1)


_STATED = (
    select(_body.c.body)
    .join(_schema, _schema.c.digest == _body.c.digest)
    .join(_version, _version.c.id == _schema.c.version_id)
    .where(among(_schema.c.dataset_id), seen(_schema))
)
_LAST = _newest(_STATED)
_OF_VERSION = _newest(_STATED.where(_version.c.version == bindparam("version", type_=Words)))
