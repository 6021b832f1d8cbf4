"""Where a flower lies among the training flowers, and the last guesses one by one."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from models.flower_power import Input
from models.flower_power.flowers import Flower, training
from pages.parts.flower_power.train_state import Guess
from pages.parts.flower_power.train_words import LATELY
from showcase.contract.palette import GREY
from showcase.ui import charts

INK, PAPER = "#12111F", "#FFFFFF"
SYMBOLS = ("circle", "square", "diamond")  # shapes too: colours alone do not reach everybody
ROOM = 0.3  # cm around the flowers


def among(
    others: Sequence[Flower],
    here: Flower,
    colours: Mapping[str, str],
    axes: tuple[str, str],
    *,
    revealed: bool,
) -> go.Figure:
    """Return the other flowers by two measurements and this one as a star, white until revealed."""
    figure = go.Figure()
    for (species, colour), symbol in zip(colours.items(), SYMBOLS, strict=True):
        inputs = [other.given for other in others if other.species == species]
        figure.add_scatter(
            x=[getattr(given, axes[0]) for given in inputs],
            y=[getattr(given, axes[1]) for given in inputs],
            mode="markers",
            name=species,
            marker={"color": colour, "symbol": symbol, "size": 9, "opacity": 0.85},
            hovertemplate="%{x:.1f} by %{y:.1f} cm<extra>" + species + "</extra>",
        )
    figure.add_scatter(
        x=[getattr(here.given, axes[0])],
        y=[getattr(here.given, axes[1])],
        mode="markers",
        name="this flower",
        marker={
            "color": colours[here.species] if revealed else PAPER,
            "symbol": "star",
            "size": 20,
            "line": {"width": 2, "color": charts.ink() if revealed else INK},
        },
        hovertemplate="%{x:.1f} by %{y:.1f} cm<extra>this flower</extra>",
    )
    for axis, update in zip(axes, (figure.update_xaxes, figure.update_yaxes), strict=True):
        update(title_text=titled(axis), range=_range(axis), fixedrange=True, nticks=8)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return figure.update_layout(legend=legend)


def titled(field: str) -> str:
    """Return a measurement with its unit.

    >>> titled("petal_length")
    'Petal length (cm)'
    """
    return f"{Input.model_fields[field].title} (cm)"


def lately(guesses: Sequence[Guess], colours: Mapping[str, str]) -> go.Figure:
    """Return the last guesses in the truth's colours: a dot if right, a cross if wrong."""
    shown = guesses[-LATELY:]
    figure = go.Figure()
    for right, symbol in ((True, "circle"), (False, "x-thin")):
        picked = [(place, guess) for place, guess in enumerate(shown, 1) if guess.right == right]
        shades = [colours[guess.flower.species] for _, guess in picked]
        figure.add_scatter(
            x=[place for place, _ in picked],
            y=[0] * len(picked),
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 11,
                "color": shades,
                "line": {"width": 3, "color": shades},
            },
            customdata=[_said(guess) for _, guess in picked],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_hline(y=-1, line_width=1, line_color=GREY)
    figure.update_xaxes(visible=False, range=[0.3, LATELY + 0.7], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-1, 1], fixedrange=True)
    return figure.update_layout(showlegend=False)


def lately_in_words(guesses: Sequence[Guess]) -> str:
    """Return the text alternative of `lately`."""
    return "Oldest first: " + "; ".join(_said(guess) for guess in guesses[-LATELY:])


def _said(guess: Guess) -> str:
    return f"{guess.flower.species}, " + ("right" if guess.right else f"taken for {guess.said}")


def _range(field: str) -> list[float]:
    """Return the same span for every flower: it would tell where the hidden one lies."""
    values = [getattr(flower.given, field) for flower in training()]
    return [min(values) - ROOM, max(values) + ROOM]


def where(here: Flower, axes: tuple[str, str]) -> str:
    """Return the text alternative of `among`, which tells no species of this flower."""
    x, y = (f"{titled(axis)[:-5].lower()} {getattr(here.given, axis):.1f} cm" for axis in axes)
    return f"All other training flowers in their species’ colours; this one is at {x}, {y}"
