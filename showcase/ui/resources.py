"""What all visitors and the API share: one loaded model per demo, one feedback store."""

import atexit
import contextlib
import gc
import importlib
import logging
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from models import base, registry
from showcase.feedback import FeedbackError, StorageError, Store, open_store
from showcase.settings import feedback_spool, feedback_url, settings
from showcase.ui.entry import through_home
from showcase.ui.palette import label_colours

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
ICON = "🖼️"
EMOJIS = "streamlit.emojis"
CHARTS, PANEL = "showcase.ui.charts", "showcase.ui.panel"
WARM_AFTER_S = 1.0  # the first gallery reaches its visitor before imports take the processor


@dataclass(frozen=True)
class Loaded:
    """A demo with its module, its loaded model, the model's version and its card, if any."""

    demo: base.Demo
    module: base.ModelModule
    model: Any
    version: str
    card: base.Card | None

    @property
    def colours(self) -> dict[str, str]:
        """Each label's colour, the same wherever it is shown."""
        return label_colours(self.module)

    def predict(self, given: base.ModelInput) -> Any:
        """Return the model's answer to one validated input: a `BaseOutput`."""
        return self.module.predict(self.model, given)

    def explain(
        self, given: base.ModelInput, prediction: base.BaseOutput
    ) -> list[base.Contribution]:
        """Return what moved the answer."""
        return self.module.explain(self.model, given, prediction)


def model(name: str) -> Loaded:
    """Return the one loaded model of the demo; the visitor sees that it loads, if it takes long."""
    through_home()
    with st.spinner("Loading the model …"):
        return load(name)


@st.cache_resource(show_spinner=False)
def load(name: str) -> Loaded:
    """Return the one loaded model of the demo, for every visitor and every thread.

    FileNotFoundError if its artifact is missing.
    """
    demo = registry.find(name)
    module = demo.load_module()
    loaded = Loaded(demo, module, module.load(), base.model_version(module), base.card(demo))
    _leave_to_stay()
    return loaded


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the one feedback store that settings name; StorageError if they name none."""
    about = "settings"
    try:
        place = feedback_url(), settings().feedback_lasting, feedback_spool()
        about = "VITRINE_FEEDBACK_URL"
        return open_store(*place)
    except ValueError as error:
        logger.error("%s: %s", about, error)  # noqa: TRY400  # its text says it all
        raise StorageError("This app is not set up to store verdicts: its log says why.") from error


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Load every model in the background, once a process, so that a first visit does not wait.

    Says in the log where verdicts go, too: it is the first that happens after the start.
    """
    with contextlib.suppress(FeedbackError):  # `store` has logged it
        logger.info("verdicts", extra={"place": store().place, "lasting": store().lasting})
    timer = threading.Timer(WARM_AFTER_S, _warm_all)
    timer.daemon = True
    timer.start()


def tab_icon() -> str | None:
    """Return the icon of the browser's tab; None while it would make the first gallery wait.

    That is 70 ms for Streamlit's list of emojis, which `warm` loads later. Icons of other kinds
    load NumPy or come from a server elsewhere.
    """
    gallery = (st.get_option("server.baseUrlPath") or "").strip("/")
    at_gallery = urlsplit(st.context.url or "").path.strip("/") == gallery
    return ICON if EMOJIS in sys.modules or not at_gallery else None


def _leave_to_stay() -> None:
    """Tell the garbage collector to pass over what is loaded by now: it stays.

    Streamlit collects after every run of a script. With every model and library loaded that takes
    0.14 s of processor time, in which nobody gets an answer; passing over them, next to nothing.
    """
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # else DuckDB says at the end that all of it is lost


def _warm_all() -> None:
    importlib.import_module(EMOJIS)
    try:
        wanted = settings().warm
    except ValueError:  # `store` has logged it
        wanted = False
    if not wanted:
        return
    for part in (PANEL, CHARTS):
        importlib.import_module(part)
    for demo in registry.DEMOS:
        started = time.perf_counter()
        try:
            loaded = load(demo.name)
            if loaded.module.EXAMPLES and not getattr(loaded.module, "is_slow", False):
                loaded.predict(loaded.module.EXAMPLES[0])
        except Exception:  # the page itself will say what is wrong with its model
            logger.exception("model did not warm", extra={"demo": demo.name})
        else:
            seconds = round(time.perf_counter() - started, 3)
            logger.info("model warmed", extra={"demo": demo.name, "seconds": seconds})
    _leave_to_stay()
