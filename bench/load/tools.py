"""What an assistant's call costs the server beyond the route that answers the same, in one run."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from bench.app_server import Server
from bench.load.production import processor_s
from bench.row import Row
from showcase.contract import Demo

ROUNDS, CALLS = 5, 40  # taken in turns, since the machine is not the same from second to second
MOST_MS = 10.0


def rows(server: Server, demos: tuple[Demo, ...]) -> Iterator[Row]:
    """Yield for each demo the processor time of a tool call beyond that of the route."""
    for demo, tool, route in asyncio.run(_measured(server, demos)):
        beyond = tool - route
        told = f"{beyond:.1f} ms of processor, {tool / route:.2f} times the route"
        what = f"{demo.title}: a tool call, beyond the route"
        yield Row(what, told, f"{MOST_MS:.0f} ms", beyond <= MOST_MS)


async def _measured(server: Server, demos: tuple[Demo, ...]) -> list[tuple[Demo, float, float]]:
    """Return each demo with what its tool and its route take of the server, in ms."""
    async with (
        httpx2.AsyncClient(timeout=60) as http,
        Client(streamable_http_client(f"{server.url}/api/mcp", http_client=http)) as client,
    ):
        await client.list_tools()
        found = []
        for demo in demos:
            given = demo.load_module().EXAMPLES[0].model_dump(mode="json")
            path = f"{server.url}/api/v1/demos/{demo.name}/predict"

            async def tool(name: str = demo.name, given: dict = given) -> None:
                result = await client.call_tool(f"predict_{name}", given)
                assert not result.is_error

            async def route(path: str = path, given: dict = given) -> None:
                (await http.post(path, json=given)).raise_for_status()

            costs = [[], []]
            for _ in range(ROUNDS):
                for cost, ask in zip(costs, (tool, route), strict=True):
                    cost.append(await _cost_ms(server, ask))
            found.append((demo, *map(min, costs)))
        return found


async def _cost_ms(server: Server, ask: Callable[[], Awaitable[None]]) -> float:
    await ask()
    used = processor_s(server)
    for _ in range(CALLS):
        await ask()
    return used() * 1000 / CALLS
