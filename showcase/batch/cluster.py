"""The parts of a large table done by Dask: processes started here, or a cluster that is there."""

import logging
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from showcase.batch.parts import Part
from showcase.batch.run import Doing
from showcase.batch.work import Done, Task, do_part

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 10.0  # to find a scheduler


@contextmanager
def dask(scheduler: str = "", workers: int = 0) -> Iterator[Doing]:
    """Yield what does parts by Dask: at a scheduler's address, else by processes started here.

    ValueError without Dask, or if nobody answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ValueError(
            "Dask is not installed: `pip install -r requirements.txt` brings it. With --workers 0 "
            "this process does all by itself."
        ) from None
    # what breaks off is said here, in a sentence; Dask would show where in its own code it was
    for noisy in ("distributed", "distributed.client", "tornado", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    if scheduler:
        try:
            client = Client(scheduler, timeout=CONNECT_S)
        except (OSError, ValueError) as error:
            raise ValueError(f"No scheduler answers at {scheduler}: {error}.") from error
        with client:
            yield _by(client)
        return
    with _deaf_to_ctrl_c():
        cluster = LocalCluster(
            n_workers=workers or None,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )
    with cluster, Client(cluster) as client:
        yield _by(client)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let processes that are started meanwhile not hear Ctrl-C: this one does, and ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _by(client: "Client") -> Doing:
    def do(parts: Sequence[Part], task: Task) -> Iterator[Done]:
        from distributed import CancelledError, KilledWorker, as_completed
        from distributed.comm.core import CommClosedError

        # a part whose worker is killed is given to another one, by Dask itself
        futures = [client.submit(do_part, part, task, pure=False) for part in parts]
        try:
            for future in as_completed(futures):
                yield future.result()
        except (CancelledError, CommClosedError) as error:
            raise ValueError(
                "The scheduler is gone. What is done stays: run it again, it goes on."
            ) from error
        except KilledWorker as error:
            raise ValueError(
                f"A part was given up, since its workers died: {error}. Run it again with fewer "
                "workers, or with more memory for each."
            ) from error

    return do
