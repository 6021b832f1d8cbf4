"""What a function made into a page may answer. Every kind is plain JSON; none needs Streamlit.

`Output` is any of them, told apart by `kind`; `ADAPTER` reads one from JSON. `as_output` turns what
Python functions return by nature (text, numbers, tables, figures, pictures) into them.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from showcase.contract.outputs.conversion import as_output, is_flat, labels_of
from showcase.contract.outputs.kinds import (
    Chart,
    Data,
    Download,
    Gallery,
    Labels,
    Markdown,
    Number,
    Picture,
    Progress,
    Several,
    Sound,
    Table,
    Text,
    TextStream,
    stored,
)
from showcase.contract.outputs.marked import AnnotatedImage, Box, HighlightedText, Span
from showcase.contract.predictions import Classification, Regression

Output = Annotated[
    Classification
    | Regression
    | Text
    | Markdown
    | Number
    | Table
    | Chart
    | HighlightedText
    | Picture
    | AnnotatedImage
    | Gallery
    | Sound
    | Data
    | Download
    | Several,
    Field(discriminator="kind"),
]
Several.model_rebuild(_types_namespace={"Output": Output})
ADAPTER: TypeAdapter[Output] = TypeAdapter(Output)

__all__ = [
    "ADAPTER",
    "AnnotatedImage",
    "Box",
    "Chart",
    "Classification",
    "Data",
    "Download",
    "Gallery",
    "HighlightedText",
    "Labels",
    "Markdown",
    "Number",
    "Output",
    "Picture",
    "Progress",
    "Regression",
    "Several",
    "Sound",
    "Span",
    "Table",
    "Text",
    "TextStream",
    "as_output",
    "is_flat",
    "labels_of",
    "stored",
]
