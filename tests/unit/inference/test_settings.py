"""Settings: defaults, each by its variable, and nothing misspelt goes unnoticed."""

import pytest

from inference.settings import ScoringSettings
from lineage.errors import BadInput


def test_the_environment_sets_what_it_names() -> None:
    """Numbers are parsed; foreign variables are not ours to judge."""
    settings = ScoringSettings.from_environment(
        {"LAKEPROOF_SCORING_PORT": "0", "LAKEPROOF_SCORING_BATCH_SECONDS": "0.5", "HOME": "/"}
    )
    assert (settings.port, settings.batch_seconds, settings.host) == (0, 0.5, "127.0.0.1")
    assert ScoringSettings.from_environment({}) == ScoringSettings()


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("LAKEPROOF_SCORING_PROT", "1", "did you mean LAKEPROOF_SCORING_PORT"),
        ("LAKEPROOF_SCORING_PORT", "http", "'http', not a number"),
        ("LAKEPROOF_SCORING_PORT", "65536", "PORT is 65536"),
        ("LAKEPROOF_SCORING_MOST_ROWS", "0", "MOST_ROWS is 0"),
        ("LAKEPROOF_SCORING_BATCH_SECONDS", "nan", "BATCH_SECONDS is nan"),
    ],
)
def test_bad_settings_are_refused(key: str, text: str, message: str) -> None:
    """An unknown key, a value of the wrong type, a number out of range: BadInput that names it."""
    with pytest.raises(BadInput, match=message):
        ScoringSettings.from_environment({key: text})
