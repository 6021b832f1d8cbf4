"""Streamlit's protocol as a browser's tab speaks it: what it sends, and what the answers show.

It reads and writes messages only: its users hold the websocket, opened with what `stream` returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def stream(url: str) -> dict[str, Any]:
    """Return the arguments with which `websockets` connects to the app at this address."""
    address = urlsplit(url)
    scheme = "wss" if address.scheme == "https" else "ws"
    return {
        "uri": f"{scheme}://{address.netloc}{address.path}/_stcore/stream",
        "origin": f"{address.scheme}://{address.netloc}",
        "subprotocols": ["streamlit"],
        "max_size": None,
    }


def asks_for_run(sent: bytes) -> bool:
    """Return True if a tab's message asks for a run of the script."""
    return BackMsg.FromString(sent).WhichOneof("type") == "rerun_script"


def begins_run(message: ForwardMsg) -> bool:
    """Return True if this is the first message of a run; what came before is out of date."""
    return message.WhichOneof("type") == "new_session"


def _key_in(widget_id: str) -> str:
    """Return the key that an id of the form "$$ID-digest-key" ends with."""
    return widget_id.split("-", 2)[-1]


def ends_run(message: ForwardMsg) -> bool:
    """Return True if a run has come to its end and no other one begins by itself."""
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )


@dataclass
class Tab:
    """A tab on a page: its address, its buttons, and the elements of the latest run in order."""

    url: str  # of the app
    path: str
    query: str = ""
    elements: list[Element] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)  # the paths of the app's pages
    errors: list[str] = field(default_factory=list)  # what a visitor would read as one
    _script: str = ""
    _buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def open(self) -> bytes:
        """Return the message that asks for the page."""
        message = BackMsg()
        message.rerun_script.page_name = self.path
        return self._run(message)

    def click(self, key: str, filled: Mapping[str, str | bool] | None = None) -> bytes:
        """Return the message of a click, with what was filled in; KeyError without such a button.

        `filled` is key to text, of a text field, or key to whether a box is ticked.
        """
        message = BackMsg()
        button, message.rerun_script.fragment_id = self._buttons[key]
        message.rerun_script.page_script_hash = self._script
        clicked = message.rerun_script.widget_states.widgets.add()
        clicked.id, clicked.trigger_value = button, True
        for given in (*self.of_kind("text_input"), *self.of_kind("checkbox")):
            value = (filled or {}).get(_key_in(given.id))
            if isinstance(value, bool):
                message.rerun_script.widget_states.widgets.add(id=given.id, bool_value=value)
            elif value is not None:
                message.rerun_script.widget_states.widgets.add(id=given.id, string_value=value)
        return self._run(message)

    def _run(self, message: BackMsg) -> bytes:
        message.rerun_script.query_string = self.query
        message.rerun_script.context_info.url = f"{self.url}/{self.path}"
        self._begin()
        return message.SerializeToString()

    def _begin(self) -> None:
        self.elements, self.errors = [], []

    def receive(self, data: bytes) -> bool:
        """Take in a message of the server; return True when the page is finished."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if begins_run(message):
            self._begin()
            self._script = message.new_session.page_script_hash
        elif kind == "navigation":
            self.menu = [page.url_pathname for page in message.navigation.app_pages]
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "page_not_found":
            self.errors.append(f"There is no page /{self.path}.")
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self.show(message.delta.new_element, message.delta.fragment_id)
        elif kind == "script_finished" and (
            message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
        ):
            self.errors.append(f"The script of /{self.path} does not compile.")
        return ends_run(message)

    def show(self, element: Element, fragment: str = "") -> None:
        """Take in one element."""
        self.elements.append(element)
        kind = element.WhichOneof("type")
        if kind == "button":
            self._buttons[_key_in(element.button.id)] = element.button.id, fragment
        elif kind == "exception":
            said = f"{element.exception.type}: {element.exception.message}"
            self.errors.append(f"/{self.path} shows {said}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            said = f"{element.alert.title} {element.alert.body}".strip()
            self.errors.append(f"/{self.path} says: {said}")

    def of_kind(self, kind: str) -> list[Any]:
        """Return the elements of a kind: `heading`, `button`, `alert`."""
        shown = [element for element in self.elements if element.WhichOneof("type") == kind]
        return [getattr(element, kind) for element in shown]
