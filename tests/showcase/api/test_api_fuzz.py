"""Requests made up from the API's own OpenAPI document: no failure, no answer outside of it.

And others that no document would lead to.
"""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from models.registry import DEMOS
from showcase import api, contract
from showcase.api.describe import fields
from showcase.api.errors import ErrorAnswer
from showcase.api.validation import is_flat

JSON = {"Content-Type": "application/json"}
ODD = [
    *(10**400, -(10**400), 2**63, 1e308, -0.0, True, None, "", " ", "1_0", " 5 ", "NaN", "1e999"),
    *("[" * 5_000, "{" * 5_000, "é" * 5_000, "\0", "=1+1", [[]] * 500, {"x": {"y": []}}),
    {f"x{number}": number for number in range(3_000)},
]
VALUES = st.sampled_from(ODD) | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
ANSWERED = (200, 201, 405, 409, 413, 422)
LARGEST_REFUSAL = 20_000  # bytes

# A blank text or a drawing of one dot is refused, and no JSON Schema can say so.
NOT_SAID = [positive_data_acceptance]
# A batch is taken with bad inputs in it: they get an error each.
NOT_REFUSED = [*NOT_SAID, negative_data_rejection]


@pytest.mark.parametrize("kind", GenerationMode)
@pytest.mark.parametrize(
    "examples", [1, pytest.param(6, marks=pytest.mark.slow)], ids=["short", "long"]
)
def test_any_request_is_answered_as_the_document_says(kind, examples, feedback_url):
    document = schemathesis.openapi.from_asgi("/openapi.json", api.create())
    tried = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if kind is GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue  # nothing can be wrong with a request that brings nothing
        if kind is GenerationMode.NEGATIVE and operation.path.endswith("/jobs"):
            continue  # nor with a file, by its schema: any bytes are one

        @given(case=operation.as_strategy(generation_mode=kind))
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def answered(case):
            nonlocal tried
            tried += 1
            is_batch = case.path.endswith("/batch")
            case.call_and_validate(excluded_checks=NOT_REFUSED if is_batch else NOT_SAID)

        answered()
    assert tried > 10 * examples


def told(answer) -> None:
    """Hold any answer to the one shape of errors, and to a bearable size."""
    assert answer.status_code in ANSWERED, answer.text
    if answer.status_code >= 400:
        assert ErrorAnswer.model_validate_json(answer.content).error.message
        assert len(answer.content) < LARGEST_REFUSAL


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.name)
def test_any_value_in_any_field_is_answered(demo, client):
    module = demo.load_module()
    path, usual = f"/v1/demos/{demo.name}/predict", module.EXAMPLES[0].model_dump(mode="json")
    verdict = {"demo": demo.name, "model_version": contract.version(demo.name), "input": usual}
    names = [*(field.name for field in fields(module)), "x" * 5_000]

    @given(name=st.sampled_from(names), value=VALUES)
    @settings(max_examples=20, deadline=None, derandomize=True, database=None)
    def answered(name, value):
        given_one = {**usual, name: value}
        told(client.post(path, content=json.dumps(given_one), headers=JSON))
        told(client.post(path, content=json.dumps(value), headers=JSON))
        told(client.post("/v1/feedback", json=verdict | {"verdict": "wrong", "expected": value}))
        if is_flat(module.Input):
            told(client.get(path, params={**usual, name: value if isinstance(value, str) else 1}))

    answered()
    if is_flat(module.Input):
        for text in filter(lambda odd: isinstance(odd, str), ODD):
            told(client.get(path, params={**usual, names[-2]: text}))
