"""The very input on the screen as commands for programs: curl and Python against the JSON API."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

import streamlit as st

from showcase.contract import ModelInput, registry
from showcase.contract.fields import key
from showcase.runtime.loading import Loaded
from showcase.runtime.settings import settings

SHOWN = 20_000  # characters of JSON; more comes as a file beside the commands
FILE = "input.json"
CURL = """curl {url} \\
  -H 'Content-Type: application/json' \\{key}
  -d {data}"""
PYTHON = """import json{os}
from urllib.request import Request, urlopen

{given}
request = Request(
    {url!r},
    data=json.dumps(given, ensure_ascii=False).encode(),
    headers={{"Content-Type": "application/json"{key}}},
)
with urlopen(request) as answer:
    print(json.load(answer)["prediction"])"""
CURL_KEY = '\n  -H "Authorization: Bearer $VITRINE_API_KEY" \\'
PYTHON_KEY = ', "Authorization": f"Bearer {os.environ[\'VITRINE_API_KEY\']}"'


@dataclass
class Served:
    """Whether this process serves the API too: only `server.py` does."""

    api: bool = False


SERVED = Served()


def serve_api() -> str:
    """Note that the API is served, and return where it belongs: `/api` below the app's own path."""
    SERVED.api = True
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/api" if base else "/api"


def from_code(loaded: Loaded, given: ModelInput) -> None:
    """Offer, folded, a curl and a Python call that predict for this very input.

    A function of a page's script that is not registered has no endpoint, so nothing is offered.
    """
    if loaded.demo not in registry.demos():
        return
    opened = key(loaded.demo.name, "code")
    label = "Use this from code"
    with st.expander(label, icon=":material/code:", key=opened, on_change="rerun") as folded:
        if not folded.open:
            return
        if SERVED.api:
            _commands(loaded, given)
        else:
            st.write(
                "Programs can ask this model too, once it is started with its API: "
                "`uvicorn server:app` instead of `streamlit run Home.py`."
            )


def _commands(loaded: Loaded, given: ModelInput) -> None:
    name = loaded.demo.name
    # letters as they are: written as \u4e2d, a text in Chinese is twice as large
    content = json.dumps(given.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
    url = f"{base_url(loaded.demo.page_name)}/api"
    address = f"{url}/v1/demos/{name}/predict"
    needs_key = bool(settings().api_key.get_secret_value())
    if len(content) > SHOWN:
        st.write(f"The input is {len(content):,} characters long: save it beside the commands.")
        st.download_button(FILE, content, FILE, "application/json", key=key(name, "code_input"))
    if needs_key:
        st.caption("Put the key that you were given into the variable `VITRINE_API_KEY` first.")
    for title, language, code in (
        ("In a terminal", "bash", curl(address, content, needs_key=needs_key)),
        ("In Python", "python", python(address, content, needs_key=needs_key)),
    ):
        st.caption(title)
        st.code(code, language=language)
    st.markdown(f"[All that the API can do]({url}/docs)")


def curl(address: str, content: str, *, needs_key: bool = False) -> str:
    """Return the command for a terminal; long content is read from a file."""
    data = shlex.quote(content) if len(content) <= SHOWN else f"@{FILE}"
    return CURL.format(url=shlex.quote(address), data=data, key=CURL_KEY if needs_key else "")


def python(address: str, content: str, *, needs_key: bool = False) -> str:
    """Return the lines of Python, which need no package; long content is read from a file."""
    read = f'with open("{FILE}", encoding="utf-8") as file:\n    given = json.load(file)'
    values: dict[str, Any] = json.loads(content)
    return PYTHON.format(
        url=address,
        given=f"given = {values!r}" if len(content) <= SHOWN else read,
        os="\nimport os" if needs_key else "",
        key=PYTHON_KEY if needs_key else "",
    )


def base_url(page: str) -> str:
    """Return the app's own address, as the visitor's browser has it: without the page's path."""
    address = (st.context.url or "http://localhost:8501").split("?")[0].split("#")[0]
    return address.rstrip("/").removesuffix(f"/{page}").rstrip("/")
