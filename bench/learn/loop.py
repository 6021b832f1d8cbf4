"""Judged inputs into a store of their own, `showcase learn` over them, and the candidate back."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from showcase.__main__ import main as showcase
from showcase.contract import ModelInput, registry
from showcase.feedback import Record, open_store
from showcase.learning import worker
from showcase.learning.report import Report
from showcase.runtime import project
from showcase.runtime.loading import Loaded, in_force_now
from showcase.runtime.settings import settings
from showcase.versions import StoredVersion, digits, open_versions

Judged = tuple[ModelInput, str | float, str]  # an input, what is right, who says so
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Learnt:
    """The model that was in force, the candidate, and its report."""

    before: Loaded
    model: Any
    report: Report


@contextmanager
def own_place() -> Iterator[str]:
    """Let verdicts and versions lie in a folder of their own; yield its address."""
    project.open_project(ROOT)
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        url = f"csv:{folder}/feedback.csv"
        os.environ["VITRINE_FEEDBACK_URL"] = url
        settings.cache_clear()
        yield url


def learnt(name: str, judged: Sequence[Judged], data: Path, url: str) -> Learnt:
    """Store the verdicts, run `showcase learn`, and return what came of it.

    It may take an hour: what is measured here is no time, and the machine may be shared.
    """
    worker.LIMIT_S = 3600.0
    demo = registry.find(name)
    before = in_force_now(demo)
    store = open_store(url)
    store.extend([_row(before, *one) for one in judged])
    if showcase(["learn", name, "--data", str(data)]):
        raise SystemExit(1)
    versions = open_versions(url)
    stored = versions.every(name)[0]
    module: Any = before.module
    return Learnt(before, module.load(versions.artifact(stored)), Report(**_plain(stored.report)))


def _plain(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in Report.model_fields}


def _row(loaded: Loaded, given: ModelInput, target: str | float, person: str) -> Any:
    prediction = loaded.predict(given)
    label = getattr(prediction, "label", None)
    return Record(
        demo=loaded.demo.name,
        model_version=loaded.version,
        source="ui",
        input=given.model_dump(mode="json"),
        prediction=prediction.model_dump(mode="json"),
        verdict="correct" if label == target else "wrong",
        expected=str(target),
        annotator=person,
        session="0" * 8,
    ).row()


def in_force(name: str, artifact: Path, url: str) -> None:
    """Let another artifact than the shipped one be in force."""
    content = artifact.read_bytes()
    sha256 = digits(content)
    report = {"passed": True, "compared_with": registry.version(name)}
    stored = StoredVersion(
        demo=name, version=sha256[:12], artifact=artifact.name, sha256=sha256, report=report
    )
    open_versions(url).add(stored, content)
    if showcase(["promote", name, stored.version, "--who", "bench"]):
        raise SystemExit(1)


def told(report: Report) -> None:
    """Print the report's figures that the documents give."""
    held_out = report.verdict.held_out
    print(report.sentence)
    print(
        f"Learnt {report.learnt}, apart {report.apart}; held out {held_out.rows:,} rows: "
        f"{held_out.before:.4f} before, {held_out.after:.4f} after, gain {held_out.gain:+.4f} "
        f"({held_out.low:+.4f} to {held_out.high:+.4f}); passed: {report.passed} "
        f"{' '.join(report.verdict.reasons)}"
    )
    print(f"{report.seconds:.0f} s, {report.memory_mb:.0f} MB")
