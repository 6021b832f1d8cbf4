"""The record: its columns, what fills itself in, what it refuses."""

import json
import re
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from showcase.contract import Classification, Regression, canonical_json
from showcase.feedback import COLUMNS, Record, hash_input
from tests.showcase.feedback.builders import CLASSIFICATION, make

REGRESSION = {
    "kind": "regression",
    "value": 41234.5,
    "low": 3e4,
    "high": 5e4,
    "coverage": 0.8,
    "unit": "USD",
}
ANY_TEXT = st.text(st.characters(exclude_categories=[]))
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)


def cleaned(text):
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def refusal(**given):
    with pytest.raises(ValidationError) as caught:
        make(**given)
    (error,) = caught.value.errors()
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def test_columns_are_those_of_the_design_in_order():
    assert COLUMNS == (
        "id", "created_at", "demo", "model_version", "source", "input", "input_hash", "prediction",
        "predicted", "confidence", "verdict", "expected", "guess", "comment", "annotator",
        "session", "supersedes", "signed_in",
    )  # fmt: skip


def test_id_time_and_hash_fill_themselves_in():
    record, other = make(), make()
    assert uuid.UUID(record.id).version == 4
    assert record.id != other.id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.created_at)
    assert record.input_hash == hash_input({"text": "good"}) == "492d8232566946e4"


def test_an_id_is_written_in_one_way():
    given = "123E4567E89B42D3A456426614174000"
    assert make(id=given).id == "123e4567-e89b-42d3-a456-426614174000"
    assert make(supersedes=given).supersedes == "123e4567-e89b-42d3-a456-426614174000"


def test_a_classification_names_its_label_and_confidence():
    record = make(verdict="unsure")
    assert (record.predicted, record.confidence, record.expected) == ("positive", 0.8, "")


def test_a_classification_without_probabilities_has_no_confidence():
    record = make(prediction={"label": "neutral", "probabilities": None, "score": 0.1})
    assert (record.predicted, record.confidence) == ("neutral", None)


def test_a_regression_names_the_bare_number():
    record = make(prediction=REGRESSION)
    assert (record.predicted, record.confidence) == ("41234.5", None)


def test_the_output_types_of_the_models_are_taken_as_dumped():
    label = Classification(label="a", probabilities={"a": 0.7, "b": 0.3})
    number = Regression(value=1, low=0, high=2, coverage=0.8, unit="cm")
    assert make(prediction=label.model_dump(mode="json")).confidence == 0.7
    assert make(prediction=number.model_dump(mode="json")).predicted == "1.0"


@pytest.mark.parametrize(
    "prediction",
    [{}, {"text": "x"}, {"label": ["a"], "probabilities": {}}, {"value": None},
     {"label": "a", "probabilities": ["b"]}, {"label": "a", "probabilities": {"a": "much"}}],
)  # fmt: skip
def test_other_outputs_have_no_confidence(prediction):
    assert make(prediction=prediction, verdict="wrong").confidence is None


def test_what_is_given_stays():
    record = make(predicted="mine", confidence=0.5, expected="yours")
    assert (record.predicted, record.confidence, record.expected) == ("mine", 0.5, "yours")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"verdict": "correct"}, "positive"),
        ({"verdict": "correct", "prediction": REGRESSION}, ""),
        ({"verdict": "wrong"}, ""),
        ({"verdict": "wrong", "expected": "negative"}, "negative"),
        ({"verdict": "wrong", "prediction": REGRESSION, "expected": 50000}, "50000"),
        ({"verdict": "unsure"}, ""),
        ({"verdict": "withdrawn", "expected": "negative"}, ""),
    ],
)
def test_expected_is_the_training_label(given, expected):
    assert make(**given).expected == expected


def test_the_record_keeps_its_own_copy_of_the_input():
    given = {"text": "good", "list": [1]}
    record = make(input=given)
    given["list"].append(2)
    assert record.input == {"text": "good", "list": [1]}


