"""`/api/v1/metrics` for Prometheus: what this process was asked, and what it keeps."""

import time
from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from showcase.api.errors import possible_errors
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.batch import jobs
from showcase.contract import registry
from showcase.feedback import FeedbackError
from showcase.feedback.taken import taken
from showcase.runtime.loading import load, store

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"  # the route of what none takes: names that somebody made up are no labels

figures = CollectorRegistry()
ProcessCollector(registry=figures)
requests = Histogram(
    "vitrine_api_request_seconds",
    "Requests to the API and how long they took, by route.",
    ("method", "route", "status"),
    buckets=BUCKETS,
    registry=figures,
)

router = APIRouter(prefix="/v1", tags=["Health"])


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_description="Figures as text",
    response_class=Response,
    responses={
        **possible_errors(500),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
    },
)
async def metrics() -> Response:
    """Return figures of this process, in Prometheus' text format; each process has its own."""
    content = await run_in_pool(lambda: generate_latest(figures), Pool.HEALTH)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


class Kept(Collector):
    """What the server keeps at the moment: verdicts, those that wait, models, tables."""

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily | InfoMetricFamily]:
        """Yield the figures, as they are now."""
        said = CounterMetricFamily(
            "vitrine_verdicts_taken",
            "Verdicts that this process stored, by kind.",
            labels=("demo", "verdict", "source"),
        )
        for labels, number in list(taken.items()):
            said.add_metric(labels, number)
        yield said
        yield from _stored()
        versions = InfoMetricFamily("vitrine_model", "The model in use.", labels=("demo",))
        for demo in registry.demos():
            try:
                versions.add_metric((demo.name,), {"version": load(demo.name).version})
            except Exception:  # noqa: BLE001, S112  # `ready` says what is wrong with it
                continue
        yield versions
        yield _tables()


figures.register(Kept())


def _stored() -> Iterator[GaugeMetricFamily]:
    current = GaugeMetricFamily(
        "vitrine_verdicts_in_force", "Verdicts in force in the log.", labels=("demo",)
    )
    waiting = GaugeMetricFamily(
        "vitrine_verdicts_waiting", "Verdicts kept here until their database is back."
    )
    refused = GaugeMetricFamily(
        "vitrine_verdicts_refused", "Verdicts that the database refused, set aside here."
    )
    try:
        waiting.add_metric((), store().waiting())
        refused.add_metric((), store().refused())
        for demo in registry.demos():
            current.add_metric((demo.name,), store().count(demo.name))
    except FeedbackError:
        pass  # what is not known is left out
    yield from (current, waiting, refused)


def _tables() -> GaugeMetricFamily:
    tables = GaugeMetricFamily("vitrine_tables", "Large tables, by state.", labels=("state",))
    states = [job.state for job in jobs.all_jobs()]
    for state in ("waiting", "running", "done", "failed"):
        tables.add_metric((state,), states.count(state))
    return tables


class Measured:
    """Counts each request with its route, its status and the seconds until its answer is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            requests.labels(_method(scope), _route(scope), str(status)).observe(seconds)


def _route(scope: Scope) -> str:
    """Return the path with its parameters by their names."""
    if "endpoint" not in scope:
        return OTHER
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    for name, value in scope.get("path_params", {}).items():
        path = path.replace(f"/{value}", f"/{{{name}}}", 1)
    return path


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else OTHER
