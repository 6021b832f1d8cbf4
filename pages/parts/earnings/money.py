"""Dollars as people read them, and a choice in one line."""

from models.earnings import LOCALES, REGIONS, Input, title_of


def dollars(value: float) -> str:
    """Return dollars to the nearest hundred: $45,400."""
    return f"${round(value, -2):,.0f}"


def moved(value: float) -> str:
    """Return dollars added or taken away, to the nearest hundred, with a real minus: +$4,200."""
    rounded = round(value, -2)
    return "$0" if not rounded else f"{'+' if rounded > 0 else '−'}${abs(rounded):,.0f}"


def programme(given: Input) -> str:
    """Return the credential and the field of a programme in one line."""
    return f"{given.credential}, {title_of(given.field)}"


def details(given: Input) -> str:
    """Return what tells two choices of the same programme apart."""
    rate = given.admission_rate
    parts = [
        given.control,
        "region not known" if given.region is None else REGIONS[given.region],
        "setting not known" if given.locale is None else LOCALES[given.locale].lower(),
        "price not known" if given.net_price is None else f"{dollars(given.net_price)} a year",
        "no SAT" if given.sat_average is None else f"SAT {given.sat_average:.0f}",
        "no selection" if rate is None else f"admits {rate:.0%}",
    ]
    return " · ".join(parts)
