"""What is marked in a text or a picture: spans with labels, boxes with labels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from showcase.contract.outputs.kinds import Bytes, Positional, as_png, python_value
from showcase.contract.predictions import rounded

Score = Annotated[float | None, BeforeValidator(python_value)]
Place = Annotated[float, BeforeValidator(python_value)]
CORNERS = ("xmin", "ymin", "xmax", "ymax")


class _Marked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    label: str
    score: Score = Field(default=None, description="How sure the model is, 0 to 1.")

    @field_serializer("score")
    def _rounded_score(self, score: float | None) -> float | None:
        return None if score is None else rounded(score)


class Span(_Marked):
    """A part of a text, `text[start:end]`, and its label.

    It may be given as `(start, end, label)`, with a score or without, or as the pipelines of
    Hugging Face Transformers name one: `{"entity_group", "start", "end", "score"}`.
    """

    start: int = Field(ge=0)
    end: int

    @model_validator(mode="before")
    @classmethod
    def _natural(cls, value: Any) -> Any:
        if isinstance(value, tuple | list):
            return dict(zip(("start", "end", "label", "score"), value, strict=False))
        if isinstance(value, Mapping) and (label := value.get("entity_group", value.get("entity"))):
            named = {name: value[name] for name in ("start", "end", "score") if name in value}
            return {"label": label, **named}
        return value


class HighlightedText(Positional):
    """A text with labelled spans: named entities, parts of speech, what an answer was found in.

    >>> HighlightedText("Ada, in London.", [(0, 3, "PERSON"), (8, 14, "PLACE")]).spans[1].label
    'PLACE'
    """

    kind: Literal["highlighted_text"] = "highlighted_text"
    text: str
    spans: list[Span] = Field(default_factory=list)

    if TYPE_CHECKING:

        def __init__(self, text: str, spans: Sequence[Any] = ()) -> None: ...

    @classmethod
    def of(cls, pieces: Iterable[tuple[str, str | None]]) -> Self:
        """Return pieces of text, each with its label or None, as Gradio's component takes them.

        >>> HighlightedText.of([("Ada", "PERSON"), (" lived.", None)]).text
        'Ada lived.'
        """
        text, spans = "", []
        for piece, label in pieces:
            if label and piece:
                spans.append(Span(start=len(text), end=len(text) + len(piece), label=label))
            text += piece
        return cls(text, spans)

    @field_validator("spans")
    @classmethod
    def _in_order(cls, spans: list[Span]) -> list[Span]:
        return sorted(spans, key=lambda span: (span.start, -span.end))

    @model_validator(mode="after")
    def _inside(self) -> Self:
        for span in self.spans:
            if not span.start < span.end <= len(self.text):
                raise ValueError(
                    f"the span {span.label!r} is {span.start} to {span.end}: the text has "
                    f"{len(self.text)} characters"
                )
        return self


class Box(_Marked):
    """A rectangle on a picture, in its pixels from the upper left corner, and its label.

    It may be given as `((xmin, ymin, xmax, ymax), label)`, with a score or without, or as the
    pipelines of Hugging Face Transformers name one: `{"box": {"xmin", ...}, "label", "score"}`.
    """

    xmin: Place
    ymin: Place
    xmax: Place
    ymax: Place

    @model_validator(mode="before")
    @classmethod
    def _natural(cls, value: Any) -> Any:
        if isinstance(value, tuple | list):
            corners, *more = value
            named = dict(zip(CORNERS, corners, strict=True))
            return {**named, **dict(zip(("label", "score"), more, strict=False))}
        if isinstance(value, Mapping) and "box" in value:
            return {**value["box"], **{name: value[name] for name in value if name != "box"}}
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.xmin > self.xmax or self.ymin > self.ymax:
            raise ValueError(f"the box {self.label!r} ends before it begins")
        return self

    @field_serializer(*CORNERS)
    def _rounded_corner(self, corner: float) -> float:
        return rounded(corner)


class AnnotatedImage(Positional):
    """A picture with labelled boxes: what was detected where. `alt` says what it shows."""

    kind: Literal["annotated_image"] = "annotated_image"
    png: Annotated[Bytes, BeforeValidator(as_png)] = Field(repr=False)
    boxes: list[Box] = Field(default_factory=list)
    alt: str = ""

    if TYPE_CHECKING:

        def __init__(self, png: Any, boxes: Sequence[Any] = (), alt: str = "") -> None: ...
