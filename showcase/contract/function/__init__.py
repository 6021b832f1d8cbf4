"""A typed function as a model module: what page, endpoint, batch and contract tests ask of one."""

import inspect
import itertools
import math
import re
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import docstring_parser
from pydantic import ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from showcase.contract.fields import Field, part_names
from showcase.contract.function.callables import is_nameless, plain_function
from showcase.contract.function.source import USES, settings
from showcase.contract.inputs import annotation, decode, encode, told_by_default
from showcase.contract.outputs import Markdown, Progress, as_output, labels_of
from showcase.contract.outputs.kinds import Joined
from showcase.contract.predictions import BaseOutput, Contribution, ModelInput

LONGEST_NAME = 30
START = "As it starts"
NO_ANSWER = "There is no answer to this input."
KEPT = "the page keeps this name for itself"
PAGE_NAMES = re.compile(
    "parts|run|examples|example_[0-9]+|output(_.*)?|step_[0-9]+(_.*)?|correct|wrong|unsure|undo|save"
    "|correction|batch(_template|_download|_histogram|_problems|_results|_large)?|code(_input)?"
    "|job(_remove)?|begin_anew|try_(show|undo)_[0-9]+"
)  # keys of the page's own widgets, without the demo's name
EXAMPLES, SLOW = "__page_examples__", "__page_slow__"
YIELDING = (Iterator, Iterable, Generator, AsyncIterator, AsyncIterable, AsyncGenerator)
NAMELESS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|(?=\n\s*\n)|$)", re.DOTALL)
Function = TypeVar("Function", bound=Callable[..., Any])


def examples(named: Mapping[str, Mapping[str, Any]]) -> Callable[[Function], Function]:
    """Give a function its examples: a button's name to the value of each parameter."""

    def mark(function: Function) -> Function:
        setattr(function, EXAMPLES, dict(named))
        return function

    return mark


def slow(function: Function) -> Function:
    """Mark a function that takes long: its page runs it when asked to, not on each change."""
    setattr(function, SLOW, True)
    return function


def uses(*paths: str | Path) -> Callable[[Function], Function]:
    """Say which files a function reads, so that its version changes when they do.

    Those whose names stand in its source as texts are known without it.
    """

    def mark(function: Function) -> Function:
        setattr(function, USES, tuple(map(Path, paths)))
        return function

    return mark


@dataclass(frozen=True)
class Docstring:
    """What a docstring says, without its sections on what is returned and raised."""

    title: str = ""
    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def docstring(function: Callable[..., Any]) -> Docstring:
    """Return what a function's docstring says; Google's, NumPy's and Sphinx' ways are understood.

    The title is its first sentence or paragraph, without the full stop.

    >>> def area(width: float) -> float:
    ...     '''Is it large? All are.
    ...
    ...     Args:
    ...         width: in metres
    ...     '''
    >>> docstring(area)
    Docstring(title='Is it large?', text='All are.', parameters={'width': 'in metres'})
    """
    parsed = docstring_parser.parse(function.__doc__ or "")
    text = (parsed.description or "").strip()
    found = SENTENCE.match(text)
    first = found[0] if found else text
    lines = {p.arg_name: " ".join((p.description or "").split()) for p in parsed.params}
    return Docstring(
        " ".join(first.split()).rstrip("."),
        text[len(first) :].strip(),
        {name: line for name, line in lines.items() if line},
    )


