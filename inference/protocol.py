"""Requests and answers of the Open Inference Protocol V2, read and written. Pure.

One tensor per feature, shape [n] or [n, 1], n rows; null in the data says that the value is not known. Ids of
the rows: BYTES tensors `application_id` and `subject_ref` of shape [n], or request parameters of those names:
a text when n is 1, else a list of n texts. The request parameter `source` names the table version that the
features came from, as in `gold.loan_features@24`. Ids and source may be left out; other parameters are
ignored, other tensors are refused: a model is shown its features and nothing else.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference.tensors import Tensor, kind, numbers, read_tensor, shown, texts
from lineage.errors import BadInput
from lineage.names import TableVersion
from lineage.openlineage import strict_json
from lineage.openlineage.faults import Fault, InvalidEvent
from lineage.predictions import Prediction

IDS = ("application_id", "subject_ref")
#: Every output tensor with its datatype, in the order of an answer.
OUTPUTS = {"score": "FP64", "decision": "BYTES", "prediction_id": "BYTES", "reasons": "BYTES"}

_MOST_FLAWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One application to score. `features` holds what could be read, even of a flawed request."""

    application_id: str | None = None
    subject_ref: str | None = None
    features: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An inference request: at least one row; with `flaws` it must not be scored."""

    id: str | None = None
    source: TableVersion | None = None
    outputs: tuple[str, ...] = tuple(OUTPUTS)
    rows: tuple[Row, ...] = (Row(),)
    flaws: tuple[str, ...] = ()


def parse(body: bytes, features: Collection[str] | None, *, most_rows: int) -> Request:
    """Read a request for a model of these features; None when the model is not known. Never raises."""
    flaws: list[str] = []
    document = _document(body, flaws)
    if document is None:
        return Request(flaws=_counted(flaws))
    parameters = _parameters(document.get("parameters"), flaws)
    tensors = _tensors(document.get("inputs"), flaws)
    rows = _row_count(tensors, most_rows, flaws)
    source = _source(parameters.get("source"), flaws)
    ids = {name: _ids(name, tensors, parameters, rows, flaws) for name in IDS}
    if features is not None:
        flaws.extend(_missing(features, document.get("inputs"), rows))
    columns = {} if features is None else _columns(features, tensors, rows, flaws)
    return Request(
        id=_request_id(document.get("id"), flaws),
        source=source,
        outputs=_outputs(document.get("outputs"), flaws),
        rows=tuple(_row(index, ids, columns) for index in range(rows)),
        flaws=_counted(flaws),
    )


def render(predictions: Sequence[Prediction], request: Request, *, digest: str) -> dict[str, Any]:
    """The inference response: all predictions are of one deployment, status ok."""
    first = predictions[0]
    columns: dict[str, list[Any]] = {
        "score": [one.score for one in predictions],
        "decision": [one.decision for one in predictions],
        "prediction_id": [str(one.prediction_id) for one in predictions],
        "reasons": [json.dumps([reason.to_json() for reason in one.reasons]) for one in predictions],
    }
    answer: dict[str, Any] = {
        "model_name": first.model,
        "model_version": str(first.model_version),
        "parameters": {"deployment": first.deployment, "model_digest": digest},
        "outputs": [
            {"name": name, "shape": [len(predictions)], "datatype": OUTPUTS[name], "data": columns[name]}
            for name in request.outputs
        ],
    }
    return answer if request.id is None else {"id": request.id, **answer}


def metadata(name: str, version: int, features: Sequence[str]) -> dict[str, Any]:
    """The model metadata response. The id tensors are optional inputs and not listed."""
    return {
        "name": name,
        "versions": [str(version)],
        "platform": "lakeproof_scorecard",
        "inputs": [{"name": feature, "datatype": "FP64", "shape": [-1]} for feature in features],
        "outputs": [{"name": output, "datatype": type_, "shape": [-1]} for output, type_ in OUTPUTS.items()],
    }


def _document(body: bytes, flaws: list[str]) -> dict[str, Any] | None:
    try:
        document = strict_json.loads(body)
    except InvalidEvent as error:
        flaws.extend(_strict(fault) for fault in error.faults)
        return None
    if not isinstance(document, dict):
        flaws.append(f"$ is {kind(document)}, not an inference request")
        return None
    return document


def _strict(fault: Fault) -> str:
    """A fault of the JSON itself; what was found is told only of the whole text: elsewhere it is a value."""
    found = f"found {fault.found}, " if fault.path == "$" else ""
    return f"{shown(fault.path)}: {found}wanted {fault.wanted}"


def _parameters(value: Any, flaws: list[str]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if value is not None:
        flaws.append(f"$.parameters is {kind(value)}, not an object")
    return {}


def _tensors(value: Any, flaws: list[str]) -> dict[str, Tensor]:
    if not isinstance(value, list) or not value:
        flaws.append("$.inputs is not a list of at least one tensor")
        return {}
    found: dict[str, Tensor] = {}
    for index, item in enumerate(value):
        tensor = read_tensor(item, f"$.inputs[{index}]", flaws)
        if tensor is None:
            continue
        if tensor.name in found:
            flaws.append(f"{tensor.path} names {shown(tensor.name)} again")
        found[tensor.name] = tensor
    return found


def _row_count(tensors: Mapping[str, Tensor], most: int, flaws: list[str]) -> int:
    """The number of rows all tensors agree on; 1 when they do not, so that a failure has a row of its own."""
    counts = {len(tensor.values) for tensor in tensors.values()}
    if len(counts) > 1:
        found = ", ".join(map(str, sorted(counts)))
        flaws.append(f"$.inputs has tensors of {found} rows: all must have as many")
        return 1
    rows = counts.pop() if counts else 1
    if not 1 <= rows <= most:
        flaws.append(f"$.inputs has {rows} rows: send 1 to {most}")
        return 1
    return rows


def _missing(features: Collection[str], inputs: Any, rows: int) -> list[str]:
    """A flaw for each feature that no tensor names; one that is named and broken has its own flaws."""
    items = inputs if isinstance(inputs, list) else []
    named = [item.get("name") for item in items if isinstance(item, dict)]
    return [
        f"$.inputs lacks the feature {name}: send a tensor of that name, FP64, shape [{rows}]"
        for name in features
        if name not in named
    ]


def _columns(
    features: Collection[str], tensors: Mapping[str, Tensor], rows: int, flaws: list[str]
) -> dict[str, list[float | None]]:
    flaws.extend(
        f"{tensor.path}.name {shown(name)} is no feature of the model: leave it out"
        for name, tensor in tensors.items()
        if name not in features and name not in IDS
    )
    columns: dict[str, list[float | None]] = {}
    for name in features:
        before = len(flaws)
        column = numbers(tensors[name], flaws) if name in tensors else []
        # A flawed column is left out of what is recorded: its values are not what was sent.
        if len(flaws) == before and len(column) == rows:
            columns[name] = column
    return columns


def _ids(
    name: str, tensors: Mapping[str, Tensor], parameters: Mapping[str, Any], rows: int, flaws: list[str]
) -> list[str | None]:
    nothing: list[str | None] = [None] * rows
    tensor, parameter = tensors.get(name), parameters.get(name)
    path = f"$.parameters.{name}"
    if tensor is not None and parameter is not None:
        flaws.append(f"{path} and {tensor.path} both give ids: send one of them")
        return nothing
    if tensor is not None:
        if tensor.datatype != "BYTES":
            flaws.append(f"{tensor.path}.datatype is not BYTES, as ids are")
        found = texts(tensor.values, f"{tensor.path}.data", flaws)
    elif parameter is not None:
        found = texts(parameter if isinstance(parameter, list) else [parameter], path, flaws)
        if len(found) != rows:
            flaws.append(f"{path} has {len(found)} ids for {rows} rows")
    else:
        return nothing
    return found if len(found) == rows else nothing


def _source(value: Any, flaws: list[str]) -> TableVersion | None:
    if value is None:
        return None
    try:
        if isinstance(value, str):
            return TableVersion.parse(value)
    except BadInput:
        pass
    flaws.append("$.parameters.source is not a table version such as gold.loan_features@24")
    return None


def _request_id(value: Any, flaws: list[str]) -> str | None:
    return None if value is None else texts([value], "$.id", flaws)[0]


def _outputs(value: Any, flaws: list[str]) -> tuple[str, ...]:
    if value is None:
        return tuple(OUTPUTS)
    if not isinstance(value, list):
        flaws.append(f"$.outputs is {kind(value)}, not a list")
        return tuple(OUTPUTS)
    names = [item.get("name") if isinstance(item, dict) else None for item in value]
    flaws.extend(
        f"$.outputs[{index}].name is none of {', '.join(OUTPUTS)}"
        for index, name in enumerate(names)
        if name not in OUTPUTS
    )
    return tuple(name for name in names if name in OUTPUTS) or tuple(OUTPUTS)


def _row(index: int, ids: Mapping[str, list[str | None]], columns: Mapping[str, list[float | None]]) -> Row:
    return Row(
        application_id=ids["application_id"][index],
        subject_ref=ids["subject_ref"][index],
        features={name: column[index] for name, column in columns.items()},
    )


def _counted(flaws: list[str]) -> tuple[str, ...]:
    if len(flaws) <= _MOST_FLAWS:
        return tuple(flaws)
    return (*flaws[:_MOST_FLAWS], f"and {len(flaws) - _MOST_FLAWS} more")
