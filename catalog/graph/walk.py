"""Walk breadth first, however the surroundings are found. Pure: knows neither tables nor names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from lineage.certainty import Certainty
from lineage.graph import Direction, Edge, Graph, Node

#: What a node is within one walk: a letter for its kind, and its row number.
Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge between two keys; the rest as in lineage.graph.Edge."""

    source: Key
    target: Key
    run: str | None = None
    certainty: Certainty = Certainty.UNKNOWN
    transformation: str = ""
    valid_from: datetime | None = None
    known_from: datetime | None = None


class Surroundings(Protocol):
    """One level of the graph at two times."""

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterable[Link]:
        """Every link that ends (up) or begins (down) at one of keys."""

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        """The node of each key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a walk goes: `depth` in edges from the start (None: to the end), `limit` in nodes."""

    direction: Direction
    depth: int | None
    limit: int


def walk(starts: Sequence[Key], around: Surroundings, reach: Reach) -> Graph:
    """All nodes within reach, and every edge between them. BOTH joins the way up and the way down."""
    ways = [Direction.UP, Direction.DOWN] if reach.direction is Direction.BOTH else [reach.direction]
    seen: dict[Key, None] = dict.fromkeys(starts)
    links: dict[Link, None] = {}
    cut: list[str] = []
    for way in ways:
        here, found, left_out = _one_way(starts, around, way, reach)
        seen.update(here)
        links.update(found)
        if left_out is not None:
            cut.append(left_out)
    return _graph(seen, links, around.nodes(seen), cut)


def _one_way(
    starts: Sequence[Key], around: Surroundings, way: Direction, reach: Reach
) -> tuple[dict[Key, None], dict[Link, None], str | None]:
    seen: dict[Key, None] = dict.fromkeys(starts)
    links: dict[Link, None] = {}
    frontier, depth, missing = list(seen), 0, 0
    while frontier:
        found = list(around.links(frontier, way))
        others = dict.fromkeys(link.source if way is Direction.UP else link.target for link in found)
        frontier = [key for key in others if key not in seen]
        if reach.depth is None or depth < reach.depth:
            room = max(reach.limit - len(seen), 0)
            missing, frontier = len(frontier[room:]), frontier[:room]
            seen.update(dict.fromkeys(frontier))
        else:
            frontier = []
        links.update((link, None) for link in found if link.source in seen and link.target in seen)
        depth += 1
        if missing:
            # What was still taken in must show the edges among itself.
            last = around.links(frontier, way)
            links.update((link, None) for link in last if link.source in seen and link.target in seen)
            return seen, links, _said(way, depth, missing, reach.limit)
    return seen, links, None


def _said(way: Direction, depth: int, missing: int, limit: int) -> str:
    whither = "upstream" if way is Direction.UP else "downstream"
    return (
        f"{whither}, the limit of {limit} nodes left out {missing} at depth {depth} and all beyond them; "
        "ask again from one of the outermost nodes, or with a larger limit"
    )


def _earliest(one: Edge, other: Edge) -> Edge:
    """One edge of two that say the same: it holds, and is known, since the first did and was."""
    return replace(
        one,
        valid_from=min((m for m in (one.valid_from, other.valid_from) if m is not None), default=None),
        known_from=min((m for m in (one.known_from, other.known_from) if m is not None), default=None),
    )


def _graph(seen: Iterable[Key], links: Iterable[Link], nodes: dict[Key, Node], cut: Sequence[str]) -> Graph:
    edges: dict[tuple[str, str, str, str], Edge] = {}
    for link in links:
        edge = Edge(
            source=nodes[link.source].id,
            target=nodes[link.target].id,
            run=link.run,
            certainty=link.certainty,
            transformation=link.transformation,
            valid_from=link.valid_from,
            known_from=link.known_from,
        )
        ends = (edge.source, edge.target, edge.run or "", edge.transformation)
        edges[ends] = _earliest(edges[ends], edge) if ends in edges else edge
    ordered = tuple(edges[key] for key in sorted(edges))
    return Graph(nodes=tuple(sorted({nodes[key] for key in seen})), edges=ordered, cut=tuple(cut))
