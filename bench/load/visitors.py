"""32 visitors on the pages of all demos at once, who click examples and verdicts."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench.app_server import Server
from bench.load.client import TIMEOUT_S, WrongAnswerError, percentile
from bench.load.production import processor_s
from bench.row import Row
from bench.start import link, resident
from deploy.streamlit_client import Tab, stream
from showcase.contract import Demo
from showcase.feedback import open_store

PAUSE_S = 5.0  # somebody who reads the answer
LEAST_PER_S, P95_MS = 25, 1_500  # without a pause
LIMIT_MIB = 690  # what the smallest free host gives
VERDICT_EVERY = 4
BUDGET = f"{LEAST_PER_S} clicks/s, p95 {P95_MS:,} ms"


class Visitor:
    """A tab and the connection over which it speaks."""

    def __init__(self, tab: Tab, connection: ClientConnection) -> None:
        self.tab = tab
        self._connection = connection

    async def open(self) -> None:
        """Return when the page is finished."""
        await self._run(self.tab.open())

    async def click(self, key: str, filled: Mapping[str, str | bool] | None = None) -> None:
        """Return when what a click brings is there; WrongAnswerError without such a button."""
        try:
            message = self.tab.click(key, filled)
        except KeyError:
            raise WrongAnswerError(f"/{self.tab.path} has no button {key}.") from None
        await self._run(message)

    async def _run(self, message: bytes) -> None:
        await self._connection.send(message)
        async with asyncio.timeout(TIMEOUT_S):
            while not self.tab.receive(await self._connection.recv()):
                pass


@contextlib.asynccontextmanager
async def visiting(url: str, page: str, query: str) -> AsyncIterator[Visitor]:
    """Hold a visitor's connection until the block ends; compressed, as browsers ask for it."""
    async with connect(**stream(url), ping_interval=None) as connection:
        yield Visitor(Tab(url, page, query), connection)


def sentences(tab: Tab) -> list[str]:
    """Return of an answer what does not depend on who asks when: headings and text."""
    kinds = ((element, element.WhichOneof("type")) for element in tab.elements)
    return [getattr(element, kind).body for element, kind in kinds if kind in ("heading", "text")]


def thanked(tab: Tab) -> bool:
    """Return True if the page says thank you."""
    return any(alert.format == alert.SUCCESS for alert in tab.of_kind("alert"))


@dataclass
class Seen:
    """What the visitors met: how long each click took, what was wrong, how many verdicts."""

    times_ms: list[float] = field(default_factory=list)
    opened_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    verdicts: int = 0
    memory_mib: float = 0.0
    took_s: float = 0.0
    client_s: float = 0.0
    opening_s: float = 0.0
    clicking_s: float = 0.0

    @property
    def is_fast(self) -> bool:
        """Whether as many clicks a second were answered as is aimed at, and as soon."""
        per_second = len(self.times_ms) / self.took_s
        return per_second >= LEAST_PER_S and percentile(self.times_ms, 95) <= P95_MS

    def __str__(self) -> str:
        p50, p95 = percentile(self.times_ms, 50), percentile(self.times_ms, 95)
        return (
            f"{len(self.times_ms) / self.took_s:,.1f} clicks/s, p50 {p50:,.0f} ms, "
            f"p95 {p95:,.0f} ms, {self.clicking_s * 1000 / len(self.times_ms):,.0f} ms of "
            f"processor each, {self.client_s * 1000 / len(self.times_ms):,.0f} ms of the client's"
        )


@dataclass
class Guest:
    """One of the visitors: which page they are on and what it says when nobody else is there."""

    number: int
    demo: Demo
    right: list[list[str]]
    visitor: Visitor
    seen: Seen

    async def open(self) -> None:
        """Open the page."""
        began = time.perf_counter()
        await self.visitor.open()
        self.seen.opened_ms.append((time.perf_counter() - began) * 1000)
        tab = self.visitor.tab
        empty = [] if sentences(tab) else [f"{self.demo.name} stays empty."]
        self.seen.errors += tab.errors or empty

    async def stay(self, end: float, pause: float) -> None:
        """Click the examples in turn, each guest from another one, now and then a verdict."""
        await asyncio.sleep(random.Random(self.number).uniform(0, pause))
        step = 0
        while time.perf_counter() < end:
            index = (self.number + step) % len(self.right)
            await self.click(f"example_{index}", self.right[index])
            if step % VERDICT_EVERY == 0 and step < len(self.right):  # each is judged once at most
                await asyncio.sleep(pause)
                await self.click("correct", self.right[index])
                if thanked(self.visitor.tab):
                    self.seen.verdicts += 1
                else:
                    self.seen.errors.append(f"{self.demo.name}: no thanks for a verdict.")
            await asyncio.sleep(pause)
            step += 1

    async def click(self, button: str, right: list[str]) -> None:
        """Click a button; note how long it took and what is wrong with what it brought."""
        began = time.perf_counter()
        await self.visitor.click(f"{self.demo.name}_{button}")
        self.seen.times_ms.append((time.perf_counter() - began) * 1000)
        self.seen.errors += self.visitor.tab.errors
        if (shown := sentences(self.visitor.tab)) != right:
            self.seen.errors.append(f"{self.demo.name} says {shown}, not {right}.")


