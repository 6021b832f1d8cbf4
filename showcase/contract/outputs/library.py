"""Tables, figures and pictures of other libraries as plain data. The types are told by their name.

So a function that returns a text needs neither pandas nor Plotly nor Pillow.
"""

import io
import json
from typing import Any

DAY, MOMENT = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"
PICTURED = ("1", "L", "LA", "RGB", "RGBA", "P")


def library(value: Any) -> str:
    """Return the name of the library that a value's type comes from.

    >>> library("a text")
    'builtins'
    """
    return type(value).__module__.partition(".")[0]


def split(frame: Any) -> dict[str, Any]:
    """Return columns and rows of a pandas data frame or series, the index too if it says much."""
    frame = frame.to_frame() if frame.ndim == 1 else frame
    if type(frame.index).__name__ != "RangeIndex":
        frame = frame.reset_index()
    for name in frame.select_dtypes(["datetime", "datetimetz"]).columns:
        whole = frame[name].dt.normalize().equals(frame[name])
        frame = frame.assign(**{name: frame[name].dt.strftime(DAY if whole else MOMENT)})
    told = frame.to_json(orient="split", date_format="iso", double_precision=15)
    return {"columns": [str(name) for name in frame.columns], "rows": json.loads(told)["data"]}


def as_figure(value: Any) -> Any:
    """Return a Plotly figure's JSON, anything else as it is.

    Without its template: the page's own suits both of its themes.
    """
    if library(value) != "plotly":
        return value
    found = json.loads(value.to_json())
    found.get("layout", {}).pop("template", None)
    return found


def as_png(value: Any) -> Any:
    """Return a Pillow image as PNG, anything else as it is."""
    if library(value) != "PIL":
        return value
    content = io.BytesIO()
    plain = value if value.mode in PICTURED else value.convert("RGB")
    plain.save(content, "PNG")
    return content.getvalue()
