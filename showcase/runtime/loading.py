"""What all visitors and the API share: one loaded model per demo, one feedback store."""

import atexit
import contextlib
import gc
import importlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from showcase import contract
from showcase.contract import registry
from showcase.contract.palette import label_colours
from showcase.feedback import FeedbackError, StorageError, Store, open_store
from showcase.runtime.settings import feedback_spool, feedback_url, settings

logger = logging.getLogger(__name__)

EMOJIS = "streamlit.emojis"
LARGE = 100_000  # characters of one text or file
WARM_AFTER_S = 1.0  # the first gallery reaches its visitor before imports take the processor


@dataclass(frozen=True)
class Loaded:
    """A demo with its module, its loaded model, the model's version and its card, if any."""

    demo: contract.Demo
    module: contract.ModelModule
    model: Any
    version: str
    card: contract.Card | None

    @property
    def colours(self) -> dict[str, str]:
        """Each label's colour, the same wherever it is shown."""
        return label_colours(self.module)

    def predict(self, given: contract.ModelInput) -> Any:
        """Return the model's answer to one validated input: a `BaseOutput`.

        Large inputs wait for each other, of pages and API alike: one may take 200 MB for a while.
        """
        with _one_large if _is_large(given) else contextlib.nullcontext():
            return self.module.predict(self.model, given)

    def explain(
        self, given: contract.ModelInput, prediction: contract.BaseOutput
    ) -> list[contract.Contribution]:
        """Return what moved the answer."""
        return self.module.explain(self.model, given, prediction)


_one_large = threading.RLock()  # a function may ask another model


def _is_large(given: contract.ModelInput) -> bool:
    values = vars(given).values()
    return any(isinstance(value, str | bytes) and len(value) > LARGE for value in values)


@st.cache_resource(show_spinner=False)
def load(name: str) -> Loaded:
    """Return the one loaded model of the demo, for every visitor and every thread.

    FileNotFoundError if its artifact is missing.
    """
    demo = registry.find(name)
    module = demo.load_module()
    loaded = Loaded(
        demo, module, module.load(), contract.model_version(module), contract.card(demo)
    )
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
def warm(modules: Sequence[str] = ()) -> None:
    """Load every model in the background, once a process, so that a first visit does not wait.

    `modules` are imported too. Says in the log where verdicts go: it is the first that happens
    after the start.
    """
    with contextlib.suppress(FeedbackError):  # `store` has logged it
        logger.info("verdicts", extra={"place": store().place, "lasting": store().lasting})
    timer = threading.Timer(WARM_AFTER_S, _warm_all, (modules,))
    timer.daemon = True
    timer.start()


def _leave_to_stay() -> None:
    """Tell the garbage collector to pass over what is loaded by now: it stays.

    Streamlit collects after every run of a script. With every model and library loaded that takes
    0.14 s of processor time, in which nobody gets an answer; passing over them, next to nothing.
    """
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # else DuckDB says at the end that all of it is lost


def _warm_all(modules: Sequence[str]) -> None:
    importlib.import_module(EMOJIS)
    try:
        wanted = settings().warm
    except ValueError:  # `store` has logged it
        wanted = False
    if not wanted:
        return
    for module in modules:
        importlib.import_module(module)
    for demo in registry.demos():
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
