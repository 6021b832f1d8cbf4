"""Routes of the models: the list, and for each demo its description, predictions and a sample."""

import logging
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from showcase.api.body_limit import LARGEST, LARGEST_BATCH, SMALL, documented
from showcase.api.describe import Briefs, Description, brief, description
from showcase.api.errors import ApiError, FieldProblem, as_json, invalid, possible_errors
from showcase.api.guard import charge_body
from showcase.api.predict import (
    Answer,
    Explained,
    Results,
    Sampled,
    answer,
    explained,
    get_demo_or_404,
    results,
)
from showcase.api.stream import is_stream, streamed, wants_pieces
from showcase.api.thread_pools import Pool, run_in_pool
from showcase.api.validation import (
    JsonOf,
    JsonRoute,
    is_flat,
    json_object,
    validated,
    validated_query,
)
from showcase.contract import Demo, ModelInput, ModelModule, registry
from showcase.contract.fields import fields
from showcase.contract.function import FunctionModel

logger = logging.getLogger(__name__)

PREFIX = "/v1/demos"
MOST = 1_000  # inputs of one batch
BATCH_FORM = '{"inputs": [...]}'
IN_PIECES = (
    "The prediction. With `Accept: text/event-stream` it comes in pieces: events `piece` with a "
    "`text` each, then `answer` with the whole of this, or `error`."
)
BODY_ERRORS = (408, 413, 415, 422, 500, 503)


def create_router(limits: dict[str, int]) -> APIRouter:
    """Return the routes of the registered demos; adds how many bytes a body may have, by path."""
    router = APIRouter(prefix=PREFIX, route_class=JsonRoute)

    @router.get(
        "",
        response_model=Briefs,
        summary="List the models",
        tags=["Models"],
        operation_id="list_demos",
        response_description="Every model",
        responses=possible_errors(500),
    )
    async def list_demos() -> Response:
        """Return every demo, in the order of the gallery."""
        return as_json(Briefs(demos=[brief(demo) for demo in registry.demos()]))

    for demo in registry.demos():
        try:
            module = demo.load_module()
        except Exception:
            logger.exception("left out of the API", extra={"demo": demo.name})
            continue
        own = APIRouter(prefix=f"/{demo.name}", tags=[demo.title], route_class=JsonRoute)
        _add_description_and_sample(own, demo, module)
        input_type = named_input(demo, module)
        limits[f"{PREFIX}/{demo.name}/predict"] = most_bytes(module.Input)
        _add_predict(own, demo, module, input_type)
        if not isinstance(module, FunctionModel):  # a function does not tell why
            limits[f"{PREFIX}/{demo.name}/explain"] = most_bytes(module.Input)
            _add_explain(own, demo, module, input_type)
        limits[f"{PREFIX}/{demo.name}/predict/batch"] = LARGEST_BATCH
        _add_batch(own, demo, module, input_type)
        router.include_router(own)
    return router


def most_bytes(input_type: type[BaseModel]) -> int:
    """Return how large a body may be: larger than usual where fields say that they take more."""
    return min(max(LARGEST, _bytes(input_type)), LARGEST_BATCH)


def _bytes(input_type: type[BaseModel]) -> int:
    groups = sum(_bytes(field.base) for field in fields(input_type) if field.kind == "group")
    return groups + sum(field.codec.most_bytes for field in fields(input_type) if field.codec)


def named_input(demo: Demo, module: ModelModule) -> Any:
    """Return the demo's `Input` under a name of its own, so that generated clients tell them apart.

    >>> from showcase.contract.predictions import ModelInput
    >>> from types import SimpleNamespace
    >>> text_tool = Demo("text_tool", "Text tool", "", "", "", "")
    >>> named_input(text_tool, SimpleNamespace(Input=ModelInput)).__name__
    'TextToolInput'
    """
    name = "".join(word.capitalize() for word in demo.name.split("_"))
    return create_model(f"{name}Input", __base__=module.Input, __doc__=module.Input.__doc__)


def examples(module: ModelModule) -> dict[str, dict[str, Any]]:
    """Return the model's own examples by their names, without what is null."""
    return {
        name: example.model_dump(mode="json", exclude_none=True)
        for name, example in zip(module.EXAMPLE_NAMES, module.EXAMPLES, strict=True)
    }


def _add_description_and_sample(router: APIRouter, demo: Demo, module: ModelModule) -> None:
    own_sample = getattr(module, "sample", None)
    has_sample = bool(module.EXAMPLES) or own_sample is not None

    @router.get(
        "",
        response_model=Description,
        summary="Describe a model",
        operation_id=f"describe_{demo.name}",
        response_description="What it takes and answers",
        responses=possible_errors(500, 503),
    )
    async def describe() -> Response:
        """Return its fields with bounds and choices, its labels, examples and measured scores."""
        return await run_in_pool(lambda: as_json(description(get_demo_or_404(demo.name))))

    @router.get(
        "/sample",
        response_model=Sampled,
        summary="Sample an input",
        operation_id=f"sample_{demo.name}",
        response_description="An input and its prediction",
        responses=possible_errors(500, 503),
        include_in_schema=has_sample,
    )
    async def sample() -> Response:
        """Return an input to try and its prediction: a held-out one where the model has some."""

        def work() -> Response:
            loaded = get_demo_or_404(demo.name)
            if not has_sample:
                message = f"{demo.title} has no example: its description says what it takes."
                raise ApiError(404, message)
            chosen = own_sample() if own_sample else secrets.choice(module.EXAMPLES)
            return as_json(answer(loaded, chosen) | {"input": chosen.model_dump(mode="json")})

        return await run_in_pool(work)


