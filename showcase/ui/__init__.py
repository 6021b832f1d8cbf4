"""What pages are made of: a cached model, a form, charts, a feedback panel."""

from showcase.ui.access import may_review, person, sign_in, signed_in
from showcase.ui.address import arrive
from showcase.ui.batch import batch, forget_batch
from showcase.ui.code import from_code, serve_api
from showcase.ui.draft import record, visit, visitor_name
from showcase.ui.entry import only_through_home, through_home
from showcase.ui.errors import callback, calm, fragment
from showcase.ui.form import Answer, examples, fill_in, form, say_if_stale, shows
from showcase.ui.given import show_input
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
    "fill_in",
    "forget_batch",
    "form",
    "fragment",
    "from_code",
    "literal",
    "may_review",
    "model",
    "model_card",
    "only_through_home",
    "person",
    "record",
    "say_if_stale",
    "scores_caption",
    "serve_api",
    "show_input",
    "shows",
    "sign_in",
    "signed_in",
    "store",
    "tab_icon",
    "through_home",
    "visit",
    "visitor_name",
    "warm",
]

through_home()  # every page and every part of one imports this package
