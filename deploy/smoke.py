"""Says whether a deployment works: `python deploy/smoke.py URL [--api-key KEY]`.

It asks for health, holds a visitor's connection, predicts on every page and at every endpoint, and
writes a verdict, which it withdraws again. It needs streamlit and websockets, which
requirements-serve.txt brings, and no browser.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

try:
    from smoke_api import demo_checks, server_checks, verdict_check
    from smoke_client import Api, Failed
    from smoke_page import gallery, page_check, plain_page_check
except ModuleNotFoundError as missing:
    sys.exit(
        f"{missing.name} is not installed for this Python. Take the one of an environment that "
        "deploy/install.sh or make made, .venv/bin/python, or: pip install streamlit websockets"
    )

WAIT_S = 60.0


@dataclass(frozen=True)
class Row:
    """How one check ended: what was found, or the sentence that says what is wrong."""

    name: str
    found: str
    problem: str
    took_s: float


def run(name: str, check: Callable[[], str]) -> Row:
    """Return how the check ended; what it was given in time and form is its own matter."""
    began = time.perf_counter()
    found = problem = ""
    try:
        found = check()
    except Failed as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001  # an answer of a form that nobody foresaw
        problem = f"The answer could not be used: {type(error).__name__}: {error}."
    return Row(name, found, problem, time.perf_counter() - began)


def checks(api: Api) -> Iterator[tuple[str, Callable[[], str]]]:
    """Yield every check with its name; which demos there are, the deployment says."""
    yield from server_checks(api)
    yield "A visitor's connection: the gallery", lambda: gallery(api)
    try:
        demos = api.get("/v1/demos")["demos"]
    except Failed as error:
        problem = error
        yield "Which demos there are", lambda: _fail(problem)
        return
    for demo in demos:
        yield from demo_checks(api, demo["name"])
        yield f"{demo['title']}: its page", lambda demo=demo: page_check(api, demo)
    of_demos = {demo["page"].strip("/") for demo in demos}
    for path in sorted(set(api.pages) - of_demos - {""}):
        yield f"The page /{path}", lambda path=path: plain_page_check(api, path)
    yield "A verdict: written, read back, withdrawn", lambda: verdict_check(api, demos[0]["name"])


def _fail(problem: Failed) -> str:
    raise problem


def show(row: Row) -> None:
    """Print a line of the table."""
    state = "FAILED" if row.problem else "ok"
    print(f"{state:6} {row.took_s * 1000:7.0f} ms  {row.name:42} {row.found}".rstrip(), flush=True)


def main() -> int:
    """Run every check and return the exit status: 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("url", metavar="URL", help="where the app is, with its path if it has one")
    parser.add_argument(
        "--api-key", help="the deployment's key; else VITRINE_API_KEY of this shell"
    )
    parser.add_argument("--timeout", type=float, default=WAIT_S, help="seconds for one answer")
    given = parser.parse_args()
    if not given.url.startswith(("http://", "https://")):
        parser.error(f"{given.url} is no address: put http:// or https:// before it")
    api = Api(given.url, given.api_key or os.environ.get("VITRINE_API_KEY", ""), given.timeout)
    began = time.perf_counter()
    rows = []
    for name, check in checks(api):
        rows.append(run(name, check))
        show(rows[-1])
        if rows[0].problem:  # no app, so nothing else to ask for
            print(f"\n{api.url}: {rows[0].problem} Is it started, and is this its address?")
            return 1
    failed = [row for row in rows if row.problem]
    for row in failed:
        print(f"\n{row.name}: {row.problem}")
    print(
        f"\n{len(rows) - len(failed)} of {len(rows)} checks passed "
        f"in {time.perf_counter() - began:.1f} s: {api.url}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
