"""One process against two, as behind nginx, on one log: clicks and predictions a second.

Both run all the time and take turns, so that a slow moment of the machine hits both.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import uvloop

from bench.app_server import Server, running_production
from bench.load.api import answers, asking, inputs
from bench.load.client import Measured, measure, percentile
from bench.load.production import OPTIONS, processor_s, settings, wait_until_ready
from bench.load.visitors import Seen, alone, visited
from bench.row import Row
from showcase.contract import Demo, registry

TURNS = 4
CLIENTS = 16
ASKED = "rainfall"


def rows(demos: tuple[Demo, ...], visitors: int, seconds: float) -> Iterator[Row]:
    """Yield what one process and two bear, without a pause, on the cores that clients use too."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        env = settings(f"csv:{folder}/feedback.csv")
        servers = [
            stack.enter_context(running_production(Path(folder) / f"{n}.log", env, options=OPTIONS))
            for n in range(2)
        ]
        for server in servers:
            wait_until_ready(server.url)
        yield from _clicks(servers, demos, visitors, seconds)
        yield from _predictions(servers, seconds)


def _clicks(
    servers: Sequence[Server], demos: tuple[Demo, ...], visitors: int, seconds: float
) -> Iterator[Row]:
    crowd = [demos[number % len(demos)] for number in range(visitors)]
    for server in servers:  # and so the pages are warm
        right = {demo.name: uvloop.run(alone(server.url, demo)) for demo in demos}
    seen: list[list[Seen]] = [[], []]
    for _ in range(TURNS):
        for which, used in enumerate((servers[:1], servers)):
            seen[which] += uvloop.run(_divided(used, crowd, right, seconds / TURNS))
    rates = []
    for count, found in enumerate(seen, start=1):
        times = [time for one in found for time in one.times_ms]
        # the processes of a turn run at the same time
        rates.append(len(times) * count / sum(one.took_s for one in found))
        p50, p95 = percentile(times, 50), percentile(times, 95)
        cost = 1000 * sum(one.clicking_s for one in found) / len(times)
        yield Row(
            f"{visitors} visitors without a pause, {_named(count)}",
            f"{rates[-1]:,.1f} clicks/s, p50 {p50:,.0f} ms, p95 {p95:,.0f} ms, "
            f"{cost:,.0f} ms of processor each; {rates[-1] / rates[0]:.2f} times one",
        )
    errors = [error for found in seen for one in found for error in one.errors]
    what = "Errors on their pages, or answers to another's click (one and two processes)"
    yield Row(what, f"{len(errors)}: {errors[0]}" if errors else "0", "0", not errors)


async def _divided(
    servers: Sequence[Server], crowd: list[Demo], right: dict, seconds: float
) -> list[Seen]:
    """Let each server have its share of the crowd at once; return what each share met."""
    shares = [crowd[n :: len(servers)] for n in range(len(servers))]
    seen = [Seen() for _ in servers]
    await asyncio.gather(
        *(
            visited(server, share, right, one, seconds=seconds, pause=0)
            for server, share, one in zip(servers, shares, seen, strict=True)
        )
    )
    return seen


def _predictions(servers: Sequence[Server], seconds: float) -> Iterator[Row]:
    urls = [server.url for server in servers]
    path, bodies = f"/api/v1/demos/{ASKED}/predict", inputs(registry.find(ASKED))
    right = uvloop.run(answers(urls[0], path, bodies))
    call = asking(path, bodies, right)

    async def divided(used: Sequence[str]) -> list[Measured]:
        each = CLIENTS // len(used)
        asked = (measure(url, call, each, seconds / TURNS) for url in used)
        return await asyncio.gather(*asked)

    found: list[list[Measured]] = [[], []]
    used_s = [0.0, 0.0]
    for _ in range(TURNS):
        for which, used in enumerate((urls[:1], urls)):
            since = [processor_s(server) for server in servers]
            found[which] += uvloop.run(divided(used))
            used_s[which] += sum(used_by_now() for used_by_now in since)
    rates = []
    for count, measured in enumerate(found, start=1):
        answered = sum(one.answers for one in measured)
        rates.append(answered / sum(one.took_s for one in measured) * count)
        cost = 1000 * used_s[count - 1] / answered
        times = [time for one in measured for time in one.times_ms]
        yield Row(
            f"Rainfall: predict, {CLIENTS} clients, {_named(count)}",
            f"{rates[-1]:,.0f}/s, p50 {percentile(times, 50):.1f} ms, "
            f"p99 {percentile(times, 99):.1f} ms, {cost:.1f} ms of processor each; "
            f"{rates[-1] / rates[0]:.2f} times one",
        )


def _named(count: int) -> str:
    return "one process" if count == 1 else "two processes"
