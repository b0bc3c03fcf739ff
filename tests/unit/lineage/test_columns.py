"""Column lineage of a SELECT, case by case, checked by hand."""

import pytest

from lineage.certainty import NotCheckable
from lineage.columns import ColumnSource, ColumnSources, TableRead, column_sources, tables_read
from lineage.names import TableName

_ORDERS = "id int, cid int, amt double, st string, ts timestamp, s struct<k:int>, arr array<int>"
_TABLES = {"a.o": _ORDERS, "a.c": "id int, email string, ctry string", "a.p": "id int, Amt double"}
SCHEMAS = {
    TableName.parse(name).dataset: [
        (column, type_) for column, _, type_ in (field.partition(" ") for field in fields.split(", "))
    ]
    for name, fields in _TABLES.items()
}

CASES = {
    "a star is its table's columns": (
        "select * from a.c",
        {"id": "a.c.id IDENTITY", "email": "a.c.email IDENTITY", "ctry": "a.c.ctry IDENTITY"},
        "",
    ),
    "a star over a CTE over a star": (
        "with x as (select * from a.o) select id, amt * 2 as d from x",
        {"id": "a.o.id IDENTITY", "d": "a.o.amt TRANSFORMATION"},
        "",
    ),
    "columns of a join without their table's name": (
        "select email, amt from a.o join a.c on o.cid = c.id",
        {"email": "a.c.email IDENTITY", "amt": "a.o.amt IDENTITY"},
        "a.c.id JOIN, a.o.cid JOIN",
    ),
    "using": (
        "select email, amt from a.o join a.c using (id)",
        {"email": "a.c.email IDENTITY", "amt": "a.o.amt IDENTITY"},
        "a.c.id JOIN, a.o.id JOIN",
    ),
    "a union comes from both sides, by position": (
        (
            "with u as (select id, amt from a.o union all select id, amt from a.p) "
            "select id, sum(amt) as s from u group by id"
        ),
        {"id": "a.o.id IDENTITY, a.p.id IDENTITY", "s": "a.o.amt AGGREGATION, a.p.Amt AGGREGATION"},
        "a.o.id GROUP_BY, a.p.id GROUP_BY",
    ),
    "except filters by its right side": (
        "select id from a.o except select id from a.c",
        {"id": "a.o.id IDENTITY"},
        "a.c.id FILTER, a.o.id GROUP_BY",
    ),
    "windows rank, pick and sum": (
        (
            "select row_number() over (partition by cid order by ts) as rn, lag(amt) over (order by ts) as pa, "
            "sum(amt) over (partition by cid) as sm from a.o"
        ),
        {
            "rn": "a.o.cid WINDOW, a.o.ts WINDOW",
            "pa": "a.o.amt TRANSFORMATION, a.o.ts WINDOW",
            "sm": "a.o.amt AGGREGATION, a.o.cid WINDOW",
        },
        "",
    ),
    "a window by name": (
        "select sum(amt) over w as x from a.o window w as (partition by cid order by ts)",
        {"x": "a.o.amt AGGREGATION, a.o.cid WINDOW, a.o.ts WINDOW"},
        "",
    ),
    "a correlated scalar subquery steers its own column only": (
        "select id, (select max(email) from a.c where c.id = o.cid) as e from a.o",
        {"id": "a.o.id IDENTITY", "e": "a.c.email AGGREGATION, a.c.id FILTER, a.o.cid FILTER"},
        "",
    ),
    "a lateral view": (
        "select id, x from a.o lateral view explode(split(st, ',')) t as x",
        {"id": "a.o.id IDENTITY", "x": "a.o.st TRANSFORMATION"},
        "",
    ),
    "a generator with two columns": (
        "select posexplode(arr) as (p, x) from a.o",
        {"p": "a.o.arr TRANSFORMATION", "x": "a.o.arr TRANSFORMATION"},
        "",
    ),
    "what decides is a condition, what may come out is a value": (
        (
            "select case when st = 'x' then amt else 0 end as v, if(cid > 1, id, null) as i, nullif(id, cid) as n "
            "from a.o"
        ),
        {
            "v": "a.o.amt TRANSFORMATION, a.o.st CONDITIONAL",
            "i": "a.o.cid CONDITIONAL, a.o.id TRANSFORMATION",
            "n": "a.o.cid CONDITIONAL, a.o.id CONDITIONAL, a.o.id TRANSFORMATION",
        },
        "",
    ),
    "structs are made and opened": (
        "select named_struct('k', o.amt, 'v', c.email) as made, o.s.k as opened from a.o join a.c on o.cid = c.id",
        {"made": "a.c.email TRANSFORMATION, a.o.amt TRANSFORMATION", "opened": "a.o.s TRANSFORMATION"},
        "a.c.id JOIN, a.o.cid JOIN",
    ),
    "literals come from nowhere": (
        "select 1 as one, cast(id as string) as t from a.c",
        {"one": "", "t": "a.c.id TRANSFORMATION"},
        "",
    ),
    "subqueries in WHERE filter": (
        "select id from a.o where cid in (select id from a.c where ctry = 'DE')",
        {"id": "a.o.id IDENTITY"},
        "a.c.ctry FILTER, a.c.id FILTER, a.o.cid FILTER",
    ),
    "exists looks at rows, not at its columns": (
        "select id from a.o where exists (select * from a.c where c.id = o.cid)",
        {"id": "a.o.id IDENTITY"},
        "a.c.id FILTER, a.o.cid FILTER",
    ),
    "grouping, having, sorting": (
        "select cid as k, count(*) as n from a.o group by 1 having sum(amt) > 3 order by k",
        {"k": "a.o.cid IDENTITY", "n": ""},
        "a.o.amt FILTER, a.o.cid GROUP_BY, a.o.cid SORT",
    ),
    "group by all": (
        "select cid, sum(amt) as s from a.o group by all",
        {"cid": "a.o.cid IDENTITY", "s": "a.o.amt AGGREGATION"},
        "a.o.cid GROUP_BY",
    ),
    "an alias used beside its definition": (
        "select amt * 2 as d, d + 1 as e from a.o",
        {"d": "a.o.amt TRANSFORMATION", "e": "a.o.amt TRANSFORMATION"},
        "",
    ),
    "a column wins over an alias of its name": (
        "select amt as id, id as x from a.o where id > 3",
        {"id": "a.o.amt IDENTITY", "x": "a.o.id IDENTITY"},
        "a.o.id FILTER",
    ),
    "a lambda's variable is no column": (
        "select transform(arr, id -> id + cid) as t from a.o",
        {"t": "a.o.arr TRANSFORMATION, a.o.cid TRANSFORMATION"},
        "",
    ),
    "filters and orders inside aggregates": (
        (
            "select sum(amt) filter (where st = 'x') as s, array_agg(id order by ts) as a, "
            "percentile_cont(0.5) within group (order by amt) as p from a.o"
        ),
        {
            "s": "a.o.amt AGGREGATION, a.o.st FILTER",
            "a": "a.o.id AGGREGATION, a.o.ts SORT",
            "p": "a.o.amt AGGREGATION",
        },
        "",
    ),
    "aggregated once, aggregated for good": (
        "select s + 1 as t from (select sum(amt) as s from a.o)",
        {"t": "a.o.amt AGGREGATION"},
        "",
    ),
    "order by all": ("select cid from a.o order by all", {"cid": "a.o.cid IDENTITY"}, "a.o.cid SORT"),
    "distinct groups by what it returns": (
        "select distinct cid from a.o",
        {"cid": "a.o.cid IDENTITY"},
        "a.o.cid GROUP_BY",
    ),
    "a self join": (
        "select l.id, r.amt from a.o version as of 3 l join a.o version as of 4 r on l.id = r.cid",
        {"id": "a.o.id IDENTITY", "amt": "a.o.amt IDENTITY"},
        "a.o.cid JOIN, a.o.id JOIN",
    ),
    "a CTE that bears a table's name": (
        "with o as (select id from a.c) select id from o",
        {"id": "a.c.id IDENTITY"},
        "",
    ),
    "columns renamed by an alias list": (
        "select q.z from (select id, amt from a.o) as q(y, z)",
        {"z": "a.o.amt IDENTITY"},
        "",
    ),
}


