"""What Prometheus reads: requests of this process, and at each scrape the state of the whole queue."""

import time
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
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
        """Return this process's own metrics and those of the database in Prometheus' text format."""
        self._subscribers.set(subscribers)
        return generate_latest(self._registry) + generate_latest(_registry_of(metrics))


def _registry_of(metrics: Sequence[Metric]) -> CollectorRegistry:
    registry = CollectorRegistry()
    for metric in metrics:
        names = sorted({name for sample in metric.samples for name in sample.labels})
        gauge = Gauge(f"batchdag_{metric.name}", metric.help, names, registry=registry)
        for sample in metric.samples:
            (gauge.labels(**sample.labels) if names else gauge).set(sample.value)
    return registry


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
            route = str(getattr(scope.get("route"), "path", "none"))
            seconds = time.perf_counter() - began
            self._metrics.answered(method=_method(scope), route=route, status=status, seconds=seconds)


def _method(scope: Scope) -> str:
    """Return a method of HTTP's own; a made-up one would make a series of its own."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "OTHER"
