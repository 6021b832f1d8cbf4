"""Networks in .tflite and .keras files as demos: the same answers as the network itself."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn import datasets

from models import flower_power
from showcase import contract, from_estimator
from showcase.commands.page import demo_of_files
from showcase.commands.store_urls import CommandError

IRISES = datasets.load_iris(as_frame=True)
SPECIES = IRISES.target.map(dict(enumerate(IRISES.target_names)))

# Two inputs by name, standardised inside, and one probability: what Keras people have.
TRAINING = """
import json, sys
import keras, numpy as np
inputs = {name: keras.Input((1,), name=name) for name in ("petal_width", "petal_length")}
joined = keras.layers.Concatenate()(list(inputs.values()))
model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(joined))
model.set_weights([np.array([[1.5], [0.5]]), np.array([-3.0])])
model.save(sys.argv[1])
given = {"petal_width": np.array([[1.4]]), "petal_length": np.array([[4.7]])}
print(json.dumps(model.predict(given, verbose=0).tolist()))
"""


def test_one_matrix_of_a_tflite_file():
    made = from_estimator(flower_power.ARTIFACT, IRISES.data, SPECIES)
    assert tuple(flower_power.LABELS) == made.LABELS
    network = flower_power.load()
    for given in made.EXAMPLES:
        values = dict(
            zip(flower_power.Input.model_fields, given.model_dump().values(), strict=True)
        )
        answer = flower_power.predict(network, flower_power.Input(**values))
        expected = made.predict(made.load(), given).probabilities
        assert expected == pytest.approx(answer.probabilities, abs=1e-5)
    assert "ai-edge-litert" in made.SETTINGS


def test_tflite_file_of_other_classes_is_refused_in_words():
    with pytest.raises(ValueError, match="y has 2 classes: export it with a probability"):
        from_estimator(flower_power.ARTIFACT, IRISES.data, SPECIES.eq("setosa").map(str))


@pytest.mark.slow
def test_dict_of_inputs_of_a_keras_file(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)  # of another test
    path = tmp_path / "wide.keras"
    command = [sys.executable, "-c", TRAINING, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ((chance,),) = json.loads(done.stdout.splitlines()[-1])
    X = IRISES.data.iloc[:, 2:].set_axis(["petal_length", "petal_width"], axis=1)
    X.assign(wide=SPECIES.ne("setosa").map({True: "yes", False: "no"})).to_csv(
        tmp_path / "irises.csv", index=False
    )
    with pytest.raises(CommandError, match="--trust"):
        demo_of_files(path, tmp_path / "irises.csv", "wide")
    module = demo_of_files(path, tmp_path / "irises.csv", "wide", trust=True).load_module()
    given = module.Input(petal_length=4.7, petal_width=1.4)
    answer = module.predict(module.load(), given)
    assert answer.probabilities == pytest.approx({"yes": chance, "no": 1 - chance}, abs=1e-5)
    assert module.explain(module.load(), given, answer)
    assert contract.model_version(module)
    assert "tensorflow" not in sys.modules


def test_without_tensorflow_it_is_said_what_to_do(monkeypatch):
    real = importlib.util.find_spec
    found = "showcase.estimator.tflite_file.find_spec"
    monkeypatch.setattr(found, lambda name: None if name == "tensorflow" else real(name))
    with pytest.raises(ValueError, match=r"Where it was trained, `model\.export"):
        from_estimator(Path("some.keras"), IRISES.data, SPECIES)


def test_what_tensorflow_says_of_a_file_is_told(monkeypatch):
    monkeypatch.setattr("showcase.estimator.tflite_file.CONVERT", "open('missing.keras')")
    with pytest.raises(ValueError, match=r"could not be converted: FileNotFoundError.*missing"):
        from_estimator(Path("some.keras"), IRISES.data, SPECIES)
