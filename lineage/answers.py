"""The one shape of every answer: question, parameters, both times, log size, coverage, and the answer itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from lineage.canonical import Json
from lineage.certainty import Coverage, Failed, NotCheckable, Verified
from lineage.times import Instants, render_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`answer` is plain JSON: what the command prints, the page renders and the pack carries."""

    question: str
    parameters: Mapping[str, str]
    at: Instants
    coverage: Coverage
    answer: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        return {
            "question": self.question,
            "parameters": dict(self.parameters),
            "as_of": render_moment(self.at.as_of),
            "known_at": render_moment(self.at.known_at),
            "log_size": self.at.log_size,
            "coverage": {
                "status": self.coverage.status,
                "complete": self.coverage.complete,
                "notes": [*_reason(self.coverage), *self.coverage.notes],
            },
            "answer": dict(self.answer),
        }


def _reason(coverage: Coverage) -> tuple[str, ...]:
    match coverage.verdict:
        case Failed(reason=reason) | NotCheckable(reason=reason):
            return (reason,)
        case Verified(notes=notes):
            return notes
