"""The form of a demo: one widget per field of its pydantic `Input`, bound to the URL."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st
from pydantic import BaseModel, ValidationError
from streamlit.delta_generator import DeltaGenerator

from showcase.contract import ModelInput
from showcase.contract.fields import Field, fields, key, note_key, takes
from showcase.contract.messages import error_text
from showcase.contract.messages import plain as words
from showcase.ui import query_params
from showcase.ui.errors import callback
from showcase.ui.markdown import field_problem
from showcase.ui.widgets import TOO_LARGE, box_moved, draw, held

STALE = "stale"
NARROWEST = 150  # pixels of a widget: a number beside its buttons is read whole
MOST_BESIDE = 3  # widgets in a row
OWN_WORDS = ("value_error", "assertion_error")
CHANGED = "The input changed before your click arrived: nothing was stored. Judge the new answer."


@dataclasses.dataclass
class Answer:
    """What the form holds: a valid input, or what is wrong with each field.

    `empty` are those of the fields with a problem that nothing was given for yet: what to do, and
    no mistake.
    """

    given: ModelInput | None = None
    problems: dict[str, str] = dataclasses.field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    places: dict[str, DeltaGenerator] = dataclasses.field(default_factory=dict, repr=False)

    def point_out(self, problems: Mapping[str, str]) -> None:
        """Say each problem under the widget of its field; an unknown field under the last one."""
        for field, problem in problems.items():
            with self.places.get(field) or list(self.places.values())[-1]:
                st.markdown(field_problem(problem))


def form(
    name: str,
    input_type: type[ModelInput],
    *,
    names: Mapping[str, Mapping[Any, str]] | None = None,
    rows: Sequence[Sequence[str]] = (),
    widgets: Mapping[str, Callable[[str, Field], Any]] | None = None,
    beside: bool = False,
    folded: Sequence[str] = (),
) -> Answer:
    """Draw the form and return the one `Input` it holds, or the problems by field.

    Choices and numbers are in the URL; text is not (length, privacy). What a link brought that
    cannot be used is named above the form. `names` are what people read for a choice's values and
    for null; `rows` are fields that stand side by side, the others follow one by one. `widgets`
    are a page's own: each is called with its key and field, keeps the value in
    `st.session_state[key]` and returns it. With `beside` each problem stands under the widget that
    caused it, but for a field that is still empty. `folded` are fields that matter little: they
    stand in an expander below the others.
    """
    found = fields(input_type)
    own = query_params.written_here(input_type, widgets or ())
    query_params.take(name, input_type, own)
    put_back = query_params.restore(name, [key(name, field.name) for field in found])
    drawn = _Drawn(name, names or {}, widgets or {})
    values = drawn.all(found, rows, folded)
    query_params.insist(
        name, put_back, {key(name, field): value for field, value in values.items()}
    )
    query_params.write(name, input_type, own, values)
    say_if_stale(name, values)
    answer = _checked(input_type, values)
    answer.places = drawn.places
    if beside:
        answer.point_out({f: said for f, said in answer.problems.items() if f not in answer.empty})
    return answer


def shows(name: str, given: ModelInput) -> bool:
    """Tell whether the form's widgets still hold this very input.

    In a callback they hold what the browser just sent: that may be newer than the answer that the
    visitor saw. A field without a widget of its own counts as unchanged.
    """
    before = given.model_dump()
    now = {field: held(key(name, field), value) for field, value in before.items()}
    if any(box_moved(key(name, field), value) for field, value in before.items()):
        return False
    try:
        return type(given).model_validate(now) == given
    except ValidationError:
        return False


def _checked(input_type: type[ModelInput], values: dict[str, Any]) -> Answer:
    """Return the input that the values make, or what is wrong with them."""
    try:
        return Answer(given=input_type.model_validate(values))
    except ValidationError as error:
        found = {field.name: field for field in fields(input_type)}
        wrong = {str((*e["loc"], "")[0]): e for e in reversed(error.errors())}
        empty = frozenset(name for name in wrong if values.get(name) in (None, "", [], ()))
        said = {name: _said(found.get(name), e, name in empty) for name, e in wrong.items()}
        return Answer(problems=said, empty=empty)


def _said(field: Field | None, error: Mapping[str, Any], is_empty: bool) -> str:
    """Return what is wrong with a field: its own words, or what it takes."""
    kind = error["type"]
    if field is None:
        return words(error["msg"])
    if is_empty and field.codec and kind not in OWN_WORDS:
        return field.codec.wanted
    if inside := _inside(field, error):
        return inside + error_text(error)
    if (is_empty and kind.endswith("_type")) or kind.startswith(("greater_than", "less_than")):
        most = f" {TOO_LARGE}" if kind == "int_type" else ""
        return f"{field.title}: {takes(field)}.{most}"
    if field.is_range and kind == "missing":
        return f"{field.title}: choose the end, too."
    return error_text(error)


def _inside(field: Field, error: Mapping[str, Any]) -> str:
    """Return which field of a nested model is meant; nothing for other kinds."""
    if not (isinstance(field.base, type) and issubclass(field.base, BaseModel)):
        return ""
    names = [part for part in error["loc"][1:] if isinstance(part, str)]
    return "".join(f"{name.replace('_', ' ').capitalize()}: " for name in names)


def say_if_stale(name: str, values: object = None) -> None:
    """Say above an input that the last click was for the one before, and stored nothing.

    It stays while the same `values` are shown: one click may make the page run twice. Without them
    it is said once.
    """
    said = st.session_state.get(note_key(name, STALE))
    if said and (said is True or said == (values,)):
        st.session_state[note_key(name, STALE)] = (values,) if values else False
        st.warning(CHANGED, icon=":material/update:")
    else:
        st.session_state[note_key(name, STALE)] = False


def examples(
    name: str,
    inputs: Sequence[ModelInput],
    names: Sequence[str],
    fill: Callable[[Any], None] | None = None,
) -> None:
    """Draw a button per example, in one row; a click fills the form, or calls `fill` with it."""
    clicked = partial(fill_in, name) if fill is None else callback(fill)
    st.caption("Or try one of these")
    with st.container(horizontal=True, gap="small", wrap=False, key=f"{name}_examples"):
        for index, (given, label) in enumerate(zip(inputs, names, strict=True)):
            chosen = f"{name}_example_{index}"
            st.button(label, key=chosen, on_click=clicked, args=(given,), width="content")


@callback
def fill_in(name: str, given: ModelInput) -> None:
    """Put an input into the form's widgets; only before they are drawn, so in a callback."""
    query_params.show(name, given)


