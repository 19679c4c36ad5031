"""What the server counts, in Prometheus' form.

Under gunicorn each process writes its counts to files that
PROMETHEUS_MULTIPROC_DIR names, and any of them answers for all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from registry.api.media import own_media_type
from registry.contract import ErrorCode
from registry.service.engine_time import Work
from registry.service.session import Registry
from registry.store import statistics

__all__ = ["BUCKETS", "ROUTE", "Metrics", "Observer", "install"]

ROUTE = "dovetail.route"
"""Where the environment keeps the route that a request was counted under."""

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds; what took longer than the last has a bucket more."""

_ENGINE_BUCKETS = (0.0001, 0.00025, 0.0005, *BUCKETS)


class Durations(Histogram):
    """A histogram that also takes many observations at once."""

    def observe_many(self, counts: Sequence[int], total: float) -> None:
        """Add observations by how many fell into each bucket, and their sum."""
        self._sum.inc(total)
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)


class Observer:
    """Counts the answers to one method of one route."""

    def __init__(self, metrics: Metrics, method: str, route: str) -> None:
        self._metrics = metrics
        self._labels = (method, route)
        self._timers: dict[int, Durations] = {}

    def count(self, status: int, seconds: float) -> None:
        """Count one answer and how long it took."""
        self._timer(status).observe(seconds)
        self._outcome(status).inc()

    def count_many(self, status: int, counts: Sequence[int], seconds: float) -> None:
        """Count answers by how many took up to each of `BUCKETS`, and their sum."""
        self._timer(status).observe_many(counts, seconds)
        self._outcome(status).inc(sum(counts))

    def _timer(self, status: int) -> Durations:
        timer = self._timers.get(status)
        if timer is None:
            timer = self._metrics.duration.labels(*self._labels, status)
            self._timers[status] = timer
        return timer

    def _outcome(self, status: int) -> Gauge:
        return self._metrics.succeeded if status < 400 else self._metrics.failed


class Metrics:
    """The metrics of one application, in a collector of its own."""

    def __init__(self) -> None:
        self.collector = CollectorRegistry()
        self.duration = Durations(
            "http_server_request_duration_seconds",
            "How long requests took, by route",
            ("http_request_method", "http_route", "http_response_status_code"),
            buckets=BUCKETS,
            registry=self.collector,
        )
        self.engine = Histogram(
            "dovetail_engine_cpu_seconds",
            "CPU time of the compatibility engine: to parse a client's schema, or to "
            "check it against the versions that its level asks for",
            ("schema_type", "work"),
            buckets=_ENGINE_BUCKETS,
            registry=self.collector,
        )
        self._engine_timers: dict[tuple[str, Work], Histogram] = {}
        self.refused = Counter(
            "dovetail_registrations_refused_total",
            "Registrations answered with 409",
            registry=self.collector,
        )
        # The names that dashboards made for Confluent's registry look for; a
        # counter would have to end in _total.
        self.succeeded = Gauge(
            "kafka_schema_registry_api_success_count",
            "Requests answered below 400",
            multiprocess_mode="sum",
            registry=self.collector,
        )
        self.failed = Gauge(
            "kafka_schema_registry_api_failure_count",
            "Requests answered with 400 or above",
            multiprocess_mode="sum",
            registry=self.collector,
        )

    def observe(self, response: Response) -> Response:
        """Count one answered request, under its route rather than its path."""
        route = request.url_rule.rule if request.url_rule else "unmatched"
        request.environ[ROUTE] = route
        seconds = perf_counter() - g.started
        self.observer(request.method, route).count(response.status_code, seconds)
        if response.status_code == int(ErrorCode.INCOMPATIBLE_SCHEMA) // 100:
            self.refused.inc()
        return response

    def count_engine(self, type: str, work: Work, seconds: float) -> None:
        """Count one work of the engine."""
        timer = self._engine_timers.get((type, work))
        if timer is None:
            timer = self.engine.labels(type, work)
            self._engine_timers[type, work] = timer
        timer.observe(seconds)

    def observer(self, method: str, route: str) -> Observer:
        """Return what counts answers of one route."""
        return Observer(self, method, route)

    def text(self, registry: Registry) -> bytes:
        """Return all metrics; what the database knows is asked now."""
        counted = self.collector
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            counted = CollectorRegistry()
            multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        return generate_latest(counted) + generate_latest(_stored(registry))


def install(app: Flask, registry: Registry) -> None:
    """Count the requests of ``app``, and serve `/metrics`."""
    metrics = Metrics()
    app.extensions["dovetail.metrics"] = metrics
    registry.engine_time.tell = metrics.count_engine

    def start(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        g.started = perf_counter()

    @own_media_type
    def serve() -> Response:
        """operationId: getMetrics."""
        return Response(metrics.text(registry), content_type=CONTENT_TYPE_LATEST)

    # Before anything else of a request: resolving an alias asks the database.
    app.url_value_preprocessor(start)
    app.after_request(metrics.observe)
    app.add_url_rule("/metrics", "metrics", serve, methods=["GET"])


def _stored(registry: Registry) -> CollectorRegistry:
    """Return gauges of what is stored; every node gives the same figures."""
    collector = CollectorRegistry()
    with registry.reading() as session:
        counts = statistics.counts(session.db)
    for name, text, value in (
        ("kafka_schema_registry_registered_count", "Undeleted versions", counts.live),
        (
            "kafka_schema_registry_master_slave_role",
            "1: this node writes, as every node does",
            1,
        ),
        ("kafka_schema_registry_node_count", "Nodes that answer for this address", 1),
        ("dovetail_subjects", "Subjects with an undeleted version", counts.subjects),
        ("dovetail_schemas", "Schemas stored", counts.schemas),
    ):
        Gauge(name, text, registry=collector).set(value)
    return collector
