"""A body while it arrives: no larger than allowed, and only while there is room for it."""

from anyio import CancelScope, current_time
from anyio.lowlevel import RunVar
from fastapi import Request

from showcase.api.errors import ApiError

SMALL = 100_000  # bytes: up to here a body is always let in
ROOM = 50_000_000  # what all larger ones may take together, until they are answered
PATIENCE_S = 120.0  # for a larger one to arrive
DRAINED = 50_000_000


class Room:
    """How much of the room is taken; one for each event loop, so nothing has to be locked."""

    taken = 0

    @classmethod
    def here(cls) -> "Room":
        """Return the one of this event loop."""
        found = _room.get(None)
        if found is None:
            found = cls()
            _room.set(found)
        return found


_room: RunVar[Room] = RunVar("showcase_api_room")


class Body:
    """The bytes of one body, or why it is refused."""

    def __init__(self, largest: int) -> None:
        self.refusal: ApiError | None = None
        self._content = bytearray()
        self._largest = largest
        self._taken = 0

    async def receive(self, request: Request) -> bytes:
        """Return the whole body; an ApiError if it is too large, too slow or one too many.

        What is refused runs off, up to a bound: else the client would be cut off before the answer.
        """
        size = 0
        with CancelScope() as patience:
            async for chunk in request.stream():
                size += len(chunk)
                self._add(chunk, size)
                if size > DRAINED:
                    break
                if size > SMALL and not patience.deadline < float("inf"):
                    patience.deadline = current_time() + PATIENCE_S
        if patience.cancelled_caught and self.refusal is None:
            self.refusal = too_slow()
        if self.refusal:
            raise self.refusal
        whole = bytes(self._content)
        self._content.clear()
        return whole

    def leave(self) -> None:
        """Make room for others."""
        Room.here().taken -= self._taken
        self._taken = 0

    def _add(self, chunk: bytes, size: int) -> None:
        if self.refusal is None:
            self.refusal = self._refused(size)
            if self.refusal is None:
                self._content += chunk
            else:
                self._content.clear()
                self.leave()

    def _refused(self, size: int) -> ApiError | None:
        """Take room for a body of this size; return why that cannot be."""
        if size > self._largest:
            return too_large(self._largest)
        if size <= SMALL:
            return None
        room = Room.here()
        if room.taken + size - self._taken > ROOM:
            message = "Too many large bodies at once: send this one again in a few seconds."
            return ApiError(503, message, headers={"Retry-After": "5"})
        room.taken += size - self._taken
        self._taken = size
        return None


def too_large(largest: int) -> ApiError:
    """Return the refusal of a body of more bytes than the largest."""
    return ApiError(413, f"The body is too large: at most {largest:,} bytes are taken here.")


def too_slow() -> ApiError:
    """Return the refusal of a body that takes too long."""
    return ApiError(408, f"The body did not arrive within {PATIENCE_S:.0f} s.")
