"""Names, the password's throttle, the link that works once. Without Streamlit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from showcase.runtime.access import (
    LONGEST_NAME,
    SLOWEST_S,
    WINDOW_S,
    WRONG_OF_ALL,
    WRONG_OF_ONE,
    Links,
    Throttle,
    TooManyError,
    is_same,
    person_from_claims,
    person_name,
    why_not_allowed,
)

PASSWORD = "correct horse"


class Clock:
    now = 1000.0
    slept = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle(clock, clock.sleep)


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


def test_many_addresses_slow_all_down_and_keep_nobody_out(throttle, clock):
    """An hour of guesses from ever new addresses: the right password is let in all the time."""
    for number in range(WRONG_OF_ALL):
        wrong(throttle, 1, f"address {number}")
    assert throttle.try_password(PASSWORD, PASSWORD, "another")
    assert clock.slept == 0
    for number in range(10 * WRONG_OF_ALL):
        wrong(throttle, 1, f"other {number}")
    clock.slept = 0
    assert throttle.try_password(PASSWORD, PASSWORD, "another")
    assert clock.slept == SLOWEST_S
    clock.now += WINDOW_S
    throttle.try_password(PASSWORD, PASSWORD, "another")
    assert clock.slept == SLOWEST_S, "after a minute all is as before"


def test_the_addresses_of_one_ipv6_network_share_their_five(throttle):
    for number in range(WRONG_OF_ONE):
        wrong(throttle, 1, f"2001:db8::{number}")
    with pytest.raises(TooManyError):
        throttle.try_password(PASSWORD, PASSWORD, "2001:db8::ffff")
    assert throttle.try_password(PASSWORD, PASSWORD, "2001:db8:0:1::1")


MIA = {"iss": "https://id.example.org", "sub": "1", "email": "Mia@example.org", "name": "Mia"}


@pytest.mark.parametrize("verified", [True, "true"])
def test_a_verified_address_is_who_somebody_is(verified):
    mia = person_from_claims(MIA | {"email_verified": verified})
    assert (mia.name, mia.title) == ("mia@example.org", "Mia (mia@example.org)")
    assert why_not_allowed(mia, "bo@example.org, MIA@example.org") == ""


@pytest.mark.parametrize("verified", [False, "false", None, 0, 1, "yes"])
def test_an_address_that_is_not_verified_proves_nothing(verified):
    mia = person_from_claims(MIA | {"email_verified": verified})
    assert mia.name.startswith("id.example.org:")
    assert "not on the list" in why_not_allowed(mia, "mia@example.org")
    assert why_not_allowed(mia, "*") == ""
    assert why_not_allowed(mia, mia.name) == ""


def test_two_people_of_one_name_are_two():
    one, other = (person_from_claims(MIA | {"sub": sub}) for sub in "12")
    assert one.shown == other.shown == "Mia"
    assert one.name != other.name
    assert person_from_claims(MIA | {"iss": "https://other.example"}).name != one.name
    assert person_from_claims(MIA | {"name": "New name"}).name == one.name
    assert person_from_claims(MIA | {"sub": None}) is None


@pytest.mark.parametrize("allowed", ["", " , "])
def test_without_a_list_nobody_is_let_in(allowed):
    mia = person_from_claims(MIA | {"email_verified": True})
    assert "Nobody is let in yet" in why_not_allowed(mia, allowed)


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
