"""What only the browser can do: hear keys, copy and share a link, keep a cookie, weigh a file."""

import functools
import re
from collections.abc import Callable
from typing import Any

import streamlit as st

LETTER_KEYS = "letter_keys"
# A held key does what it does once, however slow the server is: the browser tells which presses are
# repeats. What holds the focus and takes no text, such as a slider, hands letters on to the buttons
# that they press. In a field they type, and arrows move things: those stay.
KEYS = """
const takesNoText = 'input[type="range"], input[type="radio"], input[type="checkbox"]';
const listen = (event) => {
  if (event.key?.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (field && !field.matches(takesNoText)) return;
  if (event.repeat) {
    event.stopImmediatePropagation();
  } else if (field && event.key !== " ") {
    event.stopImmediatePropagation();
    const { key, code, keyCode, which, shiftKey } = event;
    const again = { key, code, keyCode, which, shiftKey, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", again));
  }
};
export default function () {
  window.addEventListener("keydown", listen, true);
  return () => window.removeEventListener("keydown", listen, true);
}
"""
LINK_HTML = """
<button type="button" class="copy">Copy link</button>
<button type="button" class="share" hidden>Share</button>
<span role="status"></span>
"""
LINK_CSS = """
:host, div { display: block }
button, span {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: none; border: 0;
  padding: 0.45rem 0.5rem 0.45rem 0; min-height: 2.5rem; white-space: nowrap;
}
button { cursor: pointer }
button[hidden] { display: none }
button:hover, button:focus-visible { color: var(--st-link-color); text-decoration: underline }
button:focus-visible { outline: 2px solid var(--st-link-color) }
"""
LINK_JS = """
export default function ({ data, parentElement }) {
  const status = parentElement.querySelector("[role=status]");
  const share = parentElement.querySelector(".share");
  parentElement.querySelector(".copy").onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.url);
      status.textContent = "Copied";
    } catch {  // not over https, or not allowed
      window.prompt("Copy this link:", data.url);
    }
  };
  status.textContent = "";
  share.hidden = !navigator.share;
  share.onclick = () => navigator.share({ title: document.title, url: data.url }).catch(() => {});
}
"""
COOKIE_JS = """
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie =
    `${data.name}=${data.value}; Path=/; Max-Age=${data.seconds}; SameSite=Strict${secure}`;
}
"""
UPLOAD_HTML = '<p role="alert"></p>'
UPLOAD_CSS = """
:host, div { display: block }
p { font: inherit; font-size: 0.875rem; color: var(--st-red-text-color); margin: 0.5rem 0 0 }
p:empty { display: none }
"""
# Streamlit tells of a file that is too large in a red line without a reason, which stays, and keeps
# the file before it, with its answer.
UPLOAD_JS = """
export default function ({ data, parentElement }) {
  const listen = (event) => {
    const uploader = event.target.closest?.(`.${data.of}`);
    const [file] = event.dataTransfer?.files ?? event.target.files ?? [];
    if (!uploader || !file) return;
    const isTooLarge = file.size > data.most * 1e6;
    const size = (Math.ceil(file.size / 1e5) / 10).toLocaleString("en");
    // without its cookie, which browsers keep from frames of other sites, Streamlit takes no file
    const isFramed =
      data.needs_cookie && window !== window.top && !document.cookie.includes("_streamlit_xsrf");
    parentElement.querySelector("p").textContent =
      isTooLarge ? `${file.name} has ${size} MB; at most ${data.most} MB are taken.` :
      isFramed ? "Another site’s page can send no file. Open this page in a tab of its own." : "";
    const gone = '[data-testid="stFileChip"]' + (isTooLarge ? "" : '[aria-invalid="true"]');
    for (const chip of uploader.querySelectorAll(gone)) chip.querySelector("button")?.click();
  };
  parentElement.stopListening?.();
  for (const kind of ["change", "drop"]) document.addEventListener(kind, listen, true);
  return parentElement.stopListening = () => {
    for (const kind of ["change", "drop"]) document.removeEventListener(kind, listen, true);
  };
}
"""


def shortcut(key: str) -> str | None:
    """Return the key of a button, for `st.button`; None if the visitor turned keys off."""
    return key if st.session_state.get(LETTER_KEYS, True) else None


def letter_keys(text: str) -> None:
    """Let the page's buttons hear their keys, and offer to turn these off; `text` says so.

    WCAG 2.1.4 asks for that: who dictates, or rests a hand on the keyboard, presses them unawares.
    """
    st.session_state.setdefault(LETTER_KEYS, True)
    with st.popover("Keys", icon=":material/keyboard:", type="tertiary"):
        st.write(text)
        st.toggle("Letter keys", key=LETTER_KEYS, persist_state="session")
    _keys()(key="keys", height="content", width="content")


def link_buttons(url: str, key: str) -> None:
    """Draw the buttons that copy a link with one click and, where the browser can, share it."""
    _link()(key=key, data={"url": url}, height="content", width="content")


def file_uploader(label: str, key: str, max_upload_size: int, **options: Any) -> Any:
    """Draw a `st.file_uploader` that says why it does not take a file that is too large.

    `max_upload_size` is in MB. What was uploaded before goes with it, and so does its answer.
    """
    with st.container(gap=None):
        file = st.file_uploader(label, key=key, max_upload_size=max_upload_size, **options)
        css_class = re.sub(r"[^\w-]", "-", f"st-key-{key}", flags=re.ASCII)
        data = {
            "of": css_class,
            "most": max_upload_size,
            "needs_cookie": st.get_option("server.enableXsrfProtection"),
        }
        _upload()(key=f"{key}_size", data=data, height="content")
    return file


def cookie(name: str) -> str:
    """Return a cookie as it was when the page was loaded; empty for none."""
    return str(st.context.cookies.get(name, ""))


def keep_cookie(name: str, value: str, seconds: int, of: str = "") -> None:
    """Let the browser keep a cookie for this site, 0 seconds to drop it; anew for another `of`.

    The server reads it when the page is loaded again.
    """
    data = {"name": name, "value": value, "seconds": seconds, "of": of}
    _cookie()(key=f"cookie_{name}", data=data, height="content", width="content")


@functools.cache
def _cookie() -> Callable[..., object]:
    return st.components.v2.component("cookie", js=COOKIE_JS)


@functools.cache
def _upload() -> Callable[..., object]:
    return st.components.v2.component("upload", html=UPLOAD_HTML, css=UPLOAD_CSS, js=UPLOAD_JS)


@functools.cache
def _keys() -> Callable[..., object]:
    return st.components.v2.component("keys", js=KEYS)


@functools.cache
def _link() -> Callable[..., object]:
    return st.components.v2.component("link", html=LINK_HTML, css=LINK_CSS, js=LINK_JS)
