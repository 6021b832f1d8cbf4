"""Settings: from the environment or st.secrets, each of them documented."""

from pathlib import Path

import pytest
import streamlit as st
from pydantic import ValidationError

from showcase.settings import SecretsSource, Settings

README = Path("README.md").read_text(encoding="utf-8")
EXAMPLE = Path(".streamlit/secrets.example.toml").read_text(encoding="utf-8")


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
