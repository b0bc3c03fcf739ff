"""What we measure ourselves against: each target, where its figure lies in the results, and a peer's figure. Data.

Marquez 0.51 with PostgreSQL 15 was measured on two cores with the same events and the same questions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

#: The way to a figure in what a result found, key by key.
Way = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row: `least` or `most` is what we want of the figure; `floor` and `memory` lie in the same result.

    `result` is the name of the file. `over`: another result, by whose figure ours is divided.
    """

    what: str
    result: str
    figure: Way
    unit: str
    least: float | None = None
    most: float | None = None
    floor: Way = ()
    over: str = ""
    memory: Way = ()
    marquez: str = ""

    @property
    def wanted(self) -> str:
        if self.least is not None:
            return f"≥ {self.least:,g}"
        return "" if self.most is None else f"≤ {self.most:,g}"

    def met(self, figure: float) -> bool:
        """Whether the figure is what we want; anything is where nothing is wanted."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)


#: What a record may be: the suffix of the results' names, and how it is called.
RECORDS = {
    "1000": "1k jobs",
    "10000": "10k jobs",
    "10000-postgresql": "10k jobs, PostgreSQL",
    "100000": "100k jobs",
    "1000000": "1M jobs",
}
_INTAKE = {
    "1_client": ("single events, 1 client", None, "21/s"),
    "8_clients": ("single events, 8 clients", 700, "46/s"),
    "batches_of_100": ("batches of 100", 2000, ""),
}
_MARQUEZ = {  # p50 / p95 in milliseconds
    ("dataset", 2): {"1000": "36 / 64", "10000": "575 / 627"},
    ("dataset", 5): {"1000": "115 / 145", "10000": "1,067 / 1,130"},
    ("dataset", 20): {"1000": "2,715 / 4,017", "10000": "34,000 / –"},
    ("column", 5): {"1000": "20 / 37", "10000": "1,449 / 1,597"},
}
_SLOWEST = {5: 20, 20: 150}  # milliseconds at p95
_PROMISED = ("10000", "10000-postgresql")


def intake() -> Iterator[Target]:
    for record, called in RECORDS.items():
        for load, (what, least, marquez) in _INTAKE.items():
            yield Target(
                what=f"intake, {what}, {called}",
                result=f"intake-{record}",
                figure=(load, "service", "events_per_second"),
                unit="events/s",
                least=least,
                floor=(load, "floor", "events_per_second"),
                memory=(load, "service", "resident_mib"),
                marquez=marquez if record == "10000" else "",
            )
    yield Target(
        what="aspects projected behind it",
        result="intake-1000",
        figure=("aspects", "events_per_second"),
        unit="events/s",
        least=150,
    )


def lineage() -> Iterator[Target]:
    for record, called in RECORDS.items():
        for (kind, depth), figures in _MARQUEZ.items():
            yield Target(
                what=f"lineage of a {kind}, {depth} hops, {called}",
                result=f"lineage-{record}",
                figure=(f"{kind}, depth {depth}", "p95_ms"),
                unit="ms at p95",
                most=_SLOWEST.get(depth) if record in _PROMISED else None,
                floor=(f"floor, depth {depth}", "p95_ms") if kind == "dataset" else (),
                memory=("server_rss_mb",),
                marquez=figures.get(record, ""),
            )
    for record in ("100000", "1000000"):
        for depth in (5, 20):
            yield Target(
                what=f"… of a dataset, {depth} hops: {RECORDS[record]} against 10k",
                result=f"lineage-{record}",
                figure=(f"dataset, depth {depth}", "p95_ms"),
                unit="×",
                most=2,
                over="lineage-10000",
            )


OTHERS = (
    Target(
        what="verify a log of 1M entries",
        result="verification-1000000",
        figure=("verify", "seconds"),
        unit="s",
        most=30,
        floor=("floor", "seconds"),
        memory=("peak_memory_mib",),
    ),
    Target(
        what="the proof of one entry made",
        result="verification-1000000",
        figure=("proof_made_ms", "p95"),
        unit="ms at p95",
        most=50,
    ),
    Target(
        what="the proof of one entry checked",
        result="verification-1000000",
        figure=("proof_checked_ms", "p95"),
        unit="ms at p95",
        most=50,
    ),
    *(
        Target(
            what=f"the audit app's page {called}, in a fresh browser",
            result="pages",
            figure=(name, "p50_seconds"),
            unit="s at p50",
            most=2,
            floor=("floor", "p50_seconds"),
        )
        for name, called in {"start": "Start", "decision": "Decision", "lineage": "Lineage"}.items()
    ),
    Target(
        what="scoring, made durable, at 300 requests/s",
        result="scoring",
        figure=("answers", "300_per_second", "durable", "p95_ms"),
        unit="ms at p95",
        most=100,
        floor=("answers", "300_per_second", "unlogged", "p95_ms"),
    ),
    Target(
        what="… against the same without logging",
        result="scoring",
        figure=("p95_durable_to_unlogged", "300_per_second"),
        unit="×",
        most=1.25,
    ),
    Target(
        what="scoring, made durable, 16 clients without pause",
        result="scoring",
        figure=("answers", "closed_loop_16_clients", "durable", "per_second"),
        unit="requests/s",
        least=300,
        floor=("answers", "closed_loop_16_clients", "unlogged", "per_second"),
    ),
)

#: In the order of the page.
TARGETS = (*intake(), *lineage(), *OTHERS)