@dataclasses.dataclass(frozen=True)
class _Drawn:
    """How the fields of one form are drawn, and where each of them stands."""

    name: str
    names: Mapping[str, Mapping[Any, str]]
    widgets: Mapping[str, Callable[[str, Field], Any]]
    places: dict[str, DeltaGenerator] = dataclasses.field(default_factory=dict)

    def all(
        self, found: Sequence[Field], rows: Sequence[Sequence[str]], folded: Sequence[str]
    ) -> dict[str, Any]:
        """Draw every field and return the values, in the order of the fields."""
        by_name = {field.name: field for field in found}
        placed = {field_name for row in (*rows, folded) for field_name in row}
        values: dict[str, Any] = {}
        for row in (*rows, *([field] for field in by_name if field not in placed)):
            if len(row) > 1:
                grid = st.grid(min(len(row), MOST_BESIDE), min_column_width=NARROWEST)
                self.places.update((field_name, grid.container()) for field_name in row)
            else:
                self.places[row[0]] = st.container()
            for field_name in row:
                with self.places[field_name]:
                    values[field_name] = self.widget(by_name[field_name])
        if folded:
            expander = st.expander(f"{len(folded)} more, which matter less", icon=":material/tune:")
            with expander:
                values |= self.all([by_name[field_name] for field_name in folded], [folded], ())
        return {field_name: values[field_name] for field_name in by_name}

    def widget(self, field: Field) -> Any:
        """Draw one field and return its value."""
        chosen, names = key(self.name, field.name), self.names.get(field.name) or field.names
        if field.name in self.widgets:
            return self.widgets[field.name](chosen, field)
        return draw(chosen, field, names)
