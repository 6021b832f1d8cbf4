"""How often people agree with each model: per model, per version, over time."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from showcase import ui
from showcase.contract.palette import BLUE, GREY, OKABE_ITO
from showcase.feedback.analytics.filters import VerdictFilter
from showcase.feedback.analytics.queries import Agreement, Bin, VerdictAnalytics
from showcase.pages.review.selection import NAME, model_and_source, title
from showcase.ui import charts

SHARES: charts.Settings = {
    "range": [-0.06, 1.08],
    "tickformat": ".0%",
    "tickvals": [0, 0.25, 0.5, 0.75, 1],
}
HEX = re.compile("[0-9a-f]{12}")
MOST_LINES = 3  # of models: more of them cross each other
FEW_DAYS = 4  # each of them has its name at the axis
SPANS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
COLUMNS = {
    "Model": st.column_config.TextColumn(pinned=True),
    "Version": st.column_config.TextColumn(
        help="Changes whenever the model could answer otherwise"
    ),
    "Verdicts": st.column_config.NumberColumn(help="Correct and wrong together"),
    "Said right": st.column_config.NumberColumn(format="%.0f%%"),
    "95% interval": st.column_config.TextColumn(
        help="Where the share would settle after many verdicts, in 95% of the cases (Wilson)"
    ),
    "First": st.column_config.DateColumn(),
    "Last": st.column_config.DateColumn(),
}


def overview(verdicts: VerdictAnalytics) -> None:
    """Show the shares of "correct", with their intervals."""
    choice = model_and_source(verdicts)
    found = _visible(verdicts.agreement(choice))
    judged = [one for one in found if one.judged]
    if not judged:
        st.info("Nothing was called correct or wrong here. Choose another model, or count more.")
        return
    st.subheader(sentence(judged), anchor=False)
    unsure = sum(one.unsure for one in found)
    not_counted = f"Not counted: {unsure:,} answers of “not sure”. " if unsure else ""
    st.caption(
        f"{not_counted}The bars show how far luck may have moved a share (95% interval). Whoever "
        "changed their mind counts once."
    )
    left, right = st.columns(2, gap="large")
    with left:
        _shares(judged)
    with right:
        _over_time(verdicts, choice, [one.demo for one in judged[:MOST_LINES]])
    st.markdown("**Version by version**")
    _versions(_visible(verdicts.by_version(choice)))


def sentence(found: Sequence[Agreement]) -> str:
    """Return in one sentence how often people agree, and with which model the least."""
    judged, correct = sum(one.judged for one in found), sum(one.correct for one in found)
    verdicts = f"{judged:,} verdict{'s' * (judged != 1)}"
    if len(found) == 1:
        return f"{title(found[0].demo)} is said to be right in {correct / judged:.0%} of {verdicts}"
    said = f"People agree in {correct / judged:.0%} of {verdicts}"
    if len({one.share for one in found}) == 1:
        return f"{said}, with each model alike"
    least = min(found, key=lambda one: one.interval[1])
    return f"{said}, the least with {title(least.demo)} ({least.share:.0%})"


def _visible(found: Sequence[Agreement]) -> list[Agreement]:
    """Return the figures without names that only a stored row tells, unless rows may be seen."""
    if ui.may_review():
        return list(found)
    known = (one for one in found if title(one.demo) != one.demo)
    return [one for one in known if not one.version or HEX.fullmatch(one.version)]


def _shares(judged: Sequence[Agreement]) -> None:
    st.markdown("**Said to be right**")
    said = ", ".join(f"{title(one.demo)} {one.share:.0%} of {one.judged:,}" for one in judged)
    figure = shares({title(one.demo): one for one in judged})
    height = 110 + 46 * len(judged)
    charts.show(figure, key=f"{NAME}_shares", alt=f"Said to be right: {said}", height=height)


def _over_time(verdicts: VerdictAnalytics, choice: VerdictFilter, demos: Sequence[str]) -> None:
    unit, points = verdicts.over_time(choice)
    lines: dict[str, list[Agreement]] = {}
    for one in _visible(points):
        if one.judged and one.since and one.demo in demos:
            lines.setdefault(title(one.demo), []).append(one)
    judged_most = " (those judged most)" if len(demos) == MOST_LINES else ""
    st.markdown(f"**{unit.capitalize()} by {unit}**{judged_most}")
    alt = f"The share said to be right, {unit} by {unit}, of {', '.join(lines)}"
    charts.show(over_time(lines, unit), key=f"{NAME}_over_time", alt=alt, height=330)


def _versions(found: Sequence[Agreement]) -> None:
    rows = [
        {
            "Model": title(one.demo),
            "Version": one.version,
            "Verdicts": one.judged,
            "Said right": round(100 * one.share) if one.judged else None,  # as the chart rounds
            "95% interval": charts.between(one.interval) if one.judged else "",
            "First": one.since and one.since.date(),
            "Last": one.until and one.until.date(),
        }
        for one in found
    ]
    st.dataframe(
        rows,
        key=f"{NAME}_versions",
        column_config=COLUMNS,
        hide_index=True,
        alt="Each version of each model with its verdicts and the share said to be right",
    )


def shares(found: Mapping[str, Agreement]) -> charts.Figure:
    """Return the share of "correct" of each named model, with its 95% interval."""
    names, values = list(found)[::-1], list(found.values())[::-1]
    points = {
        "type": "scatter",
        "x": [one.share for one in values],
        "y": names,
        "mode": "markers+text",
        "marker": {"size": 12, "color": BLUE},
        "error_x": error_bars(values),
        "text": [f"{one.share:.0%}" for one in values],
        "textposition": "top center",
        "customdata": [[one.judged, *one.interval] for one in values],
        "hovertemplate": "%{y}: %{x:.1%} of %{customdata[0]:,} verdicts"
        "<br>95% interval %{customdata[1]:.1%} to %{customdata[2]:.1%}<extra></extra>",
    }
    up = charts.axis(automargin=True, range=[-0.6, len(names) - 0.3])
    return charts.Figure([points], {"xaxis": charts.axis(**SHARES), "yaxis": up})


def over_time(found: Mapping[str, Sequence[Agreement]], unit: str) -> charts.Figure:
    """Return a line for each named model: the share of "correct" in each day, week or month.

    Points that hide each other show by their size.
    """
    lines: list[charts.Settings] = []
    for number, (name, points) in enumerate(found.items()):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        line = {
            "type": "scatter",
            "x": [_day(one) for one in points],
            "y": [one.share for one in points],
            "mode": "lines+markers",
            "name": name,
            "line": {"color": colour, "width": 2.5},
            "marker": {"color": colour, "size": 13 - 3 * number},
            "customdata": [one.judged for one in points],
            "hovertemplate": "%{y:.0%} of %{customdata:,}",
        }
        lines.append(line)
    across = charts.axis(showgrid=False)
    days = sorted({day for points in found.values() for one in points if (day := _day(one))})
    if days and len(days) <= FEW_DAYS:  # Plotly would go on to milliseconds
        margin = SPANS[unit] / 2
        ends = [days[0] - margin, days[-1] + margin]
        across |= {"tickvals": days, "tickformat": "%-d %b %Y", "range": ends}
    layout = {
        "xaxis": across,
        "yaxis": charts.axis(**SHARES),
        "legend": charts.LEGEND_ABOVE,
        "showlegend": len(found) > 1,
        "hovermode": "x unified",
    }
    return charts.Figure(lines, layout)


def _day(point: Agreement) -> datetime | None:
    """Return the beginning of a point's first day."""
    return point.since and point.since.replace(hour=0, minute=0, second=0, microsecond=0)


def error_bars(found: Sequence[Agreement] | Sequence[Bin]) -> dict[str, Any]:
    """Return error bars that end where the 95% intervals end."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [one.interval[1] - one.share for one in found],
        "arrayminus": [one.share - one.interval[0] for one in found],
        "color": GREY,
        "thickness": 1.5,
    }
