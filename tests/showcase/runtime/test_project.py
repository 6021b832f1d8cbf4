"""What a project calls itself: read from its pyproject.toml, seen in its gallery."""

import pytest
from streamlit.testing.v1 import AppTest

from showcase.commands.new import new_project
from showcase.contract import Demo
from showcase.runtime import project
from showcase.ui import NO_CARD

TABLE = '[tool.showcase]\nname = "Trees"\nsentence = "How *old* is it?"\nlogo = "logo.svg"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch, feedback_url):
    """The folder of the project that is in use."""
    monkeypatch.setattr(project, "_root", tmp_path)
    return tmp_path


def home(folder):
    from pathlib import Path

    from models.registry import DEMOS
    from showcase.pages import navigation
    from showcase.runtime import project

    project.use(DEMOS, Path(folder))
    navigation.run("Without settings")


def test_gallery_has_the_name_and_the_sentence(folder):
    (folder / "pyproject.toml").write_text(TABLE, encoding="utf-8")
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    at = AppTest.from_function(home, args=(str(folder),), default_timeout=30).run()
    assert not at.exception
    assert at.title[0].value == "Trees"
    assert at.markdown[0].value == r"How \*old\* is it?"
    assert project.about().logo == folder / "logo.svg"


def test_without_settings_it_is_called_as_its_home_says(folder):
    at = AppTest.from_function(home, args=(str(folder),), default_timeout=30).run()
    assert at.title[0].value == "Try a model. Tell it when it is wrong."
    assert "**Without settings**" in at.caption[0].value


def test_an_estimator_is_not_said_to_have_no_card_before_it_is_imported(
    folder, registered, monkeypatch
):
    (folder / "growers.py").write_text("demo = from_estimator()\ndef grow(n: int) -> int: ...\n")
    monkeypatch.syspath_prepend(folder)
    lines = [Demo(one, one, ":material/eco:", "", "", f"growers:{one}") for one in ("demo", "grow")]
    registered(*lines)
    at = AppTest.from_function(home, args=(str(folder),), default_timeout=30).run()
    told = [caption.value for caption in at.caption if "No verdicts yet" in caption.value]
    assert told == ["No verdicts yet.", f"{NO_CARD} No verdicts yet."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TABLE, "there is no logo logo.svg"),
        ('[tool.showcase]\ntitle = "Trees"', "title: There is no such field. There are name"),
        ("[tool.showcase]\nname = 3", "name: This must be a text"),
    ],
)
def test_setting_that_cannot_be_used_is_named(folder, text, words):
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        project.about()


def test_new_project_has_a_name_a_sentence_and_a_logo_of_its_own(tmp_path, monkeypatch):
    new_project("tree_height", tmp_path, function=True)
    monkeypatch.setattr(project, "_root", tmp_path / "tree_height")
    found = project.about()
    assert found.name == "Tree height"
    assert found.sentence
    assert ">T</text>" in found.logo.read_text(encoding="utf-8")
