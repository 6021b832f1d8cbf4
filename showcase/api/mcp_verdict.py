"""The tool `send_verdict`: a person, asked through the assistant, says whether an answer is right.

What the assistant thinks is at most the form's first choice; without a person's word nothing is
stored. The question comes back as the tool's result, and the client calls again with the answer
(`input_required`), so no request waits and any worker may get the second one.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from mcp.server.context import ServerRequestContext
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    TextContent,
    Tool,
    ToolAnnotations,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from showcase.api.errors import ApiError, FieldProblem, invalid
from showcase.api.feedback import judged, store_verdict
from showcase.api.guard import stranger_at
from showcase.api.predict import get_demo_or_404
from showcase.api.validation import validated
from showcase.contract import (
    BaseOutput,
    Classification,
    Demo,
    ModelInput,
    ModelModule,
    Regression,
)
from showcase.contract.fields import SMALL, TEXTS, as_text, fields
from showcase.contract.outputs import Number, Several, Text
from showcase.runtime.loading import Loaded

SEND_VERDICT = "send_verdict"
QUESTION = "verdict"
MOST_CHOICES = 50  # labels that a form offers; of more, the person types one
LONGEST_SHOWN = 600  # characters of a field or an answer
ANSWERED = ("demo", "model_version", "input")
FORM = ("verdict", "expected", "comment", "annotator")
READABLE = (
    *SMALL,
    *TEXTS,
    "colour",
    "list",
    "group",
)  # kinds of fields; others are files, drawings
WORDS = {"correct": "It is right", "wrong": "It is wrong", "unsure": "Not sure"}
ABOUT = (
    "Asks the person who uses you whether an answer that they saw is right, and stores what they "
    "say, with the input, as labelled data. Call it when they want to judge an answer, never on "
    "your own. They may decline."
)


class Question(BaseModel):
    """What the assistant names: the answer to be judged."""

    model_config = ConfigDict(extra="forbid")

    demo: str = Field(description="The model that answered, as its tool's answer names it.")
    model_version: str = Field(description="The version that answered, from the answer.")
    input: dict[str, JsonValue] = Field(description="The input, as the tool took it.")
    expected: str | float | None = Field(
        default=None, description="What the person said would be right, if they said so."
    )


@dataclass(frozen=True)
class Asked:
    """How far a question to the person is: whether it can be put, and what they answered.

    `stranger` is the address of whoever asks without a key, empty for others.
    """

    possible: bool
    id: UUID
    answer: ElicitResult | None
    stranger: str = ""

    @classmethod
    def of(cls, context: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> "Asked":
        """Read it off a call: the id comes back with the answer, so that it is stored once."""
        able = context.session.client_capabilities
        modern = context.protocol_version in MODERN_PROTOCOL_VERSIONS
        answer = (params.input_responses or {}).get(QUESTION)
        own = None
        with contextlib.suppress(ValueError):
            own = UUID(params.request_state or "")
        return cls(
            possible=modern and able is not None and able.elicitation is not None,
            id=own or uuid4(),
            answer=answer if own and isinstance(answer, ElicitResult) else None,
            stranger=stranger_at(context.request) if context.request else "",
        )


def verdict_tool(demos: Sequence[Demo]) -> Tool:
    """Return what clients are told of the tool."""
    schema = Question.model_json_schema()
    schema["properties"]["demo"]["enum"] = [demo.name for demo in demos]
    return Tool(
        name=SEND_VERDICT,
        title="Ask for a verdict",
        description=ABOUT,
        input_schema=schema,
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, open_world_hint=False
        ),
    )


def send_verdict(
    arguments: Mapping[str, Any], asked: Asked, offered: Sequence[str]
) -> CallToolResult | InputRequiredResult:
    """Return the question to the person, or what became of their answer; ApiError for a refusal."""
    question = validated(Question, arguments)
    if question.demo not in offered:
        raise invalid([FieldProblem(field="demo", message=f"It takes {' or '.join(offered)}.")])
    loaded, given, prediction = judged(question.demo, question.model_version, question.input)
    if not asked.possible:
        page = get_demo_or_404(question.demo).demo.page_name
        raise ApiError(
            409,
            "Nothing was stored: a verdict is what a person says, and this client cannot ask them "
            f"(it takes protocol 2026-07-28 with elicitation). They can judge on the page /{page}.",
        )
    if asked.answer is None:
        form = ElicitRequestFormParams(
            message=_message(loaded, given, prediction),
            requested_schema=_form(loaded, prediction, question.expected),
        )
        return InputRequiredResult(
            input_requests={QUESTION: ElicitRequest(params=form)}, request_state=str(asked.id)
        )
    if asked.answer.action != "accept":
        return _told("Nothing was stored: the person did not want to judge.")
    said = asked.answer.content or {}
    said = {name: said[name] for name in FORM if said.get(name) not in (None, "")}
    answer, _ = store_verdict(
        {**said, **question.model_dump(include=set(ANSWERED)), "id": str(asked.id)}, asked.stranger
    )
    return _told(f"Stored as “{said['verdict']}”, with the id {answer['id']}. Thank the person.")


def _told(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


def _message(loaded: Loaded, given: ModelInput, prediction: BaseOutput) -> str:
    """Return what the person reads above the form."""
    return (
        f"{loaded.demo.title} was asked:\n{_in_words(loaded.module, given)}\n\nIt answered "
        f"{_short(_answered(prediction))}. Is this right? Your verdict is stored with the input, "
        "and models may learn from it."
    )


def _answered(prediction: BaseOutput) -> str:  # noqa: PLR0911  # a case for each kind
    """Return an answer in words, of several parts the first text among them."""
    match prediction:
        case Classification(confidence=None):
            return f"“{prediction.label}”"
        case Classification():
            return f"“{prediction.label}”, {prediction.confidence:.0%} sure"
        case Regression():
            low, high = (f"{end:,.5g}" for end in (prediction.low, prediction.high))
            return f"{prediction.value:,.5g} {prediction.unit} ({low} to {high})"
        case Number():
            return f"{prediction.value:,} {prediction.unit}".rstrip()
        case Text():
            return prediction.text
        case Several(parts=parts):
            texts = [part for part in parts.values() if isinstance(part, Text)]
            return _answered(texts[0]) if texts else f"with {', '.join(parts)}"
    return f"with a {getattr(prediction, 'kind', 'result').replace('_', ' ')}"


def _in_words(module: ModelModule, given: ModelInput) -> str:
    """Return an input, a line for each field that says something, as a form names it."""
    names = getattr(module, "CHOICE_NAMES", {})
    lines = []
    for field in fields(type(given)):
        value = getattr(given, field.name)
        if value is None:
            continue
        plain = value if isinstance(value, str | int | float) else None
        told = names.get(field.name, {}).get(plain, as_text(value))
        told = told if field.kind in READABLE else "as you gave it"
        lines.append(f"{field.title}: {_short(told)} {field.unit or ''}".rstrip())
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _form(loaded: Loaded, prediction: BaseOutput, suggested: str | float | None) -> dict[str, Any]:
    """Return the form's fields, as the protocol has them: flat, of plain kinds."""
    fields: dict[str, Any] = {
        "verdict": {
            "type": "string",
            "title": "Your verdict",
            "oneOf": [{"const": value, "title": title} for value, title in WORDS.items()],
        }
    }
    if right := _right_answer(loaded, prediction):
        fields["expected"] = {"title": "What is right, if you know", **right}
        if _suits(right, suggested):
            fields["expected"]["default"] = suggested
    fields["comment"] = {"type": "string", "title": "Comment", "maxLength": 1_000}
    fields["annotator"] = {"type": "string", "title": "Your name, if you like", "maxLength": 80}
    return {"type": "object", "properties": fields, "required": ["verdict"]}


def _right_answer(loaded: Loaded, prediction: BaseOutput) -> dict[str, Any]:
    """Return the field for the right answer; an empty one where an answer has none."""
    kind = getattr(prediction, "kind", "")
    labels = loaded.module.LABELS or ()
    if kind == "classification":
        few = 0 < len(labels) <= MOST_CHOICES
        return {"type": "string"} | ({"enum": list(labels)} if few else {})
    if kind in ("regression", "number"):
        return {"type": "number"}
    return {"type": "string"} if kind in ("text", "markdown") else {}


def _suits(field: Mapping[str, Any], suggested: str | float | None) -> bool:
    """Return True if what the assistant suggests may stand in the field to begin with."""
    kind = str if field["type"] == "string" else int | float
    return isinstance(suggested, kind) and suggested in field.get("enum", (suggested,))
