"""The answer's side of a function's page: it runs the function, draws what comes, asks for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from showcase import ui
from showcase.contract import BaseOutput, ModelInput, registry
from showcase.contract.fields import key, note_key
from showcase.contract.function import FunctionModel
from showcase.contract.messages import error_text
from showcase.contract.outputs import Markdown, Progress
from showcase.interface.outputs import in_a_line, show
from showcase.runtime.loading import Loaded

DRAWN_EVERY_S = 0.05  # the eye sees no more, and the browser would fall behind

STALE = "The input has changed since: this answers the one before. Press **{}** for a new answer."

UNUSABLE = "This input cannot be used."


@dataclass(frozen=True)
class CachedAnswer:
    """An answer that a visitor asked for, and to what."""

    given: ModelInput
    output: BaseOutput


@dataclass(frozen=True)
class FunctionPage:
    """A function's page: its demo, and how it is to be answered.

    Without a `question` no verdict is asked for.
    """

    loaded: Loaded
    module: FunctionModel
    live: bool
    submit: str
    question: str

    @property
    def name(self) -> str:
        """The demo's name, which starts every widget key."""
        return self.loaded.demo.name


def draw(page: FunctionPage, form: ui.Answer, wanted: bool) -> BaseOutput | None:
    """Draw the answer to what the form holds, if there is one, and ask for a verdict; return it.

    `wanted` says that the visitor has just asked for one; a live page answers in any case.
    """
    box = st.container(gap=None)  # what is empty takes no room
    above, place = box.container(), box.empty()
    if form.given is None:
        _say_what_is_missing(above, form)
        return None
    kept = None if wanted else cached(page.loaded)
    if wanted or (page.live and not _still_holds(page, kept, form.given)):
        kept = _answered(page, form, above, place)
        cache(page.loaded, kept)
    elif kept is None:
        above.info(f"Press **{page.submit}**: the answer will stand here.", icon=":material/east:")
    if kept is None:
        return None
    with place.container():
        show(kept.output, f"{page.name}_output", page.loaded.colours)
    if kept.given != form.given:
        above.warning(STALE.format(page.submit), icon=":material/update:")
    elif line := in_a_line(kept.output):
        ui.keep_in_view(ui.escape_markdown(line))
    if kept.given == form.given and page.question:
        ui.feedback(page.loaded, kept.given, kept.output, page.question)
    return kept.output


def _still_holds(page: FunctionPage, kept: CachedAnswer | None, given: ModelInput) -> bool:
    """Tell whether an answer need not be found again, as for a click on a verdict.

    A registered function is pure; one of a page's script may read what the script has set.
    """
    registered = page.loaded.demo in registry.demos()
    return kept is not None and registered and kept.given == given


def _say_what_is_missing(above: DeltaGenerator, form: ui.Answer) -> None:
    """Say what is still to be given; what is wrong stands beside the widgets."""
    wanted = " ".join(said for name, said in form.problems.items() if name in form.empty)
    above.info(
        ui.escape_markdown(wanted)
        or "The answer will stand here as soon as the input can be used.",
        icon=":material/edit:",
    )


def _answered(
    page: FunctionPage, form: ui.Answer, above: DeltaGenerator, place: DeltaGenerator
) -> CachedAnswer | None:
    """Run the function; say what it refuses. None if there is no answer."""
    given: ModelInput = form.given  # type: ignore[assignment]  # `draw` has asked
    with above, ui.calm():
        try:
            return CachedAnswer(given, _run(page, given, place))
        except ValidationError as error:
            wrong = {str(one["loc"][0]): error_text(one) for one in reversed(error.errors())}
            form.point_out(wrong)
            _say_what_is_missing(above, ui.Answer())
        except ValueError as error:
            st.error(ui.escape_markdown(str(error)) or UNUSABLE, icon=":material/error:")
    return None


def _run(page: FunctionPage, given: ModelInput, place: DeltaGenerator) -> BaseOutput:
    """Return the last of the function's answers; those before are drawn as they come."""
    answer: BaseOutput  # there is at least one
    drawn = 0.0
    with _progress(page) as bar:
        if page.module.is_stream:
            with place.container():
                return Markdown(str(st.write_stream(_pieces(page, given, bar))))
        for number, step in enumerate(page.module.steps(page.loaded.model, given)):
            if isinstance(step, Progress):
                _draw_progress(bar, step)
                continue
            answer = step
            if page.module.is_generator and time.monotonic() - drawn > DRAWN_EVERY_S:
                drawn = time.monotonic()
                with place.container():
                    show(step, f"{page.name}_step_{number}", page.loaded.colours)
    return answer


def _pieces(page: FunctionPage, given: ModelInput, bar: DeltaGenerator) -> Iterator[str]:
    """Yield what each step of a stream adds to the text."""
    length = 0
    for step in page.module.steps(page.loaded.model, given):
        if isinstance(step, Progress):
            _draw_progress(bar, step)
        elif isinstance(step, Markdown):
            yield step.markdown[length:]
            length = len(step.markdown)


def _draw_progress(bar: DeltaGenerator, step: Progress) -> None:
    bar.progress(min(max(step.fraction, 0.0), 1.0), text=ui.escape_markdown(step.text) or None)


@contextmanager
def _progress(page: FunctionPage) -> Iterator[DeltaGenerator]:
    """Give a place for a progress bar, with a spinner beside it where the answer takes long."""
    if page.live:
        yield st.empty()
        return
    with st.spinner("Running …", show_time=True):
        bar = st.empty()
        yield bar
    bar.empty()


def run_button(name: str, label: str) -> None:
    """Draw the button that runs the function."""
    chosen = key(name, "run")
    icon = ":material/play_arrow:"
    st.button(label, key=chosen, type="primary", icon=icon, on_click=ui.callback(ask), args=(name,))


def fill_in_and_ask(name: str, given: ModelInput) -> None:
    """Put an example into the form, and ask for its answer."""
    ui.fill_in(name, given)
    ask(name)


def ask(name: str) -> None:
    """Note that the visitor wants an answer. It holds until `was_asked`."""
    st.session_state[note_key(name, "asked")] = True


def ask_if_linked(name: str, input_type: type[ModelInput]) -> None:
    """Ask for an answer, once a visit, if a link to an input has opened the form."""
    seen = note_key(name, "seen")
    if seen in st.session_state:
        return
    st.session_state[seen] = True
    if any(key(name, field) in st.query_params for field in input_type.model_fields):
        ask(name)


def was_asked(name: str) -> bool:
    """Tell, once, whether the visitor has just asked for an answer."""
    return bool(st.session_state.pop(note_key(name, "asked"), False))


def cache(loaded: Loaded, answer: CachedAnswer | None) -> None:
    """Remember an answer of this version, or none."""
    st.session_state[note_key(loaded.demo.name, "answer")] = answer and (loaded.version, answer)


def cached(loaded: Loaded) -> CachedAnswer | None:
    """Return the answer that is remembered, if it is of this version."""
    version, found = st.session_state.get(note_key(loaded.demo.name, "answer")) or ("", None)
    return found if version == loaded.version else None
