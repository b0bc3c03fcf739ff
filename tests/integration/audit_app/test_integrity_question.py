"""Claims about the start page's question, and about finding decisions."""

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from audit_app.questions.decisions import decisions
from audit_app.questions.integrity import integrity
from audit_app.questions.subjects import subjects
from audit_app.sources import Sources
from catalog.catalog import Catalog
from lakehouse.lake import Lake
from lineage.errors import BadInput
from tests.support.audited import AuditedHome


def items(value: Any) -> list[Mapping[str, Any]]:
    assert isinstance(value, list)
    return value


def test_an_untouched_record_is_intact(home: AuditedHome) -> None:
    """Log, streams, reconciliation and runs; what happened lately ends with the last act."""
    answer = integrity(home.sources, home.now)
    assert answer.coverage.status == "verified"
    assert {check["name"] for check in items(answer.answer["checks"])} == {
        "log",
        "gaps",
        "reconciliation",
        "ended",
    }
    lately = items(answer.answer["lately"])
    assert lately[0]["state"] == "reconciliation"
    assert [each["at"] for each in lately] == sorted((each["at"] for each in lately), reverse=True)
    assert all(each["remedy"] for each in items(answer.answer["attention"]))


def test_before_any_reconciliation_it_is_not_checkable(home: AuditedHome) -> None:
    """That nobody compared is not the same as that nothing was wrong."""
    answer = integrity(home.sources, home.before)
    assert answer.coverage.status == "not_checkable"
    assert answer.answer["reconciliation"] is None


def test_events_are_left_out_where_they_lie(home: AuditedHome) -> None:
    """What happened besides events is chosen by the database: a long log's events are not made into entries."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        integrity(home.sources, home.now)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    verifying = "LEFT OUTER JOIN log_payloads"  # an entry without its payload is one that it finds, too
    whole = [each for each in said if "log_payloads.body" in each and verifying not in each]
    assert whole and all("log_entries.kind" in each.partition("WHERE")[2] for each in whole), whole


def test_a_changed_payload_is_found(home: AuditedHome, tmp_path: Path) -> None:
    """The log is recomputed, so that one byte in its database shows."""
    copy = tmp_path / "home"
    shutil.copytree(home.root, copy)
    with sqlite3.connect(copy / "catalog.db") as database:
        database.executescript(
            "".join(
                f"drop trigger {name};"
                for (name,) in database.execute("select name from sqlite_master where type = 'trigger'")
            )
        )
        database.execute("update log_payloads set body = cast(replace(body, 'mortgage', 'mortgagf') as blob)")
    database.close()
    with Catalog.open(copy) as catalog:
        answer = integrity(Sources(catalog=catalog, lake=Lake(copy / "lake")), catalog.log.resolve())
    assert answer.coverage.status == "failed"


def test_decisions_are_found_by_application_and_by_id(home: AuditedHome) -> None:
    """Newest first; the beginning of an id is enough."""
    everything = items(decisions(home.sources, home.now).answer["decisions"])
    assert len(everything) == 13
    asked = [each["requested_at"] for each in everything]
    assert asked == sorted(asked, reverse=True)
    wanted = home.denied
    for text in (wanted.application_id, str(wanted.prediction_id)[:20]):
        (found,) = items(decisions(home.sources, home.now, text=str(text)).answer["decisions"])
        assert found["prediction_id"] == str(wanted.prediction_id)


def test_a_short_list_says_what_it_leaves_out(home: AuditedHome) -> None:
    """Cut is said."""
    answer = decisions(home.sources, home.now, limit=3)
    assert not answer.coverage.complete
    assert answer.coverage.notes == ("10 older ones are not listed",)


def test_no_condition_can_be_smuggled_in(home: AuditedHome) -> None:
    """What is no id never reaches the query."""
    with pytest.raises(BadInput, match="neither"):
        decisions(home.sources, home.now, text="' or true --")


def test_search_offers_what_can_be_asked(home: AuditedHome) -> None:
    """Each result bears the words that the lineage question takes."""
    found = items(subjects(home.sources, "loan_features", home.now).answer["subjects"])
    assert {"gold.loan_features", "gold.loan_features#obrat", "transformations.gold.loan_features"} <= {
        each["subject"].removeprefix("lakeproof://jobs/") for each in found
    }
