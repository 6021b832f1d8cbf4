"""Fixtures that several test folders share: a store of its own and the app over it."""

import asyncio
import base64
import gc
import json
from collections.abc import Callable, Generator, Iterator
from functools import cache
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from models.registry import DEMOS
from showcase.contract import Demo, ModelInput
from showcase.contract.fields import key
from showcase.feedback import Store, open_store
from showcase.runtime import loading, project
from showcase.runtime.settings import settings
from showcase.ui.api_snippet import SERVED
from showcase.ui.charts import Figure
from showcase.ui.query_params import written

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 60

project.use(DEMOS, ROOT)

# A test says itself when models catch up: the thread that looks every second would read a test's
# settings before they are made.
loading._follow = lambda: None

# Each AppTest looks through all installed packages for components, as a server does once.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let half of the workers begin with the browser, the others with files that have slow tests.

    Each worker has an equal share of the list. What is quick comes last, for others to take over.
    """
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers == 1:
        return
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    half = workers // 2
    for mark, takers in (("e2e", shares[:half]), ("slow", shares[half:])):
        marked = [
            path for path, of_file in files.items()
            if any(item.get_closest_marker(mark) for item in of_file)
        ]  # fmt: skip
        for share, path in zip(cycle(takers), marked, strict=False):
            share.extend(files.pop(path))
    rest = chain.from_iterable(files.values())
    for number, share in enumerate(shares):
        size = len(items) * (number + 1) // workers - len(items) * number // workers
        share.extend(islice(rest, max(size - len(share), 0)))
    items[:] = chain.from_iterable(shares)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Hide the loop that a worker's browser leaves running in its thread from all other tests."""
    loop = None if item.get_closest_marker("e2e") else asyncio._get_running_loop()
    if loop is None:
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)


def pytest_collection() -> None:
    """Collect no garbage while modules are imported, which takes a fifth of that time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all modules."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture
def feedback_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A CSV store of this test alone, used by every page it opens."""
    url = f"csv:{tmp_path / 'feedback.csv'}"
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", url)
    monkeypatch.setenv("VITRINE_FEEDBACK_SPOOL", str(tmp_path / "spool.csv"))
    monkeypatch.setenv("VITRINE_WARM", "0")
    settings.cache_clear()
    loading.store.clear()
    loading.catch_up()
    yield url
    settings.cache_clear()
    loading.store.clear()


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A function that makes these the project's demos until the test ends."""

    def use(*demos: Demo) -> None:
        monkeypatch.setattr("models.registry.DEMOS", demos)
        project.use(demos, ROOT)

    yield use
    project.use(DEMOS, ROOT)


@pytest.fixture
def store(feedback_url: str) -> Store:
    """The store that the pages of this test write to."""
    return open_store(feedback_url)


@pytest.fixture(autouse=True)
def home_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let AppTest run Home.py first, as every session after the first one does.

    AppTest starts each run as the first of a process, in which Streamlit runs the page alone; what
    the app does then is seen in the browser tests.
    """
    start = PagesManager.__init__

    def started(self: PagesManager, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", started)
    monkeypatch.setattr(SERVED, "api", False)  # whatever another test has served


@pytest.fixture
def open_page(feedback_url: str) -> Callable[..., AppTest]:
    """A function that opens the gallery or a demo's page, as a visitor would."""

    def opened(name: str | None = None, **query: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=TIMEOUT_S)
        for parameter, value in query.items():
            at.query_params[parameter] = value
        return (at if name is None else at.switch_page(f"pages/{name}.py")).run()

    return opened


def copied_link(at: AppTest) -> str:
    """Return what a click on "Copy link" copies; empty where there is no such button."""
    shown = (one.proto for one in at.get("bidi_component"))
    return next((json.loads(one.json)["url"] for one in shown if one.component_name == "link"), "")


@pytest.fixture
def open_form(open_page: Callable[..., AppTest]) -> Callable[[Demo, ModelInput], AppTest]:
    """A function that opens a demo's page by a link to an input: its form, whichever tab has it."""

    def opened(demo: Demo, given: ModelInput) -> AppTest:
        link = {key(demo.name, field): text for field, text in written(given).items()}
        return open_page(demo.page_name, **link, **demo.deep_link)

    return opened


@pytest.fixture(scope="session")
def drawn() -> Callable[[Figure], go.Figure]:
    """A function that reads a figure through Plotly, which refuses what it does not know."""
    return lambda figure: go.Figure(_unpacked(figure.data), figure.layout)


def _unpacked(value: Any) -> Any:
    """Return traces with NumPy's arrays in place of those in base64."""
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "bdata" not in value:
        return {name: _unpacked(one) for name, one in value.items()}
    shape = [int(size) for size in value.get("shape", "-1").split(",")]
    return np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"]).reshape(shape)
