"""What the earnings model is asked: the College Scorecard's codes, their names, what is refused."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from showcase.contract import ModelInput

TITLES = Path(__file__).with_name("fields.json")

# From lowest to highest; the position is what the model sees.
Credential = Literal[
    "Undergraduate Certificate or Diploma",
    "Associate's Degree",
    "Bachelor's Degree",
    "Post-baccalaureate Certificate",
    "Graduate/Professional Certificate",
    "Master's Degree",
    "First Professional Degree",
    "Doctoral Degree",
]
Control = Literal["Public", "Private, nonprofit", "Private, for-profit"]
Region = Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
Locale = Literal[11, 12, 13, 21, 22, 23, 31, 32, 33, 41, 42, 43]

CREDENTIALS: tuple[str, ...] = get_args(Credential)
CONTROLS: tuple[str, ...] = get_args(Control)
REGIONS: dict[int, str] = {
    0: "U.S. service schools",
    1: "New England",
    2: "Mid East",
    3: "Great Lakes",
    4: "Plains",
    5: "Southeast",
    6: "Southwest",
    7: "Rocky Mountains",
    8: "Far West",
    9: "Outlying areas",
}
LOCALES: dict[int, str] = {
    11: "City, large",
    12: "City, midsize",
    13: "City, small",
    21: "Suburb, large",
    22: "Suburb, midsize",
    23: "Suburb, small",
    31: "Town, fringe",
    32: "Town, distant",
    33: "Town, remote",
    41: "Rural, fringe",
    42: "Rural, distant",
    43: "Rural, remote",
}

_TITLES: dict[str, dict[str, str]] = json.loads(TITLES.read_text(encoding="utf-8"))
FIELDS: dict[str, str] = _TITLES["fields"]
FAMILIES: dict[str, str] = _TITLES["families"]

# What people read for a choice's value, and for null.
CHOICE_NAMES: dict[str, dict[Any, str]] = {
    "field": FIELDS,
    "region": REGIONS,
    "locale": LOCALES,
    "sat_average": {None: "None known"},
    "admission_rate": {None: "Not selective"},
}


def family_of(field: str) -> str:
    """Return the 2-digit family of a 4-digit code.

    >>> family_of("5203"), FAMILIES[family_of("1107")]
    ('52', 'Computer and Information Sciences and Support Services')
    """
    return field[:2]


def title_of(field: str) -> str:
    """Return the title of a field, or its bare code where the data have none.

    >>> title_of("5203"), title_of("9999")
    ('Accounting and Related Services', 'field 9999')
    """
    return FIELDS.get(field, f"field {field}")


DIGITS = 4
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ′`´", "'"))


def _one_of(choices: tuple[str, ...]) -> BeforeValidator:
    """Take a choice, with typographic apostrophes too; refuse another text, naming the choices."""

    def check(value: Any) -> Any:
        plain = value.translate(APOSTROPHES).strip() if isinstance(value, str) else value
        if plain not in choices:
            raise ValueError(f"Choose one of: {'; '.join(choices)}.")
        return plain

    return BeforeValidator(check)


def _code_of(names: dict[int, str]) -> BeforeValidator:
    """Take a code as a number or as its digits, as links write it; refuse others by their value."""

    def check(value: Any) -> Any:
        code = int(value) if isinstance(value, str) and value.isdecimal() else value
        if code is None or (isinstance(code, int | float) and code in names):
            return code if code is None else int(code)
        listed = ", ".join(map(str, names))
        raise ValueError(
            f"There is no code {value!r:.40}. Choose one of {listed}, or leave it out."
        )

    return BeforeValidator(check)


def _cip_code(value: Any) -> Any:
    """Refuse what is not four digits; say what was probably meant."""
    if isinstance(value, str) and len(value) == DIGITS and value.isascii() and value.isdigit():
        return value
    family, point, rest = str(value).strip().partition(".")
    digits = family.zfill(2) + rest.ljust(2, "0") if point else family
    if len(digits) == 6:  # a programme, of which the field is the first part
        digits = digits[:DIGITS]
    is_code = digits.isascii() and digits.isdigit() and len(digits) >= DIGITS - 1
    meant = digits.zfill(DIGITS) if is_code else ""  # two digits are a family
    hint = f' Did you mean "{meant}"?' if len(meant) == DIGITS else ""
    raise ValueError(f'Write the field as text of four digits (CIP code), such as "5203".{hint}')


def _share(value: Any) -> Any:
    """Refuse a percentage where a share is meant."""
    number = _number(value)
    if number is not None and 1 < number <= 100:
        raise ValueError(
            f"It takes a share from 0 to 1, not {number:g}. Did you mean {number / 100:g}?"
        )
    return _amount(value)


def _amount(value: Any) -> Any:
    """Refuse what is no number, in words."""
    if value is not None and _number(value) is None:
        raise ValueError(f"Write a number, without words or signs; {value!r:.40} is none.")
    return value


def _number(value: Any) -> float | None:
    """Return a number or a text that is one as float; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
    except OverflowError:  # a whole number of hundreds of digits
        return float("inf")


