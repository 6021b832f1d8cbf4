"""The functions that this app and Gradio both serve: one of the demos, and next to nothing."""

from typing import Any

from showcase.contract import Demo
from showcase.contract.function import examples

SHOUT = Demo(
    name="shout",
    title="Next to nothing",
    icon=":material/campaign:",
    section="Language",
    summary="The text in capitals.",
    module="bench.load.same:shout",
)


@examples({word: {"text": word} for word in ("one", "two", "three", "four")})
def shout(text: str) -> str:
    """Return the text in capitals."""
    return text.upper()


def judge() -> Any:
    """Return a function that judges the sentiment of a text: it checks, predicts and dumps."""
    from models import sentiment

    model = sentiment.load()

    def judged(text: str, threshold: float) -> dict[str, Any]:
        given = sentiment.Input(text=text, threshold=threshold)
        return sentiment.predict(model, given).model_dump(mode="json")

    return judged


def judge_and_draw() -> Any:
    """Return a function that gives the headline of Sentiment's page, and its chart."""
    import plotly.graph_objects as go

    from models import sentiment

    model = sentiment.load()

    def judged(text: str, threshold: float) -> tuple[str, Any]:
        given = sentiment.Input(text=text, threshold=threshold)
        found = sentiment.predict(model, given)
        score = f"{found.score:+.2f}"
        figure = go.Figure()
        for low, high, colour in (
            (-1, -threshold, "#D55E00"),
            (-threshold, threshold, "#8C8C8C"),
            (threshold, 1, "#009E73"),
        ):
            zone = {"x0": low, "x1": high, "y0": 0.3, "y1": 0.7, "fillcolor": colour}
            figure.add_shape(type="rect", opacity=0.45, line_width=0, **zone)
        figure.add_scatter(x=[found.score], y=[0.5], mode="markers+text", text=[score])
        figure.update_xaxes(range=[-1.1, 1.1], showgrid=False, zeroline=False)
        figure.update_yaxes(visible=False, range=[0, 1.5])
        figure.update_layout(height=120, showlegend=False)
        return f"### This sounds {found.label}: {score} on a scale from -1 to +1", figure

    return judged
