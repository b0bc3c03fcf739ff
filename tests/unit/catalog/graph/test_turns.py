"""Claims about walks that begin at many nodes: a page holds edges too, and says how many starts it leaves out."""

from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.graph.walk import Key, Link, Reach, walk
from lineage.graph import Direction, Graph, Node, NodeKind


class Arrows:
    """Surroundings of numbered nodes."""

    def __init__(self, arrows: Iterable[tuple[int, int]]) -> None:
        self._arrows = [Link(source=("n", one), target=("n", other)) for one, other in sorted(arrows)]

    def links(self, keys: Sequence[Key], direction: Direction) -> Iterable[Link]:
        up = direction is Direction.UP
        return [link for link in self._arrows if (link.target if up else link.source) in keys]

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Node]:
        return {key: Node(id=f"{key[1]:05}", kind=NodeKind.DATASET, label=str(key[1])) for key in keys}


def test_many_starts_leave_room_for_edges() -> None:
    """Of two thousand columns, each out of one other, the first hundred come with what they are made of."""
    around = Arrows((number + 5000, number) for number in range(2000))
    starts = [("n", number) for number in range(2000)]
    page = walk(starts, around, Reach(direction=Direction.BOTH, depth=None, limit=1000))
    assert len(page.nodes) == 1000 and len(page.edges) >= 100
    assert page.cut and "of 2000 nodes where the walk begins, 1100 are left out" in page.cut[0]
    assert "`next`" not in page.cut[0]


@settings(max_examples=150, deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25),
    st.lists(st.integers(0, 9), min_size=1, max_size=9, unique=True),
    st.sampled_from(list(Direction)),
    st.sampled_from([None, 1, 2, 3]),
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
)
def test_in_turns_all_pages_together_are_the_whole(
    arrows: set[tuple[int, int]], named: list[int], direction: Direction, depth: int | None, limits: list[int]
) -> None:
    """Each node and each edge once, whatever the limits, from starts that are taken a hundred at first or one."""
    around, starts = Arrows(arrows), [("n", number) for number in named]
    whole = walk(starts, around, Reach(direction=direction, depth=depth, limit=100))
    wanted = _plainly(arrows, set(named), direction, depth)
    assert {(int(edge.source), int(edge.target)) for edge in whole.edges} == wanted
    for first in (1, 100):
        pages, offset = list[Graph](), 0
        while not pages or pages[-1].next is not None:
            limit = limits[len(pages) % len(limits)]
            reach = Reach(direction=direction, depth=depth, limit=limit, offset=offset)
            pages.append(walk(starts, around, reach, first=first))
            assert len(pages[-1].nodes) <= limit
            offset += limit
        assert sorted(node for page in pages for node in page.nodes) == list(whole.nodes)
        edges = [edge for page in pages for edge in page.edges]
        assert len(edges) == len(whole.edges) and set(edges) == set(whole.edges)


def _plainly(
    arrows: set[tuple[int, int]], starts: set[int], direction: Direction, depth: int | None
) -> set[tuple[int, int]]:
    """The edges between all that is so near one way."""
    found: set[tuple[int, int]] = set()
    for up in (True, False):
        if direction is (Direction.DOWN if up else Direction.UP):
            continue
        seen = set(starts)
        for _ in range(20 if depth is None else depth):
            seen |= {one if up else other for one, other in arrows if (other if up else one) in seen}
        found |= {arrow for arrow in arrows if set(arrow) <= seen}
    return found
