"""The page of a fitted estimator: form, answer, verdict, why, similar cases, what-if curves."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from showcase import ui
from showcase.batch import is_tabular
from showcase.contract import (
    BaseOutput,
    Classification,
    Contribution,
    ModelInput,
    Regression,
)
from showcase.contract.outputs import Number
from showcase.contract.palette import BLUE, GREY, ORANGE
from showcase.estimator.model import Case, Curve, EstimatorModel
from showcase.interface.outputs import figure_text, in_a_line, show
from showcase.interface.special_widgets import widgets
from showcase.runtime.loading import Loaded
from showcase.ui import charts

FIRST = 10  # fields that stand in the form; the others are folded
BESIDE = 6  # from so many on, two stand side by side
BARS = 10
SHOWN = 8  # columns of similar cases
BAR, AROUND, CURVE = 27, 40, 220  # pixels
NO_PROBABILITY = "This kind of model names a label and does not say how sure it is."
NO_INTERVAL = "How sure it is was not measured: no cases were kept apart from the model."


def draw_estimator(loaded: Loaded, module: EstimatorModel, question: str) -> None:
    """Draw all below the title; `question` is what stands above the verdict's buttons."""
    about = module.about
    ui.scores_caption(loaded)
    if about.summary:
        st.markdown(about.summary)
    asked = about.question if question == type(about)().question else question
    if not is_tabular(module.Input):
        _one(loaded, module, asked)
    else:
        name = loaded.demo.name
        one, many = st.tabs(["One at a time", "A table"], on_change="rerun", key=f"{name}_parts")
        if one.open:
            ui.forget_batch(name)
            with one:
                _one(loaded, module, asked)
        else:
            with many:
                ui.batch(loaded)
    ui.model_card(loaded)


def _one(loaded: Loaded, module: EstimatorModel, question: str) -> None:
    name = loaded.demo.name

    @ui.fragment
    def one() -> None:
        """Answer for what the form holds."""
        left, right = st.columns(2, gap="large")
        with left:
            form = _form(name, module)
            ui.examples(name, module.EXAMPLES, module.EXAMPLE_NAMES)
        if form.given is None:
            right.info("The answer will stand here as soon as the input can be used.")
            return
        given = form.given
        prediction: BaseOutput = loaded.predict(given)
        familiarity, similar, other = module.near(loaded.model, given, prediction)
        with right:
            if familiarity.unusual:
                title = "The model has seen nothing like it"
                st.warning(familiarity.sentence, title=title, icon=":material/explore_off:")
            show(prediction, f"{name}_output", loaded.colours)
            ui.keep_in_view(ui.escape_markdown(in_a_line(prediction)))
            _how_sure(prediction)
            ui.feedback(loaded, given, prediction, question)
        _why(loaded, module, given, prediction)
        if module.about.show_cases:
            _cases(name, module, given, prediction, (similar, other))
        _curves(loaded, module, given, prediction)

    one()


def _form(name: str, module: EstimatorModel) -> ui.Answer:
    names = list(module.Input.model_fields)
    first, rest = names[:FIRST], names[FIRST:]
    pairs = [first[start : start + 2] for start in range(0, len(first), 2)]
    return ui.form(
        name,
        module.Input,
        rows=pairs if len(first) >= BESIDE else (),
        widgets=widgets(module.Input),
        names=module.CHOICE_NAMES,
        beside=True,
        folded=rest,
    )


def _how_sure(prediction: BaseOutput) -> None:
    if isinstance(prediction, Classification) and prediction.probabilities is None:
        st.caption(NO_PROBABILITY)
    if isinstance(prediction, Number):
        st.caption(NO_INTERVAL)


