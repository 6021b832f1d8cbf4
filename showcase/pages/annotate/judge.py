"""Working on a task: one input at a time, its guidelines beside it, until there is none left."""

from functools import partial
from math import isnan
from urllib.parse import urlencode

import streamlit as st
from pydantic import ValidationError

from showcase import ui
from showcase.annotation import Item, Task, same
from showcase.annotation.progress import TEXTS, Judgement, is_blind, row_of, seen_row
from showcase.contract import BaseOutput, Classification
from showcase.interface.outputs import show
from showcase.pages import navigation
from showcase.pages.annotate.work import (
    NAME,
    PROBLEM,
    TASK,
    Work,
    all_tasks_button,
    remove,
    show_item,
)

MOST_BUTTONS = 9
HIGH = 260  # pixels of an answer that scrolls, so that the buttons stay on the screen
FLAT = (*TEXTS, Classification)
SEARCH, NUMBER = f"{NAME}_search", f"{NAME}_number"
VERDICTS = (
    ("correct", "Correct", ":material/check:"),
    ("wrong", "Wrong", ":material/close:"),
)


def work_on(task: Task, name: str) -> None:
    """Show what the person judges now, or that there is nothing left for them."""
    work = Work.on(task, name)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _progress(work)
        if work.shown is None:
            _nothing_left(work)
        else:
            _item(work, work.shown)
    with right:
        _told(work)
        ui.letter_keys("The keys on the buttons press them, outside of fields that take text.")


def _progress(work: Work) -> None:
    """Say how far this person is: what others have completed is not to be done any more."""
    done, left = len(work.own), work.progress.left_for(work.name)
    text = f"You: {done:,} of {done + left:,}{work.last_stored}"
    st.progress(done / max(1, done + left), text=text)


def _item(work: Work, item: Item) -> None:
    """Show an input, what it is judged with, and the ways on and back."""
    try:
        given = work.model_input(item)
    except ValidationError:
        st.warning("The model takes such inputs no more: skip this one.", icon=":material/block:")
        _ways(work, item, keys=True)
        return
    with st.spinner("Loading the model …", show_time=False):
        prediction = work.loaded.predict(given)
    work.note_shown()
    asked = "What is right?" if is_blind(work.loaded.module, prediction) else "Is this right?"
    st.subheader("Look again" if work.earlier else asked, anchor=False)
    ui.show_input(work.loaded.module, given)
    typed = answers(work, item, prediction)
    with st.container(horizontal=True, gap="small"):
        cannot_tell(work, item, prediction, keys=not typed)
        _ways(work, item, keys=not typed)
    if problem := st.session_state.get(PROBLEM):
        st.error(ui.escape_markdown(problem), icon=":material/error:")


def _ways(work: Work, item: Item, *, keys: bool) -> None:
    """Offer to go back, and to leave this input for later or to go on; by letters, if `keys`."""
    order = list(work.own)
    first = not order or order[0] == item.input_hash
    _back(work, item, "before", disabled=first, keys=keys)
    shortcut = ui.shortcut("S") if keys else None
    if work.earlier:
        st.button(
            "Go on",
            key=f"{NAME}_go_on",
            icon=":material/arrow_forward:",
            shortcut=shortcut,
            on_click=ui.callback(show_item),
        )
    else:
        st.button(
            "Skip",
            key=f"{NAME}_skip",
            icon=":material/skip_next:",
            shortcut=shortcut,
            help="It comes again at the end",
            on_click=work.skip,
            args=(item,),
        )


def _back(
    work: Work,
    item: Item | None,
    which: str,
    *,
    disabled: bool = False,
    keys: bool = True,
) -> None:
    """Offer to go from an item, or from the end, to the one that was judged before."""
    st.button(
        "Back",
        key=f"{NAME}_back",
        icon=":material/undo:",
        shortcut=ui.shortcut("B") if keys else None,
        help=f"To what you judged {which}, to change your mind",
        disabled=disabled,
        on_click=work.back,
        args=(item,),
    )


