"""Cut a sealed segment into batches: one per deployment and source, each one run and one commit. Pure.

A batch follows from the segment alone, run id included, so that a drain repeated after a kill states the
same.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from inference.framing import split
from inference.journal import Segment
from lineage.canonical import canonical, sha256
from lineage.merkle import leaf_hash, root
from lineage.models import Deployment, ModelVersion
from lineage.names import JobId, RunId, TableVersion
from lineage.predictions import Prediction, Status

_NAMESPACE = UUID("0f6c2f43-3f0e-5d1b-9a56-5a6f1b6a4c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the predictions of a batch stand on. Without a deployment no model answered, and all failed."""

    deployment: Deployment | None = None
    source: TableVersion | None = None

    @property
    def job(self) -> JobId:
        return JobId.ours("inference", "refused" if self.deployment is None else self.deployment.model.name)

    @property
    def digest(self) -> str:
        return sha256(canonical([None if part is None else str(part) for part in self._parts]))[:16]

    @property
    def _parts(self) -> tuple[object, ...]:
        return (self.deployment, None if self.deployment is None else self.deployment.model, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Predictions in order of their ids, which is the order of the leaves. Never empty.

    `application` and `number` are what the commit is applied once under.
    """

    run_id: RunId
    origin: Origin
    application: str
    number: int
    predictions: tuple[Prediction, ...]
    leaves: tuple[bytes, ...]

    @property
    def merkle_root(self) -> str:
        """64 hexadecimal digits."""
        return root([leaf_hash(leaf) for leaf in self.leaves]).hex()

    @property
    def failed(self) -> int:
        return sum(one.status is Status.FAILED for one in self.predictions)

    @property
    def features(self) -> tuple[str, ...]:
        """The features that answers of this batch used."""
        answered = (one for one in self.predictions if one.status is Status.OK)
        return tuple(sorted({name for one in answered for name in one.features}))

    def details(self) -> dict[str, str | int]:
        """Of the facet lakeproof_details, kind `batch`."""
        return {
            "merkle_root": self.merkle_root,
            "count": len(self.predictions),
            "failed": self.failed,
            "first_id": str(self.predictions[0].prediction_id),
            "last_id": str(self.predictions[-1].prediction_id),
        }


def batches(segment: Segment, records: Sequence[bytes]) -> tuple[Batch, ...]:
    """The batches of a segment's records in a fixed order. Raises BadInput for a record that is none."""
    groups: defaultdict[Origin, list[tuple[Prediction, bytes]]] = defaultdict(list)
    for record in records:
        for leaf in split(record):
            prediction = Prediction.parse(leaf)
            groups[_origin(prediction)].append((prediction, leaf))
    made = [_batch(segment, origin, members) for origin, members in groups.items()]
    return tuple(sorted(made, key=lambda batch: batch.application))


def _origin(prediction: Prediction) -> Origin:
    """A failed prediction read nothing, whatever source it named."""
    if prediction.model_version is None or prediction.deployment is None:
        return Origin()
    model = ModelVersion(name=prediction.model, version=prediction.model_version)
    return Origin(
        deployment=Deployment(number=prediction.deployment, model=model),
        source=prediction.source if prediction.status is Status.OK else None,
    )


def _batch(segment: Segment, origin: Origin, members: list[tuple[Prediction, bytes]]) -> Batch:
    ordered = sorted(members, key=lambda member: member[0].prediction_id)
    return Batch(
        run_id=RunId(uuid5(_NAMESPACE, f"{segment.series}/{segment.number}/{origin.digest}")),
        origin=origin,
        application=f"lakeproof.inference/{segment.series}/{origin.digest}",
        number=segment.number,
        predictions=tuple(prediction for prediction, _ in ordered),
        leaves=tuple(leaf for _, leaf in ordered),
    )
