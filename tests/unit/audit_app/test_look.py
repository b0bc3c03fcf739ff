"""Claims about the pieces of pages: no text that comes in becomes markup; times stand in the address."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from audit_app.pages import look
from audit_app.pages.address import chosen, link, one_of, times
from lineage.times import Instants

EVIL = "<script>alert(1)</script>\"'&"
AT = Instants(
    as_of=datetime(2026, 1, 2, tzinfo=UTC), known_at=datetime(2026, 1, 3, 4, 5, 6, 7, tzinfo=UTC), log_size=9
)


PIECES: dict[str, Callable[[str], str]] = {
    "text": look.text,
    "anchor": lambda text: look.anchor(text, text).html,
    "code": lambda text: look.code(text, length=200).html,
    "cut code": lambda text: look.code(text, length=4).html,
    "moment": lambda text: look.moment(text).html,
    "chip": lambda text: look.chip(text, text).html,
    "facts": lambda text: look.facts([(text, text)]),
    "table": lambda text: look.table([text], [[text]], empty=text),
    "empty table": lambda text: look.table([text], [], empty=text),
    "checks": lambda text: look.checks([{"status": "failed", "about": text, "said": text}]),
    "coverage": lambda text: look.coverage(
        {"status": "failed", "complete": False, "notes": [text]}, looked_at=text
    ),
    "title": lambda text: look.title(text, text, text),
    "heading": lambda text: look.heading(text, text),
    "problem": lambda text: look.problem(text, text),
    "legend": lambda text: look.legend([(text, text, text)]),
}


@pytest.mark.parametrize("piece", PIECES)
def test_markup_in_any_text_stays_text(piece: str) -> None:
    """Neither an element nor a quote that ends an attribute."""
    html = PIECES[piece](EVIL)
    assert "<script" not in html
    assert "&lt;scr" in html or "&lt;…" in html
    assert "\"'" not in html


def test_what_is_missing_is_a_dash() -> None:
    """None and an empty text are unknown, and zero is a value."""
    assert "unknown" in look.text(None)
    assert "unknown" in look.text("")
    assert look.text(0) == "0"


def test_failed_checks_come_first() -> None:
    """Whoever reads only the first line reads the worst."""
    checks = [
        {"status": status, "about": status, "said": ""} for status in ("verified", "not_checkable", "failed")
    ]
    html = look.checks(checks)
    assert html.index("Failed") < html.index("Not checkable") < html.index("Verified")


def test_a_link_carries_both_times() -> None:
    """And what was asked; what is empty is left out."""
    parts = parse_qs(urlsplit(link("lineage", AT, subject="gold.loans@7&x", level="")).query)
    assert parts == {
        "subject": ["gold.loans@7&x"],
        "as_of": ["2026-01-02T00:00:00.000000Z"],
        "known_at": ["2026-01-03T04:05:06.000007Z"],
    }


def test_the_address_wins_over_what_was_looked_at_last() -> None:
    """A link shows what its sender saw, whatever the reader was looking at."""
    remembered = times(AT)
    assert chosen({}, remembered) == remembered
    assert chosen({"as_of": "2025-01-01"}, remembered) == {"as_of": "2025-01-01"}
    assert chosen({}, {}) == {}


def test_an_unknown_choice_is_the_first() -> None:
    """An address made by hand does no harm."""
    assert one_of(("both", "up"), "sideways") == "both"
    assert one_of(("both", "up"), "up") == "up"
