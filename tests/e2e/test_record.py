"""The demo's record afterwards: what it knew when, what it makes of writes past it, its proofs, and moving house."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable, write_deltalake

from tests.e2e import delta_logs
from tests.e2e.conftest import CopyOfHome, Finished
from tests.support.command_line import Said, lakeproof

LOANS = "bronze.loan_applications"


def _recorded_at(home: Path, kind: str, like: str = "%") -> list[str]:
    """When the entries of a kind whose payload is like that were recorded, oldest first."""
    with sqlite3.connect(f"file:{home / 'catalog.db'}?mode=ro", uri=True) as database:
        query = (
            "SELECT recorded_at FROM log_entries JOIN log_payloads USING (seq)"
            " WHERE kind = ? AND CAST(body AS TEXT) LIKE ? ORDER BY seq"
        )
        return [moment for (moment,) in database.execute(query, [kind, like])]


def _answer(home: Path, *arguments: str) -> Any:
    said = lakeproof(home, *arguments, "--json")
    assert said.code == 0, said
    return said.json["answer"]


@pytest.fixture
def before(demo: Finished) -> str:
    """The last moment at which the record knew of no correction: that of the last batch of answers."""
    corrections = _recorded_at(demo.home, "openlineage", "%lakeproof_supersedes%")
    batches = [
        at for at in _recorded_at(demo.home, "openlineage", "%inference.mortgage%") if at < corrections[0]
    ]
    return batches[-1]


def test_impact_as_it_was_known(demo: Finished, before: str) -> None:
    """The predictions stood on the bad version then as now; that it was corrected is known only now."""
    bad = demo.outcome["bad_version"]
    then = _answer(demo.home, "impact", bad, "--known-at", before)
    now = _answer(demo.home, "impact", bad)
    assert then["models"] == now["models"] == ["mortgage@1"]
    assert then["predictions"] == now["predictions"] and now["predictions"]["denied"] > 0
    assert then["corrected_by"] == []
    assert [each["made"] for each in now["corrected_by"]] == [
        [f"{LOANS}@25"],
        ["silver.loan_applications@1"],
        ["gold.loan_features@1"],
    ]


def test_lineage_as_it_was_known(demo: Finished, before: str) -> None:
    """The corrected version is downstream of what it corrects now, and was not there before."""
    arguments = ("lineage", "gold.loan_features@0", "--level", "version", "--down")
    then, now = (
        {node["label"] for node in _answer(demo.home, *arguments, *at)["nodes"]}
        for at in (("--known-at", before), ())
    )
    assert "gold.loan_features@1" in now - then
    assert then <= now and "serving.predictions@1" in then


def test_the_passport_as_it_was_known(demo: Finished, before: str) -> None:
    """The same decision by the same way; only the present passport says what was corrected since."""
    then, now = (
        _answer(demo.home, "trace", demo.outcome["prediction"], *at) for at in (("--known-at", before), ())
    )
    for part in ("prediction", "model", "approval", "way", "landing"):
        assert then[part] == now[part], part
    assert then["corrections"] == []
    assert len(now["corrections"]) == 3


def test_the_answer_echoes_the_times_it_was_given(demo: Finished, before: str) -> None:
    """As of and known at are concrete, and asking again with what was echoed gives the same answer."""
    first = lakeproof(demo.home, "impact", demo.outcome["bad_version"], "--known-at", before, "--json").json
    assert first["known_at"] == before
    times = ("--as-of", first["as_of"], "--known-at", first["known_at"])
    assert lakeproof(demo.home, "impact", demo.outcome["bad_version"], *times, "--json").json == first


def test_reconcile_finds_a_write_past_us_and_nothing_else(copy_of_home: CopyOfHome) -> None:
    """No finding on the demo's home; after an append by another writer one, critical, naming that commit."""
    home = copy_of_home()
    clean = lakeproof(home, "reconcile", "--json")
    assert clean.code == 0 and clean.json["findings"] == []
    commits = [
        delta_logs.versions(home, str(path.parent.relative_to(home / "lake")).replace("/", "."))
        for path in (home / "lake").glob("*/*/_delta_log")
    ]
    assert (clean.json["tables"], clean.json["commits"]) == (len(commits), sum(map(len, commits)))
    table = delta_logs.folder(home, "serving.predictions")
    write_deltalake(table, DeltaTable(table).to_pyarrow_table().slice(0, 1), mode="append")
    newest = delta_logs.versions(home, "serving.predictions")[-1]
    found = lakeproof(home, "reconcile", "--json")
    assert found.code == 1
    (finding,) = found.json["findings"]
    assert (finding["kind"], finding["severity"]) == ("unexplained-write", "critical")
    assert finding["subject"] == f"serving.predictions@{newest}"


