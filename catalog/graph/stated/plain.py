"""What each run of a job has live of the job's reads, and what it wrote: see `job_edges` for what is live."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from catalog.graph.asked import Asked, among, seen, table_of
from catalog.graph.job_edges import COME_ONCE, LATER_RUNS, Last
from catalog.graph.orm import DatasetRow, FlowRow
from catalog.graph.stated.flows import Flow


@dataclass(frozen=True, slots=True)
class RunFlow:
    """A run of a job read (and that is live) or wrote a dataset."""

    job: int
    run: int
    dataset: int
    direction: Flow


def run_flows(asked: Asked, jobs: Iterable[int], last: Mapping[int, Last]) -> Iterator[RunFlow]:
    """What runs with anything live read and wrote, for each of jobs; all runs of those that are not in last."""
    wanted = set(jobs)
    once = {(run, dataset) for run, dataset in asked.rows(_ONCE, wanted & last.keys())}
    runs = {run for job in wanted & last.keys() for run in last[job].runs} | {run for run, _ in once}
    runs.update(run for (run,) in asked.rows(LATER_RUNS, wanted & last.keys()))
    rows = [*asked.rows(_OF_RUNS, runs), *asked.rows(_OF_JOBS, wanted - last.keys())]
    for job, run, dataset, direction, until in rows:
        flow = RunFlow(job, run, dataset, Flow(direction))
        live = (run, dataset) in once or lives(last.get(job), run, until)
        if job in wanted and (flow.direction is Flow.OUT or live):
            yield flow


def lives(last: Last | None, run: int, until: datetime) -> bool:
    """Whether what a run stated until then is live beside the job's last completed runs."""
    return last is None or run in last.runs or until > last.end


_flow, _dataset = table_of(FlowRow), table_of(DatasetRow)
_done = (_flow.c.job_id, _flow.c.run_id, _flow.c.dataset_id, _flow.c.direction)
_FLOWS = select(*_done, func.max(_flow.c.event_time)).where(seen(_flow)).group_by(*_done)
_OF_RUNS = _FLOWS.where(among(_flow.c.run_id))
_ONCE = (
    select(_flow.c.run_id, _flow.c.dataset_id)
    .join(_dataset, _dataset.c.id == _flow.c.dataset_id)
    .where(among(_flow.c.job_id), _dataset.c.namespace.in_(COME_ONCE), seen(_flow))
    .distinct()
)
_OF_JOBS = _FLOWS.where(among(_flow.c.job_id))
