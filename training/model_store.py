"""Model files in the home, under their digest: written whole or not at all, never changed afterwards."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from lineage.errors import Refused
from training.registry import Registered

_FILES = ("model.skops", "scorecard.json")


def keep_model(home: Path, digest: str, source: Path) -> str:
    """Copy the two files of source to `models/<digest>`; returns that path, relative to home.

    The same model's files are kept as they are: skops files of one model differ in bytes. Raises Refused when
    the scorecard kept under the digest says otherwise.
    """
    folder = home / "models" / digest
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
            whole = Path(scratch) / digest
            whole.mkdir()
            for name in _FILES:
                shutil.copyfile(source / name, whole / name)
            whole.rename(folder)
    elif (folder / "scorecard.json").read_bytes() != (source / "scorecard.json").read_bytes():
        raise Refused(
            f"models/{digest}/scorecard.json exists and words the same model otherwise",
            next_move="a registered model keeps its words: change a setting, so that this is another model",
        )
    return f"models/{digest}"


def keep_card(home: Path, registered: Registered, document: str, markdown: str) -> None:
    """Write the model card beside the model: `<name>-<version>.json` and `.md`. An existing card stays."""
    stem = f"{registered.model.name}-{registered.model.version}"
    for suffix, text in (("md", markdown), ("json", document)):
        path = home / registered.candidate.folder / f"{stem}.{suffix}"
        if not path.exists():
            whole = path.with_suffix(f".{suffix}.new")
            whole.write_text(text)
            whole.replace(path)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
