"""A function beside its source: the form and its answer, and the script of its whole page."""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from showcase import ui
from showcase.interface.answer import FunctionPage, draw, run_button, was_asked
from showcase.interface.outputs import show_more
from showcase.interface.page import loaded_function, module_of
from showcase.interface.special_widgets import widgets

Import = ast.Import | ast.ImportFrom

CALLED = "from showcase import interface"


def script(function: Callable[..., Any]) -> str:
    """Return a page's script: the function, all of its module that it needs, and the call."""
    source = inspect.getsource(inspect.getmodule(function) or function)
    statements = {name: node for node in ast.parse(source).body for name in _defined(node)}
    needed = list(_needed(function.__name__, statements))
    imports = "\n".join(_imports(needed, statements))
    lines = source.splitlines()
    rest = [
        "\n".join(lines[_first_line(node) - 1 : node.end_lineno])
        for node in sorted({statements[name] for name in needed}, key=_first_line)
        if not isinstance(node, Import)
    ]
    return "\n\n".join([imports, *rest, f"interface({function.__name__})"])


def _needed(name: str, statements: dict[str, ast.stmt]) -> Iterator[str]:
    """Yield the names that a definition reaches in its module, itself first."""
    waiting, seen = [name], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in statements:
            continue
        seen.add(name)
        yield name
        node = statements[name]
        waiting += [found.id for found in ast.walk(node) if isinstance(found, ast.Name)]


def _defined(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives to its module."""
    if isinstance(node, Import):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _imports(needed: list[str], statements: dict[str, ast.stmt]) -> Iterator[str]:
    """Yield import lines for the needed names only, in three groups: Python's, libraries', ours."""
    nodes = {node for name in needed if isinstance(node := statements[name], Import)}
    lines = [(_group(node), ast.unparse(_only(node, needed))) for node in nodes]
    groups = [[line for place, line in lines if place == group] for group in range(3)]
    for group in groups:
        group.sort(key=lambda line: (line.startswith("from"), line))
    groups[2].insert(0, CALLED)
    yield from "\n\n".join("\n".join(group) for group in groups if group).splitlines()


def _group(node: Import) -> int:
    module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    top = module.partition(".")[0]
    return 0 if top in sys.stdlib_module_names else 2 if top == "showcase" else 1


def _only(node: Import, needed: list[str]) -> Import:
    """Return an import without the names that are not needed."""
    names = [alias for alias in node.names if (alias.asname or alias.name) in needed]
    if isinstance(node, ast.Import):
        return ast.Import(names or node.names)
    return ast.ImportFrom(node.module, names, node.level)


def _first_line(node: ast.stmt) -> int:
    """Return the line that a statement begins on, with its decorators."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def beside_its_source(function: Callable[..., Any]) -> None:
    """Draw the running function on the left, on the right the script of its whole page."""
    left, right = st.columns([4, 5], gap="large")  # the canvas needs 280 pixels
    with left, st.container(border=True):
        live(function)
    with right:
        st.code(script(function), language="python", wrap_lines=True)


def live(function: Callable[..., Any]) -> None:
    """Draw a function's form with its answer below."""
    loaded = loaded_function(function)
    module = module_of(loaded)
    asked = FunctionPage(loaded, module, not module.is_slow, submit="Run", question="")

    @ui.fragment
    def one() -> None:
        name = asked.name
        form = ui.form(name, module.Input, widgets=widgets(module.Input), beside=True)
        if not asked.live:
            run_button(name, asked.submit)
        if answer := draw(asked, form, was_asked(name)):
            show_more(answer, f"{name}_output", loaded.colours)

    st.subheader(loaded.demo.title, anchor=False)
    if module.said.text:
        st.markdown(module.said.text)
    one()
