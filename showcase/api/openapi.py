"""The OpenAPI document: FastAPI's own, with every model's routes and inputs spelt out."""

import copy
import logging
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from models import registry
from models.base import Demo, ModelModule, version
from showcase.api.demos import MOST, has_sample
from showcase.api.guard import chosen
from showcase.api.schema import is_flat, kinds, properties
from showcase.api.verdicts import Verdict
from showcase.ui.address import UNKNOWN

logger = logging.getLogger(__name__)

REFERENCE = "#/components/schemas/{model}"
PREDICT = "/v1/demos/{name}/predict"
BATCH = f"{PREDICT}/batch"
SAMPLE = "/v1/demos/{name}/sample"
FEEDBACK = "/v1/feedback"
ABOUT = """
The models of this app for programs: the same objects that answer on its pages, and the same log of
verdicts. Every answer with a status of 400 or more has the shape of `ErrorAnswer`.
"""
Json = dict[str, Any]


def document(application: FastAPI) -> Json:
    """Return the document; made once, at the first request for it."""
    if application.openapi_schema is None:
        application.openapi_schema = _document(application)
    return application.openapi_schema


def _document(application: FastAPI) -> Json:
    found = get_openapi(
        title="Vitrine",
        version=application.version,
        description=ABOUT.strip(),
        routes=application.routes,
        servers=[{"url": ".", "description": "This server"}],
    )
    modules = {demo: module for demo in registry.DEMOS if (module := _module(demo))}
    bodies: list[tuple[type[BaseModel], Literal["validation"]]] = [(Verdict, "validation")]
    bodies += [(module.Input, "validation") for module in modules.values()]
    schemas, definitions = models_json_schema(bodies, ref_template=REFERENCE)
    found["components"]["schemas"] |= definitions.get("$defs", {})
    references = {model: schemas[model, "validation"] for model, _ in bodies}
    found["paths"] = _Paths(found["paths"], references).spelt_out(modules)
    _add_keys(found)
    return found


def _module(demo: Demo) -> ModelModule | None:
    """Return the demo's module, None where it does not import: `ready` says what is wrong."""
    try:
        return demo.load_module()
    except Exception:
        logger.exception("left out of the document", extra={"demo": demo.name})
        return None


class _Paths:
    """The paths of the document, those with a {name} once for every model."""

    def __init__(self, paths: Json, references: dict[type[BaseModel], Json]) -> None:
        self.paths = paths
        self.references = references

    def spelt_out(self, modules: dict[Demo, ModelModule]) -> Json:
        """Return the paths with each model's own inputs and examples."""
        spelt: Json = {}
        for path, item in self.paths.items():
            if "{name}" not in path:
                spelt[path] = item
                continue
            for demo, module in modules.items():
                if path == SAMPLE and not has_sample(module):
                    continue
                spelt[path.replace("{name}", demo.name)] = self._own(path, item, demo, module)
        body = {"schema": self.references[Verdict], "examples": _verdicts(modules)}
        spelt[FEEDBACK]["post"]["requestBody"] = _json_body(body)
        return spelt

    def _own(self, path: str, item: Json, demo: Demo, module: ModelModule) -> Json:
        own: Json = copy.deepcopy(item)
        if path == PREDICT and not is_flat(module.Input):
            del own["get"]
        for method, operation in own.items():
            operation["operationId"] = f"{operation['operationId']}_{demo.name}"
            operation["tags"] = [demo.title]
            operation["parameters"] = (
                _parameters(module) if (path, method) == (PREDICT, "get") else []
            )
            operation["responses"] = _without_unknown_name(operation["responses"], path, method)
        given = {name: {"value": one} for name, one in _examples(module).items()}
        reference = self.references[module.Input]
        if path == PREDICT:
            own["post"]["requestBody"] = _json_body({"schema": reference, "examples": given})
        if path == BATCH:
            inputs = {"type": "array", "items": reference, "maxItems": MOST}
            schema: Json = {"type": "object", "properties": {"inputs": inputs}}
            schema |= {"required": ["inputs"], "additionalProperties": False}
            all_of_them = {"value": {"inputs": list(_examples(module).values())}}
            body = {"schema": schema, "examples": {"Every example": all_of_them}}
            own["post"]["requestBody"] = _json_body(body)
        return own


def _without_unknown_name(responses: Json, path: str, method: str) -> Json:
    """Return the responses without those that cannot happen once the name is written out."""
    never = {"404"} | (set() if method == "post" or path == PREDICT else {"422"})
    return {status: response for status, response in responses.items() if status not in never}


def _json_body(content: Json) -> Json:
    return {"required": True, "content": {"application/json": content}}


def _examples(module: ModelModule) -> dict[str, Json]:
    return {
        name: given.model_dump(mode="json", exclude_none=True)
        for name, given in zip(module.EXAMPLE_NAMES, module.EXAMPLES, strict=True)
    }


def _parameters(module: ModelModule) -> list[Json]:
    """Return the fields as URL parameters, with the first example's values."""
    values = module.EXAMPLES[0].model_dump(mode="json") if module.EXAMPLES else {}
    shown = {name: UNKNOWN if value is None else value for name, value in values.items()}
    return [
        {
            "name": name,
            "in": "query",
            "required": module.Input.model_fields[name].is_required(),
            "description": part.get("description", ""),
            "schema": _as_parameter(part),
        }
        | ({"example": shown[name]} if name in shown else {})
        for name, part in properties(module.Input).items()
    ]


def _as_parameter(part: Json) -> Json:
    """Return a field's schema with what stands for null in an address: a word, or nothing."""
    if "anyOf" not in part:
        return part
    words = [UNKNOWN] if "string" in kinds(part) else [UNKNOWN, ""]
    taken = [{"enum": words} if one == {"type": "null"} else one for one in part["anyOf"]]
    return {**{key: value for key, value in part.items() if key != "default"}, "anyOf": taken}


def _verdicts(modules: dict[Demo, ModelModule]) -> Json:
    """Return a verdict on each model's first example, if it has one."""
    return {
        demo.title: {
            "value": {
                "demo": demo.name,
                "model_version": version(demo.name),
                "input": next(iter(_examples(module).values())),
                "verdict": "unsure",
            }
        }
        for demo, module in modules.items()
        if module.EXAMPLES
    }


def _add_keys(found: Json) -> None:
    """Say that a key is needed, where it is."""
    if not chosen().api_key.get_secret_value():
        return
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for path, item in found["paths"].items():
        for operation in item.values():
            if path not in ("/v1/live", "/v1/ready"):
                operation["security"] = [{"bearer": []}, {"header": []}]
