"""What the service counts, for Prometheus. One set per app, none global."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """`status` is the HTTP status of an answer; `unfiled` counts predictions that wait in the journal."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "lakeproof_scoring_requests", "Inference requests", ["status"], registry=self._registry
        )
        self.predictions = Counter(
            "lakeproof_scoring_predictions", "Predictions made durable", ["outcome"], registry=self._registry
        )
        self.seconds = Histogram(
            "lakeproof_scoring_seconds", "From request to answer", buckets=_SECONDS, registry=self._registry
        )
        self.unfiled = Gauge(
            "lakeproof_scoring_unfiled", "Predictions of this process not yet filed", registry=self._registry
        )
        self.filed = Counter("lakeproof_scoring_batches", "Batches filed", registry=self._registry)
        self.drains_failed = Counter(
            "lakeproof_scoring_drains_failed",
            "Drains that failed and are tried again",
            registry=self._registry,
        )

    def render(self) -> bytes:
        """Prometheus' text format."""
        return generate_latest(self._registry)
