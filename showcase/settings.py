"""The few settings, typed: from the environment (VITRINE_...) or from `st.secrets` ([vitrine])."""

import logging
import os
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

logger = logging.getLogger(__name__)

PREFIX = "VITRINE_"


class SecretsSource(PydanticBaseSettingsSource):
    """Reads the table [vitrine] of `st.secrets`; a missing file or table means no values."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value, the key it was found under, and that it needs no decoding."""
        del field
        return self._table().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return every value that the table holds; unknown names are refused by the model."""
        return self._table()

    @staticmethod
    def _table() -> dict[str, Any]:
        import streamlit as st
        from streamlit.errors import StreamlitSecretNotFoundError

        try:
            return dict(st.secrets.get("vitrine", {}))
        except StreamlitSecretNotFoundError:
            return {}


class Settings(BaseSettings):
    """What an operator may set. README's table lists each of these (a test holds it)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    feedback_url: str = Field(
        default="csv:feedback/feedback.csv", description="Where verdicts are stored."
    )
    feedback_lasting: bool | None = Field(
        default=None, description="Whether that place survives a restart; unset: found out."
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


KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {f"{PREFIX}DATA"}


@cache
def settings() -> Settings:
    """Return the settings, read once a process; ValueError names each that cannot be used."""
    for name in sorted(set(os.environ) - KNOWN):
        if name.startswith(PREFIX):
            logger.warning("no setting is called %s; there are %s", name, sorted(KNOWN))
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise ValueError("; ".join(wrong)) from None
