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
from showcase.contract.function import FunctionModel
from showcase.contract.messages import told
from showcase.contract.outputs import Progress
from showcase.interface import state
from showcase.interface.outputs import show
from showcase.runtime.loading import Loaded

DRAWN_EVERY_S = 0.05  # the eye sees no more, and the browser would fall behind
STALE = "The input has changed since: this answers the one before. Press **{}** for a new answer."
UNUSABLE = "This input cannot be used."


@dataclass(frozen=True)
class Asked:
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


def draw(asked: Asked, form: ui.Answer, wanted: bool) -> BaseOutput | None:
    """Draw the answer to what the form holds, if there is one, and ask for a verdict; return it.

    `wanted` says that the visitor has just asked for one; a live page answers in any case.
    """
    box = st.container(gap=None)  # what is empty takes no room
    above, place = box.container(), box.empty()
    if form.given is None:
        _say_what_is_missing(above, form)
        return None
    kept = None if wanted else state.kept(asked.loaded)
    if wanted or (asked.live and not _still_holds(asked, kept, form.given)):
        kept = _answered(asked, form, above, place)
        state.keep(asked.loaded, kept)
    elif kept is None:
        above.info(f"Press **{asked.submit}**: the answer will stand here.", icon=":material/east:")
    if kept is None:
        return None
    with place.container():
        show(kept.output, f"{asked.name}_output", asked.loaded.colours)
    if kept.given != form.given:
        above.warning(STALE.format(asked.submit), icon=":material/update:")
    elif asked.question:
        ui.feedback(asked.loaded, kept.given, kept.output, asked.question)
    return kept.output


def _still_holds(asked: Asked, kept: state.Kept | None, given: ModelInput) -> bool:
    """Tell whether an answer need not be found again, as for a click on a verdict.

    A registered function is pure; one of a page's script may read what the script has set.
    """
    registered = asked.loaded.demo in registry.demos()
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
    asked: Asked, form: ui.Answer, above: DeltaGenerator, place: DeltaGenerator
) -> state.Kept | None:
    """Run the function; say what it refuses. None if there is no answer."""
    given: ModelInput = form.given  # type: ignore[assignment]  # `draw` has asked
    with above, ui.calm():
        try:
            return state.Kept(given, _run(asked, given, place))
        except ValidationError as error:
            wrong = {str(one["loc"][0]): told(one) for one in reversed(error.errors())}
            form.point_out(wrong)
            _say_what_is_missing(above, ui.Answer())
        except ValueError as error:
            st.error(ui.escape_markdown(str(error)) or UNUSABLE, icon=":material/error:")
    return None


def _run(asked: Asked, given: ModelInput, place: DeltaGenerator) -> BaseOutput:
    """Return the last of the function's answers; those before are drawn as they come."""
    answer: BaseOutput  # there is at least one
    drawn = 0.0
    with _progress(asked) as bar:
        for number, step in enumerate(asked.module.steps(asked.loaded.model, given)):
            if isinstance(step, Progress):
                bar.progress(
                    min(max(step.fraction, 0.0), 1.0), text=ui.escape_markdown(step.text) or None
                )
                continue
            answer = step
            if asked.module.is_generator and time.monotonic() - drawn > DRAWN_EVERY_S:
                drawn = time.monotonic()
                with place.container():
                    show(step, f"{asked.name}_step_{number}", asked.loaded.colours)
    return answer


@contextmanager
def _progress(asked: Asked) -> Iterator[DeltaGenerator]:
    """Give a place for a progress bar, with a spinner beside it where the answer takes long."""
    if asked.live:
        yield st.empty()
        return
    with st.spinner("Running …", show_time=True):
        bar = st.empty()
        yield bar
    bar.empty()
