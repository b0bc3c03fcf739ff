"""A small home with a whole story in it, made by the real rooms without Spark.

Three drops are loaded, conformed and made into features; a model is registered, approved and deployed; twelve
applications are scored; then one month is corrected, through to the features. What dbt and the pipeline would
do is done here in a few lines, through the same recorder, tables and record.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
from openlineage.client.facet_v2 import lifecycle_state_change_dataset as lifecycle

from audit_app.sources import Sources
from catalog.catalog import Catalog
from inference.drain import drain, prepare
from inference.ids import GrowingIds
from inference.journal import MemoryJournal
from ingestion.load import load
from ingestion.odcs import read_contract
from lakehouse.lake import Lake
from lakehouse.manifest import manifest
from lakehouse.retention import retention
from lakehouse.tables import TableSpec, create_table
from lakehouse.vault import MemoryVault
from lakehouse.writes import append, replace_slice
from lakeproof.demo.landing import Landing, write_landing
from lineage.actors import Actor, Role
from lineage.canonical import sha256
from lineage.emitter import emitter_in_process
from lineage.facets import DetailsRunFacet, ModelDatasetFacet, SupersedesRunFacet
from lineage.ids import new_id
from lineage.models import Deployment, ModelVersion
from lineage.names import JobId, RunId, TableName, TableVersion
from lineage.predictions import Prediction, Status
from lineage.recorder import Environment, JobKind, Recorder, RunInProgress, columns_facet, schema_facet
from lineage.times import Instants
from tests.support.doors import CONTRACT
from tests.support.scoring import CARD, SERIES, card_bytes

BRONZE = TableName.parse("bronze.loan_applications")
SILVER = TableName.parse("silver.loan_applications")
GOLD = TableName.parse("gold.loan_features")
KEPT = ("application_id", "subject_ref", "drop_month", *CARD.names)
BAD_MONTH = "2025-03"
BECAUSE = "both debt ratios were halved"
MODEL = ModelVersion(name="mortgage", version=1)
DEPLOYMENT = Deployment(number=1, model=MODEL)
DIGEST = sha256(card_bytes())
CODE = "c0ffee"
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in KEPT[:3]] + [(name, pa.float64()) for name in CARD.names]
)


@dataclass(kw_only=True)
class AuditedHome:
    """The home and what happened in it. `bad` is the version that loaded the wrong month."""

    root: Path
    catalog: Catalog
    recorder: Recorder
    landing: Landing
    clock: "Minutes"
    people: dict[str, Actor] = field(default_factory=dict)
    bad: TableVersion = field(init=False)
    training: RunId = field(init=False)
    predictions: list[Prediction] = field(default_factory=list)
    before: Instants = field(init=False)

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def sources(self) -> Sources:
        return Sources(catalog=self.catalog, lake=self.lake)

    @property
    def now(self) -> Instants:
        return self.catalog.log.resolve()

    @property
    def denied(self) -> Prediction:
        return next(one for one in self.predictions if one.decision == "deny")

    def of_month(self, month: str) -> list[Prediction]:
        """The answered predictions of a month's applications."""
        rows = self.lake.read(
            self.lake.newest(GOLD), columns=["application_id"], where=f"drop_month = '{month}'"
        )
        ids = set(rows["application_id"].to_pylist())
        return [one for one in self.predictions if one.application_id in ids]


class Minutes:
    """A clock that goes on a minute at every look."""

    def __init__(self) -> None:
        self._looks = count()

    def __call__(self) -> datetime:
        return _START + timedelta(minutes=next(self._looks))


