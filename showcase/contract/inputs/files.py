"""Files, pictures and sounds: as a function gets them, and base64 in the `Input`."""

import base64
import binascii
import io
import re
import wave
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from showcase.contract import text_file
from showcase.contract.inputs.codecs import Codec, First

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_BYTES = 5_000_000
MAX_PIXELS = 2**23
MEDIA_TYPES = (
    (rb"RIFF.{4}WAVE", "audio/wav"),
    (rb"ID3|\xff[\xe2-\xfd\xff]", "audio/mpeg"),  # ff fe begins a text in UTF-16
    (rb"OggS", "audio/ogg"),
    (rb"fLaC", "audio/flac"),
    (rb".{4}ftyp", "audio/mp4"),
    (rb"\x1a\x45\xdf\xa3", "audio/webm"),
)


@dataclass(frozen=True)
class Limits:
    """The most that a file, picture or sound may have; `types` are the endings that it may have.

    `Annotated[File, Limits(max_bytes=100_000, types=("csv", "tsv"))]`
    """

    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class File:
    """A file of any kind: its name, without folders, and its bytes."""

    name: str
    content: bytes

    def text(self) -> str:
        """Return the file as text, whatever its encoding; ValueError for what is none."""
        return text_file.decode(self.content)


@dataclass(frozen=True)
class Audio:
    """A sound as its file has it: WAV, MP3, Ogg, FLAC, M4A or WebM."""

    content: bytes

    @property
    def media_type(self) -> str:
        """The media type, judged by the first bytes; empty if it is none of these."""
        found = (kind for start, kind in MEDIA_TYPES if re.match(start, self.content, re.DOTALL))
        return next(found, "")

    def samples(self) -> "tuple[int, NDArray[np.float32]]":
        """Return the rate in Hz and the (n, channels) samples, -1 to 1, of a WAV of 16 bits.

        ValueError for another kind of file.
        """
        import numpy as np

        try:
            with wave.open(io.BytesIO(self.content)) as sound:
                if sound.getsampwidth() != 2:
                    raise ValueError("The sound has no 16 bits a sample: save it as 16-bit WAV.")
                read, width = sound.readframes(sound.getnframes()), 2 * sound.getnchannels()
                whole = read[: len(read) // width * width]  # of a file that was cut short
                shaped = np.frombuffer(whole, "<i2").reshape(-1, width // 2).astype(np.float32)
                return sound.getframerate(), shaped / np.float32(32768)
        except (wave.Error, EOFError) as error:
            raise ValueError("The sound is no WAV file: save it as 16-bit WAV.") from error


class KeptFile(BaseModel):
    """A file in an `Input`: its name and its bytes in base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    content: str


USUAL = Limits()


@dataclass(frozen=True)
class BytesCodec(Codec):
    """Any bytes, kept as base64."""

    kind: ClassVar[str] = "bytes"
    wanted: ClassVar[str] = "Choose a file."
    limits: Limits = USUAL

    @property
    def most_bytes(self) -> int:
        """Base64 is four letters for three bytes."""
        return self.limits.max_bytes * 4 // 3 + 4

    def encode(self, value: Any) -> Any:
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

    def decode(self, value: str) -> Any:
        """Return the bytes."""
        return decoded(value, self.limits.max_bytes)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "contentEncoding": "base64"}


@dataclass(frozen=True)
class ImageCodec(BytesCodec):
    """A PNG, JPEG or WebP; the function gets a PIL image in RGB, upright."""

    kind: ClassVar[str] = "image"
    wanted: ClassVar[str] = "Choose a picture."

    def encode(self, value: Any) -> Any:
        """Return base64 of a PNG for a PIL image."""
        if not hasattr(value, "getbands"):
            return super().encode(value)
        buffer = io.BytesIO()
        value.save(buffer, "PNG")
        return encoded(buffer.getvalue())

    def looked_at(self, content: bytes) -> None:
        """Raise ValueError for what is no picture, by its header, or has too many pixels."""
        from showcase.contract import picture_file

        picture_file.opened(content, self.limits.max_bytes, self.limits.max_pixels, least=1)

    def decode(self, value: str) -> Any:
        """Return the picture; ValueError if it is damaged."""
        from showcase.contract import picture_file

        content = super().decode(value)
        return picture_file.decoded(content, self.limits.max_bytes, self.limits.max_pixels)


@dataclass(frozen=True)
class ArrayCodec(ImageCodec):
    """A picture; the function gets it as an array (height, width, 3) of uint8."""

    def encode(self, value: Any) -> Any:
        """Return base64 of a PNG for an array, (height, width) or (height, width, 3 or 4)."""
        if not hasattr(value, "__array_interface__") or hasattr(value, "getbands"):
            return super().encode(value)
        from PIL import Image

        return super().encode(Image.fromarray(value))

    def decode(self, value: str) -> Any:
        """Return the picture as an array that the function may change."""
        import numpy as np

        return np.array(super().decode(value))


@dataclass(frozen=True)
class NumbersCodec(Codec):
    """A list of numbers; the function gets an array of them, (n,)."""

    kind: ClassVar[str] = "list"
    whole: bool = False

    @property
    def kept(self) -> Any:
        """A list of whole numbers or of any."""
        return Annotated[list[int], First()] if self.whole else Annotated[list[float], First()]

    def encode(self, value: Any) -> Any:
        """Return the numbers of an array."""
        return value.tolist() if hasattr(value, "tolist") else value

    def decode(self, value: list[float]) -> Any:
        """Return the array."""
        import numpy as np

        return np.array(value, dtype=np.int64 if self.whole else np.float64)


@dataclass(frozen=True)
class PhotoCodec(ImageCodec):
    """A picture that the camera takes."""

    kind: ClassVar[str] = "photo"
    wanted: ClassVar[str] = "Take a picture."


@dataclass(frozen=True)
class AudioCodec(BytesCodec):
    """A sound; the function gets an `Audio`."""

    kind: ClassVar[str] = "audio"
    wanted: ClassVar[str] = "Choose a sound."

    def encode(self, value: Any) -> Any:
        """Return base64 of the sound's file."""
        return super().encode(value.content if isinstance(value, Audio) else value)

    def looked_at(self, content: bytes) -> None:
        """Raise ValueError for what is no sound, by its first bytes."""
        if not Audio(content).media_type:
            raise ValueError("This is no WAV, MP3, Ogg, FLAC or M4A: choose one of them.")

    def decode(self, value: str) -> Audio:
        """Return the sound."""
        return Audio(super().decode(value))


@dataclass(frozen=True)
class RecordingCodec(AudioCodec):
    """A sound that the microphone records, as WAV."""

    kind: ClassVar[str] = "recording"
    wanted: ClassVar[str] = "Record something."


@dataclass(frozen=True)
class FileCodec(BytesCodec):
    """A file with its name; the function gets a `File`."""

    kind: ClassVar[str] = "file"
    base: ClassVar[Any] = KeptFile

    def encode(self, value: Any) -> Any:
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

    def decode(self, value: Any) -> File:
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
