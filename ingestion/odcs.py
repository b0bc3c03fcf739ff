"""Read a contract's file: Open Data Contract Standard v3, in YAML, into our values; tell every fault.

The standard's own JSON Schema finds misspelt and misplaced keys; its pydantic models parse; what remains is
what we ask beyond the standard. Nothing a contract promises is passed over in silence: a rule that would not
be checked here is a fault.
"""

import importlib.resources
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from ingestion.contract import Contract
from ingestion.errors import BrokenContract
from ingestion.odcs_values import Faults, contract_of
from lineage.canonical import sha256

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard


def read_contract(path: Path) -> Contract:
    """The contract in a file. Raise BrokenContract with every fault found, each with its place."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenContract(
            f"cannot read the contract {path}: {error.strerror}", next_move="check the path"
        ) from error
    return parse_contract(content, name=path.name)


def parse_contract(content: bytes, *, name: str) -> Contract:
    """As `read_contract`, from bytes; `name` is for messages."""
    document = _document(content, name)
    faults = Faults()
    faults.extend(_standard_faults(document))
    # Keys the standard does not know were told above; without them its models can look at the rest.
    model = _model({key: document[key] for key in document if key in _standard()["properties"]}, faults)
    contract = contract_of(model, sha256(content), faults) if model is not None else None
    if faults or contract is None:
        raise BrokenContract(
            f"{name} is not a contract we can hold anyone to, {len(faults)} fault(s): {' | '.join(faults)}",
            next_move="correct the file; the standard is at version 3 of ODCS",
        )
    return contract


def _text(loader: yaml.SafeLoader, node: yaml.Node) -> str:
    assert isinstance(node, yaml.ScalarNode)
    return str(loader.construct_scalar(node))


class _Loader(yaml.SafeLoader):
    """YAML that JSON can hold: days stay text, and a key given twice is a fault, not an overwrite."""

    yaml_constructors: ClassVar = {**yaml.SafeLoader.yaml_constructors, "tag:yaml.org,2002:timestamp": _text}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"'{key.value}' is given twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _document(content: bytes, name: str) -> dict[str, Any]:
    try:
        document = yaml.load(content, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenContract(
            f"{name} is not YAML: {' '.join(str(error).split())}", next_move="correct it at the place named"
        ) from error
    if not isinstance(document, dict):
        raise BrokenContract(
            f"{name} holds no contract: a mapping was expected", next_move="see an ODCS example"
        )
    return document


def _standard_faults(document: Mapping[str, Any]) -> Iterator[str]:
    import jsonschema_rs

    told = set()
    for error in jsonschema_rs.validator_for(_standard()).iter_errors(document):
        fault = f"{_place(error.instance_path)}: {error.message}"
        if fault not in told:
            told.add(fault)
            yield fault


@cache
def _standard() -> dict[str, Any]:
    path = importlib.resources.files("open_data_contract_standard").joinpath("schema.json")
    schema: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return schema


def _model(document: Mapping[str, Any], faults: Faults) -> "OpenDataContractStandard | None":
    from open_data_contract_standard.model import OpenDataContractStandard

    try:
        return OpenDataContractStandard.model_validate(document)
    except ValueError as error:
        # What the models refuse, the standard's schema has refused with a better message.
        if not faults:
            faults.at("the document", str(error))
        return None


def _place(path: Sequence[str | int]) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return place.lstrip(".") or "the document"
