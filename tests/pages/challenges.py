"""Plays challenges of the Flower Power page in AppTest."""

import base64
import re

CHALLENGE = "flower_power_challenge"


def begin(at, name=None):
    """Start a challenge, with a name typed in before."""
    if name is not None:
        at.text_input(key="flower_power_player").input(name).run()
    return at.button(key=f"{CHALLENGE}_start").click().run()


def answer(at, label):
    """Guess a species."""
    return at.button(key=f"{CHALLENGE}_{label}").click().run()


def next_flower(at):
    return at.button(key=f"{CHALLENGE}_next").click().run()


def play(at, labels):
    """Play the rounds to come with these guesses."""
    for label in labels:
        next_flower(answer(at, label))
    return at


def said(at):
    """Return what a round's answer says; empty before it."""
    boxes = [each.value for each in (*at.success, *at.info)]
    return next((text for text in boxes if text.startswith("You said")), "")


def words(at):
    shown = [*at.success, *at.info, *at.markdown, *at.caption, *at.error, *at.subheader]
    return " ".join(each.value for each in shown)


def picture(at):
    """Return the SVG of the flower that is shown first."""
    bodies = [each.proto.body for each in at.get("html")]
    (encoded,) = re.findall('base64,([^"]+)', next(body for body in bodies if "base64" in body))
    return base64.b64decode(encoded).decode()
