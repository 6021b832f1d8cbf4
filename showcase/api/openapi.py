"""The OpenAPI document, FastAPI's own with examples to try, and the page that shows it."""

import logging
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from showcase.api import demos, feedback
from showcase.api.agents import as_markdown
from showcase.api.errors import as_json
from showcase.api.predict import get_demo_or_404
from showcase.api.thread_pools import run_in_pool
from showcase.api.validation import is_flat, kinds, properties
from showcase.contract import Demo, ModelModule, registry, version
from showcase.contract.fields import UNKNOWN

logger = logging.getLogger(__name__)

Json = dict[str, Any]
FILES = Path(fastapi_offline.__file__).with_name("static")
OPTIONS = {"tryItOutEnabled": True, "displayRequestDuration": True, "docExpansion": "list"}


def add_document(application: FastAPI, *, has_tools: bool = False) -> None:
    """Add the document, made at the first request for it, and Swagger UI, which needs no internet.

    Every address is relative, so that any prefix will do. With `has_tools` the plain text says
    where an assistant finds the models as tools.
    """

    @application.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        return await run_in_pool(lambda: as_json(_document(application)))

    @application.get("/agents.md", include_in_schema=False)
    async def agents() -> Response:
        text = await run_in_pool(lambda: as_markdown(_document(application), has_tools=has_tools))
        return Response(text, media_type="text/markdown")

    @application.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Vitrine's API",
            swagger_js_url="docs/files/swagger-ui-bundle.js",
            swagger_css_url="docs/files/swagger-ui.css",
            swagger_favicon_url="docs/files/favicon.png",
            swagger_ui_parameters=OPTIONS,
        )

    application.mount("/docs/files", StaticFiles(directory=FILES))


def _document(application: FastAPI) -> Json:
    if application.openapi_schema is None:
        document = application.openapi()
        body = document["paths"][feedback.PATH]["post"]["requestBody"]
        body["content"]["application/json"]["examples"] = _verdicts()
        for demo in registry.demos():
            operation = document["paths"].get(f"{demos.PREFIX}/{demo.name}/predict", {}).get("get")
            if operation:
                _describe_parameters(operation, demo.load_module())
        _as_constants(document)
    return application.openapi_schema or {}


def _describe_parameters(operation: Json, module: ModelModule) -> None:
    """Say what stands for null in an address, and give the first example's values."""
    values = module.EXAMPLES[0].model_dump(mode="json") if module.EXAMPLES else {}
    for parameter in operation.get("parameters", []):
        schema, name = parameter["schema"], parameter["name"]
        if "anyOf" in schema:
            words = [UNKNOWN] if "string" in kinds(schema) else [UNKNOWN, ""]
            schema.pop("default", None)
            schema["anyOf"] = [
                {"enum": words} if part == {"type": "null"} else part for part in schema["anyOf"]
            ]
        if name in values:
            parameter["example"] = UNKNOWN if values[name] is None else values[name]


def _as_constants(part: Any) -> None:
    """Write each choice of decimals as constants: generators of clients take no enum of them."""
    values = list(part.values()) if isinstance(part, dict) else part
    for inner in values if isinstance(values, list) else ():
        _as_constants(inner)
    choices = part.get("enum") if isinstance(part, dict) else None
    if isinstance(choices, list) and any(isinstance(choice, float) for choice in choices):
        del part["enum"]
        part["anyOf"] = [{"const": float(choice), "type": "number"} for choice in choices]


def _verdicts() -> Json:
    """Return verdicts of every kind on a model with a short input, and one on each of the others.

    Those that replace another name the first of them, so that they can be tried one by one.
    """
    unsure: dict[str, tuple[Demo, ModelModule, Json]] = {}
    for demo in registry.demos():
        try:
            module = demo.load_module()
            own = {"demo": demo.name, "model_version": version(demo.name), "verdict": "unsure"}
            for values in list(demos.examples(module).values())[:1]:
                unsure[demo.name] = demo, module, own | {"input": values}
        except Exception:
            logger.exception("no example in the document", extra={"demo": demo.name})
    short = [
        demo
        for demo, module, _ in unsure.values()
        if isinstance(module, ModuleType) and is_flat(module.Input) and len(module.LABELS or ()) > 1
    ]
    short.sort(key=lambda demo: _takes_text(unsure[demo.name][1]))
    verdicts: Json = {}
    for demo in short:
        try:
            verdicts = _of_every_kind(*unsure[demo.name][1:])
        except Exception:
            logger.exception("no example in the document", extra={"demo": demo.name})
        else:
            del unsure[demo.name]
            break
    verdicts |= {f"{demo.title}: not sure": values for demo, _, values in unsure.values()}
    return {name: {"value": value} for name, value in verdicts.items()}


def _of_every_kind(module: ModelModule, unsure: Json) -> Json:
    loaded = get_demo_or_404(unsure["demo"])
    predicted = loaded.predict(module.EXAMPLES[0]).label
    given = unsure | {"session": "visit-1"}
    own_id = str(uuid4())
    other = next(label for label in module.LABELS or () if label != predicted)
    wrong = given | {"verdict": "wrong", "expected": other}
    return {
        "Correct": given | {"id": own_id, "verdict": "correct"},
        "Wrong, with the right label": wrong | {"comment": "It was the other one."},
        "Not sure": given,
        "Changed mind: wrong after all": wrong | {"supersedes": own_id},
        "Taken back": given | {"verdict": "withdrawn", "supersedes": own_id},
    }


def _takes_text(module: ModelModule) -> bool:
    return any("string" in kinds(schema) for schema in properties(module.Input).values())
