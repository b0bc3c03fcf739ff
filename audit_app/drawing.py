"""A lineage graph as Graphviz DOT: from left to right, one shape and colour for each kind of thing. Pure.

Text goes only into quoted strings, with quotes and backslashes escaped, so that no name can become DOT.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lineage.certainty import Certainty
from lineage.graph import Edge, Graph, Node, NodeKind

#: Kind → shape, fill, outline. Text is INK on each fill: contrast of 7 to 1 and more.
STYLES: Mapping[NodeKind, tuple[str, str, str]] = {
    NodeKind.TABLE: ("box", "#e3edf4", "#2f6486"),
    NodeKind.FILE: ("note", "#f4ecd8", "#8a6a1f"),
    NodeKind.MODEL: ("hexagon", "#eae4f3", "#5f4a8b"),
    NodeKind.DEPLOYMENT: ("house", "#f6e2e4", "#9a3a4a"),
    NodeKind.REPORT: ("folder", "#e2efe6", "#2f6f4a"),
    NodeKind.DATASET: ("cylinder", "#ececec", "#5a5a5a"),
    NodeKind.COLUMN: ("box", "#ffffff", "#2f6486"),
    NodeKind.JOB: ("box", "#f3f1ec", "#8a8780"),
    NodeKind.RUN: ("box", "#f3f1ec", "#8a8780"),
}
INK = "#1f2328"
MUTED = "#5c6370"
AMBER = "#8a5a00"
FONT = (
    "Helvetica"  # its widths are known to every Graphviz; the page shows a face of its own that is no wider
)

_LONGEST = 16


def draw(graph: Graph, *, start: str = "", link: Callable[[Node], str | None] | None = None) -> str:
    """The graph as DOT. `start` is the id of the node that was asked about; `link` gives where a node leads."""
    numbers = named(graph)
    nodes = [_node(numbers[node.id], node, start == node.id, link) for node in graph.nodes]
    edges = [_edge(numbers[edge.source], numbers[edge.target], edge) for edge in graph.edges]
    return "\n".join(["digraph lineage {", *_FRAME, *nodes, *edges, "}"])


def named(graph: Graph) -> dict[str, str]:
    """What each node is called in DOT, by its id."""
    return {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}


_FRAME = (
    '  graph [rankdir=LR, bgcolor="transparent", pad="0.15", nodesep="0.13", ranksep="0.24", splines=true];',
    f'  node [fontname="{FONT}", fontsize=8.5, fontcolor="{INK}", style="filled", height="0.26", margin="0.08,0.04"];',
    f'  edge [fontname="{FONT}", fontsize=7.5, fontcolor="{MUTED}", color="#7d8590", arrowsize=0.6, penwidth=1];',
)


def _node(number: str, node: Node, is_start: bool, link: Callable[[Node], str | None] | None) -> str:
    shape, fill, line = STYLES[node.kind]
    attributes = {
        "label": _label(node),
        "tooltip": tooltip(node),
        "shape": shape,
        "fillcolor": fill,
        "color": line,
        "penwidth": "2.6" if is_start else "1.1",
    }
    if node.kind in {NodeKind.RUN, NodeKind.JOB}:
        attributes |= {
            "style": "filled,rounded",
            "fontsize": "7.5",
            "fontcolor": MUTED,
            "margin": "0.13,0.05",
        }
    address = None if link is None else link(node)
    if address is not None:
        attributes |= {"URL": address, "target": "_self"}
    return f"  {number} [{_written(attributes)}];"


def tooltip(node: Node) -> str:
    """What there is to say of a node besides its picture."""
    return "\n".join([f"{node.kind.value}: {node.label}", *(f"also {name}" for name in node.also)])


def _edge(source: str, target: str, edge: Edge) -> str:
    """Solid: read or written at a declared version. What is not so says what it is."""
    attributes = {"tooltip": f"{edge.transformation or 'data'}, {edge.certainty.value}"}
    if edge.transformation == "CORRECTS":
        attributes |= {"style": "dashed", "color": "#9a3a4a", "fontcolor": "#9a3a4a", "penwidth": "1.6"}
    elif edge.transformation == "CARRIES":
        attributes |= {"style": "dotted"}
    elif edge.transformation.startswith("INDIRECT"):
        attributes |= {"color": "#b4bac2"}
    elif edge.certainty is not Certainty.DECLARED:
        attributes |= {"style": "dotted", "color": AMBER, "fontcolor": AMBER}
    words = [edge.transformation.lower().removeprefix("in").removeprefix("direct/")]
    words += [] if edge.certainty is Certainty.DECLARED else [edge.certainty.value]
    if any(words):
        attributes["label"] = "\n".join(filter(None, words))
    return f"  {source} -> {target} [{_written(attributes)}];"


def _written(attributes: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name}={quoted(value if name == 'URL' else value.replace('&', '&amp;'))}"  # else it reads entities
        for name, value in attributes.items()
    )


def quoted(text: str) -> str:
    """A DOT string: quotes and backslashes escaped, control characters gone, line ends kept."""
    kept = "".join(character for character in text if character == "\n" or character.isprintable())
    escaped = kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _label(node: Node) -> str:
    """Wrapped; a run by its job and the end of its id, for ids of one day begin alike."""
    job, _, start = node.label.rpartition(" ")
    if node.kind is NodeKind.RUN and node.id.startswith("run/"):
        id_ = node.id.removeprefix("run/")
        return f"{_wrapped(job if job and id_.startswith(start) else node.label)}\n…{id_[-6:]}"
    return _wrapped(node.label)


def _wrapped(label: str) -> str:
    """Long names broken after a dot, an underscore or a slash."""
    if len(label) <= _LONGEST:
        return label
    places = [place for place, character in enumerate(label[:_LONGEST]) if character in "._/- "]
    cut = places[-1] + 1 if places else _LONGEST
    return f"{label[:cut]}\n{_wrapped(label[cut:])}"


def graph_of(told: Mapping[str, Any]) -> Graph:
    """The graph in an answer's `nodes` and `edges`."""
    return Graph(
        nodes=tuple(
            Node(
                id=node["id"],
                kind=NodeKind(node["kind"]),
                label=node["label"],
                also=tuple(node.get("also", ())),
            )
            for node in told["nodes"]
        ),
        edges=tuple(
            Edge(
                source=edge["source"],
                target=edge["target"],
                run=edge["run"],
                certainty=Certainty(edge["certainty"]),
                transformation=edge["transformation"],
            )
            for edge in told["edges"]
        ),
    )
