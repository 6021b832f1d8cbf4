"""A file field that sends a large table straight to the API, with progress.

`st.file_uploader` keeps what it takes in the server's memory; here the browser reads the file from
the disk, piece by piece, and the API writes it to its own.
"""

import functools
from collections.abc import Callable

import streamlit as st

from showcase.batch import jobs
from showcase.batch.places import KINDS

HTML = """
<label for="table"></label>
<input type="file" id="table">
<div class="sending" hidden>
  <progress max="1" aria-labelledby="far"></progress>
  <span id="far"></span>
  <button type="button">Stop</button>
</div>
<p role="status"></p>
"""
CSS = """
:host, div, label { display: block }
* { box-sizing: border-box }
label, input, span, p, button { font: inherit; font-size: 0.875rem; color: var(--st-text-color) }
label { padding-bottom: 0.25rem }
input { max-width: 100% }
input::file-selector-button, button {
  font-family: inherit; font-size: 0.875rem;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0.4rem 0.75rem; min-height: 2.5rem; margin-right: 0.5rem; cursor: pointer;
}
input::file-selector-button:hover, button:hover {
  border-color: var(--st-primary-color); color: var(--st-link-color)
}
input:focus-visible, button:focus-visible { outline: 2px solid var(--st-primary-color) }
.sending { padding-top: 0.5rem }
.sending[hidden] { display: none }
progress { width: 100%; height: 0.5rem; display: block; accent-color: var(--st-primary-color) }
span { display: block; padding: 0.25rem 0; font-variant-numeric: tabular-nums }
p { margin: 0.25rem 0 0 }
p:empty { display: none }
p.problem { color: var(--st-red-text-color) }
"""
JS = """
const millions = (bytes) => (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 0 });

export default function ({ data, parentElement, setTriggerValue }) {
  const part = (selector) => parentElement.querySelector(selector);
  const field = part("input"), sending = part(".sending"), status = part("p");
  part("label").textContent = data.label;
  field.accept = data.endings.join(",");
  const say = (text, problem) => {
    status.textContent = text;
    status.classList.toggle("problem", problem);
  };
  const send = (file) => {
    if (!data.endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
      return say(`${file.name} is no table: take one of ${data.endings.join(", ")}.`, true);
    }
    if (file.size > data.most) {
      const size = `${file.name} has ${millions(file.size)} MB`;
      return say(`${size}: at most ${millions(data.most)} MB are taken.`, true);
    }
    const request = new XMLHttpRequest(), began = Date.now();
    const bar = part("progress"), far = part("span");
    const ended = (text, problem) => {
      sending.hidden = true;
      field.disabled = false;
      field.value = "";
      say(text, problem);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      const left = ((total - loaded) * (Date.now() - began)) / loaded / 1000;
      bar.value = loaded / total;
      far.textContent = `${file.name}: ${millions(loaded)} of ${millions(total)} MB sent` +
        (loaded < total ? `, about ${Math.max(1, Math.round(left))} s left` : "; it is being read");
    };
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {  // a proxy's own page
      }
      if (request.status === 202) {
        ended("", false);
        setTriggerValue("sent", answer.id);
      } else {
        const message = answer.error?.message ?? "The server did not take it: try again later.";
        ended(`${file.name}: ${message}`, true);
      }
    };
    request.onerror = () => ended(`${file.name}: the connection broke. Choose it again.`, true);
    request.onabort = () => ended(`${file.name}: stopped. Nothing of it was kept.`, false);
    const isParquet = file.name.toLowerCase().endsWith(".parquet");
    request.open("POST", data.url);
    request.setRequestHeader("Content-Type", isParquet ? "application/octet-stream" : "text/csv");
    request.setRequestHeader("X-Ticket", data.ticket);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    part("button").onclick = () => request.abort();
    parentElement.stopSending = () => request.abort();
    say("", false);
    bar.value = 0;
    far.textContent = `${file.name}: ${millions(file.size)} MB`;
    sending.hidden = false;
    field.disabled = true;
    request.send(file);
  };
  field.onchange = () => field.files[0] && send(field.files[0]);
  return () => parentElement.stopSending?.();
}
"""


def table_upload(label: str, url: str, ticket: str, key: str, on_sent: Callable[[], None]) -> None:
    """Draw the field; `on_sent` is called when a table has become one of the ticket's jobs.

    `url` is where the API takes tables, as the browser has it.
    """
    data = {
        "label": label,
        "url": url,
        "ticket": ticket,
        "most": jobs.MOST_BYTES,
        "endings": list(KINDS),
    }
    _upload()(key=key, data=data, on_sent_change=on_sent, height="content")


@functools.cache
def _upload() -> Callable[..., object]:
    return st.components.v2.component("table_upload", html=HTML, css=CSS, js=JS)
