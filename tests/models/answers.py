"""What the shipped packages answer to their examples, recorded: whether an edit changed an answer.

A package's version counts its code and libraries, too, unless `same_answers.json` beside it lists
them as answering like those it was shipped with. After an edit, or an upgrade of a library,

    python -m tests.models.answers

asks each package again. Where the answers are as recorded, the list gets the new digest, and the
version of the model, with all verdicts on it, stays. Where they are not, the new ones are recorded:
with a new artifact the version is that artifact's, else it is a new one because of the code.
"""

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.registry import DEMOS
from showcase.contract import Demo, canonical_json
from showcase.contract.function.source import AS_SHIPPED, SAME_ANSWERS, package_digest

RECORDED = Path(__file__).with_name("answers.json")
CLOSE = {"rel_tol": 1e-4, "abs_tol": 1e-5}  # processors round differently
PACKAGES = [demo for demo in DEMOS if not demo.function]


def recorded() -> dict[str, Any]:
    """Return what is recorded of each package."""
    return json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}


def now(demo: Demo) -> dict[str, Any]:
    """Return a package's artifact and code, as digests, and its answers to its examples."""
    module: Any = demo.load_module()
    content = canonical_json(getattr(module, "SETTINGS", {})).encode()
    model = module.load()
    return {
        "artifact": hashlib.sha256(
            module.ARTIFACT.read_bytes() if module.ARTIFACT else content
        ).hexdigest(),
        "code": package_digest(Path(module.__file__), module.ARTIFACT),
        "answers": [module.predict(model, one).model_dump(mode="json") for one in module.EXAMPLES],
    }


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Yield where two answers differ by more than rounding."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from differences(old.get(name), new.get(name), f"{place}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{index}]")
    else:
        numbers = isinstance(old, int | float) and isinstance(new, int | float)
        if not (math.isclose(old, new, **CLOSE) if numbers else old == new):
            yield f"{place}: {old!r} was recorded, now it is {new!r}"


def record() -> None:
    """Ask every package again, and write down what came of it."""
    everything = recorded()
    for demo in PACKAGES:
        before, found = everything.get(demo.name), now(demo)
        changed = list(differences(before["answers"], found["answers"])) if before else ["new"]
        if before and not changed and before["artifact"] == found["artifact"]:
            if found["code"] != before["code"]:
                _list(demo, found["code"], before["code"])
            continue
        print(demo.name, *changed[:5], sep="\n  ")
        if before and before["artifact"] == found["artifact"]:
            everything[demo.name] = found  # from now on the version is that of this code
            continue
        if found["code"] != AS_SHIPPED:
            _list(demo, found["code"], AS_SHIPPED)
        everything[demo.name] = found | {"code": AS_SHIPPED}
    text = json.dumps(everything, indent=1, sort_keys=True)
    RECORDED.write_text(f"{text}\n", encoding="utf-8")


def _list(demo: Demo, digest: str, answers_as: str) -> None:
    table = demo.folder / SAME_ANSWERS
    same = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
    text = json.dumps(same | {digest: answers_as}, indent=2)
    table.write_text(f"{text}\n", encoding="utf-8")
    print(f"{demo.name}: the answers are the same, {digest[:12]} is listed")


if __name__ == "__main__":
    record()
