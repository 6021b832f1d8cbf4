"""Two or three choices side by side."""

import streamlit as st

from models.earnings import Input, predict_many
from pages.parts.earnings.answer import details, dollars, programme
from showcase import ui
from showcase.contract import Regression
from showcase.contract.palette import BLUE, GREY, SKY
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "earnings"
PINNED = f"{NAME}_pinned"
MOST = 3


def pinned() -> list[Input]:
    """Return the choices that this visit keeps, oldest first."""
    found: list[Input] = st.session_state.setdefault(PINNED, [])
    return found


def keep_button(given: Input) -> None:
    """Offer to keep the choice on the form."""
    full = len(pinned()) >= MOST
    st.button(
        "Keep for comparison",
        key=f"{NAME}_keep",
        icon=":material/push_pin:",
        on_click=_keep,
        args=(given,),
        disabled=full or given in pinned(),
        help=f"Up to {MOST} choices stand side by side below. Remove one to keep another."
        if full
        else f"Keeps this choice, so that up to {MOST} stand side by side below.",
    )


def compare(loaded: Loaded, given: Input) -> None:
    """Draw the kept choices as cards, and with the one on the form as bars with intervals."""
    kept = pinned()
    if not kept:
        return
    st.markdown("**Side by side**")
    answers = predict_many(loaded.model, [*kept, given])
    grid = st.grid(MOST, min_column_width=230, gap="medium")
    for index, (one, answer) in enumerate(zip(kept, answers, strict=False)):
        with grid, st.container(border=True, key=f"{NAME}_kept_{index}"):
            _card(index, one, answer)
    named = [(_name(index), answers[index]) for index in range(len(kept))]
    if given in kept:
        st.caption("Change something on the form to see it beside the kept ones.")
    else:
        named.append(("On the form", answers[-1]))
    told = "; ".join(f"{name} {dollars(answer.value)}" for name, answer in named)
    charts.show(
        _bars(named),
        key=f"{NAME}_side_by_side",
        alt=f"Medians: {told}",
        height=70 + 45 * len(named),
    )
    st.caption("Predicted medians a year; the line across is the 80% range.")


def _card(index: int, one: Input, answer: Regression) -> None:
    range_ = f"{dollars(answer.low)} to {dollars(answer.high)}"
    st.markdown(
        f"**{_name(index)}: {ui.escape_markdown(dollars(answer.value))} a year** "
        f"({ui.escape_markdown(range_)})\n\n{ui.escape_markdown(programme(one))}"
    )
    st.caption(ui.escape_markdown(details(one)))
    st.button(
        "Remove",
        key=f"{NAME}_remove_{index}",
        icon=":material/close:",
        type="tertiary",
        on_click=_remove,
        args=(one,),
    )


def _name(index: int) -> str:
    return f"Choice {'ABC'[index]}"


def _bars(named: list[tuple[str, Regression]]) -> charts.Figure:
    """Return a bar per choice, the first on top, each with its interval."""
    answers = [answer for _, answer in named][::-1]
    bars = {
        "type": "bar",
        "x": [answer.value for answer in answers],
        "y": [f"{name}, <b>{dollars(answer.value)}</b>" for name, answer in named][::-1],
        "orientation": "h",
        "width": 0.6,
        "marker": {"color": [GREY if name == "On the form" else SKY for name, _ in named][::-1]},
        "error_x": {
            "array": [answer.high - answer.value for answer in answers],
            "arrayminus": [answer.value - answer.low for answer in answers],
            "color": BLUE,
            "thickness": 3,
            "width": 7,
        },
        "hovertemplate": "%{y}: %{x:$,.0f}<extra></extra>",
    }
    across = charts.axis(tickprefix="$", tickformat="~s", rangemode="tozero")
    return charts.Figure([bars], {"xaxis": across, "yaxis": charts.axis(automargin=True)})


@ui.callback
def _keep(given: Input) -> None:
    if given not in pinned() and len(pinned()) < MOST:
        st.session_state[PINNED] = [*pinned(), given]


@ui.callback
def _remove(one: Input) -> None:
    st.session_state[PINNED] = [kept for kept in pinned() if kept != one]
