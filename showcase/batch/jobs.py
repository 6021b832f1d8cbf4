"""Large tables that somebody sent: each a job in a folder and a process of its own.

The folder is the truth: any process of the server may start what waits there, a job outlives the
server, and one whose process was killed goes on where it was.
"""

import csv
import os
import shutil
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel

from showcase.batch.frames import all_columns
from showcase.batch.parts import cut
from showcase.batch.run import finish, in_this_process, prepared
from showcase.contract import registry
from showcase.feedback.csv_injection import escape_formula
from showcase.runtime import project
from showcase.runtime.settings import feedback_spool

MOST_BYTES = 200_000_000  # of a table
AT_ONCE = 1  # processes
MOST_UNFINISHED = 20
MOST_STORED = 2_000_000_000  # bytes of all jobs together
KEPT_S = 7 * 24 * 3600.0  # after it is finished
ATTEMPTS = 3
STARTING_S = 60.0  # until a process has taken its job
ANSWERS, PROBLEMS = "answers.csv", "problems.csv"
STATE, RUNNING = "job.json", "running.lock"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

_processes: list[subprocess.Popen[bytes]] = []


class Job(BaseModel):
    """What is known of a job; `rows` is about how many there are, `done` how many are through.

    `owner` is who sent it, if an OIDC provider vouches for them. `attempts` are processes that were
    started for it, `stuck` those since a part was done.
    """

    id: str
    demo: str
    file: str
    owner: str = ""
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    rows: int = 0
    done: int = 0
    predicted: int = 0
    refused: int = 0
    model_version: str = ""
    message: str = ""
    doubts: list[str] = []
    created_at: float
    started_at: float = 0.0
    changed_at: float
    attempts: int = 0
    stuck: int = 0

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return jobs_folder() / self.id

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed")

    def changed(self, **values: object) -> "Job":
        """Store and return the job with other values; whoever reads sees the old or the new."""
        now = self.model_copy(update={**values, "changed_at": time.time()})
        other = self.folder / f"{STATE}.{uuid.uuid4().hex}"
        other.write_text(now.model_dump_json(), encoding="utf-8")
        other.replace(self.folder / STATE)
        return now


def jobs_folder() -> Path:
    """Return where jobs are kept: beside what waits for its database."""
    return feedback_spool().parent / "jobs"


def submit(demo: str, upload: Path, name: str, owner: str = "") -> Job:
    """Return the new job for an uploaded table, which becomes the job's own.

    ValueError for a file that cannot be used, BlockingIOError if too many jobs wait or too much is
    stored; the upload is removed then.
    """
    try:
        module = registry.find(demo).load_module()
        try:
            parts = cut([str(upload)], all_columns(module))
        except ValueError as error:
            raise ValueError(str(error).removeprefix(f"{upload}: ")) from None
        tend()
        if sum(not job.is_finished for job in all_jobs()) >= MOST_UNFINISHED:
            raise BlockingIOError("Too many tables wait already: send this one again later.")
        if _stored() > MOST_STORED:
            raise BlockingIOError("There is no room for another table: send it again later.")
        now = time.time()
        rows = sum(part.stretch.rows for part in parts)
        job = Job(
            id=uuid.uuid4().hex,
            demo=demo,
            file=name,
            owner=owner,
            rows=rows,
            doubts=list(dict.fromkeys(one for part in parts for one in part.source.doubts)),
            created_at=now,
            changed_at=now,
        )
        job.folder.mkdir(parents=True)
        upload.rename(_input(job, upload.suffix))
        job = job.changed()
    finally:
        upload.unlink(missing_ok=True)
    tend()
    return find(job.id) or job


def _input(job: Job, suffix: str) -> Path:
    return job.folder / f"input{suffix}"


def all_jobs() -> list[Job]:
    """Return every job, the oldest first."""
    found = (find(path.parent.name) for path in jobs_folder().glob(f"*/{STATE}"))
    return sorted((job for job in found if job), key=lambda job: job.created_at)


