"""The graph's questions. Each takes both times and reads one snapshot."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.graph import facts, named, runs
from catalog.graph import findings as found_wrong
from catalog.graph.columns import ColumnLevel
from catalog.graph.project import Flow
from catalog.graph.records import FindingRecord, RunRecord, RunState, Supersession, VersionRecord
from catalog.graph.starts import Start, start_keys
from catalog.graph.tables import TableLevel
from catalog.graph.unfollowed import Unfollowed, unfollowed
from catalog.graph.versions import VersionLevel
from catalog.graph.walk import Reach, Surroundings, walk
from catalog.identity.aliases import Aliases
from lineage.errors import NotFound
from lineage.graph import Direction, Graph, Level, Node
from lineage.names import DatasetId, DatasetVersion, JobId, RunId
from lineage.times import Instants

#: Nodes in one answer, unless the question says otherwise.
LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReader:
    """Questions about runs. `reading` opens a session over one consistent snapshot."""

    reading: Callable[[], AbstractContextManager[Session]]

    def run(self, run: RunId, at: Instants) -> RunRecord:
        """Raises NotFound when no event of the run is visible."""
        with self.reading() as session:
            found = runs.records(session, runs.run_number(session, run), at)
        if not found:
            raise NotFound(f"the record knows no run {run}", next_move="`lakeproof history TABLE` shows runs")
        return found[0]

    def runs(
        self,
        *,
        job: JobId | None = None,
        state: RunState | None = None,
        at: Instants,
        limit: int | None = None,
    ) -> tuple[RunRecord, ...]:
        """Runs, latest first."""
        with self.reading() as session:
            found = runs.records(session, runs.run_numbers(session, job, at), at)
        return tuple(run for run in found if state is None or run.state is state)[:limit]

    def runs_writing(self, version: DatasetVersion, at: Instants) -> tuple[RunRecord, ...]:
        with self.reading() as session:
            return runs.records(session, runs.runs_at(session, version, Flow.OUT, at), at)

    def runs_reading(self, version: DatasetVersion, at: Instants) -> tuple[RunRecord, ...]:
        with self.reading() as session:
            return runs.records(session, runs.runs_at(session, version, Flow.IN, at), at)

    def children(self, run: RunId, at: Instants) -> tuple[RunRecord, ...]:
        """The runs that name this one as their parent."""
        with self.reading() as session:
            return runs.records(session, runs.children_of(session, run, at), at)

    def datasets(self, namespace: str, at: Instants) -> tuple[DatasetId, ...]:
        """The datasets of a namespace, by name."""
        with self.reading() as session:
            return facts.datasets_of(session, namespace, at, Aliases(session, at))


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphReader(RunReader):
    """All questions to the graph: its walks, its facts and its runs."""

    def walk(
        self,
        start: Start,
        *,
        direction: Direction = Direction.BOTH,
        depth: int | None = None,
        level: Level = Level.TABLE,
        at: Instants,
        limit: int = LIMIT,
    ) -> Graph:
        """Everything within depth edges of start (None: all), at one level of detail.

        TABLE: datasets and jobs. VERSION: dataset versions and runs, with CARRIES and CORRECTS edges. COLUMN:
        columns. Raises NotFound when start is not known at those times.
        """
        return self.reach(start, Reach(direction=direction, depth=depth, limit=limit), level=level, at=at)

    def reach(self, start: Start, reach: Reach, *, level: Level, at: Instants) -> Graph:
        """As `walk`, a page of it: what of the walk a reach names. Raises NotFound."""
        with self.reading() as session:
            same = Aliases(session, at)
            starts = start_keys(session, start, level, at, same)
            return walk(starts, _around(session, level, at, same), reach)

    def known(self, readings: Iterable[Start], *, level: Level, at: Instants) -> tuple[Start, ...]:
        """Those of several readings of a name that a walk may begin at, in their order; each thing once."""
        with self.reading() as session:
            return named.known(session, readings, level, at, Aliases(session, at))

    def called(self, names: Iterable[str], at: Instants) -> dict[str, tuple[DatasetId | JobId, ...]]:
        """The datasets and jobs of each of names, in whichever namespace."""
        with self.reading() as session:
            return named.called(session, names, at)

    def impact_walk(self, start: DatasetVersion, at: Instants, *, limit: int = LIMIT) -> Graph:
        """All that stands on a version: downstream at the level of versions, never across a correction."""
        reach = Reach(direction=Direction.DOWN, depth=None, limit=limit)
        with self.reading() as session:
            same = Aliases(session, at)
            around = VersionLevel(session, at, same, across_corrections=False)
            return walk(start_keys(session, start, Level.VERSION, at, same), around, reach)

    def versions(self, dataset: DatasetId, at: Instants) -> tuple[VersionRecord, ...]:
        """The declared versions of dataset, lowest first."""
        with self.reading() as session:
            return facts.versions_of(session, dataset, at, Aliases(session, at))

    def columns(self, dataset: DatasetId | DatasetVersion, at: Instants) -> tuple[tuple[str, str], ...]:
        """(name, type) of each column, as last stated or as stated for that version; nested `outer.inner`."""
        name, version = (
            (dataset.dataset, dataset.version) if isinstance(dataset, DatasetVersion) else (dataset, None)
        )
        with self.reading() as session:
            return facts.columns_of(session, name, version, at, Aliases(session, at))

    def findings(self, at: Instants) -> tuple[FindingRecord, ...]:
        """What runs and the record itself found wrong, newest first."""
        with self.reading() as session:
            return found_wrong.findings(session, at)

    def supersessions(self, at: Instants) -> tuple[Supersession, ...]:
        """What is no longer believed, in the order it was recorded."""
        with self.reading() as session:
            return facts.supersessions(session, at, Aliases(session, at))

    def unfollowed(self, datasets: Iterable[DatasetId], at: Instants) -> tuple[Unfollowed, ...]:
        """Why the column lineage of what jobs write into datasets is not checkable, where it is not."""
        with self.reading() as session:
            return unfollowed(session, datasets, at)

    def search(self, text: str, at: Instants, *, limit: int = 50) -> tuple[Node, ...]:
        """Datasets, versions (`name@7`), jobs, columns, runs whose name contains text; limit of each kind."""
        with self.reading() as session:
            return facts.search(session, text, at, limit, Aliases(session, at))


def _around(session: Session, level: Level, at: Instants, same: Aliases) -> Surroundings:
    match level:
        case Level.TABLE:
            return TableLevel(session, at, same)
        case Level.VERSION:
            return VersionLevel(session, at, same)
        case Level.COLUMN:
            return ColumnLevel(session, at, same)
