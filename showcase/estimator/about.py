"""What a caller tells of a model: titles, units, names of choices, where the data comes from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Choice = str | int | bool


class ColumnAbout(BaseModel):
    """What people read for a column; what is left out is read off the data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    unit: str = ""
    description: str = ""
    choices: dict[Choice, str] = Field(default={}, description="Value to what people read.")
    min: float | None = None
    max: float | None = None
    step: float | None = None


class About(BaseModel):
    """What people read about a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    summary: str = ""
    question: str = "Is this right?"
    unit: str = ""
    labels: dict[Choice, str] = Field(default={}, description="Class to what people read.")
    columns: dict[str, ColumnAbout] = {}
    data: str = "The data that the page was made with"
    author: str = ""
    licence: str = ""
    url: str = ""
    limits: list[str] = []
    show_cases: bool = Field(default=True, description="Whether visitors may see rows of X.")


def read_about(about: Mapping[str, Any] | str | Path | None) -> About:
    """Return what a mapping or a YAML file says; ValueError names what it cannot say."""
    if isinstance(about, str | Path):
        import yaml

        about = yaml.safe_load(Path(about).read_text(encoding="utf-8")) or {}
    try:
        return About.model_validate(about or {})
    except ValidationError as error:
        wrong = {".".join(map(str, one["loc"])): one["msg"] for one in error.errors()}
        known = f"It may hold {', '.join(About.model_fields)}; a column {_column_words()}."
        raise ValueError(f"`about` cannot be used: {wrong}. {known}") from None


def _column_words() -> str:
    return ", ".join(ColumnAbout.model_fields)
