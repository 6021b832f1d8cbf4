"""A new demo from the skeleton: files copied under its name, and a line in the registry."""

import ast
import builtins
import keyword
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from showcase.commands.launch import default_config
from showcase.contract import Demo, registry

SKELETON = Path(__file__).with_name("skeleton")
NAMED, TITLED = "my_demo", "My demo"  # what the skeleton's demo is called
# Addresses and folders that the app itself has.
RESERVED = {
    "annotate", "api", "docs", "feedback", "gallery", "health", "home", "learn", "media", "models",
    "my_demo", "pages", "registry", "review", "server", "showcase", "static", "test", "tests",
    "widgets",
}  # fmt: skip
COPIED = (".py", ".toml", ".svg")
LONGEST_NAME = 30


class RefusedError(ValueError):
    """The demo was not made; the message says why, in a sentence."""


def new(name: str, root: Path, *, function: bool = False) -> list[Path]:
    """Write the skeleton of a demo below the project's root and return the files.

    `function` makes a typed function, else it is a package with a model, which is trained at once.
    RefusedError for a name that cannot be used, and if any of the files is there already.
    """
    check_name(name)
    _check_libraries(function=function)
    source = SKELETON / ("function" if function else "model")
    copies = {
        path: root / str(path.relative_to(source)).replace(NAMED, name)
        for path in sorted(source.rglob("*.py"))
    }
    if there := [path.relative_to(root) for path in _claimed(name, copies, root) if path.exists()]:
        raise RefusedError(f"{there[0]} is there already: nothing was written.")
    registry = root / "models" / "registry.py"
    line = with_line(registry.read_text(encoding="utf-8"), _demo(name, function=function))
    for path, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(renamed(path.read_text(encoding="utf-8"), name), encoding="utf-8")
    made = [] if function else train(name, root)
    registry.write_text(line, encoding="utf-8")
    return [*copies.values(), *made, registry]


def new_project(name: str, folder: Path, *, function: bool = False) -> list[Path]:
    """Write a project with one demo into `folder / name` and return its files.

    RefusedError for a name that cannot be used, and for a folder that is there already.
    """
    check_name(name)
    _check_libraries(function=function)
    root = folder / name
    if root.exists():
        raise RefusedError(f"{name} is there already: nothing was written.")
    source = SKELETON / "project"
    for path in sorted(path for path in source.rglob("*.*") if path.suffix in COPIED):
        copy = root / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace("My project", title(name))
        text = text.replace(">M<", f">{title(name)[0]}<")  # the logo's letter
        copy.write_text(text, encoding="utf-8")
    config = root / ".streamlit" / "config.toml"
    config.parent.mkdir()
    config.write_bytes(default_config().read_bytes())
    new(name, root, function=function)
    return sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")


def check_name(name: str) -> None:
    """Refuse a name that cannot be a package, a page and an address at once, in a sentence."""
    if not (name.isascii() and name.isidentifier() and name == name.lower()) or name[0] == "_":
        raise RefusedError(
            f"“{name}” cannot be the name of a package: take small letters, digits and "
            "underscores, and begin with a letter, such as tree_height."
        )
    if keyword.iskeyword(name) or name in {*sys.stdlib_module_names, *dir(builtins), *RESERVED}:
        raise RefusedError(f"“{name}” is taken by Python or by the app itself: take another name.")
    if len(name) > LONGEST_NAME:
        raise RefusedError(f"“{name}” is longer than {LONGEST_NAME} letters: take a shorter name.")
    if name in {used for demo in registry.demos() for used in (demo.name, demo.page_name)}:
        raise RefusedError(f"There is a demo “{name}” already: take another name.")


def _check_libraries(*, function: bool) -> None:
    if not function and find_spec("skops") is None:
        raise RefusedError(
            "A model needs scikit-learn: pip install 'vitrine-showcase[sklearn]', or write a "
            "typed function with --function. Nothing was written."
        )


def title(name: str) -> str:
    """Return what people read for a name.

    >>> title("tree_height")
    'Tree height'
    """
    return name.replace("_", " ").capitalize()


def renamed(text: str, name: str) -> str:
    """Return a file of the skeleton for a demo of this name, its imports in order again."""
    lines = text.replace(NAMED, name).replace(TITLED, title(name)).splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.startswith("from models")]
    for place, line in zip(places, sorted(lines[place] for place in places), strict=True):
        lines[place] = line
    return "".join(lines)


def with_line(registry: str, demo: Demo) -> str:
    """Return the registry's source with one more demo at the end of `DEMOS`."""
    tree = ast.parse(registry)
    (demos,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "DEMOS"
    ]
    if demos is None or demos.end_lineno is None:
        raise RefusedError("models/registry.py has no DEMOS: nothing was written.")
    lines = registry.splitlines(keepends=True)
    last = demos.end_lineno - 1  # the line of the closing bracket
    return "".join([*lines[:last], _line(demo), *lines[last:]])


def _line(demo: Demo) -> str:
    fields = ("name", "title", "icon", "section", "summary", "module")
    told = "".join(f'        {field}="{getattr(demo, field)}",\n' for field in fields)
    return f"    Demo(\n{told}    ),\n"


def _demo(name: str, *, function: bool) -> Demo:
    asks = "How fast was it?" if function else "Which of three growers made this wine?"
    return Demo(
        name=name,
        title=title(name),
        icon=":material/speed:" if function else ":material/wine_bar:",
        section="New",
        summary=f"{asks} A start: say here what yours answers.",
        module=f"models.{name}:{name}" if function else f"models.{name}",
    )


def train(name: str, root: Path) -> list[Path]:
    """Train the model of a package and return the files that this wrote."""
    folder = root / "models" / name
    before = set(folder.iterdir())
    command = [sys.executable, "-m", f"models.{name}.train"]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)  # noqa: S603  # the project's own code
    if done.returncode:
        raise RefusedError(
            f"The files are written, but the registry has no line for them yet: "
            f"python {' '.join(command[1:])} did not work.\n{done.stderr.strip()}"
        )
    return sorted(path for path in set(folder.iterdir()) - before if path.is_file())


def _claimed(name: str, copies: dict[Path, Path], root: Path) -> list[Path]:
    """Return the paths that must be free: the files, and a package or module of the same name."""
    models = root / "models"
    return [*copies.values(), models / name, models / f"{name}.py"]
