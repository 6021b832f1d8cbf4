"""Making a task: which demo, which inputs, how many people, what they are told."""

import logging
from collections.abc import Callable

import streamlit as st

from showcase import ui
from showcase.annotation import MOST_ITEMS, MOST_PEOPLE, Task
from showcase.annotation.importing import Found, fitting, from_file
from showcase.annotation.queue import least_sure
from showcase.contract import ModelInput, registry
from showcase.contract.function import FunctionModel
from showcase.contract.messages import sentence
from showcase.contract.text_file import MAX_BYTES, UPLOAD_MB
from showcase.feedback import FeedbackError
from showcase.pages.annotate.work import MADE, NAME, TASK, tasks
from showcase.runtime.loading import Loaded, store
from showcase.runtime.rows import why_not_stored

logger = logging.getLogger(__name__)

EXAMPLES, FILE, STORED = "Examples", "A file", "What people judged before"
SOURCES = (EXAMPLES, FILE, STORED)
NOTES = {
    EXAMPLES: "The inputs that the model’s page offers to try.",
    STORED: "Inputs of verdicts so far, those first that the model was least sure of.",
}
SHOWN = 100  # problems
PROBLEM, READ = f"{NAME}_make_problem", f"{NAME}_read"


def key(part: str) -> str:
    """Return the key of a widget of this form."""
    return f"{NAME}_make_{part}"


def create(name: str, demo: str) -> None:
    """Draw the form; its button makes the task and opens it."""
    names = [one.name for one in registry.demos()]
    chosen = st.selectbox(
        "Model",
        names,
        index=names.index(demo) if demo else 0,
        format_func=lambda one: registry.find(one).title,
        key=key("demo"),
    )
    loaded = ui.model(chosen)
    source = st.segmented_control(
        "Which inputs?", SOURCES, default=EXAMPLES, required=True, key=key("source")
    )
    found = _from_file(loaded) if source == FILE else None
    if source != FILE:
        st.caption(NOTES[source])
    if source == STORED:
        st.number_input("How many?", 1, MOST_ITEMS, 50, key=key("most"))
    st.text_input("Title", key=key("title"), placeholder=f"{loaded.demo.title}, first round")
    st.text_area(
        "Guidelines (optional)",
        key=key("guidelines"),
        placeholder="What counts as what? What to do in doubt?",
        help="Whoever judges sees them beside each input.",
    )
    st.number_input(
        "How many people judge each input?", 1, MOST_PEOPLE, 2, key=key("people"), width=260
    )
    st.button(
        "Make the task",
        key=key("button"),
        type="primary",
        icon=":material/playlist_add:",
        disabled=source == FILE and not (found and found.inputs),
        on_click=_make,
        args=(name, loaded, _gather(loaded, source, found)),
    )
    if problem := st.session_state.get(PROBLEM):
        st.error(ui.escape_markdown(problem), icon=":material/error:")
    if found and found.problems:
        _problems(found)


def _from_file(loaded: Loaded) -> Found | None:
    """Draw the upload, and say what is in the file; it is read once."""
    upload = ui.file_uploader(
        "A table (CSV) or JSON Lines, with the fields as the model’s API names them",
        key=key("file"),
        help=f"At most {MAX_BYTES // 2**20} MB; of its inputs the first {MOST_ITEMS:,} are taken.",
        max_upload_size=UPLOAD_MB,
    )
    st.caption(f"Fields: {', '.join(f'`{one}`' for one in loaded.module.Input.model_fields)}")
    if upload is None:
        return None
    remembered = st.session_state.get(READ)
    if remembered is None or remembered[0] != (upload.file_id, loaded.demo.name):
        try:
            found = from_file(upload.getvalue(), upload.name, loaded.module)
            read: Found | str = fitting(found, MOST_ITEMS, _refuses(loaded))
        except ValueError as error:
            read = str(error)
        remembered = st.session_state[READ] = ((upload.file_id, loaded.demo.name), read)
    if isinstance(remembered[1], str):
        title = "This file cannot be used"
        st.error(ui.escape_markdown(remembered[1]), title=title, icon=":material/error:")
        return None
    _say(remembered[1])
    return remembered[1]


def _say(found: Found) -> None:
    usable = f"{len(found.inputs):,} {'input' if len(found.inputs) == 1 else 'inputs'} to judge."
    st.markdown(f"**{usable}** {ui.escape_markdown(' '.join(found.notes))}")
    if count := len(found.problems):
        st.caption(f"{count:,} {'problem' if count == 1 else 'problems'}, listed below.")


def _problems(found: Found) -> None:
    st.markdown("**What could not be used**")
    titles = ("line", "column", "value", "what is wrong")
    st.dataframe(
        {title: [one[at] for one in found.problems[:SHOWN]] for at, title in enumerate(titles)},
        hide_index=True,
        key=key("problems"),
        alt="The lines of the file that could not be used",
    )
    if len(found.problems) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(found.problems):,}.")


def _refuses(loaded: Loaded) -> Callable[[ModelInput], str]:
    """Return what says why an input cannot be judged: too large, or a function refuses it."""

    def refused(given: ModelInput) -> str:
        if said := why_not_stored(given, signed_in=True):
            return said
        if not isinstance(loaded.module, FunctionModel):
            return ""
        try:
            loaded.predict(given)
        except ValueError as error:
            return str(error)
        return ""

    return refused


def _gather(loaded: Loaded, source: str, found: Found | None) -> Callable[[], Found]:
    """Return what collects the inputs, once the button is clicked."""

    def gathered() -> Found:
        if source == FILE:
            return found or Found()
        if source == EXAMPLES:
            return fitting(Found(list(loaded.module.EXAMPLES)), MOST_ITEMS, _refuses(loaded))
        most = int(st.session_state.get(key("most")) or 1)
        stored = least_sure(store(), loaded.demo.name, loaded.module, most)
        return fitting(stored, most, _refuses(loaded))

    return gathered


@ui.callback
def _make(name: str, loaded: Loaded, gather: Callable[[], Found]) -> None:
    """Keep the task and let the address name it; or say what is wrong."""
    st.session_state[PROBLEM] = ""
    try:
        found = gather()
        task = _task(name, loaded, found)
        tasks().add(task)
        about = {"task": task.id, "demo": name, "person": task.created_by}
        logger.info("annotation task made", extra=about)
    except (FeedbackError, ValueError) as error:
        st.session_state[PROBLEM] = sentence(error)
    else:
        st.session_state[MADE] = (task.id, " ".join(found.notes))
        st.query_params[TASK] = task.id


def _task(name: str, loaded: Loaded, found: Found) -> Task:
    """Return the task that the form asks for; ValueError in words for what it lacks."""
    title = (st.session_state.get(key("title")) or "").strip()
    if not title:
        raise ValueError("Give the task a title: people choose it by that.")
    if not found.inputs:
        raise ValueError(
            "Nobody has judged this model yet: take its examples, or a file."
            if not found.notes
            else " ".join(found.notes)
        )
    return Task.of(
        found.inputs,
        demo=loaded.demo.name,
        title=title,
        guidelines=st.session_state.get(key("guidelines")) or "",
        people=int(st.session_state.get(key("people")) or 1),
        created_by=name,
    )
