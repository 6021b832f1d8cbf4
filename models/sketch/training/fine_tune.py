"""Teach the shipped networks from corrected answers, while they rehearse what they know.

There is no second file of weights: those of the exported one are read back, by
`Members.of_artifact`. Each network learns from the corrected drawings, redrawn as other hands might
have drawn them. Beside them it sees drawings it was trained on, where it is held to its own former
answers (Li and Hoiem, 2016, Learning without forgetting, https://arxiv.org/abs/1606.09282).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.sketch import ARTIFACT, Input, predict_bitmaps, tile
from models.sketch.look import look, look_at_bitmap, path, without_order
from models.sketch.model import Recogniser
from models.sketch.strokes import Strokes, points
from models.sketch.training.card import scores_of, summary_of
from models.sketch.training.courses import shaken
from models.sketch.training.data import INDEX, Labels, Part, Split, read
from models.sketch.training.evaluate import measure
from models.sketch.training.export import best_blend, export
from models.sketch.training.fit import SHAKEN, smoothed
from models.sketch.training.network import Members
from models.sketch.training.redraw import ORDERED, Random, halved, redrawn
from models.sketch.training.redraw_paths import redrawn_paths
from showcase.contract import Card
from showcase.contract.card import today

RATE, STEPS = 1e-4, 40
TAUGHT, REHEARSED = 8, 120  # drawings of a batch
REDRAWN = 24  # times that each corrected drawing is redrawn for the networks that look
KEPT_OF_EACH = 16  # vector drawings, and bitmaps, of each category to rehearse on
HELD = 60.0  # weight of the former answers against the corrections

Correction = tuple[Input, str]
Floats = NDArray[np.float32]
Batch = tuple[Any, Labels]


@dataclass(frozen=True)
class Lesson:
    """What one kind of network learns from: `taught` makes batches; `rehearsed` is (n, ...)."""

    taught: Callable[[Random], Batch]
    rehearsed: NDArray[Any]
    prepared: Callable[[NDArray[Any]], Floats]


def fine_tune(
    corrections: Sequence[Correction],
    folder: Path,
    out: Path,
    artifact: Path | None = ARTIFACT,
    seed: int = 0,
) -> Card:
    """Write `model.tflite` and `card.json` of networks that learnt the corrections.

    `corrections` are inputs with their right labels, `folder` holds the drawings that the networks
    were trained on (`models.sketch.training.data`), of which those kept apart are measured again.
    The artifact given stays as it is; the card returned is the new one. ValueError for no
    corrections or an unknown label.
    """
    unknown = {label for _, label in corrections} - set(INDEX)
    if unknown or not corrections:
        raise ValueError(f"no corrections, or labels that are no category: {sorted(unknown)}")
    if artifact is None:
        raise ValueError("there is no artifact to teach: run python -m models.sketch.train")
    keras.utils.set_random_seed(seed)
    random, split = np.random.default_rng(seed), read(folder)
    members = Members.of_artifact(artifact)
    looking = _looking_lesson(corrections, split.train, random)
    for model in members.looking:
        _teach(model, looking, random)
    if reading := _reading_lesson(corrections, split.train, random):
        for model in members.reading:
            _teach(model, reading, random)
    return _written(members, corrections, split, out, artifact)


def _teach(model: keras.Model, lesson: Lesson, random: Random) -> None:
    """Train one network in place."""
    optimiser = keras.optimizers.Adam(RATE)
    optimiser.build(model.trainable_variables)
    former = model.predict(lesson.prepared(lesson.rehearsed), batch_size=256, verbose=0)

    def step(seen: tf.Tensor, labels: tf.Tensor, known: tf.Tensor, answers: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            logits = model(tf.concat([seen, known], axis=0), training=False)
            taught, held = logits[:TAUGHT], logits[TAUGHT:]
            wrong = tf.nn.softmax_cross_entropy_with_logits(smoothed(labels), taught)
            moved = tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(answers), held)
            loss = tf.reduce_mean(wrong) + HELD * tf.reduce_mean(moved)
        optimiser.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

    compiled = tf.function(step, reduce_retracing=True)
    for number in range(STEPS):
        optimiser.learning_rate = RATE * (1 - number / STEPS)
        seen, labels = lesson.taught(random)
        chosen = random.integers(0, len(lesson.rehearsed), REHEARSED)
        known = lesson.prepared(lesson.rehearsed[chosen])
        compiled(*map(tf.constant, (seen, labels, known, former[chosen])))


def _looking_lesson(corrections: Sequence[Correction], part: Part, random: Random) -> Lesson:
    """Return what the networks that look at traces learn from."""
    pools = [_redrawn(given, random) for given, _ in corrections]
    labels = np.array([INDEX[label] for _, label in corrections])

    def taught(random: Random) -> Batch:
        chosen = random.integers(0, len(pools), TAUGHT)
        traces = np.stack([pools[one][random.integers(len(pools[one]))] for one in chosen])
        return shaken(tf.constant(_as_floats(traces)), SHAKEN), labels[chosen]

    vectors = _of_each(part.drawn, random)
    traces = np.stack([redrawn(points(part.drawings[index]), random) for index in vectors])
    flat = np.flatnonzero(random.random(len(traces)) > ORDERED)
    traces[flat] = without_order(halved(traces[flat]))
    bitmaps = without_order(part.images[_of_each(part.labels, random)])
    return Lesson(taught, np.concatenate([traces, bitmaps]), _as_floats)


def _redrawn(given: Input, random: Random) -> NDArray[np.uint8]:
    """Return (n, 56, 56, 3) traces of a corrected input, some of them without order."""
    if given.drawing is None:
        return look_at_bitmap(tile(given)).trace[None]
    strokes = points(given.drawing)
    traces = np.stack([redrawn(strokes, random) for _ in range(REDRAWN)])
    traces[0] = look(given.drawing).trace
    flat = np.flatnonzero(random.random(REDRAWN) > ORDERED)
    traces[flat] = without_order(halved(traces[flat]))
    return traces


def _as_floats(traces: NDArray[Any]) -> Floats:
    return traces.astype(np.float32) / np.float32(255)


def _reading_lesson(corrections: Sequence[Correction], part: Part, random: Random) -> Lesson | None:
    """Return what the networks that read points learn from; None where there are bitmaps alone."""
    drawn = [(given.drawing, label) for given, label in corrections if given.drawing is not None]
    if not drawn:
        return None
    paths = _paths([drawing for drawing, _ in drawn])
    labels = np.array([INDEX[label] for _, label in drawn])

    def taught(random: Random) -> Batch:
        chosen = random.integers(0, len(paths), TAUGHT)
        return redrawn_paths(paths[chosen], random), labels[chosen]

    known = _paths([part.drawings[index] for index in _of_each(part.drawn, random)])
    return Lesson(taught, redrawn_paths(known, random), np.asarray)


def _paths(drawings: Sequence[Strokes]) -> Floats:
    return np.stack([path(points(drawing)) for drawing in drawings])


def _of_each(labels: Labels, random: Random) -> Labels:
    """Return the places of a few drawings of each label, chosen by chance."""
    mixed = random.permutation(len(labels))
    order = mixed[np.argsort(labels[mixed], kind="stable")]
    counts = np.bincount(labels)
    rank = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < KEPT_OF_EACH])


def _written(
    members: Members, corrections: Sequence[Correction], split: Split, out: Path, artifact: Path
) -> Card:
    """Export the networks, measure them anew, and write both files."""
    out.mkdir(parents=True, exist_ok=True)
    blend = best_blend(members, split.calibration)
    difference = export(members, blend, out / "model.tflite", split.test)
    recogniser = Recogniser(out / "model.tflite")
    scores = measure(
        lambda drawings: np.stack([recogniser.probabilities(look(one)) for one in drawings]),
        lambda images: predict_bitmaps(recogniser, images),
        split,
    )
    before = Card.model_validate_json(artifact.with_name("card.json").read_text(encoding="utf-8"))
    more = before.more | {
        "factors of the logits": asdict(blend),
        "mean difference from Keras": difference,
        "corrections": dict(Counter(label for _, label in corrections)),
    }
    changed = {"scores": scores_of(scores), "summary": summary_of(scores, split)}
    card = before.model_copy(update={**changed, "date": today(), "more": more})
    card.write(out)
    return card
