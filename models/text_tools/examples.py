"""The texts to click: of authors long dead, of unknown ones, or written for this page."""

from collections.abc import Mapping
from typing import Any

PALINDROMES = {
    "A cat": "Was it a car or a cat I saw?",
    "Panama": "A man, a plan, a canal: Panama!",
    "Latin": "In girum imus nocte et consumimur igni.",
    "German": "Die Liebe ist Sieger – rege ist sie bei Leid.",
    "Greek": "ΝΙΨΟΝ ΑΝΟΜΗΜΑΤΑ ΜΗ ΜΟΝΑΝ ΟΨΙΝ",
    "Russian": "А роза упала на лапу Азора.",
    "In plain prose": (
        "At noon Hannah saw a kayak on the lake. Did Otto and Anna see it, too? “Never odd or "
        "even,” said Bob, who reads the radar on deck. Mum did not refer to it until eleven."
    ),
}

ALICE = (
    "Alice was beginning to get very tired of sitting by her sister on the bank, and of having "
    "nothing to do: once or twice she had peeped into the book her sister was reading, but it had "
    "no pictures or conversations in it, “and what is the use of a book,” thought Alice, “without "
    "pictures or conversation?”\n\n"
    "So she was considering in her own mind (as well as she could, for the hot day made her feel "
    "very sleepy and stupid), whether the pleasure of making a daisy-chain would be worth the "
    "trouble of getting up and picking the daisies, when suddenly a White Rabbit with pink eyes "
    "ran close by her."
)
GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, "
    "conceived in Liberty, and dedicated to the proposition that all men are created equal.\n\n"
    "Now we are engaged in a great civil war, testing whether that nation, or any nation so "
    "conceived and so dedicated, can long endure. We are met on a great battle-field of that war. "
    "We have come to dedicate a portion of that field, as a final resting place for those who here "
    "gave their lives that that nation might live. It is altogether fitting and proper that we "
    "should do this.\n\n"
    "But, in a larger sense, we can not dedicate – we can not consecrate – we can not hallow – "
    "this ground. The brave men, living and dead, who struggled here, have consecrated it, far "
    "above our poor power to add or detract."
)
PANCAKES = (
    "Put the flour in a large bowl. Break in two eggs. Add half of the milk. Stir until you see no "
    "more lumps. Now pour in the rest of the milk and stir again. Let it stand for half an hour. "
    "Heat a pan and melt some butter in it. Pour in a ladle of batter and tip the pan, so that it "
    "runs to the edge. Wait one minute. Lift the edge and look: is it brown? Then turn the pancake "
    "over. The other side is done in half a minute. Eat it while it is hot. Jam is good with it, "
    "and so is lemon with a little sugar. The first one never works. Give it to the cook."
)
INSURANCE = (
    "Notwithstanding any provision to the contrary contained herein, the insurer’s liability in "
    "respect of consequential deterioration of refrigerated commodities is conditional upon "
    "contemporaneous documentation of the temperatures maintained throughout the period of "
    "storage, such documentation to be made available to the insurer’s representative upon "
    "reasonable notice. In the event of disagreement concerning the valuation of commodities "
    "affected, the determination of an independent appraiser, appointed by mutual agreement or, "
    "failing agreement, nominated by the competent professional association, is conclusive and "
    "binding upon each of the parties. Expenditure incurred in preventing further deterioration is "
    "recoverable to the extent that it was economically justified."
)
PROSE = {
    "Gettysburg": GETTYSBURG,
    "Alice": ALICE,
    "A recipe": PANCAKES,
    "Small print": INSURANCE,
}


def of(texts: Mapping[str, str], **others: Any) -> dict[str, dict[str, Any]]:
    """Return an example for each text, the other parameters the same in all.

    >>> of({"Short": "Hi."}, most=5)
    {'Short': {'text': 'Hi.', 'most': 5}}
    """
    return {name: {"text": text, **others} for name, text in texts.items()}
