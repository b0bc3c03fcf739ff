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


#: Starts that are walked from at first; then each time so many times more. Where a walk begins at very many, a page
#: holds the first with all around them, and not nodes alone.
_FIRST, _MORE = 100, 10


def walk(starts: Sequence[Key], around: Surroundings, reach: Reach, *, first: int = _FIRST) -> Graph:
    """The nodes within reach, and every edge between them. BOTH joins the way up and the way down.

    An edge comes where both its ends are first met one way: so all pages together are what one page without a limit
    is.
    """
    return _Walk(starts, around, reach, first).graph()


class _Walk:
    """Nodes have an order, the same for every limit, so that pages fit together.

    The first starts and all around them come before the next starts; among those, nodes by their distance, up before
    down; where a page ends within one distance, by name.
    """

    def __init__(self, starts: Sequence[Key], around: Surroundings, reach: Reach, first: int) -> None:
        self._starts = list(dict.fromkeys(starts))
        self._around = around
        self._reach = reach
        self._first = first
        self._rank: dict[Key, int] = {}
        self._left_out: str | None = None

    def graph(self) -> Graph:
        both = self._reach.direction is Direction.BOTH
        ways = [_Way(way) for way in ([Direction.UP, Direction.DOWN] if both else [self._reach.direction])]
        for some in self._in_turns():
            for way in ways:
                if self._left_out is None:
                    self._along(way, some)
        places = _places(ways)
        offset = self._reach.offset
        here = [key for key, rank in self._rank.items() if rank >= offset]
        whole = self._left_out is None
        mine = [
            each for each, place in places.items() if place >= offset and (whole or place < self._reach.end)
        ]
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
        return replace(graph, cut=(self._left_out + self._starts_left(),), next=str(self._reach.end))

    def _in_turns(self) -> Iterator[list[Key]]:
        """The starts, a few first and then ever more; by name where they are many."""
        starts, size = self._starts, self._first
        if len(starts) > size:
            names = self._around.nodes(starts)
            starts = sorted(starts, key=lambda key: (names[key].id, key))
        while starts:
            yield starts[:size]
            starts, size = starts[size:], size * _MORE

    def _starts_left(self) -> str:
        left = sum(key not in self._rank for key in self._starts)
        return f"; of {len(self._starts)} nodes where the walk begins, {left} are left out" if left else ""

    def _along(self, way: "_Way", starts: Sequence[Key]) -> None:
        """Go one way from some starts, among the nodes that there is room for."""
        farther = 0 if self._reach.depth is None else 1
        frontier, depth = way.fresh(self._ranked(starts, way.direction, 0), 0), 0
        while frontier:
            links = list(self._around.links(frontier, way.direction))
            way.links.update(dict.fromkeys(links))
            others = dict.fromkeys(way.other(link) for link in links)
            if depth == self._reach.depth or self._left_out is not None:
                break
            depth += 1
            frontier = way.fresh(self._ranked(list(others), way.direction, depth), depth * farther)

    def _ranked(self, keys: Sequence[Key], way: Direction, depth: int) -> dict[Key, int]:
        """keys as far as there is room for them, each with its place in the order; one met before: where it is met."""
        new = [key for key in keys if key not in self._rank]
        before, after = len(self._rank), len(self._rank) + len(new)
        if before < self._reach.offset < after or after > self._reach.end:
            names = self._around.nodes(new)
            new.sort(key=lambda key: (names[key].id, key))
        room = max(self._reach.end - before, 0)
        left, here = set(new[room:]), {key: before + place for place, key in enumerate(new[:room])}
        self._rank.update(here)
        if left:
            self._left_out = _said(way, depth, len(left), self._reach)
        return {key: here.get(key, before) for key in keys if key not in left}

    def _wanted(self, nodes: Mapping[Key, Node], key: Key) -> bool:
        return nodes[key].kind in self._reach.kinds


class _Way:
    """What was found going one way. What a later start is nearer to is gone on from again, as far as depth ends."""

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.links: dict[Link, None] = {}
        self.places: dict[Key, int] = {}
        self._depth: dict[Key, int] = {}

    def other(self, link: Link) -> Key:
        return link.source if self.direction is Direction.UP else link.target

    def fresh(self, places: Mapping[Key, int], depth: int) -> list[Key]:
        """Those of keys, which have places, that were not seen so near before."""
        near = [key for key in places if depth < self._depth.get(key, depth + 1)]
        self._depth.update(dict.fromkeys(near, depth))
        for key in near:
            self.places.setdefault(key, places[key])
        return near


def _places(ways: Iterable[_Way]) -> dict[Link, int]:
    """The links between nodes that were seen going one way, each with the place at which both were first seen so."""
    found: dict[Link, int] = {}
    for way in ways:
        for link in way.links:
            ends = way.places.get(link.source), way.places.get(link.target)
            if ends[0] is not None and ends[1] is not None:
                place = max(ends[0], ends[1])
                found[link] = min(place, found.get(link, place))
    return found


def _said(way: Direction, depth: int, missing: int, reach: Reach) -> str:
    whither = "upstream" if way is Direction.UP else "downstream"
    more = " and all downstream" if reach.direction is Direction.BOTH and way is Direction.UP else ""
    return f"{whither}, the limit of {reach.limit} nodes left out {missing} at depth {depth} and all beyond them{more}"


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
