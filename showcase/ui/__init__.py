"""What pages are made of: a cached model, a form, charts, a feedback panel."""

from showcase.ui.address import arrive
from showcase.ui.batch import batch, forget_batch
from showcase.ui.draft import record, visit
from showcase.ui.entry import through_home
from showcase.ui.errors import callback, calm, fragment
from showcase.ui.form import Answer, examples, form, say_if_stale, shows
from showcase.ui.literal import literal
from showcase.ui.modelcard import NO_CARD, model_card, scores_caption
from showcase.ui.panel import feedback
from showcase.ui.resources import Loaded, model, store, tab_icon, warm

__all__ = [
    "NO_CARD",
    "Answer",
    "Loaded",
    "arrive",
    "batch",
    "callback",
    "calm",
    "examples",
    "feedback",
    "forget_batch",
    "form",
    "fragment",
    "literal",
    "model",
    "model_card",
    "record",
    "say_if_stale",
    "scores_caption",
    "shows",
    "store",
    "tab_icon",
    "through_home",
    "visit",
    "warm",
]

through_home()  # every page and every part of one imports this package
