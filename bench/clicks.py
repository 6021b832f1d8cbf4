"""What a click on an example costs the server, page by page."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import uvloop

from bench.app_server import Server, running_production
from bench.load.client import WrongAnswerError
from bench.load.production import OPTIONS, processor_s, settings, wait_until_ready
from bench.load.visitors import link_to, visiting
from bench.row import Row
from models.registry import DEMOS
from showcase.contract import Demo

ROUNDS = 6
WORST_MS, MEDIAN_MS = 40, 20


def rows() -> Iterator[Row]:
    """Yield the processor time of a click on each page, and of the median page.

    Beside it the same click on a bare page: the model's fields, examples and answer alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        log, env = Path(folder) / "log", settings(f"csv:{folder}/feedback.csv")
        plain_log, plain_app = Path(folder) / "plain_log", "bench.plain_click_page:app"
        with (
            running_production(log, env, options=OPTIONS) as server,
            running_production(plain_log, env, options=OPTIONS, app=plain_app) as plain,
        ):
            wait_until_ready(server.url)
            costs = []
            for demo in DEMOS:
                costs.append(uvloop.run(click_ms(server, demo, demo.page_name, link_to(demo))))
                bare = uvloop.run(click_ms(plain, demo, "", f"demo={demo.name}"))
                budget, within = f"{WORST_MS} ms", costs[-1] <= WORST_MS
                what = f"{demo.title}: processor time of a click on an example"
                yield Row(what, f"{costs[-1]:.0f} ms", budget, within, costs[-1] / bare)
    median = statistics.median(costs)
    what = "The median page: processor time of a click"
    yield Row(what, f"{median:.0f} ms", f"{MEDIAN_MS} ms", median <= MEDIAN_MS)


async def click_ms(server: Server, demo: Demo, page: str, query: str) -> float:
    """Return the mean cost of a click on each example, the least of several rounds."""
    async with visiting(server.url, page, query) as visitor:
        await visitor.open()
        examples = range(len(demo.load_module().EXAMPLES))
        costs = []
        for _ in range(ROUNDS):
            used = processor_s(server)
            for index in examples:
                await visitor.click(f"{demo.name}_example_{index}")
            costs.append(1000 * used() / len(examples))
        if visitor.tab.errors:
            raise WrongAnswerError(visitor.tab.errors[0])
    return min(costs)
