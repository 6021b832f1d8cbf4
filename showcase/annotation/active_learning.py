"""Inputs that people judged before, those first that the model was least sure of."""

from itertools import chain

from pydantic import ValidationError

from showcase.annotation.importing import Found
from showcase.annotation.task import MOST_ITEMS
from showcase.contract import ModelModule
from showcase.feedback import COLUMNS, Store

READ = ("demo", "source", "verdict", "input_hash", "confidence", "place")
INPUT = COLUMNS.index("input")
MEMORY = "256MB"
# Of each input the newest row speaks; one that was taken back is left alone, as are games.
QUERY = """
SELECT max(place) AS newest, arg_max(TRY_CAST(confidence AS DOUBLE), place) AS sure FROM log
WHERE demo = ? AND source <> 'game'
GROUP BY input_hash HAVING arg_max(verdict, place) <> 'withdrawn'
ORDER BY sure NULLS LAST, newest DESC LIMIT ?
"""


def least_sure(store: Store, demo: str, module: ModelModule, most: int) -> Found:
    """Return stored inputs of a demo, each once; of a model without confidences the newest."""
    ranked = _ranked(store, demo, min(most, MOST_ITEMS))
    found = Found()
    for row in store.rows([place for place, _ in ranked]):
        try:
            found.inputs.append(module.Input.model_validate_json(row[INPUT]))
        except ValidationError:
            found.notes = ["Some stored inputs are of an earlier form of the model: left out."]
    if ranked and all(sure is None for _, sure in ranked):
        found.notes.append("This model tells no confidence: these are the newest inputs.")
    return found


def _ranked(store: Store, demo: str, most: int) -> list[tuple[int, float | None]]:
    """Return the places of the rows, and how sure the model was."""
    import duckdb
    import pyarrow as pa

    batches = store.batches(READ)
    first = next(batches, None)
    if first is None:
        return []
    log = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": 2}) as database:
        database.register("log", log)
        return database.execute(QUERY, [demo, most]).fetchall()
