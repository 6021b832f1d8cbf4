"""Rows with a text in them, found without holding any of them."""

import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from showcase.feedback.store import Store

PLAIN = ("comment", "expected", "predicted")
KEYS = r'"[A-Za-z0-9_]+":'


def matching(store: "Store", text: str) -> pa.StringArray:
    """Return the ids of the rows that have the text, in any case, in what people see of them.

    That is the input without the names of its fields, the comment, the answer and the label.
    """
    escaped = pattern(text)
    found = [
        batch["id"].filter(_has(batch, re.escape(text), escaped))
        for batch in store.batches(("id", "input", *PLAIN))
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *found])


def pattern(text: str) -> str:
    r"""Return a regular expression for the text as it stands in JSON, in either case.

    >>> pattern("Zoë")
    '(?:Zo\\\\u00eb|zo\\\\u00eb|ZO\\\\u00cb|Zo\\\\u00eb)'
    """
    variants = (text, text.lower(), text.upper(), text.title())
    return f"(?:{'|'.join(re.escape(json.dumps(one)[1:-1]) for one in variants)})"


def _has(batch: pa.RecordBatch, plain: str, escaped: str) -> pa.BooleanArray:
    found = _contains(batch["input"], escaped)
    if pc.any(found).as_py():  # perhaps only in the name of a field
        bare = pc.replace_substring_regex(batch["input"].filter(found), KEYS, "")
        found = pc.replace_with_mask(found, found, _contains(bare, escaped))
    for name in PLAIN:
        found = pc.or_(found, _contains(batch[name], plain))
    return found


def _contains(cells: pa.StringArray, expression: str) -> pa.BooleanArray:
    return pc.match_substring_regex(cells, expression, ignore_case=True)
