"""Reconciliation finds what has no partner, and only that."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lakeproof.operations.reconcile import CommitSide, RunSide, reconcile
from lineage.names import RunId, TableName, TableVersion

ORDERS = TableName.parse("bronze.orders")


def at(version: int) -> TableVersion:
    return TableVersion(table=ORDERS, version=version)


def run_id(number: int) -> RunId:
    return RunId(UUID(int=number))


def explained(writers: list[int]) -> tuple[list[CommitSide], list[RunSide]]:
    commits = [CommitSide(version=at(v), run=run_id(w), operation="WRITE") for v, w in enumerate(writers)]
    runs = [
        RunSide(
            run=run_id(w),
            job="j",
            complete=True,
            wrote=tuple(c.version for c in commits if c.run == run_id(w)),
        )
        for w in sorted(set(writers))
    ]
    return commits, runs


@given(st.lists(st.integers(0, 4), max_size=12))
def test_interleaved_writers_reconcile(writers: list[int]) -> None:
    """Whatever the order in which runs commit, a full declaration leaves no finding."""
    commits, runs = explained(writers)
    assert reconcile({ORDERS: commits}, runs).findings == ()


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.data())
def test_a_lost_commit_is_missed(writers: list[int], data: st.DataObject) -> None:
    """Dropping any one commit yields exactly one finding, about that version."""
    commits, runs = explained(writers)
    lost = data.draw(st.sampled_from(commits))
    findings = reconcile({ORDERS: [c for c in commits if c is not lost]}, runs).findings
    assert [(f.kind, f.subject) for f in findings] == [("missing-commit", str(lost.version))]


def test_a_write_past_the_record_is_critical() -> None:
    """A commit without binding is an unexplained write."""
    found = reconcile({ORDERS: [CommitSide(version=at(0), run=None, operation="WRITE")]}, [])
    assert [(f.kind, f.severity) for f in found.findings] == [("unexplained-write", "critical")]


def test_a_commit_of_an_unknown_run_is_critical() -> None:
    """A binding that names a run without events does not explain a commit."""
    found = reconcile({ORDERS: [CommitSide(version=at(0), run=run_id(9), operation="WRITE")]}, [])
    assert [f.kind for f in found.findings] == ["unknown-run"]


def test_a_killed_run_is_minor_and_named() -> None:
    """A commit whose run only started is explained as interrupted."""
    commit = CommitSide(version=at(0), run=run_id(1), operation="MERGE")
    found = reconcile({ORDERS: [commit]}, [RunSide(run=run_id(1), job="j", complete=False, wrote=())])
    assert [(f.kind, f.severity) for f in found.findings] == [("interrupted-run", "minor")]


def test_a_version_bound_to_another_run_is_found_on_both_sides() -> None:
    """Two runs that both claim a version disagree with its binding."""
    commit = CommitSide(version=at(0), run=run_id(1), operation="WRITE")
    runs = [RunSide(run=run_id(n), job="j", complete=True, wrote=(at(0),)) for n in (1, 2)]
    found = reconcile({ORDERS: [commit]}, runs)
    assert [f.kind for f in found.findings] == ["missing-commit"]
    assert f"is bound to run {run_id(1)}" in found.findings[0].message


def test_a_commit_that_mirrors_the_log_needs_no_run() -> None:
    """What carries entries of the log is explained by the log; what should and does not says why."""
    version = TableVersion(table=TableName.parse("record.entries"), version=1)
    mirrors = CommitSide(version=version, run=None, operation="WRITE", mirrors=True)
    assert reconcile({version.table: [mirrors]}, []).findings == ()
    past = CommitSide(version=version, run=None, operation="WRITE", because="it carries nothing")
    [finding] = reconcile({version.table: [past]}, []).findings
    assert finding.kind == "unexplained-write"
    assert "it carries nothing" in finding.message
