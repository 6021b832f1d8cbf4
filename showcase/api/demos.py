"""Routes of the models: the list, a description, one prediction, many, and an input to try."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from showcase.api.answering import Answer, answer, answers, found
from showcase.api.arriving import too_large
from showcase.api.body import LARGEST, LARGEST_BATCH, body, most_bytes, parsed
from showcase.api.describe import Briefs, Description, brief, description
from showcase.api.errors import ApiError, Error, FieldProblem, as_json, invalid
from showcase.api.guard import charge
from showcase.api.inputs import from_json, from_query
from showcase.api.schema import is_flat
from showcase.api.workers import Queue, in_worker
from showcase.contract import ModelInput, ModelModule, registry
from showcase.contract.outputs import Output

MOST = 1_000  # inputs of one batch
ANSWERED = "The prediction"
BATCH_FORM = '{"inputs": [...]}'

router = APIRouter(prefix="/demos")


class Result(BaseModel):
    """What became of one input of a batch: a prediction, or what is wrong with the input."""

    prediction: Output | None = None
    error: Error | None = None


class Results(BaseModel):
    """One result per input, in their order."""

    demo: str
    model_version: str
    results: list[Result]


class Sampled(Answer):
    """An input to try, with what the model says of it."""

    input: dict[str, Any]


@router.get(
    "",
    response_model=Briefs,
    summary="List the models",
    tags=["Models"],
    response_description="Every model",
)
async def list_demos() -> Response:
    """Return every demo, in the order of the gallery."""
    return as_json(Briefs(demos=[brief(demo) for demo in registry.demos()]))


@router.get(
    "/{name}",
    response_model=Description,
    summary="Describe a model",
    response_description="What it takes and answers",
)
async def describe_demo(name: str) -> Response:
    """Return its fields with bounds and choices, its labels, examples and measured scores."""
    return await in_worker(lambda: as_json(description(found(name))))


@router.post(
    "/{name}/predict", response_model=Answer, summary="Predict", response_description=ANSWERED
)
async def predict(name: str, request: Request) -> Response:
    """Return the model's answer to one input."""
    async with body(request, LARGEST_BATCH) as content:
        is_large = len(content) > LARGEST
        if is_large:
            await in_worker(lambda: _check_size(found(name).module, content))

        def work() -> Response:
            loaded = found(name)
            given = from_json(loaded.module.Input, parsed(content))
            return as_json(answer(loaded, given))

        return await in_worker(work, Queue.LARGE if is_large else Queue.ANSWERS)


@router.get(
    "/{name}/predict",
    response_model=Answer,
    summary="Predict from URL parameters",
    response_description=ANSWERED,
)
async def predict_from_url(name: str, request: Request) -> Response:
    """Return the answer to an input written into the address.

    `unknown` is null where null is allowed, and so is nothing at all for a number or a code.
    """

    def work() -> Response:
        loaded = found(name)
        if not is_flat(loaded.module.Input):
            message = "This input does not fit into an address: send it as JSON, with POST."
            raise ApiError(405, message, headers={"Allow": "POST"})
        given = from_query(loaded.module.Input, request.query_params)
        return as_json(answer(loaded, given))

    return await in_worker(work)


@router.post(
    "/{name}/predict/batch",
    response_model=Results,
    summary="Predict many",
    response_description="A result per input",
)
async def predict_batch(name: str, request: Request) -> Response:
    """Return a result per input, at most 1,000; one that is wrong does not stop the others."""
    async with body(request, LARGEST_BATCH) as content:

        def work() -> Response:
            loaded = found(name)
            raws = inputs_of(parsed(content, BATCH_FORM))
            charge(request, len(raws))
            results = answers(loaded, [_checked(loaded.module.Input, raw) for raw in raws])
            return as_json(
                {"demo": loaded.demo.name, "model_version": loaded.version, "results": results}
            )

        return await in_worker(work, Queue.LARGE if len(content) > LARGEST else Queue.BATCHES)


@router.get(
    "/{name}/sample",
    response_model=Sampled,
    summary="Sample an input",
    response_description="An input and its prediction",
)
async def sample(name: str) -> Response:
    """Return an input to try and its prediction: for Flower Power an iris it never learned from."""

    def work() -> Response:
        loaded = found(name)
        own = getattr(loaded.module, "sample", None)
        if not has_sample(loaded.module):
            message = f"{loaded.demo.title} has no example: its description says what it takes."
            raise ApiError(404, message)
        given = own() if own else secrets.choice(loaded.module.EXAMPLES)
        return as_json(answer(loaded, given) | {"input": given.model_dump(mode="json")})

    return await in_worker(work)


def has_sample(module: ModelModule) -> bool:
    """Tell whether there is an input to try: not for a function that takes a file, say."""
    return bool(module.EXAMPLES) or hasattr(module, "sample")


def _check_size(module: ModelModule, content: bytes) -> None:
    if len(content) > (largest := most_bytes(module.Input)):
        raise too_large(largest)


def inputs_of(given: dict[str, Any]) -> list[Any]:
    """Return the list under `inputs`; an ApiError if it is missing, too long, or not alone."""
    inputs = given.get("inputs")
    if set(given) == {"inputs"} and isinstance(inputs, list) and len(inputs) <= MOST:
        return inputs
    if isinstance(inputs, list) and len(inputs) > MOST:
        said = f"There are {len(inputs):,} inputs: at most {MOST:,} are taken at once."
    elif "inputs" in given and not isinstance(inputs, list):
        said = "This must be a list of inputs."
    else:
        said = f"Send {BATCH_FORM} and nothing beside it."
    raise invalid([FieldProblem(field="inputs", message=said)])


def _checked(input_type: type[ModelInput], raw: Any) -> ModelInput | ApiError:
    if not isinstance(raw, dict):
        return ApiError(422, 'This input is not a JSON object: {"field": value, ...}.')
    try:
        return from_json(input_type, raw)
    except ApiError as error:
        return error
