"""A demo's fields, examples and answer as Streamlit has them: `?demo=rainfall`; `app` serves it.

No charts, no explanation, no verdict: the least that a page of this model takes.
"""

from typing import Any, Literal, get_origin

import streamlit as st

from models.registry import DEMOS
from showcase.contract import Demo, ModelInput


def fill(number: int, example: ModelInput) -> None:
    """Put an example into the fields."""
    st.session_state.number = number
    for name, value in example:
        st.session_state[name] = value


def field(name: str, kind: Any) -> None:
    """Draw a field that one of Streamlit's widgets takes as it is."""
    if kind is str:
        st.text_area(name, key=name)
    elif kind in (int, float):
        st.number_input(name, key=name)
    elif get_origin(kind) is Literal:
        st.selectbox(name, kind.__args__, key=name)


@st.cache_resource
def loaded(name: str) -> tuple[Demo, Any]:
    """Return a demo and its model."""
    demo = next(one for one in DEMOS if one.name == name)
    return demo, demo.load_module().load()


def page(name: str) -> None:
    """Draw the page of a demo."""
    demo, model = loaded(name)
    module = demo.load_module()
    st.title(demo.title)
    if "number" not in st.session_state:
        fill(0, module.EXAMPLES[0])
    left, right = st.columns(2)
    with left:
        for field_name, info in module.Input.model_fields.items():
            field(field_name, info.annotation)
        for number, example in enumerate(module.EXAMPLES):
            key, label = f"{name}_example_{number}", module.EXAMPLE_NAMES[number]
            st.button(label, key=key, on_click=fill, args=(number, example))
    number = st.session_state.number
    right.subheader(module.EXAMPLE_NAMES[number])
    right.json(module.predict(model, module.EXAMPLES[number]).model_dump(mode="json"))


if __name__ == "__main__":
    page(st.query_params["demo"])
else:
    app = st.App(__file__)
