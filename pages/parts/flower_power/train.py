"""Train yourself: an iris to guess, what gave it away, and which species you confuse."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import SystemRandom

import numpy as np
import streamlit as st

from models.flower_power import LABELS
from models.flower_power.flowers import Flower, confused_pairs, training
from models.flower_power.inputs import FIELDS, Input
from models.flower_power.picture import flower_svg, flower_text
from showcase import ui
from showcase.contract.palette import GREY
from showcase.runtime.loading import Loaded
from showcase.ui import charts

KEY = "flower_power_training"
NAME = "flower_power"
TRAIN = f"{NAME}_train"
HARDER = f"{TRAIN}_harder"
HARDER_TITLE = "Harder: no chart before the guess"
PICTURE_WIDTH = 230  # pixels
CHART_HEIGHT = 340
LATELY = 20
NEAREST = 7
# The parts that differ most between the species come first.
PARTS = {
    "petal_length": ("Petals", "long"),
    "petal_width": ("Petals", "wide"),
    "sepal_length": ("Sepals", "long"),
    "sepal_width": ("Sepals", "wide"),
}
INK, PAPER = "#12111F", "#FFFFFF"
SYMBOLS = ("circle", "square", "diamond")  # shapes too: colours alone do not reach everybody
ROOM = 0.3  # cm around the flowers
PARTS_TOLD = "Sepals carry the pale mark; petals lie between them."


@dataclass(frozen=True)
class Guess:
    """What somebody took a flower for."""

    flower: Flower
    said: str

    @property
    def right(self) -> bool:
        """Whether that is what it is."""
        return self.said == self.flower.species


@dataclass
class Training:
    """The flower that is shown, those that follow it, and the guesses so far, oldest first.

    A click brings the `number` of the flower it is for, so that a second one, or one that comes
    late, changes nothing.
    """

    number: int = 1
    deck: list[Flower] = dataclasses.field(default_factory=list)
    guesses: list[Guess] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.deck:
            self.deck = _shuffled()

    @classmethod
    def of_this_visit(cls) -> "Training":
        """Return the training of this visit."""
        if KEY not in st.session_state:
            st.session_state[KEY] = cls()
        found: Training = st.session_state[KEY]
        return found

    @classmethod
    def start_over(cls) -> None:
        """Forget this visit's guesses and shuffle anew."""
        st.session_state[KEY] = cls()

    @property
    def now(self) -> Flower:
        """The flower that is shown."""
        return self.deck[-1]

    @property
    def last(self) -> Guess | None:
        """What was guessed of the flower that is shown; None before that."""
        return self.guesses[-1] if len(self.guesses) == self.number else None

    def guess(self, number: int, said: str) -> None:
        """Take the first guess of a flower."""
        if number == self.number and self.last is None:
            self.guesses.append(Guess(self.now, said))

    def go_on(self, number: int) -> None:
        """Show the next flower; after all of them, all again, another one first."""
        if number != self.number or self.last is None:
            return
        before = self.deck.pop()
        self.number += 1
        while not self.deck or self.now == before:
            self.deck = _shuffled()


def _shuffled() -> list[Flower]:
    deck = list(training())
    SystemRandom().shuffle(deck)
    return deck


@partial(ui.fragment, in_view=False)
def train(loaded: Loaded) -> None:
    """Show a flower, take a guess, say what it is."""
    lesson = Training.of_this_visit()
    left, right = st.columns(2, gap="large")
    with left:
        _flower(lesson)
        guess, truth = (lesson.last.said, lesson.now.species) if lesson.last else (None, None)
        species_buttons(TRAIN, ui.callback(lesson.guess), (lesson.number,), guess, truth)
        _revealed(lesson)
    with right:
        _chart(loaded, lesson)
        _progress(loaded, lesson)


