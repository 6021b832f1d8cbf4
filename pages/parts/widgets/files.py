"""Inputs that a visitor brings: files, pictures, sounds, a drawing. Each function is a page."""

from typing import Annotated

from PIL import Image, ImageOps
from pydantic import Field

from showcase.interface import Audio, Drawing, File, Limits, Photo, Recording


def file(
    upload: Annotated[File, Limits(max_bytes=1_000_000), Field(description="Up to 1 MB.")],
) -> str:
    """A file. The function gets its name and its bytes."""
    return f"{upload.name} begins with {upload.content[:8].hex(' ')}"


def image(
    picture: Annotated[Image.Image, Field(description="PNG, JPEG or WebP.")],
) -> Image.Image:
    """A picture. The function gets a Pillow image, and gives one back."""
    return ImageOps.invert(picture.convert("RGB"))


def photo(
    picture: Annotated[Photo, Field(description="Your browser asks before it looks.")],
) -> str:
    """A photo from the camera."""
    return f"{picture.width} x {picture.height} pixels"


def audio(sound: Annotated[Audio, Field(description="WAV, MP3, Ogg, FLAC or M4A.")]) -> str:
    """A sound file."""
    return f"{len(sound.content):,} bytes of {sound.media_type}"


def recording(
    voice: Annotated[Recording, Field(description="Your browser asks before it listens.")],
) -> str:
    """A recording from the microphone. How long is it, how loud?"""
    rate, samples = voice.samples()
    return f"{len(samples) / rate:.1f} seconds, the loudest at {abs(samples).max():.0%}"


def drawing(lines: Annotated[Drawing, Field(description="Use the mouse or a finger.")]) -> str:
    """A drawing. The function gets its strokes."""
    points = sum(len(xs) for xs, ys in lines)
    return f"{len(lines)} strokes, {points} points"
