"""A page with a form of 30 widgets, nearly every kind; it prints how long each rerun takes."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Annotated, Any, Literal

import pandas as pd
import streamlit as st
from PIL.Image import Image
from pydantic import Field, create_model

from showcase import ui
from showcase.contract import ModelInput
from showcase.contract.inputs import Colour, Columns, File, LongText, annotation
from showcase.interface.special_widgets import widgets

SHARE = Annotated[float, Field(ge=0, le=1, examples=[0.5])]
COUNT = Annotated[int, Field(ge=0, le=100, examples=[40])]
SHORT = Annotated[str, Field(max_length=80, examples=["a few words"])]
FEW = Annotated[Literal["small", "medium", "large"], Field(examples=["medium"])]
KINDS: tuple[Any, ...] = (
    *(SHARE, COUNT, SHORT, FEW, bool, float, int) * 2,
    *(date, clock, datetime, Colour, list[Literal["red", "green", "blue"]]) * 2,
    Annotated[tuple[float, float], Field(ge=0, le=1)],
    LongText,
    timedelta,
    File | None,
    Image | None,
    Annotated[pd.DataFrame, Columns(name=str, size=float)],
)
FIELDS: dict[str, Any] = {f"field_{n}": (annotation(kind), ...) for n, kind in enumerate(KINDS)}
Thirty = create_model("Thirty", __base__=ModelInput, **FIELDS)

st.title("Thirty widgets")
st.button("Again", key="again")
began = time.thread_time()  # of this run alone: other processes do not count
answer = ui.form("thirty", Thirty, widgets=widgets(Thirty), beside=True)
print(f"THIRTY {(time.thread_time() - began) * 1000:.2f} {len(answer.problems)}", flush=True)