def _flower(lesson: Training) -> None:
    """Draw the flower and its sizes; its species shows once it was guessed."""
    flower, guessed = lesson.now, lesson.last
    st.subheader(_headline(guessed), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=PICTURE_WIDTH):
            picture(flower.given, flower.species if guessed else None)
        with st.container(width="content"):
            st.markdown(sizes(flower.given))


def picture(given: Input, label: str | None = None) -> None:
    """Draw the iris, as wide as its place, in the colours of `label` or, without one, of none."""
    alt = flower_text(given, label)
    st.html(ui.svg_image(flower_svg(given, label), alt, "aspect-ratio:1"))


def _headline(guessed: Guess | None) -> str:
    if guessed is None:
        return "Which iris is this?"
    species = guessed.flower.species
    return f"Right, it is {species}" if guessed.right else f"It is {species}, not {guessed.said}"


def species_buttons(
    key: str,
    on_click: Callable[..., None],
    args: tuple[object, ...],
    guess: str | None,
    truth: str | None,
    *,
    wide: bool = False,
) -> None:
    """Draw a button per species, which stay where they are: a double click hits no other.

    A click calls `on_click(*args, species)`. `guess` and `truth` are None before the guess; `wide`
    ones fill the row and stress the guess.
    """
    with st.container(horizontal=True, gap="small"):
        for number, species in enumerate(LABELS, 1):
            wrong = ":material/close:" if species == guess else None
            st.button(
                species.capitalize(),
                key=f"{key}_{species}",
                shortcut=ui.shortcut(str(number)),
                icon=":material/check:" if species == truth else wrong,
                type="primary" if wide and species == guess else "secondary",
                disabled=truth is not None,
                width="stretch" if wide else "content",
                on_click=on_click,
                args=(*args, species),
            )


def _revealed(lesson: Training) -> None:
    """Say what gives the flower away, and offer the next one."""
    guessed = lesson.last
    if guessed is None:
        return
    box = st.success if guessed.right else st.info
    box(giveaway(guessed.flower), icon=":material/lightbulb:")
    st.button(
        "Next flower",
        key=f"{TRAIN}_next",
        shortcut=ui.shortcut("N"),
        type="primary",
        icon=":material/arrow_forward:",
        on_click=ui.callback(lesson.go_on),
        args=(lesson.number,),
    )


def _chart(loaded: Loaded, lesson: Training) -> None:
    """Draw where the flower lies among the others, unless the visitor wants it harder."""
    space = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        # no toggle: the keys 1, 2 and 3 would do nothing as long as it has the focus
        st.pills(
            "Level",
            [HARDER_TITLE],
            key=HARDER,
            label_visibility="collapsed",
            persist_state="session",
        )
        with st.popover("Axes", icon=":material/straighten:", type="tertiary"):
            axes = (_axis("Across", "petal_length"), _axis("Up", "petal_width"))
    with space:
        if st.session_state[HARDER] and lesson.last is None:
            st.info("The chart appears after your guess.", icon=":material/visibility_off:")
            return
        others = [flower for flower in training() if flower.number != lesson.now.number]
        charts.show(
            among(others, lesson.now, loaded.colours, axes, revealed=lesson.last is not None),
            key=f"{TRAIN}_chart",
            alt=where(lesson.now, axes),
            height=CHART_HEIGHT,
        )


def _axis(label: str, start: str) -> str:
    key = f"{TRAIN}_{label.lower()}"
    st.session_state.setdefault(key, start)
    chosen: str = st.selectbox(label, FIELDS, format_func=titled, key=key, persist_state="session")
    return chosen


def _progress(loaded: Loaded, lesson: Training) -> None:
    """Say how often the last guesses were right, and what is confused with what."""
    if lesson.guesses:
        st.markdown(f"{score(lesson.guesses)} · {confusion(lesson.guesses)}")
        charts.show(
            lately(lesson.guesses, loaded.colours),
            key=f"{TRAIN}_lately",
            alt=lately_in_words(lesson.guesses),
            height=60,
        )
    marks = "A dot was right, a cross wrong. " if lesson.guesses else ""
    st.caption(
        f"{marks}{PARTS_TOLD} Your guesses here are not stored, and a reload starts anew. "
        f"You learn from the {len(training())} flowers that the model learned from."
    )
    if lesson.guesses:
        st.button(
            "Start over",
            key=f"{TRAIN}_again",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=ui.callback(Training.start_over),
        )


