"""Whatever we emit is numbered: no room makes or sends an event but through the recorder."""

import re

import pytest

from .source import ROOMS, ROOT

_MAKES = re.compile(
    r"\b(RunEvent|JobEvent|DatasetEvent)\(\s*(eventType|eventTime)|\bemitter\.emit\(|_emitter\.emit\("
)


@pytest.mark.parametrize("room", ROOMS)
def test_only_the_recorder_makes_and_sends_events(room: str) -> None:
    """Events have their number in their process's stream, so that a lost one shows, because one place gives it."""
    makers = {
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / room).rglob("*.py"))
        if _MAKES.search(path.read_text(encoding="utf-8"))
    }
    assert makers == ({"lineage/recorder.py"} if room == "lineage" else set())