def find(job_id: str) -> Job | None:
    """Return a job; None for one that is not there, or no longer."""
    if not (len(job_id) == 32 and job_id.isalnum()):
        return None
    try:
        return Job.model_validate_json((jobs_folder() / job_id / STATE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def remove(job: Job) -> bool:
    """Remove a job with its files; False while its process works."""
    if _is_running(job):
        return False
    shutil.rmtree(job.folder, ignore_errors=True)
    return True


def tend() -> None:
    """Remove old jobs, and start those that wait or were killed, a few at a time.

    Whoever sends a job or asks for one calls it, and each job at its end: nothing has to watch.
    """
    folder = jobs_folder()
    if not folder.is_dir():
        return
    _processes[:] = [one for one in _processes if one.poll() is None]
    with FileLock(folder / "tend.lock", timeout=30):
        _remove_old()
        jobs = [job for job in all_jobs() if not job.is_finished]
        free = AT_ONCE - sum(map(_is_running, jobs))
        for job in jobs:
            if free <= 0:
                break
            if _is_running(job):
                continue
            if job.stuck >= ATTEMPTS:
                said = f"It was stopped {ATTEMPTS} times at one place: send a smaller table."
                job.changed(state="failed", message=said)
                continue
            _start(job)
            free -= 1


def _start(job: Job) -> None:
    job.changed(state="running", attempts=job.attempts + 1, stuck=job.stuck + 1)
    with (job.folder / "log").open("ab") as log:
        _processes.append(
            subprocess.Popen(  # noqa: S603  # this very Python, and a folder of ours
                [sys.executable, "-m", "showcase.batch.jobs", job.id],
                cwd=project.root(),
                env={**os.environ, **ONE_THREAD},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )


def _is_running(job: Job) -> bool:
    """Return True while a process has the job, or was started for it a moment ago."""
    if job.is_finished:
        return False
    try:
        with FileLock(job.folder / RUNNING, timeout=0):
            pass
    except Timeout:
        return True
    started = any(
        one.poll() is None and isinstance(one.args, list) and one.args[-1] == job.id
        for one in _processes
    )
    return started or (job.state == "running" and not _was_taken(job) and _is_fresh(job))


def _was_taken(job: Job) -> bool:
    """Return True if a process had the job since it was last started: then it is dead by now."""
    return (job.folder / f"taken-{job.attempts}").exists()


def _is_fresh(job: Job) -> bool:
    return time.time() - job.changed_at < STARTING_S


def _remove_old() -> None:
    stored = _stored()
    for job in all_jobs():
        is_old = time.time() - job.changed_at > KEPT_S
        if job.is_finished and (is_old or stored > MOST_STORED) and remove(job):
            stored = _stored()
    for upload in jobs_folder().glob("*.upload.*"):  # of a server that was killed
        with suppress(FileNotFoundError):  # it has just become a job's
            if time.time() - upload.stat().st_mtime > STARTING_S * 10:
                upload.unlink()


def _stored() -> int:
    """Return the bytes of all files; those of other processes come and go meanwhile."""
    size = 0
    for folder, _, names in os.walk(jobs_folder()):
        for name in names:
            with suppress(FileNotFoundError):
                size += Path(folder, name).stat().st_size
    return size


def work(job: Job) -> None:
    """Predict a job's table in this process; what is wrong with the table is the job's message."""
    source = next(job.folder.glob("input.*"))
    try:
        with prepared(job.demo, [str(source)], str(job.folder / ANSWERS)) as run:
            done = sum(part.stretch.rows for part in run.parts if part.number in run.done)
            job = job.changed(
                rows=run.rows, done=done, model_version=run.task.version, started_at=time.time()
            )
            for one in in_this_process(run.left, run.task):
                run.done[one.number] = one
                job = job.changed(done=job.done + run.parts[one.number].stretch.rows, stuck=0)
            predicted, refused = finish(run)
        _copy_problems(Path(run.problems), job)
        shutil.rmtree(run.task.folder)
    except (ValueError, RuntimeError) as error:
        job.changed(state="failed", message=str(error).replace(f"{source}: ", ""))
    except OSError as error:
        job.changed(state="failed", message=f"The answers could not be written: {error.strerror}.")
        raise
    except Exception:
        job.changed(state="failed", message="Something went wrong on our side.")
        raise
    else:
        rows = predicted + refused  # until now they were the lines of the file
        job.changed(state="done", rows=rows, done=rows, predicted=predicted, refused=refused)
    source.unlink()


def _copy_problems(told: Path, job: Job) -> None:
    """Keep what is wrong with the rows under the upload's own name, not where it lies here."""
    with (
        told.open(encoding="utf-8", newline="") as source,
        (job.folder / PROBLEMS).open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.reader(source)
        csv.writer(target).writerow(next(rows))
        csv.writer(target).writerows([escape_formula(job.file), *row[1:]] for row in rows)


def main(job_id: str) -> None:
    """Do one job, unless another process has it; then start what waits."""
    project.open_project(Path.cwd())
    job = find(job_id)
    if job is None:
        return
    try:
        with FileLock(job.folder / RUNNING, timeout=5):
            (job.folder / f"taken-{job.attempts}").touch()
            if not job.is_finished:
                work(job)
    except Timeout:
        return
    finally:
        if job.folder.is_dir():
            tend()


if __name__ == "__main__":
    main(sys.argv[1])
