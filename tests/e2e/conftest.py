"""A real Chromium on the real app."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from bench.app_server import Server, running_app
from bench.browser import launch
from tests.e2e.runs import follow, wait_for_runs

# On a deep link such as /rainfall Streamlit looks for its server below the page's path first,
# and finds it one level up: two 404s that are its own and that no app can avoid.
STREAMLIT_PROBES = ("/_stcore/health", "/_stcore/host-config")
AXE = Axe()
WHAT_FAILS = {"resultTypes": ["violations"]}  # the rest takes axe most of its time
# What axe calls serious in Streamlit's own elements, which no app can change: the rule, and where.
STREAMLITS = {
    "list": "[data-testid=stSidebarNav]",  # its sections are children of the list
    "listitem": "[data-testid=stSidebarNav]",
    "color-contrast": "code",  # the colours of its highlighter
    "scrollable-region-focusable": "pre",  # long lines of code scroll
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # as long as Playwright's own waiting: machines are busy
    with sync_playwright() as playwright:
        try:
            opened = launch(playwright)
        except FileNotFoundError:
            if os.environ.get("CI"):
                pytest.fail("CI needs Chromium: tests/e2e/install_browser.sh installs it")
            pytest.skip("no Chromium on this machine: tests/e2e/install_browser.sh installs it")
        yield opened
        opened.close()


def app_storing_in(folder: Path) -> AbstractContextManager[Server]:
    env = {
        "VITRINE_FEEDBACK_URL": f"csv:{folder}/feedback.csv",
        "VITRINE_FEEDBACK_LASTING": "true",
        "VITRINE_WARM": "0",
    }
    return running_app(folder / "app.log", env)


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory) -> Iterator[Server]:
    """One app for the tests that do not care what is in the store: feedback.csv beside its log."""
    with app_storing_in(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture
def app(shared_app) -> Server:
    """The same app after somebody has thrown away its CSV, which it must bear at any time."""
    folder = shared_app.log.parent
    for name in ("feedback.csv", "feedback.csv.index"):
        (folder / name).unlink(missing_ok=True)
    return shared_app


@pytest.fixture
def fresh_app(tmp_path) -> Iterator[Server]:
    """A process of this test's own, which nobody has visited yet."""
    with app_storing_in(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def shared_context(browser: Browser) -> BrowserContext:
    """Where the tabs of all tests are opened, so that Streamlit's code is fetched and read once."""
    return browser.new_context()


@pytest.fixture
def open_tab(browser: Browser, shared_context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """A function that opens a tab of its own visit; at the end no tab may have logged an error."""
    tabs: list[Page] = []
    problems: list[str] = []

    def opened(url: str, width: int = 1280, scheme: str = "light", **options) -> Page:
        screen = {"width": width, "height": 800}
        if options:  # of a context: a finger instead of a mouse
            page = browser.new_context(viewport=screen, **options).new_page()
        else:
            page = shared_context.new_page()
            page.set_viewport_size(screen)
        tabs.append(page)
        page.emulate_media(color_scheme=scheme)
        page.on("console", lambda message: problems.extend(_console_problem(message)))
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("response", lambda response: problems.extend(_failed(response)))
        follow(page)
        page.goto(url)
        ready(page)
        return page

    yield opened
    for page in tabs:
        (page if page.context is shared_context else page.context).close()
    shared_context.clear_cookies()
    assert problems == []


def _console_problem(message: ConsoleMessage) -> list[str]:
    if message.type != "error" or message.location["url"].endswith(STREAMLIT_PROBES):
        return []
    return [f"console: {message.text} ({message.location['url']})"]


def _failed(response: Response) -> list[str]:
    if response.status < 400 or response.url.endswith(STREAMLIT_PROBES):
        return []
    return [f"{response.status}: {response.url}"]


DRAWN = """() => !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')"""
IDLE = "() => new Promise(done => requestIdleCallback(done, {timeout: 5000}))"


def ready(page: Page) -> None:
    """Wait until all runs have ended, every element is drawn, none is stale, and keys are heard.

    Streamlit fetches the code of an element, a button's too, when it first draws one; a button
    listens to its key when the browser has nothing more to do.
    """
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000
    )
    page.wait_for_selector("h1", timeout=30_000)
    wait_for_runs(page)
    page.wait_for_function(DRAWN, timeout=30_000)
    page.evaluate(IDLE)


def overflow(page: Page) -> int:
    """Return by how many pixels the page, or what scrolls in it, is wider than the screen."""
    document = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    main = page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth")
    return max(document, main)


def verdict_on_the_first_screen(page: Page) -> bool:
    """Tell whether the last of the verdict's buttons can be seen without scrolling."""
    box = page.get_by_role("button", name="Not sure").bounding_box()
    return box is not None and box["y"] + box["height"] <= 800


def press(page: Page, key: str) -> None:
    """Press a key when what it does can be seen."""
    ready(page)
    page.keyboard.press(key)


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or worse in what is ours, with the elements that it names."""
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in AXE.run(page, options=WHAT_FAILS).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
        if not page.locator(node["target"][0]).first.evaluate(
            "(element, owner) => element.closest(owner)", STREAMLITS.get(violation["id"], "nothing")
        )
    ]
