"""The one list of demos. A line here is a page, an endpoint and a batch job."""

from showcase.contract import Demo

DEMOS: tuple[Demo, ...] = (
)
