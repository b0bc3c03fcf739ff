"""What may be set for one training, with its defaults; parsed once, in the process that starts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from lineage.canonical import Json
from training.errors import BadSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """`cutoff`: only what was known and decided before this day is used. `test_months`: the months before the
    cutoff whose decisions are held back for evaluation. `strength`: inverse regularisation (scikit-learn's
    C). `approve_at`: probability of approval from which the model approves; at 0.75 it approves
    about as many as the lender did.
    """

    cutoff: date = field(default=date(2025, 10, 1))
    test_months: int = field(default=6)
    strength: float = field(default=1.0)
    approve_at: float = field(default=0.75)

    @property
    def test_from(self) -> date:
        """First day of the test months, counted back from the cutoff's month."""
        months = self.cutoff.year * 12 + self.cutoff.month - 1 - self.test_months
        return date(months // 12, months % 12 + 1, 1)

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "TrainSettings":
        """Raise BadSetting listing every setting that is unknown or out of range."""
        values: dict[str, Any] = {}
        faults = []
        for name, text in given.items():
            try:
                values[name] = _PARSERS[name](text)
            except KeyError:
                faults.append(f"there is no setting '{name}'")
            except ValueError:
                faults.append(f"{name} cannot be '{text}' (wanted: {_WANTED[name]})")
        if faults:
            known = ", ".join(f"{item.name}={item.default}" for item in fields(cls))
            raise BadSetting("; ".join(faults), next_move=f"the settings and their defaults are {known}")
        return cls(**values)

    def to_json(self) -> dict[str, Json]:
        """Every setting as the text that `parse` takes."""
        return {item.name: str(getattr(self, item.name)) for item in fields(self)}


def _months(text: str) -> int:
    return int(_within(int(text), 1, 24))


def _strength(text: str) -> float:
    return _within(float(text), 1e-4, 1e4)


def _probability(text: str) -> float:
    return _within(float(text), 0.01, 0.99)


def _within(value: float, low: float, high: float) -> float:
    if not low <= value <= high:  # also NaN
        raise ValueError
    return value


_PARSERS: dict[str, Callable[[str], Any]] = {
    "cutoff": date.fromisoformat,
    "test_months": _months,
    "strength": _strength,
    "approve_at": _probability,
}
_WANTED = {
    "cutoff": "a day such as 2025-10-01",
    "test_months": "1 to 24",
    "strength": "0.0001 to 10000",
    "approve_at": "0.01 to 0.99",
}
