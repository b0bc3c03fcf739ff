"""Watch a dbt build: a run for each node, opened before dbt compiles it, closed with what it read and wrote.

dbt calls `on_event` in the thread that runs the node. An exception at NodeCompiling fails the node before it
touches anything: a node that cannot be announced, or not be pinned, is never executed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from uuid import uuid5

from lakehouse.lake import Lake
from lineage.names import JobId, RunId, TableVersion
from lineage.recorder import JobKind, Recorder, RunRef
from transformations import facets
from transformations.errors import NodeFailed
from transformations.facts import Facts, OpenNode
from transformations.nodes import Node, ephemeral_behind, nodes_of, tables_behind
from transformations.pins import Pins
from transformations.request import NodeOutcome, Status, TransformRequest
from transformations.said import said

#: Binds every commit of the session, while entered, to a run.
Bind = Callable[[str], AbstractContextManager[None]]

_STATUS = {"success": Status.OK, "pass": Status.OK, "warn": Status.WARNED, "skipped": Status.SKIPPED}


class Watch:
    """The runs of one build. `trouble` is what went wrong with recording, not with the nodes."""

    def __init__(
        self, manifest: Any, request: TransformRequest, *, lake: Lake, recorder: Recorder, bind: Bind
    ) -> None:
        self.nodes = nodes_of(manifest)
        self.pins = Pins.chosen(lake, self.nodes, request.at)
        self.outcomes: list[NodeOutcome] = []
        self.trouble: list[BaseException] = []
        self.parent: RunRef | None = None
        self._manifest = manifest
        self._request = request
        self._lake = lake
        self._recorder = recorder
        self._bind = bind
        self.facts = Facts(manifest, nodes=self.nodes, lake=lake, pins=self.pins)
        self._open: dict[str, OpenNode] = {}

    def on_event(self, event: Any) -> None:
        """What dbt calls."""
        try:
            match event.info.name:
                case "NodeCompiling":
                    self._start(event.data.node_info.unique_id)
                case "NodeFinished":
                    self._finish(event.data.node_info.unique_id, event.data.run_result)
                case _:
                    pass
        except BaseException as error:
            self.trouble.append(error)
            raise

    def close(self) -> None:
        """End the runs that dbt never finished, as failed."""
        for id_ in list(self._open):
            self._end(id_, Status.FAILED, "the build was interrupted", seconds=0.0)

    def _start(self, id_: str) -> None:
        node = self.nodes.get(id_)
        if node is None or node.kind == "source":
            return
        reads = self.pins.of(tables_behind(id_, self.nodes))
        self._give(node, reads)
        if node.materialized == "ephemeral":
            return  # compiled into what reads it, which has a run
        with ExitStack() as stack:
            run = stack.enter_context(
                self._recorder.run(
                    JobId.ours("transformations", str(node.table or node.name)),
                    kind=JobKind(integration="DBT", type=node.kind.upper()),
                    parent=self.parent,
                    job_facets=facets.job_facets(node),
                    run_id=self._run_id(id_),
                )
            )
            for version in reads:
                run.reads_table(version)
            existed = node.table is not None and self._lake.exists(node.table)
            stack.enter_context(self._bind(run.binding))
            self._open[id_] = OpenNode(
                stack=stack.pop_all(), run=run, node=node, reads=reads, existed=existed
            )

    def _give(self, node: Node, reads: tuple[TableVersion, ...]) -> None:
        """Hand pins and properties to our macros, in the meta of the node and of what is compiled into it."""
        given: dict[str, Any] = {"pins": {str(version.table): version.version for version in reads}}
        given["properties"] = node.properties
        for each in (node.id, *ephemeral_behind(node.id, self.nodes)):
            # dbt compiles an ephemeral model once, on its own or with the first node that needs it.
            self._manifest.nodes[each].config.meta["lakeproof"] = given

    def _run_id(self, id_: str) -> RunId | None:
        fixed = self._request.run_id
        return None if fixed is None else RunId(uuid5(fixed, id_))

    def _finish(self, id_: str, result: Any) -> None:
        status = _STATUS.get(result.status, Status.FAILED)
        message = "" if status is Status.OK else said(result.message)
        node = self.nodes.get(id_)
        if id_ in self._open:
            self._end(id_, status, message, seconds=result.execution_time)
        elif node is not None and node.materialized != "ephemeral":
            name = str(node.table or node.name)
            outcome = NodeOutcome(name=name, kind=node.kind, status=status, table=node.table, message=message)
            self.outcomes.append(outcome)

    def _end(self, id_: str, status: Status, message: str, *, seconds: float) -> None:
        open_ = self._open.pop(id_)
        outcome = NodeOutcome(
            name=str(open_.node.table or open_.node.name),
            kind=open_.node.kind,
            status=status,
            table=open_.node.table,
            run=open_.run.id,
            reads=open_.reads,
            message=message,
            seconds=seconds,
        )
        try:
            with open_.stack:
                outcome = self.facts.state(open_, outcome, self._request)
                if status is Status.FAILED:
                    raise NodeFailed(f"{outcome.name}: {message}", next_move=_next_move(open_.node))
        except NodeFailed:
            pass
        finally:
            self.outcomes.append(outcome)


def _next_move(node: Node) -> str:
    if node.kind == "test":
        return "look at the rows that the test selects; correct the source or the model, and transform again"
    return f"correct {node.name}, then run `lakeproof transform --select {node.name}+`"
