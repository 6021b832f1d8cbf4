"""What the smoke test does as a visitor: it opens pages over the websocket, as a browser does."""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from google.protobuf.message import DecodeError
from smoke_api import example, written
from smoke_client import Api, Failed
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect


@dataclass
class Page:
    """What a finished page shows: its elements in the order in which they came."""

    elements: list[Element] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    found: bool = True

    def of_kind(self, kind: str) -> list[Any]:
        """Return the elements of a kind: `heading`, `button`, `exception`."""
        shown = [element for element in self.elements if element.WhichOneof("type") == kind]
        return [getattr(element, kind) for element in shown]


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


def opened(api: Api, path: str, query: str) -> Page:
    """Return the page as a new visitor gets it; Failed if it says that something went wrong."""
    address = urlsplit(api.url)
    scheme = "wss" if address.scheme == "https" else "ws"
    stream = f"{scheme}://{address.netloc}{address.path}/_stcore/stream"
    try:
        with connect(
            stream,
            origin=f"{address.scheme}://{address.netloc}",
            subprotocols=["streamlit"],
            additional_headers=_cookies(api),
            open_timeout=api.timeout_s,
            max_size=None,
        ) as connection:
            connection.send(_rerun(f"{api.url}/{path}", path, query))
            page = _finished(connection, api.timeout_s)
    except (OSError, WebSocketException, DecodeError) as error:
        raise Failed(f"{stream} does not hold a visitor's connection: {error}.") from error
    if not page.found:
        raise Failed(f"There is no page /{path}.")
    _complain(page, path)
    api.pages = page.paths
    return page


def _cookies(api: Api) -> dict[str, str]:
    """Return the header with the cookies of the deployment, some hosts let nobody in without."""
    request = Request(f"{api.url}/_stcore/stream")
    api.cookies.add_cookie_header(request)
    return dict(request.header_items())


def _rerun(url: str, path: str, query: str) -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = path
    message.rerun_script.query_string = query
    message.rerun_script.context_info.url = url
    return message.SerializeToString()


def _finished(connection: Any, timeout_s: float) -> Page:
    """Return what came until the script had run to its end; a rerun begins anew."""
    deadline = time.monotonic() + timeout_s
    page = Page()
    while True:
        message = ForwardMsg.FromString(connection.recv(timeout=deadline - time.monotonic()))
        kind = message.WhichOneof("type")
        if kind == "new_session":
            page.elements.clear()
        elif kind == "navigation":
            page.paths = [one.url_pathname for one in message.navigation.app_pages]
        elif kind == "page_not_found":
            page.found = False
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            page.elements.append(message.delta.new_element)
        elif kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        ):
            return page


def _complain(page: Page, path: str) -> None:
    """Fail for what a visitor would read as an error."""
    for exception in page.of_kind("exception"):
        raise Failed(f"/{path} shows {exception.type}: {exception.message}")
    for alert in page.of_kind("alert"):
        if alert.format == alert.ERROR:
            raise Failed(f"/{path} says: {alert.title} {alert.body}".strip())
