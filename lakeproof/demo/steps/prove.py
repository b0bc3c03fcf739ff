"""Step 7: trace one denied application, reconcile, write evidence packs, verify them."""

from collections.abc import Iterator
from pathlib import Path

from audit_app import text
from audit_app.packs.verify import verify
from audit_app.questions.passport import trace
from lakeproof.demo.state import Demo, needed
from lakeproof.operations.mirroring import mirror
from lakeproof.operations.reconciling import reconcile_home
from lakeproof.operations.reporting import report
from lineage.errors import Refused


def tell(demo: Demo) -> Iterator[str]:
    """Everything an auditor would do first."""
    prediction, bad = needed(demo.denied), needed(demo.bad)
    answer = trace(demo.engineer.sources, prediction, demo.engineer.catalog.log.resolve())
    yield from text.passport(answer)
    mirrored = mirror(demo.engineer)
    yield f"mirrored {mirrored.entries} entries of the log to the lake: the record can be made again from there alone"
    outcome = reconcile_home(demo.engineer)
    yield f"reconciled {outcome.commits} commits of {outcome.tables} tables with {outcome.runs} runs: " + (
        f"{len(outcome.findings)} findings" if outcome.findings else "every side has its partner"
    )
    if outcome.findings:
        raise Refused(
            "; ".join(finding.message for finding in outcome.findings), next_move="lakeproof reconcile"
        )
    auditor = demo.people["audrey"]
    for name, parameters in (
        ("decision", {"prediction": str(prediction)}),
        ("impact", {"table_version": str(bad)}),
    ):
        path = demo.engineer.home.packs / f"{name}.zip"
        report(auditor, name, parameters, output=path)
        yield _verified(path)
        demo.packs.append(path)


def _verified(path: Path) -> str:
    verdict = verify(path)
    if not verdict.ok:
        raise Refused(f"{path} does not verify", next_move=f"lakeproof verify {path} says why")
    return f"{path}: {len(verdict.checks)} checks verify, without this home"
