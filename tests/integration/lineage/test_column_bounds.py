"""Claims about SQL that nobody should send: it costs a second or two of work at most, and never an exception."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.certainty import NotCheckable
from lineage.columns import ColumnSources, statement_sources
from lineage.names import DatasetId
from lineage.sql.dialects import DIALECTS
from lineage.sql.parsing import LONGEST

#: Seconds of the processor. The worst need one or two; a machine may be slower than ours.
ENOUGH = 6.0

T, WIDE = (DatasetId(namespace="w", name=name) for name in ("a.t", "a.wide"))
SCHEMAS = {
    T: [("id", "int"), ("v", "int"), ("s", "struct<k:int>"), ("l", "array<int>")],
    WIDE: [(f"c{number}", "int") for number in range(50_000)],
}

FOLLOWED = {
    "a star": "select * from a.wide",
    "stars over stars": "with a as (select * from a.wide), b as (select *, c1 + c2 as x from a) select * from b",
    "a join": "select * from a.wide join a.t on c1 = id where c2 > 3",
    "a natural join": "select * from a.wide x natural join a.wide y",
    "a union": "select * from a.wide union select * from a.wide",
    "many conditions": "select id from a.t where " + " and ".join(f"v > {n}" for n in range(6_000)),
    "many branches": " union all ".join(["select id from a.t"] * 3_000),
    "many rows": "insert into a.t (id, v) values " + ",".join(f"({n},{n})" for n in range(7_000)),
    "many CTEs": "with a0 as (select id from a.t), "
    + ", ".join(
        f"a{n} as (select x.id from a{n - 1} x join a{n - 1} y on x.id = y.id)" for n in range(1, 300)
    )
    + " select * from a299",
}
REFUSED = {
    "nested brackets": "select " + "(" * 3_000 + "1" + ")" * 3_000,
    "brackets without end": "((((" * 20_000,
    "functions with a type's name": "select " + "int(" * 30 + "1" + ")" * 30,
    "many of them": "select " + ", ".join("int(" * 6 + "id" + ")" * 6 for _ in range(2_000)) + " from a.t",
    "arrays in arrays": "select " + ", ".join("array[" * 9 + "1" + "]" * 9 for _ in range(1_200)),
    "types in types": "select cast(id as " + "array<" * 200 + "int" + ">" * 200 + ") as x from a.t",
    "sources times columns": "with a as (select "
    + "+".join(f"c{n}" for n in range(4_000))
    + " as s from a.wide), b as (select "
    + ", ".join(f"s + 1 as d{n}" for n in range(3_000))
    + " from a) select * from b",
    "too long": "select 1 as a -- " + "x" * LONGEST,
    "no SQL": "select from where ((( 'abc " * 2_000,
    "no text": "\x00\x01\ud83d" * 10_000,
}


@pytest.mark.parametrize("sql", FOLLOWED.values(), ids=FOLLOWED)
def test_large_statements_and_wide_tables_are_followed_in_time(sql: str) -> None:
    """50,000 columns, thousands of conditions, branches or rows."""
    before = process_time()
    assert isinstance(statement_sources(sql, SCHEMAS), ColumnSources)
    assert process_time() - before < ENOUGH


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_hostile_text_is_refused_in_time(sql: str) -> None:
    """Not checkable, and soon."""
    before = process_time()
    assert isinstance(statement_sources(sql, SCHEMAS), NotCheckable)
    assert process_time() - before < ENOUGH


def test_an_answer_does_not_depend_on_how_deep_the_asker_stands() -> None:
    """A text near the limit of nesting is judged alike from any depth of calls."""
    texts = ["select " + "(" * depth + "id" + ")" * depth + " as x from a.t" for depth in range(20, 60, 4)]

    def at_depth(calls: int) -> list[str]:
        if calls:
            return at_depth(calls - 1)
        return [type(statement_sources(text, SCHEMAS)).__name__ for text in texts]

    assert at_depth(0) == at_depth(600)


_WORDS = (
    "select from where join on using natural left full group by order having qualify union all except distinct with "
    "recursive as insert into overwrite values update set delete merge when matched then not create table view exists "
    "in case end over partition pivot unpivot lateral explode unnest id v s l a.t t.* * ( ) ) ( , . ; = + - 'x' \"y\" "
    "`z` [ ] { } : :: -> < > 1 2 null cast int array struct limit {{ }} {% %} -- /* */"
).split()


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(_WORDS), max_size=30).map(" ".join)),
    st.sampled_from(sorted(DIALECTS)),
)
def test_no_text_raises(sql: str, dialect: str) -> None:
    """Whatever the text and the dialect, the answer is columns or a reason."""
    found = statement_sources(sql, {T: SCHEMAS[T]}, dialect=DIALECTS[dialect])
    assert isinstance(found, ColumnSources) or found.reason
