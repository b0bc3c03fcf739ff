"""Claims about the pages in a real browser: each opens, none shows a trace, and its address shows it again."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from audit_app.packs.verify import verify
from lakeproof.services.processes import running
from lineage.times import render_moment
from tests.support.audited import BECAUSE, GOLD, AuditedHome

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PICTURE = ".plot .node, svg g.node"  # plotted by the server, or, where it has no Graphviz, by the browser
LAST = "aside.coverage"  # what a page of lineage ends with
WAIT = 30_000  # ms: the browser may still draw when the script has ended, and two cores may be busy
WORDS_OF_A_TRACE = ("Traceback", "Error:", "Exception", "site-packages", ".py")


@pytest.fixture(scope="module")
def url(home: AuditedHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over a copy of the audited home (an export is recorded), as a process on a free port."""
    copy = shutil.copytree(home.root, tmp_path_factory.mktemp("pages") / "home")
    environment = {**os.environ, "LAKEPROOF_HOME": str(copy), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lakeproof.services.audit_app_process", "--port", "0"]
    with running("audit app", command, environment) as service:
        yield service.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def opened(page: Page, address: str) -> str:
    """The text of the page at an address, once it stands."""
    page.goto(address)
    page.wait_for_selector("header.title, .problem")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    # A part of Streamlit's own front end may come after the script's end: a button or a field stands last.
    if page.locator("header.title .over").all_inner_texts() == ["LINEAGE"]:
        page.wait_for_selector("[data-testid=stTextInput] input")
        page.wait_for_selector("[data-testid=stButtonGroup] >> nth=2")
    text = page.locator(".stMain").inner_text()
    assert [word for word in WORDS_OF_A_TRACE if word in text] == []
    return text


def without_clock(page: Page) -> str:
    """The text of the page, whenever it was looked at."""
    return re.sub(r"looked at [0-9:]{8} UTC", "", page.locator(".stMain").inner_text())


def test_start_says_whether_the_record_is_intact(url: str, page: Page) -> None:
    """In its title, with the checks behind it, what to look at, and what happened."""
    opened(page, url)
    for words in (
        "The record is intact",
        "the evidence log",
        "What needs attention",
        "What happened lately",
    ):
        page.get_by_text(words).first.wait_for()


def test_a_decision_is_found_and_shown(url: str, page: Page, home: AuditedHome) -> None:
    """From the list to the passport: outcome, reasons, model, people, picture, correction, checks."""
    wanted = home.denied
    opened(page, f"{url}/decision?text={wanted.application_id}")
    page.get_by_role("link", name=str(wanted.application_id)).click()
    expect(page.locator(".verdict")).to_contain_text("Denied")
    page.wait_for_selector(PICTURE)
    for words in (
        "Obligations are high",
        "mortgage@1",
        "anna",
        BECAUSE,
        "What was checked",
        str(wanted.prediction_id),
    ):
        expect(page.locator(".stMain")).to_contain_text(words, use_inner_text=True)


def test_lineage_is_drawn_and_each_thing_leads_on(url: str, page: Page) -> None:
    """A click on a node asks about it."""
    opened(page, f"{url}/lineage?subject={GOLD}&direction=up")
    page.wait_for_selector(PICTURE)
    page.locator(".plot a.node, svg g.node a", has_text="silver").last.click()
    expect(page.locator("header.title h1")).to_have_text("silver.loan_applications")


def test_without_graphviz_the_browser_plots(page: Page, home: AuditedHome, tmp_path: Path) -> None:
    """The same things, which lead on in the same way."""
    environment = {
        **os.environ,
        "LAKEPROOF_HOME": str(home.root),
        "PYTHONPATH": str(ROOT),
        "PATH": str(tmp_path),
    }
    command = [sys.executable, "-m", "lakeproof.services.audit_app_process", "--port", "0"]
    with running("audit app", command, environment) as service:
        opened(page, f"{service.url}/lineage?subject={GOLD}&direction=up")
        page.wait_for_selector("svg g.node")
        assert page.locator(".plot").count() == 0
        page.locator("svg g.node a", has_text="silver").last.click()
        expect(page.locator("header.title h1")).to_have_text("silver.loan_applications")


def test_the_address_shows_the_same_again(url: str, page: Page, browser: Browser) -> None:
    """Both times and what was asked are in it; another reader sees the same text."""
    opened(page, f"{url}/lineage?{urlencode({'subject': f'{GOLD}@2', 'level': 'version', 'depth': '8'})}")
    page.wait_for_selector(PICTURE)
    page.wait_for_selector(LAST)
    first, address = without_clock(page), page.url
    assert {"as_of", "known_at", "subject", "level", "depth"} <= parse_qs(urlsplit(address).query).keys()
    other = browser.new_context()
    again = other.new_page()
    opened(again, address)
    again.wait_for_selector(PICTURE)
    again.wait_for_selector(LAST)
    assert without_clock(again) == first
    assert again.url == address
    other.close()


def test_the_times_of_an_address_are_those_of_the_page(url: str, page: Page, home: AuditedHome) -> None:
    """Before the correction was known, nothing had been corrected; the next page is at the same times."""
    before = {
        "prediction": str(home.denied.prediction_id),
        "as_of": render_moment(home.before.as_of),
        "known_at": render_moment(home.before.known_at),
    }
    opened(page, f"{url}/decision?{urlencode(before)}")
    for words in (
        "Nothing that this decision stands on had been corrected by then.",
        f"{home.before.log_size} log entries",
    ):
        expect(page.locator(".stMain")).to_contain_text(words, use_inner_text=True)
    page.get_by_role("link", name="Start").click()
    expect(page.locator(".times")).to_contain_text(f"{home.before.log_size} log entries")
    expect(page.locator("header.title h1")).to_have_text("Not everything could be checked")


def test_the_pack_can_be_taken_away_and_verifies(
    url: str, page: Page, home: AuditedHome, tmp_path: Path
) -> None:
    """Two clicks from the decision to a file that needs nobody's word."""
    opened(page, f"{url}/decision?prediction={home.denied.prediction_id}")
    page.get_by_role("button", name="Prepare the evidence pack").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Evidence pack (").click()
    pack = tmp_path / download.value.suggested_filename
    download.value.save_as(pack)
    assert verify(pack).ok


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/decision?prediction=00000000-0000-7000-8000-000000000000", "check the id"),
        ("/decision?text=%27%20or%20true", "neither a prediction nor an application"),
        ("/lineage?subject=golden.loans", "knows nothing named"),
        ("/lineage?subject=gold.loan_features%40999", "has no version 999"),
        ("/lineage?subject=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "<script>alert(1)</script>"),
        ("/?as_of=yesterday", "is not a time"),
    ],
)
def test_what_cannot_be_answered_is_said(url: str, page: Page, address: str, said: str) -> None:
    """One message and the next move; never a trace, never markup of others."""
    opened(page, url + address)
    expect(page.locator(".stMain")).to_contain_text(said, use_inner_text=True, ignore_case=True)
