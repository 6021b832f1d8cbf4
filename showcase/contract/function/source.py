"""What the answers of a function, or of a model package, depend on besides an artifact.

That is their source, the project's modules that it imports, data files and libraries' versions.
"""

import ast
import hashlib
import inspect
import json
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from showcase.contract.function.callables import STATE

USES = "__page_uses__"
FILE_NAME = re.compile(r"[^\n\0*?<>|]{1,200}\.\w{1,12}")

# What makes a function into a page does not change what the function answers.
FRAMEWORK = tuple(
    f"{name}."
    for name in (
        "showcase",
        "streamlit",
    )
)
# Beside a function: the digest of a source that was only rearranged -> of the one it answers as.
# Beside a model package: the digest of sources and libraries -> AS_SHIPPED.
SAME_ANSWERS = "same_answers.json"
AS_SHIPPED = "as shipped"
INSTALLED = {"site-packages", "dist-packages"}
READS_MODELS_OF = {"joblib": "sklearn", "skops": "sklearn"}
NO_DATA = (".py", ".pyc", ".svg", ".md", "card.json", SAME_ANSWERS)


def settings(function: Callable[..., Any]) -> dict[str, str]:
    """Return digests and versions that change whenever the function could answer differently."""
    path = Path(inspect.getsourcefile(inspect.unwrap(function)) or "")
    files, libraries = _reached(path)
    digest = source_digest(path, files, getattr(function, USES, ()))
    held = _state_digest(function)
    python = ".".join(map(str, sys.version_info[:2]))
    found = {
        "function": function.__qualname__,
        "source": _same_answers(path).get(digest, digest),
        "python": python,
        **_versions(libraries),
    }
    return found | ({"state": held} if held else {})


def package_digest(path: Path, artifact: Path | None = None) -> str:
    """Return the digest of all but the artifact that a model package answers by.

    `path` is its `__init__.py`. AS_SHIPPED where `same_answers.json` beside it lists the digest:
    it is known to answer as the package always did.
    """
    files, libraries = _reached(path)
    counted = {*files, *_data_in(path.parent), *_named(files)} - {artifact}
    told = {"files": digest_of_files(counted), **_versions(libraries)}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return _same_answers(path).get(digest, digest)


def _same_answers(path: Path) -> dict[str, str]:
    table = path.parent / SAME_ANSWERS
    found: dict[str, str] = json.loads(table.read_text(encoding="utf-8")) if table.is_file() else {}
    return found


def _versions(libraries: Iterable[str]) -> dict[str, str]:
    """Return the versions of libraries, and of those whose models they read."""
    every = {*libraries, *(READS_MODELS_OF[one] for one in libraries if one in READS_MODELS_OF)}
    return {name: version for name in sorted(every) if (version := _version(name))}


def _state_digest(function: Callable[..., Any]) -> str:
    """Return a digest of what a method's object, or a partial, holds; empty for a function."""
    held = getattr(function, STATE, None) or getattr(function, "__self__", None)
    if held is None or inspect.ismodule(held) or isinstance(held, type):
        return ""
    try:
        content = pickle.dumps(held)
    except Exception:  # noqa: BLE001  # objects refuse it in ways of their own
        content = repr(held).encode()
    return hashlib.sha256(content).hexdigest()


def source_digest(path: Path, files: set[Path] | None = None, used: Iterable[Path] = ()) -> str:
    """Return the digest of a function's file, of what it imports and of the data that it reads.

    Data are the files beside a function in a package of its own, those whose names stand in its
    source, such as "model.joblib", and those that it says it has `used`.
    """
    files = _reached(path)[0] if files is None else files
    return digest_of_files({*files, *_data(path), *_named(files), *used})


def digest_of_files(files: Iterable[Path]) -> str:
    """Return one digest of what is in some files."""
    parts = sorted(_digest(file, file.stat().st_mtime_ns) for file in files)
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _reached(path: Path) -> tuple[set[Path], set[str]]:
    """Return the project's files that a file imports, itself and theirs too, and the libraries."""
    files, libraries, waiting = set[Path](), set[str](), [path]
    roots = {_root(path), Path.cwd()}
    installed = {root for root in roots if INSTALLED & set(root.parts)}
    own = path.relative_to(_root(path)).parts[0].removesuffix(".py")
    while waiting:
        file = waiting.pop()
        if file in files:
            continue
        files.add(file)
        for name in _imports(file, file.stat().st_mtime_ns):
            top = name.partition(".")[0]
            here = roots if top == own else roots - installed  # beside us are libraries there
            local = [_local(name, root) for root in here]
            waiting += [found for found in local if found]
            if not any(local) and not any(_holds(root, top) for root in here):
                libraries.add(top)
    return files, libraries - sys.stdlib_module_names


def _root(file: Path) -> Path:
    """Return the folder that imports start from: the one above the file's outermost package."""
    folder = file.parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def _local(name: str, root: Path) -> Path | None:
    """Return the file of a module below a folder; None for a library's or an object's name."""
    path = root.joinpath(*name.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((found for found in candidates if found.is_file()), None)


def _holds(root: Path, top: str) -> bool:
    """Tell whether a name such as `models.rainfall.predict`, of an object, begins in a folder."""
    return (root / top).is_dir() or (root / f"{top}.py").is_file()


@lru_cache(maxsize=500)
def _imports(file: Path, changed: int) -> tuple[str, ...]:
    """Return the names of the modules that a file imports, or of objects in them."""
    del changed
    found = set(_names(ast.parse(file.read_text(encoding="utf-8")), file))
    return tuple(name for name in found if not f"{name}.".startswith(FRAMEWORK))


def _names(tree: ast.AST, file: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _package(file, node.level) + (node.module or "")
            module = module.rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if node.level or module)


def _package(file: Path, level: int) -> str:
    """Return the package that a relative import of `level` dots starts from, with a dot."""
    if not level:
        return ""
    parts = file.relative_to(_root(file)).parts
    return "".join(f"{part}." for part in parts[: len(parts) - level])


def _data(path: Path) -> set[Path]:
    """Return the files beside a function in a package of its own: word lists, artifacts."""
    folder = path.parent
    if not (folder / "__init__.py").exists() or folder.parent == _root(path):
        return set()
    return _data_in(folder)


def _data_in(folder: Path) -> set[Path]:
    return {file for file in folder.iterdir() if file.is_file() and not file.name.endswith(NO_DATA)}


def _named(files: Iterable[Path]) -> set[Path]:
    """Return the data files whose names, or paths, stand as texts in the sources."""
    found = set()
    for file in files:
        for text in _texts(file, file.stat().st_mtime_ns):
            places = (folder / text for folder in (file.parent, Path.cwd()))
            found |= {place for place in places if place.is_file()}
    return found


@lru_cache(maxsize=500)
def _texts(file: Path, changed: int) -> tuple[str, ...]:
    """Return the texts in a source that may be names of data files."""
    del changed
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    texts = {str(node.value) for node in tree if isinstance(node, ast.Constant)}
    return tuple(text for text in texts if FILE_NAME.fullmatch(text) and not text.endswith(NO_DATA))


@lru_cache(maxsize=500)
def _digest(file: Path, changed: int) -> bytes:
    del changed
    return hashlib.sha256(file.read_bytes()).digest()


@cache
def _version(library: str) -> str:
    """Return the version of the distribution that a library comes from; empty if there is none."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        names = _distributions().get(library, [])
        return metadata.version(names[0]) if names else ""


@cache
def _distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()
