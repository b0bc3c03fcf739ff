"""Column lineage of SQL against answers worked out by hand: tests/golden/columns/truth.toml."""

from collections import Counter

import pytest

from tests.support.column_truth import EVERY, PAGE, Case, cases, page, told

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}: {case.name}")
def test_nothing_is_told_that_is_not_so(case: Case) -> None:
    """Precision is 100 %: every edge told is true, and no column is told that the statement does not write."""
    answer = told(case)
    assert answer.edges <= case.edges
    assert answer.columns <= case.columns


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.category}: {case.name}")
def test_everything_that_is_so_is_told(case: Case) -> None:
    """Recall is 100 % too: every true edge and every written column, those without a source included."""
    answer = told(case)
    assert case.edges <= answer.edges, answer.reasons
    assert case.columns <= answer.columns, answer.reasons


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.reasons], ids=lambda case: f"{case.category}: {case.name}"
)
def test_what_cannot_be_known_is_said_with_its_reason(case: Case) -> None:
    """Not checkable, for the column or for the whole, in words that name what stood in the way."""
    reasons = told(case).reasons
    assert reasons.keys() == case.reasons.keys()
    for column, words in case.reasons.items():
        assert words.lower() in reasons[column].lower()


def test_the_truth_set_is_large_enough() -> None:
    """At least 90 statements, of which 10 are not checkable as a whole; each name stands once in its category."""
    assert len(CASES) >= 90
    assert sum(EVERY in case.reasons for case in CASES) >= 10
    assert max(Counter((case.category, case.name) for case in CASES).values()) == 1


def test_the_page_tells_the_figures_of_today() -> None:
    """docs/columns.md is what `python -m tests.support.column_truth` writes."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text)
