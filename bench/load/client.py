"""A client that costs next to nothing, so that it is the server that is measured."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httptools

TIMEOUT_S = 60


class WrongAnswerError(Exception):
    """An answer that was not the right one: what was measured then is worth nothing."""


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection that is kept open; one request at a time."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body = bytearray()

    async def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body that a path answers with."""
        return await self.send(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the body that a path answers with to JSON."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self.send(head.encode() + body)

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request."""
        if self._transport is None or self._transport.is_closing():
            await self._open()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    async def _open(self) -> None:
        host, port = self.host.split(":")
        await asyncio.get_running_loop().create_connection(lambda: self, host, int(port))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to read answers."""
        self._transport = transport
        self._parser = httptools.HttpResponseParser(self)
        self._body.clear()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so to whoever waits for an answer."""
        if self._answer is not None and not self._answer.done():
            said = f"The server closed the connection: {exc or 'no reason given'}."
            self._answer.set_exception(WrongAnswerError(said))

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the answer."""
        self._body += body

    def on_message_complete(self) -> None:
        """Hand the answer to whoever waits for it."""
        answer = self._parser.get_status_code(), bytes(self._body)
        self._body.clear()
        if not self._answer.done():  # it is where the wait was cut off
            self._answer.set_result(answer)


@dataclass(frozen=True)
class Measured:
    """How fast the answers came, and the processor time that asking for one took the client."""

    answers: int
    took_s: float
    times_ms: list[float]
    client_s: float

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(
            self.answers + other.answers,
            self.took_s + other.took_s,
            self.times_ms + other.times_ms,
            self.client_s + other.client_s,
        )

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answers / self.took_s

    @property
    def client_ceiling(self) -> float:
        """How many answers per second the client could ask for with a core to itself."""
        return self.answers / self.client_s

    def percentile(self, number: int) -> float:
        """Return the time in ms that so many of a hundred answers stayed within."""
        return percentile(self.times_ms, number)

    def __str__(self) -> str:
        return (
            f"{self.per_second:,.0f}/s, p50 {self.percentile(50):.1f} ms, "
            f"p99 {self.percentile(99):.1f} ms"
        )


def percentile(values: list[float], number: int) -> float:
    """Return the value that so many of a hundred stay within.

    >>> percentile([float(value) for value in range(101)], 95)
    95.0
    """
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[number - 1]


Call = Callable[[Connection, int], Awaitable[None]]


async def measure(url: str, call: Call, clients: int, seconds: float) -> Measured:
    """Return how fast a call is that so many clients repeat, each as soon as it has its answer.

    `call` is given the connection and a number that goes up; it must check what it gets and raise
    WrongAnswerError. The first call of each client is not counted.
    """
    connections = [Connection(url) for _ in range(clients)]
    times: list[float] = []

    async def repeat(connection: Connection, number: int, end: float) -> None:
        while (began := time.perf_counter()) < end:
            await call(connection, number)
            times.append((time.perf_counter() - began) * 1000)
            number += 1

    try:
        async with asyncio.timeout(seconds + TIMEOUT_S), asyncio.TaskGroup() as group:
            for number, connection in enumerate(connections):
                group.create_task(call(connection, number))
        began, used = time.perf_counter(), time.process_time()
        async with asyncio.timeout(seconds + TIMEOUT_S), asyncio.TaskGroup() as group:
            for number, connection in enumerate(connections):
                group.create_task(repeat(connection, number, began + seconds))
    except* WrongAnswerError as wrong:
        raise wrong.exceptions[0] from None
    finally:
        for connection in connections:
            connection.close()
        await asyncio.sleep(0)  # or they are still open when the loop ends
    took, used = time.perf_counter() - began, time.process_time() - used
    if not times:
        raise WrongAnswerError(f"Nothing was answered in {seconds} s.")
    return Measured(len(times), took, times, used)
