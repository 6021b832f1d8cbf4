"""Signing in as a visitor does: by password, at a provider, by the link; and out again."""

import json
import time

import pytest
from streamlit.testing.v1 import AppTest

from showcase.runtime import access, kept_sign_in
from showcase.runtime.kept_sign_in import COOKIE, LASTS_S, give_back, name_in, token_of
from showcase.runtime.settings import settings
from showcase.ui.authentication import providers
from tests.conftest import TIMEOUT_S

PASSWORD = "correct horse"


def page():
    import streamlit as st

    from showcase import ui

    ui.signed_in()
    if ui.may_review():
        st.write("the rows")
    if not ui.person():
        ui.sign_in()


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr("showcase.ui.authentication.throttle", access.Throttle())
    # AppTest's visitors have a new address in each run
    monkeypatch.setattr("showcase.ui.authentication._address", lambda: "here")
    for read_once in (settings, providers):
        read_once.cache_clear()
    yield
    for read_once in (settings, providers):
        read_once.cache_clear()


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("VITRINE_REVIEW_PASSWORD", PASSWORD)


@pytest.fixture
def told(monkeypatch):
    """The tokens that the terminal learns."""
    found = []
    links = access.Links()
    links.offer(found.append)
    monkeypatch.setattr("showcase.ui.authentication.links", links)
    return found


def opened(token=None, secrets=None, user=None):
    at = AppTest.from_function(page, default_timeout=TIMEOUT_S)
    at.secrets = secrets or {}
    at.user = user or {}
    providers.cache_clear()  # each test's app has its own secrets
    if token:
        at.query_params["token"] = token
    return at.run()


def sign_in(at, name="Mia", password=PASSWORD):
    at.text_input(key="access_name").input(name)
    at.text_input(key="access_password").input(password)
    return at.button(key="access_sign_in").click().run()


def sees_rows(at):
    return any(one.value == "the rows" for one in at.markdown)


def words(at):
    kinds = (at.markdown, at.error, at.info, at.warning, at.caption)
    said = " ".join(one.value for kind in kinds for one in kind)
    return said.replace("\\", "").replace("\N{WORD JOINER}", "")


def test_the_password_lets_in_and_signing_out_ends_it(password):
    at = opened()
    assert not sees_rows(at)
    sign_in(at)
    assert sees_rows(at)
    assert "Signed in as **Mia**" in words(at)
    at.button(key="access_sign_out").click().run()
    assert not sees_rows(at)
    assert at.text_input(key="access_password").value == ""


def test_a_wrong_password_lets_nobody_in_and_soon_not_even_the_right_one(password):
    at = opened()
    for _ in range(access.WRONG_OF_ONE):
        sign_in(at, password="guess")
        assert "That is not the password." in words(at)
    sign_in(at)
    assert "Too many wrong passwords: try again in" in words(at)
    assert not sees_rows(at)
    assert not sees_rows(sign_in(opened())), "a new visit changes nothing"


def test_it_is_known_to_that_visit_only(password):
    sign_in(opened())
    assert not sees_rows(opened())


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_is_needed(password, name):
    at = sign_in(opened(), name=name)
    assert not sees_rows(at)
    assert "ame" in at.error[0].value


def test_a_password_in_the_table_review(monkeypatch):
    monkeypatch.delenv("VITRINE_REVIEW_PASSWORD", raising=False)
    at = opened(secrets={"review": {"password": PASSWORD}})
    assert sees_rows(sign_in(at))


def test_a_name_is_shown_as_text(password):
    at = sign_in(opened(), name="**M** [x](y)")
    assert any(r"**\*\*M\*\* \[x\]\(y\)**" in one.value for one in at.markdown)


def test_without_any_way_the_page_says_how_to_make_one(monkeypatch):
    monkeypatch.delenv("VITRINE_REVIEW_PASSWORD", raising=False)
    at = opened()
    assert not sees_rows(at)
    assert at.info[0].proto.title == "Nobody can sign in here yet"
    assert "[review]" in at.code[0].value
    assert not at.text_input


def test_the_link_lets_one_tab_in_and_leaves_the_address(told):
    at = opened(token=told[0])
    assert sees_rows(at)
    assert "Here by the link from the start" in words(at)
    assert "token" not in at.query_params
    assert sees_rows(at.run())
    other = opened(token=told[0])
    assert not sees_rows(other)
    assert "token" not in other.query_params
    assert "the next one stands in its terminal" in words(other)
    assert sees_rows(opened(token=told[1]))


@pytest.mark.parametrize("token", ["guess", "\u00e4"])
def test_a_made_up_token_lets_nobody_in(told, token):
    assert not sees_rows(opened(token=token))


def test_whoever_comes_by_the_link_gives_a_name(told):
    at = opened(token=told[0])
    at.text_input(key="access_name").input(" Bo ")
    at.button(key="access_go_on").click().run()
    assert "Signed in as **Bo**" in words(at)
    at.button(key="access_sign_out").click().run()
    assert not sees_rows(at)


CLIENT = {"client_id": "x", "client_secret": "y", "server_metadata_url": "https://x/y"}
AUTH = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "z" * 32}
AUTH_OF_ONE = {"auth": AUTH | CLIENT | {"client_kwargs": {"prompt": "login"}}}
ONE = AUTH_OF_ONE | {"review": {"allowed": "*"}}
MIA = {
    "is_logged_in": True,
    "iss": "https://id.example.org",
    "sub": "7",
    "name": "Mia",
    "email": "mia@example.org",
    "email_verified": True,
}


def test_a_provider_vouches_for_a_person():
    assert not sees_rows(opened(secrets=ONE))
    assert "Signed in as **Mia (mia@example.org)**" in words(opened(secrets=ONE, user=MIA))


