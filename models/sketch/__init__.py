"""Which of Quick, Draw!'s 345 things is drawn here? Small convolutional networks say.

A drawing is brought into Quick, Draw!'s simplified form and seen in two ways: drawn at 56x56 with
the order of its strokes, and as the sequence of its points. Networks that look do so twice, the
second time in a mirror; those that read, once. They answer for a 28x28 bitmap too, whose order is
unknown. Importing this package loads neither numpy nor Pillow nor LiteRT.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.sketch.examples import DRAWINGS
from models.sketch.inputs import MAX_POINTS, MAX_STROKES, Input, decoded
from models.sketch.labels import LABELS
from showcase.contract import Classification, Contribution

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.sketch.model import Recogniser
    from models.sketch.network_input import Look
    from models.sketch.raster import Bitmap

__all__ = [
    "ARTIFACT",
    "EXAMPLES",
    "EXAMPLE_NAMES",
    "LABELS",
    "MAX_POINTS",
    "MAX_STROKES",
    "Input",
    "as_numbers",
    "as_svg",
    "explain",
    "from_bitmap",
    "load",
    "predict",
    "predict_bitmaps",
    "predict_many",
    "seen",
    "tile",
]

ARTIFACT: Path | None = Path(__file__).with_name("model.tflite")

EXAMPLE_NAMES: tuple[str, ...] = tuple(DRAWINGS)

EXAMPLES: Sequence[Input] = tuple(
    Input.model_construct(drawing=drawing, bitmap=None)  # already simplified: no numpy is needed
    for drawing in DRAWINGS.values()
)


def as_numbers(given: Input) -> dict[str, float | None]:
    """Return what tells one way to draw from another; nothing is known of a bitmap."""
    strokes = given.drawing
    if strokes is None:
        return dict.fromkeys(("Number of strokes", "Number of points", "Height to width"))
    width, height = (max(max(one[axis]) for one in strokes) for axis in (0, 1))
    return {
        "Number of strokes": len(strokes),
        "Number of points": sum(len(x) for x, _ in strokes),
        "Height to width": (height + 1) / (width + 1),
    }


def load(artifact: Path | None = None) -> "Recogniser":
    """Read the model, the shipped one or another artifact.

    FileNotFoundError names the command that makes it.
    """
    path = artifact or ARTIFACT
    if path is None or not path.exists():
        raise FileNotFoundError(f"no {path}: run python -m models.sketch.train --data DIR")
    from models.sketch.model import Recogniser

    return Recogniser(path)


def tile(given: Input) -> "Bitmap":
    """Return the drawing as Quick, Draw!'s bitmap: (28, 28) uint8, white ink (255) on black."""
    if given.bitmap is not None:
        return decoded(given.bitmap)
    from models.sketch.raster import rasterise

    return rasterise(given.drawing or ())


def seen(given: Input) -> "Look":
    """Return what the networks see: more of a drawing, whose order is known, than of a bitmap."""
    from models.sketch.network_input import look, look_at_bitmap

    return look_at_bitmap(tile(given)) if given.drawing is None else look(given.drawing)


def as_svg(given: Input) -> str:
    """Return the drawing as SVG, with a text alternative."""
    from models.sketch.svg import svg

    return svg(given)


def from_bitmap(image: "Bitmap") -> Input:
    """Return the input that holds a (28, 28) uint8 bitmap, white ink on black."""
    import base64

    return Input(bitmap=base64.b64encode(image.tobytes()).decode("ascii"))


def predict(model: "Recogniser", given: Input) -> Classification:
    """Return the likeliest label and the probabilities of all 345."""
    return predict_many(model, [given])[0]


def predict_many(model: "Recogniser", inputs: Sequence[Input]) -> list[Classification]:
    """Return the answer to each input, in order."""
    return [_classification(model.probabilities(seen(given)).tolist()) for given in inputs]


def predict_bitmaps(model: "Recogniser", images: "Bitmap") -> "NDArray[np.float64]":
    """Return (n, 345) float64 probabilities in the order of `LABELS`; each row sums to 1.

    `images` is (n, 28, 28) uint8, white (255) on black; anything else is a ValueError.
    """
    import numpy as np

    if images.dtype != np.uint8 or images.shape[1:] != (28, 28):
        raise ValueError(f"images are {images.dtype} {images.shape}; needed: uint8 (n, 28, 28)")
    from models.sketch.network_input import look_at_bitmap

    answers = np.empty((len(images), len(LABELS)))
    for index, image in enumerate(images):
        answers[index] = model.probabilities(look_at_bitmap(image))
    return answers


def explain(model: "Recogniser", given: Input, prediction: Classification) -> list[Contribution]:
    """Return how much less likely the answer becomes when a part of the drawing is wiped out.

    The parts are "Stroke 1", "Stroke 2"... in the order they were drawn or, of a bitmap, a single
    line or very many strokes, the inked ones of 4x4 regions: "Row 1, column 3", from top left.
    """
    from models.sketch.model import regions, strokes

    drawing = given.drawing or ()
    parts = strokes(drawing) if len(drawing) > 1 else None
    return (parts or regions(seen(given))).contributions(model, LABELS.index(prediction.label))


def _classification(probabilities: list[float]) -> Classification:
    label = LABELS[probabilities.index(max(probabilities))]
    named = dict(zip(LABELS, probabilities, strict=True))
    return Classification(label=label, probabilities=named)
