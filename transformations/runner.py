"""Run a dbt project on the lake, lineage included: behind `lakeproof transform` and every backfill."""

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lakehouse.lake import Lake
from lakehouse.session import bound, register
from lineage.names import JobId, at_versions
from lineage.recorder import JobKind, Recorder, RunInProgress
from transformations.errors import BadProject, BadSelection, Interrupted, NodeFailed
from transformations.nodes import selected
from transformations.project_folder import Folder, lay_out
from transformations.request import Status, TransformOutcome, TransformRequest
from transformations.said import said
from transformations.watch import Watch


def transform(request: TransformRequest, *, lake: Lake, session: Any, recorder: Recorder) -> TransformOutcome:
    """Build the project's nodes, each as a run of its own under one run of the whole.

    `session` is a Spark session of `lakehouse.session`. A node that fails is in the outcome, and what stands
    on it is skipped. All else raises: BadProject, BadSelection, NotFound (a version), Fault (the record).
    """
    with tempfile.TemporaryDirectory(prefix="lakeproof-dbt-") as scratch, _quiet():
        folder = lay_out(request.project, Path(scratch))
        manifest = _parse(folder, request)
        watch = Watch(
            manifest, request, lake=lake, recorder=recorder, bind=lambda binding: bound(session, binding)
        )
        _not_both(folder, manifest, request, watch)
        register(session, lake, schemas={node.table.schema for node in watch.nodes.values() if node.table})
        with suppress(NodeFailed), _recorded(folder, request, watch, recorder) as run:
            with bound(session, run.binding):
                _build(folder, manifest, request, watch)
            watch.facts.state_hooks(run)
        assert watch.parent is not None
        return TransformOutcome(run=watch.parent, nodes=tuple(watch.outcomes))


@contextmanager
def _recorded(
    folder: Folder, request: TransformRequest, watch: Watch, recorder: Recorder
) -> Iterator[RunInProgress]:
    """The run of the whole build. It fails when a node did: NodeFailed, once the event is out."""
    with recorder.run(
        JobId.ours("transformations", folder.name),
        kind=JobKind(integration="DBT"),
        parent=request.parent,
        run_id=request.run_id,
    ) as run:
        watch.parent = run.ref
        yield run
        failed = [node.name for node in watch.outcomes if node.status is Status.FAILED]
        if failed:
            raise NodeFailed(f"{len(failed)} of {len(watch.outcomes)} nodes failed: {', '.join(failed)}")


def _build(folder: Folder, manifest: Any, request: TransformRequest, watch: Watch) -> None:
    try:
        done = _dbt(["build", *folder.arguments(), *_options(request, watch)], manifest, watch.on_event)
    finally:
        watch.close()
    for trouble in watch.trouble:
        raise trouble
    if any(node.status is Status.FAILED for node in watch.outcomes):
        return
    if done.exception is not None:
        raise Interrupted(
            f"the build ended early: {said(str(done.exception))}", next_move="correct it and transform again"
        ) from done.exception
    if not watch.outcomes:
        raise BadSelection(
            f"'{request.select}' selects nothing to build",
            next_move=f"name models such as {', '.join(_built(watch))}",
        )


def _parse(folder: Folder, request: TransformRequest) -> Any:
    done = _dbt(["parse", *folder.arguments(), *_variables(request)], None, lambda _: None)
    if not done.success or done.result is None:
        raise BadProject(
            f"dbt cannot understand {request.project}: {said(str(done.exception))}",
            next_move="correct the project; `lakeproof transform` reads it again",
        ) from done.exception
    _fold_views(done.result)
    return done.result


def _not_both(folder: Folder, manifest: Any, request: TransformRequest, watch: Watch) -> None:
    """A table cannot be read at a version of one's choice by the very run that rebuilds it."""
    chosen = {version.table: version for version in request.at}
    owned = {node.id.split(".", 2)[2]: node.table for node in watch.nodes.values() if node.builds}
    if not chosen.keys() & set(owned.values()):
        return
    listed = _dbt(
        ["ls", *folder.arguments(), *_options(request, watch), "--output", "name"], manifest, lambda _: None
    )
    rebuilt = [chosen[table] for name in listed.result or [] if (table := owned.get(name)) in chosen]
    if rebuilt:
        raise BadSelection(
            f"{at_versions(rebuilt)} cannot be read by the run that rebuilds it",
            next_move="leave it out of --select, or out of --at",
        )


def _built(watch: Watch) -> list[str]:
    return sorted(node.name for node in watch.nodes.values() if node.builds)


def _dbt(arguments: list[str], manifest: Any, callback: Callable[[Any], None]) -> Any:
    from dbt.cli.main import dbtRunner

    return dbtRunner(manifest=manifest, callbacks=[callback]).invoke(arguments)


def _options(request: TransformRequest, watch: Watch) -> list[str]:
    options = _variables(request)
    if request.select:
        # A test that also looks at a table which is not rebuilt now would judge two states at once.
        options += ["--select", *selected(request.select, watch.nodes), "--indirect-selection", "buildable"]
    if request.full_refresh:
        options.append("--full-refresh")
    return options


def _variables(request: TransformRequest) -> list[str]:
    given: dict[str, Any] = dict(request.variables)
    if request.months:
        given["months"] = list(request.months)
    return ["--vars", json.dumps(given)]


def _fold_views(manifest: Any) -> None:
    """A view would not outlive the session, and Delta reads no version through one: compile it in instead."""
    for node in manifest.nodes.values():
        if node.resource_type.value == "model" and node.config.materialized == "view":
            node.config.materialized = "ephemeral"


@contextmanager
def _quiet() -> Iterator[None]:
    """Of pyspark: it logs each failed query as a page of JSON; the outcome says it in a line."""
    logger = logging.getLogger("SQLQueryContextLogger")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
