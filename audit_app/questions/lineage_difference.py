"""Two lineages of one subject at different times: what is new, what is gone, what is the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from audit_app.behind.told import graph_json
from audit_app.questions.lineage import Extent, find_graph, start_id
from audit_app.sources import Sources
from lineage.answers import Answer
from lineage.canonical import Json
from lineage.certainty import Coverage, NotCheckable, Verdict, Verified
from lineage.errors import NotFound
from lineage.graph import Graph
from lineage.times import Instants, render_moment

Told = Mapping[str, Json]


def lineage_difference(
    sources: Sources, subject: str, extent: Extent, at: Instants, *, before: Instants
) -> Answer:
    """What came to the lineage of subject, and what went from it, between `before` and `at`.

    Keys: as `lineage` has them, and before {"as_of", "known_at", "log_size"}; each node and edge has `change`: new
    (only at the question's times), gone (only before) or same. What was not known at one of them has no lineage then.
    Raises NotFound when it is known at neither.
    """
    whole = replace(extent, after=None)
    now = _found(sources, subject, whole, at, "at the question's times")
    then = _found(sources, subject, whole, before, "before")
    if now.start is None and then.start is None:
        find_graph(sources, subject, whole, at)  # raises what there is to say
    cut = [*now.cut, *then.cut]
    verdict: Verdict = (
        NotCheckable(reason="not all was compared, for the answers were cut") if cut else Verified()
    )
    return Answer(
        question="lineage-difference",
        parameters=extent.parameters(subject),
        at=at,
        coverage=Coverage(verdict=verdict, complete=not cut, notes=(*now.notes, *then.notes)),
        answer={
            "subject": subject,
            "start": now.start or then.start,
            "direction": extent.direction.value,
            "depth": extent.depth,
            "level": extent.level.value,
            "before": {
                "as_of": render_moment(before.as_of),
                "known_at": render_moment(before.known_at),
                "log_size": before.log_size,
            },
            **_both(now.graph, then.graph),
            "cut": list(cut),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Then:
    """The lineage at one pair of times; `start` None: nothing of the subject was known."""

    start: str | None
    graph: Graph
    notes: tuple[str, ...]
    cut: tuple[str, ...] = ()


def _found(sources: Sources, subject: str, extent: Extent, at: Instants, when: str) -> _Then:
    try:
        start, graph, said = find_graph(sources, subject, extent, at)
    except NotFound:
        return _Then(start=None, graph=Graph(), notes=(f"{when}, the record knew nothing of {subject}",))
    cut = tuple(f"{when}: {text}; ask with a greater `limit`" for text in graph.cut)
    return _Then(start=start_id(start), graph=graph, notes=(*said, *cut), cut=cut)


def _both(now: Graph, then: Graph) -> dict[str, Json]:
    after: Any = graph_json(now)
    before: Any = graph_json(then)
    return {
        "nodes": _marked(after["nodes"], before["nodes"], ("id",)),
        "edges": _marked(after["edges"], before["edges"], ("source", "target", "run", "transformation")),
    }


def _marked(now: Iterable[Told], then: Iterable[Told], names: Sequence[str]) -> list[Json]:
    """Each thing once, as it is now where it is, with what became of it."""
    after, before = (
        {tuple(str(each[name]) for name in names): each for each in some} for some in (now, then)
    )
    return [
        {**after.get(key, before.get(key, {})), "change": _change(key in before, key in after)}
        for key in sorted({*before, *after})
    ]


def _change(before: bool, after: bool) -> str:
    if before and after:
        return "same"
    return "new" if after else "gone"
