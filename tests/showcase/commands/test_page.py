"""`showcase page`: a saved model and a table of its data, without any code."""

import pickle

import pytest
from sklearn import datasets, linear_model, pipeline, preprocessing
from skops.io import dump

from showcase.__main__ import main, parser
from showcase.commands.page import demo_of_files, read_model
from showcase.commands.store_urls import CommandError

X, y = datasets.load_iris(return_X_y=True, as_frame=True)


def doubled(rows):
    return rows * 2


@pytest.fixture
def saved(tmp_path):
    model = linear_model.LogisticRegression(max_iter=500).fit(X, y)
    dump(model, tmp_path / "my-irises.skops")
    (tmp_path / "irises.pkl").write_bytes(pickle.dumps(model))
    X.assign(species=y).to_csv(tmp_path / "irises.csv", index=False)
    return tmp_path


def test_a_saved_model_is_a_demo(saved):
    apart = saved / "irises.csv"
    demo = demo_of_files(saved / "my-irises.skops", apart, "species", held_out=apart)
    module = demo.load_module()
    assert (demo.name, demo.title) == ("my_irises", "My irises")
    assert module.predict(module.load(), module.EXAMPLES[1]).label in ("0", "1", "2")
    assert any("in its data as well" in limit for limit in module.CARD.limits)


def test_strange_types_are_listed_to_be_accepted(tmp_path):
    double = preprocessing.FunctionTransformer(doubled)
    model = pipeline.make_pipeline(double, linear_model.LogisticRegression(max_iter=500)).fit(X, y)
    path = tmp_path / "double.skops"
    dump(model, path)
    with pytest.raises(CommandError, match=r"--accept .*doubled") as refused:
        read_model(path)
    assert read_model(path, str(refused.value).split("--accept ")[1].split()).predict(X[:1]) == [0]


def test_pickles_need_trust(saved):
    with pytest.raises(CommandError, match=r"runs whatever code is in it.*--trust"):
        read_model(saved / "irises.pkl")
    assert read_model(saved / "irises.pkl", trust=True).predict(X[:1]) == [0]


def test_refusals_are_sentences(saved, capsys, monkeypatch):
    monkeypatch.chdir(saved)
    asked = ["page", "my-irises.skops", "irises.csv", "--target", "kind"]
    assert parser().parse_args(asked).target == "kind"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("showcase.runtime.project.open_project", lambda _: None)
        assert main(asked) == 1
    assert "no column 'kind'" in capsys.readouterr().err
