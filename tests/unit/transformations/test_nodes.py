"""What follows from the nodes of a project: tables behind ephemeral models, tested tables, selections by table."""

from lineage.names import TableName
from transformations.nodes import Node, ephemeral_behind, judged_tables, selected, tables_behind
from transformations.pins import slice_of

RAW, CLEAN = TableName.parse("bronze.raw"), TableName.parse("silver.clean")


def node(
    id_: str, kind: str = "model", *, depends_on: tuple[str, ...] = (), table: TableName | None = None
) -> Node:
    return Node(
        id=id_,
        kind=kind,
        name=id_.rpartition(".")[2],
        materialized="table" if table else "ephemeral" if kind == "model" else kind,
        table=table,
        depends_on=depends_on,
    )


NODES = {
    each.id: each
    for each in (
        node("source.raw", "source", table=RAW),
        node("model.stg", depends_on=("source.raw",)),
        node("model.stg2", depends_on=("model.stg",)),
        node("model.clean", depends_on=("model.stg2", "model.stg", "macro.unknown"), table=CLEAN),
        node("test.clean", "test", depends_on=("model.clean", "source.raw")),
        node("test.stg", "test", depends_on=("model.stg2",)),
    )
}


def test_ephemeral_models_are_read_through() -> None:
    """A node reads the real tables behind them, each once."""
    assert tables_behind("model.clean", NODES) == (RAW,)
    assert ephemeral_behind("model.clean", NODES) == ("model.stg2", "model.stg")
    assert tables_behind("test.clean", NODES) == (RAW, CLEAN)


def test_a_test_is_about_its_model_or_what_lies_behind_it() -> None:
    """The other side of a relationship is read, but not judged."""
    assert judged_tables(NODES["test.clean"], NODES) == (CLEAN,)
    assert judged_tables(NODES["test.stg"], NODES) == (RAW,)


def test_models_can_be_selected_by_their_tables() -> None:
    """Everything else is dbt's own language and passes as it is."""
    assert selected("+silver.clean silver.clean+1 stg path:models/silver.clean source:bronze.raw", NODES) == [
        "+clean",
        "clean+1",
        "stg",
        "path:models/silver.clean",
        "source:bronze.raw",
    ]


def test_a_slice_is_a_condition_on_the_column_the_model_names() -> None:
    """Without a column, or without months, the slice is everything."""
    sliced = Node(id="m", kind="model", name="m", materialized="table", table=CLEAN, slice_by="month")
    assert slice_of(sliced, ("2024-01", "2024-02")) == "month in ('2024-01', '2024-02')"
    assert slice_of(sliced, ()) == slice_of(NODES["model.clean"], ("2024-01",)) == "true"
