"""The scoring service's settings: frozen, read once at the entry; an unknown key is refused."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from lineage.errors import BadInput

_PREFIX = "LAKEPROOF_SCORING_"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringSettings:
    """Each may be set as LAKEPROOF_SCORING_<NAME>.

    port: 0 takes a free one. batch_predictions, batch_seconds: journaled predictions are filed when so many
    wait, or so long after the last time. refresh_seconds: how old the answer to "what is deployed" may get
    before it is asked again. most_rows, most_bytes: of one request. shutdown_seconds: how long requests may
    still take after SIGTERM.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    batch_predictions: int = 2000
    batch_seconds: float = 5.0
    refresh_seconds: float = 1.0
    most_rows: int = 1000
    most_bytes: int = 4 * 1024 * 1024
    shutdown_seconds: int = 10

    def __post_init__(self) -> None:
        """Raise BadInput, naming every number that is out of range."""
        lowest = {"port": 0, "batch_seconds": 0.05, "refresh_seconds": 0.0}
        beyond = {"port": 2**16}
        wrong = [
            f"{_PREFIX}{name.upper()} is {value}"
            for name in (field.name for field in fields(self))
            if not isinstance(value := getattr(self, name), str)
            and not lowest.get(name, 1) <= value < beyond.get(name, 2**31)
        ]
        if wrong:
            raise BadInput("; ".join(wrong), next_move="unset it to get the default")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ScoringSettings":
        """Read LAKEPROOF_SCORING_*. Raises BadInput for an unknown key or a value of the wrong type."""
        types = {"host": str, "batch_seconds": float, "refresh_seconds": float}
        known = {f"{_PREFIX}{field.name.upper()}": field.name for field in fields(cls)}
        given: dict[str, str | int | float] = {}
        for key, text in environment.items():
            if not key.startswith(_PREFIX):
                continue
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                raise BadInput(
                    f"there is no setting {key}", next_move=f"did you mean {near[0]}?" if near else "unset it"
                )
            try:
                given[known[key]] = types.get(known[key], int)(text)
            except ValueError as error:
                raise BadInput(f"{key} is '{text}', not a number", next_move="write it in digits") from error
        return cls(**given)  # type: ignore[arg-type]
