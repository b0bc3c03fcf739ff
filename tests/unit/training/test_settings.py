"""Claims about what may be set for a training."""

from datetime import date

import pytest

from lineage.canonical import Json
from training.errors import BadSetting
from training.settings import TrainSettings


def test_settings_come_back_from_json_as_they_went() -> None:
    """What a step is told is what was parsed at the start."""
    settings = TrainSettings.parse({"cutoff": "2025-07-01", "test_months": "3", "strength": "0.5"})
    texts: dict[str, Json] = settings.to_json()
    assert TrainSettings.parse({name: str(value) for name, value in texts.items()}) == settings


def test_every_fault_of_the_settings_is_reported() -> None:
    """One refusal names each unknown or impossible setting, and what there is to set."""
    with pytest.raises(BadSetting) as refusal:
        TrainSettings.parse({"colour": "red", "cutoff": "soon", "strength": "nan", "approve_at": "2"})
    message = str(refusal.value)
    for expected in (
        "no setting 'colour'",
        "cutoff cannot be 'soon'",
        "strength cannot be 'nan'",
        "approve_at cannot be '2'",
        "cutoff=2025-10-01",
    ):
        assert expected in message


@pytest.mark.parametrize(
    ("cutoff", "months", "wanted"),
    [
        ("2025-10-01", "6", date(2025, 4, 1)),
        ("2025-01-15", "1", date(2024, 12, 1)),
        ("2025-03-01", "24", date(2023, 3, 1)),
    ],
)
def test_test_months_count_back_from_the_cutoff(cutoff: str, months: str, wanted: date) -> None:
    """Held back are whole months before the cutoff's month."""
    assert TrainSettings.parse({"cutoff": cutoff, "test_months": months}).test_from == wanted
