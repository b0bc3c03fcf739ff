"""Compare a drop's header with its contract. Pure: names in, changes out."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingestion.contract import Contract

_ALIKE = 0.6


class Change(StrEnum):
    RENAMED = "renamed"
    MISSING = "missing"
    EXTRA = "extra"
    REPEATED = "repeated"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderChange:
    """One difference. `found` is the column in the file, where there is one; a renaming is a likelihood."""

    change: Change
    column: str
    found: str | None = None

    @property
    def refuses(self) -> bool:
        """Whether the drop cannot be loaded. Columns are read by name, so another order alone is harmless."""
        return self.change is not Change.REORDERED

    def __str__(self) -> str:
        match self.change:
            case Change.RENAMED:
                return f"column {self.column} is missing; it was probably renamed to {self.found}"
            case Change.MISSING:
                return f"column {self.column} is missing"
            case Change.EXTRA:
                return f"column {self.column} is not in the contract"
            case Change.REPEATED:
                return f"column {self.column} appears more than once"
            case Change.REORDERED:
                return f"the columns stand in another order, from {self.column} on"


def header_changes(contract: Contract, header: Sequence[str]) -> tuple[HeaderChange, ...]:
    """Every difference between the contract's columns and the file's; none when they are the same."""
    expected = contract.header
    missing = [name for name in expected if name not in header]
    extra = [name for name in dict.fromkeys(header) if name not in expected]
    renamed = _renamings(missing, extra, expected, header)
    changes = [
        HeaderChange(change=Change.RENAMED, column=name, found=renamed[name])
        if name in renamed
        else HeaderChange(change=Change.MISSING, column=name)
        for name in missing
    ]
    taken = set(renamed.values())
    changes += [HeaderChange(change=Change.EXTRA, column=name) for name in extra if name not in taken]
    repeated = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    changes += [HeaderChange(change=Change.REPEATED, column=name) for name in repeated]
    if not changes and tuple(header) != expected:
        first = next(found for found, name in zip(header, expected, strict=True) if found != name)
        changes.append(HeaderChange(change=Change.REORDERED, column=first))
    return tuple(changes)


def _renamings(
    missing: Sequence[str], extra: Sequence[str], expected: Sequence[str], header: Sequence[str]
) -> dict[str, str]:
    """The likely pairs, best first: in the same place, or spelt alike. Each column at most once."""
    likely = []
    for old in missing:
        for new in extra:
            same_place = expected.index(old) == header.index(new)
            alike = difflib.SequenceMatcher(None, old, new).ratio()
            if same_place or alike >= _ALIKE:
                likely.append((-(same_place + alike), old, new))
    pairs: dict[str, str] = {}
    for _, old, new in sorted(likely):
        if old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs
