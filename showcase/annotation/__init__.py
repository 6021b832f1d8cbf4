"""People judge a list, one input after the other and blind to each other. No Streamlit."""

from showcase.annotation.progress import Progress, before
from showcase.annotation.reservations import Reservations
from showcase.annotation.rows import is_blind, row_of
from showcase.annotation.task import (
    MOST_ITEMS,
    MOST_PEOPLE,
    Item,
    Task,
    is_task,
    judgement_id,
    same,
)
from showcase.annotation.tasks import Tasks, open_tasks

__all__ = [
    "MOST_ITEMS",
    "MOST_PEOPLE",
    "Item",
    "Progress",
    "Reservations",
    "Task",
    "Tasks",
    "before",
    "is_blind",
    "is_task",
    "judgement_id",
    "open_tasks",
    "row_of",
    "same",
]
