"""What a model offers and answers: inputs, outputs, the model card. No Streamlit."""

from showcase.contract.card import Card, Score
from showcase.contract.demo import Demo, ModelModule, card, model_version, version_of
from showcase.contract.predictions import (
    BaseOutput,
    Classification,
    Contribution,
    ModelInput,
    Prediction,
    Regression,
    canonical_json,
    rounded,
)
from showcase.contract.registry import version

__all__ = [
    "BaseOutput",
    "Card",
    "Classification",
    "Contribution",
    "Demo",
    "ModelInput",
    "ModelModule",
    "Prediction",
    "Regression",
    "Score",
    "canonical_json",
    "card",
    "model_version",
    "rounded",
    "version",
    "version_of",
]
