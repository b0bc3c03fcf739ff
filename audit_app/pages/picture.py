"""A graph on a page: drawn, with its legend, and as a table for whoever cannot or will not read a picture."""

from typing import Any

import streamlit as st

from audit_app.drawing import STYLES, draw, graph_of, named, tooltip
from audit_app.folding import fold, is_folded
from audit_app.pages import look
from audit_app.pages.frame import Asked
from audit_app.pages.plot import Lead, plot
from audit_app.plotting import plotted
from audit_app.subjects import subject_of
from lineage.graph import Graph, Node, NodeKind

_WORDS = {
    NodeKind.TABLE: "table",
    NodeKind.FILE: "landing file",
    NodeKind.MODEL: "model",
    NodeKind.DEPLOYMENT: "deployment",
    NodeKind.REPORT: "report",
    NodeKind.DATASET: "foreign dataset",
    NodeKind.COLUMN: "column",
    NodeKind.JOB: "job",
    NodeKind.RUN: "run",
}


_FOLDED = "Things of one kind with the same neighbours are drawn as one: the table lists each of them."


def show_graph(told: dict[str, Any], asked: Asked, *, level: str) -> None:
    """The picture of an answer's nodes and edges; each node leads to its own lineage."""
    graph = graph_of(told)

    def lead(node: Node) -> str | None:
        return None if is_folded(node) else asked.link("lineage", subject=subject_of(node), level=level)

    said = f"{len(graph.nodes)} things and {len(graph.edges)} connections; the table below lists them"
    start = told.get("start", "")
    drawn = fold(graph, keep=start)
    svg = plotted(draw(drawn, start=start))
    if svg is None:
        st.graphviz_chart(draw(drawn, start=start, link=lead), width="content", alt=said)
    called = named(drawn)
    leads = {called[node.id]: Lead(title=tooltip(node), address=lead(node)) for node in drawn.nodes}
    used = sorted({node.kind for node in graph.nodes}, key=list(_WORDS).index)
    around = [
        "" if svg is None else plot(svg, leads, said=said),
        look.legend((_WORDS[kind], *STYLES[kind][1:]) for kind in used),
        f'<p class="quiet">{_FOLDED}</p>' if len(drawn.nodes) < len(graph.nodes) else "",
        _other_names(graph),
        look.folded(f"The picture as a table: {len(graph.edges)} connections", _edges(graph, asked, level)),
    ]
    st.html("".join(around))


def _other_names(graph: Graph) -> str:
    rows = [(node.label, ", ".join(node.also)) for node in graph.nodes if node.also]
    if not rows:
        return ""
    head = look.heading("One thing, several names", "As the record knew them at that time")
    return head + look.table(("Called here", "Also"), rows, empty="")


def _edges(graph: Graph, asked: Asked, level: str) -> str:
    nodes = {node.id: node for node in graph.nodes}

    def anchor(id_: str) -> look.Markup:
        node = nodes[id_]
        return look.anchor(node.label, asked.link("lineage", subject=subject_of(node), level=level))

    rows = [
        (
            anchor(edge.source),
            anchor(edge.target),
            edge.transformation.lower(),
            edge.certainty.value,
            look.code(edge.run, length=13),
        )
        for edge in graph.edges
    ]
    return look.table(("From", "To", "How", "Certainty", "Run"), rows, empty="Nothing is connected.")
