"""Fold alike things of a graph into one, so that its picture stays readable. Pure.

Alike are things of one kind with the same neighbours by the same kind of edge: the monthly files of one load,
the tests of one table. Whoever wants each of them has the table beneath the picture.
"""

from collections import defaultdict
from itertools import takewhile
from typing import TypeAlias

from lineage.graph import Edge, Graph, Node, NodeKind

_FEWEST = 3
_FOLDED = "folded:"
_MANY = {NodeKind.FILE: "files", NodeKind.JOB: "jobs", NodeKind.RUN: "runs", NodeKind.COLUMN: "columns"}

_Way: TypeAlias = tuple[str, str, str, str]


def fold(graph: Graph, *, keep: str = "") -> Graph:
    """The graph with groups of three and more alike things as one node each; `keep` is the id of one left alone."""
    ways: defaultdict[str, set[_Way]] = defaultdict(set)
    for edge in graph.edges:
        ways[edge.source].add(("to", edge.target, edge.certainty.value, edge.transformation))
        ways[edge.target].add(("from", edge.source, edge.certainty.value, edge.transformation))
    groups: defaultdict[tuple[NodeKind, frozenset[_Way]], list[Node]] = defaultdict(list)
    for node in graph.nodes:
        if node.kind in _MANY and node.id != keep and ways[node.id]:
            groups[node.kind, frozenset(ways[node.id])].append(node)
    folded = {
        node.id: _one(members) for members in groups.values() if len(members) >= _FEWEST for node in members
    }
    nodes = {folded.get(node.id, node) for node in graph.nodes}
    return Graph(nodes=tuple(sorted(nodes)), edges=_edges(graph, folded), cut=graph.cut)


def is_folded(node: Node) -> bool:
    """Whether the node stands for several."""
    return node.id.startswith(_FOLDED)


def _one(members: list[Node]) -> Node:
    first = min(members)
    labels = sorted(node.label for node in members)
    # Of sorted names the first and the last differ earliest.
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(labels[0], labels[-1], strict=False))
    shared = "".join(character for character, _ in alike)
    cut = max(shared.rfind(separator) for separator in "._-/ ") + 1
    about = f" {shared[:cut]}…" if cut else ""
    return Node(
        id=f"{_FOLDED}{first.id}", kind=first.kind, label=f"{len(members)} {_MANY[first.kind]}{about}"
    )


def _edges(graph: Graph, folded: dict[str, Node]) -> tuple[Edge, ...]:
    """Edges between what is left; of edges that fall together the first stands for all."""
    kept: dict[tuple[str, str, str], Edge] = {}
    for edge in graph.edges:
        source, target = (folded[end].id if end in folded else end for end in (edge.source, edge.target))
        moved = Edge(
            source=source,
            target=target,
            run=edge.run,
            certainty=edge.certainty,
            transformation=edge.transformation,
            valid_from=edge.valid_from,
            known_from=edge.known_from,
        )
        kept.setdefault((source, target, edge.transformation), moved)
    return tuple(kept[key] for key in sorted(kept))
