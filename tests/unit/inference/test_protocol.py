"""Requests of the Open Inference Protocol: what is understood, and that every flaw is named with its path."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.protocol import OUTPUTS, Request, metadata, parse, render
from lineage.names import TableVersion
from tests.support.scoring import BAD, CARD, GOOD, body_of, prediction, request_for, tensor

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _parse(request: Any) -> Request:
    return parse(body_of(request), CARD.names, most_rows=3)


def _with(*tensors: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A good request of one row, tensors of the same name replaced."""
    replaced = {one["name"] for one in tensors}
    inputs = [one for one in request_for(GOOD)["inputs"] if one["name"] not in replaced]
    return {"inputs": [*inputs, *tensors], **more}


def test_rows_are_columns_turned() -> None:
    """Row i has the i-th element of every tensor; null is a value that is not known."""
    request = _parse(request_for(GOOD, {**BAD, "hrat": None}))
    assert request.flaws == ()
    assert [row.features for row in request.rows] == [GOOD, {**BAD, "hrat": None}]


@pytest.mark.parametrize(
    "ids",
    [
        {"parameters": {"application_id": ["A", "B"], "subject_ref": ["S", "T"]}},
        {
            "more": [
                tensor("application_id", "A", "B", datatype="BYTES"),
                tensor("subject_ref", "S", "T", datatype="BYTES"),
            ]
        },
    ],
)
def test_rows_carry_ids(ids: dict[str, Any]) -> None:
    """As lists in the parameters, or as BYTES tensors."""
    request = request_for(GOOD, BAD, **ids.get("parameters", {}))
    parsed = _parse({**request, "inputs": [*request["inputs"], *ids.get("more", [])]})
    assert parsed.flaws == ()
    assert [(row.application_id, row.subject_ref) for row in parsed.rows] == [("A", "S"), ("B", "T")]


def test_one_row_takes_its_ids_as_texts() -> None:
    """With the source as a table version, and the request's own id."""
    parsed = _parse(
        {**request_for(GOOD, application_id="A", subject_ref="S", source="gold.loan_features@24"), "id": "42"}
    )
    assert parsed.flaws == () and parsed.id == "42"
    assert parsed.rows[0].application_id == "A" and parsed.rows[0].subject_ref == "S"
    assert parsed.source == TableVersion.parse("gold.loan_features@24")


def test_other_parameters_are_ignored() -> None:
    """Clients add their own: `content_type` and such."""
    request = _with({**tensor("obrat", 1), "parameters": {"content_type": "np"}}, parameters={"x": 1})
    assert _parse(request).flaws == ()


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (tensor("obrat", 40, datatype="INT64"), 40.0),
        (tensor("obrat", 40, datatype="UINT8"), 40.0),
        (tensor("obrat", True, datatype="BOOL"), 1.0),
        (tensor("obrat", 40, datatype="FP32"), 40.0),
        (tensor("obrat", None, datatype="INT32"), None),
        ({"name": "obrat", "shape": [1, 1], "datatype": "FP64", "data": [[40.5]]}, 40.5),
        ({"name": "obrat", "shape": [1, 1], "datatype": "FP64", "data": [40.5]}, 40.5),
    ],
)
def test_numbers_of_every_datatype(one: dict[str, Any], value: float | None) -> None:
    """Integers, booleans and floats become floats; [n, 1] is read flat or nested."""
    parsed = _parse(_with(one))
    assert parsed.flaws == ()
    assert parsed.rows[0].features["obrat"] == value


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ([], "$ is an array"),
        ({}, "$.inputs is not a list"),
        ({"inputs": []}, "$.inputs is not a list"),
        (_with({"name": ""}), "$.inputs[3].name"),
        ({"inputs": [7]}, "$.inputs[0] is a number"),
        (_with(tensor("obrat", "Jane")), "$.inputs[2].data[0] (obrat) is a text"),
        (_with(tensor("obrat", True)), "$.inputs[2].data[0] (obrat) is a boolean"),
        (_with(tensor("obrat", 1.5, datatype="INT64")), "$.inputs[2].data[0] (obrat) is outside INT64"),
        (_with(tensor("obrat", 300, datatype="UINT8")), "$.inputs[2].data[0] (obrat) is outside UINT8"),
        (_with(tensor("obrat", 1, datatype="BOOL")), "$.inputs[2].data[0] (obrat) is a number, not true"),
        (_with(tensor("obrat", "a", datatype="BYTES")), "$.inputs[2].datatype is BYTES"),
        (_with(tensor("obrat", 1, datatype="DOUBLE")), "$.inputs[2].datatype is none of"),
        (_with({**tensor("obrat", 1), "shape": [2]}), "$.inputs[2].data has 1 elements, its shape says 2"),
        (_with({**tensor("obrat", 1), "shape": [1, 2]}), "$.inputs[2].shape"),
        (_with({**tensor("obrat", 1), "shape": [True]}), "$.inputs[2].shape"),
        (_with({**tensor("obrat", 1), "data": 1}), "$.inputs[2].data is a number"),
        (_with(tensor("obrat", 1, 2)), "$.inputs has tensors of 1, 2 rows"),
        (request_for(GOOD, GOOD, GOOD, GOOD), "$.inputs has 4 rows: send 1 to 3"),
        (request_for(), "$.inputs has 0 rows: send 1 to 3"),
        (_with(tensor("black", 1)), "$.inputs[3].name black is no feature"),
        ({"inputs": [*request_for(GOOD)["inputs"], tensor("hrat", 1)]}, "$.inputs[3] names hrat again"),
        (_with(parameters=[]), "$.parameters is an array"),
        (_with(parameters={"application_id": 7}), "$.parameters.application_id[0] is a number"),
        (
            _with(parameters={"application_id": ["A", "B"]}),
            "$.parameters.application_id has 2 ids for 1 rows",
        ),
        (
            _with(parameters={"application_id": "a\nb"}),
            "$.parameters.application_id[0] is a text, not a print",
        ),
        (_with(tensor("application_id", 1)), "$.inputs[3].datatype is not BYTES"),
        (
            _with(tensor("subject_ref", "S", datatype="BYTES"), parameters={"subject_ref": "S"}),
            "$.parameters.subject_ref and $.inputs[3] both give ids",
        ),
        (_with(parameters={"source": "gold.loan_features"}), "$.parameters.source is not a table version"),
        (_with(parameters={"source": 24}), "$.parameters.source is not a table version"),
        (_with(id=42), "$.id[0] is a number"),
        (_with(outputs=[{"name": "shap"}]), "$.outputs[0].name is none of"),
        (_with(outputs="score"), "$.outputs is a text"),
    ],
)
def test_a_flaw_is_named_with_its_path(request_: Any, path: str) -> None:
    """Where and what it is, nothing of the values; and there is always a row to file the failure under."""
    parsed = _parse(request_)
    assert any(flaw.startswith(path) for flaw in parsed.flaws), parsed.flaws
    assert len(parsed.rows) == 1 or "rows" in path
    assert "Jane" not in "".join(parsed.flaws)


