"""Gradio with the same functions: `python -m bench.load.gradio_app PORT`, where Gradio is.

Set up as its guide to maximum performance says: no limit to how many calls run at once. `gr.api`
serves a function without a page and so without the cost of one.
"""

import sys

import gradio as gr

from bench.load.same import judge, judge_and_draw, shout


def main() -> None:
    """Serve each function through the queue, and at once (`queue=False`)."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Interface(
            judge_and_draw(),
            [gr.Textbox(label="Text", elem_id="text"), gr.Slider(0, 0.5, 0.05, label="Threshold")],
            [gr.Markdown(elem_id="answer"), gr.Plot()],
            live=True,
            api_name="page",
            flagging_mode="never",
            concurrency_limit=None,
        )
        for name, function in (("judge", judge()), ("shout", shout)):
            gr.api(function, api_name=name, concurrency_limit=None)
            gr.api(function, api_name=f"{name}_at_once", queue=False, concurrency_limit=None)
    blocks.queue(default_concurrency_limit=None)
    blocks.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), ssr_mode=False, quiet=True)


if __name__ == "__main__":
    main()
