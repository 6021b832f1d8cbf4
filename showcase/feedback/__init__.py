"""What people say about predictions: the record, and the store that keeps it. No Streamlit."""

from showcase.feedback.csv_log.games import GameRow
from showcase.feedback.csv_log.judgements import Judgement
from showcase.feedback.errors import FeedbackError, RefusedError, StorageError
from showcase.feedback.record import COLUMNS, Record, hash_input
from showcase.feedback.store import Store, open_store

__all__ = [
    "COLUMNS",
    "FeedbackError",
    "GameRow",
    "Judgement",
    "Record",
    "RefusedError",
    "StorageError",
    "Store",
    "hash_input",
    "open_store",
]
