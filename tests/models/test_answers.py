"""Each shipped package answers its examples as recorded, by code that its version knows of."""

import pytest

from showcase.contract import model_version
from showcase.contract.function.source import AS_SHIPPED
from tests.models.answers import PACKAGES, differences, now, recorded

TOLD = "`python -m tests.models.answers` lists this code, or records its new answers"


@pytest.mark.parametrize("demo", PACKAGES, ids=lambda demo: demo.name)
def test_answers_and_version_are_those_recorded(demo):
    before, found = recorded()[demo.name], now(demo)
    assert not list(differences(before["answers"], found["answers"])), TOLD
    assert (found["artifact"], found["code"]) == (before["artifact"], before["code"]), TOLD
    module = demo.load_module()
    more = module.ARTIFACT is not None and hasattr(module, "SETTINGS")
    artifacts_own = model_version(module) == before["artifact"][:12]
    assert artifacts_own == (before["code"] == AS_SHIPPED and not more)


def test_a_changed_answer_is_a_difference_and_rounding_is_none():
    before = {"label": "rain", "parts": [0.5, 0.25]}
    assert not list(differences(before, {"label": "rain", "parts": [0.500001, 0.25]}))
    assert list(differences(before, {"label": "dry", "parts": [0.5, 0.26]})) == [
        ".label: 'rain' was recorded, now it is 'dry'",
        ".parts[1]: 0.25 was recorded, now it is 0.26",
    ]
    assert list(differences(before, {"label": "rain", "parts": [0.5]}))
