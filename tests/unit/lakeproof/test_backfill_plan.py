"""A backfill plan rewrites exactly what stands on the corrected table, in order, and says what it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeproof.operations.backfill.plan import Affected, BackfillPlan, Downstream, World, plan_backfill, stale
from lakeproof.operations.backfill.plan_json import plan_id, plan_json, read_plan
from lakeproof.operations.backfill.slices import Slice, parse_slice
from lineage.errors import BadInput
from lineage.names import TableName, TableVersion

V = TableVersion.parse
T = TableName.parse
MARCH = Slice(column="drop_month", values=("2025-03",))


def world(**changes: object) -> World:
    values: dict[str, object] = {
        "bad": V("bronze.loans@23"),
        "good": V("bronze.loans@24"),
        "downstream": {
            T("gold.features"): Downstream(
                newest=V("gold.features@2"),
                reads=(V("silver.loans@5"), V("silver.rates@9")),
                model="features",
                rows=83,
                total_rows=1980,
                sliced=True,
            ),
            T("silver.loans"): Downstream(
                newest=V("silver.loans@5"),
                reads=(V("bronze.loans@23"),),
                model="loans",
                rows=83,
                total_rows=1980,
                sliced=True,
            ),
        },
        "affected": Affected(models=("mortgage@1",), predictions=249, batches=("b1",)),
        "code": "abc",
    }
    return World(**{**values, **changes})  # type: ignore[arg-type]


def plan() -> BackfillPlan:
    return plan_backfill("late file", MARCH, world())


def test_steps_follow_dependencies() -> None:
    """A table is rebuilt after what it reads, and reads the rebuilt version."""
    steps = plan().steps
    assert [str(step.replaces) for step in steps] == ["silver.loans@5", "gold.features@2"]
    assert steps[1].after == (T("silver.loans"),)
    assert steps[1].reads == (V("silver.rates@9"),)


def test_decisions_and_models_are_left_and_said() -> None:
    """What people decided on is never rewritten; the plan says so."""
    assert [line.split(" ")[0] for line in plan().not_redone] == ["mortgage@1", "249"]


def test_a_table_without_the_column_is_rebuilt_whole() -> None:
    """Where the slice cannot be named, the plan says the whole table, with its rows."""
    found = world().downstream[T("silver.loans")]
    whole = Downstream(
        newest=found.newest, reads=found.reads, model="loans", rows=0, total_rows=1980, sliced=False
    )
    (step,) = plan_backfill("x", MARCH, world(downstream={T("silver.loans"): whole})).steps
    assert (step.whole, step.rows) == (True, 1980)


def test_nothing_corrected_is_refused() -> None:
    """Without a version after the bad one there is nothing to carry downstream."""
    with pytest.raises(BadInput, match="still the version to be corrected"):
        plan_backfill("x", MARCH, world(good=V("bronze.loans@23")))


def test_a_plan_survives_json() -> None:
    """Reading what was written gives the same plan and the same id."""
    assert read_plan(plan_json(plan())) == plan()
    assert plan_id(read_plan(plan_json(plan()))) == plan_id(plan())


def test_an_edited_plan_is_refused_with_every_fault() -> None:
    """Unknown and missing keys are both named."""
    value = plan_json(plan()) | {"extra": 1}
    del value["because"]
    with pytest.raises(BadInput, match=r"because.*extra|extra.*because"):
        read_plan(value)


def test_a_moved_world_is_named() -> None:
    """A plan is stale when a table it replaces has a newer version."""
    newest = {
        T("bronze.loans"): V("bronze.loans@24"),
        T("silver.loans"): V("silver.loans@6"),
        T("gold.features"): V("gold.features@2"),
    }
    assert stale(plan(), newest) == ("silver.loans is at version 6, the plan knows 5",)


@pytest.mark.parametrize(
    "where",
    ["drop_month = '2025-03'", "DROP_MONTH in ('2025-03')".lower(), "drop_month IN ('2025-03', '2025-03')"],
)
def test_spellings_of_a_slice_are_one(where: str) -> None:
    """The same slice, however written, has one canonical form."""
    assert parse_slice(where, partitions=["drop_month"]).where == "drop_month in ('2025-03')"


@pytest.mark.parametrize(
    "where",
    [
        "",
        "drop_month",
        "drop_month > '2025-03'",
        "a = '1' or b = '2'",
        "drop_month = 3",
        "amount = '1'",
        "drop_month in (select 1)",
        "drop_month = 'x''y'",
        "((",
    ],
)
def test_anything_else_is_refused(where: str) -> None:
    """What is no slice of a partition column gets a message with the next move."""
    with pytest.raises(BadInput) as refusal:
        parse_slice(where, partitions=["drop_month"])
    assert refusal.value.next_move


@given(st.sets(st.from_regex(r"20[0-9]{2}-[01][0-9]", fullmatch=True), min_size=1))
def test_a_slice_round_trips(months: set[str]) -> None:
    """Parsing the canonical form gives the slice back."""
    slice_ = Slice(column="m", values=tuple(sorted(months)))
    assert parse_slice(slice_.where, partitions=["m"]) == slice_
