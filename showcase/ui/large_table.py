"""A table that is too large for the page: a job with an address of its own, watched here.

Where the API is served beside the page, it takes such tables, up to 200 MB; else Streamlit's own
uploader does, which keeps them in memory.
"""

import logging
import time
import uuid
from pathlib import PurePath
from typing import Any

import streamlit as st

from showcase.batch import jobs, tickets
from showcase.batch.jobs import Job
from showcase.contract.fields import key, note_key
from showcase.runtime import project
from showcase.runtime.loading import Loaded
from showcase.ui.api_snippet import SERVED, base_url
from showcase.ui.authentication import vouched_for
from showcase.ui.errors import callback
from showcase.ui.markdown import escape_markdown
from showcase.ui.table_upload import table_upload

logger = logging.getLogger(__name__)

LARGE_MB = 50  # one upload is in memory once, and a visit may have 60 MB of them
POLLED_S = 1.0
LISTED = 10
WORDS = {"waiting": "it waits", "running": "under way", "done": "done", "failed": "not predicted"}
KEPT = "It is kept on this server for a week with its answers, for whoever has this page's address."


def offers_jobs(loaded: Loaded) -> bool:
    """Return True if a process of its own would know the demo: one of a project's models."""
    return not loaded.demo.function and (project.root() / "models" / "registry.py").is_file()


def takes_large(loaded: Loaded) -> bool:
    """Return True if Streamlit's uploader has to take large tables: the API is not served."""
    return offers_jobs(loaded) and not SERVED.api


def upload(loaded: Loaded) -> None:
    """Draw the field for larger tables than the page itself takes, where the API is served."""
    if not (SERVED.api and offers_jobs(loaded)):
        return
    name = loaded.demo.name
    ticket = st.session_state.get(note_key(name, "ticket"), "")
    if tickets.find(ticket) is None:
        ticket = st.session_state[note_key(name, "ticket")] = tickets.issue(name, _owner())
    table_upload(
        f"A larger table: CSV or Parquet, up to {jobs.MOST_BYTES // 1_000_000} MB",
        f"{base_url(loaded.demo.page_name)}/api/v1/demos/{name}/jobs",
        ticket,
        key(name, "batch_large"),
        callback(lambda: _open(name, _sent(name)[-1])),
    )


def _owner() -> str:
    """Return whom an OIDC provider vouches for; empty for nobody."""
    person = vouched_for()
    return person.name if person else ""


def _sent(name: str) -> list[str]:
    """Return the ids of the jobs that this visit has begun, the oldest first."""
    ticket = tickets.find(st.session_state.get(note_key(name, "ticket"), ""))
    begun: dict[str, str] = st.session_state.get(note_key(name, "jobs"), {})
    return [*begun.values(), *(ticket.jobs if ticket else ())]


def _open(name: str, job_id: str) -> None:
    """Show a job, in the place of the file that is in the uploader."""
    uploaded = st.session_state.get(key(name, "batch"))
    st.session_state[note_key(name, "passed")] = uploaded.file_id if uploaded else ""
    st.query_params[key(name, "job")] = job_id


def is_passed(loaded: Loaded, uploaded: Any) -> bool:
    """Return True if a job is looked at instead of the file in the uploader."""
    found: bool = uploaded.file_id == st.session_state.get(note_key(loaded.demo.name, "passed"))
    return found


def one_or_many(name: str, one: str, many: str) -> Any:
    """Draw two tabs, of one input and of a table; the address of a job opens the second."""
    if key(name, "job") in st.query_params:
        st.session_state.setdefault(key(name, "tab"), many)
    return st.tabs([one, many], on_change="rerun", key=key(name, "tab"))


def start(loaded: Loaded, upload: Any) -> None:
    """Begin the job of an upload, at the first run that sees it; its id is in the address then.

    ValueError for a file that cannot be used, or where there is no room for it.
    """
    name = loaded.demo.name
    begun: dict[str, str] = st.session_state.setdefault(note_key(name, "jobs"), {})
    if upload.file_id not in begun:
        begun[upload.file_id] = _submitted(name, upload)
    st.query_params[key(name, "job")] = begun[upload.file_id]


