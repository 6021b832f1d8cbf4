"""What the codes of the College Scorecard mean, in words for people."""

import json
from pathlib import Path
from typing import Any, Literal, get_args

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
