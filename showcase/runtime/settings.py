"""The few settings, typed: from the environment (VITRINE_...) or from `st.secrets`.

There they stand in the table [vitrine]; those that begin with `review_` may stand in [review].
"""

import logging
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from showcase.runtime import project

logger = logging.getLogger(__name__)

PREFIX = "VITRINE_"
SHORTEST_PASSWORD = 12
CONNECTION = ("username", "password", "host", "port", "database", "query")


class SecretsSource(PydanticBaseSettingsSource):
    """Reads [vitrine] and [review] of `st.secrets`; a missing file or table means no values."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value, the key it was found under, and that it needs no decoding."""
        del field
        return self._table().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return every value that the table holds; unknown names are refused by the model.

        Without an address for verdicts there, Streamlit's `[connections.feedback]` gives it.
        """
        return _connection("feedback") | self._table()

    @staticmethod
    def _table() -> dict[str, Any]:
        review = {f"review_{name}": value for name, value in secrets_table("review").items()}
        return review | secrets_table("vitrine")


def secrets_table(table: str) -> dict[str, Any]:
    """Return a table of `st.secrets`; an empty one where there is none, or no file."""
    import streamlit as st
    from streamlit.errors import StreamlitSecretNotFoundError

    try:
        return dict(st.secrets.get(table, {}))
    except StreamlitSecretNotFoundError:
        return {}


def _connection(name: str) -> dict[str, str]:
    """Return the address in `[connections.NAME]`, as Streamlit's own SQL connections have it."""
    given: Mapping[str, Any] = secrets_table("connections").get(name, {})
    if "url" in given:
        return {"feedback_url": str(given["url"])}
    if "dialect" not in given:
        return {}
    from sqlalchemy import URL

    drivername = "+".join(str(given[part]) for part in ("dialect", "driver") if part in given)
    parts = {key: given[key] for key in CONNECTION if given.get(key) not in (None, "")}
    return {"feedback_url": URL.create(drivername, **parts).render_as_string(hide_password=False)}


def _with_commas(value: object) -> object:
    """Return a list, as TOML may have one, as a text."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _long_enough(password: SecretStr) -> SecretStr:
    """Refuse a password that can be found by trying: who tries is slowed down, never locked out."""
    if 0 < len(password.get_secret_value()) < SHORTEST_PASSWORD:
        raise ValueError(f"make it {SHORTEST_PASSWORD} characters or more")
    return password


class Settings(BaseSettings):
    """What an operator may set. README's table lists each of these (a test holds it)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    feedback_url: str = Field(
        default="csv:feedback/feedback.csv",
        description="Where verdicts are stored.",
        repr=False,  # it may hold a password
    )
    feedback_spool: str = Field(
        default="feedback/spool.csv",
        description="Where verdicts wait while their database cannot be reached.",
    )
    feedback_lasting: bool | None = Field(
        default=None, description="Whether that place survives a restart; unset: found out."
    )
    data: str = Field(
        default="", description="The folder of training data, for candidates of the page Learn."
    )
    warm: bool = Field(default=True, description="Load the models in the background at start.")
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda level: str(level).upper()),
    ] = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    api_key: SecretStr = Field(
        default=SecretStr(""), description="What programs must send to use the API; empty: nothing."
    )
    rate_limit: str = Field(
        default="",
        pattern=r"^([1-9][0-9]*/(second|minute|hour|day))?$",
        description="How much of the API a key or an address may use, such as 60/minute.",
    )
    allowed_origins: str = Field(
        default="", description="Other web sites whose pages may send verdicts, with commas."
    )

    frame_ancestors: str = Field(
        default="", description="Other web sites whose pages may show the app in a frame."
    )

    review_password: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        default=SecretStr(""), description="What people sign in with to review and to annotate."
    )
    review_allowed: Annotated[str, BeforeValidator(_with_commas)] = Field(
        default="",
        description="E-mail addresses that an OIDC provider may let in; * for all, empty: nobody.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Say who wins: arguments, then the environment, then st.secrets."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, SecretsSource(settings_cls)


KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@cache
def settings() -> Settings:
    """Return the settings, read once a process; ValueError names each that cannot be used."""
    for name in sorted(set(os.environ) - KNOWN):
        if name.startswith(PREFIX):
            logger.warning("no setting is called %s; there are %s", name, sorted(KNOWN))
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"{PREFIX}{str(e['loc'][0]).upper()}: {_said(e)}" for e in error.errors()]
        raise ValueError("; ".join(wrong)) from None


def _said(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a setting; a pattern says less than its example."""
    is_limit = error["loc"] == ("rate_limit",)
    return "write it like 60/minute, or 1000/day" if is_limit else str(error["msg"])


def feedback_url() -> str:
    """Return the URL of the store that settings name, a relative path in it made absolute.

    For the app, wherever it was started from, and for commands alike. ValueError as `settings`.
    """
    url = settings().feedback_url
    for scheme in ("csv:", "sqlite:///"):
        path = url.removeprefix(scheme)
        if path not in ("", url, ":memory:"):
            return f"{scheme}{project.root() / path}"
    return url


def feedback_spool() -> Path:
    """Return the file where verdicts wait while the database of `feedback_url` is away."""
    return project.root() / settings().feedback_spool


def data_folder() -> Path:
    """Return the folder of training data: the project's own, unless settings name another."""
    return project.root() / settings().data