def _submitted(name: str, upload: Any) -> str:
    suffix = PurePath(upload.name).suffix.lower()
    path = jobs.jobs_folder() / f"{uuid.uuid4().hex}.upload{suffix}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(upload.getbuffer())
        return jobs.submit(name, path, upload.name, _owner()).id
    except BlockingIOError as error:
        raise ValueError(str(error)) from error
    except OSError as error:
        logger.exception("a table could not be stored")
        raise ValueError("This server has no room for large tables at present.") from error


def in_address(loaded: Loaded) -> str:
    """Return the id of the job that the address names; empty for none."""
    return str(st.query_params.get(key(loaded.demo.name, "job"), ""))


def show(loaded: Loaded, job_id: str) -> None:
    """Draw a job, again each second while it is not finished."""
    job = jobs.find(job_id)
    if job is None or job.demo != loaded.demo.name:
        st.info("This table is no longer here: upload it again.", icon=":material/table:")
        return
    if job.is_finished:
        _finished(loaded, job)
    else:
        st.fragment(_watch, run_every=POLLED_S)(job_id)


def _watch(job_id: str) -> None:
    jobs.tend()
    job = jobs.find(job_id)
    if job is None or job.is_finished:
        if job is not None:
            st.toast(f"{escape_markdown(job.file)}: {_summary(job)}", icon=":material/table:")
        st.rerun()
    st.subheader(escape_markdown(job.file), anchor=False)
    if job.state == "waiting":
        st.progress(0.0, text="It waits for its turn: other tables are before it")
    else:
        st.progress(min(job.done / max(job.rows, 1), 1.0), text=_how_far(job))
    st.caption(f"You may close this page and come back. {KEPT}")


def _how_far(job: Job) -> str:
    said = f"{job.done:,} of about {job.rows:,} rows"
    seconds = time.time() - job.started_at
    if not job.done or not job.started_at or seconds <= 0:
        return said
    left = (job.rows - job.done) * seconds / job.done
    return f"{said}, {job.done / seconds:,.0f} a second, about {max(left, 1):,.0f} s left"


def _summary(job: Job) -> str:
    if job.state == "failed":
        return job.message
    refused = f"; {job.refused:,} could not be used" if job.refused else ""
    return f"{job.predicted:,} rows predicted{refused}"


def _finished(loaded: Loaded, job: Job) -> None:
    name, stem = loaded.demo.name, PurePath(job.file).stem
    if job.state == "failed":
        title = "This table was not predicted"
        st.error(escape_markdown(job.message), title=title, icon=":material/error:")
    else:
        st.subheader(_summary(job), anchor=False)
        for doubt in job.doubts:
            st.warning(escape_markdown(doubt), icon=":material/warning:")
        files = [("Download your table with the answers", jobs.ANSWERS, name)]
        if job.refused:
            files.append(("Download what could not be used", jobs.PROBLEMS, "problems"))
        for label, file, what in files:
            st.download_button(
                label,
                data=(job.folder / file).read_bytes,  # read at the click
                file_name=f"{stem}-{what}.csv",
                mime="text/csv",
                icon=":material/download:",
                type="primary" if file == jobs.ANSWERS else "secondary",
                key=key(name, f"job_{file.removesuffix('.csv')}"),
                on_click="ignore",
            )
    by = f", predicted by version {job.model_version}" if job.state == "done" else ""
    st.caption(f"{escape_markdown(job.file)}{by}. {KEPT}")
    if st.button("Remove it now", key=key(name, "job_remove"), icon=":material/delete:"):
        jobs.remove(job)
        st.query_params.pop(key(name, "job"), None)
        st.rerun()


def mine(loaded: Loaded) -> None:
    """List the other tables of this visit, and of whoever an OIDC provider vouches for.

    A shared password proves no name, and answers are for those who sent the table.
    """
    name, shown = loaded.demo.name, in_address(loaded)
    sent, owner = _sent(name), _owner()
    if not (sent or owner):
        return
    found = [
        job
        for job in reversed(jobs.all_jobs())
        if job.id != shown
        and job.demo == name
        and (job.id in sent or (owner and job.owner == owner))
    ]
    if not found:
        return
    st.markdown("**Your other tables**" if shown else "**Your tables**")
    for job in found[:LISTED]:
        st.button(
            f"{escape_markdown(job.file)}: {WORDS[job.state]}",
            key=key(name, f"job_{job.id}"),
            type="tertiary",
            icon=":material/table:",
            on_click=callback(_open),
            args=(name, job.id),
        )
