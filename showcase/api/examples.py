"""Examples for the OpenAPI document: real answers of the models, and verdicts of every kind."""

import logging
from types import ModuleType
from typing import Any
from uuid import uuid4

from showcase.api.answering import answer, found
from showcase.api.describe import description
from showcase.api.schema import is_flat, kinds, properties
from showcase.contract import Demo, ModelModule, version

logger = logging.getLogger(__name__)

Json = dict[str, Any]
SESSION = "visit-1"


def inputs(module: ModelModule) -> dict[str, Json]:
    """Return the model's own examples by their names, without what is null."""
    return {
        name: given.model_dump(mode="json", exclude_none=True)
        for name, given in zip(module.EXAMPLE_NAMES, module.EXAMPLES, strict=True)
    }


def answers(demo: Demo, module: ModelModule) -> dict[str, Json]:
    """Return what a trained model answers to its first example, by the operation that does so.

    None of a function: nobody knows what it costs to call one.
    """
    if not isinstance(module, ModuleType):
        return {}
    try:
        loaded = found(demo.name)
        predicted = answer(loaded, module.EXAMPLES[0])
    except Exception:
        logger.exception("no example in the document", extra={"demo": demo.name})
        return {}
    result = {"prediction": predicted["prediction"]}
    named = {name: predicted[name] for name in ("demo", "model_version")}
    return {
        "describe": description(loaded).model_dump(mode="json"),
        "predict": predicted,
        "batch": named | {"results": [result]},
        "sample": predicted | {"input": module.EXAMPLES[0].model_dump(mode="json")},
    }


def verdicts(modules: dict[Demo, ModelModule], answered: dict[Demo, Json]) -> Json:
    """Return verdicts of every kind on a model with a short input, and one on each of the others.

    Those that replace another name the first of them, so that they can be tried one by one.
    """
    unsure = {
        demo: {
            "demo": demo.name,
            "model_version": version(demo.name),
            "input": next(iter(inputs(module).values())),
            "verdict": "unsure",
        }
        for demo, module in modules.items()
        if module.EXAMPLES
    }
    usable = [demo for demo in unsure if answered.get(demo) and _is_short(modules[demo])]
    told: Json = {}
    if usable:
        first = min(usable, key=lambda demo: _takes_text(modules[demo]))
        predicted = answered[first]["predict"]["prediction"]["label"]
        told = _of_every_kind(unsure.pop(first), predicted, modules[first].LABELS or ())
    told |= {f"{demo.title}: not sure": one for demo, one in unsure.items()}
    return {name: {"value": value} for name, value in told.items()}


def stored(told: Json, answered: dict[Demo, Json]) -> Json | None:
    """Return the answer to the first of the verdicts."""
    first = told.get("Correct", {}).get("value", {})
    found = (one["predict"] for demo, one in answered.items() if demo.name == first.get("demo"))
    return next(({"id": first["id"], **predicted} for predicted in found), None)


def _of_every_kind(unsure: Json, predicted: str, labels: tuple[str, ...]) -> Json:
    own_id = str(uuid4())
    given = unsure | {"session": SESSION}
    other = next(label for label in labels if label != predicted)
    wrong = given | {"verdict": "wrong", "expected": other}
    return {
        "Correct": given | {"id": own_id, "verdict": "correct"},
        "Wrong, with the right label": wrong | {"comment": "It was the other one."},
        "Not sure": given,
        "Changed mind: wrong after all": wrong | {"supersedes": own_id},
        "Taken back": given | {"verdict": "withdrawn", "supersedes": own_id},
    }


def _is_short(module: ModelModule) -> bool:
    return is_flat(module.Input) and len(module.LABELS or ()) > 1


def _takes_text(module: ModelModule) -> bool:
    return any("string" in kinds(part) for part in properties(module.Input).values())
