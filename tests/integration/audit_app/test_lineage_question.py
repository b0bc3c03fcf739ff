"""Claims about the lineage question: every form of a subject, each level, and what the answer says of itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from audit_app import text
from audit_app.questions.lineage import Extent, lineage, lineage_page
from audit_app.questions.lineage_difference import lineage_difference
from lakehouse.errors import NoSuchVersion
from lineage.answers import Answer
from lineage.errors import BadInput, NotFound
from lineage.graph import Direction, Level
from lineage.times import Instants
from tests.support.audited import BRONZE, GOLD, SILVER, AuditedHome


def ask(home: AuditedHome, subject: str, level: Level = Level.TABLE, **how: Any) -> Answer:
    asked = {"direction": Direction.BOTH, "depth": None, "at": home.now, **how}
    return lineage(home.sources, subject, level=level, **asked)


def labels(answer: Answer) -> set[str]:
    nodes = answer.answer["nodes"]
    assert isinstance(nodes, list)
    return {node["label"] for node in nodes if isinstance(node, Mapping)}


def test_every_form_of_a_subject_is_understood(home: AuditedHome) -> None:
    """Table, version, column, model, deployment, job, run, prediction, file, and a node's own id."""
    run = str(home.training)
    for subject in (
        "gold.loan_features",
        "gold.loan_features@2",
        "gold.loan_features#obrat",
        "mortgage@1",
        "mortgage#1",
        "transformations.gold.loan_features",
        run,
        f"run/{run}",
        str(home.denied.prediction_id),
        "loan_applications_2025-12.csv",
        "lakeproof://lake/gold.loan_features@2",
    ):
        answer = ask(home, subject)
        assert answer.coverage.status == "verified", subject
        assert "mortgage" in labels(answer), subject


def test_up_and_down_are_opposites(home: AuditedHome) -> None:
    """The features come from bronze, and the predictions come of them."""
    up, down = (labels(ask(home, str(GOLD), direction=way)) for way in (Direction.UP, Direction.DOWN))
    assert {str(BRONZE), str(SILVER)} <= up
    assert "serving.predictions" not in up
    assert {"serving.predictions", "mortgage"} <= down
    assert str(BRONZE) not in down


def test_versions_are_held_against_the_tables_logs(home: AuditedHome) -> None:
    """At the level of versions the answer says how many commits it compared, and shows the correction."""
    answer = ask(home, f"{GOLD}@2", Level.VERSION)
    assert answer.coverage.status == "verified"
    edges = answer.answer["edges"]
    assert isinstance(edges, list)
    assert {"CORRECTS", "CARRIES"} <= {edge["transformation"] for edge in edges if isinstance(edge, Mapping)}


def test_columns_lead_to_the_source_and_to_the_score(home: AuditedHome) -> None:
    """A feature's column upstream and downstream."""
    found = labels(ask(home, f"{GOLD}#obrat", Level.COLUMN))
    up = ("silver.loan_applications.obrat", "bronze.loan_applications.obrat")
    down = ("mortgage.obrat", "serving.predictions.score", "serving.predictions.features")
    assert {*up, *down} <= found


def test_depth_stops_the_walk(home: AuditedHome) -> None:
    """One edge from a table is its jobs."""
    assert str(BRONZE) not in labels(ask(home, str(GOLD), depth=1))


def test_before_it_was_known_it_is_not_there(home: AuditedHome) -> None:
    """The correcting version exists now, and did not then."""
    newest = str(home.lake.newest(GOLD))
    assert newest in labels(ask(home, newest, Level.VERSION))
    with pytest.raises(NotFound, match="knows nothing"):
        ask(home, newest, Level.VERSION, at=home.before)


def test_what_is_not_there_is_said_with_what_is(home: AuditedHome) -> None:
    """A version too high, a name nearly right, nothing at all."""
    with pytest.raises(NoSuchVersion):
        ask(home, f"{GOLD}@999")
    with pytest.raises(NotFound, match="did you mean"):
        ask(home, "golden.loan_features")
    with pytest.raises(BadInput, match="no subject"):
        ask(home, " ")


def test_the_text_puts_sources_before_what_comes_of_them(home: AuditedHome) -> None:
    """The file first, the predictions last, the subject marked."""
    lines = text.lineage(ask(home, str(GOLD)))
    place = {
        label: next(i for i, line in enumerate(lines) if label in line and "←" not in line)
        for label in (str(BRONZE), "serving.predictions")
    }
    assert place[str(BRONZE)] < place["serving.predictions"]
    assert any(line.startswith("→") and str(GOLD) in line for line in lines)


def test_an_answer_goes_on_where_it_was_cut(home: AuditedHome) -> None:
    """Page by page, the same nodes and edges as at once; each page but the last is truncated and says how to go on."""
    whole: Any = ask(home, str(GOLD)).answer
    extent, nodes, edges = Extent(limit=2), [], []
    while True:
        page = lineage_page(home.sources, str(GOLD), extent, home.now)
        told: Any = page.answer
        nodes += told["nodes"]
        edges += told["edges"]
        assert text.lineage(page) and not page.coverage.complete
        if told["next"] is None:
            break
        assert "this answer's `next`" in told["cut"][0]
        assert page.coverage.status == "verified", (
            "what a page holds is checked; that there is more is no fault"
        )
        extent = Extent(limit=3, after=told["next"])
    assert sorted(nodes, key=str) == sorted(whole["nodes"], key=str)
    assert sorted(edges, key=str) == sorted(whole["edges"], key=str)
    with pytest.raises(BadInput, match="another question"):
        lineage_page(home.sources, str(BRONZE), extent, home.now)


def test_two_times_differ_by_what_came_between(home: AuditedHome) -> None:
    """Against the time before anything was known all is new; against the same time all is the same."""
    nothing = Instants(as_of=home.now.as_of, known_at=datetime(2000, 1, 1, tzinfo=UTC), log_size=0)
    for now, before, change in (
        (home.now, nothing, "new"),
        (nothing, home.now, "gone"),
        (home.now, home.now, "same"),
    ):
        answer = lineage_difference(home.sources, str(GOLD), Extent(), now, before=before)
        told: Any = answer.answer
        assert {each["change"] for each in (*told["nodes"], *told["edges"])} == {change}
        assert text.lineage(answer)
    with pytest.raises(NotFound):
        lineage_difference(home.sources, str(GOLD), Extent(), nothing, before=nothing)
