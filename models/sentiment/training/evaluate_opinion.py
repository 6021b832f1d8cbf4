"""How often the second opinion is right, beside VADER on the same texts kept apart."""

from pathlib import Path
from typing import Any

import numpy as np

from models.sentiment import learnt_answers, predict_many
from models.sentiment.inputs import Input
from models.sentiment.training import learn
from models.sentiment.training.fit import FILMS, TWEETS
from models.sentiment.vader import Analyzer
from showcase.contract import Score

SECOND_FILMS, SECOND_TWEETS = "second opinion on film reviews", "second opinion on tweets"


def second_scores(model: Analyzer, folder: Path) -> tuple[list[Score], dict[str, Any]]:
    """Return its scores on texts that it was not trained on, and how many there are."""
    held_out = learn.held_out(folder)
    inputs = [Input(**one.model_dump()) for one in held_out.inputs]
    rules, learned = (
        np.array([one.label == target for one, target in zip(said, held_out.targets, strict=True)])
        for said in (predict_many(model, inputs), learnt_answers(model, inputs))
    )
    sources, counts = np.array(held_out.slices), {}
    found = []
    for name, source in ((SECOND_FILMS, FILMS), (SECOND_TWEETS, TWEETS)):
        own = sources == source
        counts[f"{source} kept apart from the second opinion"] = int(own.sum())
        meaning = f"Right label on {own.sum():,} kept apart; VADER {rules[own].mean():.3f} on them"
        found.append(Score(name=name, value=float(learned[own].mean()), meaning=meaning))
    return found, counts
