"""Files, pictures and sounds: chosen, taken, recorded, or put there by an example; shown small."""

import base64
import io
import math
from typing import Any

import streamlit as st

from showcase.contract.inputs import BytesCodec, FileCodec
from showcase.contract.messages import plain as words
from showcase.ui.browser import file_uploader
from showcase.ui.errors import callback
from showcase.ui.markdown import escape_markdown, field_problem
from showcase.ui.widgets import CompositeWidget

MB = 1e6

FORMATS = {"image": "PNG, JPEG or WebP", "audio": "WAV, MP3, Ogg, FLAC or M4A"}

SIDE = 320  # pixels of the small picture

SIZES = ((1_000_000, "MB"), (1_000, "kB"), (1, "bytes"))


class Upload(CompositeWidget):
    """What was brought, kept in base64: it stays when the uploader forgets its file.

    The uploader under `<key>_file` takes what is new; its number changes to make it forget.
    """

    value: Any = None
    codec: BytesCodec = BytesCodec()
    problem: str = ""
    number: int = 0
    taken: str | None = None  # which file of the uploader the value is
    image: bytes | None = None

    def push(self, value: Any) -> None:
        """Keep a value that came from elsewhere; the uploader forgets its file."""
        if isinstance(self.field.codec, BytesCodec):
            self.codec = self.field.codec
        if self.taken is not None and self._uploaded() is not None:
            self.number += 1
        self.value, self.taken, self.problem, self.image = value, None, "", None

    def draw(self) -> None:
        """Draw the uploader, what it cannot take, and what was brought."""
        self._uploader()
        self.held()
        if self.problem:
            st.markdown(field_problem(self.problem))
        if self.value is None:
            return
        preview(self)
        if self.taken is None:
            st.button(
                "Remove",
                key=f"{self.key}_remove",
                icon=":material/close:",
                type="tertiary",
                on_click=_remove,
                args=(self,),
            )

    def held(self) -> Any:
        """Return the value, after taking what is new in the uploader."""
        file = self._uploaded()
        if file is None:
            if self.taken is not None and self._name in st.session_state:
                self.value, self.taken, self.problem, self.image = None, None, "", None
        elif file.file_id != self.taken:
            self.taken, self.image = file.file_id, None
            self.value, self.problem = self._read(file)
        return self.value

    def is_lost(self) -> bool:
        """Tell whether the uploader is gone, with its file."""
        return self.taken is not None and self._name not in st.session_state

    @property
    def content(self) -> bytes:
        """The bytes that were brought."""
        kept = self.value["content"] if isinstance(self.value, dict) else self.value
        return base64.b64decode(kept)

    @property
    def _name(self) -> str:
        return f"{self.key}_file{self.number or ''}"

    def _uploaded(self) -> Any:
        return st.session_state.get(self._name)

    def _uploader(self) -> None:
        note, sort = self.field.info.description, self.codec.kind
        if sort == "photo":
            st.camera_input(self.field.title, key=self._name, help=note)
        elif sort == "recording":
            st.audio_input(self.field.title, key=self._name, help=note)
        else:
            # Every type is let in: what cannot be used gets a sentence of our own
            most = math.ceil(self.codec.limits.max_bytes / MB)
            file_uploader(
                f"{self.field.title} ({self._allowed})",
                key=self._name,
                help=note,
                max_upload_size=most,
            )

    @property
    def _allowed(self) -> str:
        limits = self.codec.limits
        kinds = FORMATS.get(self.codec.kind) or " or ".join(f".{e}" for e in limits.types)
        most = f"at most {size(limits.max_bytes)}"
        return f"{kinds}, {most}" if kinds else most

    def _read(self, file: Any) -> tuple[Any, str]:
        """Return what an `Input` keeps of a file, and what is wrong with it."""
        content = base64.b64encode(file.getvalue()).decode("ascii")
        try:
            if isinstance(self.codec, FileCodec):
                kept = self.codec.encode({"name": file.name, "content": content})
                self.codec.check(self.codec.base(**kept))
                return kept, ""
            return self.codec.check(content), ""
        except ValueError as error:
            return None, words(str(error))


@callback
def _remove(shown: Upload) -> None:
    st.session_state[shown.key] = None
    shown.value = None


def preview(shown: Upload) -> None:
    """Show a picture small, a sound to play, of any other file name and size."""
    sort = shown.codec.kind
    if sort == "photo" and shown.taken is not None:
        return  # the camera shows it
    if sort in ("image", "photo"):
        _picture(shown)
    elif sort == "audio" or (sort == "recording" and shown.taken is None):
        st.audio(shown.content)
    elif shown.taken is None:
        name = shown.value["name"] if isinstance(shown.value, dict) else "A file"
        st.caption(f":material/draft: {escape_markdown(name)}, {size(len(shown.content))}")


def size(count: int) -> str:
    """Return a number of bytes for people.

    >>> size(1_234_567), size(12)
    ('1.2 MB', '12 bytes')
    """
    unit, name = next((unit, name) for unit, name in SIZES if count >= unit or unit == 1)
    return (
        f"{count / unit:.2g} {name}"
        if unit > 1 and count < 10 * unit
        else f"{count // unit} {name}"
    )


def _picture(shown: Upload) -> None:
    if shown.image is None:
        from showcase.contract import picture_file

        try:
            picture = picture_file.decoded(
                shown.content, shown.codec.limits.max_bytes, shown.codec.limits.max_pixels, SIDE
            )
        except picture_file.PictureError as error:
            st.markdown(field_problem(str(error)))
            return
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        shown.image = buffer.getvalue()
    st.image(shown.image, width="content")
