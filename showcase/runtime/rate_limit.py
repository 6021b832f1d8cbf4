"""How much somebody may use within a moving window: requests, bytes."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOWS_S = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


class RateLimit:
    """Counts what each key or address costs within a moving window, in this process's memory.

    By a clock that only goes forward; who has not come for a window's length is forgotten.
    """

    def __init__(self, rate: str, clock: Callable[[], float] = time.monotonic) -> None:
        amount, _, unit = rate.partition("/")
        self.rate, self.amount, self.window_s = rate, int(amount), WINDOWS_S[unit]
        self.clock = clock
        self.hits: OrderedDict[str, deque[tuple[float, int]]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, client: str, cost: int) -> float:
        """Charge the client; return 0, or in how many seconds this may be tried again."""
        with self._lock:
            now = self.clock()
            while self.hits and next(iter(self.hits.values()))[-1][0] <= now - self.window_s:
                self.hits.popitem(last=False)
            hits = self.hits.get(client, deque())
            while hits and hits[0][0] <= now - self.window_s:
                hits.popleft()
            excess = sum(cost for _, cost in hits) + cost - self.amount
            if excess <= 0:
                hits.append((now, cost))
                self.hits[client] = hits
                self.hits.move_to_end(client)
                return 0.0
            for moment, paid in hits:
                excess -= paid
                if excess <= 0:
                    return moment + self.window_s - now
            return self.window_s
