"""The API of one server: `predict` from 1, 8 and 64 clients, and 10,000 verdicts from 16."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import uvloop

from bench.app_server import Server
from bench.load.client import Call, Connection, Measured, WrongAnswerError, measure
from bench.load.production import processor_s
from bench.row import Row
from showcase.contract import Demo, registry
from showcase.feedback import open_store

CLIENTS = (1, 8, 64)


def predict_rows(server: Server, demos: tuple[Demo, ...], seconds: float) -> Iterator[Row]:
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


WRITERS = 16
TWICE = 25  # each so manieth is sent twice at nearly the same time, as a client that is in doubt
DEMO = "flower_power"
PATH = "/api/v1/feedback"


def verdict_rows(url: str, store_url: str, count: int) -> Iterator[Row]:
    """Yield the verdicts per second, and how many of them the store lacks or holds twice."""
    bodies = uvloop.run(prepared(url, count))
    began = time.perf_counter()
    uvloop.run(sent(url, list(bodies.values())))
    took = time.perf_counter() - began
    yield Row(f"Verdicts through the API from {WRITERS} clients", f"{count / took:,.0f}/s")
    wrong = complaint(store_url, bodies)
    again = len(range(0, count, TWICE))
    what = f"Of {count:,} verdicts, {again:,} sent twice: lost, doubled or altered"
    yield Row(what, wrong or "0", "0", not wrong)


async def prepared(url: str, count: int) -> dict[str, bytes]:
    """Return the body of each verdict by its id; the comment is its number."""
    examples = inputs(registry.find(DEMO))
    path = f"/api/v1/demos/{DEMO}/predict"
    found = [json.loads(body) for body in await answers(url, path, examples)]
    bodies = {}
    for number in range(count):
        which = number % len(examples)
        verdict = {
            "id": str(uuid4()),
            "demo": DEMO,
            "model_version": found[which]["model_version"],
            "input": json.loads(examples[which]),
            "verdict": ("correct", "unsure")[number % 2],
            "comment": str(number),
            "session": f"load{number % WRITERS}",
        }
        bodies[verdict["id"]] = json.dumps(verdict).encode()
    return bodies


async def sent(url: str, bodies: list[bytes]) -> None:
    """Send every verdict once, and each so manieth once more; WrongAnswerError if one is refused.

    The second of two may be told that it is new, too, while the first is on its way: only the store
    says what became of them.
    """
    queue = [body for number, body in enumerate(bodies) for _ in range(1 + (number % TWICE == 0))]
    waiting = iter(queue)

    async def client() -> None:
        connection = Connection(url)
        for body in waiting:
            status, answer = await connection.post(PATH, body)
            if status not in (200, 201) or json.loads(answer)["id"] != json.loads(body)["id"]:
                raise WrongAnswerError(f"{PATH} answers {status}: {answer[:200]!r}")
        connection.close()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(WRITERS):
                group.create_task(client())
    except* WrongAnswerError as wrong:
        raise wrong.exceptions[0] from None


def complaint(store_url: str, bodies: dict[str, bytes]) -> str:
    """Return what the store has that was not sent so, or lacks; nothing if all is well."""
    kept = open_store(store_url).read()
    kept = kept[kept["session"].str.startswith("load")]
    sent_ids, found_ids = set(bodies), set(kept["id"])
    altered = sum(
        1
        for row in kept.to_dict("records")
        if row["id"] in sent_ids and not _same(row, json.loads(bodies[row["id"]]))
    )
    counts = {
        "lost": len(sent_ids - found_ids),
        "doubled": len(kept) - len(found_ids),
        "never sent": len(found_ids - sent_ids),
        "altered": altered,
    }
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)


def _same(row: dict, verdict: dict) -> bool:
    keys = ("demo", "model_version", "verdict", "comment", "session")
    return all(str(row[key]) == verdict[key] for key in keys) and (
        json.loads(row["input"]) == verdict["input"]
    )
