"""The bank's origination system: takes applications' features from the lake and asks the scoring service."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from lakehouse.lake import Lake
from lineage.errors import Fault
from lineage.names import TableName, TableVersion

FEATURES = TableName.parse("gold.loan_features")
_NOT_FEATURES = frozenset({"application_id", "subject_ref", "feature_time", "drop_month"})
_TIMEOUT = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the service said to one application."""

    application: str
    prediction: UUID
    decision: str
    reasons: str


def applications(lake: Lake, *, since: str) -> tuple[TableVersion, list[dict[str, Any]]]:
    """The features of every application from month `since` ('2025-10') on, by id, and where they were read."""
    source = lake.newest(FEATURES)
    rows = lake.read(source, where=f"drop_month >= '{since}'").to_pylist()
    return source, sorted(rows, key=lambda row: str(row["application_id"]))


def ask(url: str, model: str, source: TableVersion, rows: Sequence[Mapping[str, Any]]) -> list[Answered]:
    """Ask for each application, one request each, and once with a feature missing. Raises Fault on a wrong status."""
    with httpx.Client(base_url=url, timeout=_TIMEOUT) as client:
        features = client.get(f"/v2/models/{model}").raise_for_status().json()
        names = [tensor["name"] for tensor in features["inputs"] if tensor["name"] not in _NOT_FEATURES]
        answered = [_ask_one(client, model, source, row, names) for row in rows]
        broken = client.post(f"/v2/models/{model}/infer", json=_request(source, rows[0], names[1:]))
        if broken.status_code < httpx.codes.BAD_REQUEST:
            raise Fault("a request without a feature was answered", next_move="report this")
    return answered


def _ask_one(
    client: httpx.Client, model: str, source: TableVersion, row: Mapping[str, Any], names: Sequence[str]
) -> Answered:
    response = client.post(f"/v2/models/{model}/infer", json=_request(source, row, names))
    if response.status_code != httpx.codes.OK:
        raise Fault(
            f"scoring refused application {row['application_id']}: {response.text}",
            next_move="compare the model's features with gold.loan_features",
        )
    outputs = {tensor["name"]: tensor["data"][0] for tensor in response.json()["outputs"]}
    return Answered(
        application=str(row["application_id"]),
        prediction=UUID(outputs["prediction_id"]),
        decision=outputs["decision"],
        reasons="; ".join(reason["text"] for reason in json.loads(outputs["reasons"])),
    )


def _request(source: TableVersion, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {
        "parameters": {
            "application_id": row["application_id"],
            "subject_ref": row["subject_ref"],
            "source": str(source),
        },
        "inputs": [
            {
                "name": name,
                "datatype": "FP64",
                "shape": [1],
                "data": [None if row[name] is None else float(row[name])],
            }
            for name in names
        ],
    }
