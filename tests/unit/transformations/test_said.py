"""Error texts are cut to the sentence that helps."""

import pytest

from transformations.said import said


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("", ""),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
        (
            "Runtime Error in model x (models/x.sql)\n  [UNRESOLVED_COLUMN.WITH_SUGGESTION] no `nope`.\n  'Project",
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] no `nope`.",
        ),
        (
            "An error occurred while calling o66.sql.\n: java.lang.IllegalStateException: disk is full\n\tat org",
            "disk is full",
        ),
        (
            "Compilation Error\n  Model 'x' depends on nothing",
            "Compilation Error: Model 'x' depends on nothing",
        ),
        (
            "Compilation Error in model x (models/x.sql)\n  'y' is undefined",
            "Compilation Error in model x (models/x.sql): 'y' is undefined",
        ),
    ],
)
def test_the_sentence_that_helps(message: str, sentence: str) -> None:
    """An error class of Spark, else the cause, else dbt's own first lines."""
    assert said(message) == sentence
