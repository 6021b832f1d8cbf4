"""Routes of jobs: a table too large for one request is sent, watched and fetched."""

import logging
import uuid
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import unquote

from anyio import CapacityLimiter, move_on_after, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response

from showcase.api.errors import ApiError, as_json, possible_errors
from showcase.api.guard import charge_body, ticket_of
from showcase.api.predict import get_demo_or_404
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.batch import jobs
from showcase.runtime import project

logger = logging.getLogger(__name__)

PREFIX = "/v1/demos/{name}/jobs"
TYPES = {
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/octet-stream": ".parquet",
}
UPLOADS = 2  # that arrive at a time
TIMEOUT_S = 600.0
LONGEST_NAME = 200

_uploads: RunVar[CapacityLimiter] = RunVar("showcase_api_table_uploads")


class JobAnswer(BaseModel):
    """A table that is predicted, or was; its address is known to whoever sent it."""

    id: str = Field(description="32 hex digits, which nobody guesses.")
    demo: str
    model_version: str = Field(description="Empty until it is begun.")
    state: Literal["waiting", "running", "done", "failed"]
    message: str = Field(description="Why it failed.")
    doubts: list[str] = Field(
        description="What was guessed: an encoding, a column that is not there."
    )
    rows: int = Field(description="About how many there are.")
    done: int = Field(description="How many of them are through.")
    predicted: int
    refused: int = Field(description="Rows that cannot be used: `problems` says why.")


router = APIRouter(tags=["Large tables"])


@router.post(
    PREFIX,
    status_code=202,
    response_model=JobAnswer,
    operation_id="send_table",
    summary="Predict a large table",
    response_description="It waits for its turn",
    responses=possible_errors(404, 408, 413, 415, 422, 500, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": f"A file: at most {jobs.MOST_BYTES:,} bytes.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES},
        }
    },
)
async def send(name: str, request: Request) -> Response:
    """Take a CSV or a Parquet file and predict its rows, one table after the other.

    `curl --data-binary @days.csv -H 'Content-Type: text/csv'` sends one.
    """
    await run_in_pool(lambda: get_demo_or_404(name))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES:
        raise ApiError(415, f"Send the file with its Content-Type: one of {', '.join(TYPES)}.")
    if not (project.root() / "models" / "registry.py").is_file():
        raise ApiError(503, "Large tables need a project: this server shows a single script.")
    upload = jobs.jobs_folder() / f"{uuid.uuid4().hex}.upload{TYPES[kind]}"
    ticket = ticket_of(request, name)
    file, owner = (_file_name(request), ticket.owner) if ticket else (upload.name, "")
    try:
        size = await _receive(request, upload)
        if ticket is None:
            charge_body(request, size)
        job = await run_in_pool(lambda: jobs.submit(name, upload, file, owner), Pool.LARGE)
    except BlockingIOError as error:
        raise ApiError(503, str(error), headers={"Retry-After": "60"}) from error
    except OSError as error:
        logger.exception("a table could not be stored")
        raise ApiError(503, "This server has no room for tables at present.") from error
    except ValueError as error:
        raise ApiError(422, str(error)) from error
    finally:
        upload.unlink(missing_ok=True)
    if ticket:
        ticket.jobs.append(job.id)
    return as_json(_answer(job), 202)


def _file_name(request: Request) -> str:
    """Return what the visitor calls their file."""
    sent = unquote(request.headers.get("x-file-name", ""))
    return PurePath(sent).name[:LONGEST_NAME] or "table"


async def _receive(request: Request, upload: Path) -> int:
    """Write the body into a file and return its size; an ApiError if it is too large or slow."""
    limiter = _uploads.get(None)
    if limiter is None:
        limiter = CapacityLimiter(UPLOADS)
        _uploads.set(limiter)
    if not limiter.available_tokens:
        raise BlockingIOError("Other tables are arriving: send this one again in a minute.")
    size = 0
    async with limiter:
        await to_thread.run_sync(lambda: upload.parent.mkdir(parents=True, exist_ok=True))
        with move_on_after(TIMEOUT_S) as timeout, upload.open("wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > jobs.MOST_BYTES:
                    most = f"{jobs.MOST_BYTES:,}"
                    raise ApiError(413, f"The table is too large: at most {most} bytes are taken.")
                await to_thread.run_sync(file.write, chunk)
    if timeout.cancelled_caught:
        raise ApiError(408, f"The table did not arrive within {TIMEOUT_S:.0f} s.")
    if not size:
        raise ApiError(422, "The body is empty: send the file itself.")
    return size


@router.get(
    PREFIX + "/{job_id}",
    response_model=JobAnswer,
    operation_id="watch_table",
    summary="How far is a table?",
    response_description="How far it is",
    responses=possible_errors(404, 500),
)
async def watch(name: str, job_id: str) -> Response:
    """Say how far a table is."""

    def look() -> jobs.Job:
        found = _found(name, job_id)
        if not found.is_finished:
            jobs.tend()
        return jobs.find(job_id) or found

    return as_json(_answer(await run_in_pool(look)))


@router.delete(
    PREFIX + "/{job_id}",
    status_code=204,
    operation_id="remove_table",
    summary="Remove a table",
    response_description="It is gone, with its answers",
    responses=possible_errors(404, 409, 500),
)
async def remove(name: str, job_id: str) -> Response:
    """Remove a table that waits or is finished, and its answers: else they are kept for a week."""
    if not await run_in_pool(lambda: jobs.remove(_found(name, job_id))):
        raise ApiError(409, "This table is being predicted: remove it once it is done.")
    return Response(status_code=204)


@router.get(
    PREFIX + "/{job_id}/{file}",
    operation_id="fetch_table",
    summary="Fetch the answers",
    response_class=FileResponse,
    response_description="A CSV",
    responses={
        **possible_errors(404, 409, 500),
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
async def fetch(name: str, job_id: str, file: Literal["answers", "problems"]) -> Response:
    """Return the table with its answers, or what is wrong with the rows that cannot be used."""
    job = await run_in_pool(lambda: _found(name, job_id))
    if job.state != "done":
        raise ApiError(409, job.message or f"This table is not done yet: it is {job.state}.")
    path = job.folder / {"answers": jobs.ANSWERS, "problems": jobs.PROBLEMS}[file]
    return FileResponse(path, media_type="text/csv", filename=f"{name}-{file}.csv")


def _found(name: str, job_id: str) -> jobs.Job:
    job = jobs.find(job_id)
    if job is None or job.demo != name:
        raise ApiError(404, "There is no such table, or no longer: answers are kept for a week.")
    return job


def _answer(job: jobs.Job) -> JobAnswer:
    return JobAnswer.model_validate(job.model_dump(include=set(JobAnswer.model_fields)))
