"""`predict` of each demo over HTTP, from 1, 8 and 64 clients."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import uvloop

from bench.app_server import Server
from bench.load.client import Call, Connection, Measured, WrongAnswerError, measure
from bench.load.production import processor_s
from bench.row import Row
from showcase.contract import Demo

CLIENTS = (1, 8, 64)


def rows(server: Server, demos: tuple[Demo, ...], seconds: float) -> Iterator[Row]:
    """Yield the requests per second and the delays of each demo; last, what the client costs."""
    found: list[Measured] = []
    url = server.url
    for demo in demos:
        bodies, path = inputs(demo), f"/api/v1/demos/{demo.name}/predict"
        right = uvloop.run(answers(url, path, bodies))
        check_predictions(demo, right)
        for clients in CLIENTS:
            call = asking(path, bodies, right)
            used = processor_s(server)
            found.append(uvloop.run(measure(url, call, clients, seconds)))
            cost = used() * 1000 / (found[-1].answers + clients)
            what = f"{demo.title}: predict, {_clients(clients)}"
            yield Row(what, f"{found[-1]}, {cost:.1f} ms of processor each")
    least = min(found, key=lambda measured: measured.client_ceiling)
    share = max(measured.client_s / measured.took_s for measured in found)
    ceiling = f"{least.client_ceiling:,.0f}/s at most, busy {share:.0%} of the time at most"
    yield Row("The client that asks, alone on a core", ceiling)


def _clients(number: int) -> str:
    return "1 client" if number == 1 else f"{number} clients"


def inputs(demo: Demo) -> list[bytes]:
    """Return the demo's examples as the bodies of requests."""
    return [
        given.model_dump_json(exclude_none=True).encode() for given in demo.load_module().EXAMPLES
    ]


async def answers(url: str, path: str, bodies: list[bytes]) -> list[bytes]:
    """Return what each body is answered with, one after the other."""
    connection = Connection(url)
    try:
        async with asyncio.timeout(60):
            found = [await connection.post(path, body) for body in bodies]
    finally:
        connection.close()
    for status, body in found:
        if status != 200:
            raise WrongAnswerError(f"{path} answers {status}: {body[:200]!r}")
    return [body for _, body in found]


def check_predictions(demo: Demo, found: list[bytes]) -> None:
    """Hold the answers to those of the model in this process; WrongAnswerError if one differs."""
    module = demo.load_module()
    model = module.load()
    for given, body in zip(module.EXAMPLES, found, strict=True):
        right: dict[str, Any] = module.predict(model, given).model_dump(mode="json")
        if json.loads(body)["prediction"] != json.loads(json.dumps(right)):
            raise WrongAnswerError(f"{demo.name} answers {body[:200]!r}, not {right}.")


def asking(path: str, bodies: list[bytes], right: list[bytes]) -> Call:
    """Return the call that sends the bodies in turn and holds each answer to the right one."""

    async def call(connection: Connection, number: int) -> None:
        which = number % len(bodies)
        status, body = await connection.post(path, bodies[which])
        if status != 200 or body != right[which]:
            raise WrongAnswerError(f"{path} answers {status}: {body[:200]!r}")

    return call
