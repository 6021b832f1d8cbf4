"""A picture instead of a drawing: for people who cannot draw here."""

import streamlit as st

from models.sketch import Input, from_bitmap
from pages.sketch_answer import answer, why
from pages.sketch_link import linked_picture
from showcase import ui

NAME = "sketch"
FILE = f"{NAME}_upload"
READ = f"{NAME}_read"  # what came of the file: the file's id, and an input or a sentence
TYPES = ["png", "jpg", "jpeg", "webp"]
PROMISE = "A photo is never stored: only the 28 by 28 pixels that the model sees."


@ui.fragment
def upload(loaded: ui.Loaded) -> None:
    """Take a picture of one drawing and answer as for a drawing."""
    left, right = st.columns([5, 6], gap="medium")
    with left:
        ui.say_if_stale(NAME)
        st.file_uploader(
            "A picture of one drawing, dark on light or light on dark",
            type=TYPES,
            key=FILE,
            help="PNG, JPEG or WebP, at most 5 MB and 25 megapixels.",
        )
        st.caption(f":material/lock: {PROMISE}")
    given = held()
    if not isinstance(given, Input):
        right.info(
            given or "Its drawing is found, cut out and recognised.",
            icon=":material/image:",
            title="" if given else "Upload a photo or a screenshot of a drawing",
        )
        return
    prediction = loaded.predict(given)
    with right:
        answer(loaded, prediction)
        ui.feedback(loaded, given, prediction, unchanged=lambda before: held() == before)
    why(loaded, given, prediction)


def held() -> Input | str | None:
    """Return the input of the picture on the page, a sentence if it cannot be used, or None."""
    file = st.session_state.get(FILE)
    if file is None:
        return linked_picture()
    known, found = st.session_state.get(READ, (None, None))
    if known != file.file_id:
        found = _read(file.getvalue())
        st.session_state[READ] = (file.file_id, found)
    return found


def _read(content: bytes) -> Input | str:
    from models.sketch import picture  # it takes SciPy, which most visits do not need

    try:
        return from_bitmap(picture.read(content))
    except picture.PictureError as error:
        return str(error)
