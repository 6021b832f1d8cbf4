"""What people say about predictions: the record, and the store that keeps it. No Streamlit."""

from showcase.feedback.errors import FeedbackError, RefusedError, StorageError
from showcase.feedback.record import COLUMNS, Record, hash_input
from showcase.feedback.store import Store, open_store

__all__ = [
    "COLUMNS",
    "FeedbackError",
    "Record",
    "RefusedError",
    "StorageError",
    "Store",
    "hash_input",
    "open_store",
]
