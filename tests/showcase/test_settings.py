"""Settings: from the environment or st.secrets, each of them documented."""

import logging
from pathlib import Path

import pytest
import streamlit as st
from pydantic import ValidationError

from showcase.settings import SecretsSource, Settings, settings

README = Path("README.md").read_text(encoding="utf-8")
EXAMPLE = Path(".streamlit/secrets.example.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """These tests see no variable but their own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VITRINE_{name.upper()}", raising=False)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f"`VITRINE_{name.upper()}`" in README
    assert f"# {name} = " in EXAMPLE


def test_defaults_need_no_secrets_file():
    assert Settings().feedback_url == "csv:feedback/feedback.csv"
    assert Settings().warm is True


def test_environment_wins_over_secrets(monkeypatch):
    monkeypatch.setattr(SecretsSource, "_table", lambda _: {"log_level": "DEBUG", "warm": False})
    assert (Settings().log_level, Settings().warm) == ("DEBUG", False)
    monkeypatch.setenv("VITRINE_LOG_LEVEL", "ERROR")
    assert (Settings().log_level, Settings().warm) == ("ERROR", False)


def test_secrets_are_the_table_vitrine(monkeypatch):
    monkeypatch.setattr(st, "secrets", {"vitrine": {"warm": False}, "other": {"warm": True}})
    assert Settings().warm is False


def test_unknown_secret_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(st, "secrets", {"vitrine": {"feedback_ulr": "csv:x.csv"}})
    with pytest.raises(ValidationError, match="feedback_ulr"):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"), [("VITRINE_WARM", "nope"), ("VITRINE_LOG_LEVEL", "LOUD")]
)
def test_unusable_value_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(ValueError, match=name):
        settings()
    settings.cache_clear()


def test_log_level_may_be_lower_case(monkeypatch):
    monkeypatch.setenv("VITRINE_LOG_LEVEL", "warning")
    assert Settings().log_level == "WARNING"


def test_misspelt_variable_is_logged(monkeypatch, caplog):
    monkeypatch.setenv("VITRINE_FEEDBAK_URL", "csv:x.csv")
    monkeypatch.setattr(logging.getLogger("showcase"), "propagate", True)
    settings.cache_clear()
    settings()
    settings.cache_clear()
    assert "VITRINE_FEEDBAK_URL" in caplog.text
