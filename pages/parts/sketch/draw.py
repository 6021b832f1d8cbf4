"""The paper and the answer beside it: it guesses on every stroke."""

import base64
import io
import json
import re
import time
from collections.abc import Sequence
from statistics import median
from typing import Any, ClassVar, Self

import streamlit as st
from PIL import Image
from pydantic import ValidationError

from models.sketch import Input, tile
from models.sketch.labels import phrase
from showcase import ui
from showcase.contract import Classification, Contribution
from showcase.contract.palette import BLUE, GREY, ORANGE
from showcase.runtime.loading import Loaded
from showcase.ui import canvas, charts, query_params
from showcase.ui.canvas import SIDE, drawn_on_canvas, tools

PEN = "sketch_pen"
NAME = "sketch"
GUESSES = 3
AHEAD_S = 0.04  # what comes sooner after the sentence, browsers draw together with it
PICTURE_WIDTH = 165  # pixels: two side by side on a phone
SURE, UNSURE = 0.6, 0.25
SERIOUS, HARDLY = 0.1, 0.02
PICTURE = "width:100%;aspect-ratio:1;border-radius:8px;border:1px solid #8886;display:block"
BOX, MARGIN = 255, 16  # the box that a drawing fills, and the room around it
STRONG = 0.25  # what a part adds to a probability, from which on its colour grows no more
COLOURLESS = 0.02
REGION = 7  # pixels of the tile
LINKED, PROBLEM = "sketch_link", "sketch_link_problem"
ANSWERED = "sketch_answered"  # the drawing whose sentence shows: then nothing is waited for
UPLOADED = "sketch_picture"  # the picture that is looked at: an input, or what is wrong with it
FIELDS = {"drawing": "sketch_drawing", "bitmap": "sketch_bitmap"}


class Sheet(canvas.Sheet):
    """One canvas as this visit remembers it; every sheet of the page has the same pen."""

    caption: ClassVar[str] = "Draw one thing, with mouse or finger"

    @classmethod
    def of(cls, key: str, **more: Any) -> Self:
        """Return this visit's sheet for the canvas with that widget key."""
        return super().of(key, pen_key=PEN, **more)

    def show(self, given: Input) -> None:
        """Put the drawing of an input onto the canvas."""
        self.push(drawn_on_canvas(given.drawing or (), SIDE, self.pen), given)

    def read(self) -> Input | None:
        """Return the input that the canvas holds, None while it is empty.

        ValueError with a sentence for the visitor where the drawing cannot be used.
        """
        if self.is_as_given():
            found: Input = self.given
            return found
        drawn = self.drawn()
        if not drawn:
            return None
        try:
            return Input.model_validate({"drawing": drawn})
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from error

    def unchanged(self, given: Input) -> bool:
        """Tell whether the canvas still holds this very input."""
        try:
            return self.read() == given
        except ValueError:
            return False


@ui.fragment
def draw(loaded: Loaded) -> None:
    """Answer for what is on the paper."""
    sheet = Sheet.of(f"{NAME}_drawing")
    found = _drawing(loaded, sheet)
    ui.examples(NAME, loaded.module.EXAMPLES, loaded.module.EXAMPLE_NAMES, sheet.show)
    if found:
        why(loaded, *found)


def _drawing(loaded: Loaded, sheet: Sheet) -> tuple[Input, Classification] | None:
    """Draw the paper on the left; on the right what the model says, or what to do first.

    The sentence is sent first, and shows before the rest comes: everybody waits for it, and for
    nothing else.
    """
    left, right = st.columns([5, 6], gap="medium")
    sheet.restore()
    given, problem = _held(sheet)
    prediction = None
    try:
        if given is not None:
            prediction = loaded.predict(given)
            with right:
                say(prediction)
            if given != st.session_state.get(ANSWERED):
                time.sleep(AHEAD_S)
            st.session_state[ANSWERED] = given
    finally:  # the paper stays where the model fails
        with left:
            ui.say_if_stale(NAME)
            sheet.draw()
            tools(sheet)
    if problem:
        right.info(problem, icon=":material/draw:")
        return None
    drop_outdated("drawing", given)
    if given is None or prediction is None:
        with right:
            say_what_was_wrong()
        right.info("It guesses on every stroke.", icon=":material/draw:", title="Your turn")
        return None
    with right:
        likeliest(loaded, prediction)
        ui.feedback(loaded, given, prediction, unchanged=sheet.unchanged)
    return given, prediction