def test_every_event_of_ours_has_its_number(demo: Finished) -> None:
    """Whichever room or step sent it: a stream, a number, and no number missing below the highest of its stream."""
    with sqlite3.connect(f"file:{demo.home / 'catalog.db'}?mode=ro", uri=True) as database:
        numbered = database.execute(
            "SELECT producer, min(producer_seq), max(producer_seq), count(*), count(producer_seq)"
            " FROM log_entries WHERE kind = 'openlineage' GROUP BY producer"
        ).fetchall()
    assert len(numbered) > 1
    for stream, first, last, events, numbers in numbered:
        assert stream.startswith("urn:lakeproof:session:")
        assert (first, last, numbers) == (1, events, events)


def test_the_projections_are_what_the_log_says(copy_of_home: CopyOfHome) -> None:
    """Dropped and rebuilt from the log, they export the same."""
    said = lakeproof(copy_of_home(), "catalog", "rebuild")
    assert said.code == 0 and "the same" in said.out


def test_one_changed_byte_of_a_payload_is_found(copy_of_home: CopyOfHome) -> None:
    """The whole log verifies; after one byte of one payload was changed it does not, and the entry is named."""
    home = copy_of_home()
    whole = lakeproof(home, "log", "verify", "--json")
    assert whole.code == 0 and whole.json["verified"]
    with sqlite3.connect(home / "catalog.db") as database:
        query = "SELECT seq, body FROM log_payloads JOIN log_entries USING (seq) WHERE kind = 'approval'"
        ((seq, body),) = database.execute(query)
        changed = bytes(body).replace(b"anna", b"anne", 1)
        assert changed != bytes(body)
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_payloads'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE log_payloads SET body = ? WHERE seq = ?", [changed, seq])
    said = lakeproof(home, "log", "verify", "--json")
    assert said.code == 1 and not said.json["verified"]
    assert f"entry {seq}" in " ".join(said.json["notes"])


def test_a_home_moves(demo: Finished, copy_of_home: CopyOfHome, tmp_path: Path) -> None:
    """Copied, then moved again: the same passport, a log that verifies against a kept checkpoint, no findings."""
    note = tmp_path / "kept"
    note.write_text(lakeproof(demo.home, "log", "checkpoint").out)
    home = Path(shutil.move(copy_of_home(), tmp_path / "moved"))
    here, there = (_answer(root, "trace", demo.outcome["prediction"]) for root in (demo.home, home))
    assert here == there
    assert lakeproof(home, "log", "verify", "--checkpoint", str(note)).code == 0
    assert lakeproof(home, "reconcile").code == 0
    assert str(demo.home) not in json.dumps(there)


def test_the_packs_verify_without_the_home(demo: Finished, tmp_path: Path) -> None:
    """Each pack of the demo, carried into an empty folder, verifies there; with a byte changed it does not."""
    assert len(demo.outcome["packs"]) == 2
    for path in map(Path, demo.outcome["packs"]):
        carried = tmp_path / path.name
        shutil.copy(path, carried)
        assert _verify(tmp_path, carried).code == 0
        content = bytearray(carried.read_bytes())
        content[len(content) // 2] ^= 1
        carried.write_bytes(content)
        assert _verify(tmp_path, carried).code == 1


def _verify(home: Path, pack: Path) -> Said:
    return lakeproof(home, "verify", str(pack))
