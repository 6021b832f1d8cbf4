"""What the smoke test does as a visitor: it opens pages over the websocket, as a browser does."""

import time
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from google.protobuf.message import DecodeError
from smoke_api import example, written
from smoke_client import Api, Failed
from streamlit_client import Tab, stream
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect


def gallery(api: Api) -> str:
    """Open the app as a new visitor does."""
    return plain_page_check(api, "")


def plain_page_check(api: Api, path: str) -> str:
    """Open a page that asks no model by itself; it must show a heading."""
    titles = [heading.body for heading in opened(api, path, "").of_kind("heading")]
    if not titles:
        raise Failed(f"/{path} has no heading: the page stays empty.")
    return titles[0]


def page_check(api: Api, demo: dict[str, Any]) -> str:
    """Open the demo's page with its first example; an answer brings the buttons to judge it."""
    name, title, path = demo["name"], demo["title"], demo["page"].strip("/")
    values = {f"{name}_{key}": written(value) for key, value in example(api, name).items()}
    tab = {} if path == name else {f"{path}_tab": title}
    page = opened(api, path, urlencode(tab | values))
    if not any(button.id.endswith(f"-{name}_correct") for button in page.of_kind("button")):
        raise Failed(f"/{path} gives no answer to judge to {values}.")
    plots = len(page.of_kind("plotly_chart"))
    return f"an answer to judge, {len(page.elements)} elements, {plots} of them charts"


def opened(api: Api, path: str, query: str) -> Tab:
    """Return the page as a new visitor gets it; Failed if it says that something went wrong."""
    tab, address = Tab(api.url, path, query), stream(api.url)
    cookies = Request(f"{api.url}/_stcore/stream")  # some hosts let nobody in without theirs
    api.cookies.add_cookie_header(cookies)
    try:
        with connect(
            **address,
            additional_headers=dict(cookies.header_items()),
            open_timeout=api.timeout_s,
        ) as connection:
            deadline = time.monotonic() + api.timeout_s
            connection.send(tab.open())
            while not tab.receive(connection.recv(timeout=deadline - time.monotonic())):
                pass
    except (OSError, WebSocketException, DecodeError) as error:
        raise Failed(f"{address['uri']} does not hold a visitor's connection: {error}.") from error
    if tab.errors:
        raise Failed(tab.errors[0])
    api.pages = tab.menu
    return tab
