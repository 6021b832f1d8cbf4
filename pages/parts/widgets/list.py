"""Every input and output: how it is written, what draws it, what Gradio calls it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from pages.parts.widgets import answers, files, media, tables, times, values


class Component(NamedTuple):
    """A kind of input or output, and the function that shows it."""

    name: str
    function: Callable[..., Any]
    written: str
    streamlit: str
    gradio: str


INPUTS = (
    Component("Short text", values.short_text, "str", "st.text_input", "Textbox"),
    Component("Long text", values.long_text, "LongText", "st.text_area", "Textbox(lines=…)"),
    Component("Whole number", values.whole_number, "int", "st.number_input", "Number(precision=0)"),
    Component("Number", values.number, "float", "st.number_input", "Number"),
    Component("Slider", values.slider, "float with ge and le", "st.slider", "Slider"),
    Component("Range", values.number_range, "tuple[float, float]", "st.slider", "–"),
    Component("Switch", values.switch, "bool", "st.toggle", "Checkbox"),
    Component("Buttons", values.few_choices, "Literal, few", "st.segmented_control", "Radio"),
    Component("List", values.many_choices, "Literal, many", "st.selectbox", "Dropdown"),
    Component("Enum", values.named_choices, "Enum", "st.selectbox", "Dropdown"),
    Component(
        "Several of few", values.several_of_few, "list[Literal], few", "st.pills", "CheckboxGroup"
    ),
    Component(
        "Several of many",
        values.several_of_many,
        "list[Literal], many",
        "st.multiselect",
        "Dropdown(multiselect=True)",
    ),
    Component("Date", times.day, "date", "st.date_input", "DateTime(include_time=False)"),
    Component("Time", times.clock, "time", "st.time_input", "–"),
    Component("Date and time", times.moment, "datetime", "st.datetime_input", "DateTime"),
    Component("Dates", times.date_range, "tuple[date, date]", "st.date_input", "–"),
    Component("Duration", times.duration, "timedelta", "two st.number_input", "–"),
    Component("Colour", times.colour, "Colour", "st.color_picker", "ColorPicker"),
    Component("File", files.file, "File or bytes", "st.file_uploader", "File, UploadButton"),
    Component("Picture", files.image, "PIL.Image.Image", "st.file_uploader", "Image"),
    Component("Photo", files.photo, "Photo", "st.camera_input", 'Image(sources=["webcam"])'),
    Component("Sound", files.audio, "Audio", "st.file_uploader", "Audio"),
    Component("Recording", files.recording, "Recording", "st.audio_input", "Microphone, Audio"),
    Component("Drawing", files.drawing, "Drawing", "a canvas", "Sketchpad, Paint, ImageEditor"),
    Component("Table", tables.table, "pandas.DataFrame", "st.data_editor", "Dataframe"),
    Component("Values", tables.values, "list[float]", "st.data_editor", "Dataframe, one column"),
    Component("Group", tables.group, "a pydantic model", "st.container", "Group, by hand"),
    Component("Optional", tables.optional, "any of these, or None", "and st.checkbox", "–"),
)
OUTPUTS = (
    Component("Text", answers.text, "str", "st.subheader, st.text", "Textbox, Text"),
    Component("Markdown", answers.markdown, "Markdown", "st.markdown", "Markdown"),
    Component("Number", answers.quantity, "Number, int, float", "st.metric", "Number"),
    Component("Yes or no", answers.yes_or_no, "bool", "st.subheader", "Checkbox"),
    Component("Label", answers.choice, "Literal, Enum", "st.subheader", "Label"),
    Component("Probabilities", answers.classification, "Classification", "a bar chart", "Label"),
    Component("Estimate", answers.regression, "Regression", "a chart of the interval", "–"),
    Component("Table", answers.frame, "pandas.DataFrame", "st.dataframe", "Dataframe"),
    Component("JSON", answers.data, "Data, dict, list", "st.json", "JSON, KeyValues"),
    Component("Download", answers.download, "Download", "st.download_button", "DownloadButton"),
    Component("Several", answers.several, "Several, dict, tuple", "st.grid", "several outputs"),
    Component("Named parts", answers.named, "NamedTuple, dataclass", "st.metric", "–"),
    Component("Chart", media.chart, "a Plotly figure", "st.plotly_chart", "Plot, LinePlot"),
    Component("Picture", media.picture, "PIL.Image.Image", "st.image", "Image"),
    Component("Sound", media.sound, "Sound", "st.audio", "Audio"),
    Component("Steps", media.steps, "Iterator[…]", "st.progress", "Progress, a generator"),
)
