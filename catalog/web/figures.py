"""The record's figures for Prometheus; one set for each app, so that several may live in one process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector


class Figures:
    """Counts what passes the door and how long it took."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.events = Counter("lakeproof_events", "Events at the door", ["outcome"], registry=self._registry)
        self.intake = Histogram(
            "lakeproof_intake_seconds",
            "From an event's arrival to its acknowledgement",
            registry=self._registry,
        )
        self.unmirrored = Gauge(
            "lakeproof_mirror_lag_entries",
            "Entries that the log's mirror has not got",
            registry=self._registry,
        )
        self.unprojected = Gauge(
            "lakeproof_aspects_lag_entries",
            "Entries that DataHub's aspects have not seen",
            registry=self._registry,
        )
        self.entries = Gauge("lakeproof_log_entries", "Entries of the evidence log", registry=self._registry)

    def text(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self._registry)
