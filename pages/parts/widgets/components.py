"""Every input and output: its type, what draws it, and what Gradio calls it, as Markdown too."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pages.parts.widgets import inputs, outputs


class Component(NamedTuple):
    """A kind of input or output, and the function that shows it."""

    name: str
    function: Callable[..., Any]
    written: str
    streamlit: str
    gradio: str


INPUTS = (
    Component("Short text", inputs.short_text, "str", "st.text_input", "Textbox"),
    Component("Long text", inputs.long_text, "LongText", "st.text_area", "Textbox(lines=…)"),
    Component("Whole number", inputs.whole_number, "int", "st.number_input", "Number(precision=0)"),
    Component("Number", inputs.number, "float", "st.number_input", "Number"),
    Component("Slider", inputs.slider, "float with ge and le", "st.slider", "Slider"),
    Component("Range", inputs.number_range, "tuple[float, float]", "st.slider", "–"),
    Component("Switch", inputs.switch, "bool", "st.toggle", "Checkbox"),
    Component("Buttons", inputs.few_choices, "Literal, few", "st.segmented_control", "Radio"),
    Component("List", inputs.many_choices, "Literal, many", "st.selectbox", "Dropdown"),
    Component("Enum", inputs.named_choices, "Enum", "st.selectbox", "Dropdown"),
    Component(
        "Several of few", inputs.several_of_few, "list[Literal], few", "st.pills", "CheckboxGroup"
    ),
    Component(
        "Several of many",
        inputs.several_of_many,
        "list[Literal], many",
        "st.multiselect",
        "Dropdown(multiselect=True)",
    ),
    Component("Date", inputs.day, "date", "st.date_input", "DateTime(include_time=False)"),
    Component("Time", inputs.clock, "time", "st.time_input", "–"),
    Component("Date and time", inputs.moment, "datetime", "st.datetime_input", "DateTime"),
    Component("Dates", inputs.date_range, "tuple[date, date]", "st.date_input", "–"),
    Component("Duration", inputs.duration, "timedelta", "two st.number_input", "–"),
    Component("Colour", inputs.colour, "Colour", "st.color_picker", "ColorPicker"),
    Component("File", inputs.file, "File or bytes", "st.file_uploader", "File, UploadButton"),
    Component("Picture", inputs.image, "PIL.Image.Image", "st.file_uploader", "Image"),
    Component("Photo", inputs.photo, "Photo", "st.camera_input", 'Image(sources=["webcam"])'),
    Component("Sound", inputs.audio, "Audio", "st.file_uploader", "Audio"),
    Component("Recording", inputs.recording, "Recording", "st.audio_input", "Microphone, Audio"),
    Component("Drawing", inputs.drawing, "Drawing", "a canvas", "Sketchpad, Paint, ImageEditor"),
    Component("Table", inputs.table, "DataFrame, Columns", "st.data_editor", "Dataframe"),
    Component("Any table", inputs.any_table, "pandas.DataFrame", "st.file_uploader", "Dataframe"),
    Component(
        "Values", inputs.values, "list[float], NDArray", "st.data_editor", "Dataframe, one column"
    ),
    Component(
        "Group",
        inputs.group,
        "a pydantic model, a dataclass",
        "st.container",
        "Group, by hand",
    ),
    Component("Optional", inputs.optional, "any of these, or None", "and st.checkbox", "–"),
)

OUTPUTS = (
    Component("Text", outputs.text, "str", "st.subheader, st.text", "Textbox, Text"),
    Component("Markdown", outputs.markdown, "Markdown", "st.markdown", "Markdown"),
    Component("Number", outputs.quantity, "Number, int, float", "st.metric", "Number"),
    Component("Yes or no", outputs.yes_or_no, "bool", "st.subheader", "Checkbox"),
    Component("Label", outputs.choice, "Literal, Enum", "st.subheader", "Label"),
    Component("Probabilities", outputs.classification, "Classification", "a bar chart", "Label"),
    Component("Estimate", outputs.regression, "Regression", "a chart of the interval", "–"),
    Component("Table", outputs.frame, "pandas.DataFrame", "st.dataframe", "Dataframe"),
    Component("JSON", outputs.data, "Data, dict, list", "st.json", "JSON, KeyValues"),
    Component("Download", outputs.download, "Download", "st.download_button", "DownloadButton"),
    Component("Several", outputs.several, "Several, dict, tuple", "st.grid", "several outputs"),
    Component("Named parts", outputs.named, "NamedTuple, dataclass", "st.metric", "–"),
    Component("Chart", outputs.chart, "a Plotly figure", "st.plotly_chart", "Plot, LinePlot"),
    Component("Picture", outputs.picture, "PIL.Image.Image", "st.image", "Image"),
    Component("Pictures", outputs.pictures, "Gallery, list of them", "st.grid", "Gallery"),
    Component("Boxes", outputs.boxes, "AnnotatedImage", "st.image", "AnnotatedImage"),
    Component("Spans", outputs.spans, "HighlightedText", "st.markdown", "HighlightedText"),
    Component("Stream", outputs.stream, "TextStream", "st.write_stream", "ChatInterface, one turn"),
    Component("Sound", outputs.sound, "Sound", "st.audio", "Audio"),
    Component("Steps", outputs.steps, "Iterator[…]", "st.progress", "Progress, a generator"),
)

# What is part of every page here and a component there.
PARTS_OF_THE_PAGE = {
    "Button": "the button that runs a function marked `slow`",
    "ClearButton": "the browser’s own ways to empty a field; a click on an example fills the form",
    "Dataset, Examples": "`@examples`",
    "DeepLinkButton": "“Copy link”, and the address itself",
    "Flag button": "the verdict: correct, wrong, not sure, and what is right",
    "Timeseries": "a table as input, a chart as output",
    "BarPlot, ScatterPlot": "a Plotly figure",
    "JSON as input, KeyValues": "a table, or a pydantic model",
    "Text, Highlight, Json …": "other names of components above",
}

MISSING = {
    "Video": "pictures only, so far",
    "Model3D": "a Plotly figure can be turned round",
    "Chatbot, MultimodalTextbox": "one input, one answer: a conversation is no row to train on",
    "Carousel, ImageSlider": "pictures stand side by side",
    "HTML": "left out on purpose: what a visitor types could run in another’s browser",
    "Code": "text has no colours; Markdown has, between three backticks",
    "FileExplorer": "left out on purpose: visitors do not see the server’s files",
    "State, BrowserState, Timer": "left out on purpose: the same input gives the same answer",
    "LoginButton, DuplicateButton": "belong to the host, not to a function",
    "ParamViewer": "the API’s own page at /api/docs lists all parameters",
}


def table(components: Sequence[Component]) -> str:
    """Return a table with a row for each component."""
    rows = [
        f"| {one.name} | `{one.written}` | {_code(one.streamlit)} | {_code(one.gradio)} |"
        for one in components
    ]
    return "\n".join(
        ["| Shown as | Type | Drawn with | Gradio |", "| --- | --- | --- | --- |", *rows]
    )


def comparison() -> str:
    """Return everything that is to say, in four tables."""
    return "\n\n".join(
        [
            f"### Inputs: {len(INPUTS)}",
            table(INPUTS),
            f"### Outputs: {len(OUTPUTS)}",
            table(OUTPUTS),
            "### A component there, part of every page here",
            _pairs("Here", PARTS_OF_THE_PAGE),
            "### Not here",
            _pairs("Instead, or why", MISSING),
        ]
    )


def _pairs(heading: str, pairs: dict[str, str]) -> str:
    rows = [f"| {name} | {text} |" for name, text in pairs.items()]
    return "\n".join([f"| Gradio | {heading} |", "| --- | --- |", *rows])


def _code(text: str) -> str:
    """Return names of Streamlit or Gradio as code, words as they are."""
    return f"`{text}`" if text.startswith("st.") or text[:1].isupper() else text
