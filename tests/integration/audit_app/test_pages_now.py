"""Claims about *now* on the pages: it is looked at anew, and what was looked at before says when that was.

The pages run as Streamlit runs them, without a browser, over a copy of the audited home that is tampered with.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from audit_app.pages.app import PAGES
from audit_app.pages.foreseen import Foreseen, foreseen
from audit_app.pages.frame import asked_at
from lakeproof.services.audit_front import PARTS
from lakeproof.services.audit_session import foresee, opened
from lineage.actors import Actor
from tests.support.audited import DIGEST, AuditedHome
from tests.support.copied import copied
from tests.support.tampering import tamper

INTACT, NOT_INTACT = "The record is intact", "The record is not intact"
SECONDS = 60  # for one run of a page


@pytest.fixture
def other(home: AuditedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuditedHome]:
    """A copy of the audited home, and the one that the pages show."""
    with copied(home, tmp_path / "home") as copy:
        monkeypatch.setenv("LAKEPROOF_HOME", str(copy.root))
        yield copy
        opened(copy.root, None).catalog.close()


def shown() -> None:
    """The script of these tests: the page that the address names by `page`."""
    import os
    from pathlib import Path

    import streamlit as st

    from audit_app.pages.decision import decision
    from audit_app.pages.frame import framed
    from audit_app.pages.start import start
    from lakeproof.services.audit_session import opened
    from lineage.actors import Actor

    page = {"start": start, "decision": decision}[st.query_params["page"]]
    framed(page, opened(Path(os.environ["LAKEPROOF_HOME"]), None), Actor(name="anna"))()


def load(**address: str) -> AppTest:
    """A reader's first look at an address."""
    tab = AppTest.from_function(shown, default_timeout=SECONDS)
    for name, value in address.items():
        tab.query_params[name] = value
    return tab.run()


def text(tab: AppTest) -> str:
    return "".join(str(each.proto.body) for each in tab.get("html"))


def param(tab: AppTest, name: str) -> str:
    """What the page left in its address."""
    value = tab.query_params[name]
    return value if isinstance(value, str) else value[0]


def press(tab: AppTest, label: str) -> AppTest:
    [button] = [each for each in tab.button if each.label == label]
    return button.click().run()


def change_a_payload(home: AuditedHome) -> None:
    tamper(home.root, "UPDATE log_payloads SET body = X'7B7D' WHERE seq = 3")


def change_a_tile(home: AuditedHome) -> None:
    tile = next(path for path in sorted((home.root / "log" / "tile").rglob("*")) if path.is_file())
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])


@pytest.mark.parametrize("change", [change_a_payload, change_a_tile])
@pytest.mark.parametrize("label", ["Now", "Apply"])
def test_a_button_looks_anew(other: AuditedHome, change: object, label: str) -> None:
    """What was changed without a word in the log is found by the next look, however soon."""
    other.catalog.log.checkpoint()
    tab = load(page="start")
    assert INTACT in text(tab) and "Looked at " in text(tab)
    assert callable(change)
    change(other)
    again = text(press(tab, label))
    assert NOT_INTACT in again and INTACT not in again


def test_an_address_without_times_looks_anew(other: AuditedHome) -> None:
    """Each reader who asks about now has a moment of his own, whoever asked just before."""
    assert INTACT in text(load(page="start"))
    change_a_payload(other)
    assert NOT_INTACT in text(load(page="start"))


def test_a_kept_answer_says_when_it_was_looked_for(other: AuditedHome) -> None:
    """An address with both times may show what was found half a minute ago: then it shows that moment."""
    first = load(page="start")
    kept = text(load(page="start", **{name: param(first, name) for name in ("as_of", "known_at")}))
    looked = kept[kept.index("Looked at ") :][: len("Looked at 00:00:00 UTC")]
    assert looked in text(first)


def test_now_is_a_new_moment_once_something_was_logged(other: AuditedHome) -> None:
    """And before that too: no two who ask about now share the moment."""
    sources = opened(other.root, None)
    first, second = asked_at(sources, {}), asked_at(sources, {})
    assert first.as_of < second.as_of and first.log_size == second.log_size
    other.catalog.log.append("note", {}, actor=Actor(name="anna"))
    third = asked_at(sources, {})
    assert third.log_size == first.log_size + 1 and third.known_at > first.known_at


def test_what_was_foreseen_is_for_the_very_next_load(other: AuditedHome) -> None:
    """The page asks by the same key, so it finds the answer; the one after it looks anew."""
    asked = {"prediction": str(other.denied.prediction_id)}
    foresee("/decision", asked)
    scorecard = other.root / "models" / DIGEST / "scorecard.json"
    scorecard.write_bytes(scorecard.read_bytes() + b" ")
    wrong = "its SHA-256 differs"
    assert wrong not in text(load(page="decision", **asked))
    assert wrong in text(load(page="decision", **asked))


def test_now_takes_nothing_that_was_foreseen(other: AuditedHome) -> None:
    """The button looks anew although a page of the same address was foreseen for another reader."""
    asked = {"prediction": str(other.denied.prediction_id)}
    tab = load(page="decision", **asked)
    foresee("/decision", asked)
    scorecard = other.root / "models" / DIGEST / "scorecard.json"
    scorecard.write_bytes(scorecard.read_bytes() + b" ")
    assert "its SHA-256 differs" in text(press(tab, "Now"))
    assert foreseen().take(other.denied.prediction_id) is not None


def test_an_address_with_one_time_is_not_foreseen(
    other: AuditedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page resolves the other time when it runs: an answer ahead would be another question's."""
    asked: list[object] = []
    monkeypatch.setattr("lakeproof.services.audit_session.ask", lambda *_, **named: asked.append(named))
    prediction, time = other.denied.prediction_id, "2026-01-05T09:00:00Z"
    foresee("/decision", {"prediction": str(prediction), "as_of": time})
    foresee("/decision", {"prediction": str(prediction), "known_at": time})
    assert asked == []
    foresee("/decision", {"prediction": str(prediction), "as_of": time, "known_at": time})
    assert asked == [{"prediction": prediction}]
    assert foreseen().take(prediction) is None


def test_a_moment_is_taken_once_and_soon(other: AuditedHome) -> None:
    """Who comes too late, or second, gets none."""
    passed, prediction = [0.0], other.denied.prediction_id
    kept = Foreseen(lambda: passed[0])
    kept.put(prediction, other.now)
    assert kept.take(None) is None
    assert kept.take(prediction) is not None and kept.take(prediction) is None
    kept.put(prediction, other.now)
    passed[0] = 10.0
    assert kept.take(prediction) is None


def test_every_page_of_the_app_is_the_fronts() -> None:
    """Under its address, the first of them under the root, too."""
    assert set(PARTS) == {"/", *(f"/{address}" for address in PAGES)}