def audited_home(root: Path) -> AuditedHome:
    """Make it. The caller closes its catalog."""
    (root / "lakeproof.home").parent.mkdir(parents=True, exist_ok=True)
    (root / "lakeproof.home").write_text("1\n")
    clock = Minutes()
    catalog = Catalog.open(root, clock=clock)
    recorder = Recorder(
        emitter_in_process(lambda body: catalog.intake.accept(body, actor=Actor(name="ed"))),
        actor="ed",
        environment=Environment(code=CODE, lock_sha256="0" * 64, python="3.11", platform="test"),
        clock=clock,
        new_id=new_id,
    )
    home = AuditedHome(
        root=root, catalog=catalog, recorder=recorder, landing=write_landing(root / "landing"), clock=clock
    )
    home.people = {
        "tess": Actor(name="tess", authenticated=True, role=Role.TRAINER),
        "anna": Actor(name="anna", authenticated=True, role=Role.APPROVER),
    }
    vault = MemoryVault()
    _load(home, vault, "2025-02")
    home.bad = _load(home, vault, BAD_MONTH)
    _build(home, ["2025-02", BAD_MONTH])
    _load(home, vault, "2025-12")
    _build(home, ["2025-12"])
    _train(home)
    _approve(home)
    _score(home)
    home.before = home.now
    _correct(home, vault)
    catalog.log.append(
        "reconciliation", {"tables": 6, "commits": 20, "runs": 9, "findings": []}, actor=home.people["anna"]
    )
    catalog.log.checkpoint()
    return home


def _load(home: AuditedHome, vault: MemoryVault, month: str, because: str | None = None) -> TableVersion:
    name = f"loan_applications_{month}"
    path = home.landing.correction if because else home.root / "landing" / f"{name}.csv"
    outcome = load(
        read_contract(CONTRACT), path, lake=home.lake, vault=vault, recorder=home.recorder, correction=because
    )
    (*_, version) = (version for version in outcome.versions if version.table == BRONZE)
    return version


def _build(home: AuditedHome, months: Sequence[str], supersedes: str | None = None) -> None:
    for source, target in ((BRONZE, SILVER), (SILVER, GOLD)):
        _rebuild(home, source, target, months, supersedes)


def _rebuild(
    home: AuditedHome, source: TableName, target: TableName, months: Sequence[str], supersedes: str | None
) -> None:
    lake, read = home.lake, home.lake.newest(source)
    where = f"drop_month in ({', '.join(repr(month) for month in months)})"
    job = JobId.ours("transformations", str(target))
    with home.recorder.run(job, kind=JobKind(integration="DBT", type="MODEL")) as run:
        run.reads_table(read)
        rows = lake.read(read, columns=KEPT, where=where).cast(_SCHEMA)
        wrote: list[TableVersion] = []
        stated: dict[str, Any] = {"schema": schema_facet([(f.name, str(f.type)) for f in _SCHEMA])}
        if not lake.exists(target):
            spec = TableSpec(
                name=target, schema=_SCHEMA, retention=retention("decision", on=date(2026, 1, 1))
            )
            wrote.append(create_table(lake, spec, run.binding))
            created = lifecycle.LifecycleStateChange.CREATE
            stated["lifecycleStateChange"] = lifecycle.LifecycleStateChangeDatasetFacet(created)
        if supersedes is None:
            made = append(lake, target, rows, binding=run.binding)
        else:
            before = lake.newest(target)
            made = replace_slice(lake, target, rows, where=where, binding=run.binding)
            run.note("lakeproof_supersedes", _supersedes(before, where, supersedes))
        assert made is not None
        copied = {name: [(source.dataset, name, "DIRECT", "IDENTITY")] for name in KEPT}
        run.writes_table([*wrote, made], rows=rows.num_rows, columnLineage=columns_facet(copied), **stated)


def _supersedes(before: TableVersion, where: str, because: str) -> SupersedesRunFacet:
    dataset = {"namespace": before.table.dataset.namespace, "name": str(before.table)}
    replaced = [{"dataset": dataset, "version": str(before.version), "where": where}]
    return SupersedesRunFacet(because=because, replaced=replaced)


