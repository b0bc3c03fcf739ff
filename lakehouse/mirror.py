"""The log's mirror as a Delta table: a row for each entry, each commit bound to the range that it carries.

How far the mirror has got is the application transaction of its last commit, so that no bookkeeping of its own can
be lost between commit and bookkeeping.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import date

import pyarrow as pa
from deltalake import QueryBuilder

from lakehouse.errors import translated
from lakehouse.lake import Lake
from lakehouse.retention import retention
from lakehouse.tables import TableSpec, create_table
from lakehouse.writes import append
from lineage.mirrored import ENTRIES, Carried, MirroredEntry

_PORTION = 4096  # rows read at a time
_SCHEMA = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("event_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("producer", pa.string()),
        pa.field("producer_seq", pa.int64()),
        pa.field("recorded_at", pa.string()),
        pa.field("actor", pa.string()),
        pa.field("authenticated", pa.bool_()),
        pa.field("payload_sha256", pa.string()),
        pa.field("size", pa.int64()),
        pa.field("leaf", pa.binary()),
        pa.field("payload", pa.binary()),
    ]
)


class DeltaMirror:
    """`record.entries` in a lake. `on`: the day whose retention policy a new table gets."""

    def __init__(self, lake: Lake, *, on: date) -> None:
        self._lake = lake
        self._on = on

    def size(self, origin: str) -> int:
        """How many entries of the log are there. Raises DamagedTable."""
        if not self._lake.exists(ENTRIES):
            return 0
        return self._lake.open(ENTRIES).transaction_version(_application(origin)) or 0

    def append(self, entries: Sequence[MirroredEntry], carried: Carried) -> bool:
        """Add the entries in one commit; False when they were there. Raises Contended when it ends elsewhere."""
        if not self._lake.exists(ENTRIES):
            nothing = Carried(origin=carried.origin, first=0, end=0, checkpoint=carried.checkpoint)
            create_table(self._lake, self._spec(), nothing.binding)
        data = pa.Table.from_pylist([asdict(each) for each in entries], schema=_SCHEMA)
        once = (_application(carried.origin), carried.end)
        written = append(self._lake, ENTRIES, data, binding=carried.binding, once=once, after=carried.first)
        return written is not None

    def carried(self) -> tuple[Carried, ...]:
        """What each commit says it carries, oldest first. Raises NoSuchTable, DamagedTable."""
        claims = (Carried.parse(commit.claimed) for commit in self._lake.history(ENTRIES))
        return tuple(each for each in claims if each is not None and each.end > each.first)

    def entries(self) -> Iterator[MirroredEntry]:
        """Every entry, by seq, read in portions. Raises NoSuchTable, DamagedTable."""
        delta = self._lake.open(ENTRIES)
        with translated(ENTRIES, doing="read"):
            query = QueryBuilder().register("t", delta)
            [bounds] = pa.table(query.execute("select min(seq) a, max(seq) b from t").read_all()).to_pylist()
            if bounds["a"] is None:
                return
            columns = ", ".join(f'"{field.name}"' for field in fields(MirroredEntry))
            for first in range(bounds["a"], bounds["b"] + 1, _PORTION):
                where = f"seq >= {first} and seq < {first + _PORTION}"
                sql = f"select {columns} from t where {where} order by seq"  # noqa: S608 (numbers)
                rows = pa.table(query.execute(sql).read_all()).cast(_SCHEMA)
                if not rows.num_rows:
                    return  # a gap, which whoever reads this will notice
                for row in rows.to_pylist():
                    yield MirroredEntry(**row)

    def _spec(self) -> TableSpec:
        return TableSpec(
            name=ENTRIES,
            schema=_SCHEMA,
            retention=retention("run", on=self._on),
            comment="The evidence log, mirrored: an entry a row, verifiable against the signed heads of its commits",
        )


def _application(origin: str) -> str:
    return f"mirror of {origin}"
