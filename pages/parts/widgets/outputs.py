"""Every kind of answer. Each function is a page by itself."""

import io
import json
import math
import re
import struct
import time
import wave
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

import pandas as pd
import plotly.graph_objects as go
from PIL import Image, ImageDraw, ImageOps
from pydantic import Field

from showcase.interface import (
    AnnotatedImage,
    Classification,
    Colour,
    Data,
    Download,
    Gallery,
    HighlightedText,
    Labels,
    Markdown,
    Number,
    Progress,
    Regression,
    Several,
    Sound,
    Text,
    TextStream,
)

Count = Annotated[int, Field(ge=1, le=12, description="Change it: the answer follows.")]

Word = Annotated[str, Field(min_length=1, max_length=20, description="Change it.")]

Drink = Annotated[Classification, Labels("tea", "coffee")]

RATE = 22_050  # samples a second

Waves = Annotated[int, Field(ge=1, le=8, description="Change it: the answer follows.")]


class Triangle(NamedTuple):
    """What can be said of a triangle with a right angle."""

    area: Annotated[float, Field(json_schema_extra={"unit": "cm²"})]
    longest_side: Annotated[float, Field(json_schema_extra={"unit": "cm"})]


def text(word: Word = "stressed") -> str:
    """Text. A str is shown as it is."""
    return f"{word} backwards: {word[::-1]}"


def markdown(word: Word = "tomato") -> Markdown:
    """Text with Markdown."""
    return Markdown(f"- **{word}**, bold\n- *{word}*, slanted\n- `{word}`, as code")


def quantity(n: Count = 3) -> Number:
    """A number with its unit."""
    return Number(n * 1.609344, unit="km")


def yes_or_no(n: Count = 7) -> bool:
    """Yes or no. Is it a prime number?"""
    return n > 1 and all(n % divisor for divisor in range(2, n))


def choice(n: Count = 4) -> Literal["even", "odd"]:
    """One of several labels, without probabilities."""
    return "odd" if n % 2 else "even"


def classification(
    hour: Annotated[int, Field(ge=0, le=23, description="Of the day.")] = 8,
) -> Drink:
    """A label with its probabilities. Its own page asks for the right one."""
    coffee = max(0.05, 0.95 - abs(hour - 8) * 0.12)
    return Classification(
        label="coffee" if coffee >= 0.5 else "tea",
        probabilities={"coffee": coffee, "tea": 1 - coffee},
    )


def regression(
    age: Annotated[int, Field(ge=2, le=17, json_schema_extra={"unit": "years"})] = 9,
) -> Regression:
    """A number with the interval that holds the truth in so many of 100 cases."""
    usual = 77 + 6.1 * age
    return Regression(value=usual, low=usual - 9, high=usual + 9, coverage=0.8, unit="cm")


def frame(n: Count = 4) -> pd.DataFrame:
    """A table. A DataFrame comes with a button for its CSV."""
    numbers = range(1, n + 1)
    return pd.DataFrame({"number": numbers, "square": [number**2 for number in numbers]})


def data(word: Word = "level") -> Data:
    """Anything that JSON holds."""
    letters = sorted(set(word))
    return Data({"word": word, "letters": letters, "palindrome": word == word[::-1]})


def download(word: Word = "vitrine") -> Download:
    """A file to download."""
    content = json.dumps({"word": word}).encode()
    return Download(
        name=f"{len(word)}_letters.json", media_type="application/json", content=content
    )


def several(n: Count = 5) -> Several:
    """Several answers at once, each of any kind."""
    return Several({"Sum": Number(sum(range(1, n + 1))), "In words": Text(f"All up to {n}.")})


def named(a: Count = 3, b: Count = 4) -> Triangle:
    """A NamedTuple or a dataclass, whose fields are the parts."""
    return Triangle(area=a * b / 2, longest_side=(a * a + b * b) ** 0.5)


def chart(waves: Waves = 2) -> go.Figure:
    """A chart. Any Plotly figure."""
    xs = [step / 100 for step in range(101)]
    return go.Figure(go.Scatter(x=xs, y=[math.sin(waves * math.tau * x) for x in xs], mode="lines"))


def picture(
    colour: Annotated[Colour, Field(description="Of the middle.")] = "#e69f00",
) -> Image.Image:
    """A picture. Any Pillow image."""
    middle = Image.new("RGB", (320, 120), colour)
    mask = Image.radial_gradient("L").resize(middle.size)
    return Image.composite(Image.new("RGB", middle.size, "white"), middle, mask)


def pictures(turns: Waves = 3) -> Gallery:
    """Several pictures, each with its caption. A list of Pillow images will do, too."""
    first = ImageOps.colorize(Image.linear_gradient("L"), "white", "#0072b2")
    return Gallery([(first.rotate(90 * turn), f"{90 * turn}°") for turn in range(turns)])


def boxes(circles: Waves = 3) -> AnnotatedImage:
    """A picture with boxes: what was found where, and how sure that is."""
    sky = Image.new("RGB", (640, 300), "#dbe9f4")
    found = []
    for number in range(circles):
        x, y, size = 20 + 76 * number, 60 + 20 * (number % 4), 50 + 4 * number
        ImageDraw.Draw(sky).ellipse((x, y, x + size, y + size), fill="#e69f00")
        found.append(((x, y, x + size, y + size), "sun", 0.99 - number / 20))
    return AnnotatedImage(sky, found, alt="Circles on a pale sky")


def spans(
    sentence: Annotated[
        str, Field(max_length=200, description="Change it.")
    ] = "Ada met 2 friends in Turin on 13 September 1840.",
) -> HighlightedText:
    """A text with labelled spans. Which are numbers, which begin with a capital?"""
    found = re.finditer(r"(?P<number>\d+)|(?P<capital>\b[A-Z]\w+)", sentence)
    return HighlightedText(sentence, [(*one.span(), one.lastgroup) for one in found])


def stream(topic: Word = "patience") -> TextStream:
    """A text that comes in pieces, as language models write: they are joined as they come."""
    for word in f"Of **{topic}** little is known. What is known fills *this* line.".split(" "):
        yield f"{word} "
        time.sleep(0.05)


def sound(
    pitch: Annotated[
        int, Field(ge=110, le=880, json_schema_extra={"unit": "Hz", "step": 10})
    ] = 440,
) -> Sound:
    """A sound, as a WAV file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        tones = (math.sin(math.tau * pitch * step / RATE) for step in range(RATE))
        file.writeframes(b"".join(struct.pack("<h", int(9000 * tone)) for tone in tones))
    return Sound(content.getvalue())


def steps(
    rounds: Annotated[int, Field(ge=2, le=20, description="Press the button to begin.")] = 10,
) -> Iterator[Progress | Number]:
    """A generator. Each answer is shown as it comes, with the progress."""
    estimate = 0.0
    for done in range(rounds):
        estimate += 4 * (-1) ** done / (2 * done + 1)
        yield Progress((done + 1) / rounds, f"Term {done + 1} of {rounds}")
        yield Number(estimate)
        time.sleep(0.1)
