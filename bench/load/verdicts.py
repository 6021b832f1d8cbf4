"""10,000 verdicts through the API from 16 clients; then the store is read back."""

import asyncio
import json
import time
from collections.abc import Iterator
from uuid import uuid4

import uvloop

from bench.load.client import Connection, WrongAnswerError
from bench.load.predicting import answers, inputs
from bench.row import Row
from showcase.contract import registry
from showcase.feedback import open_store

CLIENTS = 16
TWICE = 25  # each so manieth is sent twice at nearly the same time, as a client that is in doubt
DEMO = "flower_power"
PATH = "/api/v1/feedback"


def rows(url: str, store_url: str, count: int) -> Iterator[Row]:
    """Yield the verdicts per second, and how many of them the store lacks or holds twice."""
    bodies = uvloop.run(prepared(url, count))
    began = time.perf_counter()
    uvloop.run(sent(url, list(bodies.values())))
    took = time.perf_counter() - began
    yield Row(f"Verdicts through the API from {CLIENTS} clients", f"{count / took:,.0f}/s")
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
            "session": f"load{number % CLIENTS}",
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
            for _ in range(CLIENTS):
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
