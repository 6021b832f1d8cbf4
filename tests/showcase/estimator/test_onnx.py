""".onnx files as demos: the same answers as the model that they were made from."""

import numpy as np
import pytest
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn import compose, datasets, linear_model, pipeline

from showcase import contract, from_estimator
from showcase.commands.page import demo_of_files

X, y = datasets.load_iris(return_X_y=True, as_frame=True)
X.columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
NAMES = y.map({0: "setosa", 1: "versicolor", 2: "virginica"})
NAMED = [(name, FloatTensorType([None, 1])) for name in X.columns]
MATRIX = [("X", FloatTensorType([None, 4]))]


def classifier(target=NAMES):
    together = compose.ColumnTransformer([("all", "passthrough", list(X.columns))])
    return pipeline.make_pipeline(together, linear_model.LogisticRegression(max_iter=500)).fit(
        X, target
    )


def saved(tmp_path, model, inputs, **options):
    path = tmp_path / "my-irises.onnx"
    path.write_bytes(to_onnx(model, initial_types=inputs, **options).SerializeToString())
    return path


@pytest.mark.parametrize("zipmap", [True, False])
def test_named_inputs_are_the_fields_of_a_classifier(tmp_path, zipmap):
    model = classifier()
    path = saved(tmp_path, model, NAMED, options={"zipmap": zipmap})
    made = from_estimator(path, X, NAMES)
    assert list(made.Input.model_fields) == list(X.columns)
    for given in made.EXAMPLES:
        answer = made.predict(made.load(), given)
        row = X.head(1).assign(**given.model_dump())
        chances = dict(zip(model.classes_, model.predict_proba(row)[0], strict=True))
        assert answer.probabilities == pytest.approx(chances, abs=1e-5)


def test_one_matrix_is_all_columns_of_a_regressor(tmp_path):
    model = linear_model.LinearRegression().fit(X.to_numpy(), y)
    made = from_estimator(saved(tmp_path, model, MATRIX), X, y + 0.5, held_out=(X, y + 0.5))
    given = made.EXAMPLES[0]
    row = np.array([list(given.model_dump().values())])
    answer = made.predict(made.load(), given)
    assert answer.value == pytest.approx(model.predict(row)[0], abs=1e-5)


def test_command_and_version(tmp_path):
    def version(c):
        model = linear_model.LogisticRegression(C=c, max_iter=500).fit(X.to_numpy(), NAMES)
        path = saved(tmp_path, model, MATRIX, options={"zipmap": False})
        X.assign(species=NAMES).to_csv(tmp_path / "irises.csv", index=False)
        demo = demo_of_files(path, tmp_path / "irises.csv", "species")
        return contract.model_version(demo.load_module())

    assert version(1) == version(1) != version(0.5)


def test_refusals_say_what_to_do(tmp_path):
    path = saved(tmp_path, classifier(), NAMED)
    with pytest.raises(ValueError, match=r"takes inputs that X lacks: .'petal_width'."):
        from_estimator(path, X.drop(columns="petal_width"), NAMES)
    with pytest.raises(ValueError, match=r"none of \.onnx.*showcase page"):
        from_estimator(tmp_path / "model.h5", X, NAMES)
