"""What a visitor is asked after "wrong": the right answer, in the way that suits its kind."""

from collections.abc import Callable

import streamlit as st

from showcase.contract import BaseOutput, Classification, Regression
from showcase.contract.outputs import Markdown, Number, Text
from showcase.ui.draft import Draft, Given

SHOWN_LABELS = 5
QUOTED = 60


def correction(draft: Draft, said: Given, save: Callable[[Draft], None]) -> None:
    """Ask what is right; the answer replaces the bare "wrong" that is stored already."""
    with st.form(draft.key("correction"), border=True):
        _expected_widget(draft, said)
        st.text_input(
            "Comment (optional)",
            value=said.comment,
            key=draft.key("comment", draft.token),
            placeholder="What should the model have noticed?",
        )
        st.form_submit_button(
            "Save the right answer",
            key=draft.key("save"),
            type="primary",
            icon=":material/save:",
            on_click=save,
            args=(draft,),
        )


def _expected_widget(draft: Draft, said: Given) -> None:
    """Ask for the right answer, in the way that suits its kind; for some there is no way."""
    chosen, prediction = draft.key("expected", draft.token), draft.prediction
    if isinstance(prediction, Regression | Number):
        number = float(said.expected) if said.expected else None
        unit = f" ({prediction.unit})" if prediction.unit else ""
        st.number_input(f"What is right?{unit}", value=number, key=chosen)
    elif isinstance(prediction, Text | Markdown):
        st.text_area("What is right?", value=said.expected, key=chosen)
    elif isinstance(prediction, Classification) and draft.loaded.module.LABELS:
        _label_widget(draft, said, prediction)
    elif isinstance(prediction, Classification):
        st.text_input("What is right?", value=said.expected, key=chosen)


def _label_widget(draft: Draft, said: Given, prediction: Classification) -> None:
    chosen, labels = draft.key("expected", draft.token), draft.loaded.module.LABELS or ()
    labels = tuple(label for label in labels if label != prediction.label)
    start = said.expected or (labels[0] if len(labels) == 1 else None)
    if len(labels) <= SHOWN_LABELS:
        st.pills("What is right?", labels, default=start, key=chosen)
    else:
        index = labels.index(start) if start else None
        hint = "Type to search"
        st.selectbox("What is right?", labels, index=index, placeholder=hint, key=chosen)


def unit_of(prediction: BaseOutput) -> str:
    """Return the unit of a number; empty for other answers."""
    return prediction.unit if isinstance(prediction, Regression | Number) else ""


def shortened(text: str) -> str:
    """Return a right answer as it is quoted."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]} …"


def _written(answer: str | float) -> str:
    """Return a label as it is, a number as people write it, with every digit.

    >>> _written(123456.7), _written(52000.0), _written("rain")
    ('123456.7', '52000', 'rain')
    """
    if isinstance(answer, float):
        return str(int(answer)) if answer.is_integer() else repr(answer)
    return answer


def answered(draft: Draft) -> tuple[str, str]:
    """Return the right answer and the comment that the fields hold, as they are stored."""
    expected = st.session_state.get(draft.key("expected", draft.token))
    comment = st.session_state.get(draft.key("comment", draft.token)) or ""
    return "" if expected is None else _written(expected), comment