def sizes(given: Input) -> str:
    """Return the four measurements as Markdown, a line each."""
    return (
        f"**Petals**  \n{given.petal_length:.1f} cm long  \n{given.petal_width:.1f} cm wide\n\n"
        f"**Sepals**  \n{given.sepal_length:.1f} cm long  \n{given.sepal_width:.1f} cm wide"
    )


def giveaway(flower: Flower) -> str:
    """Return what tells the flower's species, by the sizes of the other training flowers."""
    others = [other for other in training() if other.number != flower.number]
    for field in PARTS:
        if said := _decides(field, flower, others):
            return said
    return _contested(flower, others)


def _decides(field: str, flower: Flower, others: Sequence[Flower]) -> str:
    """Return why this one measurement leaves a single species, or nothing if it does not."""
    value, (part, way) = getattr(flower.given, field), PARTS[field]
    below: list[tuple[float, str]] = []  # the largest of the species that stay smaller
    above: list[tuple[float, str]] = []
    for species in sorted({other.species for other in others} - {flower.species}):
        found = [getattr(other.given, field) for other in others if other.species == species]
        if min(found) <= value <= max(found):
            return ""
        if max(found) < value:
            below.append((max(found), species))
        else:
            above.append((min(found), species))
    opening = f"{part} {value:.1f} cm {way}: of the training flowers,"
    if not above:
        return f"{opening} only {flower.species}’s are above {max(below)[0]:.1f} cm."
    if not below:
        return f"{opening} only {flower.species}’s are below {min(above)[0]:.1f} cm."
    (most, small), (least, large) = max(below), min(above)
    return (
        f"{part} {value:.1f} cm {way}: more than any {small}’s (up to {most:.1f} cm) and less than "
        f"any {large}’s (from {least:.1f} cm) of the training flowers."
    )


def _contested(flower: Flower, others: Sequence[Flower]) -> str:
    """Return which species the flowers with the most similar petals are."""
    given = flower.given
    petals = np.array([[other.given.petal_length, other.given.petal_width] for other in others])
    away = (petals - [given.petal_length, given.petal_width]) / petals.std(axis=0)
    nearest = np.argsort((away**2).sum(axis=1), kind="stable")[:NEAREST]
    counts = Counter(others[index].species for index in nearest).most_common()
    alike = f"the {NEAREST} training flowers with the most similar petals"
    if len(counts) == 1:
        found = f"{alike} are all {counts[0][0]}."
    else:
        said = (f"{count} {'is' if count == 1 else 'are'} {name}" for name, count in counts)
        found = f"of {alike}, {' and '.join(said)}."
    usual = counts[0][0] == flower.species
    return f"{'No single measurement decides it' if usual else 'An exception'}: {found}"


def score(guesses: Sequence[Guess]) -> str:
    """Return how many of the last guesses were right."""
    lately = guesses[-LATELY:]
    right = sum(guess.right for guess in lately)
    of = f"the last {LATELY} right" if len(guesses) >= LATELY else f"{len(guesses)} right so far"
    return f"**{right} of {of} ({right / len(lately):.0%})**"