def test_every_flaw_is_named_at_once() -> None:
    """Missing, wrong-typed and unknown tensors in one answer, each once."""
    parsed = _parse({"inputs": [tensor("obrat", "x"), tensor("male", 1)]})
    assert [flaw.split(":")[0].split(",")[0] for flaw in parsed.flaws] == [
        "$.inputs lacks the feature hrat",
        "$.inputs lacks the feature pubrec",
        "$.inputs[1].name male is no feature of the model",
        "$.inputs[0].data[0] (obrat) is a text",
    ]


def test_what_could_be_read_of_a_flawed_request_is_kept() -> None:
    """Ids and sound features are there to be recorded; the flawed column is not."""
    parsed = _parse(_with(tensor("obrat", "x"), parameters={"application_id": "A"}))
    assert parsed.rows[0].application_id == "A"
    assert parsed.rows[0].features == {"hrat": 15.0, "pubrec": 0.0}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"inputs": [], "inputs": []}',
        b'{"inputs": NaN}',
        b'{"id": "\\ud800"}',
        b'{"inputs": 1e999}',
        b"[" * 100_000,
    ],
)
def test_loose_json_is_refused(body: bytes) -> None:
    """Broken text, keys stated twice, NaN, half a character, absurd depth: flaws, never exceptions."""
    assert parse(body, CARD.names, most_rows=3).flaws


@given(JSON)
def test_any_json_is_a_request_or_has_flaws(value: Any) -> None:
    """Nothing that comes in raises, and messages are always printable."""
    parsed = parse(json.dumps(value).encode(), CARD.names, most_rows=3)
    assert parsed.flaws and all(flaw.isprintable() for flaw in parsed.flaws)


@given(st.lists(JSON, max_size=3))
def test_any_tensors_are_features_or_have_flaws(tensors: list[Any]) -> None:
    """The same for what is sent as tensors."""
    parsed = parse(json.dumps({"inputs": tensors}).encode(), CARD.names, most_rows=3)
    assert parsed.flaws and len(parsed.rows) >= 1


def test_the_list_of_flaws_is_bounded() -> None:
    """A hundred are named, the rest counted."""
    parsed = parse(body_of({"inputs": [7] * 300}), CARD.names, most_rows=3)
    assert len(parsed.flaws) == 101 and parsed.flaws[-1] == "and 203 more"


def test_an_answer_has_the_outputs_asked_for() -> None:
    """All four unless the request chose; the request's id comes back."""
    answers = [prediction(1), prediction(2)]
    answer = render(answers, Request(id="42"), digest="d")
    assert {one["name"]: one["datatype"] for one in answer["outputs"]} == OUTPUTS
    assert all(one["shape"] == [2] and len(one["data"]) == 2 for one in answer["outputs"])
    assert (answer["id"], answer["model_name"], answer["model_version"]) == ("42", "mortgage", "1")
    assert answer["parameters"] == {"deployment": 1, "model_digest": "d"}
    chosen = render(answers, Request(outputs=("decision",)), digest="d")
    assert [one["name"] for one in chosen["outputs"]] == ["decision"] and "id" not in chosen


def test_reasons_are_json_in_a_tensor() -> None:
    """One text per row, of feature, text and points lost."""
    answer = render([prediction(1)], Request(), digest="d")
    (reasons,) = [one["data"] for one in answer["outputs"] if one["name"] == "reasons"]
    expected = [{"feature": "obrat", "text": "Obligations are high", "points_lost": 90.0}]
    assert json.loads(reasons[0]) == expected


def test_metadata_lists_the_features() -> None:
    """As tensors of any length."""
    assert metadata("mortgage", 1, ["obrat"])["inputs"] == [
        {"name": "obrat", "datatype": "FP64", "shape": [-1]}
    ]