@pytest.mark.parametrize(("sql", "outputs", "rows"), CASES.values(), ids=CASES)
def test_every_output_column_names_exactly_its_sources(sql: str, outputs: dict[str, str], rows: str) -> None:
    """Sources and how they take part are as worked out by hand."""
    found = column_sources(sql, SCHEMAS)
    assert isinstance(found, ColumnSources), found
    assert {name: _spelt(sources) for name, sources in found.outputs.items()} == outputs
    assert _spelt(found.rows) == rows


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select nope from a.o", "nope"),
        ("select x from a.unknown", "a.unknown"),
        ("select id from a.o join a.c on cid = ctry", "id"),
        ("select max(amt) from a.o", "without a name"),
        ("select * from range(10)", "table function"),
        ("select st.* from a.o", "star"),
        ("with recursive r as (select n + 1 as n from r) select n from r", "names itself"),
        ("merge into a.p t using a.o s on t.id = s.id when matched then delete", "one SELECT"),
        ("select 1; select 2", "2 statements"),
        ("select id from", "understand"),
    ],
)
def test_what_cannot_be_followed_is_not_guessed(sql: str, why: str) -> None:
    """The answer is NotCheckable, and says what stood in the way."""
    found = column_sources(sql, SCHEMAS)
    assert isinstance(found, NotCheckable)
    assert why in found.reason


def test_what_steers_the_rows_stands_with_every_column_of_the_facet() -> None:
    """OpenLineage's facet has no rows: a filter is an INDIRECT source of each output."""
    found = column_sources("select id, amt from a.o where st = 'x'", SCHEMAS)
    assert isinstance(found, ColumnSources)
    orders = TableName.parse("a.o").dataset
    steered = (orders, "st", "INDIRECT", "FILTER")
    assert found.by_output() == {
        "id": [(orders, "id", "DIRECT", "IDENTITY"), steered],
        "amt": [(orders, "amt", "DIRECT", "IDENTITY"), steered],
    }


def test_tables_read_are_the_real_ones_with_their_pins() -> None:
    """Common table expressions are no tables; an unpinned table says so by None."""
    sql = "with x as (select id from A.o version as of 7) select x.id from x join spark_catalog.a.c on x.id = c.id"
    assert tables_read(sql) == (TableRead(name="a.c", version=None), TableRead(name="a.o", version=7))


def _spelt(sources: tuple[ColumnSource, ...]) -> str:
    return ", ".join(f"{s.column.dataset.name}.{s.column.column} {s.subtype}" for s in sources)
