"""The one list of demos. A line here is a page, an endpoint, a batch job and contract tests."""

from showcase.contract import Demo

DEMOS: tuple[Demo, ...] = (
    Demo(
        name="sketch",
        title="Sketch",
        icon=":material/draw:",
        section="Pictures",
        summary="Draw something: what is it, out of 345 things? It guesses while you draw.",
        module="models.sketch",
    ),
    Demo(
        name="sentiment",
        title="Sentiment",
        icon=":material/sentiment_satisfied:",
        section="Language",
        summary="Is a text positive, negative or neutral, and which words make it so?",
        module="models.sentiment",
    ),
    Demo(
        name="rainfall",
        title="Rainfall",
        icon=":material/rainy:",
        section="Weather",
        summary="How likely is rain by 9 tomorrow morning, from this afternoon's readings?",
        module="models.rainfall",
    ),
    Demo(
        name="earnings",
        title="Earnings",
        icon=":material/payments:",
        section="Education",
        summary="What do a programme's graduates earn a year after completing it, and why?",
        module="models.earnings",
    ),
    Demo(
        name="flower_power",
        title="Flower Power",
        icon=":material/local_florist:",
        section="Nature",
        summary="Which of three irises is this? Train yourself, then challenge the AI.",
        module="models.flower_power",
    ),
    Demo(
        name="palindromes",
        title="Palindromes",
        icon=":material/text_compare:",
        section="Language",
        summary="Which parts of a text read the same backwards? In any script, of any length.",
        module="models.text_tools:palindromes",
        page="text_tools",
    ),
    Demo(
        name="word_frequencies",
        title="Word frequencies",
        icon=":material/bar_chart:",
        section="Language",
        summary="Which words occur most often in a text, common ones aside?",
        module="models.text_tools:word_frequencies",
        page="text_tools",
    ),
    Demo(
        name="readability",
        title="Readability",
        icon=":material/menu_book:",
        section="Language",
        summary="How easy is an English text to read, and what makes it so?",
        module="models.text_tools:readability",
        page="text_tools",
    ),
)
