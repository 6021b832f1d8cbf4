"""`--help` of a training says where its data come from."""

import importlib

import pytest


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("rainfall", "Bureau of Meteorology"),
        ("earnings", "https://collegescorecard.ed.gov"),
        ("sentiment", "https://github.com/cjhutto/vaderSentiment"),
        ("flower_power", "scikit-learn's copy of Fisher's irises"),
        ("sketch", "https://github.com/googlecreativelab/quickdraw-dataset"),
    ],
)
def test_help_says_where_the_data_come_from(name, source, capsys):
    training = importlib.import_module(f"models.{name}.train")
    with pytest.raises(SystemExit):
        training.main(["--help"])
    assert source in capsys.readouterr().out
