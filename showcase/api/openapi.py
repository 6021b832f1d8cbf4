"""The OpenAPI document: FastAPI's own, with every model's routes and inputs spelt out."""

import copy
import logging
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from showcase.api.body import LARGEST, LARGEST_BATCH, most_bytes
from showcase.api.demos import MOST, has_sample, inputs_of
from showcase.api.errors import ApiError
from showcase.api.examples import answers, inputs, stored, verdicts
from showcase.api.guard import chosen
from showcase.api.refusals import as_responses, raised, refusals, unusable_input
from showcase.api.schema import is_flat, kinds, properties
from showcase.api.verdicts import Verdict
from showcase.contract import Demo, ModelModule, registry
from showcase.contract.fields import UNKNOWN

logger = logging.getLogger(__name__)

REFERENCE = "#/components/schemas/{model}"
PREDICT = "/v1/demos/{name}/predict"
BATCH = f"{PREDICT}/batch"
SAMPLE = "/v1/demos/{name}/sample"
FEEDBACK = "/v1/feedback"
LIST = "/v1/demos"
LIVE, READY = "/v1/live", "/v1/ready"
KINDS = {f"{LIST}/{{name}}": "describe", PREDICT: "predict", BATCH: "batch", SAMPLE: "sample"}
ABOUT = """
The models of this app for programs: the same objects that answer on its pages, and the same log of
verdicts. All paths begin at `/api`: `/v1/demos` is `/api/v1/demos`. Every answer with a status of
400 or more has the shape of `ErrorAnswer`.
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
        servers=[{"url": ".", "description": "This server: /v1/demos is /api/v1/demos"}],
    )
    modules = {demo: module for demo in registry.demos() if (module := _module(demo))}
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
        answered = {demo: answers(demo, module) for demo, module in modules.items()}
        for path, item in self.paths.items():
            if "{name}" not in path:
                spelt[path] = item
                continue
            for demo, module in modules.items():
                if path == SAMPLE and not has_sample(module):
                    continue
                own = self._own(path, item, demo, module)
                self._add_answers(path, own, module, answered[demo])
                spelt[path.replace("{name}", demo.name)] = own
        told = verdicts(modules, answered)
        body = {"schema": self.references[Verdict], "examples": told}
        spelt[FEEDBACK]["post"]["requestBody"] = _json_body(body, LARGEST)
        verdict = refusals(largest=LARGEST, unusable=unusable_input(Verdict), is_feedback=True)
        _answer(spelt[FEEDBACK]["post"], verdict, stored(told, answered))
        _answer(spelt[LIST]["get"], refusals(loads=False))
        _answer(spelt[LIVE]["get"], refusals(loads=False, is_guarded=False))
        _answer(spelt[READY]["get"], refusals(is_guarded=False))
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
        given = {name: {"value": one} for name, one in inputs(module).items()}
        reference = self.references[module.Input]
        if path == PREDICT:
            body: Json = {"schema": reference, "examples": given}
            own["post"]["requestBody"] = _json_body(body, most_bytes(module.Input))
        if path == BATCH:
            items = {"type": "array", "items": reference, "maxItems": MOST}
            schema: Json = {"type": "object", "properties": {"inputs": items}}
            schema |= {"required": ["inputs"], "additionalProperties": False}
            all_of_them = {"value": {"inputs": list(inputs(module).values())}}
            body = {"schema": schema, "examples": {"Every example": all_of_them}}
            own["post"]["requestBody"] = _json_body(body, LARGEST_BATCH)
        return own

    def _add_answers(self, path: str, own: Json, module: ModelModule, answered: Json) -> None:
        """Add what this model answers, and how it refuses."""
        refused = unusable_input(module.Input) if path == PREDICT else None
        if path == BATCH:
            refused = raised(inputs_of, {})
        for method, operation in own.items():
            most = LARGEST_BATCH if path == BATCH else most_bytes(module.Input)
            possible = refusals(largest=most if method == "post" else 0, unusable=refused)
            _answer(operation, possible, answered.get(KINDS[path]))


def _answer(operation: Json, possible: list[ApiError], example: Json | None = None) -> None:
    """Put an operation's own refusals, and an example of its answer, in the place of all."""
    said = operation["responses"]
    good = {status: response for status, response in said.items() if status < "400"}
    for response in good.values() if example else ():
        response["content"]["application/json"]["example"] = example
    operation["responses"] = good | as_responses(possible, said)


def _json_body(content: Json, largest: int) -> Json:
    said = f"At most {largest:,} bytes."
    return {"description": said, "required": True, "content": {"application/json": content}}


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
            if path not in (LIVE, READY):
                operation["security"] = [{"bearer": []}, {"header": []}]
