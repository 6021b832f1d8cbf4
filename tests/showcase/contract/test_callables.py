"""Functions as people write them: coroutines, partials, objects, lambdas, positional-only names."""

import asyncio
import io
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LinearRegression

from showcase import contract, interface
from showcase.commands.launch import demos_of
from showcase.contract import Classification, Demo
from showcase.contract.function import function_model, uses
from showcase.contract.function.callables import plain_function
from showcase.contract.outputs import (
    Markdown,
    Number,
    Picture,
    Progress,
    Text,
    TextStream,
    as_output,
)


async def later(word: str = "soon") -> str:
    """Later."""
    return f"{word}!"


def power(base: float = 2, exponent: int = 3) -> float:
    """Raise a number."""
    return base**exponent


class TextScaler:
    """Repeat a text."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, text: str = "ab", /) -> str:
        return text * self.times

    def shout(self, text: str = "ab") -> str:
        """Shout."""
        return text.upper() * self.times


def apart(a: int = 1, /, b: int = 2, *, c: int = 3) -> str:
    """Say three numbers."""
    return f"{a}{b}{c}"


@pytest.mark.parametrize(
    ("given", "name", "answer"),
    [
        (later, "later", Text("soon!")),
        (partial(power, exponent=2), "power", Number(4.0)),
        (partial(power, 3), "power", Number(27.0)),
        (TextScaler(2), "text_scaler", Text("abab")),
        (TextScaler(2).shout, "shout", Text("ABAB")),
        (apart, "apart", Text("123")),
    ],
)
def test_whatever_can_be_called_answers(given, name, answer):
    module = function_model(given)
    assert module.function.__name__ == name
    assert module.said.title
    (start,) = module.EXAMPLES
    assert in_a_thread(module.predict, module.load(), start) == answer


def in_a_thread(function, *given):
    """Call a function as pages do: a browser leaves an event loop in the tests' own thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *given).result()


def test_what_a_partial_binds_is_no_field():
    assert list(function_model(partial(power, exponent=2)).Input.model_fields) == ["base"]
    assert list(function_model(partial(power, 3)).Input.model_fields) == ["exponent"]


def test_a_lambda_takes_a_name_and_its_types_from_its_defaults():
    with pytest.raises(TypeError, match="name='double'"):
        plain_function(lambda n=2: n * 2)
    module = function_model(plain_function(lambda n=2: n * 2, "double"))
    assert module.Input.__name__ == "DoubleInput"
    assert module.predict(module.load(), module.Input(n=21)) == Number(42)


double = lambda n=2: n * 2  # noqa: E731  # as people write them
squared = partial(power, exponent=2)


def test_lambdas_and_partials_are_lines_of_the_registry():
    for name, answer in (("double", Number(4)), ("squared", Number(4.0))):
        module = Demo(name, "Title", "", "", "", f"{__name__}:{name}").load_module()
        assert module.predict(module.load(), module.EXAMPLES[0]) == answer


async def counted(n: int = 3) -> AsyncIterator[int]:
    """Count."""
    for number in range(n):
        await asyncio.sleep(0)
        yield number


async def said(n: int = 2) -> TextStream:
    """Say."""
    for _ in range(n):
        yield "so "


def written(n: int = 2) -> TextStream:
    """Write."""
    yield Progress(0.5)
    yield from ["so "] * n


@pytest.mark.parametrize(
    ("function", "steps"),
    [
        (counted, [Number(0), Number(1), Number(2)]),
        (said, [Markdown("so "), Markdown("so so ")]),
        (written, [Progress(0.5), Markdown("so "), Markdown("so so ")]),
    ],
)
def test_generators_answer_step_by_step_and_streams_are_joined(function, steps):
    module = function_model(function)
    given = module.EXAMPLES[0]
    assert in_a_thread(lambda: list(module.steps(module.load(), given))) == steps
    assert in_a_thread(module.predict, module.load(), given) == steps[-1]


def test_what_cannot_be_called_is_refused_in_words():
    with pytest.raises(TypeError, match="not 3"):
        interface(3)
    model = LinearRegression().fit([[0], [1]], [0, 1])
    for given in (model, model.predict):
        with pytest.raises(TypeError, match="from_estimator"):
            interface(given)
    with pytest.raises(TypeError, match=r"calls this one"):
        interface(lambda *words: words, name="words")


def test_version_tells_what_is_bound_and_what_an_object_holds():
    def version(given):
        return contract.model_version(function_model(given))

    assert version(partial(power, exponent=2)) == version(partial(power, exponent=2))
    assert version(partial(power, exponent=2)) != version(partial(power, exponent=3))
    assert version(TextScaler(2)) != version(TextScaler(3))
    assert version(TextScaler(2).shout) != version(TextScaler(3).shout)


BESIDE = """
from pathlib import Path

MODEL = Path(__file__).with_name("growers.bin")

def grower(alcohol: float = 12) -> str:
    '''Grower.'''
    return f"{alcohol} {MODEL.read_bytes()!r}"
"""


def test_version_changes_with_a_model_file_beside_the_function(tmp_path):
    def version(model: bytes) -> str:
        path = tmp_path / "grower.py"
        path.write_text(BESIDE)
        (tmp_path / "growers.bin").write_bytes(model)
        scope = {"__file__": str(path), "__name__": "grower"}
        exec(compile(BESIDE, str(path), "exec"), scope)
        return contract.model_version(function_model(scope["grower"]))

    assert version(b"old") == version(b"old") != version(b"newer")


def test_version_changes_with_a_file_that_a_function_says_it_uses(tmp_path):
    def version(model: bytes) -> str:
        path = tmp_path / "elsewhere.bin"
        path.write_bytes(model)
        return contract.model_version(function_model(uses(path)(partial(power))))

    assert version(b"old") == version(b"old") != version(b"newer")


def test_a_dict_of_floats_that_sum_to_one_is_probabilities():
    answer = as_output({"a": 0.25, "b": 0.75}, dict[str, float])
    assert isinstance(answer, Classification)
    assert (answer.label, answer.confidence) == ("b", 0.75)
    assert not isinstance(as_output({"km": 3.0, "h": 2.0}, dict[str, float]), Classification)


def negative(picture: np.ndarray) -> np.ndarray:
    """Turn a picture's colours round."""
    return 255 - picture


def test_pictures_may_be_arrays():
    module = function_model(negative)
    black = np.zeros((4, 3, 3), dtype="uint8")
    answer = module.predict(module.load(), module.Input(picture=black))
    assert isinstance(answer, Picture)
    assert np.asarray(Image.open(io.BytesIO(answer.png))).tolist() == (255 - black).tolist()
    drawn = as_output(np.zeros((4, 3), dtype="uint8"), Image.Image)
    assert isinstance(drawn, Picture)


SCRIPT = """
from functools import partial
from showcase import interface

def power(base: float = 2, exponent: int = 3) -> float:
    '''Raise a number.'''
    return base**exponent

interface(partial(power, exponent=2))
interface(lambda n=2: n * 2, name="double")
"""


def test_script_shows_what_has_no_name_to_import_it_by(tmp_path):
    (tmp_path / "my_calls.py").write_text(SCRIPT)
    demos = demos_of(tmp_path / "my_calls.py")
    assert [demo.name for demo in demos] == ["power", "double"]
    modules = [demo.load_module() for demo in demos]
    answers = [module.predict(module.load(), module.EXAMPLES[0]) for module in modules]
    assert answers == [Number(4.0), Number(4)]