def _add_predict(router: APIRouter, demo: Demo, module: ModelModule, input_type: Any) -> None:
    named = {name: {"value": value} for name, value in examples(module).items()}

    @router.post(
        "/predict",
        response_model=Answer,
        summary="Predict",
        operation_id=f"predict_{demo.name}",
        response_description=IN_PIECES if is_stream(module) else "The prediction",
        responses=possible_errors(*BODY_ERRORS),
        openapi_extra=documented(most_bytes(module.Input)),
    )
    async def predict(
        request: Request, body: Annotated[bytes, JsonOf(input_type), Body(openapi_examples=named)]
    ) -> Response:
        """Return the model's answer to one input."""
        charge_body(request, len(body))

        def work() -> Response:
            loaded = get_demo_or_404(demo.name)
            given = validated(module.Input, json_object(body))
            if is_stream(module) and wants_pieces(request):
                return streamed(loaded, given)
            return as_json(answer(loaded, given))

        return await run_in_pool(work, Pool.LARGE if len(body) > SMALL else Pool.ANSWERS)

    flat = is_flat(module.Input)
    Parameters: Any = input_type if flat else ModelInput

    @router.get(
        "/predict",
        response_model=Answer,
        summary="Predict from URL parameters",
        operation_id=f"predict_{demo.name}_from_url",
        response_description="The prediction",
        responses=possible_errors(422, 500, 503),
        include_in_schema=flat,
    )
    async def predict_from_url(
        request: Request,
        _: Annotated[Parameters, JsonOf(Parameters), Query()],
    ) -> Response:
        """Return the answer to an input written into the address.

        `unknown` is null where null is allowed, and so is nothing at all for a number or a code.
        """
        if not flat:
            message = "This input does not fit into an address: send it as JSON, with POST."
            raise ApiError(405, message, headers={"Allow": "POST"})

        def work() -> Response:
            loaded = get_demo_or_404(demo.name)
            return as_json(answer(loaded, validated_query(module.Input, request.query_params)))

        return await run_in_pool(work)


def _add_explain(router: APIRouter, demo: Demo, module: ModelModule, input_type: Any) -> None:
    named = {name: {"value": value} for name, value in examples(module).items()}

    @router.post(
        "/explain",
        response_model=Explained,
        summary="Explain a prediction",
        operation_id=f"explain_{demo.name}",
        response_description="The prediction and what moved it",
        responses=possible_errors(*BODY_ERRORS),
        openapi_extra=documented(most_bytes(module.Input)),
    )
    async def explain(
        request: Request, body: Annotated[bytes, JsonOf(input_type), Body(openapi_examples=named)]
    ) -> Response:
        """Return the answer to one input and how each part of it moved that, as the page shows."""
        charge_body(request, len(body))

        def work() -> Response:
            loaded = get_demo_or_404(demo.name)
            return as_json(explained(loaded, validated(module.Input, json_object(body))))

        return await run_in_pool(work, Pool.LARGE if len(body) > SMALL else Pool.ANSWERS)


def _add_batch(router: APIRouter, demo: Demo, module: ModelModule, input_type: Any) -> None:
    batch_type = create_model(
        input_type.__name__.removesuffix("Input") + "Batch",
        __config__=ConfigDict(extra="forbid"),
        inputs=(Annotated[list[input_type], Field(max_length=MOST)], ...),
    )
    every = {"Every example": {"value": {"inputs": list(examples(module).values())}}}

    @router.post(
        "/predict/batch",
        response_model=Results,
        summary="Predict many",
        operation_id=f"predict_{demo.name}_batch",
        response_description="A result per input",
        responses=possible_errors(*BODY_ERRORS),
        openapi_extra=documented(LARGEST_BATCH),
    )
    async def predict_batch(
        request: Request, body: Annotated[bytes, JsonOf(batch_type), Body(openapi_examples=every)]
    ) -> Response:
        """Return a result per input, at most 1,000; one that is wrong does not stop the others."""

        def work() -> Response:
            loaded = get_demo_or_404(demo.name)
            inputs = batch_inputs(json_object(body, BATCH_FORM))
            charge_body(request, len(body), len(inputs))
            named = {"demo": demo.name, "model_version": loaded.version}
            each = [_validated_or_error(module.Input, values) for values in inputs]
            return as_json(named | {"results": results(loaded, each)})

        return await run_in_pool(work, Pool.LARGE if len(body) > SMALL else Pool.BATCHES)


def batch_inputs(batch: dict[str, Any]) -> list[Any]:
    """Return the list under `inputs`; an ApiError if it is missing, too long, or not alone."""
    inputs = batch.get("inputs")
    if set(batch) == {"inputs"} and isinstance(inputs, list) and len(inputs) <= MOST:
        return inputs
    if isinstance(inputs, list) and len(inputs) > MOST:
        message = f"There are {len(inputs):,} inputs: at most {MOST:,} are taken at once."
    elif "inputs" in batch and not isinstance(inputs, list):
        message = "This must be a list of inputs."
    else:
        message = f"Send {BATCH_FORM} and nothing beside it."
    raise invalid([FieldProblem(field="inputs", message=message)])


def _validated_or_error(input_type: type[ModelInput], values: Any) -> ModelInput | ApiError:
    if not isinstance(values, dict):
        return ApiError(422, 'This input is not a JSON object: {"field": value, ...}.')
    try:
        return validated(input_type, values)
    except ApiError as error:
        return error
