"""A picture instead of a drawing, from a file or the camera: for people who cannot draw here."""

import io

import streamlit as st

from models.sketch import Input, from_bitmap
from pages.parts.sketch.draw import UPLOADED, drop_outdated, likeliest, say, say_what_was_wrong, why
from showcase import ui
from showcase.contract.text_file import UPLOAD_MB
from showcase.runtime.loading import Loaded

NAME = "sketch"
FILE, CAMERA, PHOTO = f"{NAME}_upload", f"{NAME}_camera", f"{NAME}_photo"
PREVIEW, PREVIEW_SIDE = f"{UPLOADED}_preview", 120  # pixels
PROMISE = "A photo is never stored: only the 28 by 28 pixels that the model sees."


@ui.fragment
def upload(loaded: Loaded) -> None:
    """Take a picture of one drawing and answer as for a drawing."""
    left, right = st.columns([5, 6], gap="medium")
    with left:
        ui.say_if_stale(NAME)
        _uploader()
    given = held()
    with right:
        if not isinstance(given, Input):
            drop_outdated("bitmap", None)
            say_what_was_wrong()
            _ask(given)
            return
        drop_outdated("bitmap", given)
        prediction = loaded.predict(given)
        say(prediction)
        likeliest(loaded, prediction)
        ui.feedback(loaded, given, prediction, unchanged=lambda before: held() == before)
    why(loaded, given, prediction)


def held() -> Input | str | None:
    """Return the picture that is looked at, a sentence if it cannot be used, or None.

    It stays when the uploader, on another tab or page, forgets its file.
    """
    found: Input | str | None = st.session_state.get(UPLOADED)
    return found


def _uploader() -> None:
    # Every type is let in: what cannot be used gets a sentence of our own
    file = ui.file_uploader(
        "A picture of one drawing (PNG, JPEG or WebP), at most 10 MB",
        key=FILE,
        help="At most 25 megapixels (PNG and WebP: 8); dark on light or light on dark.",
        max_upload_size=UPLOAD_MB,
        on_change=_take_file,
        args=(FILE,),
    )
    # Only then is the camera asked for, and its code fetched.
    if st.toggle("Use the camera", key=CAMERA, persist_state="session"):
        st.camera_input(
            "A photo of one drawing", key=PHOTO, on_change=_take_file, args=(PHOTO,), width=360
        )
    if (preview := st.session_state.get(PREVIEW)) and isinstance(held(), Input):
        alt = "The picture as you uploaded it"
        st.image(preview, caption="Your picture", alt=alt, width="content")
    if file is None and held() is not None:
        st.button(
            "Remove the picture",
            key=UPLOADED + "_remove",
            icon=":material/close:",
            on_click=_remove,
        )
    st.caption(f":material/lock: {PROMISE}")


def _ask(problem: str | None) -> None:
    """Say what is wrong with the file, or what to do."""
    if problem:
        st.info(problem, icon=":material/image:", title="This file cannot be used")
    else:
        title = "Upload a photo or a screenshot of a drawing"
        st.info("It is found, cut out and recognised.", icon=":material/image:", title=title)


@ui.callback
def _take_file(key: str) -> None:
    file = st.session_state.get(key)
    found = None if file is None else _read(file.getvalue())
    st.session_state[UPLOADED] = found
    st.session_state[PREVIEW] = _small(file.getvalue()) if isinstance(found, Input) else None


@ui.callback
def _remove() -> None:
    st.session_state[UPLOADED] = st.session_state[PREVIEW] = None


def _read(content: bytes) -> Input | str:
    from models.sketch import picture  # it takes SciPy, which most visits do not need

    try:
        return from_bitmap(picture.read(content))
    except picture.PictureError as error:
        return str(error)


def _small(content: bytes) -> bytes:
    """Return a picture that was read as a small PNG to look at; it is gone with the visit."""
    from models.sketch.picture import JPEG_PIXELS
    from showcase.contract.picture_file import decoded

    buffer = io.BytesIO()
    decoded(content, max_pixels=JPEG_PIXELS, within=PREVIEW_SIDE).save(buffer, "PNG")
    return buffer.getvalue()
