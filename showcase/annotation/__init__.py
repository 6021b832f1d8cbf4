"""People judge a list, one input after the other and blind to each other. No Streamlit."""

from showcase.annotation.progress import Progress, before, is_blind, row_of
from showcase.annotation.queue import Reservations
from showcase.annotation.tasks import (
    MOST_ITEMS,
    MOST_PEOPLE,
    Item,
    Task,
    Tasks,
    is_task,
    judgement_id,
    open_tasks,
    same,
)

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
