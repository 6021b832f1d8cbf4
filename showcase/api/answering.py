"""Asking a model: the very `predict` on the very object that the pages use."""

import logging
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from showcase.api.errors import ApiError, invalid, unexpected
from showcase.api.inputs import problems
from showcase.contract import BaseOutput, ModelInput, registry
from showcase.contract.outputs import Output
from showcase.feedback import hash_input
from showcase.runtime.loading import Loaded, load
from showcase.runtime.log import log_unexpected

logger = logging.getLogger(__name__)


class Answer(BaseModel):
    """A prediction, and which model made it."""

    demo: str
    model_version: str = Field(description="12 hex digits, new whenever the answer could be.")
    input_hash: str = Field(description="16 hex digits, the same for equal inputs.")
    prediction: Output


def found(name: str) -> Loaded:
    """Return the loaded demo; an ApiError if there is none of that name or it does not load."""
    try:
        registry.find(name)
    except KeyError:
        names = ", ".join(demo.name for demo in registry.demos())
        raise ApiError(404, f"There is no model {name!r:.60}; there are {names}.") from None
    try:
        return load(name)
    except Exception as error:
        error_id = log_unexpected(logger, error)
        message = f"The model {name} does not load at present. In the log it has the id {error_id}."
        raise ApiError(503, message) from error


def answer(loaded: Loaded, given: ModelInput) -> dict[str, Any]:
    """Return the body of an `Answer`."""
    return {
        "demo": loaded.demo.name,
        "model_version": loaded.version,
        "input_hash": hash_input(given),
        "prediction": predicted(loaded, given).model_dump(mode="json"),
    }


def predicted(loaded: Loaded, given: ModelInput) -> BaseOutput:
    """Return the prediction; what a function refuses to answer becomes an ApiError."""
    try:
        made: BaseOutput = loaded.predict(given)
    except ValidationError as error:
        raise invalid(problems(error, loaded.module.Input)) from None
    except ValueError as error:
        if isinstance(loaded.module, ModuleType):  # of a trained model it is a fault of ours
            raise
        raise ApiError(422, str(error)) from None
    return made


def answers(loaded: Loaded, inputs: Sequence[ModelInput | ApiError]) -> list[dict[str, Any]]:
    """Return a result per input: its prediction, or the error that stands in its place."""
    made = iter(_made(loaded, [given for given in inputs if isinstance(given, ModelInput)]))
    results = (given if isinstance(given, ApiError) else next(made) for given in inputs)
    return [
        {"error": result.error.model_dump()}
        if isinstance(result, ApiError)
        else {"prediction": result.model_dump(mode="json")}
        for result in results
    ]


def _made(loaded: Loaded, inputs: Sequence[ModelInput]) -> Sequence[BaseOutput | ApiError]:
    """Return the predictions: all at once by a trained model, one after the other by a function."""
    failed: dict[type[Exception], str] = {}
    if isinstance(loaded.module, ModuleType):
        try:
            found: list[BaseOutput] = loaded.module.predict_many(loaded.model, inputs)
        except Exception as error:  # noqa: BLE001  # logged; at one of them: which?
            failed[type(error)] = log_unexpected(logger, error)
        else:
            return found
    return [_alone(loaded, given, failed) for given in inputs]


def _alone(
    loaded: Loaded, given: ModelInput, failed: dict[type[Exception], str]
) -> BaseOutput | ApiError:
    """Return the prediction or the error in its place; each kind of failure is logged once."""
    try:
        return predicted(loaded, given)
    except ApiError as error:
        return error
    except Exception as error:  # noqa: BLE001  # logged
        if type(error) not in failed:
            failed[type(error)] = log_unexpected(logger, error)
        return unexpected(failed[type(error)])
