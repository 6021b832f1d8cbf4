"""Large tables: rows a second of processor time beside the bare model on a ready matrix."""

import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bench.row import Row
from models import earnings, flower_power, rainfall, sentiment
from showcase.batch.frames import all_columns
from showcase.batch.run import in_this_process, prepared
from showcase.contract.frames import frame_of, predict_frame
from showcase.contract.predictions import ModelInput

SHARE = 0.7  # of the bare model's rows a second
TRIES = 5
ROWS = {rainfall: 100_000, earnings: 20_000, flower_power: 100_000, sentiment: 2_000}


def rows() -> Iterator[Row]:
    """Yield for each model what it does by the column, and from a CSV to Parquet."""
    with threadpool_limits(1):  # as Dask's workers have it
        for module, count in ROWS.items():
            model = module.load()
            inputs = varied(module, count)
            frame = frame_of(inputs)
            bare = rate(bare_call(module, model, inputs), count)
            columns = rate(lambda m=module, f=frame, o=model: predict_frame(m, o, f), count)
            name = module.__name__.removeprefix("models.")
            yield _row(
                f"{name}: by the column, of the bare model's {bare:,.0f} rows/s", columns, bare
            )
            whole = from_csv_to_parquet(name, frame)
            yield _row(f"{name}: from CSV to Parquet, of the same", whole, bare)


def _row(what: str, rate: float, bare: float) -> Row:
    share = rate / bare
    return Row(what, f"{share:.0%} ({rate:,.0f} rows/s)", f"{SHARE:.0%}", share >= SHARE)


def varied(module: ModuleType, count: int) -> list[ModelInput]:
    """Return inputs near the examples, every number another one."""
    chance = np.random.default_rng(0)
    columns = all_columns(module)
    inputs = []
    for place in range(count):
        example = module.EXAMPLES[place % len(module.EXAMPLES)].model_dump()
        for column in columns:
            value = example[column.name]
            low, high = column.field.bound("ge"), column.field.bound("le")
            if isinstance(value, float) and None not in (low, high) and not column.choices:
                near = np.clip(value + (high - low) * chance.uniform(-0.05, 0.05), low, high)
                example[column.name] = round(float(near), 3)
        inputs.append(module.Input(**example))
    return inputs


def bare_call(module: ModuleType, model: object, inputs: list[ModelInput]) -> Callable[[], object]:
    """Return a call of scikit-learn, LiteRT or NLTK with everything ready."""
    if module is rainfall:
        X = frame_of(inputs)[list(rainfall.FIELDS)].to_numpy(float)
        return lambda: model.classifier.predict_proba(X)
    if module is flower_power:
        X = frame_of(inputs)[list(flower_power.FIELDS)].to_numpy(float)
        return lambda: model.probabilities(X)
    if module is sentiment:
        return lambda: [model.polarity_scores(one.text) for one in inputs]
    from models.earnings.model import matrix, programmes

    X = matrix(programmes(inputs), model.encoder)
    return lambda: (model.trees.value(X), model.trees.ends(X))


def rate(call: Callable[[], object], count: int) -> float:
    """Return rows a second of processor time, the best of several."""
    best = 0.0
    for _ in range(TRIES):
        began = time.process_time()
        call()
        best = max(best, count / (time.process_time() - began))
    return best


def from_csv_to_parquet(name: str, frame: pd.DataFrame) -> float:
    """Return the same for a file read, checked, predicted and written."""
    with tempfile.TemporaryDirectory() as folder:
        table, text = Path(folder) / "table.csv", io.StringIO()
        frame.to_csv(text, index=False)
        table.write_text(text.getvalue(), encoding="utf-8")
        with prepared(name, [str(table)], f"{folder}/out") as run:
            return rate(lambda: list(in_this_process(run.parts, run.task)), len(frame))
