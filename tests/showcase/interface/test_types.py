"""A page's script passes the strict type check, although what it calls is a package."""

from pathlib import Path

import pytest
from mypy import api

CACHE = Path(__file__).parents[3] / ".mypy_cache"  # warm where `make check` has run
SCRIPT = """
from typing import Annotated

from showcase import interface
from showcase.interface import Classification, Labels, Number, Text, examples, together


@examples({"Some": {"n": 1}})
def guess(n: int) -> Annotated[Classification, Labels("odd", "even")]:
    return Classification(label="odd" if n % 2 else "even")


interface(guess, live=False, submit="Guess")
interface("palindromes", embedded=True)
together("text_tools")
ANSWERS = (Number(3, "km"), Text("far"))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("more", "problems"), [("", 0), ("interface(guess, lively=True)", 1)])
def test_script_is_checked(tmp_path, more, problems):
    path = tmp_path / "page.py"
    path.write_text(SCRIPT + more, encoding="utf-8")
    said, _, status = api.run(["--strict", "--cache-dir", str(CACHE), str(path)])
    assert status == problems, said
    assert said.count("error:") == problems
