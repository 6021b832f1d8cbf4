"""Trains a candidate in a process of its own: `python -m showcase.learning.worker`.

So whatever a training takes of memory, and whatever it breaks, ends with it.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from showcase.contract import Demo, registry
from showcase.contract.messages import shortened
from showcase.feedback import FeedbackError
from showcase.learning.learner import Lesson, Progress, learner
from showcase.runtime import project

LIMIT_S = 600.0
PROGRESS = "progress "  # begins a line that says which part is done
KILOBYTES = 1024


class TrainingError(FeedbackError):
    """No candidate was trained; the message says why, in a sentence."""


class Trained(NamedTuple):
    """What the training took."""

    seconds: float
    memory_mb: float


def train_apart(
    demo: Demo, folder: Path, lessons: Sequence[Lesson], out: Path, progress: Progress
) -> Trained:
    """Train a candidate in a process of its own; its artifact is in `out` afterwards.

    TrainingError: it failed, or took longer than ten minutes.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        lines = [json.dumps(_plain(lesson)) for lesson in lessons]
        (out / "lessons.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        command = [sys.executable, "-m", __name__, str(project.root()), demo.name]
        with subprocess.Popen(  # noqa: S603  # the project's own code
            [*command, str(folder.resolve()), str(out)],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        ) as process:
            timer = threading.Timer(LIMIT_S, process.kill)
            timer.start()
            try:
                for line in process.stdout or ():
                    if line.startswith(PROGRESS):
                        progress(float(line.removeprefix(PROGRESS)))
                process.wait()
            finally:
                timer.cancel()
                process.kill()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = time.monotonic() - began
        if process.returncode:
            complaints.seek(0)
            raise TrainingError(_why(complaints.read(), seconds))
    return Trained(round(seconds, 1), round(usage.ru_maxrss / KILOBYTES, 1))


def _why(complaints: str, seconds: float) -> str:
    if seconds >= LIMIT_S:
        return f"The training took longer than {LIMIT_S / 60:.0f} minutes and was ended."
    last = (complaints.strip().splitlines() or ["it ended without a word"])[-1]
    return f"The training failed: {shortened(last)}"


def _plain(lesson: Lesson) -> dict[str, object]:
    """Return a lesson as JSON, without the people: a model learns nothing of them."""
    return asdict(lesson) | {
        "input": lesson.input.model_dump(mode="json"),
        "people": (),
        "prediction": "",
    }


def main(arguments: Sequence[str]) -> None:
    """Do it: the project's folder, the demo, the data's folder and the folder of lessons."""
    root, name, folder, out = arguments
    project.open_project(Path(root))
    demo = registry.find(name)
    kind = demo.load_module().Input
    text = (Path(out) / "lessons.jsonl").read_text("utf-8")
    lessons = []
    for line in text.splitlines():
        told = json.loads(line)
        given = kind.model_validate(told.pop("input"))
        lessons.append(Lesson(**told | {"input": given, "ids": tuple(told["ids"])}))

    def report(part: float) -> None:
        print(f"{PROGRESS}{part:.4f}", flush=True)  # noqa: T201  # read by `train_apart`

    learner(demo).train(Path(folder), lessons, Path(out), report)


if __name__ == "__main__":
    main(sys.argv[1:])
