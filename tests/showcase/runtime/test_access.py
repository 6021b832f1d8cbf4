"""Names, the password's throttle, the link that works once. Without Streamlit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from showcase.runtime.access import (
    LONGEST_NAME,
    WINDOW_S,
    WRONG_OF_ALL,
    WRONG_OF_ONE,
    Links,
    Throttle,
    TooManyError,
    is_same,
    person_name,
)

PASSWORD = "correct horse"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle(clock)


def wrong(throttle, times, address="a"):
    for _ in range(times):
        assert not throttle.try_password("guess", PASSWORD, address)


@pytest.mark.parametrize(
    ("given", "secret", "same"),
    [
        ("ä", "ä", True),
        ("a", "b", False),
        ("", "", False),
        ("a", "", False),
        ("\ud800", "?", False),
    ],
)
def test_secrets_are_compared(given, secret, same):
    assert is_same(given, secret) is same


@pytest.mark.parametrize("name", ["", "  ", "\u202e\u200b", "x" * (LONGEST_NAME + 1)])
def test_names_that_cannot_be_are_refused_in_words(name):
    with pytest.raises(ValueError, match="ame"):
        person_name(name)


def test_a_right_password_is_let_in_however_often(throttle):
    assert all(throttle.try_password(PASSWORD, PASSWORD, "a") for _ in range(3 * WRONG_OF_ONE))


def test_after_five_wrong_ones_an_address_waits_even_with_the_right_one(throttle, clock):
    wrong(throttle, WRONG_OF_ONE)
    with pytest.raises(TooManyError, match="try again in 60 seconds"):
        throttle.try_password(PASSWORD, PASSWORD, "a")
    clock.now += WINDOW_S - 1
    with pytest.raises(TooManyError, match="in 1 seconds"):
        throttle.try_password(PASSWORD, PASSWORD, "a")
    clock.now += 1
    assert throttle.try_password(PASSWORD, PASSWORD, "a")


def test_others_are_let_in_while_one_waits(throttle):
    wrong(throttle, WRONG_OF_ONE)
    assert throttle.try_password(PASSWORD, PASSWORD, "b")


def test_many_addresses_share_one_bound(throttle):
    for number in range(WRONG_OF_ALL):
        wrong(throttle, 1, f"address {number}")
    with pytest.raises(TooManyError):
        throttle.try_password(PASSWORD, PASSWORD, "another")


def test_a_hundred_at_once_are_looked_at_no_more_often(throttle):
    def attempt(_):
        try:
            return throttle.try_password("guess", PASSWORD, "a")
        except TooManyError:
            return None

    with ThreadPoolExecutor(16) as pool:
        looked_at = [found for found in pool.map(attempt, range(100)) if found is not None]
    assert looked_at == [False] * WRONG_OF_ONE


def test_a_link_works_once_and_then_the_next_one_is_told():
    told = []
    links = Links()
    links.offer(told.append)
    assert not links.redeem(told[0] + "x")
    with ThreadPoolExecutor(16) as pool:
        let_in = list(pool.map(links.redeem, [told[0]] * 100))
    assert sum(let_in) == 1
    assert len(told) == 2
    assert links.redeem(told[1])


@pytest.mark.parametrize("token", ["", "anything"])
def test_without_an_offer_no_link_works(token):
    assert not Links().redeem(token)
