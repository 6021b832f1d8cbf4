"""What a tab has asked the server to run, and what has come to its end: read from its websocket."""

from weakref import WeakKeyDictionary

from playwright.sync_api import Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from deploy.streamlit_client import asks_for_run, begins_run, ends_run

TABS: "WeakKeyDictionary[Page, Runs]" = WeakKeyDictionary()
POLL_MS = 20


class Runs:
    """Counts the runs that were asked for; one that begins takes in all that were asked so far."""

    def __init__(self) -> None:
        self.asked = self.begun = self.ended = 0

    def connect(self, socket: WebSocket) -> None:
        """Begin anew with a connection: the page was loaded."""
        if socket.url.endswith("/_stcore/stream"):
            self.asked = self.begun = self.ended = 0
            socket.on("framesent", self._sent)
            socket.on("framereceived", self._received)

    def _sent(self, data: bytes | str) -> None:
        if isinstance(data, bytes) and asks_for_run(data):
            self.asked += 1

    def _received(self, data: bytes | str) -> None:
        if not isinstance(data, bytes):
            return
        message = ForwardMsg.FromString(data)
        if begins_run(message):
            self.begun = self.asked
        elif ends_run(message):
            self.ended = self.begun


def follow(page: Page) -> None:
    """Count the runs of a tab from now on."""
    TABS[page] = Runs()
    page.on("websocket", TABS[page].connect)


def wait_for_runs(page: Page, timeout_ms: int = 30_000) -> None:
    """Wait until no run is under way or asked for; for a tab that is not followed not at all."""
    runs = TABS.get(page)
    for _ in range(timeout_ms // POLL_MS):
        if runs is None or runs.ended == runs.asked:
            return
        page.wait_for_timeout(POLL_MS)
    raise TimeoutError(f"{page.url} waits for a run: {vars(runs)}")