def _held(sheet: Sheet) -> tuple[Input | None, str]:
    """Return what is on the paper, if anything, and what is wrong with it, if anything."""
    try:
        return sheet.read(), ""
    except ValueError as problem:
        return None, str(problem)


def say(prediction: Classification) -> None:
    """Draw the sentence."""
    ui.headline(sentence(prediction.top(GUESSES)))


def likeliest(loaded: Loaded, prediction: Classification) -> None:
    """Draw the three likeliest labels."""
    guesses = prediction.top(GUESSES)
    charts.show(
        charts.probability_bars(guesses, dict.fromkeys(loaded.module.LABELS, BLUE)),
        key=f"{NAME}_guesses",
        alt="The three likeliest: " + ", ".join(f"{label} {p:.0%}" for label, p in guesses),
        height=125,
    )
    if rare := rarely_seen(loaded, guesses):
        st.caption(f":material/school: Learnt from few drawings, so take it with care: {rare}.")


def sentence(guesses: list[tuple[str, float]]) -> str:
    """Return the guesses in words.

    >>> sentence([("cat", 0.83), ("tiger", 0.1)])
    'This looks like a cat, 83% sure; next guess: a tiger'
    >>> sentence([("cat", 0.98), ("tiger", 0.01)])
    'This looks like a cat, 98% sure'
    """
    (first, share), (second, next_share) = guesses[:2]
    opening = "This looks like" if share >= SURE else "This might be"
    opening = "Hard to say: perhaps" if share < UNSURE else opening
    also = f"; next guess: {phrase(second)}" if next_share >= HARDLY else ""
    return f"{opening} {phrase(first)}, {charts.percent(share)} sure{also}"


def rarely_seen(loaded: Loaded, guesses: list[tuple[str, float]]) -> str:
    """Return the serious guesses that the model saw few drawings of, with how many."""
    counts, thin = loaded.card.more["training drawings"], loaded.card.more["thin below"]
    serious = [label for label, share in guesses if share >= SERIOUS or label == guesses[0][0]]
    return ", ".join(f"{label} ({counts[label]})" for label in serious if counts[label] < thin)


def why(loaded: Loaded, given: Input, prediction: Classification) -> None:
    """Draw the tile that the model sees, and the drawing coloured by what decided."""
    parts = loaded.explain(given, prediction)
    name = phrase(prediction.label)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=PICTURE_WIDTH, gap="small"):
            st.markdown("**What the model sees**")
            st.html(as_seen(given))
            st.caption(
                "28 by 28 pixels, nothing else."
                if given.drawing is None
                else "This at twice the size, and the order of your strokes."
            )
        with st.container(width=PICTURE_WIDTH, gap="small"):
            st.markdown("**What decided it**")
            st.html(as_decided(given, parts, name))
            st.caption(f"Without the blue, it is less likely {name}; without the orange, more.")


def things(loaded: Loaded) -> None:
    """List, folded, what the model can recognise and which of it it hardly knows."""
    counts, thin = loaded.card.more["training drawings"], loaded.card.more["thin below"]
    well = [label for label, count in counts.items() if count >= thin]
    hardly = [label for label, count in counts.items() if count < thin]
    usual = median([counts[label] for label in hardly] or [0])
    with st.expander(f"The {len(counts)} things it can recognise", icon=":material/list:"):
        st.markdown(f"**{len(well)} learnt from {thin} drawings or more.** {', '.join(well)}.")
        st.markdown(
            f"**{len(hardly)} learnt from fewer, most of them from about {usual:.0f}: more often "
            "wrong.** "
            f"{', '.join(hardly)}."
        )


def as_seen(given: Input) -> str:
    """Return the 28x28 tile, enlarged pixel by pixel."""
    alt = "The drawing as 28 by 28 pixels, white on black"
    return f'<img src="{_png(given)}" alt="{alt}" style="{PICTURE};image-rendering:pixelated">'


def as_decided(given: Input, parts: Sequence[Contribution], answer: str) -> str:
    """Return the drawing, each stroke or region coloured by what it added to the answer."""
    by_stroke = given.drawing is not None and any(p.name.startswith("Stroke") for p in parts)
    picture = _strokes(given.drawing or (), parts) if by_stroke else _regions(given, parts)
    told = ", ".join(f"{part.name} {100 * part.value:+.0f}" for part in parts)
    alt = f"What each part adds to the chance of {answer}, in percentage points: {told}"
    return ui.svg_image(picture, alt, f"{PICTURE};background:#fff")