def _nothing_left(work: Work) -> None:
    """Say that the person is done, or that others hold what is left."""
    if left := work.progress.left_for(work.name):
        inputs = "input is" if left == 1 else "inputs are"
        st.info(
            f"{left:,} {inputs} with others just now. Look again in two minutes: what they leave "
            "comes to you.",
            title="Nothing for you at this moment",
            icon=":material/hourglass_empty:",
        )
        st.button("Look again", key=f"{NAME}_again", icon=":material/refresh:")
        return
    complete = work.progress.is_complete
    st.success(
        f"You judged {_counted(len(work.own))}. "
        + ("The task is complete." if complete else "Others have some left to judge."),
        title="Done, thank you!",
        icon=":material/task_alt:",
    )
    if work.progress.people > 1:
        st.write(_agreement(work))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if work.own:
            _back(work, None, "last")
        if work.progress.people > 1:
            st.page_link(
                navigation.page("review"),
                label="How far people agree",
                icon=":material/fact_check:",
                query_params={"review_tab": "People"},
            )


def _agreement(work: Work) -> str:
    """Return in words how far people agree in this task; the review page mixes all rows."""
    found = work.progress.agreement(work.loaded.module.LABELS or ())
    if not found.inputs:
        return "No input of this task was judged by two people yet."
    alpha = "" if isnan(found.alpha) else f"; Krippendorff’s alpha is {found.alpha:.2f}"
    return (
        f"In this task {_counted(found.inputs)} had several people’s answers: two of them gave the "
        f"same one in {found.percent:.0%} of the pairs{alpha}."
    )


def _counted(number: int) -> str:
    return "1 input" if number == 1 else f"{number:,} inputs"


