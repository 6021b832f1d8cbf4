"""Functions as people write them: any name of a parameter, large numbers, None as a default."""

import json
import math
from datetime import time
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from streamlit.testing.v1 import AppTest

from showcase import interface


def named(link: int = 1, address: int = 2, answer: int = 3, kept: int = 4, asked: int = 5) -> int:
    """Add."""
    return link + address + answer + kept + asked


def seeded(seed: int = 2**64 - 1) -> str:
    """Seeded."""
    return f"{seed} is odd" if seed % 2 else f"{seed} is even"


def parity(n: int = 0) -> str:
    """Parity."""
    return f"{n} is odd" if n % 2 else f"{n} is even"


def maybe(n: int | None = None, mode: Literal["fast", None] = None) -> str:
    """Maybe."""
    return f"n {n!r}, mode {mode!r}"


def ways() -> int:
    """Ways."""
    return math.factorial(400)


def early(at: time = time(9)) -> bool:
    """Early."""
    return at < time(12)


def shares() -> dict[str, Any]:
    """Shares."""
    return dict(zip("ab", np.array([0.25, 0.75], dtype="float32"), strict=True))


def counted() -> pd.Series:
    """Counted."""
    frame = pd.DataFrame({"word": ["a", "b", "a"], "big": 2**60 + 1})
    return frame.groupby("word")["word"].count()


def ratio() -> float:
    """Ratio."""
    return float("nan")


def bars(height: int = 2) -> Any:
    """Bars."""
    frame = pd.DataFrame({"name": ["a", "b"], "size": [1, height]})
    return alt.Chart(frame, title="How *large*").mark_bar().encode(x="name", y="size")


def line(height: int = 2) -> Any:
    """Line."""
    axes = Figure().subplots()
    axes.plot([0, 1], [0, height])
    return axes


def page(function, **query) -> AppTest:
    def script(name: str) -> None:
        from showcase import interface
        from tests.showcase.interface import test_plain_functions

        interface(getattr(test_plain_functions, name))

    at = AppTest.from_function(script, args=(function.__name__,), default_timeout=30)
    at.query_params.update({f"{function.__name__}_{name}": text for name, text in query.items()})
    return at.run()


def said(at: AppTest) -> list[str]:
    return [item.value for item in (*at.subheader, *at.metric, *at.text)]


def test_parameters_may_be_called_like_what_the_page_remembers():
    at = page(named)
    assert not at.exception
    assert not at.error
    assert "15" in said(at)
    at.number_input(key="named_answer").set_value(10).run()
    assert "22" in said(at)


def test_start_value_beyond_what_browsers_count_is_exact():
    at = page(seeded)
    assert "18446744073709551615 is odd" in said(at)
    at.text_input(key="seeded_seed_digits").set_value("9007199254740992").run()
    assert "9007199254740992 is even" in said(at)
    at.text_input(key="seeded_seed_digits").set_value("many").run()
    assert any("whole number" in text.value for text in at.markdown)


@pytest.mark.parametrize("function", [parity, maybe])
def test_large_number_in_a_link_is_exact(function):
    at = page(function, n="9007199254740993")
    assert any("9007199254740993" in text for text in said(at))


@pytest.mark.parametrize("function", [parity, maybe])
def test_large_number_that_was_typed_is_refused_in_words(function):
    at = page(function)
    at.number_input(key=f"{function.__name__}_n").set_value(2**53 + 1).run()
    shown = [item.value for item in (*at.info, *at.caption, *at.markdown)]
    assert any("9,007,199,254,740,991" in text for text in shown)
    assert not any("is even" in text or "n 9007" in text for text in said(at))


def test_none_is_the_start_where_it_is_the_default():
    assert "n None, mode None" in said(page(maybe))


def test_answer_of_hundreds_of_digits_is_shown():
    assert f"{math.factorial(400):,}" in said(page(ways))


def test_time_with_a_zone_in_a_link_is_refused_in_words():
    at = page(early, at="09:00Z")
    assert not at.error
    assert "without a time zone" in at.warning[0].value


def test_answers_of_numpy_and_pandas_are_drawn():
    assert '"a":0.25' in page(shares).json[0].value.replace(" ", "")
    assert list(page(counted).dataframe[0].value.columns) == ["word", "word_2"]


def test_figures_of_altair_and_matplotlib_are_drawn():
    at = page(bars)
    assert not at.exception
    assert not at.error
    (drawn,) = at.get("vega_lite_chart")
    assert json.loads(drawn.proto.spec)["mark"]["type"] == "bar"
    assert "**How \\*large\\***" in [text.value for text in at.markdown]
    at = page(line)
    assert not at.error
    assert len(at.get("image")) == 1


def test_nan_is_a_fault_with_an_id(caplog):
    at = page(ratio)
    assert len(at.error) == 1
    assert "NaN" in caplog.text


@pytest.mark.parametrize("name", ["parts", "correct", "run", "batch_results"])
def test_name_of_a_widget_of_the_page_is_refused_by_name(name):
    scope: dict[str, Any] = {}
    exec(f"def f({name}: int = 1) -> int:\n    return {name}", scope)
    with pytest.raises(TypeError, match=name):
        interface(scope["f"])
