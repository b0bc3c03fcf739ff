"""Settings are read once; options win over the environment; unknown keys are refused."""

from pathlib import Path

import pytest

from lakeproof.settings import read_settings
from lineage.errors import BadInput


def test_an_option_wins_over_the_environment() -> None:
    """What stands on the command line is what the user meant now."""
    settings = read_settings({"LAKEPROOF_HOME": "/a", "LAKEPROOF_ACTOR": "ann"}, home=Path("/b"), actor="bob")
    assert (settings.home, settings.actor) == (Path("/b"), "bob")


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    """A misspelt variable never silently does nothing."""
    with pytest.raises(BadInput, match=r"LAKEPROOF_HOEM.*LAKEPROOF_HOME"):
        read_settings({"LAKEPROOF_HOEM": "/a"})


def test_an_empty_token_is_no_token() -> None:
    """An empty variable does not authenticate anybody."""
    assert read_settings({"LAKEPROOF_TOKEN": ""}).token is None


def test_a_flag_is_one_or_zero() -> None:
    """Anything else is refused rather than read as false."""
    with pytest.raises(BadInput, match="WITHOUT_TOKEN"):
        read_settings({"LAKEPROOF_WITHOUT_TOKEN": "yes"})


def test_the_scoring_service_reads_its_own() -> None:
    """Settings of a room pass by."""
    read_settings({"LAKEPROOF_SCORING_PORT": "0"})


def test_no_secret_is_in_what_settings_look_like() -> None:
    """A token, and the database's address with its password, do not reach a traceback or a log."""
    address = "postgresql+psycopg://ann:secret-word@db/record"
    settings = read_settings({"LAKEPROOF_DATABASE": address, "LAKEPROOF_TOKEN": "secret-token"})
    assert settings.database == address
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", ""])
def test_what_may_wait_is_a_whole_number(text: str) -> None:
    """The bounds of the record's line are whole numbers above 0; anything else names the variable."""
    with pytest.raises(BadInput, match="WAITING_REQUESTS"):
        read_settings({"LAKEPROOF_WAITING_REQUESTS": text})
    assert read_settings({"LAKEPROOF_WAITING_BYTES": "1000"}).waiting_bytes == 1000
