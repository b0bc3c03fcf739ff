"""Column by column from the features back to the landing file, as each run on the way stated it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.graph.records import RunRecord
from lineage.canonical import Json
from lineage.names import LANDING, ColumnId, DatasetId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Step:
    """`source` went into `target`; transformation as `DIRECT/IDENTITY`."""

    source: ColumnId
    target: ColumnId
    transformation: str

    @property
    def direct(self) -> bool:
        return self.transformation.startswith("DIRECT")

    def to_json(self) -> dict[str, Json]:
        return {
            "from": f"{self.source.dataset.name}#{self.source.column}",
            "to": f"{self.target.dataset.name}#{self.target.column}",
            "transformation": self.transformation,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature, the steps behind it, and where they end. `ends` are columns of landing files.

    `unknown` are columns that no run on the way explains.
    """

    name: str
    value: float | None
    steps: tuple[Step, ...]
    ends: tuple[ColumnId, ...]
    unknown: tuple[ColumnId, ...]

    def to_json(self) -> dict[str, Json]:
        return {
            "feature": self.name,
            "value": self.value,
            "steps": [step.to_json() for step in self.steps],
            "ends": [f"{end.dataset.name}#{end.column}" for end in self.ends],
            "unknown": [f"{each.dataset.name}#{each.column}" for each in self.unknown],
        }


def features_behind(
    features: Mapping[str, float | None], source: DatasetId, writers: Mapping[DatasetId, RunRecord]
) -> tuple[Feature, ...]:
    """Each feature of the source table with everything that went directly into it."""
    return tuple(_behind(name, value, source, writers) for name, value in sorted(features.items()))


def _behind(
    name: str, value: float | None, source: DatasetId, writers: Mapping[DatasetId, RunRecord]
) -> Feature:
    steps: dict[Step, None] = {}
    ends: set[ColumnId] = set()
    unknown: set[ColumnId] = set()
    waiting = [ColumnId(dataset=source, column=name)]
    seen = set(waiting)
    while waiting:
        column = waiting.pop(0)
        if column.dataset.namespace == LANDING:
            ends.add(column)
            continue
        found = [step for step in steps_into(column, writers.get(column.dataset)) if step.direct]
        if not found:
            unknown.add(column)
        steps.update(dict.fromkeys(found))
        waiting += [step.source for step in found if step.source not in seen]
        seen.update(step.source for step in found)
    return Feature(
        name=name, value=value, steps=tuple(steps), ends=tuple(sorted(ends)), unknown=tuple(sorted(unknown))
    )


def steps_into(column: ColumnId, run: RunRecord | None) -> Iterator[Step]:
    """What the run's columnLineage facet says went into the column of its output."""
    for output in () if run is None else run.outputs:
        if output.dataset == column.dataset:
            fields = output.facets.get("columnLineage", {}).get("fields", {})
            for source in fields.get(column.column, {}).get("inputFields", ()):
                yield from _steps(source, column)


def _steps(source: Mapping[str, Any], target: ColumnId) -> Iterator[Step]:
    dataset = DatasetId(namespace=source["namespace"], name=source["name"])
    kinds: Sequence[Mapping[str, Any]] = source.get("transformations") or ({},)
    for kind in kinds:
        yield Step(
            source=ColumnId(dataset=dataset, column=source["field"]),
            target=target,
            transformation="/".join(filter(None, (kind.get("type", "DIRECT"), kind.get("subtype")))),
        )