def _train(home: AuditedHome) -> None:
    read = home.lake.newest(GOLD)
    folder = home.root / "models" / DIGEST
    folder.mkdir(parents=True)
    (folder / "scorecard.json").write_bytes(card_bytes())
    with home.recorder.run(JobId.ours("training", "mortgage")) as whole:
        home.training = whole.id
        whole.reads_table(read)
        with home.recorder.run(JobId.ours("training", "mortgage", "train"), parent=whole.ref) as step:
            step.reads_table(read)
        with home.recorder.run(JobId.ours("training", "mortgage", "register"), parent=whole.ref) as step:
            step.reads_table(read)
            _state_model(step)
        _state_model(whole)
    tess = home.people["tess"]
    home.catalog.log.append(
        "pin", {"table": str(read), "by": str(whole.id), "why": f"{MODEL} was trained on it"}, actor=tess
    )
    home.catalog.log.append("manifest", manifest(home.lake, read).to_json(), actor=tess)


def _state_model(run: RunInProgress) -> None:
    facet = ModelDatasetFacet(
        digest=DIGEST, file_sha256=sha256(b"model"), features=list(CARD.names), mlflow_run="abc"
    )
    learnt = {name: [(GOLD.dataset, name, "DIRECT", "TRANSFORMATION")] for name in CARD.names}
    run.writes(MODEL.dataset, lakeproof_model=facet, columnLineage=columns_facet(learnt))


def _approve(home: AuditedHome) -> None:
    """The trainer is refused, the approver is not; then it is deployed."""
    payload = {"model": str(MODEL), "digest": DIGEST, "trainer": "ed", "training_run": str(home.training)}
    tess, anna = home.people["tess"], home.people["anna"]
    home.catalog.log.append(
        "approval-refused", {**payload, "by": "tess", "note": "", "reason": "tess trained it"}, actor=tess
    )
    home.catalog.log.append("approval", {**payload, "by": "anna", "note": "read the card"}, actor=anna)
    with home.recorder.run(JobId.ours("operations", "deploy")) as run:
        run.reads(MODEL.dataset.dataset, MODEL.dataset.version)
        run.writes(DEPLOYMENT.dataset)
        details = {"deployment": str(DEPLOYMENT), "model": str(MODEL), "approver": "anna"}
        run.note("lakeproof_details", DetailsRunFacet(kind="deployment", details=details))
    deployed = {"deployment": str(DEPLOYMENT), "model": str(MODEL), "digest": DIGEST, "run": str(run.id)}
    home.catalog.log.append(
        "deployment",
        {**deployed, "scorecard_sha256": sha256(card_bytes()), "approved_by": "anna"},
        actor=Actor(name="ed"),
    )


def _score(home: AuditedHome) -> None:
    """Of two months the three with the highest obligations and the three with the lowest; one request fails."""
    ids, source = GrowingIds(home.clock), home.lake.newest(GOLD)
    for month in (BAD_MONTH, "2025-12"):
        rows = home.lake.read(source, where=f"drop_month = '{month}'").to_pylist()
        rows.sort(key=lambda row: (-row["obrat"], str(row["application_id"])))
        chosen = [*rows[:3], *rows[-3:]]
        home.predictions += [_answered(row, ids(), source, home.clock()) for row in chosen]
    failed = Prediction(
        prediction_id=ids(), requested_at=home.clock(), model="mortgage", status=Status.FAILED,
        model_version=1, deployment=1, features={}, error="$.inputs: obrat is missing",
    )  # fmt: skip
    journal = MemoryJournal(SERIES)
    for one in [*home.predictions, failed]:
        asyncio.run(journal.append(one.canonical()))
    prepare(home.lake, home.recorder, home.clock)
    drain(journal, home.lake, home.recorder)


def _answered(row: dict[str, Any], id_: UUID, source: TableVersion, at: datetime) -> Prediction:
    features = {name: row[name] for name in CARD.names}
    scored = CARD.score(features)
    return Prediction(
        prediction_id=id_,
        requested_at=at,
        model=MODEL.name,
        status=Status.OK,
        application_id=row["application_id"],
        subject_ref=row["subject_ref"],
        model_version=MODEL.version,
        deployment=DEPLOYMENT.number,
        source=source,
        score=scored.score,
        decision=scored.decision.value,
        reasons=scored.reasons,
        features=features,
    )


def _correct(home: AuditedHome, vault: MemoryVault) -> None:
    _load(home, vault, BAD_MONTH, BECAUSE)
    _build(home, [BAD_MONTH], BECAUSE)
