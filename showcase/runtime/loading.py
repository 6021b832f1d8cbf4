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
from functools import cache, lru_cache
from typing import Any

import streamlit as st

from showcase import contract
from showcase.contract import registry
from showcase.contract.palette import label_colours
from showcase.feedback import FeedbackError, StorageError, Store, open_store
from showcase.runtime.settings import feedback_spool, feedback_url, settings
from showcase.versions import StoredVersion, Versions, in_force, open_versions

logger = logging.getLogger(__name__)

EMOJIS = "streamlit.emojis"
LARGE = 100_000  # characters of one text or file
FOLLOW_S = 1.0  # a change of version is noticed that soon
REPLACED = 8  # versions that answer no more, kept for verdicts on what they answered
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


@dataclass
class Slot:
    """Holds the model in force of a demo: another takes its place while requests go on."""

    loaded: Loaded


_slots: dict[str, Slot] = {}


def load(name: str) -> Loaded:
    """Return the loaded model in force of the demo, one for every visitor and every thread.

    FileNotFoundError if its artifact is missing.
    """
    return _slot(name).loaded


@st.cache_resource(show_spinner=False)
def _slot(name: str) -> Slot:
    demo = registry.find(name)
    try:
        near = _place().startswith("csv:")  # a database may be away: nobody waits for it
        learns = near and _has_versions(demo)
        slot = Slot((_promoted(demo) if learns else None) or _shipped(demo))
    except Exception:  # the shipped one is always there to go back to
        logger.exception("the version in force does not load", extra={"demo": name})
        slot = Slot(_shipped(demo))
    _slots[name] = slot
    _leave_to_stay()
    _follow()
    return slot


def load_version(name: str, version: str) -> Loaded | None:
    """Return a version that was in force once, or is; None if there is none of these digits."""
    loaded = load(name)
    if loaded.version == version:
        return loaded
    try:
        return _version(name, version, feedback_url())
    except LookupError:
        return None


@lru_cache(REPLACED)
def _version(name: str, version: str, place: str) -> Loaded:
    demo, versions = registry.find(name), open_versions(place)
    if version == registry.version(name):
        return _shipped(demo)
    if stored := versions.find(name, version) if _has_versions(demo) else None:
        return from_store(demo, stored, versions)
    raise LookupError(version)  # which is not kept: it may be stored later


def _has_versions(demo: contract.Demo) -> bool:
    """Tell whether verdicts can change it: a package or an estimator; a function stays as it is."""
    return not demo.function or hasattr(demo.load_module(), "ARTIFACT_NAME")


def _place() -> str:
    """Return where verdicts and versions lie; empty if settings name no place: `store` logs it."""
    try:
        return feedback_url()
    except ValueError:
        return ""


def _shipped(demo: contract.Demo) -> Loaded:
    module = demo.load_module()
    return Loaded(demo, module, module.load(), contract.model_version(module), contract.card(demo))


def _promoted(demo: contract.Demo) -> Loaded | None:
    """Return the version that was promoted last; None if that is the shipped one."""
    versions = open_versions(_place())
    wanted = _wanted(demo, versions)
    if wanted == registry.version(demo.name):
        return None
    stored = versions.find(demo.name, wanted)
    if stored is None:
        logger.warning("no such version: the shipped one answers", extra={"version": wanted})
        return None
    return from_store(demo, stored, versions)


def in_force_now(demo: contract.Demo) -> Loaded:
    """Load the model in force, for a command: nothing is kept, and nobody waits for a database."""
    return _promoted(demo) or _shipped(demo)


def from_store(demo: contract.Demo, stored: StoredVersion, versions: Versions) -> Loaded:
    """Return a stored version, loaded; any error if it cannot be."""
    module: Any = demo.load_module()
    if stored.version != (now := contract.version_of(module, stored.sha256)):
        told = {"demo": demo.name, "version": stored.version, "with_this_code": now}
        logger.warning("the code has changed since this version was learnt", extra=told)
    card = contract.Card.model_validate(stored.card) if stored.card else contract.card(demo)
    return Loaded(demo, module, module.load(versions.artifact(stored)), stored.version, card)


def catch_up() -> None:
    """Change over to what is in force now; what does not load leaves the one there that answers."""
    slots = _slots.copy()  # `forget_models` may empty it meanwhile, in another thread
    learning = [demo for demo in registry.demos() if demo.name in slots and _has_versions(demo)]
    for demo in learning if _place() else ():
        slot, told = slots[demo.name], {"demo": demo.name}
        try:
            if _wanted(demo, open_versions(_place())) != slot.loaded.version:
                slot.loaded = _promoted(demo) or _shipped(demo)
                logger.info("model changed", extra=told | {"version": slot.loaded.version})
        except Exception:  # said in the log; the model that answers goes on
            logger.exception("model not changed", extra=told)


def _wanted(demo: contract.Demo, versions: Versions) -> str:
    return in_force(versions, demo.name) or registry.version(demo.name)


@cache
def _follow() -> None:
    """Look for changes every second, once a process, in a thread of its own: no request waits."""

    def follow() -> None:
        seen = ""
        while True:
            try:
                token = open_versions(_place()).token() if _place() else seen
            except (FeedbackError, ValueError):  # nothing is known: the models stay
                token = seen
            if token != seen:
                seen = token
                catch_up()
            time.sleep(FOLLOW_S)

    threading.Thread(target=follow, name="versions", daemon=True).start()


def forget_models() -> None:
    """Load every model anew when it is asked for next."""
    _slot.clear()
    _slots.clear()


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
    wanted = False
    with contextlib.suppress(ValueError):  # so it has this
        wanted = settings().warm
    timer = threading.Timer(WARM_AFTER_S, _warm_all, (modules, wanted))
    timer.daemon = True
    timer.start()


def _leave_to_stay() -> None:
    """Tell the garbage collector to pass over what is loaded by now: it stays.

    With every model and library loaded a look through all objects takes 0.14 s of processor time,
    in which nobody gets an answer; passing over them, next to nothing.
    """
    gc.collect()
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)  # else DuckDB says at the end that all of it is lost


def _warm_all(modules: Sequence[str], models: bool) -> None:
    importlib.import_module(EMOJIS)
    if not models:
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