def test_who_is_logged_in_without_a_provider_in_secrets_is_nobody():
    assert not sees_rows(opened(user=MIA))


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (MIA | {"name": None}, "mia@example.org"),
        (MIA | {"name": "\u200b"}, "mia@example.org"),
        (MIA | {"name": "x" * 100}, f"{'x' * 80} (mia@example.org)"),
        (MIA | {"email_verified": None}, "Mia (id.example.org:2c78793b74dcc062)"),
    ],
)
def test_what_a_provider_s_person_is_called(user, name):
    assert f"Signed in as **{name}**" in words(opened(secrets=ONE, user=user))


def test_each_named_provider_has_a_button():
    at = opened(secrets={"auth": AUTH | {"google": CLIENT, "okta": CLIENT}})
    assert [b.label for b in at.button] == ["Sign in with Google", "Sign in with Okta"]
    assert [b.label for b in opened(secrets=ONE).button] == ["Sign in"]


@pytest.mark.parametrize(
    ("user", "let_in"),
    [
        (MIA, True),
        (MIA | {"email": "MIA@example.org"}, True),
        (MIA | {"email_verified": False}, False),
        (MIA | {"email_verified": "false"}, False),
        (MIA | {"email_verified": None}, False),
        (MIA | {"email": "bo@example.org"}, False),
        (MIA | {"email": None}, False),
    ],
)
def test_a_list_says_whom_the_provider_may_let_in(user, let_in):
    at = opened(
        secrets=AUTH_OF_ONE | {"review": {"allowed": ["Mia@example.org", "x@y"]}}, user=user
    )
    assert sees_rows(at) is let_in
    assert ("is not on the list" in words(at)) is not let_in


def test_a_provider_without_a_list_lets_nobody_in():
    at = opened(secrets=AUTH_OF_ONE, user=MIA)
    assert not sees_rows(at)
    assert "lists who may sign in" in words(at)


def test_password_managers_fill_the_form_and_the_log_says_who_came(password, caplog):
    caplog.set_level("INFO")
    at = opened()
    assert at.text_input(key="access_password").proto.autocomplete == "current-password"
    sign_in(at, password="guess")
    sign_in(at)
    said = [(one.message, one.person) for one in caplog.records if hasattr(one, "person")]
    assert said == [("wrong password", "Mia"), ("signed in", "Mia")]
    assert PASSWORD not in caplog.text


@pytest.fixture
def browser(password, feedback_url, monkeypatch):
    """The cookie that the browser keeps, and a function that loads the page with it."""
    kept = {"token": ""}
    monkeypatch.setattr("showcase.ui.authentication.cookie", lambda _: kept["token"])

    def load(at=None):
        for one in at.get("bidi_component") if at else ():
            told = json.loads(one.proto.json)
            if told.get("name") == COOKIE:
                kept["token"] = told["value"] if told["seconds"] else ""
        return opened()

    return kept, load


def sign_in_and_stay(at):
    at.checkbox(key="access_keep").check()
    return sign_in(at)


def test_who_asks_for_it_stays_signed_in_over_a_reload_until_they_sign_out(browser):
    kept, load = browser
    at = load(sign_in_and_stay(opened()))
    assert sees_rows(at)
    assert "Signed in as **Mia**" in words(at)
    stolen = kept["token"]
    left = at.button(key="access_sign_out").click().run()
    assert not sees_rows(left)
    assert not sees_rows(load(left))
    assert kept["token"] == ""
    kept["token"] = stolen
    assert not sees_rows(load()), "it was given back, wherever a copy is"


def test_who_does_not_ask_for_it_is_asked_again(browser):
    kept, load = browser
    assert not sees_rows(load(sign_in(opened())))
    assert kept["token"] == ""


def test_another_password_a_made_up_or_old_token_lets_nobody_in(browser, monkeypatch):
    kept, load = browser
    load(sign_in_and_stay(opened()))
    good = kept["token"]
    for bad in (good[:-1], "a.b.c", "x" * 4_000, token_of("Mia", "another password"), "é"):
        kept["token"] = bad
        assert not sees_rows(load()), bad
    kept["token"] = good
    assert sees_rows(load())
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: time.time_ns() / 1e9 + LASTS_S + 9)
    assert not sees_rows(load())


def test_what_was_given_back_is_known_to_every_process(any_place, monkeypatch):
    token = token_of("Mia", PASSWORD)
    assert name_in(token, PASSWORD) == "Mia"
    assert name_in(token, "") == ""
    give_back(token, PASSWORD)
    give_back(token, PASSWORD)
    kept_sign_in._beside.cache_clear()  # as in another process
    assert name_in(token, PASSWORD) == ""
    assert name_in(token_of("Mia", PASSWORD), PASSWORD) == "Mia"


def test_what_was_given_back_is_forgotten_once_its_token_has_ended(any_place, monkeypatch):
    kept_sign_in._given_back().add("old")
    assert "old" in kept_sign_in._given_back()
    monkeypatch.setattr(kept_sign_in, "LASTS_S", -1)
    kept_sign_in._beside.cache_clear()
    kept_sign_in._given_back().add("new")
    assert "old" not in kept_sign_in._given_back()


@pytest.fixture(params=["csv:", "sqlite:///", "postgresql"])
def any_place(request, tmp_path, monkeypatch):
    """A store of each kind."""
    url = f"{request.param}{tmp_path}/f.file"
    if request.param == "postgresql":
        url = request.getfixturevalue("database")
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", url)
    kept_sign_in._beside.cache_clear()
    settings.cache_clear()
    yield
    settings.cache_clear()
