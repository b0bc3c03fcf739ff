"""Claims about coverage: it follows from the checks, and the worst of them decides."""

from hypothesis import given
from hypothesis import strategies as st

from audit_app.checks import Check, coverage_of, failed, not_checkable, verified

CHECKS = st.sampled_from(
    [verified("a", "x", "fine"), failed("b", "y", "broken"), not_checkable("c", "z", "no file")]
)


@given(st.lists(CHECKS, min_size=1))
def test_the_worst_check_decides(checks: list[Check]) -> None:
    """Failed before not checkable before verified, and the reason names each of the kind."""
    coverage = coverage_of(checks)
    statuses = [check.status for check in checks]
    worst = next(status for status in ("failed", "not_checkable", "verified") if status in statuses)
    assert coverage.status == worst
    if worst == "failed":
        assert str(coverage.verdict).count("y: broken") == statuses.count("failed")


def test_a_check_that_was_not_made_never_looks_like_one_that_held() -> None:
    """Its status is a word of its own, and it says why."""
    check = not_checkable("landing-file", "drop.csv", "it is gone")
    assert check.to_json() == {
        "name": "landing-file",
        "about": "drop.csv",
        "status": "not_checkable",
        "said": "it is gone",
    }


def test_a_few_checks_are_spelt_out() -> None:
    """One check that held says what it was."""
    assert "x: fine" in str(coverage_of([verified("a", "x", "fine")]).verdict)
