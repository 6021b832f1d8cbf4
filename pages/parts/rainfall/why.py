"""Why this chance: what each reading added, how it would change, and whether to trust it."""

import streamlit as st

from models.rainfall import familiarity, what_if
from models.rainfall.inputs import Input
from showcase.contract import Classification
from showcase.runtime.loading import Loaded
from showcase.ui import charts

NAME = "rainfall"


def warn_if_unusual(loaded: Loaded, given: Input) -> None:
    """Say so where the model has hardly seen such readings."""
    seen = familiarity(loaded.model, given)
    if seen.unusual:
        title = "The model hardly knows such weather"
        st.warning(seen.sentence, title=title, icon=":material/explore_off:")


def why(loaded: Loaded, given: Input, prediction: Classification, usual: float) -> None:
    """Draw what each reading added to the usual chance, in percentage points."""
    st.markdown("**Why: what each reading added**")
    parts = [
        part.model_copy(update={"name": Input.model_fields[part.name].title})
        for part in loaded.explain(given, prediction)
    ]
    points = ", ".join(f"{part.name} {100 * part.value:+.1f}" for part in parts)
    charts.show(
        charts.contributions(parts, (loaded.colours["rain"], loaded.colours["dry"]), scale_by=100),
        key=f"{NAME}_why",
        alt=f"Percentage points that each reading added to the usual chance of rain: {points}",
        height=190,
    )
    chance = prediction.probabilities["rain"]
    st.caption(
        f"In percentage points, from the {usual:.0%} of an average day to this one's {chance:.0%}."
    )


def what_if_curves(loaded: Loaded, given: Input, chance: float) -> None:
    """Draw the chance over each reading with the other three held, today's point marked."""
    st.markdown("**What if one reading were different?**")
    grid = st.grid(2, min_column_width=300, gap="medium")
    for field_name, info in Input.model_fields.items():
        unit = info.json_schema_extra["unit"]
        values, chances = what_if(loaded.model, given, field_name)
        ends = [f"{p:.0%} at {x:.0f} {unit}" for x, p in zip(values, chances, strict=True)]
        with grid, st.container():
            charts.show(
                charts.curve(
                    values, chances, (getattr(given, field_name), chance), f"{info.title} ({unit})"
                ),
                key=f"{NAME}_what_if_{field_name}",
                alt=f"Chance of rain over {info.title}: {ends[0]}, {chance:.0%} now, {ends[-1]}",
                height=220,
            )
    st.caption(
        "Each curve changes one reading and holds the other three. The dot is this afternoon."
    )