def _why(loaded: Loaded, module: EstimatorModel, given: ModelInput, prediction: BaseOutput) -> None:
    """Draw what each input moved the answer by, the largest first."""
    titles = {column.name: column.title for column in module.columns}
    parts = sorted(loaded.explain(given, prediction), key=lambda part: -abs(part.value))
    if not parts:
        return
    shown = [part.model_copy(update={"name": titles.get(part.name, part.name)}) for part in parts]
    if len(shown) > BARS:
        rest = sum(part.value for part in shown[BARS - 1 :])
        left = f"the other {len(shown) - BARS + 1}"
        shown = [*shown[: BARS - 1], Contribution(name=left, value=rest)]
    by, unit = _scaled(module)
    st.markdown(f"**Why: what each {'word' if _is_text(module) else 'input'} added**")
    written = charts.signed if by == 1 else "{:+.1f}".format
    told = ", ".join(f"{part.name} {written(part.value * by)}" for part in shown)
    charts.show(
        charts.contributions(
            _numbered(shown), _colours(loaded, prediction), scale_by=by, written=written
        ),
        key=f"{loaded.demo.name}_why",
        alt=f"What each input added: {told}",
        height=AROUND + BAR * len(shown),
    )
    st.caption(_why_caption(module, prediction, unit))


def _colours(loaded: Loaded, prediction: BaseOutput) -> tuple[str, str]:
    """Return the colour of what raised the answer, its label's, and of what lowered it."""
    if not isinstance(prediction, Classification):
        return BLUE, ORANGE
    others = [colour for label, colour in loaded.colours.items() if label != prediction.label]
    return loaded.colours[prediction.label], others[0] if len(others) == 1 else GREY


def _numbered(parts: Sequence[Contribution]) -> list[Contribution]:
    """Return parts of which no two have one name: a chart would add up their bars."""
    names = [part.name for part in parts]
    return [
        part.model_copy(
            update={"name": f"{part.name}{chr(0x200B) * names[:place].count(part.name)}"}
        )
        for place, part in enumerate(parts)
    ]


def _scaled(module: EstimatorModel) -> tuple[float, str]:
    if module.answers.kind == "probabilities":
        return 100, "percentage points"
    if module.answers.kind == "numbers":
        return 1, module.about.unit or "the unit of the answer"
    return 1, "the model's own score"


def _is_text(module: EstimatorModel) -> bool:
    return len(module.columns) == 1 and module.columns[0].kind == "text"


def _why_caption(module: EstimatorModel, prediction: BaseOutput, unit: str) -> str:
    of = f"for {prediction.label}" if isinstance(prediction, Classification) else "of the answer"
    against = "the text without its words" if _is_text(module) else "real cases"
    how = (
        "exactly"
        if len(module.columns) <= 10 and not _is_text(module)
        else "by sampling beyond ten of them"
    )
    return ui.escape_markdown(
        f"Shapley values {of}, in {unit}, against {against}, computed {how}. They say what the "
        "model goes by, not what causes what."
    )


def _cases(
    name: str,
    module: EstimatorModel,
    given: ModelInput,
    prediction: BaseOutput,
    cases: tuple[Sequence[Case], Case | None],
) -> None:
    """Draw the most similar real cases and the nearest that the model answers otherwise."""
    st.markdown("**Real cases like this one**")
    similar, other = cases
    here = given.model_dump()
    rows = [("This one", "", _said(prediction), here)]
    rows += [(f"Similar {n}", c.happened, c.answer, c.values) for n, c in enumerate(similar, 1)]
    if other is not None:
        rows.append(("Nearest with another answer", other.happened, other.answer, other.values))
    columns = list(module.columns[:SHOWN])
    table: dict[str, list[Any]] = {
        "Case": [row[0] for row in rows],
        "What happened": [row[1] for row in rows],
        "What the model says": [row[2] for row in rows],
    }
    for column in columns:
        title = f"{column.title}{chr(0x200B) * (column.title in table)}"  # one may be called Case
        table[title] = [column.written(row[3][column.name]) for row in rows]
    st.dataframe(
        pd.DataFrame(table), hide_index=True, key=f"{name}_cases", alt="Similar real cases"
    )
    if other is not None:
        st.caption(ui.escape_markdown(_difference(module, here, other)))


