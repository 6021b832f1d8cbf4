"""Signing in: with a password, at an OIDC provider, or by the link that the app's start prints.

Whoever signed in by password or link is known to one visit: a reload asks again.
"""

from collections.abc import Mapping
from functools import cache

import streamlit as st

from showcase.feedback.normalise import plain_name
from showcase.runtime.access import (
    LONGEST_NAME,
    Person,
    TooManyError,
    links,
    person_name,
    throttle,
)
from showcase.runtime.settings import secrets_table, settings
from showcase.ui.errors import callback
from showcase.ui.markdown import escape_markdown

SIGNED_IN, HOLDS_LINK, USED_LINK = "access_person", "access_link", "access_link_used"
PROBLEM, NAME, PASSWORD = "access_problem", "access_name", "access_password"
TOKEN = "token"  # noqa: S105  # the parameter of the address
HOW_TO = """# .streamlit/secrets.toml
[review]
password = "a long random text"
"""


def person() -> Person | None:
    """Return who signed in, None for nobody. Their verdicts carry the name."""
    found: Person | None = st.session_state.get(SIGNED_IN)
    return found or _known_by_provider()


def may_review() -> bool:
    """Tell whether this visitor may see stored rows: signed in, or here by the one-time link.

    Takes the link's token out of the address, so that it is not copied with it.
    """
    _take_link()
    return person() is not None or bool(st.session_state.get(HOLDS_LINK))


def signed_in() -> None:
    """Say who is signed in, and offer to sign out; nothing for a stranger."""
    _take_link()
    found = person()
    if found is None and not st.session_state.get(HOLDS_LINK):
        return
    said = (
        f"Signed in as **{escape_markdown(found.name)}**"
        if found
        else "Here by the link from the start"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/person: {said}", width="content")
        st.button("Sign out", key="access_sign_out", type="tertiary", on_click=_sign_out)


def sign_in() -> None:
    """Draw the ways to sign in that there are, or say how whoever runs the app makes one."""
    _take_link()
    if st.session_state.get(HOLDS_LINK):
        _ask_name()
        return
    if st.session_state.get(USED_LINK):
        st.warning(
            "Each works once. If `make run` started this app, the next one stands in its terminal.",
            title="This link does not work any more",
            icon=":material/link_off:",
        )
    if settings().review_password.get_secret_value():
        _ask_password()
    for provider in providers():
        _ask_provider(provider)
    if providers():
        st.caption("After you signed in there you are at the gallery: then come back here.")
    _say_refused()
    if nobody_can_sign_in():
        _say_how()


def nobody_can_sign_in() -> bool:
    """Tell whether whoever runs the app has set neither a password nor a provider."""
    return not providers() and not settings().review_password.get_secret_value()


def _ask_name() -> None:
    with st.form("access_name_form", width=420):
        st.text_input("Your name", key=NAME, help="Your verdicts carry it.")
        st.form_submit_button("Go on", type="primary", key="access_go_on", on_click=_take_name)
    _say_problem()
    st.caption("You are known to this visit only: after a reload you need the next link.")


def _ask_password() -> None:
    with st.form("access_password_form", width=420):
        st.text_input("Your name", key=NAME, help="Your verdicts carry it.")
        st.text_input("Password", key=PASSWORD, type="password")
        st.form_submit_button(
            "Sign in",
            type="primary",
            icon=":material/login:",
            key="access_sign_in",
            on_click=_check_password,
        )
    _say_problem()
    st.caption("You stay signed in on every page, until you reload or close this tab.")


def _ask_provider(provider: str) -> None:
    named = f" with {provider.capitalize()}" if provider else ""
    if st.button(f"Sign in{named}", key=f"access_provider_{provider}", icon=":material/login:"):
        st.login(provider or None)


def _say_refused() -> None:
    if problem := _refused_by_list():
        st.error(escape_markdown(problem), icon=":material/error:")
        st.button("Sign out", key="access_sign_out", on_click=_sign_out)


def _say_how() -> None:
    st.info(
        "Whoever runs this app can set a password, or an OpenID provider, in its secrets. "
        "Started by `make run`, the app prints a link into its terminal that lets one tab in.",
        title="Nobody can sign in here yet",
        icon=":material/lock:",
    )
    st.code(HOW_TO, language="toml")


def _say_problem() -> None:
    if problem := st.session_state.get(PROBLEM):
        st.error(escape_markdown(problem), icon=":material/error:")


@callback
def _take_name() -> None:
    st.session_state[PROBLEM] = ""
    try:
        st.session_state[SIGNED_IN] = Person(person_name(st.session_state.get(NAME) or ""))
    except ValueError as error:
        st.session_state[PROBLEM] = str(error)


@callback
def _check_password() -> None:
    """Sign in, or remember what was wrong; the password itself is forgotten at once."""
    given = st.session_state.get(PASSWORD) or ""
    st.session_state[PASSWORD] = st.session_state[PROBLEM] = ""
    try:
        found = Person(person_name(st.session_state.get(NAME) or ""))
        password = settings().review_password.get_secret_value()
        right = throttle.try_password(given, password, _address())
    except (ValueError, TooManyError) as error:
        st.session_state[PROBLEM] = str(error)
        return
    if right:
        st.session_state[SIGNED_IN] = found
    else:
        st.session_state[PROBLEM] = "That is not the password."


def _address() -> str:
    """Return where the visitor is; behind a proxy, perhaps where they say they are."""
    return st.context.ip_address or ""


@callback
def _sign_out() -> None:
    for known in (SIGNED_IN, HOLDS_LINK, USED_LINK, PROBLEM):
        st.session_state.pop(known, None)
    if providers() and st.user.get("is_logged_in"):
        st.logout()


def _take_link() -> None:
    """Take the token out of the address and see whether it is good."""
    given = st.query_params.get(TOKEN)
    if given is None:
        return
    del st.query_params[TOKEN]
    if links.redeem(given):
        st.session_state[HOLDS_LINK] = True
    st.session_state[USED_LINK] = not st.session_state.get(HOLDS_LINK)


@cache
def providers() -> tuple[str, ...]:
    """Return the names of the OIDC providers that secrets name; an empty one is without a name.

    Read once a process: without secrets it takes a quarter of a millisecond to find none.
    """
    found = secrets_table("auth")
    tables = [name for name, value in found.items() if isinstance(value, Mapping)]
    return ("",) * ("client_id" in found) + tuple(
        name for name in tables if name != "client_kwargs"
    )


def _known_by_provider() -> Person | None:
    """Return whom an OIDC provider vouches for, if the list of those allowed has them."""
    if not providers() or not st.user.get("is_logged_in") or _refused_by_list():
        return None
    claims = (plain_name(str(st.user.get(claim) or "")) for claim in ("name", "email", "sub"))
    name = next(filter(None, claims), "")[:LONGEST_NAME]
    return Person(person_name(name)) if name else None


def _refused_by_list() -> str:
    """Return why the provider's person is not let in; empty for anybody who is."""
    allowed = settings().review_allowed
    if not allowed or not providers() or not st.user.get("is_logged_in"):
        return ""
    email = str(st.user.get("email") or "").casefold()
    listed = {one.strip().casefold() for one in allowed.split(",")} - {""}
    if email in listed and st.user.get("email_verified") is not False:
        return ""
    return f"{email or 'This account'} is not on the list of those who may sign in here."
