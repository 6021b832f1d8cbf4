"""What the API says about a demo: its fields with their choices, labels, examples and scores."""

from typing import Any

from pydantic import BaseModel, Field

from showcase.api.validation import choices, constraint, is_flat, kinds, properties
from showcase.contract import Demo, ModelModule, Score
from showcase.runtime.loading import Loaded

NOT_KNOWN = "Not known"


class Brief(BaseModel):
    """A demo in the list."""

    name: str = Field(examples=["rainfall"])
    title: str = Field(examples=["Rainfall"])
    section: str = Field(examples=["Weather"])
    summary: str
    page: str = Field(description="Path of its page in the app.", examples=["/rainfall"])


class Briefs(BaseModel):
    """Every demo, in the order of the gallery."""

    demos: list[Brief]


class Choice(BaseModel):
    """A value that a field takes, and what people read for it."""

    value: str | int | float | bool
    name: str


class FieldDescription(BaseModel):
    """One field of a demo's input."""

    name: str
    title: str
    description: str
    required: bool
    kinds: list[str] = Field(description="The kinds of JSON that it takes; empty for any.")
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    choices: list[Choice] | None = Field(
        default=None, description="What it takes, with names; more where the description says so."
    )
    null_name: str | None = Field(default=None, description="What null means, where it is allowed.")
    examples: list[Any] = []


class Example(BaseModel):
    """An input worth trying."""

    name: str
    input: dict[str, Any]


class Description(Brief):
    """A demo with all that a client needs to build a form for it."""

    model_version: str
    flat: bool = Field(description="Whether GET .../predict takes the fields as URL parameters.")
    fields: list[FieldDescription]
    labels: list[str] | None = Field(description="What it may answer; null for other answers.")
    examples: list[Example]
    score: str | None = Field(description="The honest score in one sentence, from the model card.")
    scores: list[Score]


def brief(demo: Demo) -> Brief:
    """Return a demo as the list shows it; loads nothing."""
    return Brief(
        name=demo.name,
        title=demo.title,
        section=demo.section,
        summary=demo.summary,
        page=f"/{demo.page_name}",
    )


def description(loaded: Loaded) -> Description:
    """Return all that there is to know about a demo."""
    module, card = loaded.module, loaded.card
    return Description(
        **brief(loaded.demo).model_dump(),
        model_version=loaded.version,
        flat=is_flat(module.Input),
        fields=fields(module),
        labels=None if module.LABELS is None else list(module.LABELS),
        examples=[
            Example(name=name, input=example.model_dump(mode="json"))
            for name, example in zip(module.EXAMPLE_NAMES, module.EXAMPLES, strict=True)
        ],
        score=card.summary if card else None,
        scores=card.scores if card else [],
    )


def fields(module: ModelModule) -> list[FieldDescription]:
    """Return every field of the input; the names of choices are the model's own `CHOICE_NAMES`."""
    names = getattr(module, "CHOICE_NAMES", {})
    return [
        _field(name, schema, module.Input.model_fields[name].is_required(), names.get(name, {}))
        for name, schema in properties(module.Input).items()
    ]


def _field(
    name: str, schema: dict[str, Any], required: bool, names: dict[Any, str]
) -> FieldDescription:
    nullable = "null" in kinds(schema)
    values = choices(schema) or [value for value in names if value is not None]
    return FieldDescription(
        name=name,
        title=schema.get("title", name),
        description=schema.get("description", ""),
        required=required,
        kinds=sorted(kinds(schema)),
        unit=schema.get("unit"),
        minimum=constraint(schema, "minimum"),
        maximum=constraint(schema, "maximum"),
        exclusive_minimum=constraint(schema, "exclusiveMinimum"),
        exclusive_maximum=constraint(schema, "exclusiveMaximum"),
        min_length=constraint(schema, "minLength"),
        max_length=constraint(schema, "maxLength"),
        pattern=constraint(schema, "pattern"),
        choices=[Choice(value=v, name=names.get(v, str(v))) for v in values] or None,
        null_name=names.get(None, NOT_KNOWN) if nullable else None,
        examples=schema.get("examples", []),
    )
