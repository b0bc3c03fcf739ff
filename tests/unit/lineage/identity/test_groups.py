"""Claims about names that are one thing."""

from hypothesis import given
from hypothesis import strategies as st

from lineage.identity import best_name, grouped, packaged
from lineage.names import DatasetId

RULES = packaged()
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=10)


@given(PAIRS, st.randoms(use_true_random=False))
def test_groups_are_the_same_in_any_order(pairs: list[tuple[int, int]], chance: object) -> None:
    """Chains, cycles, either way round: the closure, and every thing of a group names all of it."""
    shuffled = [(b, a) for a, b in pairs]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = grouped(pairs)
    assert groups == grouped(shuffled)
    assert all(one in groups[other] and groups[one] == groups[other] for one, other in pairs)
    assert all(groups[each] == members for members in groups.values() for each in members)


def test_things_never_paired_stay_apart() -> None:
    """Two chains do not meet."""
    assert grouped([(1, 2), (3, 4), (2, 5)]) == {
        **dict.fromkeys([1, 2, 5], frozenset({1, 2, 5})),
        **dict.fromkeys([3, 4], frozenset({3, 4})),
    }


def test_ours_speaks_then_the_catalog_then_a_table_then_a_place() -> None:
    """Among equals, the first in the order of namespace and name."""
    ours = DatasetId(namespace="lakeproof://lake", name="gold.t")
    listed = DatasetId(namespace="/warehouse", name="default.t")
    table = DatasetId(namespace="hive://h:9083", name="default.t")
    other = DatasetId(namespace="hive://h:9083", name="default.u")
    place = DatasetId(namespace="file", name="/t")
    assert best_name([place, other, table, listed, ours], [listed], RULES) == ours
    assert best_name([place, other, table, listed], [listed], RULES) == listed
    assert best_name([place, other, table], [], RULES) == table
    assert best_name([place], [], RULES) == place
