"""Fitted estimators of ten kinds as demos: fields, answers, explanations, cases, refusals."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import (
    cluster,
    compose,
    datasets,
    dummy,
    ensemble,
    feature_extraction,
    impute,
    linear_model,
    model_selection,
    neighbors,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from streamlit.testing.v1 import AppTest

from showcase import contract, from_estimator
from showcase.annotation import Task, open_tasks
from showcase.commands.launch import demos_of
from showcase.contract import Classification, Demo, Regression
from showcase.contract.fields import fields
from showcase.contract.outputs import Number
from showcase.estimator.columns import as_frame
from showcase.runtime.access import Person

random = np.random.default_rng(0)
wine = datasets.load_wine(as_frame=True)
GROWERS = wine.target.map({0: "A", 1: "B", 2: "C"})


def customers(n=400):
    X = pd.DataFrame(
        {
            "Age (years)": random.integers(18, 90, n),
            "income": np.where(random.random(n) < 0.1, np.nan, random.lognormal(10, 1, n)),
            "city": random.choice(["Ulm", "Bonn", "Köln"], n),
            "member": random.random(n) < 0.5,
            "plan": pd.Categorical(random.choice(["a", "b"], n)),
            "since": pd.Timestamp("2020-01-01")
            + pd.to_timedelta(random.integers(0, 900, n), unit="D"),
        }
    )
    y = np.where((X["Age (years)"] > 50) ^ (X["city"] == "Ulm"), "stays", "leaves")
    return X, y


def mixed_pipeline():
    columns = compose.ColumnTransformer(
        [
            ("choices", preprocessing.OneHotEncoder(), ["city", "plan", "member"]),
            ("numbers", impute.SimpleImputer(), ["Age (years)", "income"]),
        ]
    )
    forest = ensemble.RandomForestClassifier(n_estimators=20, random_state=0)
    return pipeline.make_pipeline(columns, forest)


def reviews(n=200):
    liked = random.integers(0, 2, n).astype(bool)
    words = [["bad", "poor", "awful"], ["good", "great", "fine"]]
    texts = [
        " ".join([*random.choice(words[one], 3), *random.choice(["the", "film", "plot"], 4)])
        for one in liked.astype(int)
    ]
    return pd.Series(texts, name="review"), liked


def many_labels():
    return datasets.make_classification(
        1200, 12, n_informative=10, n_classes=30, n_clusters_per_class=1, random_state=0
    )


def counts(n=300):
    X = pd.DataFrame({"a": random.normal(size=n), "b": random.integers(0, 5, n)})
    return X, random.poisson(np.exp(0.3 * X["a"] + 0.4 * X["b"]))


def wide():
    X, y = datasets.make_classification(300, 200, n_informative=20, random_state=0)
    return pd.DataFrame(X).add_prefix("v"), y


logistic = pipeline.make_pipeline(
    preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=2000)
)
boosted = ensemble.GradientBoostingRegressor(n_estimators=30, random_state=0)
quantile = ensemble.GradientBoostingRegressor(loss="quantile", n_estimators=30, random_state=0)
text_model = pipeline.make_pipeline(
    feature_extraction.text.TfidfVectorizer(), linear_model.LogisticRegression()
)
diabetes = datasets.load_diabetes(return_X_y=True, as_frame=True, scaled=False)
KINDS = {
    "logistic": (logistic, wine.data, GROWERS),
    "forest": (mixed_pipeline(), *customers()),
    "boosting": (ensemble.HistGradientBoostingClassifier(max_iter=10), wine.data, GROWERS),
    "svc": (svm.SVC(), wine.data, GROWERS),
    "neighbours": (neighbors.KNeighborsClassifier(), wine.data, GROWERS),
    "number": (boosted, *diabetes),
    "quantile": (quantile, *diabetes),
    "counts": (linear_model.PoissonRegressor(), *counts()),
    "labels": (linear_model.LogisticRegression(max_iter=2000), *many_labels()),
    "text": (text_model, *reviews()),
    "wide": (linear_model.LogisticRegression(max_iter=2000), *wide()),
}


@pytest.fixture(params=KINDS)
def made(request):
    model, X, y = KINDS[request.param]
    model.fit(X[::2], y[::2])
    return from_estimator(model, X[::2], y[::2], held_out=(X[1::2], y[1::2]), name=request.param)


def test_every_kind_answers_explains_and_compares(made):
    model = made.load()
    assert 4 <= len(made.EXAMPLES) == len(made.EXAMPLE_NAMES)
    assert len(set(map(contract.canonical_json, made.EXAMPLES))) == len(made.EXAMPLES)
    assert made.CARD.named(made.CARD.headline).meaning
    assert "kept apart" in made.CARD.summary
    answers = made.predict_many(model, list(made.EXAMPLES))
    for given, answer in zip(made.EXAMPLES, answers, strict=True):
        assert made.Input.model_validate_json(given.model_dump_json()) == given
        alone = contract.canonical_json(made.predict(model, given))
        assert alone == contract.canonical_json(answer)
        parts = made.explain(model, given, answer)
        score = made.score(model, given, answer)
        if isinstance(answer, Regression):
            assert answer.low <= score <= answer.high
            assert answer.value == pytest.approx(score)
        elif answer.probabilities:
            assert sum(answer.probabilities.values()) == pytest.approx(1)
            assert answer.label == answer.top(1)[0][0]
        assert len(parts) == len(made.columns) or made.name == "text"
        familiarity, similar, other = made.near(made.load(), given, answer)
        assert not familiarity.unusual
        assert similar[0].values == given.model_dump()
        assert other.answer != getattr(answer, "label", None)
        for curve in made.what_if(model, given, answer):
            assert len(curve.values) == len(curve.scores)


def test_shapley_values_are_those_of_a_linear_model():
    X, y = diabetes
    model = linear_model.LinearRegression().fit(X, y)
    demo = from_estimator(model, X, y)
    given = demo.EXAMPLES[1]
    parts = demo.explain(demo.load(), given, demo.predict(demo.load(), given))
    usual = demo.background.mean()
    for part, slope, column in zip(parts, model.coef_, X.columns, strict=True):
        assert part.value == pytest.approx(slope * (getattr(given, column) - usual[column]))


def test_fields_are_read_off_the_columns():
    X, y = customers()
    about = {
        "labels": {"stays": "Stays with us"},
        "columns": {"plan": {"choices": {"a": "Basic", "b": "Plus"}}, "income": {"unit": "EUR"}},
    }
    demo = from_estimator(mixed_pipeline().fit(X, y), X, y, about=about)
    found = {field.name: field for field in fields(demo.Input)}
    age = found["age_years"]
    assert (age.kind, age.limit("ge") <= 18, age.limit("le") >= 89) == ("int", True, True)
    assert (found["income"].nullable, found["income"].unit) == (True, "EUR")
    assert found["city"].options == ("Bonn", "Köln", "Ulm")
    assert found["member"].kind == "bool"
    assert found["plan"].names == {"a": "Basic", "b": "Plus"}
    assert found["since"].kind == "date"
    assert demo.LABELS == ("leaves", "Stays with us")
    unknown = demo.EXAMPLES[0].model_copy(update={"income": None})
    assert demo.predict(demo.load(), unknown).label in demo.LABELS


def odd_columns(n=60):
    return pd.DataFrame(
        {
            'price "net"\n€': random.random(n).astype("float32"),
            "class": pd.array(random.choice(["p", "q", None], n), dtype="string[pyarrow]"),
            "pixel": np.r_[0, 255, random.integers(0, 256, n - 2)].astype("uint8"),
            "count": pd.array(random.choice([-128, 4, 127, None], n), dtype="Int8"),
            "flag": pd.array(random.choice([True, False, None], n), dtype="boolean"),
            "said": pd.Series(random.choice([True, False], n), dtype=object),
            "const": 7,
            "when": pd.Timestamp("2024-01-01 08:00")
            + pd.to_timedelta(random.integers(0, 600, n), "m"),
        }
    )


def as_numbers(X):
    columns = [X[name].astype("int64") // 10**9 if name == "when" else X[name] for name in X]
    codes = [c.astype("category").cat.codes if c.dtype.kind == "O" else c for c in columns]
    found = [pd.to_numeric(c).to_numpy(dtype=float, na_value=-1) for c in codes]
    return np.column_stack(found)


@pytest.mark.parametrize("rows", [60, 3])
def test_types_of_columns_that_hold_little_are_held_to(rows):
    X = odd_columns()[:rows]
    y = pd.DataFrame({"paid": np.arange(rows) * 1.5})
    linear = pipeline.make_pipeline(
        preprocessing.FunctionTransformer(as_numbers), linear_model.LinearRegression()
    ).fit(X, y)
    made = from_estimator(linear, X, y, held_out=(X, y) if rows > 3 else None)
    ends = {field.name: (field.limit("ge"), field.limit("le")) for field in fields(made.Input)}
    assert ends["pixel"] == (0, 255) if rows > 3 else ends["pixel"][1] <= 255
    assert [made.Input.model_validate(one.model_dump()) for one in made.EXAMPLES]
    given = made.EXAMPLES[0]
    answer = made.predict(made.load(), given)
    curves = made.what_if(made.load(), given, answer)
    assert "pixel" in {curve.column.name for curve in curves}
    assert len(made.explain(made.load(), given, answer)) == X.shape[1]
    frame = as_frame(made.columns, [given])[list(X.columns)]
    assert dict(frame.dtypes) == dict(X.dtypes)
    assert answer.value == pytest.approx(linear.predict(frame).item())


def test_what_is_off_the_data_is_said():
    lines = pd.DataFrame({"a": np.arange(200.0), "b": np.arange(200.0) + random.normal(size=200)})
    model = linear_model.LinearRegression().fit(lines, lines["a"])
    demo = from_estimator(model, lines, lines["a"])
    off = demo.Input(a=190.0, b=5.0)
    assert demo.near(demo.load(), off, demo.predict(demo.load(), off))[0].unusual


def test_fields_are_what_the_model_was_fitted_with_and_texts_may_be_empty():
    X = pd.DataFrame({"said": [f"word {n}" for n in range(50)] + ["", " "], "row": range(52)})
    model = tree.DecisionTreeClassifier()
    model = pipeline.make_pipeline(
        compose.ColumnTransformer([("t", feature_extraction.text.TfidfVectorizer(), "said")]), model
    ).fit(X[["said"]], X["row"] > 20)
    made = from_estimator(model, X, X["row"] > 20)
    assert list(made.Input.model_fields) == ["said"]
    answer = made.predict(made.load(), made.Input(said=""))
    assert answer.label == ("yes" if model.predict(X[50:51])[0] else "no")


def test_without_cases_kept_apart_nothing_is_claimed():
    X, y = diabetes
    demo = from_estimator(linear_model.LinearRegression().fit(X, y), X, y)
    assert not demo.CARD.scores
    assert "Nothing was measured" in demo.CARD.summary
    assert isinstance(demo.predict(demo.load(), demo.EXAMPLES[0]), Number)


def test_intervals_hold_what_they_say():
    X = pd.DataFrame({"a": random.normal(size=4000)})
    y = X["a"] + random.normal(size=4000)
    model = linear_model.LinearRegression().fit(X[:1000], y[:1000])
    demo = from_estimator(model, X[:1000], y[:1000], held_out=(X[1000:2000], y[1000:2000]))
    ends = demo.margins
    off = y[2000:] - model.predict(X[2000:])
    assert ((off >= ends.low) & (off <= ends.high)).mean() == pytest.approx(0.8, abs=0.05)


def test_version_changes_with_the_model_and_only_then():
    def version(**more):
        model = tree.DecisionTreeClassifier(random_state=0, **more).fit(wine.data, GROWERS)
        return contract.model_version(from_estimator(model, wine.data, GROWERS))

    assert version() == version() != version(max_depth=2)
    assert searched(3) == searched(3) != searched(2)


def searched(depth):
    choices = {"max_depth": [1, depth]}
    search = model_selection.GridSearchCV(tree.DecisionTreeClassifier(random_state=0), choices)
    model = search.fit(wine.data, GROWERS)
    made = from_estimator(model, wine.data, GROWERS)
    label = made.predict(made.load(), made.EXAMPLES[0]).label
    assert label == model.predict(as_frame(made.columns, made.EXAMPLES[:1])[wine.data.columns])[0]
    return contract.model_version(made)


def sparse_matrix():
    X = preprocessing.OneHotEncoder().fit_transform([["a"], ["b"]])
    return from_estimator(linear_model.LogisticRegression().fit(X, [0, 1]), X, [0, 1])


def two_answers():
    X, y = diabetes
    both = np.column_stack([y, y])
    return from_estimator(linear_model.LinearRegression().fit(X, both), X, both)


def with_held_out(apart):
    return from_estimator(logistic.fit(wine.data, GROWERS), wine.data, GROWERS, held_out=apart)


def with_column(more):
    """A tree of the wines and one column more, whatever that holds."""
    X = pd.concat(
        [wine.data, pd.DataFrame(more).set_axis(["more"] * np.size(more[:1]), axis=1)], axis=1
    )
    model = dummy.DummyClassifier().fit(X.to_numpy(), GROWERS)
    return from_estimator(model, X, GROWERS)


class Foreign:
    def fit(self, *_):
        return self

    def predict(self, X):
        return np.zeros(len(X))


def of_groups():
    return from_estimator(cluster.KMeans(2).fit(wine.data), wine.data, GROWERS)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: from_estimator(svm.SVC(), wine.data, GROWERS), r"call fit\(X, y\)"),
        (lambda: from_estimator(preprocessing.StandardScaler(), wine.data, GROWERS), "pipeline"),
        (of_groups, "typed function"),
        (lambda: from_estimator(cluster.KMeans(2).fit(wine.data), wine.data, None), "typed func"),
        (lambda: from_estimator(Foreign(), wine.data, GROWERS), "typed function"),
        (lambda: with_held_out(wine.data), r"held_out=\(X_test, y_test\)"),
        (lambda: with_held_out((wine.data[:0], GROWERS[:0])), "leave it out"),
        (lambda: with_held_out((wine.data, GROWERS[:9])), "each row"),
        (lambda: with_column(pd.Series([date(2026, 1, 2)] * 178)), r"pd.to_datetime\(X\['more'"),
        (lambda: with_column(pd.Series([1, None] * 89, dtype=object)), "pd.to_numeric"),
        (lambda: with_column(np.r_[np.inf, np.zeros(177)]), "infinity"),
        (lambda: with_column(wine.data[["hue", "ash"]].set_axis(["more"] * 2, axis=1)), "one name"),
        (
            lambda: from_estimator(
                tree.DecisionTreeClassifier().fit(wine.data, ["A"] * 178), wine.data, ["A"] * 178
            ),
            "one label, 'A'",
        ),
        (
            lambda: from_estimator(logistic.fit(wine.data, wine.target), wine.data, GROWERS),
            r"does not know, \['A', 'B', 'C'\]; it knows \[0, 1, 2\]",
        ),
        (lambda: with_held_out((wine.data, GROWERS.where(wine.data["hue"] > 1))), "y lacks the"),
        (of_groups, "ClassifierMixin"),
        (two_answers, "one page for each column"),
        (sparse_matrix, "pipeline"),
        (lambda: from_estimator(logistic.fit(wine.data, GROWERS), wine.data, [1]), "each row"),
        (
            lambda: from_estimator(
                logistic.fit(wine.data, GROWERS), wine.data.drop(columns="hue"), GROWERS
            ),
            "columns that X lacks.*hue",
        ),
        (
            lambda: from_estimator(
                logistic.fit(wine.data, GROWERS), wine.data, GROWERS, about={"titel": "Wine"}
            ),
            "titel.*It may hold title",
        ),
    ],
)
def test_refusal_says_what_to_do(refused, words):
    with pytest.raises((TypeError, ValueError), match=words):
        refused()


def test_array_keeps_its_columns_in_order_where_the_form_has_others_first():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    model = tree.DecisionTreeClassifier(max_depth=4, random_state=0).fit(X, y)
    made = from_estimator(model, X, y)
    assert [column.column for column in made.columns] != [f"x{n + 1}" for n in range(X.shape[1])]
    place = {column.name: int(column.column.removeprefix("x")) - 1 for column in made.columns}
    rows = [{name: float(row[at]) for name, at in place.items()} for row in X[::9]]
    answers = made.predict_many(made.load(), [made.Input.model_construct(**row) for row in rows])
    assert [answer.label for answer in answers] == [str(label) for label in model.predict(X[::9])]


def test_page_and_registry_line(store, registered, monkeypatch):
    X, y = customers()
    model = mixed_pipeline().fit(X[:300], y[:300])
    made = from_estimator(model, X[:300], y[:300], held_out=(X[300:], y[300:]), name="who")
    registered(Demo("who", "Who stays?", ":material/table:", "", "", "who:who", made=made))

    def script() -> None:
        from showcase import interface

        interface("who")

    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "Who stays?"
    assert any("kept apart" in caption.value for caption in at.caption)
    at.button(key="who_example_1").click().run()
    at.button(key="who_correct").click().run()
    row = store.read().iloc[0]
    assert row["input"] == contract.canonical_json(made.EXAMPLES[1])
    answer = made.predict(made.load(), made.EXAMPLES[1])
    assert isinstance(answer, Classification)
    assert (row["predicted"], row["expected"]) == (answer.label, answer.label)
    assert row["model_version"] == contract.model_version(made)


def test_a_list_of_inputs_is_annotated(registered, store, feedback_url, open_page, monkeypatch):
    monkeypatch.setattr("showcase.pages.annotate.work.AGAIN_S", 0.0)
    X, y = customers()
    model = mixed_pipeline().fit(X[:300], y[:300])
    made = from_estimator(model, X[:300], y[:300], name="who")
    registered(Demo("who", "Who stays?", ":material/table:", "New", "", "who:who", made=made))
    task = Task.of(made.EXAMPLES[:2], demo="who", title="Judge", created_by="Ada", people=1)
    open_tasks(feedback_url).add(task)
    at = open_page()
    at.session_state["access_person"] = Person("Mia")
    at.query_params["task"] = task.id
    at = at.switch_page("pages/annotate.py").run()
    for _ in range(2):
        assert not at.exception
        next(one for one in at.button if one.key.startswith("annotate_label_1")).click().run()
    assert store.read()["annotator"].tolist() == ["Mia", "Mia"]
    assert set(store.read()["expected"]) == {made.LABELS[0]}


GUIDE = (Path(__file__).parents[3] / "docs/your-model.md").read_text(encoding="utf-8")
(PAGE,) = [code for code in re.findall(r"```python\n(.*?)```", GUIDE, re.S) if "held_out" in code]


def test_script_and_registry_line_name_what_was_made(tmp_path, monkeypatch):
    named = PAGE.replace("interface(from_", "interface(demo := from_")
    (tmp_path / "my_irises.py").write_text(named, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (demo,) = demos_of(tmp_path / "my_irises.py")
    assert (demo.name, demo.title) == ("my_irises", "Irises")
    line = Demo("irises", "Irises", "", "", "", "my_irises:demo")
    assert line.load_module() is demo.load_module()
    assert contract.card(line) is contract.card(demo) is not None
