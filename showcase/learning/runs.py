"""A training that somebody asked for on a page: a process of its own, whose state is a file.

One at a time on this machine. It outlives the page and the server that started it; whoever asks
for its state reads how far it is, or that it was killed: `python -m showcase.learning.runs DEMO`.
"""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ValidationError

from showcase.contract import registry
from showcase.contract.messages import sentence
from showcase.feedback import FeedbackError
from showcase.learning.candidate import learn, plan
from showcase.runtime import loading, project
from showcase.runtime.log import configure_logging
from showcase.runtime.settings import data_folder, feedback_spool, feedback_url
from showcase.versions import open_versions

logger = logging.getLogger(__name__)

LOCK, LOG = "running.lock", "log"
TOLD_S = 0.5  # between two states that are stored
LOOK_S = 0.05  # longer than anybody looks whether the lock is free
KILLED = "The training was ended before it was done."
SAME = "What people said made no difference: the candidate is the model that answers now."
NICE = 5  # a third of the weight: those who look at pages come first

_processes: list[subprocess.Popen[bytes]] = []


class Run(BaseModel):
    """What is known of a training; `part` of it is done, and None before it has begun."""

    demo: str
    who: str
    state: Literal["running", "done", "failed"] = "running"
    part: float | None = None
    message: str = ""
    version: str = ""
    process: int = 0
    started_at: float
    changed_at: float

    @property
    def is_running(self) -> bool:
        """Whether something will still happen."""
        return self.state == "running"

    def changed(self, **values: object) -> "Run":
        """Store and return the run with other values; whoever reads sees the old or the new."""
        now = self.model_copy(update={**values, "changed_at": time.time()})
        path = _state(self.demo)
        other = path.with_suffix(f".{uuid.uuid4().hex}")
        other.write_text(now.model_dump_json(), encoding="utf-8")
        other.replace(path)
        return now


def folder() -> Path:
    """Return where trainings are noted: beside what waits for its database."""
    return feedback_spool().parent / "learning"


def _state(demo: str) -> Path:
    return folder() / f"{demo}.json"


def start(demo: str, who: str) -> Run:
    """Begin to train a candidate; BlockingIOError, as a sentence, while another one is trained."""
    folder().mkdir(parents=True, exist_ok=True)
    _processes[:] = [one for one in _processes if one.poll() is None]
    with (folder() / LOCK).open("ab") as lock, (folder() / LOG).open("ab") as log:
        if not _locked(lock):
            time.sleep(LOOK_S)
            if not _locked(lock):
                raise BlockingIOError("A candidate is being trained: one at a time.")
        now = time.time()
        run = Run(demo=demo, who=who, started_at=now, changed_at=now).changed()
        _processes.append(
            # The process inherits the lock, and lets go of it however it ends.
            subprocess.Popen(  # noqa: S603  # this very Python
                [sys.executable, "-m", __name__, demo, str(lock.fileno())],
                cwd=project.root(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
            )
        )
    return run


def _locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def find(demo: str) -> Run | None:
    """Return the last training of a demo; None if there was none."""
    try:
        run = Run.model_validate_json(_state(demo).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    if run.is_running and not is_any_running():
        run = _again(run)  # it may have ended since it was read
    return run


def _again(run: Run) -> Run:
    with suppress(FileNotFoundError, ValidationError):
        run = Run.model_validate_json(_state(run.demo).read_bytes())
    return run.changed(state="failed", message=KILLED) if run.is_running else run


def is_any_running() -> bool:
    """Return True while a process on this machine trains a candidate for a page."""
    with suppress(FileNotFoundError), (folder() / LOCK).open("rb") as lock:
        return not _locked(lock)
    return False


def stop(demo: str) -> None:
    """End a training, with the processes that it started; nothing of it is kept."""
    run = find(demo)
    if run is not None and run.is_running and run.process:
        with suppress(ProcessLookupError):
            os.killpg(run.process, signal.SIGTERM)


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """Store as a sentence what keeps a training from its end."""
    try:
        yield
    except (FeedbackError, LookupError, FileNotFoundError, ValueError) as error:
        run.changed(state="failed", message=sentence(error))
    except ImportError as error:
        said = f"Training needs {error.name}, which is not installed here: see requirements.txt."
        run.changed(state="failed", message=said)
    except Exception:
        run.changed(state="failed", message="Something went wrong on our side.")
        raise


def _stand_back() -> None:
    """Let visitors come first, and this process end first where memory ends."""
    os.nice(NICE)
    for name, value in (("autogroup", NICE), ("oom_score_adj", 1_000)):
        with suppress(OSError):  # Linux has these; it weighs sessions rather than processes
            Path("/proc/self", name).write_text(str(value), encoding="ascii")


def main(name: str, lock: int) -> None:
    """Train a candidate, compare it, keep it; the state says what came of it.

    `lock` is the inherited file that tells others that this process works.
    """
    configure_logging("INFO")
    _stand_back()
    project.open_project(Path.cwd())
    now = time.time()
    run = find(name) or Run(demo=name, who="", started_at=now, changed_at=now)
    run = run.changed(process=os.getpid())

    def told(part: float) -> None:
        nonlocal run
        if part == 1 or time.time() - run.changed_at >= TOLD_S:
            run = run.changed(part=part)

    with _told(run):
        demo, data = registry.find(name), data_folder()
        planned = plan(loading.store(), demo, data)
        run = run.changed(part=0.0)
        versions = open_versions(feedback_url())
        current = loading.in_force_now(demo)
        version = learn(planned, data, current, versions, told).stored.version
        logger.info("candidate", extra={"demo": name, "version": version})
        if version == current.version:
            run.changed(state="failed", message=SAME)
        else:
            run.changed(state="done", version=version)
    os.close(lock)  # Python takes a moment to end


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
