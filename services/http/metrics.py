"""What Prometheus reads: requests of this process, and at each scrape what the engine has measured."""

import time
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.metrics import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "batchdag_http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "batchdag_http_request_seconds", "How long they took.", ["route"], registry=self._registry
        )
        self._subscribers = Gauge("batchdag_subscribers", "Streams of live events.", registry=self._registry)

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, metrics: Sequence[Metric], *, subscribers: int) -> bytes:
        """Return this process's own metrics and the engine's in Prometheus' text format."""
        self._subscribers.set(subscribers)
        found = CollectorRegistry()
        found.register(_Found(metrics))
        return generate_latest(self._registry) + generate_latest(found)


class _Found(Collector):
    """The engine's metrics, for a scrape. One without a value is described and has none: 0 would be a claim."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for metric in self._metrics:
            names = sorted({name for sample in metric.samples for name in sample.labels})
            family = GaugeMetricFamily(f"batchdag_{metric.name}", metric.help, labels=names)
            for sample in metric.samples:
                family.add_metric([sample.labels[name] for name in names], sample.value)
            yield family


class Measured:
    """Counts requests and their time. A route is named by its pattern, so that ids make no new series."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.answered(method=_method(scope), route=_pattern(scope), status=status, seconds=seconds)


def _pattern(scope: Scope) -> str:
    """Return a route's pattern; that of assets is ours, since their names change with each build."""
    path = str(getattr(scope.get("route"), "path", "none"))
    return "/assets/*" if path.startswith("/assets/") else path


def _method(scope: Scope) -> str:
    """Return a method of HTTP's own; a made-up one would make a series of its own."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "OTHER"
