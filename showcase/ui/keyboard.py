"""A key that is held down does what it does once, however slow the server is."""

import functools
from collections.abc import Callable

import streamlit as st

# The browser tells which presses are repeats. In a field they type, and arrows move things: those
# stay. Adding the one listener again changes nothing.
LISTENER = """
const ignore = (event) => {
  const typed = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.repeat && event.key.length === 1 && !typed) event.stopImmediatePropagation();
};
export default function () {
  window.addEventListener("keydown", ignore, true);
  return () => window.removeEventListener("keydown", ignore, true);
}
"""


def ignore_held_keys() -> None:
    """Let shortcuts of this page hear a key once until it is let go; draws nothing."""
    _component()(key="held_keys", height="content")


@functools.cache
def _component() -> Callable[..., object]:
    return st.components.v2.component("held_keys", js=LISTENER)
