"""Go through a job or a run where it is stated which input feeds which output. Pure.

On the way up from an output, a job is met as the part of it that makes this output, and only what feeds that lies
beyond; on the way down from an input, as the part that this input feeds. So one job may be several keys of a walk,
which are one node: the key's kind says whose part it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catalog.graph.stated.feeds import Targets
from catalog.graph.walk import Key, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A job's or run's links by the dataset at their other end, and what is stated of its targets."""

    key: Key
    ins: tuple[tuple[int, Link], ...]
    outs: tuple[tuple[int, Link], ...]
    targets: Targets


def whole(key: Key) -> Key:
    """The key of the job or run that a key is a part of, or that it is."""
    kind, number = key
    return kind.partition("/")[0], number


def through(passage: Passage, wanted: Iterable[Key], *, up: bool) -> Iterator[Link]:
    """The passage's links that end (up) or begin (down) at one of wanted."""
    keys = set(wanted)
    here = [key for key in keys if whole(key) == passage.key]
    for dataset, link in passage.outs if up else passage.ins:
        if (link.target if up else link.source) in keys:
            part = _part(passage.key, dataset) if not up or dataset in passage.targets else passage.key
            yield replace(link, source=part) if up else replace(link, target=part)
    for key in here:
        dataset_here = _dataset_of(key)
        for dataset, link in passage.ins if up else passage.outs:
            if dataset_here is None or _feeds(passage.targets, dataset, dataset_here, up=up):
                yield replace(link, target=key) if up else replace(link, source=key)


def _feeds(targets: Targets, other: int, dataset: int, *, up: bool) -> bool:
    target, source = (dataset, other) if up else (other, dataset)
    return target not in targets or source in targets[target]


def _part(key: Key, dataset: int) -> Key:
    kind, number = key
    return f"{kind}/{dataset}", number


def _dataset_of(key: Key) -> int | None:
    _, marked, dataset = key[0].partition("/")
    return int(dataset) if marked else None
