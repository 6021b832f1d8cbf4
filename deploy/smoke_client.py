"""The deployment as the smoke test sees it: its address, its key, its answers."""

import json
import time
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

PATIENCE_S = 90.0  # a rate limit of so many a minute lets the next one through by then
Json = dict[str, Any]


class Failed(Exception):  # noqa: N818  # what a check says when it is not content
    """A sentence about what is wrong."""


class Api:
    """The deployment: its address, the key to its API, and the cookies that it sets."""

    def __init__(self, url: str, key: str, timeout_s: float) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self.timeout_s = timeout_s
        self.cookies = CookieJar()
        self.descriptions: dict[str, Json] = {}
        self.pages: list[str] = []  # the paths of the menu, once a page was opened
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def ask(self, path: str, body: Json | None = None, key: str | None = None) -> tuple[int, bytes]:
        """Return the status and the body of the answer; a rate limit is waited for."""
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        data = None if body is None else json.dumps(body).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = Request(f"{self.url}{path}", data, headers)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self._opener.open(request, timeout=self.timeout_s) as answer:
                    return answer.status, answer.read()
            except HTTPError as error:
                wait = float(error.headers.get("Retry-After") or 1)
                if error.code != 429 or time.monotonic() + wait > deadline:
                    return error.code, error.read()
                time.sleep(wait)
            except (OSError, HTTPException) as error:
                reason = getattr(error, "reason", error)
                raise Failed(f"{path} does not answer: {reason}.") from error

    def get(self, path: str, body: Json | None = None, expected: int = 200) -> Json:
        """Return the JSON that the API answers with; Failed for another status or other content."""
        status, content = self.ask(f"/api{path}", body)
        try:
            answer = json.loads(content)
        except ValueError:
            raise Failed(
                f"/api{path} answers {status}, and not with JSON: is the API served there?"
            ) from None
        if status != expected:
            said = answer.get("error", {}).get("message", "nothing more")
            wanted = "Is the key right?" if self.key else "Give the key with --api-key."
            hint = f" {wanted}" if status == 401 else ""
            raise Failed(f"/api{path} answers {status} instead of {expected}: {said}{hint}")
        return answer

    def demo(self, name: str) -> Json:
        """Return the description of a demo, asked for once."""
        if name not in self.descriptions:
            self.descriptions[name] = self.get(f"/v1/demos/{name}")
        return self.descriptions[name]
