"""The answer, where it stands among the published medians, and what moves it."""

import numpy as np
import streamlit as st

from models.earnings import (
    LOCALES,
    REGIONS,
    Curve,
    Explored,
    Input,
    familiarity,
    percentile,
    published,
    title_of,
    typical,
)
from models.earnings.model import Distribution
from showcase import ui
from showcase.contract import Card, Regression
from showcase.contract.palette import BLUE, GREY, ORANGE
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "earnings"
NO_REGION = (
    "Few published programmes have no region, most of them at institutions that have closed or "
    "merged: without one the answer leans to these. Choose a region if you can."
)
HIGH, LOW = 225, 165  # pixels: with a warning above it, the verdict still is on the first screen
BIN = 2_500
POINTS = 5_000  # spread evenly over the quantiles, to be counted
INTERVAL = "rgba(0, 114, 178, 0.22)"
BAND = "rgba(0, 114, 178, 0.15)"
FORMATS = {"net_price": "$,.0f", "sat_average": ".0f", "admission_rate": ".0%"}


def headline(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Say the predicted median with its interval, and whether the field is rare."""
    value, low, high = map(dollars, (prediction.value, prediction.low, prediction.high))
    sure = f"{prediction.coverage:.0%}"
    sentence = f"A median of about {value} a year; {sure} sure it is between {low} and {high}"
    ui.headline(ui.escape_markdown(sentence))
    seen = familiarity(loaded.model, given)
    if seen.unusual:
        st.warning(ui.escape_markdown(seen.sentence), icon=":material/explore_off:")
    if not given.region:
        st.caption(f":material/info: {NO_REGION}")


def among_published(loaded: Loaded, given: Input, prediction: Regression) -> None:
    """Draw the published medians with the answer among them, and say its percentile."""
    everyone = published(loaded.model, given.credential)
    same = published(loaded.model, given.credential, given.field)
    place = percentile_in_words(loaded, given, prediction)
    charts.show(
        distribution(everyone, same, prediction, title_of(given.field)),
        key=f"{NAME}_distribution",
        alt=f"Published medians of the credential, the answer marked. {place}",
        height=LOW if familiarity(loaded.model, given).unusual else HIGH,
    )
    st.caption(
        f"{ui.escape_markdown(place)} Pay one year after completing, in 2018 US dollars, of "
        "graduates who received federal aid and work."
    )


def percentile_in_words(loaded: Loaded, given: Input, prediction: Regression) -> str:
    """Return the percentile of the answer among the same field and credential, in words."""
    below = percentile(loaded.model, given, prediction.value)
    same = published(loaded.model, given.credential, given.field)
    if below is None or same is None:
        return "Fewer than 10 institutions publish this field and credential: too few to rank it."
    return (
        f"That is {_more_than(below)} the medians published for this field and credential "
        f"({same.institutions:,} institutions; half of them are below {dollars(same.median)})."
    )


def _more_than(below: float) -> str:
    """Return a percentile, 0 to 100, in words that are true at both ends."""
    if below < 1:
        return "less than nearly all of"
    return "more than nearly all of" if below > 99 else f"more than {below:.0f}% of"


def what_it_is(card: Card) -> None:
    """Say what the number means, who is left out, and where it comes from."""
    st.markdown(
        "**What this number is**\n\n"
        "The median pay of a programme's graduates one year after they completed it, in 2018 US "
        "dollars: half of them earned more, half less. It counts graduates who had received "
        "federal aid (a grant or a loan), were working and were not enrolled again. **Left out** "
        "are those without federal aid, without work or back in school, and programmes too small "
        "to be published. They completed in 2014-15 and 2015-16 and were paid in 2016 and 2017, so "
        "it is not today's pay; and it says what such programmes go with, not what a price or a "
        "score would cause."
    )
    st.caption(f"Source: [{card.data}]({card.url}), {card.author}. Model of {card.date}.")


def distribution(
    everyone: Distribution | None, same: Distribution | None, answer: Regression, field: str
) -> charts.Figure:
    """Return histograms of all fields and of this one, the answer as a line, its interval shaded.

    Heights are shares of the medians in steps of $2,500. Without a distribution there are no bars.
    """
    left, right = _ends(everyone, same, answer)
    groups = ((everyone, "All fields", GREY), (same, field, ORANGE))
    bars = [
        _bars(found, name, colour, (left, right))
        for found, name, colour in groups
        if found is not None
    ]
    said = {
        "x": answer.value,
        "xanchor": "center",
        "xref": "x",
        "y": 1,
        "yanchor": "bottom",
        "yref": "y domain",
        "showarrow": False,
        "text": f"<b>{dollars(answer.value)}</b>",
        "font": {"size": 15},
    }
    across = charts.axis(
        "published median, a year",
        range=[left, right],
        tickprefix="$",
        tickformat="~s",
        showgrid=False,
        nticks=8,
    )
    layout = {
        "shapes": [
            charts.stripe(answer.low, answer.high, INTERVAL),
            charts.vertical(answer.value, color=BLUE, width=4),
        ],
        "annotations": [said],
        "xaxis": across,
        "yaxis": charts.axis(visible=False),
        "barmode": "overlay",
        "showlegend": True,
        "legend": {"orientation": "h", "y": -0.42, "yanchor": "top", "x": 0},
    }
    return charts.Figure(bars, layout)


def _ends(
    everyone: Distribution | None, same: Distribution | None, answer: Regression
) -> tuple[float, float]:
    """Return the dollars at the left and right edge; the highest 1% may lie outside."""
    shown = [found.quantiles for found in (everyone, same) if found is not None]
    low = min([answer.low, *(quantiles[0] for quantiles in shown)])
    high = max([answer.high, *(quantiles[99] for quantiles in shown)])
    return np.floor(low / BIN) * BIN, np.ceil(high / BIN + 1) * BIN


def _bars(
    found: Distribution, name: str, colour: str, ends: tuple[float, float]
) -> charts.Settings:
    steps = np.linspace(0, len(found.quantiles) - 1, POINTS)
    points = np.interp(steps, np.arange(len(found.quantiles)), found.quantiles)
    counts, edges = np.histogram(points, np.arange(ends[0], ends[1] + 1, BIN))
    return {
        "type": "bar",
        "x": charts.numbers(edges[:-1] + BIN / 2),
        "y": charts.numbers(counts / POINTS),
        "width": BIN * 0.92,
        "name": _short(name),
        "marker": {"color": colour},
        "opacity": 0.55,
        "customdata": [f"{dollars(x)} to {dollars(x + BIN)}" for x in edges[:-1].tolist()],
        "hovertemplate": "%{customdata}: %{y:.1%}<extra></extra>",
    }


def _short(name: str) -> str:
    return name if len(name) <= 44 else f"{name[:42].rstrip()} …"


def why(loaded: Loaded, found: Explored) -> None:
    """Draw the dollars that each input moved the answer by, away from a typical programme."""
    st.markdown("**What moves it**")
    parts = [
        part.model_copy(update={"name": Input.model_fields[part.name].title})
        for part in found.contributions
    ]
    told = ", ".join(f"{part.name} {moved(part.value)}" for part in parts)
    charts.show(
        charts.contributions(parts, (BLUE, ORANGE), written=moved),
        key=f"{NAME}_why",
        alt=f"Dollars a year that each input adds: {told}",
        height=270,
    )
    prediction = found.prediction
    usual = prediction.value - sum(part.value for part in parts)
    start = f"{dollars(usual)} of a typical programme ({programme(typical(loaded.model))}, public)"
    st.caption(
        ui.escape_markdown(
            f"In dollars a year, from the {start} to this one's {dollars(prediction.value)}."
        )
    )


def what_if_curves(given: Input, found: Explored) -> None:
    """Draw the answer over price, SAT and admission rate, each alone, today's point marked."""
    st.markdown("**What if price or selectivity were different?**")
    grid, answer = st.grid(3, min_column_width=230, gap="medium"), found.prediction.value
    for field, curve in found.curves.items():
        title = Input.model_fields[field].title
        first, last = dollars(float(curve.value[0])), dollars(float(curve.value[-1]))
        with grid, st.container():
            charts.show(
                _what_if(field, curve, getattr(given, field), answer),
                key=f"{NAME}_what_if_{field}",
                alt=f"Median over {title}: {first} at the left, {last} at the right, "
                f"{dollars(answer)} now",
                height=240,
            )
    st.caption(
        "Each curve changes one input and holds the others; the shade is the 80% range. The dot is "
        "today's choice; a dashed line stands for one that is not known. They show what programmes "
        "with such figures publish, not what a change would cause."
    )


def _what_if(field: str, curve: Curve, here: float | None, answer: float) -> charts.Figure:
    """Return the curve with its interval; a null input is a dashed line at the answer."""
    over = {"type": "scatter", "x": charts.numbers(curve.xs), "mode": "lines"}
    edge = {**over, "line": {"width": 0}, "hoverinfo": "skip"}
    low = {**edge, "y": charts.numbers(curve.low)}
    high = {**edge, "y": charts.numbers(curve.high), "fill": "tonexty", "fillcolor": BAND}
    line = {
        **over,
        "y": charts.numbers(curve.value),
        "line": {"color": BLUE, "width": 3},
        "hovertemplate": f"%{{x:{FORMATS[field]}}}: %{{y:$,.0f}}<extra></extra>",
    }
    traces = [low, high, line]
    title = Input.model_fields[field].title or field
    layout: charts.Settings = {
        "xaxis": charts.axis(title, tickformat=FORMATS[field], nticks=5, showgrid=False),
        "yaxis": charts.axis(tickprefix="$", tickformat="~s", nticks=5, rangemode="tozero"),
        "showlegend": False,
    }
    if here is None:
        level = charts.horizontal(answer, color=ORANGE, width=2, dash="dash")
        layout["shapes"] = [level]
    else:
        now = "now: %{y:$,.0f}<extra></extra>"
        traces.append(charts.dot(here, answer, hovertemplate=now))
    return charts.Figure(traces, layout)


def dollars(value: float) -> str:
    """Return dollars to the nearest hundred: $45,400."""
    return f"${round(value, -2):,.0f}"


def moved(value: float) -> str:
    """Return dollars added or taken away, to the nearest hundred, with a real minus: +$4,200."""
    rounded = round(value, -2)
    return "$0" if not rounded else f"{'+' if rounded > 0 else '−'}${abs(rounded):,.0f}"


def programme(given: Input) -> str:
    """Return the credential and the field of a programme in one line."""
    return f"{given.credential}, {title_of(given.field)}"


def details(given: Input) -> str:
    """Return what tells two choices of the same programme apart."""
    rate = given.admission_rate
    parts = [
        given.control,
        "region not known" if given.region is None else REGIONS[given.region],
        "setting not known" if given.locale is None else LOCALES[given.locale].lower(),
        "price not known" if given.net_price is None else f"{dollars(given.net_price)} a year",
        "no SAT" if given.sat_average is None else f"SAT {given.sat_average:.0f}",
        "no selection" if rate is None else f"admits {rate:.0%}",
    ]
    return " · ".join(parts)
