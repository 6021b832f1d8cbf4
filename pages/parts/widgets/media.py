"""Answers to look at or to listen to, and those that take their time. Each function is a page."""

import io
import math
import struct
import time
import wave
from collections.abc import Iterator
from typing import Annotated

import plotly.graph_objects as go
from PIL import Image
from pydantic import Field

from showcase.interface import Colour, Number, Progress, Sound

RATE = 22_050  # samples a second
Waves = Annotated[int, Field(ge=1, le=8, description="Change it: the answer follows.")]


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
