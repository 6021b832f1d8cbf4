"""Requests made up from the API's own OpenAPI document: no failure, no answer outside of it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from showcase import api

EXAMPLES = 4  # of each operation and kind
# A blank text or a drawing of one dot is refused, and no JSON Schema can say so.
NOT_SAID = [positive_data_acceptance]
# A batch is taken with bad inputs in it: they get an error each.
NOT_REFUSED = [*NOT_SAID, negative_data_rejection]


@pytest.mark.parametrize("kind", GenerationMode)
def test_any_request_is_answered_as_the_document_says(kind, feedback_url):
    document = schemathesis.openapi.from_asgi("/openapi.json", api.create())
    tried = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if kind is GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue  # nothing can be wrong with a request that brings nothing

        @given(case=operation.as_strategy(generation_mode=kind))
        @settings(
            max_examples=EXAMPLES,
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
    assert tried > 40
