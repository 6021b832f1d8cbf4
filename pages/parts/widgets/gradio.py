"""The components compared with Gradio's, as Markdown: on the page and in docs/components.md."""

from collections.abc import Sequence

from pages.parts.widgets.list import INPUTS, OUTPUTS, Component

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
    "HighlightedText, AnnotatedImage": "a page of its own can: see Sentiment",
    "Gallery, Carousel, ImageSlider": "several pictures stand side by side as parts",
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