def confusion(guesses: Sequence[Guess]) -> str:
    """Return which two species are confused most often, either way, in the last guesses."""
    lately = guesses[-LATELY:]
    pairs = confused_pairs((guess.flower.species, guess.said) for guess in lately)
    if not pairs:
        return f"No two species confused {'so far' if len(guesses) <= LATELY else 'lately'}."
    return f"You confuse {pairs[0].one} and {pairs[0].other}: {_times(pairs[0].times)}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def among(
    others: Sequence[Flower],
    here: Flower,
    colours: Mapping[str, str],
    axes: tuple[str, str],
    *,
    revealed: bool,
) -> charts.Figure:
    """Return the other flowers by two measurements and this one as a star, white until revealed."""
    hover = "%{x:.1f} by %{y:.1f} cm<extra>"
    traces: list[charts.Settings] = []
    for (species, colour), symbol in zip(colours.items(), SYMBOLS, strict=True):
        inputs = [other.given for other in others if other.species == species]
        dots = {
            "type": "scatter",
            "x": [getattr(given, axes[0]) for given in inputs],
            "y": [getattr(given, axes[1]) for given in inputs],
            "mode": "markers",
            "name": species,
            "marker": {"color": colour, "symbol": symbol, "size": 9, "opacity": 0.85},
            "hovertemplate": f"{hover}{species}</extra>",
        }
        traces.append(dots)
    star = {
        "type": "scatter",
        "x": [getattr(here.given, axes[0])],
        "y": [getattr(here.given, axes[1])],
        "mode": "markers",
        "name": "this flower",
        "marker": {
            "color": colours[here.species] if revealed else PAPER,
            "symbol": "star",
            "size": 20,
            "line": {"width": 2, "color": charts.ink() if revealed else INK},
        },
        "hovertemplate": f"{hover}this flower</extra>",
    }
    across, up = (charts.axis(titled(axis), range=_range(axis), nticks=8) for axis in axes)
    layout = {"xaxis": across, "yaxis": up, "legend": charts.LEGEND_ABOVE}
    return charts.Figure([*traces, star], layout)


def titled(field: str) -> str:
    """Return a measurement with its unit.

    >>> titled("petal_length")
    'Petal length (cm)'
    """
    return f"{Input.model_fields[field].title} (cm)"


def lately(guesses: Sequence[Guess], colours: Mapping[str, str]) -> charts.Figure:
    """Return the last guesses in the truth's colours: a dot if right, a cross if wrong."""
    shown = guesses[-LATELY:]
    traces: list[charts.Settings] = []
    for right, symbol in ((True, "circle"), (False, "x-thin")):
        picked = [(place, guess) for place, guess in enumerate(shown, 1) if guess.right == right]
        shades = [colours[guess.flower.species] for _, guess in picked]
        line = {"width": 3, "color": shades}
        marks = {
            "type": "scatter",
            "x": [place for place, _ in picked],
            "y": [0] * len(picked),
            "mode": "markers",
            "marker": {"symbol": symbol, "size": 11, "color": shades, "line": line},
            "customdata": [_guess_in_words(guess) for _, guess in picked],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        traces.append(marks)
    layout = {
        "shapes": [charts.horizontal(-1, width=1, color=GREY)],
        "xaxis": charts.axis(visible=False, range=[0.3, LATELY + 0.7]),
        "yaxis": charts.axis(visible=False, range=[-1, 1]),
        "showlegend": False,
    }
    return charts.Figure(traces, layout)


def lately_in_words(guesses: Sequence[Guess]) -> str:
    """Return the text alternative of `lately`."""
    return "Oldest first: " + "; ".join(_guess_in_words(guess) for guess in guesses[-LATELY:])


def _guess_in_words(guess: Guess) -> str:
    return f"{guess.flower.species}, " + ("right" if guess.right else f"taken for {guess.said}")


def _range(field: str) -> list[float]:
    """Return the same span for every flower: it would tell where the hidden one lies."""
    values = [getattr(flower.given, field) for flower in training()]
    return [min(values) - ROOM, max(values) + ROOM]


def where(here: Flower, axes: tuple[str, str]) -> str:
    """Return the text alternative of `among`, which tells no species of this flower."""
    x, y = (f"{titled(axis)[:-5].lower()} {getattr(here.given, axis):.1f} cm" for axis in axes)
    return f"All other training flowers in their species’ colours; this one is at {x}, {y}"
