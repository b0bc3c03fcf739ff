"""A run that never sent an event is in the graph all the same, by the names that others give it."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from catalog.graph.starts import Start
from lineage.errors import NotFound
from lineage.graph import Level
from tests.support.facets import end, facet, job_end
from tests.support.graphs import MemoryGraph, event, job, mention, run_id
from tests.support.outright import told

ABOVE = {
    "parent": facet(
        run={"runId": str(run_id("task"))},
        job={"namespace": "jobs", "name": "dag.task"},
        root={"run": {"runId": str(run_id("dag"))}, "job": {"namespace": "jobs", "name": "dag"}},
    )
}


@pytest.fixture
def graph() -> Iterator[MemoryGraph]:
    made = MemoryGraph(
        event("spark/r", reads=["a"], writes=["b@1"], minute=5),
        event("spark/r", "RUNNING", facets=ABOVE, minute=4),
    )
    yield made
    made.close()


def known(graph: MemoryGraph, start: Start, level: Level = Level.VERSION, **at: int) -> set[str]:
    """The labels around start; none where the record knows nothing of it."""
    try:
        return {node.label for node in graph.reader.walk(start, level=level, at=graph.at(**at)).nodes}
    except NotFound:
        return set()


@pytest.mark.parametrize(("run", "name"), [("task", "dag.task"), ("dag", "dag")])
def test_a_parent_that_never_speaks_is_a_node(graph: MemoryGraph, run: str, name: str) -> None:
    """As the parent facet names it, and so is the root: found by id and job, in search, at both times."""
    label = f"{name} {str(run_id(run))[:8]}"
    assert known(graph, run_id(run)) == {label}
    assert known(graph, run_id(run), Level.TABLE) == known(graph, job(name), Level.TABLE) == {name}
    assert known(graph, job(name)) == {label}
    assert graph.reader.known((run_id(run),), level=Level.VERSION, at=graph.at()) == (run_id(run),)
    found = {node.label for node in graph.reader.search(str(run_id(run)), graph.at())}
    assert found == {label}
    assert {label, name} <= {node.label for node in graph.reader.search("dag", graph.at())}
    assert known(graph, run_id(run), as_of=3) == known(graph, run_id(run), size=1) == set()


def test_a_root_is_no_parent(graph: MemoryGraph) -> None:
    """Children are the runs that name a run as their parent, and not all that stand below it."""
    children = [each.id for each in graph.reader.children(run_id("task"), graph.at())]
    assert children == [run_id("r")]
    assert graph.reader.children(run_id("dag"), graph.at()) == ()
    with pytest.raises(NotFound):
        graph.reader.run(run_id("dag"), graph.at())


def test_a_parent_that_speaks_is_known_by_its_own_words(graph: MemoryGraph) -> None:
    """And is found once."""
    graph.apply(event("dag.task/task", writes=["c@1"], minute=6))
    found = [node.label for node in graph.reader.search(str(run_id("task")), graph.at())]
    assert found == [f"dag.task {str(run_id('task'))[:8]}"]
    assert known(graph, run_id("task")) == {*found, "c@1"}


def test_a_run_of_which_others_tell_can_be_asked_for() -> None:
    """Its id is printed where its dataset's sources are; so it is a subject as well."""
    stated = facet(inputs=[job_end("extract", str(run_id("e")))])
    told = {**end("raw"), "facets": {"lineage": stated}}
    graph = MemoryGraph(event("dag/d", writes=[{key: told[key] for key in ("namespace", "name", "facets")}]))
    around = known(graph, run_id("e"))
    assert around == {f"extract {str(run_id('e'))[:8]}", "raw"}
    assert UUID(str(run_id("e"))) in graph.reader.known((run_id("e"),), level=Level.VERSION, at=graph.at())
    graph.close()


def test_a_job_has_its_silent_runs_beside_those_that_speak() -> None:
    """A run that others call their parent, and one of which others tell what it wrote, are runs of their job."""
    stated = mention("raw", lineage=facet(inputs=[job_end("dag", str(run_id("told")))]))
    graph = MemoryGraph(
        event("dag/spoke", writes=["c@1"]),
        event("spark/r", "RUNNING", facets=ABOVE, minute=1),
        event("other/o", writes=[stated], minute=2),
    )
    runs = {f"dag {str(run_id(run))[:8]}" for run in ("spoke", "dag", "told")}
    assert runs <= known(graph, job("dag"))
    assert runs - known(graph, job("dag"), size=1) == runs - {f"dag {str(run_id('spoke'))[:8]}"}
    graph.close()


def test_a_job_that_only_hands_data_over_is_a_subject() -> None:
    """Search lists it, so it can be asked for, and the run of it that is named; both are called by its name."""
    handed = {**job_end("load"), "inputs": [job_end("extract", str(run_id("e")))]}
    graph = MemoryGraph(told(job="dag", entries=[handed]))
    assert known(graph, job("extract"), Level.TABLE) == known(graph, job("load"), Level.TABLE)
    assert known(graph, job("extract"), Level.TABLE) == {"extract", "load"}
    label = f"extract {str(run_id('e'))[:8]}"
    assert known(graph, job("extract")) == known(graph, run_id("e")) == {label}
    assert known(graph, job("load")) == set()
    graph.close()


def test_a_run_is_called_as_it_was_then(graph: MemoryGraph) -> None:
    """What is said of it later, or of later, changes no answer about an earlier moment."""
    before = known(graph, run_id("task"))
    graph.apply(event("zeta/task", minute=9))
    assert known(graph, run_id("task")) == {f"zeta {str(run_id('task'))[:8]}"}
    assert known(graph, run_id("task"), size=2) == known(graph, run_id("task"), as_of=8) == before
