"""What a model package offers, and the registry's line for it."""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from showcase.contract.card import Card
from showcase.contract.predictions import Contribution, ModelInput, canonical_json


@dataclass(frozen=True)
class Demo:
    """A line of the registry. Nothing of the model is imported before it is asked for.

    `module` is a model package, or `package.module:name` for a typed function or for what
    `showcase.from_estimator` made; where no name leads to it, as in a script, it is `made` itself.
    `page` is the page that it shares with other demos; left out, the demo has one of its own name.
    `mcp` is whether assistants get it as a tool, at `/api/mcp`.
    """

    name: str
    title: str
    icon: str
    section: str
    summary: str
    module: str
    page: str = ""
    mcp: bool = True
    made: Any = field(default=None, compare=False, repr=False)

    def load_module(self) -> "ModelModule":
        """Import the model package, or the function's module."""
        found = self.made
        if found is None:
            package, _, name = self.module.partition(":")
            module = importlib.import_module(package)
            if not name:
                return module
            found = getattr(module, name)
        if hasattr(found, "Input"):  # a model module made by from_estimator
            made: ModelModule = found
            return made
        from showcase.contract.function import registered

        return registered(found, self.function)

    @property
    def page_name(self) -> str:
        """The page that shows it: `pages/<page_name>.py`, `/<page_name>`."""
        return self.page or self.name

    @property
    def deep_link(self) -> dict[str, str]:
        """The URL parameters that open its tab on a page it shares."""
        return {f"{self.page}_tab": self.title} if self.page else {}

    @property
    def function(self) -> str:
        """The name of the function that it is made from; empty for a model package."""
        return self.module.partition(":")[2]

    @property
    def folder(self) -> Path:
        """The model package's folder."""
        spec = importlib.util.find_spec(self.module.partition(":")[0])
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"there is no module {self.module} for the demo {self.name}")
        return Path(spec.origin).parent

    def beside(self, name: str) -> Path:
        """Return where its card.json or thumbnail.svg is; a function's begins with its name.

        >>> Demo("a", "A", "", "", "", "models.sketch:guess").beside("card.json").name
        'guess.card.json'
        """
        return self.folder / (f"{self.function}.{name}" if self.function else name)


class ModelModule(Protocol):
    """What a model package offers; the contract test holds every one of them to it.

    One whose fields are checked each by itself may offer `predict_frame(model, frame) -> frame`
    too, for large work: see `showcase.contract.frames`.
    """

    Input: type[ModelInput]
    EXAMPLES: Sequence[ModelInput]
    EXAMPLE_NAMES: tuple[str, ...]
    LABELS: tuple[str, ...] | None
    ARTIFACT: Path | None

    def load(self) -> Any:
        """Return the model; one that learns takes another artifact's path, `load(path)`."""

    def predict(self, model: Any, given: Any, /) -> Any:
        """Return the answer to one input: a `BaseOutput`."""

    def predict_many(self, model: Any, inputs: Sequence[Any], /) -> list[Any]:
        """Return the answers to several inputs, in order."""

    def explain(self, model: Any, given: Any, prediction: Any, /) -> list[Contribution]:
        """Return what moved the answer."""


def card(demo: Demo) -> Card | None:
    """Return the demo's model card; None for a function without one.

    That of an estimator is known once its module is imported.

    FileNotFoundError names the command that makes a missing one.
    """
    path = None if demo.made is not None else demo.beside("card.json")
    if path is not None and path.exists():
        return Card.model_validate_json(path.read_text(encoding="utf-8"))
    if path is None or demo.function:
        known = path is None or demo.module.partition(":")[0] in sys.modules
        own: Card | None = getattr(demo.load_module(), "CARD", None) if known else None
        return own
    raise FileNotFoundError(f"no {path.name} for {demo.name}: run python -m {demo.module}.train")


def model_version(module: ModuleType | ModelModule) -> str:
    """Return 12 hex digits that change whenever the model could answer differently.

    Of a model without an artifact, its `SETTINGS` count (library versions and parameters).
    """
    artifact: Path | None = module.ARTIFACT
    settings: dict[str, Any] = getattr(module, "SETTINGS", {})
    content = canonical_json(settings).encode() if artifact is None else artifact.read_bytes()
    return version_of(module, hashlib.sha256(content).hexdigest())


def version_of(module: ModuleType | ModelModule, sha256: str) -> str:
    """Return the version of an artifact, by its SHA-256, as the package's code answers with it.

    That is the artifact's own first digits while `same_answers.json` beside it lists what else the
    answers depend on: sources, data files, libraries. Else all of it counts. `SETTINGS` beside an
    artifact always do, so that a number in them can be counted up where answers change.
    """
    settings: dict[str, Any] = getattr(module, "SETTINGS", {})
    if module.ARTIFACT is not None and settings:
        sha256 = hashlib.sha256(f"{sha256} {canonical_json(settings)}".encode()).hexdigest()
    if isinstance(module, ModuleType) and module.__file__:
        from showcase.contract.function.source import AS_SHIPPED, package_digest

        code = package_digest(Path(module.__file__), module.ARTIFACT)
        if code != AS_SHIPPED:
            sha256 = hashlib.sha256(f"{sha256} {code}".encode()).hexdigest()
    return sha256[:12]
