"""Take them: `python -m infra.pictures [--home DIR]`, where DIR holds a finished demo. Writes `docs/pictures/`.

The app runs as a process of its own, as `lakeproof serve` starts it; Chromium opens its pages.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from lakehouse.lake import Lake
from lakeproof.home import Home
from lakeproof.services.processes import running
from lineage.errors import LakeproofError, NotFound
from lineage.names import TableName

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
PREDICTIONS = TableName.parse("serving.predictions")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


# The pages keep their column narrow and let a wide graph scroll; a picture cannot.
UNCUT = ".stMainBlockContainer { max-width: none !important; }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page to open, at a width and height in CSS pixels, and what must stand on it first."""

    name: str
    address: str
    size: tuple[int, int]
    awaits: str = ".plot .node, svg g.node"


def shots(denied: str) -> tuple[Shot, ...]:
    """The pictures of the README, for a prediction that denied."""
    return (
        Shot(name="decision", address=f"/decision?prediction={denied}", size=(1280, 850)),
        Shot(name="lineage", address="/lineage?subject=gold.loan_features&depth=8", size=(1720, 780)),
    )


def take(browser: Browser, url: str, shot: Shot) -> Path:
    """The picture of one page, once Streamlit has finished it and nothing moves."""
    width, height = shot.size
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(60_000)
    page.goto(url + shot.address)
    page.wait_for_selector("header.title, .problem")
    page.wait_for_selector(shot.awaits)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.add_style_tag(content=UNCUT)
    path = FOLDER / f"{shot.name}.png"
    page.screenshot(path=path, animations="disabled")
    page.close()
    return path


def denied_prediction(home: Home) -> str:
    """The id of the first denied application. Raises NotFound when the home holds none."""
    lake = Lake(home.lake)
    rows = lake.read(
        lake.newest(PREDICTIONS), columns=["prediction_id"], where="decision = 'deny' and status = 'ok'"
    )
    ids = sorted(map(str, rows["prediction_id"].to_pylist()))
    if not ids:
        raise NotFound(f"{home.root} holds no denied application", next_move="run `make demo` first")
    return ids[0]


def main() -> None:
    """Parse the home, take every picture, say which."""
    parser = argparse.ArgumentParser(prog="python -m infra.pictures")
    parser.add_argument("--home", type=Path, default=Path(".lakeproof"), help="a home with a finished demo")
    home = Home(root=parser.parse_args().home.absolute())
    home.require()
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "lakeproof.services.audit_app_process", "--port", "0"]
    environment = {**os.environ, "LAKEPROOF_HOME": str(home.root), "PYTHONPATH": str(ROOT)}
    with running("audit app", command, environment) as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for shot in shots(denied_prediction(home)):
            path = take(browser, app.url, shot)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    try:
        main()
    except LakeproofError as error:
        print(f"pictures: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
