"""`lakeproof catalog mirror` and `rebuild --from-mirror`, and the mirror's commits in `reconcile`."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from lakehouse.lake import Lake
from lakehouse.writes import append
from lakeproof.operations.mirroring import log_mirror
from lakeproof.services.api import catalog_app
from lakeproof.settings import read_settings
from lakeproof.workspace import open_workspace
from lineage.mirrored import ENTRIES
from tests.support.command_line import lakeproof


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a few entries, mirrored."""
    home = tmp_path / "home"
    assert lakeproof(home, "init").code == 0
    for name in ("anna", "ben"):
        assert lakeproof(home, "actors", "add", name, "--role", "auditor").code == 0
    assert lakeproof(home, "catalog", "mirror").code == 0
    return home


def test_the_mirror_needs_no_entries_of_its_own(home: Path) -> None:
    """Mirroring adds nothing to the log, so that it ends; reconciling adds its one entry, and explains every commit."""
    assert lakeproof(home, "catalog", "mirror", "--json").json["carried"] == 0
    first = lakeproof(home, "reconcile", "--json")
    assert (first.code, first.json["findings"]) == (0, [])
    done = lakeproof(home, "catalog", "mirror", "--json").json
    assert done["carried"] == 1
    assert done["entries"] == len(Lake(home / "lake").read(Lake(home / "lake").newest(ENTRIES)))
    assert lakeproof(home, "reconcile").code == 0


def test_a_write_past_the_mirror_is_unexplained(home: Path) -> None:
    """A row that somebody adds to record.entries has no range of the log, and no run: reconcile names the version."""
    lake = Lake(home / "lake")
    genuine = lake.history(ENTRIES)[-1].claimed
    row = lake.read(lake.newest(ENTRIES)).slice(0, 1)
    version = append(lake, ENTRIES, row, binding=str(genuine))
    said = lakeproof(home, "reconcile", "--json")
    assert said.code == 1
    assert [finding["subject"] for finding in said.json["findings"]] == [str(version)]
    assert (
        "the log does not explain it either: it carries entries from 0 on"
        in said.json["findings"][0]["message"]
    )


@pytest.mark.parametrize("place", ["lake/record/entries", "lake", "."])
def test_the_record_is_made_again_from_the_mirror(home: Path, tmp_path: Path, place: str) -> None:
    """From the table's folder, its lake's or its home's: a home with the same actors, that extends the old head."""
    kept = tmp_path / "kept"
    kept.write_text(lakeproof(home, "log", "checkpoint").out)
    again = tmp_path / "again"
    shutil.copytree(home / "keys", again / "keys")
    said = lakeproof(again, "catalog", "rebuild", "--from-mirror", str(home / place))
    assert said.code == 0 and "made again from the mirror" in said.out
    assert lakeproof(again, "log", "verify", "--checkpoint", str(kept)).code == 0
    assert (
        lakeproof(again, "actors", "list", "--json").json == lakeproof(home, "actors", "list", "--json").json
    )


def test_bad_input_is_said(home: Path, tmp_path: Path) -> None:
    """No mirror there, no key here, or a record that is there already: the message says what to do."""
    nowhere = lakeproof(home, "catalog", "rebuild", "--from-mirror", str(tmp_path / "nowhere"))
    assert (nowhere.code, "there is no mirror of a log" in nowhere.err) == (2, True)
    keyless = lakeproof(tmp_path / "keyless", "catalog", "rebuild", "--from-mirror", str(home))
    assert (keyless.code, "restore keys/" in keyless.err) == (2, True)
    full = lakeproof(home, "catalog", "rebuild", "--from-mirror", str(home))
    assert (full.code, "in an empty database only" in full.err) == (1, True)


def test_a_changed_row_is_refused_with_its_number(home: Path, tmp_path: Path) -> None:
    """A row of the table that was changed: exit 1, and its entry is named."""
    from deltalake import DeltaTable

    DeltaTable(str(home / "lake" / "record" / "entries")).update(
        predicate="seq = 1", updates={"actor": "'eve'"}
    )
    again = tmp_path / "again"
    shutil.copytree(home / "keys", again / "keys")
    said = lakeproof(again, "catalog", "rebuild", "--from-mirror", str(home))
    assert said.code == 1
    assert "entry 1: its envelope is not the one that was sealed" in said.err


def test_the_services_figures_show_the_lag(home: Path) -> None:
    """How many entries the mirror has not got is among the figures; carrying them brings it to nothing."""
    with open_workspace(read_settings({"LAKEPROOF_HOME": str(home)})) as workspace:
        mirroring = workspace.catalog.mirroring(log_mirror(workspace))
        workspace.catalog.log.append("note", {}, actor=workspace.actor)
        app = catalog_app(workspace.catalog, workspace.lake, without_token=False, mirroring=mirroring)
        with TestClient(app) as http:
            assert lag(http) == 1
            mirroring.catch_up()
            assert lag(http) == 0


def lag(http: TestClient) -> float:
    for family in text_string_to_metric_families(http.get("/metrics").text):
        if family.name == "lakeproof_mirror_lag_entries":
            return family.samples[0].value
    raise AssertionError("the lag is not among the figures")
