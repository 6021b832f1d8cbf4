"""Teach the shipped networks from corrected answers, while they rehearse what they know.

There is no second file of weights: those of the exported one are read back, by
`Members.of_artifact`. Each network learns from the corrected drawings, redrawn as other hands might
have drawn them. Beside them it sees drawings it was trained on, where it is held to its own former
answers (Li and Hoiem, 2016, Learning without forgetting, https://arxiv.org/abs/1606.09282). In the
end its weights are brought back towards the former ones (Wortsman et al., 2022, Robust fine-tuning
of zero-shot models, https://arxiv.org/abs/2109.01903), as far as drawings that it was never trained
on demand that: those it was trained on it knows by heart.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from scipy.special import softmax  # type: ignore[import-untyped]  # it has no types

from models.sketch import ARTIFACT, Input, predict_bitmaps, tile
from models.sketch.model import Recogniser
from models.sketch.network_input import look, look_at_bitmap, path, without_order
from models.sketch.strokes import Strokes, points
from models.sketch.training.card import scores_of, summary_of
from models.sketch.training.courses import shaken
from models.sketch.training.data import INDEX, Labels, Part, Split, read
from models.sketch.training.evaluate import measure
from models.sketch.training.export import (
    best_blend,
    export,
    mean_logits,
    mirrored_too,
    read_logits,
)
from models.sketch.training.fit import SHAKEN, smoothed
from models.sketch.training.network import Blend, Members
from models.sketch.training.redraw import ORDERED, Random, halved, redrawn
from models.sketch.training.redraw_paths import redrawn_paths
from showcase.contract import Card
from showcase.contract.card import today

RATE = 1e-4
STEPS, MOST_STEPS = 40, 400  # at least and at most
PASSES = 5  # over the corrections
TAUGHT, REHEARSED = 8, 248  # drawings of a batch
REDRAWN = 24  # times that each corrected drawing is redrawn for the networks that look
KEPT_OF_EACH = 32  # vector drawings, and bitmaps, of each category to rehearse on
HELD = 60.0  # weight of the former answers against the corrections
SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.4, 0.2)  # of the way from the former weights to the new ones
SEED = 0
FORGOTTEN = 0.003  # that the mean chance of the right label may fall by

Correction = tuple[Input, str]
Floats = NDArray[np.float32]
Weights = Sequence[NDArray[np.float32]]
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
    if artifact is None:
        raise ValueError("there is no artifact to teach: run python -m models.sketch.train")
    split = read(folder)
    learnt = taught(corrections, split, artifact, seed)
    return _written(learnt, corrections, split, out, artifact)


def taught(
    corrections: Sequence[Correction],
    split: Split,
    artifact: Path,
    seed: int = 0,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Members, Blend]:
    """Return the artifact's networks that learnt the corrections, and what their answers weigh.

    The part kept apart is not looked at. ValueError for no corrections or an unknown label.
    """
    unknown = {label for _, label in corrections} - set(INDEX)
    if unknown or not corrections:
        raise ValueError(f"no corrections, or labels that are no category: {sorted(unknown)}")
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    members = Members.of_artifact(artifact)
    former = [model.get_weights() for model in members.every]
    blend = best_blend(members, split.calibration)
    rehearsed = _rehearsed(split.train, random)
    lessons = [_looking_lesson(corrections, rehearsed, random)] * len(members.looking)
    if reading := _reading_lesson(corrections, rehearsed, random):
        lessons += [reading] * len(members.reading)
    for done, (model, lesson) in enumerate(zip(members.every, lessons, strict=False), start=1):
        progress(0.1 + 0.7 * (done - 1) / len(lessons))
        _teach(model, lesson, _steps(len(corrections)), random)
    progress(0.8)
    _bring_back(members, former, Watched.of(split.calibration), blend)
    return members, blend


def fewer(split: Split) -> Split:
    """Return the split with so many drawings to train on as are rehearsed, and none kept apart.

    All of them take a gigabyte.
    """
    random = np.random.default_rng(SEED)
    apart = Part(split.test.images[:0], split.test.labels[:0], [], split.test.drawn[:0])
    return replace(split, train=_rehearsed(split.train, random), test=apart)


def _batches(rehearsed: NDArray[Any]) -> list[NDArray[Any]]:
    return np.array_split(rehearsed, max(1, len(rehearsed) // 256))


def _steps(corrections: int) -> int:
    return int(np.clip(PASSES * corrections / TAUGHT, STEPS, MOST_STEPS))


def _teach(model: keras.Model, lesson: Lesson, steps: int, random: Random) -> None:
    """Train one network in place."""
    optimiser = keras.optimizers.Adam(RATE)
    optimiser.build(model.trainable_variables)
    former = np.concatenate(
        [model.predict_on_batch(lesson.prepared(part)) for part in _batches(lesson.rehearsed)]
    )

    def step(shown: tf.Tensor, labels: tf.Tensor, known: tf.Tensor, answers: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            logits = model(tf.concat([shown, known], axis=0), training=False)
            taught, held = logits[:TAUGHT], logits[TAUGHT:]
            wrong = tf.nn.softmax_cross_entropy_with_logits(smoothed(labels), taught)
            moved = tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(answers), held)
            loss = tf.reduce_mean(wrong) + HELD * tf.reduce_mean(moved)
        optimiser.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)

    compiled = tf.function(step, reduce_retracing=True)
    for number in range(steps):
        optimiser.learning_rate = RATE * (1 - number / steps)
        shown, labels = lesson.taught(random)
        chosen = random.integers(0, len(lesson.rehearsed), REHEARSED)
        known = lesson.prepared(lesson.rehearsed[chosen])
        compiled(*map(tf.constant, (shown, labels, known, former[chosen])))


@dataclass(frozen=True)
class Watched:
    """Drawings that no network was trained on: in order, and bitmaps; their labels."""

    traces: Floats
    sequences: Floats
    drawn: Labels
    bitmaps: Floats
    labels: Labels

    @classmethod
    def of(cls, part: Part) -> Self:
        """Return the drawings of a part as the networks see them."""
        looks = [look(drawing) for drawing in part.drawings]
        return cls(
            _as_floats(np.stack([one.trace for one in looks])),
            np.stack([one.sequence for one in looks]),
            part.drawn,
            _as_floats(without_order(part.images)),
            part.labels,
        )

    def known(self, members: Members, blend: Blend) -> NDArray[np.float64]:
        """Return the mean chance of the right label, of the drawings and of the bitmaps (2,)."""
        looking = mean_logits(members.looking, mirrored_too(self.traces))
        reading = read_logits(members.reading, self.sequences)
        plain = mean_logits(members.looking, mirrored_too(self.bitmaps))
        drawings = softmax(blend.looking * looking + blend.reading * reading, axis=1)
        bitmaps = softmax(blend.plain * plain, axis=1)
        every = ((drawings, self.drawn), (bitmaps, self.labels))
        return np.array([one[np.arange(len(one)), right].mean() for one, right in every])


def _bring_back(
    members: Members, former: Sequence[Weights], watched: Watched, blend: Blend
) -> None:
    """Put the weights so far back towards the former ones that hardly anything is forgotten."""
    new = [model.get_weights() for model in members.every]

    def go(share: float) -> NDArray[np.float64]:
        for model, old, learnt in zip(members.every, former, new, strict=True):
            pairs = zip(old, learnt, strict=True)
            model.set_weights([share * b + (1 - share) * a for a, b in pairs])
        return watched.known(members, blend)

    before = go(0.0)
    next((share for share in SHARES if (go(share) >= before - FORGOTTEN).all()), None)


def _rehearsed(part: Part, random: Random) -> Part:
    """Return a few drawings and bitmaps of each label, chosen by chance."""
    images, places = (_of_each(labels, random) for labels in (part.labels, part.drawn))
    drawings = [part.drawings[index] for index in places.tolist()]
    return Part(part.images[images], part.labels[images], drawings, part.drawn[places])


def _of_each(labels: Labels, random: Random) -> Labels:
    """Return the places of a few drawings of each label, chosen by chance."""
    mixed = random.permutation(len(labels))
    order = mixed[np.argsort(labels[mixed], kind="stable")]
    counts = np.bincount(labels)
    rank = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < KEPT_OF_EACH])


def _looking_lesson(corrections: Sequence[Correction], part: Part, random: Random) -> Lesson:
    """Return what the networks that look at traces learn from."""
    pools = [_redrawn(given, random) for given, _ in corrections]
    labels = np.array([INDEX[label] for _, label in corrections])

    def taught(random: Random) -> Batch:
        chosen = random.integers(0, len(pools), TAUGHT)
        traces = np.stack([pools[one][random.integers(len(pools[one]))] for one in chosen])
        return shaken(tf.constant(_as_floats(traces)), SHAKEN), labels[chosen]

    traces = np.stack([redrawn(points(drawing), random) for drawing in part.drawings])
    flat = np.flatnonzero(random.random(len(traces)) > ORDERED)
    traces[flat] = without_order(halved(traces[flat]))
    rehearsed = np.concatenate([traces, without_order(part.images)])
    return Lesson(taught, rehearsed, _as_floats)


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

    return Lesson(taught, redrawn_paths(_paths(part.drawings), random), np.asarray)


def _paths(drawings: Sequence[Strokes]) -> Floats:
    return np.stack([path(points(drawing)) for drawing in drawings])


def _written(
    learnt: tuple[Members, Blend],
    corrections: Sequence[Correction],
    split: Split,
    out: Path,
    artifact: Path,
) -> Card:
    """Export the networks, measure them anew, and write both files."""
    out.mkdir(parents=True, exist_ok=True)
    members, blend = learnt
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