def _said(prediction: BaseOutput) -> str:
    if isinstance(prediction, Classification):
        return prediction.label
    if isinstance(prediction, Number | Regression):
        return f"{figure_text(prediction.value)} {prediction.unit}".rstrip()
    return ""


def _difference(module: EstimatorModel, here: dict[str, Any], other: Case) -> str:
    """Say in what the nearest case with another answer differs."""
    differing = [
        f"{column.title} {column.written(other.values[column.name])} instead of "
        f"{column.written(here[column.name])}"
        for column in module.columns
        if column.written(other.values[column.name]) != column.written(here[column.name])
        and column.kind != "text"
    ]
    told = "; ".join(differing[:4]) or "nothing that the form shows"
    more = f"; and {len(differing) - 4} more" if len(differing) > 4 else ""
    return f"The nearest real case that the model answers with {other.answer} has {told}{more}."


def _curves(
    loaded: Loaded, module: EstimatorModel, given: ModelInput, prediction: BaseOutput
) -> None:
    """Draw the answer over each of the first few inputs, the others held."""
    curves = module.what_if(loaded.model, given, prediction)
    if not curves:
        return
    st.markdown("**What if one input were different?**")
    grid = st.grid(3, min_column_width=250, gap="medium")
    now = float(module.score(loaded.model, given, prediction))
    for curve in curves:
        with grid, st.container():
            charts.show(
                _curve(module, curve, getattr(given, curve.column.name), now),
                key=f"{loaded.demo.name}_what_if_{curve.column.name}",
                alt=_curve_words(curve),
                height=CURVE,
            )
    of = f"{prediction.label}" if isinstance(prediction, Classification) else "the answer"
    st.caption(
        ui.escape_markdown(
            f"Each chart changes one input and holds the others; it shows {_height(module, of)}. "
            "The dot, or the orange bar, is the input on the form."
        )
    )


def _height(module: EstimatorModel, of: str) -> str:
    return {
        "probabilities": f"the probability of {of}",
        "numbers": "the answer",
        "labels": f"whether the model says {of}",
    }.get(module.answers.kind, f"how far on the side of {of} it is")


def _curve(module: EstimatorModel, curve: Curve, here: Any, now: float) -> charts.Figure:
    """Return the curve of a number, or the bars of a choice, with this input marked."""
    column = curve.column
    title = f"{column.title} ({column.unit})" if column.unit else column.title
    is_chance = module.answers.kind == "probabilities"
    up = charts.axis(range=[0, 1], tickformat=".0%") if is_chance else charts.axis()
    written = ".0%" if is_chance else ".4g"
    if column.kept:
        across = charts.axis(title, type="category")
        bars = {
            "type": "bar",
            "x": [column.written(value) for value in curve.values],
            "y": charts.numbers(curve.scores),
            "marker": {"color": [ORANGE if value == here else BLUE for value in curve.values]},
            "hovertemplate": f"%{{x}}: %{{y:{written}}}<extra></extra>",
        }
        return charts.Figure([bars], {"xaxis": across, "yaxis": up, "showlegend": False})
    line = {
        "type": "scatter",
        "x": curve.values,
        "y": charts.numbers(curve.scores),
        "mode": "lines",
        "line": {"color": BLUE, "width": 3},
        "cliponaxis": False,
        "hovertemplate": f"%{{x:.4g}}: %{{y:{written}}}<extra></extra>",
    }
    at = [] if here is None else [charts.dot(here, now, hovertemplate=f"now: %{{y:{written}}}")]
    across = charts.axis(title, showgrid=False)
    return charts.Figure([line, *at], {"xaxis": across, "yaxis": up, "showlegend": False})


def _curve_words(curve: Curve) -> str:
    first, last = curve.values[0], curve.values[-1]
    return (
        f"The answer over {curve.column.title}: {curve.scores[0]:.3g} at "
        f"{curve.column.written(first)}, {curve.scores[-1]:.3g} at {curve.column.written(last)}"
    )
