"""A typed function as a model module: its input, examples, answers, errors and version."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, Field, ValidationError

from models import text_tools
from showcase import contract
from showcase.contract.fields import fields
from showcase.contract.function import docstring, examples, function_model, slow, source
from showcase.contract.function.source import settings
from showcase.contract.outputs import Classification, Labels, Number, Progress, Text


class Wish(BaseModel):
    many: Annotated[int, Field(le=3)]


@examples({"Two": {"text": "ab", "times": 2, "how": "loud"}, "None": {"text": "", "times": 0}})
def repeat(
    text: Annotated[str, Field(max_length=20, description="What to repeat")],
    times: Annotated[int, Field(ge=0, le=9, examples=[3])],
    how: Literal["quiet", "loud"] | None = None,
) -> str:
    """Repeat a text.

    It says everything again.

    Args:
        text: overruled by the field
        times: How often,
            at most nine times
        how: In which voice
    """
    if times == 7:
        raise ValueError("Seven is too much.")
    if times == 8:
        Wish(many=times)
    said = text * times
    return said.upper() if how == "loud" else said


def countdown(start: int = 3) -> Iterator[int | Progress]:
    """Count down."""
    for left in range(start, 0, -1):
        yield Progress(1 - left / start, "counting")
        yield left


@pytest.fixture
def repeating():
    return function_model(repeat)


def ask(model: Any, **values: Any) -> Any:
    return model.predict(model.load(), model.Input.model_validate(values))


def test_fields_have_title_help_and_start(repeating):
    found = repeating.Input.model_fields
    assert [field.title for field in found.values()] == ["Text", "Times", "How"]
    assert found["text"].description == "What to repeat"
    assert found["times"].description == "How often, at most nine times"
    assert [field.examples for field in found.values()] == [[""], [3], None]
    assert found["how"].default is None


def test_bounds_and_unknown_keys_are_refused_by_name(repeating):
    for wrong, named in (({"times": 10}, "times"), ({"more": 1}, "more"), ({"how": 1}, "how")):
        with pytest.raises(ValidationError) as caught:
            repeating.Input.model_validate({"text": "a", "times": 1} | wrong)
        assert caught.value.errors()[0]["loc"] == (named,)


def test_default_is_the_start_and_may_be_left_out():
    takes = function_model(countdown).Input
    assert takes.model_fields["start"].examples == [3]
    assert takes.model_validate({}).start == 3


TWO = Wish(many=2)


def test_default_of_a_group_left_out_is_the_model():
    def order(wish: Wish = TWO, at: date = date(2024, 1, 2)) -> str:
        return f"{wish.many} {at}"

    model = function_model(order)
    assert ask(model) == Text("2 2024-01-02")
    assert ask(model, wish={"many": 3}) == Text("3 2024-01-02")


def test_none_as_default_allows_null_whatever_the_annotation_says():
    def draw(seed: int = None, mode: Literal["fast", "exact", None] = None) -> str:  # noqa: RUF013
        return f"{seed!r}, {mode!r}"

    model = function_model(draw)
    assert ask(model) == ask(model, seed=None, mode=None) == Text("None, None")
    assert ask(model, seed=7, mode="fast") == Text("7, 'fast'")
    assert [field.options for field in fields(model.Input)] == [(), ("fast", "exact")]


class Stay(BaseModel):
    at: datetime


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (time, "09:00Z"),
        (time | None, "09:00+02:00"),
        (datetime, "2024-01-01T00:00Z"),
        (Stay, {"at": "2024-01-01T00:00+01:00"}),
    ],
)
def test_time_with_a_zone_is_refused_in_words(kind, value):
    def early(at: kind) -> str:
        return str(at)

    with pytest.raises(ValidationError, match="without a time zone"):
        function_model(early).Input.model_validate({"at": value})


@pytest.mark.parametrize("answer", [float("nan"), {"a": float("nan")}, np.float32("inf")])
def test_number_that_is_none_is_a_fault_that_names_it(answer):
    def ratio() -> Any:
        return answer

    with pytest.raises(TypeError, match="ratio answers what no page shows: NaN or an infinite"):
        ask(function_model(ratio))


def test_examples_are_named_and_valid(repeating):
    assert repeating.EXAMPLE_NAMES == ("Two", "None")
    assert repeating.predict_many(repeat, repeating.EXAMPLES) == [Text("ABAB"), Text("")]


def test_examples_of_the_fields_are_zipped():
    def greet(name: Annotated[str, Field(examples=["Ada", "Bo"])], n: int = 1) -> str:
        return name * n

    model = function_model(greet)
    assert model.EXAMPLE_NAMES == ("Ada", "Bo")
    assert [given.n for given in model.EXAMPLES] == [1, 1]


def test_one_value_of_each_field_is_an_example_that_no_page_offers():
    model = function_model(countdown)
    assert (model.EXAMPLE_NAMES, model.offers_examples) == (("As it starts",), False)
    assert [given.start for given in model.EXAMPLES] == [3]


def test_no_example_is_made_of_what_must_be_brought():
    def count(
        n: Annotated[int, Field(gt=0)],
        s: Annotated[str, Field(examples=["a", "b"])],
        t: Annotated[str, Field(min_length=1)],
    ) -> str:
        return s * n + t

    assert function_model(count).EXAMPLES == ()


def test_value_error_is_the_function_s_own_word(repeating):
    with pytest.raises(ValueError, match="Seven is too much"):
        ask(repeating, text="a", times=7)


def test_validation_error_inside_that_names_no_parameter_is_a_mistake_of_the_function(repeating):
    with pytest.raises(TypeError, match="repeat made something invalid"):
        ask(repeating, text="a", times=8)


def test_validation_error_inside_that_names_a_parameter_passes():
    def order(many: int) -> int:
        return Wish(many=many).many

    with pytest.raises(ValidationError) as caught:
        ask(function_model(order), many=5)
    assert caught.value.errors()[0]["loc"] == ("many",)


def test_generator_s_last_answer_counts():
    model = function_model(countdown)
    assert model.is_slow
    steps = list(model.steps(countdown, model.Input(start=2)))
    assert steps == [Progress(0, "counting"), Number(2), Progress(0.5, "counting"), Number(1)]
    assert ask(model, start=2) == Number(1)


def test_generator_that_yields_nothing_has_no_answer_to_the_input():
    with pytest.raises(ValueError, match="no answer to this input"):
        ask(function_model(countdown), start=0)


def test_function_marked_slow_waits_to_be_asked(repeating):
    @slow
    def wait() -> str:
        return "done"

    assert function_model(wait).is_slow
    assert not repeating.is_slow


def test_labels_of_the_answer():
    def guess(n: int) -> Annotated[Classification, Labels("odd", "even")]:
        return Classification(label="odd" if n % 2 else "even")

    assert function_model(guess).LABELS == ("odd", "even")
    assert function_model(repeat).LABELS is None


def test_value_that_the_function_changes_stays_as_it_was_given():
    def first(words: list[str]) -> str:
        return words.pop()

    model = function_model(first)
    given = model.Input(words=["a", "b"])
    assert [model.predict(first, given) for _ in range(2)] == [Text("b")] * 2


@pytest.mark.parametrize(
    "kind",
    ["args", "kwargs", "untyped", "copy", "_hidden", "parts", "text_long", "correct", "at_unknown"],
)
def test_parameter_that_no_page_can_fill_is_named(kind):
    kinds = {
        "args": "def f(*args: int) -> int: ...",
        "kwargs": "def f(**kwargs: int) -> int: ...",
        "untyped": "def f(untyped) -> int: ...",
        "copy": "def f(copy: int) -> int: ...",
        "_hidden": "def f(_hidden: int) -> int: ...",
        "parts": "def f(parts: int) -> int: ...",
        "text_long": "def f(text: str, text_long: bool) -> int: ...",
        "correct": "def f(answer: int, correct: int) -> int: ...",
        "at_unknown": "def f(at: int | None, at_unknown: int) -> int: ...",
    }
    scope: dict[str, Any] = {}
    exec(kinds[kind], scope)
    with pytest.raises(TypeError, match=kind):
        function_model(scope["f"])


def test_eight_threads_get_the_same_answers(repeating):
    given = list(repeating.EXAMPLES) * 50
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: repeating.predict(repeat, one), given))
    assert together == repeating.predict_many(repeat, given)


def test_docstrings_of_three_styles_are_understood():
    def numpy() -> None:
        """Title.

        Parameters
        ----------
        x : float
            In metres
        """

    def sphinx() -> None:
        """Title.

        :param int x: In metres
        :returns: nothing
        """

    assert docstring(numpy).parameters == docstring(sphinx).parameters == {"x": "In metres"}
    assert docstring(numpy).title == docstring(sphinx).title == "Title"
    assert docstring(sphinx).text == ""


def test_version_changes_with_the_source_and_what_it_imports(tmp_path):
    def version(source: str, helper: str) -> str:
        (tmp_path / "aside.py").write_text(helper)
        path = tmp_path / "made.py"
        path.write_text(source)
        scope: dict[str, Any] = {"__name__": "made"}
        exec(compile(source, str(path), "exec"), scope)
        return str(settings(scope["f"])["source"])

    source = "def f(): \n    from aside import x\n"
    first = version(source, "x = 1")
    assert version(source, "x = 1") == first
    assert version(source, "x = 22") != first
    assert version(source + "# changed\n", "x = 1") != first


def test_version_names_the_libraries():
    found = settings(test_version_names_the_libraries)
    assert found["pytest"] == pytest.__version__
    assert "enum" not in found


def test_registered_function_loads_through_the_registry_s_line():
    demo = contract.Demo(
        "rounding", "Rounding", "", "", "", "showcase.contract.predictions:rounded", page="two"
    )
    module = demo.load_module()
    assert module is demo.load_module()
    assert module.predict(module.load(), module.Input(value=0.123456789)) == Number(0.123457)
    assert (demo.page_name, demo.deep_link) == ("two", {"two_tab": "Rounding"})
    assert contract.card(demo) is None


def test_exit_is_a_failure_of_the_function():
    def leaves(status: int = 3) -> str:
        """Leave."""
        sys.exit(status)

    with pytest.raises(RuntimeError, match="leaves called"):
        ask(function_model(leaves), status=3)


def test_optional_with_another_default_left_out_is_the_default():
    def counted(of: int | None = 5, also: int | None = None) -> str:
        """Count."""
        return f"{of} {also}"

    assert not any(f.is_required() for f in function_model(counted).Input.model_fields.values())
    assert ask(function_model(counted)) == Text("5 None")


def test_default_that_the_type_does_not_take_is_named():
    def grown(trees: Annotated[int, Field(ge=5)] = 1) -> int:
        """Grow."""
        return trees

    with pytest.raises(TypeError, match=r"the default of trees .* greater than or equal to 5"):
        function_model(grown)


def test_default_that_no_number_field_shows_is_named():
    def grown(trees: float = float("nan")) -> float:
        """Grow."""
        return trees

    with pytest.raises(TypeError, match="take None for what is not known"):
        function_model(grown)


def test_no_module_of_the_project_is_looked_for_among_the_libraries(monkeypatch):
    asked = []
    monkeypatch.setattr(source, "_version", lambda library: asked.append(library) or "1")
    assert set(settings(text_tools.palindromes)) == {"function", "source", "python", "pydantic"}
    assert asked == ["pydantic"]
