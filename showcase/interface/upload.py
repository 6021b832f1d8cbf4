"""Files, pictures and sounds: chosen, taken, recorded, or put there by an example."""

import base64
import math
from typing import Any

import streamlit as st

from showcase.contract.inputs import BytesCodec, FileCodec
from showcase.contract.messages import plain as words
from showcase.interface.preview import preview, size
from showcase.ui.errors import callback
from showcase.ui.markdown import field_problem
from showcase.ui.widgets import CompositeWidget

MB = 1e6
FORMATS = {"image": "PNG, JPEG or WebP", "audio": "WAV, MP3, Ogg, FLAC or M4A"}


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
            st.file_uploader(
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