class Input(ModelInput):
    """One programme: a credential in a field, and what is known of the institution."""

    credential: Annotated[Credential, _one_of(CREDENTIALS)] = Field(
        title="Credential",
        description="What a graduate of the programme holds",
        examples=["Bachelor's Degree"],
    )
    field: Annotated[str, BeforeValidator(_cip_code)] = Field(
        title="Field of study",
        description="4-digit CIP code of the field, as text; one never seen is taken, too",
        examples=["5203"],
        json_schema_extra={"pattern": "^[0-9]{4}$"},
    )
    control: Annotated[Control, _one_of(CONTROLS)] = Field(
        title="Type of institution",
        description="Who runs it",
        examples=["Public"],
    )
    region: Annotated[Region | None, _code_of(REGIONS)] = Field(
        default=None,
        title="Region",
        description="Part of the United States; a code of the data, empty if not known",
        examples=[3],
    )
    locale: Annotated[Locale | None, _code_of(LOCALES)] = Field(
        default=None,
        title="Setting",
        description="City, suburb, town or country; a code of the data, empty if not known",
        examples=[11],
    )
    net_price: Annotated[float | None, BeforeValidator(_amount)] = Field(
        default=None,
        title="Net price",
        description="USD a year: average cost of attendance less grants, empty if not known",
        ge=0,
        le=80_000,
        examples=[15_000.0],
        json_schema_extra={"unit": "USD a year", "step": 500.0},
    )
    sat_average: Annotated[float | None, BeforeValidator(_amount)] = Field(
        default=None,
        title="SAT average",
        description="Points: average SAT score of those admitted, empty if there is none",
        ge=400,
        le=1600,
        examples=[1150.0],
        json_schema_extra={"unit": "points", "step": 10.0},
    )
    admission_rate: Annotated[float | None, BeforeValidator(_share)] = Field(
        default=None,
        title="Admission rate",
        description="Share of applicants admitted, 0 to 1, empty if there is no selection",
        ge=0,
        le=1,
        examples=[0.7],
        json_schema_extra={"unit": "share", "step": 0.01},
    )


def _programme(
    credential: Credential,
    field: str,
    control: Control,
    place: tuple[Region, Locale],
    figures: tuple[float | None, float | None, float | None],
) -> Input:
    """Return an input; `figures` are net price, SAT average and admission rate."""
    return Input(
        credential=credential,
        field=field,
        control=control,
        region=place[0],
        locale=place[1],
        net_price=figures[0],
        sat_average=figures[1],
        admission_rate=figures[2],
    )


SITUATIONS: dict[str, Input] = {
    "Accounting": _programme("Bachelor's Degree", "5203", "Public", (3, 11), (15_000, 1150, 0.7)),
    "Nursing, 2 years": _programme(
        "Associate's Degree", "5138", "Public", (5, 32), (7_000, None, None)
    ),
    "Computer science": _programme(
        "Bachelor's Degree", "1107", "Private, nonprofit", (8, 11), (28_000, 1450, 0.12)
    ),
    "Hairdressing": _programme(
        "Undergraduate Certificate or Diploma",
        "1204",
        "Private, for-profit",
        (6, 21),
        (14_000, None, None),
    ),
    "Drama": _programme(
        "Bachelor's Degree", "5005", "Private, nonprofit", (2, 11), (32_000, 1250, 0.4)
    ),
    "Teaching, master's": _programme(
        "Master's Degree", "1301", "Public", (4, 13), (14_500, 1100, 0.8)
    ),
    "Medicine": _programme(
        "First Professional Degree", "5112", "Public", (2, 11), (17_000, 1300, 0.5)
    ),
    "Data science, never seen": _programme(
        "Bachelor's Degree", "3070", "Public", (8, 21), (16_000, 1250, 0.6)
    ),
}


FEW = 10


@dataclass(frozen=True)
class Familiarity:
    """How many institutions with this field, and with this credential in it, the model has seen."""

    field: str
    in_field: int
    with_credential: int

    @property
    def unusual(self) -> bool:
        """Whether there were too few to trust the answer as much as others."""
        return self.with_credential < FEW

    @property
    def sentence(self) -> str:
        """The counts in words.

        >>> Familiarity("5202", 900, 12).sentence[-40:]
        'with this credential at 12 institutions.'
        """
        title = title_of(self.field)
        if not self.in_field:
            return (
                f"The model has never seen this field ({title}): it goes by the credential and "
                "by related fields, and the range is wider."
            )
        if not self.with_credential:
            return (
                f"The model has never seen {title} with this credential: take the number with "
                "great care."
            )
        only = "only " if self.unusual else ""
        seen = f"{only}{self.with_credential:,} institution{'s' * (self.with_credential != 1)}"
        care = ": take the number with care" if self.unusual else ""
        return f"The model has seen {title} with this credential at {seen}{care}."
