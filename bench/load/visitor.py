"""A visitor as the server sees one: a websocket that speaks Streamlit's protocol."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from bench.load.client import TIMEOUT_S, WrongAnswerError

READ_ALOUD = ("heading", "text")  # of an answer, what does not depend on who asks when


@dataclass
class Shown:
    """What a run of the page brought: its sentences, what it thanks for, and its complaints."""

    sentences: list[str] = field(default_factory=list)
    thanks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elements: int = 0

    def add(self, delta: Delta) -> None:
        """Take in one element."""
        element = delta.new_element
        kind = element.WhichOneof("type")
        self.elements += 1
        if kind in READ_ALOUD:
            self.sentences.append(getattr(element, kind).body)
        elif kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.errors.append(element.alert.body)
        elif kind == "alert" and element.alert.format == element.alert.SUCCESS:
            self.thanks.append(element.alert.body)


class Visitor:
    """An open page: it knows its buttons, its address and what it shows."""

    def __init__(self, connection: ClientConnection, url: str, page: str, query: str) -> None:
        self._connection = connection
        self._url = f"{url}/{page}"
        self._query = query
        self._script = ""
        self._buttons: dict[str, tuple[str, str]] = {}

    async def open(self, page: str) -> Shown:
        """Return what the page shows at first."""
        return await self._run(BackMsg(), page)

    async def click(self, key: str) -> Shown:
        """Return what a click brings; WrongAnswerError if there is no button with such a key."""
        if key not in self._buttons:
            raise WrongAnswerError(f"{self._url} has no button {key}.")
        message = BackMsg()
        button, fragment = self._buttons[key]
        clicked = message.rerun_script.widget_states.widgets.add()
        clicked.id, clicked.trigger_value = button, True
        message.rerun_script.fragment_id = fragment
        message.rerun_script.page_script_hash = self._script
        return await self._run(message)

    async def _run(self, message: BackMsg, page: str = "") -> Shown:
        """Return what the server sends until the script has come to its end."""
        message.rerun_script.page_name = page
        message.rerun_script.query_string = self._query
        message.rerun_script.context_info.url = self._url
        await self._connection.send(message.SerializeToString())
        shown = Shown()
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                received = ForwardMsg.FromString(await self._connection.recv())
                kind = received.WhichOneof("type")
                if kind == "new_session":  # of a run that was begun anew only the last one counts
                    self._script, shown = received.new_session.page_script_hash, Shown()
                elif kind == "delta" and received.delta.WhichOneof("type") == "new_element":
                    shown.add(received.delta)
                    self._notice_button(received.delta)
                elif kind == "page_info_changed":
                    self._query = received.page_info_changed.query_string
                elif kind == "page_not_found":
                    shown.errors.append(f"There is no page {self._url}.")
                elif kind == "script_finished":
                    if received.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        shown.errors.append("The script does not compile.")
                    if received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        return shown

    def _notice_button(self, delta: Delta) -> None:
        if delta.new_element.WhichOneof("type") == "button":
            button = delta.new_element.button.id  # "$$ID-digest-key"
            self._buttons[button.split("-", 2)[-1]] = button, delta.fragment_id


@contextlib.asynccontextmanager
async def visiting(url: str, page: str, query: str) -> AsyncIterator[Visitor]:
    """Hold a visitor's connection until the block ends; compressed, as browsers ask for it."""
    stream = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        stream, origin=url, subprotocols=["streamlit"], max_size=None, ping_interval=None
    ) as connection:
        yield Visitor(connection, url, page, query)
