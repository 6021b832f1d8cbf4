"""What pydantic says, as a visitor reads it."""


def plain(message: str) -> str:
    """Return a pydantic message without its prefix.

    >>> plain("Value error, Type some words.")
    'Type some words.'
    """
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
