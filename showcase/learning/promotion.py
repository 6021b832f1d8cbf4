"""Which version is in force: promote a candidate, roll back, and what the history says."""

from collections.abc import Mapping, Sequence
from typing import Any

from showcase.contract import Demo, registry
from showcase.feedback import FeedbackError
from showcase.runtime.loading import from_store
from showcase.versions import Change, StoredVersion, Versions


class NotPromotedError(FeedbackError):
    """The version did not come into force; the message says why, in a sentence."""


def in_force(versions: Versions, demo: Demo) -> str:
    """Return the version in force: the shipped one, unless another was promoted."""
    history = versions.history(demo.name)
    return history[-1].version if history else registry.version(demo.name)


def find(versions: Versions, demo: Demo, text: str) -> StoredVersion:
    """Return the stored version that begins with a text, or the newest for none."""
    every = versions.every(demo.name)
    if not every:
        raise NotPromotedError(
            f"{demo.title} has no candidate: `showcase learn {demo.name} --data DIR` makes one."
        )
    found = [one for one in every if one.version.startswith(text)]
    if not text:
        return every[0]
    if len(found) != 1:
        names = ", ".join(one.version for one in every)
        told = "is not one" if not found else "begins several"
        raise NotPromotedError(f"“{text}” {told} of the versions of {demo.title}: {names}.")
    return found[0]


def promote(versions: Versions, demo: Demo, text: str, who: str, reason: str = "") -> Change:
    """Bring a version into force that passed the gate against the one in force, and loads.

    One that was in force before may come back as well. NotPromotedError says why not.
    """
    current, stored = in_force(versions, demo), find(versions, demo, text)
    if reason_against := why_not(stored, current, versions.history(demo.name)):
        raise NotPromotedError(reason_against)
    check(versions, demo, stored)
    change = Change(
        who=who,
        demo=demo.name,
        version=stored.version,
        replaces=current,
        reason=reason,
        scores=stored.report.get("scores", {}),
    )
    versions.change(change)
    return change


def why_not(stored: StoredVersion, current: str, history: Sequence[Change]) -> str:
    """Return why a version may not come into force in place of the current one; empty if it may."""
    if stored.version == current:
        return f"{stored.version} is in force already."
    if not stored.passed:
        reasons = stored.report.get("verdict", {}).get("reasons", [])
        return f"{stored.version} did not pass the gate: {' '.join(reasons)}"
    compared = stored.report.get("compared_with", "")
    if compared != current and stored.version not in {change.version for change in history}:
        return (
            f"{stored.version} was compared with {compared}, but {current} is in force: train a "
            f"candidate again (`showcase learn {stored.demo}`)."
        )
    return ""


def check(versions: Versions, demo: Demo, stored: StoredVersion) -> None:
    """Refuse a version that does not load, or does not answer the demo's examples."""
    try:
        loaded = from_store(demo, stored, versions)
        module: Any = loaded.module
        module.predict_many(loaded.model, list(module.EXAMPLES))
    except Exception as error:
        raise NotPromotedError(f"{stored.version} cannot be used: {error}") from error


def roll_back(versions: Versions, demo: Demo, who: str, reason: str = "") -> Change:
    """Bring back what the last promotion replaced; NotPromotedError if the shipped one answers."""
    shipped = registry.version(demo.name)
    *_, target, current = ["", *stacked(shipped, versions.history(demo.name))]
    if not target:
        raise NotPromotedError(f"{demo.title} answers with the version that was shipped.")
    if target != shipped:
        check(versions, demo, find(versions, demo, target))
    left = versions.find(demo.name, current)
    change = Change(
        action="roll back",
        who=who,
        demo=demo.name,
        version=target,
        replaces=current,
        reason=reason,
        scores=_turned(left.report.get("scores", {})) if left else {},
    )
    versions.change(change)
    return change


def stacked(shipped: str, history: Sequence[Change]) -> list[str]:
    """Return the versions that lie below each other, the shipped one first, the one in force last.

    >>> def change(action, version):
    ...     return Change(action=action, who="", demo="a", version=version, replaces="")
    >>> stacked("0", [change("promote", "1"), change("promote", "2"), change("roll back", "1")])
    ['0', '1']
    """
    stack = [shipped]
    for change in history:
        if change.action == "promote":
            stack.append(change.version)
        elif len(stack) > 1:
            stack.pop()
    return stack


def _turned(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores of both models the other way round."""
    other = {"before": "after", "after": "before"}
    parts = ((*name.rpartition("_"), value) for name, value in scores.items())
    return {f"{kind}_{other[end]}": value for kind, _, end, value in parts if end in other}