def test_a_model_is_taken_as_its_canonical_json():
    class Input(BaseModel):
        text: str

    assert make(input=Input(text="good")).input_hash == make().input_hash


def test_the_row_is_the_text_of_every_column():
    row = dict(zip(COLUMNS, make().row(), strict=True))
    assert row["input"] == '{"text":"good"}'
    assert row["prediction"] == canonical_json(CLASSIFICATION)
    assert (row["confidence"], row["supersedes"]) == ("0.8", "")


@settings(deadline=None)
@given(ANY_TEXT)
def test_no_text_keeps_nul_or_a_lone_surrogate(text):
    record = make(demo=f"x{text}", session=text, expected=text, verdict="wrong")
    assert record.session == record.expected == cleaned(text)
    assert record.demo == f"x{cleaned(text)}"


@settings(deadline=None)
@given(st.dictionaries(ANY_TEXT, ANY_JSON))
def test_input_is_stored_as_canonical_json_that_utf8_and_postgresql_can_hold(value):
    text = make(input=value).row()[COLUMNS.index("input")]
    assert text == canonical_json(json.loads(text))
    assert cleaned(json.dumps(json.loads(text), ensure_ascii=False)) == json.dumps(
        json.loads(text), ensure_ascii=False
    )
    assert hash_input(value) == hash_input(json.loads(text))


UUID_WANTED = "give one like 123e4567-e89b-42d3-a456-426614174000"
TOO_LONG = "{} characters are too many: at most {} are stored, leave out {}"
NO_ZONE = "2026-01-31 is no time with a zone: give one like 2026-01-31T12:00:00.000Z"
NO_HASH = "dead is not the hash of this input, 492d8232566946e4 is: leave it out"
VERDICTS = "Input should be 'correct', 'wrong', 'unsure' or 'withdrawn'"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("comment", "x" * 1204, TOO_LONG.format(1204, 1000, 204)),
        ("annotator", "x" * 81, TOO_LONG.format(81, 80, 1)),
        ("id", "7", f"7 is no UUID: {UUID_WANTED}"),
        ("supersedes", "row 7", f"row 7 is no UUID: {UUID_WANTED}"),
        ("created_at", "2026-01-31", NO_ZONE),
        ("input_hash", "dead", NO_HASH),
        ("expected", float("nan"), "nan is no answer: give a finite number"),
        ("verdict", "yes", VERDICTS),
        ("source", "mail", "Input should be 'ui', 'api' or 'game'"),
        ("confidence", 1.5, "Input should be less than or equal to 1"),
        ("stars", 5, "Extra inputs are not permitted"),
        ("input", "text", "Input should be a valid dictionary"),
    ],
)
def test_a_refusal_names_the_field_and_what_to_do(field, value, message):
    assert refusal(**{field: value}) == f"{field}: {message}"


def test_a_comment_of_exactly_the_limit_is_taken():
    assert len(make(comment="😀" * 1000).comment) == 1000


def test_the_annotator_is_stripped():
    assert make(annotator=f"  {'x' * 80}\n").annotator == "x" * 80


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2, "1": 3}])
def test_what_json_cannot_hold_is_refused(value):
    assert "not plain JSON" in refusal(input={"x": value})


def test_endless_nesting_is_refused():
    endless = {}
    endless["x"] = endless
    assert "not plain JSON" in refusal(input=endless)


def test_a_record_does_not_replace_itself():
    given = str(uuid.uuid4())
    assert "name the row that it replaces" in refusal(id=given, supersedes=given)


def test_a_record_is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        make().verdict = "wrong"


def test_the_time_is_utc_with_milliseconds():
    given = "2026-01-31T13:00:00.123456+01:00"
    assert make(created_at=given).created_at == "2026-01-31T12:00:00.123Z"


def test_columns_are_the_fields():
    assert tuple(Record.model_fields) == COLUMNS
