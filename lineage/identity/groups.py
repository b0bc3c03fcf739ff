"""Names that mean one thing, joined, and the name that speaks for them. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from lineage.identity.names import canonical, is_table
from lineage.identity.rules import Rules
from lineage.names import DatasetId

Thing = TypeVar("Thing", bound=Hashable)

_OURS = "lakeproof://"


def grouped(pairs: Iterable[tuple[Thing, Thing]]) -> Mapping[Thing, frozenset[Thing]]:
    """Each thing of pairs with all that it is one with, itself included: joined however long the chain."""
    groups: dict[Thing, set[Thing]] = {}
    for one, other in pairs:
        mine, theirs = groups.setdefault(one, {one}), groups.setdefault(other, {other})
        if mine is not theirs:
            small, large = sorted((mine, theirs), key=len)
            large |= small
            groups.update(dict.fromkeys(small, large))
    whole = {id(group): frozenset(group) for group in groups.values()}
    return {thing: whole[id(group)] for thing, group in groups.items()}


def best_name(names: Iterable[DatasetId], tables: Iterable[DatasetId], rules: Rules) -> DatasetId:
    """The name that speaks for names, at least one: ours, then a catalog's name for it, then what a platform
    calls a table, then where its data lies, last what the rules call otherwise by now; among equals the first
    in order.

    `tables`: names that a symlink of kind TABLE gave, or for which one of kind LOCATION told the place.
    """
    in_catalog = frozenset(tables)

    def order(name: DatasetId) -> tuple[int, DatasetId]:
        if name.namespace.startswith(_OURS):
            return 0, name
        if canonical(name, rules) != name:
            return 4, name
        if name in in_catalog:
            return 1, name
        return (2 if is_table(name, rules) else 3), name

    return min(names, key=order)
