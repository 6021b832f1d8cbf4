"""Settings: from the environment or st.secrets, each of them documented."""

import logging
from pathlib import Path

import pytest
import streamlit as st
from pydantic import ValidationError

from showcase.runtime.settings import (
    SecretsSource,
    Settings,
    feedback_spool,
    feedback_url,
    settings,
)

README = Path("docs/settings.md").read_text(encoding="utf-8")
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


def test_those_for_review_may_stand_in_a_table_of_their_own(monkeypatch):
    table = {"password": "a long one, at last", "allowed": ["mia@example.org", "bo@example.org"]}
    monkeypatch.setattr(st, "secrets", {"review": table})
    assert Settings().review_password.get_secret_value() == "a long one, at last"
    assert Settings().review_allowed == "mia@example.org, bo@example.org"
    monkeypatch.setattr(st, "secrets", {"review": table, "vitrine": {"review_password": "b" * 12}})
    assert Settings().review_password.get_secret_value() == "b" * 12


def test_a_short_password_is_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("VITRINE_REVIEW_PASSWORD", "x" * 11)
    settings.cache_clear()
    with pytest.raises(ValueError, match="12 characters or more") as error:
        settings()
    assert "VITRINE_REVIEW_PASSWORD" in str(error.value)
    assert "xxx" not in str(error.value)
    settings.cache_clear()


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


def test_rate_limit_is_explained_by_an_example(monkeypatch):
    monkeypatch.setenv("VITRINE_RATE_LIMIT", "lots")
    settings.cache_clear()
    with pytest.raises(ValueError, match="VITRINE_RATE_LIMIT: write it like 60/minute"):
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


@pytest.fixture
def read_again():
    """A function that lets the settings be read again, as they are after the test, too."""
    yield settings.cache_clear
    settings.cache_clear()


HOSTED = {
    "dialect": "postgresql",
    "host": "db.example.org",
    "port": 6543,
    "database": "vitrine",
    "username": "app",
    "password": "s/cr@t",
    "query": {"sslmode": "require"},
}


@pytest.mark.parametrize(
    ("connection", "url"),
    [
        ({"url": "postgresql://a:b@h/d"}, "postgresql://a:b@h/d"),
        (HOSTED, "postgresql://app:s%2Fcr%40t@db.example.org:6543/vitrine?sslmode=require"),
        ({**HOSTED, "driver": "psycopg", "port": "", "query": {}},
         "postgresql+psycopg://app:s%2Fcr%40t@db.example.org/vitrine"),
        ({"type": "sql"}, "csv:feedback/feedback.csv"),
    ],
)  # fmt: skip
def test_streamlits_own_connection_is_where_verdicts_go(monkeypatch, connection, url):
    monkeypatch.setattr(st, "secrets", {"connections": {"feedback": connection}})
    assert Settings().feedback_url == url


def test_a_setting_wins_over_a_connection(monkeypatch):
    secrets = {"connections": {"feedback": HOSTED}, "vitrine": {"feedback_url": "csv:a.csv"}}
    monkeypatch.setattr(st, "secrets", secrets)
    assert Settings().feedback_url == "csv:a.csv"
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", "csv:b.csv")
    assert Settings().feedback_url == "csv:b.csv"


def test_settings_do_not_show_the_address_of_the_store(monkeypatch):
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", "postgresql://a:secret@h/d")
    assert "secret" not in repr(Settings())


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("csv:a/b.csv", f"csv:{Path.cwd()}/a/b.csv"),
        ("csv:/a/b.csv", "csv:/a/b.csv"),
        ("csv:", "csv:"),
        ("sqlite:///a/b.db", f"sqlite:///{Path.cwd()}/a/b.db"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
        ("postgresql://h/d", "postgresql://h/d"),
    ],
)
def test_a_relative_file_is_beside_the_app(monkeypatch, read_again, given, url):
    monkeypatch.setenv("VITRINE_FEEDBACK_URL", given)
    read_again()  # not before: a thread that another test left may read them at any time
    assert feedback_url() == url
    assert feedback_spool() == Path.cwd() / "feedback/spool.csv"
