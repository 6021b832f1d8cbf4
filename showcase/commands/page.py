"""`showcase page MODEL DATA --target COLUMN`: the page of a saved model, without any code."""

import argparse
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from showcase.commands.launch import serve
from showcase.commands.store_urls import CommandError

if TYPE_CHECKING:
    import pandas as pd

    from showcase.contract import Demo

PICKLES = (".pkl", ".pickle", ".joblib")
NETWORKS = (".onnx", ".tflite", ".keras")
WHY_TRUST = (
    "Reading a pickle runs whatever code is in it. If you made {} yourself, or trust whoever did "
    "as you would trust a program of theirs, say so with --trust; better, save the model with "
    "skops.io.dump, which holds no code."
)
WHY_TRUST_KERAS = (
    "Keras builds the layers that {} names, and made files have run code through them. If you made "
    "it yourself, or trust whoever did as you would trust a program of theirs, say so with "
    "--trust; better, convert it to .tflite, which holds no code."
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a command line."""
    command = commands.add_parser(
        "page",
        help="show a saved model of scikit-learn",
        description="Show the page of a fitted model and the data that it was fitted with, beside "
        "review, annotate and the API.",
    )
    command.add_argument(
        "model",
        type=Path,
        help="a .skops, .onnx or .tflite file; .keras, .joblib or .pkl with --trust",
    )
    command.add_argument("data", type=Path, help="CSV or Parquet with the columns of the model")
    command.add_argument("--target", required=True, help="the column that the model predicts")
    command.add_argument("--held-out", type=Path, help="rows that the model has never seen")
    command.add_argument("--about", type=Path, help="YAML: titles, units, names of choices")
    command.add_argument(
        "--accept", nargs="+", default=[], metavar="TYPE", help="types in a .skops"
    )
    command.add_argument("--trust", action="store_true", help="read a file that may run code")
    command.add_argument("--port", default="", help="where it is served; else the first free one")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> None:
    demo = demo_of_files(
        chosen.model,
        chosen.data,
        chosen.target,
        held_out=chosen.held_out,
        about=chosen.about,
        accept=chosen.accept,
        trust=chosen.trust,
    )
    serve(chosen.model, [demo], [f"--server.port={chosen.port}"] if chosen.port else [])


def demo_of_files(
    model: Path,
    data: Path,
    target: str,
    *,
    held_out: Path | None = None,
    about: Path | None = None,
    accept: Sequence[str] = (),
    trust: bool = False,
) -> "Demo":
    """Return the demo of a saved model; CommandError says what to do where there is none."""
    from showcase import from_estimator
    from showcase.estimator.columns import field_name
    from showcase.interface.page import estimator_demo

    estimator = read_model(model, accept, trust=trust)
    apart = None if held_out is None else _parted(held_out, target)
    name = field_name(model.stem, 0, set())
    try:
        X, y = _parted(data, target)
        made = from_estimator(estimator, X, y, held_out=apart, name=name, about=about)
    except (TypeError, ValueError) as error:
        raise CommandError(str(error)) from error
    return estimator_demo(made)


def read_model(path: Path, accept: Sequence[str] = (), *, trust: bool = False) -> Any:
    """Return the model in a file; CommandError for one that nobody vouches for."""
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    if path.suffix == ".skops":
        return _read_skops(path, accept)
    if path.suffix not in (*NETWORKS, *PICKLES):
        raise CommandError(f"{path.name} is none of .skops, {', '.join((*NETWORKS, *PICKLES))}.")
    if path.suffix == ".keras" and not trust:
        raise CommandError(WHY_TRUST_KERAS.format(path.name))
    if path.suffix in NETWORKS:
        return path
    if not trust:
        raise CommandError(WHY_TRUST.format(path.name))
    if path.suffix == ".joblib":
        import joblib

        return joblib.load(path)
    return pickle.loads(path.read_bytes())  # noqa: S301  # its owner said --trust


def _read_skops(path: Path, accept: Sequence[str]) -> Any:
    from skops.io import get_untrusted_types, load

    strange = sorted(set(get_untrusted_types(file=path)) - set(accept))
    if strange:
        raise CommandError(
            f"{path.name} holds types that skops does not know to be harmless:\n  "
            + "\n  ".join(strange)
            + "\nIf you know them, accept them by name: --accept "
            + " ".join([*accept, *strange])
        )
    return load(path, trusted=list(accept))


def _parted(path: Path, target: str) -> "tuple[pd.DataFrame, pd.Series[Any]]":
    """Return the rows of a table without the target, and the target."""
    import pandas as pd

    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    if target not in table:
        raise CommandError(f"{path.name} has no column {target!r}; it has {list(table)}.")
    known = table.dropna(subset=[target])
    return known.drop(columns=target), known[target]
