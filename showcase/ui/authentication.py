"""Signing in: with a password, at an OIDC provider, or by the link that the app's start prints.

Whoever signed in by password or link is known to one visit: a reload asks again.
"""

import logging
from collections.abc import Mapping
from functools import cache

import streamlit as st

from showcase.feedback import FeedbackError
from showcase.runtime.access import (
    Person,
    TooManyError,
    links,
    person_from_claims,
    person_name,
    throttle,
    why_not_allowed,
)
from showcase.runtime.kept_sign_in import COOKIE, LASTS_S, give_back, name_in, token_of
from showcase.runtime.settings import secrets_table, settings
from showcase.ui.browser import cookie, keep_cookie
from showcase.ui.errors import callback
from showcase.ui.markdown import escape_markdown

logger = logging.getLogger(__name__)

SIGNED_IN, HOLDS_LINK, USED_LINK = "access_person", "access_link", "access_link_used"
PROBLEM, NAME, PASSWORD = "access_problem", "access_name", "access_password"
KEEP = "access_keep"  # whether the person asked for it
TOKEN_KEPT = "access_token_kept"  # noqa: S105  # what the browser is to keep; empty: nothing more
LOOKED = "access_looked"  # for what the browser keeps
TOKEN = "token"  # noqa: S105  # the parameter of the address
HOW_TO = """# .streamlit/secrets.toml
[review]
password = "a long random text"  # 12 characters or more
"""


def person() -> Person | None:
    """Return who signed in, None for nobody. Their verdicts carry the name."""
    _look_into_browser()
    found: Person | None = st.session_state.get(SIGNED_IN)
    if found is None and (claimed := vouched_for()) and not _refused_by_list():
        return claimed
    return found


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
    if (token := st.session_state.get(TOKEN_KEPT)) is not None:
        keep_cookie(COOKIE, token, LASTS_S if token else 0)
    if found is None and not st.session_state.get(HOLDS_LINK):
        return
    said = (
        f"Signed in as **{escape_markdown(found.title)}**"
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
        note = "Your verdicts carry it."
        st.text_input("Your name", key=NAME, help=note, autocomplete="username")
        st.text_input("Password", key=PASSWORD, type="password", autocomplete="current-password")
        st.checkbox(
            "Keep me signed in on this browser",
            key=KEEP,
            help=f"For {LASTS_S // 86_400} days, or until you sign out. Not where others sit, too.",
        )
        st.form_submit_button(
            "Sign in",
            type="primary",
            icon=":material/login:",
            key="access_sign_in",
            on_click=_check_password,
        )
    _say_problem()
    st.caption(
        "You stay signed in on every page, until you reload or close this tab; with the box "
        "ticked, longer."
    )


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
        found = Person(person_name(st.session_state.get(NAME) or ""))
        st.session_state[SIGNED_IN] = found
        logger.info("signed in by the link", extra={"person": found.name})
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
        if isinstance(error, TooManyError):
            logger.warning("sign-in refused: too many", extra={"person": found.name})
        return
    if right:
        st.session_state[SIGNED_IN] = found
        if st.session_state.get(KEEP):
            st.session_state[TOKEN_KEPT] = token_of(found.name, password)
        logger.info("signed in", extra={"person": found.name})
    else:
        st.session_state[PROBLEM] = "That is not the password."
        logger.warning("wrong password", extra={"person": found.name})


def _address() -> str:
    """Return where the visitor is; behind a proxy, perhaps where they say they are."""
    return st.context.ip_address or ""


@callback
def _sign_out() -> None:
    token = st.session_state.get(TOKEN_KEPT)
    for known in (SIGNED_IN, HOLDS_LINK, USED_LINK, PROBLEM):
        st.session_state.pop(known, None)
    if token:
        st.session_state[TOKEN_KEPT] = ""
        try:
            give_back(token, settings().review_password.get_secret_value())
        except FeedbackError as error:  # the browser drops it all the same
            logger.warning("%s", error)
    if providers() and st.user.get("is_logged_in"):
        st.logout()


def _look_into_browser() -> None:
    """Sign in whom the browser kept signed in, once a visit."""
    if st.session_state.get(LOOKED):
        return
    st.session_state[LOOKED] = True
    if not (token := cookie(COOKIE)):
        return
    try:
        name = name_in(token, settings().review_password.get_secret_value())
    except FeedbackError as error:
        logger.warning("%s", error)
        return
    if name:
        st.session_state[SIGNED_IN], st.session_state[TOKEN_KEPT] = Person(name), token
        logger.info("signed in by what the browser kept", extra={"person": name})


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


def vouched_for() -> Person | None:
    """Return whom an OIDC provider vouches for, on the list or not."""
    return person_from_claims(st.user) if providers() and st.user.get("is_logged_in") else None


def _refused_by_list() -> str:
    """Return why the provider's person is not let in; empty for anybody who is."""
    claimed = vouched_for()
    return why_not_allowed(claimed, settings().review_allowed) if claimed else ""
