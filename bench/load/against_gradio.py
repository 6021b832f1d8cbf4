"""The same two functions served here and by Gradio, asked in turns in one run."""

import contextlib
import functools
import json
import operator
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvloop

from bench.app_server import Server, free_port, running, running_production
from bench.load.api import CLIENTS, answers, asking, check_predictions, inputs
from bench.load.client import Call, Connection, Measured, WrongAnswerError, measure
from bench.load.production import OPTIONS, processor_s, settings, wait_until_ready
from bench.load.same import SHOUT, judge, judge_and_draw, shout
from bench.load.visitors import Seen, alone, visited
from bench.row import Row
from showcase.contract import Demo, registry

AIM = 5
TURNS = 3
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False"}


def rows(gradio_python: Path, seconds: float) -> Iterator[Row]:
    """Yield the requests per second of each function, here and in Gradio's two ways."""
    with tempfile.TemporaryDirectory() as folder:
        log, env = Path(folder) / "log", settings(f"csv:{folder}/feedback.csv")
        app = "bench.load.with_shout:app"
        with (
            running_production(log, env, options=OPTIONS, app=app) as ours,
            running_gradio(gradio_python, Path(folder) / "gradio.log") as theirs,
        ):
            wait_until_ready(ours.url)
            urls = ours.url, theirs.url
            yield from _compared(urls, registry.find("sentiment"), ("judge", judge()), seconds)
            yield from _compared(urls, SHOUT, ("shout", shout), seconds)


def crowd_rows(gradio_python: Path, visitors: int, seconds: float) -> Iterator[Row]:
    """Yield what visitors without a pause get of Sentiment's page, and of the same in Gradio."""
    demo = registry.find("sentiment")
    inputs_ = [given.model_dump() for given in demo.load_module().EXAMPLES]
    given = [json.dumps({"data": list(values.values())}).encode() for values in inputs_]
    headlines = [judge_and_draw()(**values)[0] for values in inputs_]
    with tempfile.TemporaryDirectory() as folder:
        log, env = Path(folder) / "log", settings(f"csv:{folder}/feedback.csv")
        with running_production(log, env, options=OPTIONS) as ours:
            wait_until_ready(ours.url)
            right = {demo.name: uvloop.run(alone(ours.url, demo))}
            seen, crowd = Seen(), [demo] * visitors
            uvloop.run(visited(ours, crowd, right, seen, seconds=seconds, pause=0))
        with running_gradio(gradio_python, Path(folder) / "gradio.log") as theirs:
            used = processor_s(theirs)
            call = through_queue("page", given, headlines)
            found = uvloop.run(measure(theirs.url, call, visitors, seconds))
            each = 1000 * used() / found.answers
    what = f"Sentiment's page, {visitors} visitors without a pause"
    p50, p95 = found.percentile(50), found.percentile(95)
    yield Row(
        f"{what}: Gradio",
        f"{found.per_second:,.1f} clicks/s, p50 {p50:,.0f} ms, p95 {p95:,.0f} ms, "
        f"{each:,.0f} ms of processor each",
    )
    times = len(seen.times_ms) / seen.took_s / found.per_second
    cost = 1000 * seen.clicking_s / len(seen.times_ms) / each
    said = f"{seen}; {times:.1f} times Gradio's"
    yield Row(f"{what}: Vitrine", said, "1 times", times >= 1, cost)
    wrong = f"{len(seen.errors)}: {seen.errors[0]}" if seen.errors else "0"
    yield Row(f"{what}: wrong answers", wrong, "0", not seen.errors)


@contextlib.contextmanager
def running_gradio(python: Path, log: Path) -> Iterator[Server]:
    """Run gradio_app.py in Gradio's own environment."""
    if not python.is_file():
        raise WrongAnswerError(f"There is no Gradio in {python}: `make bench-load` installs it.")
    port = free_port()
    command = [str(python), "-m", "bench.load.gradio_app", str(port)]
    with running(command, port, log, QUIET, health="/gradio_api/info") as server:
        yield server


def _compared(
    urls: tuple[str, str], demo: Demo, same: tuple[str, Callable[..., Any]], seconds: float
) -> Iterator[Row]:
    """Yield the rows of one function: a demo here, and under its own name in Gradio."""
    (ours, theirs), (name, function) = urls, same
    path, bodies = f"/api/v1/demos/{demo.name}/predict", inputs(demo)
    right = uvloop.run(answers(ours, path, bodies))
    check_predictions(demo, right)
    values = [json.loads(body) for body in bodies]
    given = [json.dumps({"data": list(value.values())}).encode() for value in values]
    said = [function(**value) for value in values]
    calls = [
        (ours, asking(path, bodies, right)),
        (theirs, through_queue(name, given, said)),
        (theirs, at_once(f"{name}_at_once", given, said)),
    ]
    for clients in CLIENTS:
        what = f"{demo.title}, {clients} client{'s' * (clients > 1)}"
        here, queued, direct = in_turns(calls, clients, seconds)
        yield Row(f"{what}: Vitrine", str(here))
        times = here.per_second / queued.per_second
        how = f"{what}: Gradio, call and event stream"
        yield Row(how, _beside(queued, times), f"{AIM} times", times >= AIM)
        how = f"{what}: Gradio without its queue"
        yield Row(how, _beside(direct, here.per_second / direct.per_second))


def in_turns(calls: list[tuple[str, Call]], clients: int, seconds: float) -> list[Measured]:
    """Return how fast each call is, measured turn by turn: a slow moment hits all of them."""
    rounds = [
        [uvloop.run(measure(url, call, clients, seconds / TURNS)) for url, call in calls]
        for _ in range(TURNS)
    ]
    return [functools.reduce(operator.add, of_one) for of_one in zip(*rounds, strict=True)]


def _beside(measured: Measured, times: float) -> str:
    return f"{measured}; Vitrine {times:.1f} times that"


def through_queue(name: str, given: list[bytes], said: list[Any]) -> Call:
    """Return the call that Gradio documents: join the queue, then read the stream of events."""
    path = f"/gradio_api/call/{name}"

    async def call(connection: Connection, number: int) -> None:
        which = number % len(given)
        status, body = await connection.post(path, given[which])
        if status != 200:
            raise WrongAnswerError(f"Gradio's {path} answers {status}: {body[:200]!r}")
        status, body = await connection.get(f"{path}/{json.loads(body)['event_id']}")
        event, _, data = body.decode().rstrip().rpartition("\ndata: ")
        complete = event.endswith("event: complete")
        if status != 200 or not complete or json.loads(data)[0] != said[which]:
            raise WrongAnswerError(f"Gradio's {path} answers {status}: {body[:200]!r}")

    return call


def at_once(name: str, given: list[bytes], said: list[Any]) -> Call:
    """Return the call of a function with `queue=False`: one request, one answer."""
    path = f"/gradio_api/run/{name}"

    async def call(connection: Connection, number: int) -> None:
        which = number % len(given)
        status, body = await connection.post(path, given[which])
        if status != 200 or json.loads(body)["data"] != [said[which]]:
            raise WrongAnswerError(f"Gradio's {path} answers {status}: {body[:200]!r}")

    return call
