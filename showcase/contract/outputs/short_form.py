"""An answer that is neither a label nor a number in a few words, for lists and reviews."""

from collections.abc import Mapping
from typing import Any

from showcase.contract.messages import shortened
from showcase.contract.predictions import BaseOutput

LISTED = 5
PIXELS: Any = {"png": True, "pictures": {"__all__": {"png"}}}  # what nobody reads


def short_form(answer: BaseOutput | Mapping[str, Any]) -> str:
    """Return an answer, or its JSON as a row stores it, in a few words; empty if there are none.

    >>> short_form({"kind": "highlighted_text", "text": "Ada", "spans": [
    ...     {"label": "WHO", "start": 0, "end": 3}]})
    'Ada (WHO)'
    >>> short_form({"kind": "annotated_image", "boxes": [{"label": "cat"}, {"label": "cat"}]})
    '2 boxes: cat, cat'
    """
    plain = answer.model_dump(exclude=PIXELS) if isinstance(answer, BaseOutput) else answer
    match plain:
        case {"kind": "highlighted_text", "text": str(text), "spans": list(spans)}:
            marked = [f"{text[one['start'] : one['end']]} ({one['label']})" for one in spans]
            return _listed(marked) or "nothing marked"
        case {"kind": "annotated_image", "boxes": list(boxes)}:
            return _counted(len(boxes), "box", "boxes", [one["label"] for one in boxes])
        case {"kind": "gallery", "pictures": list(pictures)}:
            captions = [one.get("alt") for one in pictures]
            return _counted(len(pictures), "picture", "pictures", [one for one in captions if one])
        case {"kind": "text", "text": str(text)} | {"kind": "markdown", "markdown": str(text)}:
            return shortened(" ".join(text.split()))
    return ""


def _counted(count: int, one: str, several: str, names: list[str]) -> str:
    told = f": {_listed(names)}" if names else ""
    return f"{count:,} {one if count == 1 else several}{told}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(shortened(name) for name in names[:LISTED])
    return f"{shown} …" if len(names) > LISTED else shown
