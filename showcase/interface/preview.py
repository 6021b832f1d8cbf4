"""What was uploaded, shown small."""

import io
from typing import TYPE_CHECKING

import streamlit as st

from showcase.ui.markdown import escape_markdown, field_problem

if TYPE_CHECKING:
    from showcase.interface.upload import Upload

SIDE = 320  # pixels of the small picture
SIZES = ((1_000_000, "MB"), (1_000, "kB"), (1, "bytes"))


def preview(shown: "Upload") -> None:
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


def _picture(shown: "Upload") -> None:
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
