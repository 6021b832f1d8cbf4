"""Bytes, pictures, sounds and files: base64 in the `Input`."""

import base64
import binascii
import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from showcase.contract.inputs.files import Audio, File, Limits
from showcase.contract.inputs.mark import Mark


class KeptFile(BaseModel):
    """A file in an `Input`: its name and its bytes in base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    content: str


USUAL = Limits()


@dataclass(frozen=True)
class BytesMark(Mark):
    """Any bytes, kept as base64."""

    sort: ClassVar[str] = "bytes"
    wanted: ClassVar[str] = "Choose a file."
    limits: Limits = USUAL

    @property
    def most_bytes(self) -> int:
        """Base64 is four letters for three bytes."""
        return self.limits.max_bytes * 4 // 3 + 4

    def kept(self, value: Any) -> Any:
        """Return base64 of bytes; the start of a data URL goes."""
        if isinstance(value, bytes | bytearray):
            return encoded(bytes(value))
        if isinstance(value, str) and value.startswith("data:"):
            return value.partition(",")[2]
        return value

    def check(self, value: str) -> str:
        """Return base64 that is whole, not empty and not too long."""
        self.looked_at(decoded(value, self.limits.max_bytes))
        return value

    def looked_at(self, content: bytes) -> None:
        """Raise ValueError for content that is not of this kind."""

    def natural(self, value: str) -> Any:
        """Return the bytes."""
        return decoded(value, self.limits.max_bytes)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "contentEncoding": "base64"}


@dataclass(frozen=True)
class ImageMark(BytesMark):
    """A PNG, JPEG or WebP; the function gets a PIL image in RGB, upright."""

    sort: ClassVar[str] = "image"
    wanted: ClassVar[str] = "Choose a picture."

    def kept(self, value: Any) -> Any:
        """Return base64 of a PNG for a PIL image."""
        if not hasattr(value, "getbands"):
            return super().kept(value)
        buffer = io.BytesIO()
        value.save(buffer, "PNG")
        return encoded(buffer.getvalue())

    def looked_at(self, content: bytes) -> None:
        """Raise ValueError for what is no picture, by its header, or has too many pixels."""
        from showcase.contract import picture_file

        picture_file.opened(content, self.limits.max_bytes, self.limits.max_pixels, least=1)

    def natural(self, value: str) -> Any:
        """Return the picture; ValueError if it is damaged."""
        from showcase.contract import picture_file

        content = super().natural(value)
        return picture_file.decoded(content, self.limits.max_bytes, self.limits.max_pixels)


@dataclass(frozen=True)
class PhotoMark(ImageMark):
    """A picture that the camera takes."""

    sort: ClassVar[str] = "photo"
    wanted: ClassVar[str] = "Take a picture."


@dataclass(frozen=True)
class AudioMark(BytesMark):
    """A sound; the function gets an `Audio`."""

    sort: ClassVar[str] = "audio"
    wanted: ClassVar[str] = "Choose a sound."

    def kept(self, value: Any) -> Any:
        """Return base64 of the sound's file."""
        return super().kept(value.content if isinstance(value, Audio) else value)

    def looked_at(self, content: bytes) -> None:
        """Raise ValueError for what is no sound, by its first bytes."""
        if not Audio(content).media_type:
            raise ValueError("This is no WAV, MP3, Ogg, FLAC or M4A: choose one of them.")

    def natural(self, value: str) -> Audio:
        """Return the sound."""
        return Audio(super().natural(value))


@dataclass(frozen=True)
class RecordingMark(AudioMark):
    """A sound that the microphone records, as WAV."""

    sort: ClassVar[str] = "recording"
    wanted: ClassVar[str] = "Record something."


@dataclass(frozen=True)
class FileMark(BytesMark):
    """A file with its name; the function gets a `File`."""

    sort: ClassVar[str] = "file"
    base: ClassVar[Any] = KeptFile

    def kept(self, value: Any) -> Any:
        """Return name and base64 of a file, without the folders that the name may have."""
        if isinstance(value, File):
            value = {"name": value.name, "content": encoded(value.content)}
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            value = value | {"name": PurePath(value["name"].replace("\\", "/")).name}
        return value

    def check(self, value: Any) -> Any:
        """Return the file if its size and the ending of its name are allowed."""
        decoded(value.content, self.limits.max_bytes)
        allowed = tuple(f".{ending.lstrip('.').lower()}" for ending in self.limits.types)
        if allowed and not value.name.lower().endswith(allowed):
            raise ValueError(f"“{value.name}” is not a {' or '.join(allowed)} file.")
        return value

    def natural(self, value: Any) -> File:
        """Return the file."""
        return File(value.name, decoded(value.content, self.limits.max_bytes))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema)


def encoded(content: bytes) -> str:
    """Return bytes in base64."""
    return base64.b64encode(content).decode("ascii")


def decoded(text: str, max_bytes: int) -> bytes:
    """Return the bytes of base64; ValueError for what is none, for nothing and for too many."""
    if len(text) // 4 * 3 - text[-2:].count("=") > max_bytes:
        raise ValueError(f"The file is too large: at most {_amount(max_bytes)} are allowed.")
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("The content is not in base64.") from error
    if not content:
        raise ValueError("The file is empty.")
    return content


def _amount(count: int) -> str:
    """Return a number of bytes for people.

    >>> _amount(5_000_000), _amount(100_000), _amount(9)
    ('5 MB', '100 kB', '9 bytes')
    """
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1e6:g} MB" if count >= 1_000_000 else f"{count / 1e3:g} kB"