def rows(
    server: Server, store_url: str, demos: tuple[Demo, ...], visitors: int, seconds: float
) -> Iterator[Row]:
    """Yield delays with a pause between clicks and without, memory, errors and verdicts lost."""
    right = {demo.name: uvloop.run(alone(server.url, demo)) for demo in demos}
    crowd = [demos[number % len(demos)] for number in range(visitors)]
    before, seen = resident(server), Seen()
    for pause, what in ((PAUSE_S, f"{PAUSE_S:g} s between clicks"), (0.0, "without a pause")):
        seen = Seen(errors=seen.errors, verdicts=seen.verdicts)
        uvloop.run(visited(server, crowd, right, seen, seconds=seconds, pause=pause))
        aim = () if pause else (BUDGET, seen.is_fast)
        yield Row(f"{visitors} visitors at once, {what}", str(seen), *aim)
    cost = seen.opening_s * 1000 / visitors
    opened = f"p95 {percentile(seen.opened_ms, 95):,.0f} ms, {cost:,.0f} ms of processor each"
    yield Row(f"{visitors} visitors who come in the same moment: page there", opened)
    yield Row("Memory before them", f"{before:.0f} MiB")
    most = seen.memory_mib
    yield Row("Memory with them", f"{most:.0f} MiB", f"{LIMIT_MIB} MiB", most <= LIMIT_MIB)
    wrong = f"{len(seen.errors)}: {seen.errors[0]}" if seen.errors else "0"
    yield Row("Errors on their pages, or answers to another's click", wrong, "0", not seen.errors)
    lost = seen.verdicts - len(open_store(store_url).read())
    what = f"Of the {seen.verdicts} verdicts they were thanked for: not stored once"
    yield Row(what, str(abs(lost)), "0", lost == 0 and seen.verdicts > 0)


async def alone(url: str, demo: Demo) -> list[list[str]]:
    """Return what the page says to each example while nobody else is there."""
    async with visiting(url, demo.page_name, link_to(demo)) as visitor:
        await visitor.open()
        found = []
        for index in range(len(demo.load_module().EXAMPLES)):
            await visitor.click(f"{demo.name}_example_{index}")
            if visitor.tab.errors:
                raise WrongAnswerError(f"{demo.name}, example {index}: {visitor.tab.errors[0]}")
            found.append(sentences(visitor.tab))
    if len({tuple(said) for said in found}) < 2:
        raise WrongAnswerError(f"{demo.name} says {found[0]} to each of its examples.")
    return found


async def visited(
    server: Server,
    crowd: list[Demo],
    right: dict[str, list[list[str]]],
    seen: Seen,
    *,
    seconds: float,
    pause: float,
) -> None:
    """Let a visitor per demo of the crowd open its page at once and click for a while."""
    async with contextlib.AsyncExitStack() as stack:
        guests = []
        for number, demo in enumerate(crowd):
            stay = visiting(server.url, demo.page_name, link_to(demo))
            visitor = await stack.enter_async_context(stay)
            guests.append(Guest(number, demo, right[demo.name], visitor, seen))
        used = processor_s(server)
        await asyncio.gather(*(guest.open() for guest in guests))
        seen.opening_s = used()
        began, used, client = time.perf_counter(), processor_s(server), time.process_time()
        await asyncio.gather(*(guest.stay(began + seconds, pause) for guest in guests))
        seen.took_s = time.perf_counter() - began
        seen.client_s = time.process_time() - client
        seen.clicking_s = used()
        seen.memory_mib = resident(server)


def link_to(demo: Demo) -> str:
    """Return the query of a link to the demo's form."""
    return urlencode({name: values[0] for name, values in link(demo).items()})