def _strokes(drawing: Sequence[Sequence[Sequence[int]]], parts: Sequence[Contribution]) -> str:
    """Return the strokes, centred, each in its colour."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))}" '
        f'stroke="{_colour(part.value)}" stroke-opacity="{_opacity(part.value, least=0.45):.2f}"/>'
        for (xs, ys), part in zip(drawing, parts, strict=True)
    )
    wide, high = (max(max(stroke[axis]) for stroke in drawing) for axis in (0, 1))
    side = BOX + 2 * MARGIN
    left, top = (wide - side) / 2, (high - side) / 2
    style = 'fill="none" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"'
    return _svg(f"{left} {top} {side} {side}", f"<g {style}>{lines}</g>")


def _regions(given: Input, parts: Sequence[Contribution]) -> str:
    """Return the tile, black on white, its 4x4 regions tinted."""
    paper = (
        f'<image href="{_png(given)}" width="28" height="28" '
        'style="image-rendering:pixelated;filter:invert(1)"/>'
    )
    return _svg("0 0 28 28", paper + "".join(map(_region, parts)))


def _region(part: Contribution) -> str:
    row, column = (int(number) - 1 for number in re.findall(r"\d+", part.name))
    place = f'x="{column * REGION}" y="{row * REGION}" width="{REGION}" height="{REGION}"'
    opacity = 0.75 * _opacity(part.value, least=0.15)
    return f'<rect {place} fill="{_colour(part.value)}" fill-opacity="{opacity:.2f}"/>'


def _svg(view: str, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{body}</svg>'


def _colour(value: float) -> str:
    if abs(value) < COLOURLESS:
        return GREY
    return BLUE if value > 0 else ORANGE


def _opacity(value: float, least: float) -> float:
    return least + (1 - least) * min(abs(value) / STRONG, 1)


def _png(given: Input) -> str:
    """Return the tile as the address of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(tile(given)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def take_link(sheet: Sheet) -> None:
    """Take what the link brings, once a visit: a drawing onto the paper, a picture to its tab."""
    if given := query_params.handed_over(NAME):
        st.session_state["sketch_tab"] = "Draw"
        _show_linked(given, sheet)
    if LINKED in st.session_state:
        return
    st.session_state[LINKED] = None
    try:
        _show_linked(linked_input(), sheet)
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


def say_what_was_wrong() -> None:
    """Name what the link brought and cannot be used, until there is something else to look at."""
    if problem := st.session_state.get(PROBLEM):
        st.warning(
            ui.escape_markdown(problem), title="The link cannot be used", icon=":material/link_off:"
        )


def linked_input() -> Input | None:
    """Return the input in the address, None for none; ValueError with a sentence for a bad one."""
    given: dict[str, Any] = {}
    for field, key in FIELDS.items():
        found = st.query_params.get_all(key)
        if len(found) > 1:
            raise ValueError(f"“{key}” stands in it {len(found)} times.")
        if found:
            given[field] = found[0]
    if not given:
        return None
    try:
        if "drawing" in given:
            given["drawing"] = json.loads(given["drawing"]) or []
        return Input.model_validate(given)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"]) from error
    except (ValueError, RecursionError):  # no JSON, or a number of thousands of digits
        raise ValueError("It is not of the form [[[x, ...], [y, ...]], ...].") from None


def _show_linked(given: Input | None, sheet: Sheet) -> None:
    st.session_state[LINKED] = given
    if given is not None and given.drawing is not None:
        sheet.show(given)
    elif given is not None:
        st.session_state[UPLOADED], st.session_state[f"{UPLOADED}_preview"] = given, None
        st.session_state["sketch_tab"] = "Upload a picture"


def drop_outdated(field: str, given: Input | None) -> None:
    """Take out of the address what is no longer shown, and forget what was wrong with it."""
    if given is not None:
        st.session_state.pop(PROBLEM, None)
    if given == st.session_state.get(LINKED):
        return
    for name, key in FIELDS.items():
        if key in st.query_params and (given is not None or name == field):
            del st.query_params[key]