@dataclass
class FunctionModel:
    """A typed function with all that a model package offers."""

    function: Callable[..., Any]
    Input: type[ModelInput]
    EXAMPLES: Sequence[ModelInput]
    EXAMPLE_NAMES: tuple[str, ...]
    LABELS: tuple[str, ...] | None
    SETTINGS: dict[str, Any]
    said: Docstring
    hints: dict[str, Any]
    returns: Any
    is_stream: bool = False  # its texts are pieces of one answer
    ARTIFACT: Path | None = None

    @property
    def is_generator(self) -> bool:
        """Whether the function yields its answers one after the other."""
        code = inspect.unwrap(self.function)
        return inspect.isgeneratorfunction(code) or inspect.isasyncgenfunction(code)

    @property
    def is_slow(self) -> bool:
        """Whether the function is to run only when asked to."""
        return self.is_generator or bool(getattr(self.function, SLOW, False))

    @property
    def offers_examples(self) -> bool:
        """Whether there is any example besides what the form starts with."""
        return self.EXAMPLE_NAMES not in ((), (START,))

    def load(self) -> Any:
        """Return the function: there is nothing to read."""
        return self.function

    def predict(self, model: Callable[..., Any], given: ModelInput) -> BaseOutput:
        """Return the function's answer, of a generator the last one.

        ValueError is the function's own word on its input; a ValidationError names its parameters.
        """
        answers = (step for step in self.steps(model, given) if not isinstance(step, Progress))
        return deque(answers, maxlen=1)[0]

    def steps(
        self, model: Callable[..., Any], given: ModelInput
    ) -> Iterator[BaseOutput | Progress]:
        """Yield each answer as it comes: one, or all that a generator yields.

        ValueError where a generator yields none.
        """
        values = self.arguments(given)
        answered, text = False, ""
        try:
            answer = model(**values)
            for step in answer if self.is_generator else (answer,):
                if isinstance(step, Progress):
                    yield step
                    continue
                if self.is_stream:
                    text += step
                yield Markdown(text) if self.is_stream else self._output(step)
                answered = True
        except SystemExit as error:  # it would end the thread that answers, without a word
            raise RuntimeError(f"{self.function.__name__} called sys.exit") from error
        except ValidationError as error:
            named = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
            if not named or not named <= set(values):
                raise TypeError(f"{self.function.__name__} made something invalid") from error
            raise
        if not answered:
            raise ValueError(NO_ANSWER)

    def arguments(self, given: ModelInput) -> dict[str, Any]:
        """Return what the function gets: values of its own, which it may change."""
        values = {name: deepcopy(getattr(given, name)) for name in type(given).model_fields}
        return {name: decode(self.hints[name], value) for name, value in values.items()}

    def _output(self, answer: Any) -> BaseOutput:
        try:
            return as_output(answer, self.returns)
        except Exception as error:  # of whatever library: a fault of the function, not of the input
            reason = "NaN or an infinite number" if "finite_number" in str(error) else str(error)
            message = f"{self.function.__name__} answers what no page shows: {reason}"
            raise TypeError(message) from error

    def predict_many(
        self, model: Callable[..., Any], inputs: Sequence[ModelInput]
    ) -> list[BaseOutput]:
        """Return the function's answers, one after the other."""
        return [self.predict(model, given) for given in inputs]

    def explain(self, *_: Any) -> list[Contribution]:
        """Return nothing: a function does not tell what moved its answer."""
        return []


def function_model(function: Callable[..., Any]) -> FunctionModel:
    """Return the model module made from a typed function; TypeError says what it lacks."""
    function = plain_function(function)
    said, hints = docstring(function), get_type_hints(function, include_extras=True)
    declared = hints.pop("return", None)
    returns, is_stream = _answers(declared), Joined() in getattr(declared, "__metadata__", ())
    for name, parameter in inspect.signature(function).parameters.items():
        if type(parameter.default) in (str, int, float, bool):  # `greet(name="Ada")`
            hints.setdefault(name, type(parameter.default))
        elif parameter.default is not parameter.empty and name in hints:
            hints[name] = told_by_default(hints[name], parameter.default)
    takes = input_type(function, hints, said.parameters)
    named = _encoded(hints, getattr(function, EXAMPLES, {})) or _zipped(takes)
    return FunctionModel(
        function=function,
        Input=takes,
        EXAMPLES=tuple(takes.model_validate(values) for values in named.values()),
        EXAMPLE_NAMES=tuple(named),
        LABELS=labels_of(returns),
        SETTINGS=settings(function),
        said=said,
        hints=hints,
        returns=returns,
        is_stream=is_stream,
    )


@cache
def registered(function: Callable[..., Any], name: str = "") -> FunctionModel:
    """Return the one model module of a function that lives as long as the process.

    A lambda is called `name`, as the variable that holds it.
    """
    return function_model(plain_function(function, name if is_nameless(function) else ""))


def _answers(annotation: Any) -> Any:
    """Return the annotation of one answer: a generator's is in its brackets, beside `Progress`."""
    if get_origin(annotation) in YIELDING:
        first = get_args(annotation)[0]
        kinds = [kind for kind in get_args(first) or (first,) if kind is not Progress]
        return kinds[0] if len(kinds) == 1 else None
    return annotation


