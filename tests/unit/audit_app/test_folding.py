"""Claims about folding: alike things become one, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from audit_app.drawing import draw
from audit_app.folding import fold, is_folded
from lineage.certainty import Certainty
from lineage.graph import Edge, Graph, Node, NodeKind


def node(name: str, kind: NodeKind = NodeKind.FILE) -> Node:
    return Node(id=name, kind=kind, label=name)


def edge(source: str, target: str, **changes: str) -> Edge:
    return Edge(source=source, target=target, certainty=Certainty.DECLARED, **changes)  # type: ignore[arg-type]


def drops(count: int) -> Graph:
    """Monthly files into one job into one table."""
    names = [f"drop_{number:02}.csv" for number in range(count)]
    nodes = [*map(node, names), node("load", NodeKind.JOB), node("loans", NodeKind.TABLE)]
    return Graph(
        nodes=tuple(sorted(nodes)), edges=(*(edge(name, "load") for name in names), edge("load", "loans"))
    )


def test_the_files_of_one_load_are_one() -> None:
    """With how many there are and what their names share."""
    folded = fold(drops(24))
    assert sorted(each.label for each in folded.nodes) == ["24 files drop_…", "load", "loans"]
    assert len(folded.edges) == 2


def test_few_things_stay_themselves() -> None:
    """Two are not worth folding."""
    assert fold(drops(2)) == drops(2)


def test_what_was_asked_about_is_never_folded() -> None:
    """The subject stands alone among its like."""
    folded = fold(drops(24), keep="drop_03.csv")
    assert {each.label for each in folded.nodes} == {"drop_03.csv", "23 files drop_…", "load", "loans"}


def test_a_thing_with_another_neighbour_or_another_edge_is_not_alike() -> None:
    """One file that a second job reads, and one whose version nobody declared."""
    graph = drops(6)
    unsure = Edge(source="drop_00.csv", target="load", certainty=Certainty.UNKNOWN)
    others = tuple(each for each in graph.edges if each.source != "drop_00.csv")
    changed = Graph(nodes=graph.nodes, edges=(*others, unsure, edge("drop_01.csv", "loans")))
    assert {each.label for each in fold(changed).nodes} == {
        "4 files drop_…",
        "drop_00.csv",
        "drop_01.csv",
        "load",
        "loans",
    }


GRAPHS = st.builds(
    lambda pairs: Graph(
        nodes=tuple(sorted(node(f"n{i}", list(NodeKind)[i % len(NodeKind)]) for i in range(12))),
        edges=tuple(sorted({edge(f"n{a}", f"n{b}") for a, b in pairs})),
    ),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
)


@given(GRAPHS)
def test_folding_keeps_every_edge_between_what_is_left(graph: Graph) -> None:
    """Edges end at nodes that are there, folding twice changes nothing more, and the picture can be drawn."""
    folded = fold(graph)
    ids = {each.id for each in folded.nodes}
    assert all(each.source in ids and each.target in ids for each in folded.edges)
    kept = {each.id for each in folded.nodes if not is_folded(each)}
    wanted = {(e.source, e.target) for e in graph.edges if e.source in kept and e.target in kept}
    assert wanted == {(e.source, e.target) for e in folded.edges if e.source in kept and e.target in kept}
    assert draw(folded)
