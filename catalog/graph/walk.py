"""Walk breadth first, however the surroundings are found. Pure: knows neither tables nor names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from lineage.certainty import Certainty
from lineage.graph import Direction, Edge, Graph, Node, NodeKind

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
    """How far a walk goes: `depth` in edges from the start (None: to the end).

    Of the nodes in the order of the walk, `limit` are given after the first `offset`; and of those only `kinds`, where
    any are named.
    """

    direction: Direction
    depth: int | None
    limit: int
    offset: int = 0
    kinds: frozenset[NodeKind] = frozenset()

    @property
    def end(self) -> int:
        return self.offset + self.limit


def walk(starts: Sequence[Key], around: Surroundings, reach: Reach) -> Graph:
    """The nodes within reach, and every edge between them. BOTH joins the way up and the way down.

    An edge comes with the later of its ends: so all pages together are what one page without a limit is.
    """
    return _Walk(starts, around, reach).graph()


class _Walk:
    """Nodes have an order: by their distance, up before down; where a page ends within one distance, by name."""

    def __init__(self, starts: Sequence[Key], around: Surroundings, reach: Reach) -> None:
        self._starts = list(dict.fromkeys(starts))
        self._around = around
        self._reach = reach
        self._rank: dict[Key, int] = {}
        self._left_out: str | None = None

    def graph(self) -> Graph:
        both = self._reach.direction is Direction.BOTH
        links: dict[Link, None] = {}
        for way in [Direction.UP, Direction.DOWN] if both else [self._reach.direction]:
            links.update(dict.fromkeys(self._along(way)))
            if self._left_out is not None:
                break
        offset = self._reach.offset
        here = [key for key, rank in self._rank.items() if rank >= offset]
        mine = [link for link in links if self._last(link) >= offset]
        ends = {key for link in mine for key in (link.source, link.target)}
        nodes = self._around.nodes({**dict.fromkeys(here), **dict.fromkeys(ends)})
        if self._reach.kinds:
            mine = [
                each for each in mine if self._wanted(nodes, each.source) and self._wanted(nodes, each.target)
            ]
            here = [key for key in here if self._wanted(nodes, key)]
        graph = _graph(here, mine, nodes)
        if self._left_out is None:
            return graph
        return replace(graph, cut=(self._left_out,), next=str(self._reach.end))

    def _along(self, way: Direction) -> Iterator[Link]:
        """The links of one way among the nodes that have a rank."""
        seen = dict.fromkeys(self._ranked(self._starts, way, 0))
        frontier, depth = list(seen), 0
        found: list[Link] = []
        while frontier:
            links = list(self._around.links(frontier, way))
            found += links
            others = dict.fromkeys(link.source if way is Direction.UP else link.target for link in links)
            fresh = [key for key in others if key not in seen]
            if depth == self._reach.depth or self._left_out is not None:
                break
            depth += 1
            frontier = self._ranked(fresh, way, depth)
            seen.update(dict.fromkeys(frontier))
        return (link for link in found if link.source in seen and link.target in seen)

    def _ranked(self, keys: Sequence[Key], way: Direction, depth: int) -> list[Key]:
        """keys as far as there is room for them, each with its place in the order."""
        new = [key for key in keys if key not in self._rank]
        before, after = len(self._rank), len(self._rank) + len(new)
        if before < self._reach.offset < after or after > self._reach.end:
            names = self._around.nodes(new)
            new.sort(key=lambda key: (names[key].id, key))
        room = self._reach.end - before
        left = dict.fromkeys(new[max(room, 0) :])
        self._rank.update((key, before + place) for place, key in enumerate(new[: max(room, 0)]))
        if left:
            self._left_out = _said(way, depth, len(left), self._reach)
        return [key for key in keys if key not in left]

    def _last(self, link: Link) -> int:
        return max(self._rank[link.source], self._rank[link.target])

    def _wanted(self, nodes: Mapping[Key, Node], key: Key) -> bool:
        return nodes[key].kind in self._reach.kinds


def _said(way: Direction, depth: int, missing: int, reach: Reach) -> str:
    whither = "upstream" if way is Direction.UP else "downstream"
    more = " and all downstream" if reach.direction is Direction.BOTH and way is Direction.UP else ""
    return (
        f"{whither}, the limit of {reach.limit} nodes left out {missing} at depth {depth} and all beyond them{more}; "
        "`next` continues there"
    )


def _earliest(one: Edge, other: Edge) -> Edge:
    """One edge of two that say the same: it holds, and is known, since the first did and was."""
    return replace(
        one,
        valid_from=min((m for m in (one.valid_from, other.valid_from) if m is not None), default=None),
        known_from=min((m for m in (one.known_from, other.known_from) if m is not None), default=None),
    )


def _graph(seen: Iterable[Key], links: Iterable[Link], nodes: Mapping[Key, Node]) -> Graph:
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
    return Graph(nodes=tuple(sorted({nodes[key] for key in seen})), edges=ordered)
