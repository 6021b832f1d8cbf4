"""uvicorn with two deadlines that it lacks: `python -m showcase.serve server:app`.

Its options are uvicorn's, for one worker. Told to stop, uvicorn closes its socket at once:
connections that the system has accepted for it, and requests on their way on them, are gone then.
And whoever sends half of a request's headers may hold a connection for ever.
"""

import asyncio
import ctypes
import os
import socket
import struct
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import uvicorn
from click.core import ParameterSource

HEADERS_S = 20.0  # for all headers of a request; browsers connect some seconds before they ask
DRAIN_S = 0.3  # within the second after which a connection is asked for again
SO_ATTACH_FILTER = 26  # of Linux, see socket(7): Python has no name for it
DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # the program "return 0": none of the packet is kept


class DrainingServer(uvicorn.Server):
    """Takes no new connections for a moment before it stops, and reads what is on its way.

    `waiting` holds the connections without a request under way: the last request's cycle, and since
    when.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.waiting: dict[Any, tuple[Any, float]] = {}

    async def on_tick(self, counter: int) -> bool:
        """Look every second who has sent no whole headers for long; uvicorn calls it."""
        if counter % 10 == 0:
            self._end_who_wait()
        return await super().on_tick(counter)

    def _end_who_wait(self) -> None:
        before, self.waiting = self.waiting, {}
        for connection in self.server_state.connections:
            if not hasattr(connection, "cycle"):  # a websocket
                continue
            cycle = connection.cycle
            if cycle is not None and not cycle.response_complete:
                continue
            last, since = before.get(connection, (cycle, time.monotonic()))
            self.waiting[connection] = cycle, since if last is cycle else time.monotonic()
        for connection, (_, since) in self.waiting.items():
            if time.monotonic() - since > HEADERS_S:
                connection.transport.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; answers to what still comes say that their connection ends."""
        for server in self.servers:
            for listening in server.sockets:
                _drop_new_connections(listening.fileno())
        closing = (b"connection", b"close")
        self.server_state.default_headers = [*self.server_state.default_headers, closing]
        await asyncio.sleep(DRAIN_S)
        await super().shutdown(sockets)


def _drop_new_connections(listening: int) -> None:
    """Let the system overlook who asks for a connection: they ask again, and are refused then.

    So that a proxy takes another server. Where the system cannot, a few are lost at the end.
    """
    if sys.platform != "linux":
        return
    code = ctypes.create_string_buffer(DROP_ALL)
    program = struct.pack("HP", 1, ctypes.addressof(code))
    with suppress(OSError), socket.socket(fileno=os.dup(listening)) as same:
        same.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal; 1 if it did not even start."""
    context = uvicorn.main.make_context("showcase.serve", list(arguments))
    given = {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    }
    if (folder := given.pop("app_dir", None)) is not None:
        sys.path.insert(0, folder)
    headers = [tuple(header.split(":", 1)) for header in given.pop("headers", ())]
    server = DrainingServer(uvicorn.Config(**given, headers=headers))
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
