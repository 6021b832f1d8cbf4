"""An input to try a model with: what `sample` of the API hands out."""

import secrets
from typing import NamedTuple

from models.base import ModelInput, ModelModule


class Sample(NamedTuple):
    """An input, and what is known to be right for it; empty where nothing is."""

    given: ModelInput
    truth: str = ""


def sample_of(module: ModelModule) -> Sample:
    """Return what the model's own `sample()` picks, at random; one of its examples without that."""
    own = getattr(module, "sample", None)
    return Sample(secrets.choice(module.EXAMPLES)) if own is None else own()
