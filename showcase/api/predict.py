"""Asking a model: the very `predict` on the very object that the pages use."""

import logging
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from showcase.api.errors import ApiError, Error, invalid, unexpected
from showcase.api.validation import problems
from showcase.contract import BaseOutput, Contribution, ModelInput, registry
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


class Explained(Answer):
    """A prediction, with what moved it."""

    contributions: list[Contribution] = Field(
        description="Of each part of the input, on the model's own scale; `start` and `end` are "
        "the letters of a text."
    )


class Sampled(Answer):
    """An input to try, with what the model says of it."""

    input: dict[str, Any]


class Result(BaseModel):
    """What became of one input of a batch: a prediction, or what is wrong with the input."""

    input_hash: str | None = Field(
        default=None, description="16 hex digits, the same for equal inputs; not with an error."
    )
    prediction: Output | None = None
    error: Error | None = None


class Results(BaseModel):
    """One result per input, in their order."""

    demo: str
    model_version: str
    results: list[Result]


def get_demo_or_404(name: str) -> Loaded:
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


def answer(loaded: Loaded, model_input: ModelInput) -> dict[str, Any]:
    """Return the body of an `Answer`."""
    return told(loaded, model_input, predict(loaded, model_input))


def explained(loaded: Loaded, model_input: ModelInput) -> dict[str, Any]:
    """Return the body of an `Explained`."""
    prediction = predict(loaded, model_input)
    parts = loaded.explain(model_input, prediction)
    return told(loaded, model_input, prediction) | {
        "contributions": [part.model_dump(mode="json") for part in parts]
    }


def told(loaded: Loaded, model_input: ModelInput, prediction: BaseOutput) -> dict[str, Any]:
    """Return a prediction with which model made it, of which input."""
    return {
        "demo": loaded.demo.name,
        "model_version": loaded.version,
        "input_hash": hash_input(model_input),
        "prediction": prediction.model_dump(mode="json"),
    }


def predict(loaded: Loaded, model_input: ModelInput) -> BaseOutput:
    """Return the prediction; what a function refuses to answer becomes an ApiError."""
    try:
        prediction: BaseOutput = loaded.predict(model_input)
    except ValueError as error:
        is_ours = isinstance(loaded.module, ModuleType)  # of a trained model it is a fault of ours
        if is_ours and not isinstance(error, ValidationError):
            raise
        raise refused(loaded, error) from None
    return prediction


def refused(loaded: Loaded, error: ValueError) -> ApiError:
    """Return what a function refuses to answer, in its own words, by field where it names them."""
    if isinstance(error, ValidationError):
        return invalid(problems(error, loaded.module.Input))
    return ApiError(422, str(error))


def results(loaded: Loaded, inputs: Sequence[ModelInput | ApiError]) -> list[dict[str, Any]]:
    """Return a result per input: its prediction, or the error that stands in its place."""
    valid = [model_input for model_input in inputs if isinstance(model_input, ModelInput)]
    predictions = iter(_predict_many(loaded, valid))
    found: list[dict[str, Any]] = []
    for each in inputs:
        outcome = each if isinstance(each, ApiError) else next(predictions)
        if isinstance(outcome, ApiError):
            found.append({"error": outcome.error.model_dump()})
        elif isinstance(each, ModelInput):
            said = outcome.model_dump(mode="json")
            found.append({"input_hash": hash_input(each), "prediction": said})
    return found


def _predict_many(loaded: Loaded, inputs: Sequence[ModelInput]) -> Sequence[BaseOutput | ApiError]:
    """Return the predictions: all at once by a trained model, one after the other by a function.

    Of what fails at one of them, each kind is logged once.
    """
    logged: dict[type[Exception], str] = {}
    if isinstance(loaded.module, ModuleType):
        try:
            predictions: list[BaseOutput] = loaded.module.predict_many(loaded.model, inputs)
        except Exception as error:  # noqa: BLE001  # logged; at one of them: which?
            logged[type(error)] = log_unexpected(logger, error)
        else:
            return predictions

    def predict_one(model_input: ModelInput) -> BaseOutput | ApiError:
        try:
            return predict(loaded, model_input)
        except ApiError as error:
            return error
        except Exception as error:  # noqa: BLE001  # logged
            if type(error) not in logged:
                logged[type(error)] = log_unexpected(logger, error)
            return unexpected(logged[type(error)])

    return [predict_one(model_input) for model_input in inputs]