def _encoded(hints: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return examples as an `Input` keeps them; TypeError for one of no parameter."""
    for example, values in named.items():
        if unknown := set(values) - set(hints):
            raise TypeError(f"the example {example!r} has no parameter {sorted(unknown)} to fill")
    return {
        example: {name: encode(hints[name], value) for name, value in values.items()}
        for example, values in named.items()
    }


def _zipped(takes: type[ModelInput]) -> Mapping[str, Mapping[str, Any]]:
    """Return examples from those of the fields: all first ones, all second ones and so on.

    Those that lack what the visitor must bring, such as a file or a text, are left out.
    """
    columns = {name: info.examples or [] for name, info in takes.model_fields.items()}
    longest = max([1, *map(len, columns.values())])
    found: dict[str, dict[str, Any]] = {}
    for place in range(longest):
        values = {
            name: column[min(place, len(column) - 1)] for name, column in columns.items() if column
        }
        with suppress(ValidationError):
            takes.model_validate(values)
            found[START if longest == 1 else _name(values, columns)] = values
    return found


def _name(values: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> str:
    told = [str(values[name]) for name, column in columns.items() if len(column) > 1]
    name = ", ".join(itertools.islice((text for text in told if text), 2)) or "Nothing"
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rstrip()} …"


def input_type(
    function: Callable[..., Any], hints: Mapping[str, Any], lines: Mapping[str, str]
) -> type[ModelInput]:
    """Return the `Input` of a function; TypeError names a parameter that no widget is for.

    `hints` are the parameters' annotations, `lines` what the docstring says of them.
    """
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        _refuse(function, parameter, hints)
        fields[name] = _field(hints[name], parameter, lines.get(name))
    described = [Field.of(name, info) for name, (_, info) in fields.items()]
    taken = set().union(*(part_names(field) for field in described))
    for name in fields:
        if name in taken or PAGE_NAMES.fullmatch(name):
            raise TypeError(f"{function.__name__}({name}): {KEPT}, choose another")
    name = "".join(part.capitalize() for part in function.__name__.split("_"))
    made: type[ModelInput] = create_model(
        f"{name}Input", __base__=ModelInput, __module__=function.__module__, **fields
    )
    made.__doc__ = f"What {function.__name__} takes."
    return made


def _refuse(
    function: Callable[..., Any], parameter: inspect.Parameter, hints: Mapping[str, Any]
) -> None:
    called = f"{function.__name__}({parameter.name})"
    if parameter.kind in NAMELESS:
        raise TypeError(
            f"{called}: *args and **kwargs have no widget, name every parameter, "
            "in a function that calls this one if it is not yours"
        )
    if parameter.name not in hints:
        raise TypeError(f"{called} needs a type: the page chooses its widget by it")
    if parameter.name.startswith("_") or hasattr(ModelInput, parameter.name):
        raise TypeError(f"{called}: pydantic keeps this name for itself, choose another")


def _field(kind: Any, parameter: inspect.Parameter, line: str | None) -> tuple[Any, FieldInfo]:
    """Return the annotation and the field: its title, help, start value and default filled in."""
    info = FieldInfo.from_annotation(annotation(kind))
    given = [encode(kind, example) for example in info.examples or []]
    first = _start(kind, info, parameter, given)
    nullable = Field.of(parameter.name, info).nullable
    default = first
    if parameter.default is inspect.Parameter.empty:
        default = None if nullable else PydanticUndefined
    more: dict[str, Any] = {
        "title": info.title or parameter.name.replace("_", " ").capitalize(),
        "description": info.description or line,
        "examples": [first, *(example for example in given if example != first)],
        "default": default,
        "validate_default": True,
    }
    if first is None and not given:
        more["examples"] = None
    return info.annotation, FieldInfo.merge_field_infos(info, **more)


def _start(kind: Any, info: FieldInfo, parameter: inspect.Parameter, given: list[Any]) -> Any:
    """Return what the widget starts with; None where the visitor has to bring something."""
    if parameter.default is not inspect.Parameter.empty:
        if isinstance(parameter.default, float) and not math.isfinite(parameter.default):
            raise TypeError(
                f"the default of {parameter.name} is {parameter.default}, which no form shows: "
                "take None for what is not known, float | None = None"
            )
        try:
            return None if parameter.default is None else encode(kind, parameter.default)
        except ValidationError as error:
            why = error.errors()[0]["msg"]
            raise TypeError(
                f"the default of {parameter.name} is none of its type: {why}"
            ) from error
    return given[0] if given else Field.of(parameter.name, info).start
