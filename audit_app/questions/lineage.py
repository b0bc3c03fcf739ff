"""The graph around a subject: what it comes from, what comes of it, at one level of detail, at two times."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from audit_app.behind.filed import find_filed
from audit_app.behind.meant import find_subject
from audit_app.behind.runs import Commits
from audit_app.behind.told import graph_json
from audit_app.checks import Check, coverage_of, failed, not_checkable, verified
from audit_app.naming import table_version_of
from audit_app.sources import Sources
from audit_app.subjects import Subject, as_uuid, parse_subject, subject_of
from catalog.graph.reader import LIMIT
from catalog.graph.walk import Reach
from lineage.answers import Answer
from lineage.certainty import Certainty
from lineage.cursor import read_cursor, write_cursor
from lineage.errors import Fault, LakeproofError, NotFound
from lineage.graph import Direction, Graph, Level, NodeKind
from lineage.names import ColumnId, DatasetId, DatasetVersion, TableVersion
from lineage.times import Instants

_SPELT_OUT = 20  # columns or tables whose sources are left open, each with its reason
_STATED = "as the runs stated it; versions that runs wrote are compared with the tables' own logs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What of the graph is asked for: `depth` in edges (None: to the end), `kinds` of nodes (none: all).

    `limit` nodes at most; `after` is the `next` of the answer before.
    """

    direction: Direction = Direction.BOTH
    depth: int | None = None
    level: Level = Level.TABLE
    kinds: frozenset[NodeKind] = frozenset()
    limit: int = LIMIT
    after: str | None = None

    def parameters(self, subject: str) -> dict[str, str]:
        """The question, without its times and its page."""
        told = {
            "subject": subject,
            "direction": self.direction.value,
            "depth": str(self.depth),
            "level": self.level.value,
        }
        return told | ({"kinds": ",".join(sorted(self.kinds))} if self.kinds else {})

    def reach(self, offset: int) -> Reach:
        return Reach(
            direction=self.direction, depth=self.depth, limit=self.limit, offset=offset, kinds=self.kinds
        )


def lineage(
    sources: Sources, subject: str, *, direction: Direction, depth: int | None, level: Level, at: Instants
) -> Answer:
    """`lineage_page` with nothing left out but what the limit does."""
    extent = Extent(direction=direction, depth=depth, level=level)
    return lineage_page(sources, subject, extent, at)


def lineage_page(sources: Sources, subject: str, extent: Extent, at: Instants) -> Answer:
    """Walk from subject. A cursor brings its own times.

    A page among several is not complete, and that is all: what it holds is checked like any answer.

    Keys: subject, start (the id where the walk began), direction, depth, level, nodes [{"id", "kind",
    "label", "also"?}], edges [{"source", "target", "run", "certainty", "transformation", "valid_from", "known_from"}],
    cut [text], next (None: this is the end). All pages together hold each node and edge. Raises BadInput when the
    subject or the cursor cannot be read, NotFound when nothing of that name is known.
    """
    parameters, offset = extent.parameters(subject), 0
    if extent.after is not None:
        cursor = read_cursor(extent.after, parameters)
        at, offset = sources.catalog.log.resolve(cursor.as_of, cursor.known_at), cursor.offset
    start, graph, notes = find_graph(sources, subject, extent, at, offset=offset)
    checks = (*check_graph(sources, graph, extent.level), *_check_columns(sources, graph, extent.level, at))
    goes_on = None if graph.next is None else write_cursor(int(graph.next), at, parameters)
    cut = tuple(f"{text}; the next page has more: ask again with this answer's `next`" for text in graph.cut)
    return Answer(
        question="lineage",
        parameters=parameters,
        at=at,
        coverage=coverage_of(
            checks, notes=(*notes, *_said(extent, offset), *cut), complete=not graph.cut and not offset
        ),
        answer={
            "subject": subject,
            "start": start_id(start),
            "direction": extent.direction.value,
            "depth": extent.depth,
            "level": extent.level.value,
            **graph_json(graph),
            "cut": list(cut),
            "next": goes_on,
        },
    )


def _said(extent: Extent, offset: int) -> Iterator[str]:
    if extent.depth is not None:
        yield f"within {extent.depth} edges of the subject; ask with a greater depth for what lies beyond"
    if extent.kinds:
        yield f"only nodes that are {', '.join(sorted(extent.kinds))}, and edges between them"
    if offset:
        yield f"continued after {offset} nodes; edges lead to nodes of the pages before, too"


def start_id(start: Subject) -> str:
    """The id of the node that start is."""
    return f"run/{start}" if isinstance(start, UUID) else str(start)


