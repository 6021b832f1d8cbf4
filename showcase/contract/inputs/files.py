"""Files and sounds, as a function gets them."""

import io
import re
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

from showcase.contract import text_file

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
