"""The model digest: the same for the same model, although its file differs on every dump.

A skops file is a ZIP of `schema.json` and one file per array. Object ids are memory addresses, members are
named by them, and the ZIP carries times. So ids are renumbered in order of appearance and members replaced by
the SHA-256 of their bytes.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from lineage.errors import Fault

_SCHEMA = "schema.json"


def model_digest(path: Path) -> str:
    """SHA-256 of what the skops file at path holds. Raises Fault when it is no skops file."""
    try:
        return digest_of(path.read_bytes())
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Fault(
            f"{path} is not a readable model file: {error}",
            next_move="train again; a registered model's file must never change",
        ) from error


def digest_of(skops_file: bytes) -> str:
    """`model_digest` of the file's bytes. Raises BadZipFile, KeyError or ValueError."""
    with zipfile.ZipFile(io.BytesIO(skops_file)) as members:
        schema = json.loads(members.read(_SCHEMA))
        contents = {
            name: hashlib.sha256(members.read(name)).hexdigest()
            for name in members.namelist()
            if name != _SCHEMA
        }
    renumbered = _renumbered(schema, {}, contents)
    return hashlib.sha256(json.dumps(renumbered, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _renumbered(value: Any, numbers: dict[int, int], contents: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renumbered(item, numbers, contents) for item in value]
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for key in sorted(value):
        item = value[key]
        if key == "__id__":
            changed[key] = numbers.setdefault(item, len(numbers))
        elif key == "file" and item in contents:
            changed[key] = contents[item]
        else:
            changed[key] = _renumbered(item, numbers, contents)
    return changed
