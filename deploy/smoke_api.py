"""What the smoke test asks of the API: health, every demo's endpoints, a verdict."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode, urljoin
from uuid import uuid4

from smoke_client import Api, Failed, Json

Check = tuple[str, Callable[[], str]]


def server_checks(api: Api) -> Iterator[Check]:
    """Yield the checks of the server as a whole."""
    yield "Health of the app", partial(_health, api)
    yield "The process lives", lambda: api.get("/v1/live")["status"]
    yield "Models load, verdicts can be stored", partial(_ready, api)
    yield "Without the key", partial(_closed, api)
    yield "OpenAPI document", partial(_document, api)
    yield "Documentation and its files", partial(_docs, api)


def _health(api: Api) -> str:
    status, content = api.ask("/_stcore/health")
    if (status, content) != (200, b"ok"):
        raise Failed(f"/_stcore/health answers {status}, {content[:60]!r} instead of 200, b'ok'.")
    return "ok"


def _ready(api: Api) -> str:
    answer = api.get("/v1/ready")
    if answer["storing"]["status"] != "works":
        raise Failed(f"Verdicts cannot be stored: {answer['storing']['reason']}")
    return f"{len(answer['versions'])} models"


def _closed(api: Api) -> str:
    """Say whether the API is open to all; with a key given it must not be."""
    status, _ = api.ask("/api/v1/demos", key="")
    if not api.key:
        return "no key given to compare with"
    if status != 401:
        means = ": it is open" if status == 200 else ""
        raise Failed(f"/api/v1/demos answers {status} without the key instead of 401{means}.")
    return "refused"


def _document(api: Api) -> str:
    found = api.get("/openapi.json")
    if not found.get("openapi", "").startswith("3.1"):
        raise Failed(f"/api/openapi.json is not of OpenAPI 3.1: {found.get('openapi')!r}.")
    where = urljoin(f"{api.url}/api/openapi.json", found["servers"][0]["url"])
    if where.rstrip("/") != f"{api.url}/api":
        raise Failed(f"/api/openapi.json says that the API is at {where}, not at {api.url}/api.")
    return f"{len(found['paths'])} paths"


def _docs(api: Api) -> str:
    status, page = api.ask("/api/docs")
    if status != 200 or b"swagger-ui-bundle.js" not in page:
        raise Failed(f"/api/docs answers {status} without the documentation.")
    path = page.decode().split('<script src="')[1].split('"')[0]
    status, script = api.ask(urljoin("/api/docs", path))
    if status != 200 or b"SwaggerUIBundle" not in script:
        raise Failed(f"/api/docs needs {path}, which answers {status}: the page stays empty.")
    return "with its script"


def demo_checks(api: Api, name: str) -> Iterator[Check]:
    """Yield the checks of a demo's endpoints."""
    yield f"{name}: predict", partial(_predict, api, name)
    yield f"{name}: predict by address", partial(_predict_by_address, api, name)
    yield f"{name}: batch", partial(_batch, api, name)
    yield f"{name}: sample", partial(_sample, api, name)


def example(api: Api, name: str) -> Json:
    """Return the demo's first example without what is null."""
    given = api.demo(name)["examples"][0]["input"]
    return {field: value for field, value in given.items() if value is not None}


def written(value: Any) -> str:
    """Return a value as an address holds it: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def predicted(answer: Json) -> str:
    """Return the headline of an answer; Failed if there is none."""
    prediction = answer["prediction"]
    if not isinstance(prediction, dict) or "kind" not in prediction:
        raise Failed(f"This is no prediction: {json.dumps(answer)[:200]}")
    shown = prediction.get("label", prediction.get("value", prediction["kind"]))
    return " ".join(str(shown)[:40].split())


def _predict(api: Api, name: str) -> str:
    return predicted(api.get(f"/v1/demos/{name}/predict", example(api, name)))


def _predict_by_address(api: Api, name: str) -> str:
    """Hold the answer to that of a body; an input that is not flat has no such address."""
    if not api.demo(name)["flat"]:
        return "its input does not fit into an address"
    given = example(api, name)
    query = urlencode({field: written(value) for field, value in given.items()})
    answer = api.get(f"/v1/demos/{name}/predict?{query}")
    other = api.get(f"/v1/demos/{name}/predict", given)
    if answer != other:
        raise Failed(f"{name} answers {answer} by address, and {other} by body.")
    return predicted(answer)


def _batch(api: Api, name: str) -> str:
    given = example(api, name)
    results = api.get(f"/v1/demos/{name}/predict/batch", {"inputs": [given, given]})["results"]
    said = [predicted(result) for result in results if "prediction" in result]
    if len(said) != 2:
        raise Failed(f"Two inputs to {name} bring {json.dumps(results)[:200]}")
    return f"{len(said)} answers"


def _sample(api: Api, name: str) -> str:
    given = api.get(f"/v1/demos/{name}/sample")["input"]
    return predicted(api.get(f"/v1/demos/{name}/predict", given))


def verdict_check(api: Api, name: str) -> str:
    """Write a verdict, find that its id is known, and take it back: it counts as nothing then."""
    verdict = {
        "id": str(uuid4()),
        "demo": name,
        "model_version": api.demo(name)["model_version"],
        "input": example(api, name),
        "verdict": "unsure",
        "comment": "Written by deploy/smoke.py, and withdrawn.",
        "session": f"smoke-{uuid4().hex}",
    }
    api.get("/v1/feedback", verdict, 201)
    again = api.get("/v1/feedback", verdict, 200)
    if again["id"] != verdict["id"]:
        raise Failed(f"The verdict {verdict['id']} was read back as {again['id']}.")
    withdrawn = {"id": str(uuid4()), "verdict": "withdrawn", "supersedes": verdict["id"]}
    api.get("/v1/feedback", verdict | withdrawn, 201)
    return verdict["id"]
