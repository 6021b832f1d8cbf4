"""A table that is too large for the page: a job with an address of its own, watched here."""

import logging
import time
import uuid
from pathlib import PurePath
from typing import Any

import streamlit as st

from showcase.batch import jobs
from showcase.batch.jobs import Job
from showcase.contract.fields import key, note_key
from showcase.runtime import project
from showcase.runtime.loading import Loaded
from showcase.ui.markdown import escape_markdown

logger = logging.getLogger(__name__)

LARGE_MB = 50  # one upload is in memory once, and a visit may have 60 MB of them
POLLED_S = 1.0
KEPT = "It is kept on this server for a week with its answers, for whoever has this page's address."


def offers_jobs(loaded: Loaded) -> bool:
    """Return True if a process of its own would know the demo: one of a project's models."""
    return not loaded.demo.function and (project.root() / "models" / "registry.py").is_file()


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
        return jobs.submit(name, path, upload.name).id
    except BlockingIOError as error:
        raise ValueError(str(error)) from error
    except OSError as error:
        logger.exception("a table could not be stored")
        raise ValueError("This server has no room for large tables at present.") from error


def in_address(loaded: Loaded) -> str:
    """Return the id of the job that the address names; empty for none."""
    return str(st.query_params.get(key(loaded.demo.name, "job"), ""))


def show(loaded: Loaded, job_id: str) -> None:
    """Draw a job, again each second while it is not finished, and the others of this visit."""
    job = jobs.find(job_id)
    if job is None or job.demo != loaded.demo.name:
        st.info("This table is no longer here: upload it again.", icon=":material/table:")
        return
    if job.is_finished:
        _finished(loaded, job)
    else:
        st.fragment(_watch, run_every=POLLED_S)(job_id)
    _others(loaded, job)


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
    st.caption(KEPT)
    if st.button("Remove it now", key=key(name, "job_remove"), icon=":material/delete:"):
        jobs.remove(job)
        st.query_params.pop(key(name, "job"), None)
        st.rerun()


def _others(loaded: Loaded, shown: Job) -> None:
    name = loaded.demo.name
    begun: dict[str, str] = st.session_state.get(note_key(name, "jobs"), {})
    others = [job for one in begun.values() if one != shown.id and (job := jobs.find(one))]
    if others:
        links = [
            f"[{escape_markdown(job.file)}](?{key(name, 'job')}={job.id}), {job.state}"
            for job in others
        ]
        st.markdown(f"**Your other tables**: {'; '.join(links)}")
