"""The two functions that this app and Gradio both serve: one of the demos, and next to nothing."""

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
