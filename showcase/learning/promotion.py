"""Which version is in force: promote a candidate, roll back, and what the history says."""

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
    if stored.version == current:
        raise NotPromotedError(f"{stored.version} is in force already.")
    known = {change.version for change in versions.history(demo.name)}
    compared = stored.report.get("compared_with", "")
    if not stored.passed:
        reasons = stored.report.get("verdict", {}).get("reasons", [])
        raise NotPromotedError(f"{stored.version} did not pass the gate: {' '.join(reasons)}")
    if compared != current and stored.version not in known:
        raise NotPromotedError(
            f"{stored.version} was compared with {compared}, but {current} is in force: run "
            f"`showcase learn {demo.name}` again."
        )
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
    stack = [registry.version(demo.name)]
    for change in versions.history(demo.name):
        if change.action == "promote":
            stack.append(change.version)
        elif len(stack) > 1:
            stack.pop()
    if len(stack) < 2:
        raise NotPromotedError(f"{demo.title} answers with the version that was shipped.")
    target = stack[-2]
    if target != stack[0]:
        check(versions, demo, find(versions, demo, target))
    change = Change(
        action="roll back",
        who=who,
        demo=demo.name,
        version=target,
        replaces=stack[-1],
        reason=reason,
    )
    versions.change(change)
    return change