def _told(work: Work) -> None:
    """Show the guidelines, who judges how much, and the link for others."""
    task, progress = work.task, work.progress
    st.markdown("**Guidelines**")
    if task.guidelines:
        st.text(task.guidelines)
    else:
        st.caption("None were given: say what you think is right.")
    people = "1 person" if task.people == 1 else f"{task.people} people"
    st.caption(
        f"{work.loaded.demo.icon} {work.loaded.demo.title}: {_counted(len(task.items))}, each "
        f"judged by {people}. All together: {progress.done:,} of {task.wanted:,} judgements."
    )
    hidden = "Nobody sees the model’s answers or anybody else’s here. " * bool(
        work.loaded.module.LABELS
    )
    st.caption(
        f"{hidden}Stop whenever you like: what you judged is stored, and you go on where you "
        "stopped if you sign in by the same name."
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _invite(task)
        if same(task.created_by) == same(work.name):
            _remove(task)
        st.page_link(
            navigation.page("review"),
            label="Results",
            icon=":material/fact_check:",
            query_params={"review_tab": "Rows", "review_task": task.id},
        )
        all_tasks_button()


def _remove(task: Task) -> None:
    """Offer to remove the task, to whoever made it."""
    with st.popover("Remove", icon=":material/delete:", type="tertiary"):
        st.write("The task goes, for everybody. What people judged stays among the verdicts.")
        st.button(
            "Remove this task", key=f"{NAME}_remove", on_click=remove, args=(task,), type="primary"
        )


def _invite(task: Task) -> None:
    with st.popover("Invite others", icon=":material/link:", type="tertiary"):
        address = (st.context.url or f"/{NAME}").split("?")[0]
        st.write("Whoever may sign in here can work on this task.")
        st.code(f"{address}?{urlencode({TASK: task.id})}", language=None, wrap_lines=True)


def answers(work: Work, item: Item, prediction: BaseOutput) -> bool:
    """Draw what this input is judged with; what was said before is marked.

    Return True if that is a field to type in. It has no focus at first, so that a letter key would
    take the beginning of a word for a click.
    """
    labels = work.loaded.module.LABELS or ()
    if not is_blind(work.loaded.module, prediction):
        _seen(work, item, prediction)
    elif isinstance(prediction, Classification) and len(labels) <= MOST_BUTTONS:
        _labels(work, item, prediction, labels)
    elif isinstance(prediction, Classification):
        _search(work, item, prediction, labels)
    else:
        _number(work, item, prediction)
    return is_blind(work.loaded.module, prediction) and not (
        isinstance(prediction, Classification) and len(labels) <= MOST_BUTTONS
    )


def cannot_tell(work: Work, item: Item, prediction: BaseOutput, *, keys: bool) -> None:
    """Draw the button for whoever does not know."""
    st.button(
        "Cannot tell",
        key=work.key("unsure"),
        icon=":material/question_mark:",
        shortcut=ui.shortcut("U") if keys else None,
        type="primary" if work.earlier and work.earlier.verdict == "unsure" else "secondary",
        on_click=work.judge,
        args=(item, prediction, partial(row_of, prediction, None)),
    )


def _labels(work: Work, item: Item, prediction: BaseOutput, labels: tuple[str, ...]) -> None:
    chosen = _chosen(work.earlier)
    with st.container(horizontal=True, gap="small"):
        for place, label in enumerate(labels, 1):
            st.button(
                ui.escape_markdown(label[:1].upper() + label[1:]),
                key=work.key("label", str(place)),
                shortcut=ui.shortcut(str(place)),
                type="primary" if label == chosen else "secondary",
                width="stretch",
                on_click=work.judge,
                args=(item, prediction, partial(row_of, prediction, label)),
            )


def _search(work: Work, item: Item, prediction: BaseOutput, labels: tuple[str, ...]) -> None:
    """Draw a box to search the labels in; whatever is picked is the answer."""
    chosen = _chosen(work.earlier)
    _begin(SEARCH, item, chosen if chosen in labels else None)
    st.selectbox(
        "What is it?",
        labels,
        index=None,
        placeholder="Type to search, Enter to choose",
        key=SEARCH,
        on_change=work.judge,
        args=(item, prediction, partial(_given, prediction, SEARCH)),
    )


def _begin(key: str, item: Item, start: str | float | None) -> None:
    """Let a field start anew for another input; it is the same one, so that it keeps the focus."""
    if st.session_state.get(f"{key}_of") != item.input_hash or key not in st.session_state:
        st.session_state[key] = start
        st.session_state[f"{key}_of"] = item.input_hash


def _given(prediction: BaseOutput, key: str) -> dict[str, str] | None:
    """Return the columns for what a field holds; None for nothing."""
    held = st.session_state.get(key)
    return None if held is None else row_of(prediction, held)


def _number(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Draw a field for a number; Enter stores it."""
    chosen = _chosen(work.earlier)
    _begin(NUMBER, item, float(chosen) if chosen else None)
    unit = getattr(prediction, "unit", "")
    with st.form(f"{NUMBER}_form", border=False):
        st.number_input(
            f"What is right? ({unit})" if unit else "What is right?",
            value=None,
            key=NUMBER,
            placeholder="Type a number, then Enter",
        )
        st.form_submit_button(
            "Save and go on",
            key=f"{NUMBER}_save",
            type="primary",
            on_click=work.judge,
            args=(item, prediction, partial(_given, prediction, NUMBER)),
        )


def _seen(work: Work, item: Item, prediction: BaseOutput) -> None:
    """Show the model's answer, and ask whether it is right."""
    st.markdown("**The model’s answer**")
    with st.container(border=True, height="content" if isinstance(prediction, FLAT) else HIGH):
        show(prediction, work.key("answer"), work.loaded.colours, compact=True)
    right = work.key("right")
    if isinstance(prediction, TEXTS):
        st.text_area("What would be right? (optional, goes with “Wrong”)", key=right, height=80)
    with st.container(horizontal=True, gap="small"):
        for verdict, label, icon in VERDICTS:
            st.button(
                label,
                key=work.key(verdict),
                icon=icon,
                shortcut=ui.shortcut("Y" if verdict == "correct" else "N"),
                type="primary" if work.earlier and work.earlier.verdict == verdict else "secondary",
                width="stretch",
                on_click=work.judge,
                args=(item, prediction, partial(_looked, verdict, right)),
            )


def _looked(verdict: str, right: str) -> dict[str, str]:
    return seen_row(verdict, st.session_state.get(right) or "")


def _chosen(said: Judgement | None) -> str:
    return said.expected if said else ""
