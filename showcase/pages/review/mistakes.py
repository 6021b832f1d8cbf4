"""Where a model goes wrong: which label it takes for which, and whether it knows how sure to be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Literal

import streamlit as st

from showcase import ui
from showcase.contract import registry
from showcase.contract.palette import BLUE, GREY
from showcase.feedback.analytics.filters import VerdictFilter
from showcase.feedback.analytics.queries import Bin, VerdictAnalytics
from showcase.pages.review.overview import SHARES, error_bars
from showcase.pages.review.selection import NAME, model_and_source, title, titles
from showcase.ui import charts

MOST_LABELS = 12
OTHER = "another answer"
NOTABLE = 0.05  # between how sure a model is and how often it is right
FEWEST = 10  # verdicts that a sentence about that needs
HEIGHT = 420
# The ground of a number, from never to always, and the number, which can be read on all of it
PALE, FULL = {"light": "#E8F1F8", "dark": "#1D2633"}, {"light": "#56B4E9", "dark": BLUE}
INK = {"light": "#12111F", "dark": "#FFFFFF"}
LARGEST, SMALLEST = 24, 8  # points, in pixels

Pairs = Mapping[tuple[str, str], int]  # predicted, right: how often


def mistakes(verdicts: VerdictAnalytics) -> None:
    """Show the mistakes of one model: the chosen one, else the one that was judged most."""
    choice = model_and_source(verdicts)
    demo = choice.demo or next(
        (one.demo for one in verdicts.agreement(choice) if one.demo in titles()), ""
    )
    if demo not in titles():
        st.info("Nothing was judged here. Choose another model, or count more.")
        return
    st.subheader(title(demo), anchor=False)
    if not choice.demo:
        st.caption("The model that was judged most: choose another one above.")
    choice = replace(choice, demo=demo)
    left, right = st.columns(2, gap="large")
    with left:
        _labels(verdicts, choice)
    with right:
        _confidence(verdicts.reliability(choice), any(verdicts.agreement(choice)))


def _labels(verdicts: VerdictAnalytics, choice: VerdictFilter) -> None:
    st.markdown("**What it takes for what**")
    labels = registry.find(choice.demo).load_module().LABELS
    if labels is None:
        _numbers(*verdicts.distance(choice))
        return
    pairs = within(verdicts.confusion(choice), labels)
    if not pairs:
        st.info("Nobody has said yet what would have been right. “Wrong” asks for it.")
        return
    shown = most_mistaken(pairs, labels)
    st.write(ui.escape_markdown(worst(pairs)))
    counts = [[pairs.get((predicted, right), 0) for predicted in shown] for right in shown]
    alt = f"How often each label was predicted where another was right. {worst(pairs)}"
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    charts.show(confusion(shown, counts, theme), key=f"{NAME}_confusion", alt=alt, height=HEIGHT)
    if len(shown) < len(labels):
        st.caption(f"The {len(shown)} of {len(labels)} labels with the most mistakes.")


def within(
    found: Sequence[tuple[str, str, int]], labels: Sequence[str]
) -> Counter[tuple[str, str]]:
    """Return the pairs with every answer that is no label of the model as another answer."""
    known, pairs = set(labels), Counter[tuple[str, str]]()
    for predicted, right, times in found:
        pair = tuple(one if one in known else OTHER for one in (predicted, right))
        pairs[pair[0], pair[1]] += times
    return pairs


def most_mistaken(pairs: Pairs, labels: Sequence[str]) -> list[str]:
    """Return the labels to show, in their order: all of a few, else those mistaken most often."""
    every = [*labels, OTHER] if any(OTHER in pair for pair in pairs) else list(labels)
    if len(every) <= MOST_LABELS:
        return every
    weights = Counter[str]()
    for (predicted, right), times in pairs.items():
        for label in (predicted, right):
            weights[label] += times * (predicted != right)
    kept = {label for label, _ in weights.most_common(MOST_LABELS)}
    return [label for label in every if label in kept]


def worst(pairs: Pairs) -> str:
    """Return the most frequent mistake in one sentence."""
    wrong = {pair: times for pair, times in pairs.items() if pair[0] != pair[1]}
    if not wrong:
        return "Nobody named another label than the model."
    (predicted, right), times = max(wrong.items(), key=lambda one: one[1])
    often = "once" if times == 1 else f"{times:,} times"
    return f"The most frequent mistake: “{predicted}” where “{right}” is right, {often}."


def _numbers(apart: float, count: int) -> None:
    """Say how far predicted numbers are from what people named; nothing else has labels."""
    if not count:
        st.info("This model has no labels to mistake, and nobody has named a right number yet.")
        return
    st.metric("Typical distance from what people named", f"{apart:,.6g}")
    st.caption(f"The median of {count:,} verdicts that named the right number.")


def _confidence(bins: Sequence[Bin], is_judged: bool) -> None:
    st.markdown("**Whether it knows how sure to be**")
    if not bins:
        st.info(
            "This model states no probabilities."
            if is_judged
            else "None of its answers was judged yet."
        )
        return
    st.write(how_sure(bins))
    told = "; ".join(
        f"{one.confidence:.0%} sure: {one.share:.0%} of {one.judged:,}" for one in bins
    )
    alt = f"How often answers of each confidence were said to be right: {told}"
    charts.show(reliability(bins), key=f"{NAME}_reliability", alt=alt, height=HEIGHT)
    st.caption("A point for each tenth, the larger the more verdicts. Below the line: too sure.")


def how_sure(bins: Sequence[Bin]) -> str:
    """Return in one sentence whether the model is surer than it is right."""
    judged, correct = sum(one.judged for one in bins), sum(one.correct for one in bins)
    sure, right = sum(one.confidence * one.judged for one in bins) / judged, correct / judged
    said = f"On average it is {sure:.0%} sure and said to be right in {right:.0%}"
    if judged < FEWEST:
        return f"{said}, from so few verdicts that it may be luck."
    if abs(sure - right) < NOTABLE:
        return f"{said}: as sure as it should be."
    return f"{said}: {'surer' if sure > right else 'less sure'} than it should be."


def confusion(
    labels: Sequence[str], counts: Sequence[Sequence[int]], theme: Literal["light", "dark"]
) -> charts.Figure:
    """Return how often each label (a column) was predicted where another (a row) was right.

    Colours are shares of the row.
    """
    totals = [sum(row) or 1 for row in counts]
    cells = {
        "type": "heatmap",
        "x": labels,
        "y": labels,
        "z": [[n / total for n in row] for row, total in zip(counts, totals, strict=True)],
        "zmin": 0,
        "zmax": 1,
        "text": [[f"{n:,}" if n else "" for n in row] for row in counts],
        "customdata": counts,
        "texttemplate": "%{text}",
        "textfont": {"color": INK[theme]},
        "colorscale": [[0, PALE[theme]], [1, FULL[theme]]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "Right: %{y}<br>Predicted: %{x}<br>%{customdata:,}<extra></extra>",
    }
    across = charts.axis("Predicted", automargin=True, type="category")
    up = charts.axis("Right", automargin=True, type="category", autorange="reversed")
    return charts.Figure([cells], {"xaxis": across, "yaxis": up})


def reliability(bins: Sequence[Bin]) -> charts.Figure:
    """Return how often answers of each confidence were right; on the dashed line, as often."""
    as_sure_as_right = {
        "type": "scatter",
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "line": {"color": GREY, "dash": "dash"},
        "name": "As sure as right",
        "hoverinfo": "skip",
    }
    points = {
        "type": "scatter",
        "x": [one.confidence for one in bins],
        "y": [one.share for one in bins],
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 2.5},
        "marker": {"color": BLUE, "size": _sizes(bins), "opacity": 1},
        "error_y": error_bars(bins),
        "text": [f"{one.judged:,}" for one in bins],
        "name": "Verdicts",
        "hovertemplate": "%{x:.0%} sure: right in %{y:.0%} of %{text}<extra></extra>",
    }
    across = charts.axis("How sure the model was", **SHARES)
    up = charts.axis("Said to be right", **SHARES)
    return charts.Figure(
        [as_sure_as_right, points], {"xaxis": across, "yaxis": up, "legend": charts.LEGEND_ABOVE}
    )


def _sizes(bins: Sequence[Bin]) -> list[float]:
    """Return the width of each point, so that its area tells how many verdicts it stands for."""
    most = max((one.judged for one in bins), default=1)
    return [max(SMALLEST, LARGEST * sqrt(one.judged / most)) for one in bins]