def find_graph(
    sources: Sources, subject: str, extent: Extent, at: Instants, *, offset: int = 0
) -> tuple[Subject, Graph, tuple[str, ...]]:
    """Where the walk began, what it found, and what is to be said about the beginning."""
    candidates, notes = parse_subject(subject), tuple[str, ...]()
    start: Subject | None
    if isinstance(candidates[0], UUID):
        (start, *_), notes = _run_or_prediction(sources, candidates[0], at)
    else:
        start = find_subject(sources, subject, extent.level, at)
        if start is None:
            raise _unknown(sources, subject, candidates[0], at)
    return start, sources.catalog.graph.reach(start, extent.reach(offset), level=extent.level, at=at), notes


def _run_or_prediction(sources: Sources, id_: UUID, at: Instants) -> tuple[tuple[UUID], tuple[str, ...]]:
    """A prediction is no node of the graph; the run of its batch stands for it."""
    if not sources.catalog.graph.known((id_,), level=Level.VERSION, at=at):
        try:
            filed = find_filed(sources, id_, at)
        except NotFound as unknown:
            raise NotFound(
                f"{id_} is neither a run nor a prediction that the record knows at these times",
                next_move="`lakeproof history TABLE` shows runs; ask at a later time",
            ) from unknown
        batch = as_uuid(filed.batch_id)
        if batch is None:
            raise Fault(
                f"{filed.version} names '{filed.batch_id}' as the batch of {id_}, which is no run's id: it was damaged",
                next_move="compare it with the record: `lakeproof reconcile`",
            )
        note = f"{id_} is a prediction; the run of its batch, {batch}, stands for it in the graph"
        return (batch,), (note,)
    return (id_,), ()


def _unknown(sources: Sources, subject: str, first: Subject, at: Instants) -> NotFound:
    """What to raise for a subject that no walk can start from: the lake's message where it is the better one."""
    if isinstance(first, DatasetVersion) and first.dataset.table is not None and first.version.isdecimal():
        try:
            sources.lake.at(TableVersion(table=first.dataset.table, version=int(first.version)))
        except NotFound as better:
            return better
    left = sources.catalog.graph.unfollowed([first.dataset], at) if isinstance(first, ColumnId) else ()
    if left:
        return NotFound(
            f"what '{subject}' comes from is not checkable: {left[0]}",
            next_move="let the job's events state the schemas of its inputs, or their column lineage",
        )
    name = subject.rpartition(".")[2].partition("@")[0].partition("#")[0]
    near = [subject_of(node) for node in sources.catalog.graph.search(name, at, limit=3)][:3] if name else []
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return NotFound(
        f"the record knows nothing named '{subject}' at these times",
        next_move=f"{hint}list tables with `lakeproof tables`, or ask at a later time",
    )


def check_graph(sources: Sources, graph: Graph, level: Level) -> Iterator[Check]:
    """Hold what runs say they wrote against the tables' own logs; say what nobody declared."""
    unsure = sum(edge.certainty is Certainty.UNKNOWN for edge in graph.edges)
    if unsure:
        reason = f"{unsure} of {len(graph.edges)} edges rest on versions that nobody declared"
        yield not_checkable("certainty", "the graph", reason)
    commits = Commits(sources=sources)
    tables = {node.id: table_version_of(node) for node in graph.nodes if level is Level.VERSION}
    wrong, compared = [], 0
    for edge in graph.edges:
        version = tables.get(edge.target)
        if version is not None and edge.source == f"run/{edge.run}":
            compared += 1
            wrong += [] if _bound(commits, version) == edge.run else [str(version)]
    if wrong:
        reason = f"the tables' own logs do not bind {', '.join(wrong)} to the runs that say they wrote them"
        yield failed("binding", "the graph", reason)
    elif not compared:
        yield verified("stated", "the graph", _STATED)
    else:
        yield verified(
            "binding", "the graph", f"{compared} versions are bound to their runs in the tables' own logs"
        )


def _check_columns(sources: Sources, graph: Graph, level: Level, at: Instants) -> Iterator[Check]:
    """Say where a job's SQL leaves open what its columns come from."""
    if level is Level.COLUMN:
        tables = {node.id.rpartition("#")[0] for node in graph.nodes if node.kind is NodeKind.COLUMN}
        # Where a namespace ends and a name begins cannot be seen: the record knows which of them are datasets.
        splits = [(table, place) for table in tables for place, sign in enumerate(table) if sign == "/"]
        datasets = {DatasetId(namespace=table[:place], name=table[place + 1 :]) for table, place in splits}
        left = sources.catalog.graph.unfollowed(datasets, at)
        for each in left[:_SPELT_OUT]:
            yield not_checkable("columns", str(each.dataset), str(each))
        if len(left) > _SPELT_OUT:
            yield not_checkable(
                "columns", "the graph", f"and {len(left) - _SPELT_OUT} columns or tables more"
            )


def _bound(commits: Commits, version: TableVersion) -> str | None:
    """The run that the table's own log binds the version to."""
    try:
        commit = commits.of(version.table).get(version.version)
    except LakeproofError:
        return None
    return None if commit is None or commit.run is None else str(commit.run)
