"""Sentiment: NLTK's numbers, word by word, over the installed lexicon; the evaluation."""

import csv
import gzip
import io
import json
import os
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nltk.data
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants
from pydantic import ValidationError

from models import sentiment
from models.sentiment import lexicon, opinion, train
from models.sentiment.inputs import Input, is_blank
from models.sentiment.training import data, evaluate, evaluate_opinion, fit, learn
from showcase import contract
from showcase.contract.card import sha256
from showcase.contract.function import source
from showcase.learning.learner import Lesson

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("VITRINE_DATA", REPOSITORY.parent / "shared" / "data")) / "sentiment"

# from the documentation of nltk.sentiment.vader (nltk/test/sentiment.doctest)
DOCUMENTED = [
    ("VADER is smart, handsome, and funny.", 0.8316, 0.0, 0.254, 0.746),
    ("VADER is smart, handsome, and funny!", 0.8439, 0.0, 0.248, 0.752),
    ("VADER is very smart, handsome, and funny.", 0.8545, 0.0, 0.299, 0.701),
    ("VADER is VERY SMART, handsome, and FUNNY.", 0.9227, 0.0, 0.246, 0.754),
    ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342, 0.0, 0.233, 0.767),
    ("VADER is VERY SMART, really handsome, and INCREDIBLY FUNNY!!!", 0.9469, 0.0, 0.294, 0.706),
    ("The book was good.", 0.4404, 0.0, 0.508, 0.492),
    ("The book was kind of good.", 0.3832, 0.0, 0.657, 0.343),
    ("The plot was good, but the characters are uncompelling and the dialog is not great.",
     -0.7042, 0.327, 0.579, 0.094),
    ("A really bad, horrible book.", -0.8211, 0.791, 0.209, 0.0),
    ("At least it isn't a horrible book.", 0.431, 0.0, 0.637, 0.363),
    (":) and :D", 0.7925, 0.0, 0.124, 0.876),
    ("Today sux", -0.3612, 0.714, 0.286, 0.0),
    ("Today sux!", -0.4199, 0.736, 0.264, 0.0),
    ("Today SUX!", -0.5461, 0.779, 0.221, 0.0),
    ("Today kinda sux! But I'll get by, lol", 0.5249, 0.138, 0.517, 0.344),
]  # fmt: skip

PIECES = (
    "good GREAT bad :) :D :-( :?) not very but BUT least at kind of never so this the bomb shit "
    "can't isn't heart flawed badass :p :P :PP cafe\u0301 \U0001f600 \U0001f44d\U0001f3fd 行 ß a ! "
    "? !!! ??? ?!? (good) 'fun' ,sad sad, funny!!!! ugly?? ... -- &amp; #love <b>hate</b>"
)
WORDS = st.sampled_from(PIECES.split())
SPACES = st.sampled_from([" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2003", "\x1c", "\x85"])
PHRASES = st.lists(st.tuples(WORDS, SPACES), min_size=1, max_size=25).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
TEXTS = (PHRASES | st.text(min_size=1, max_size=60)).filter(lambda text: not is_blank(text))


@pytest.fixture(scope="module")
def model():
    return sentiment.load()


@pytest.fixture(scope="module")
def folder():
    if not DATA.is_dir():
        pytest.skip("no full data sets here")
    return DATA


def answer(model, text, threshold=0.05):
    asked = Input(text=text, threshold=threshold)
    prediction = sentiment.predict(model, asked)
    return prediction, sentiment.explain(model, asked, prediction)


def message(error):
    return error.value.errors()[0]["msg"]


# Input


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u200b", "\u00a0\ufeff", "\x00"])
def test_blank_text_is_refused_in_plain_words(text):
    with pytest.raises(ValidationError) as error:
        Input(text=text, threshold=0)
    assert message(error) == "Type some words: the text is blank."


def test_text_ends_at_5000_characters():
    assert len(Input(text="é" * 5000, threshold=0).text) == 5000
    with pytest.raises(ValidationError) as error:
        Input(text="é" * 5001, threshold=0)
    assert message(error) == "Shorten the text to 5,000 characters: it has 5,001."


def test_text_is_kept_as_typed():
    assert Input(text="  so\n good ", threshold=0).text == "  so\n good "


@pytest.mark.parametrize("spelled", [0, 0.0, -0.0, "0", "0.0", " 0 "])
def test_zero_threshold_is_one_value_however_it_came(spelled):
    asked = Input(text="fine", threshold=spelled)
    assert contract.canonical_json(asked) == '{"text":"fine","threshold":0}'


@pytest.mark.parametrize("spelled", [0.05, "0.05", "5e-2"])
def test_usual_threshold_is_one_value_however_it_came(spelled):
    asked = Input(text="fine", threshold=spelled)
    assert contract.canonical_json(asked) == '{"text":"fine","threshold":0.05}'


@pytest.mark.parametrize("content", ['{"text":"a","threshold":0.0}', '{"text":"a","threshold":0}'])
def test_threshold_from_json(content):
    assert (
        contract.canonical_json(Input.model_validate_json(content)) == '{"text":"a","threshold":0}'
    )


@pytest.mark.parametrize("wrong", [0.1, "x", "nan", "", None, True, False, [], float("nan")])
def test_other_thresholds_are_refused(wrong):
    with pytest.raises(ValidationError) as error:
        Input(text="fine", threshold=wrong)
    assert [e["loc"] for e in error.value.errors()] == [("threshold",)]
    assert "0.05 or 0" in message(error)


def test_both_fields_are_required_and_no_other_is_known():
    with pytest.raises(ValidationError) as error:
        Input(language="en")
    assert {e["loc"][0] for e in error.value.errors()} == {"text", "threshold", "language"}


def test_json_schema_has_bounds_choices_and_examples():
    fields = Input.model_json_schema()["properties"]
    assert fields["threshold"]["enum"] == [0.05, 0]
    assert fields["threshold"]["type"] == "number"
    assert fields["threshold"]["examples"][0] == 0.05
    assert (fields["text"]["minLength"], fields["text"]["maxLength"]) == (1, 5000)
    assert all(field["title"] and field["description"] for field in fields.values())


# Answers


@pytest.mark.parametrize(("text", "compound", "negative", "neutral", "positive"), DOCUMENTED)
def test_documented_sentences(model, text, compound, negative, neutral, positive):
    prediction, _ = answer(model, text)
    assert prediction.score == compound
    assert prediction.parts == {"negative": negative, "neutral": neutral, "positive": positive}
    assert prediction.probabilities is None
    assert prediction.confidence is None


@pytest.mark.parametrize(
    ("compound", "threshold", "label"),
    [
        (0.05, 0.05, "positive"),
        (0.0499, 0.05, "neutral"),
        (-0.0499, 0.05, "neutral"),
        (-0.05, 0.05, "negative"),
        (0.0001, 0, "positive"),
        (0.0, 0, "neutral"),
        (-0.0, 0, "neutral"),
        (-0.0001, 0, "negative"),
    ],
)
def test_label_at_the_edges(compound, threshold, label):
    assert sentiment.label(compound, threshold) == label


def test_threshold_decides_a_weak_text(model):
    weak = "good bad so so ok but sad funny nope"
    answers = [answer(model, weak, threshold)[0] for threshold in (0.05, 0)]
    assert -0.05 < answers[0].score == answers[1].score < 0
    assert [prediction.label for prediction in answers] == ["neutral", "negative"]


@pytest.mark.parametrize(
    "text", ["!", "a", "? !", "行", "Das ist wunderbar", "\U0001f600 \U0001f62d"]
)
def test_text_without_a_known_word_is_neutral(model, text):
    prediction, contributions = answer(model, text, 0)
    assert (prediction.label, prediction.score, contributions) == ("neutral", 0.0, [])


def test_score_is_never_minus_zero(model):
    assert str(model.polarity_scores("ok but nah")["compound"]) == "-0.0"
    assert str(answer(model, "ok but nah", 0)[0].score) == "0.0"


def test_examples_show_what_they_are_named_for(model):
    answers = dict(
        zip(sentiment.EXAMPLE_NAMES, sentiment.predict_many(model, sentiment.EXAMPLES), strict=True)
    )
    assert {name: prediction.label for name, prediction in answers.items()} == {
        "A mixed review": "negative",
        "Two denials": "negative",
        "High praise": "positive",
        "Shouting": "positive",
        "Slang and smileys": "positive",
        "A plain fact": "neutral",
        "Irony": "positive",
    }


def test_prediction_survives_json(model):
    prediction, _ = answer(model, "The book was good.")
    again = contract.Classification.model_validate_json(prediction.model_dump_json())
    assert again == prediction


# Explanations


@settings(max_examples=250, deadline=None)
@given(TEXTS)
def test_contributions_add_up_to_the_score(model, text):
    prediction, contributions = answer(model, text)
    total = sentiment.unnormalised(contributions)
    assert round(sentiment.normalise(total), 4) == prediction.score
    assert prediction.score == model.polarity_scores(text)["compound"]


@settings(max_examples=250, deadline=None)
@given(TEXTS)
def test_contributions_are_slices_in_order_without_overlap(model, text):
    _, contributions = answer(model, text)
    assert [text[part.start : part.end] for part in contributions] == [
        c.name for c in contributions
    ]
    assert all(part.value for part in contributions)
    ends = [0, *(part.end for part in contributions)]
    assert all(end <= part.start for end, part in zip(ends, contributions, strict=False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("good, bad and good", [("good", 0), ("bad", 6), ("good", 14)]),
        ("'good (sad)\n\t\"fun, -bad", [("good", 1), ("sad", 7), ("fun", 14), ("bad", 20)]),
        ("\U0001f600 cafe\u0301 fun :) fun", [("fun", 8), (":)", 12), ("fun", 15)]),
        (
            "So good!!! Really?? Great!",
            [("good", 3), ("!!!", 7), ("??", 17), ("Great", 20), ("!", 25)],
        ),
        ("Now, I say: sad?!? ?", [("sad", 12), ("?!?", 15), ("?", 19)]),
        ("goods good", [("good", 6)]),
    ],
)
def test_positions(model, text, expected):
    found = [(part.name, part.start) for part in answer(model, text)[1]]
    assert sorted(found) == sorted(expected)


def test_not_turns_a_word_round_and_but_weighs_what_follows(model):
    values = {
        part.name: part.value for part in answer(model, "It is not good, but the end was funny")[1]
    }
    assert values == {"good": pytest.approx(1.9 * -0.74 * 0.5), "funny": pytest.approx(1.9 * 1.5)}


def test_exclamation_marks_share_their_emphasis(model):
    values = [part.value for part in answer(model, "bad! sad!!!! ugly")[1] if "!" in part.name]
    assert values == [pytest.approx(-4 * 0.292 / 5), pytest.approx(-4 * 0.292 / 5 * 4)]


def test_emphasis_within_an_emoticon_belongs_to_it(model):
    (part,) = answer(model, "hmm :?) ab?cd?")[1][:1]
    assert (part.name, part.value) == (":?)", pytest.approx(model.lexicon[":?)"] + 0.18))


def test_marks_add_nothing_to_nothing(model):
    assert answer(model, "Nine o'clock!!! Really???")[1] == []


@pytest.mark.parametrize("total", [-1000.0, -3.7, -1e-9, 0.0, 0.05, 2.5, 1e6])
def test_normalise_is_nltks(total):
    assert sentiment.normalise(total) == VaderConstants().normalize(total)


# Texts as people type, paste and export them


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The food wasn’t good.", "The food wasn't good."),
        ("The food wasn&#39;t good", "The food wasn't good"),
        ("It wasn&rsquo;t good", "It wasn't good"),
        ("I don`t like this.", "I don't like this."),
        ("This is so bad!!!!!", "This is so bad!!!!"),
        ("This is so bad ?!?!?!", "This is so bad ???!!!"),
        ("It was great...", "It was great"),
        ("It was… great…", "It was great"),
        ("great...really", "great really"),
        ("(great)", "great"),
        ("[not {good}]", "not good"),
        ("“great” service", "great service"),
        ("«great» ‘service’", "great service"),
        ("*great* #service", "great service"),
        ("<b>great</b> food", "great food"),
        ("<p class='x'>I hate it</p><br/>", "I hate it"),
        ("un<i>happy</i>", "unhappy"),
        ("I &lt;3 it", "I <3 it"),
        ("&quot;bad&quot;", "bad"),
        ("great:)", "great :)"),
        ("(good :-)", "good :-)"),
        ("The food wasn&amp;#39;t good", "The food wasn't good"),
        ("&lt;p&gt;awful&lt;/p&gt;", "awful"),
        ("aw\u00adful g\u200breat\ufe0f", "awful great"),
        ("ｂａｄ！！", "bad!!"),
        ("‹bad›", "bad"),
        ("awful/terrible", "awful terrible"),
        ("It was bad.Really", "It was bad Really"),
        ("It was not-good", "It was not good"),
        ("It isn’t\u2011good", "It isn't good"),
        ("wasnʻt good, wasn׳t good, wasnߴt good", "wasn't good, wasn't good, wasn't good"),
        ("wasn\u00e2\u20ac\u2122t \u00e2\u20ac\u0153good\u00e2\u20ac\u009d", "wasn't good"),
        (r"wasn\u2019t good", "wasn't good"),
        ("〈great〉 【great】 ❝great❞", "great great great"),
        ("great❗❗", "great!!"),
        ("great👍🏽 food❤️", "great food"),
        ("Food:great", "Food great"),
        ("ⓖⓡⓔⓐⓣ", "great"),
        ("a diﬀerence that satisﬁed me", "a difference that satisfied me"),
    ],
)
def test_what_is_typed_around_a_word_hides_no_word(model, text, plain):
    prediction, contributions = answer(model, text)
    assert prediction.score == answer(model, plain)[0].score != 0
    assert [text[part.start : part.end] for part in contributions] == [
        part.name for part in contributions
    ]


def test_what_is_less_or_greater_is_no_tag(model):
    assert [part.name for part in answer(model, "5 < 6, good > 3, 2 <bad")[1]] == ["good", "bad"]


def test_an_emoticon_stays_whole(model):
    for text in (":-)", "(:", "':(", ":D.", ">:("):
        assert answer(model, text)[1], text


@pytest.mark.parametrize(
    "text",
    [
        "Das Essen war schrecklich und der Service furchtbar.",
        "Das war gut",
        "Ich liebe dieses Buch, es ist wunderbar!",
        "Le film était super, j'ai adoré!",
        "La comida estaba muy buena",
        "La comida no es buena",
        "De maaltijd was slecht",
        "这家餐厅的服务太差了",
        "\U0001f621\U0001f621\U0001f621",
    ],
)
def test_a_text_in_another_language_is_not_judged(model, text):
    asked = Input(text=text, threshold=0)
    assert not sentiment.is_read(model, asked)
    assert sentiment.predict(model, asked).score == 0
    assert sentiment.explain(model, asked, sentiment.predict(model, asked)) == []


def test_of_another_language_the_smileys_count(model):
    _, contributions = answer(model, "Das Essen war wunderbar und gut :)")
    assert [part.name for part in contributions] == [":)"]


@pytest.mark.parametrize("text", [text for text, *_ in DOCUMENTED] + ["lol", "Today sux", "Super"])
def test_english_is_read(model, text):
    assert sentiment.is_read(model, Input(text=text, threshold=0))


# Lexicon


def test_lexicon_is_nltks_own():
    words = sentiment.load().lexicon
    assert len(words) == 7502
    assert lexicon.digest(words) == lexicon.SHA256
    assert not set(lexicon.ADDED) & set(words)
    assert (words[":p"], words["badass"], words["okay"], words["sux"]) == (1.4, -0.6, 0.9, -1.5)


def test_another_lexicon_is_refused_with_the_command(monkeypatch):
    text = lexicon.read().replace("\nokay\t0.9\t", "\nokay\t0.8\t")
    monkeypatch.setattr(lexicon, "read", lambda: text)
    with pytest.raises(ValueError, match=r"run pip install vaderSentiment==3\.3\.2"):
        sentiment.load()


def test_missing_lexicon_names_the_command(monkeypatch):
    monkeypatch.setattr(lexicon, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match=r"run pip install vaderSentiment==3\.3\.2"):
        sentiment.load()


def test_pinned_version_is_the_one_of_the_message():
    pinned = (REPOSITORY / "requirements-serve.txt").read_text(encoding="utf-8")
    assert f"{lexicon.INSTALL.split()[-1].lower()} " in pinned


def test_loading_leaves_nltk_as_it_was_and_opens_no_socket(monkeypatch):
    before = list(nltk.data.path)
    monkeypatch.setattr("socket.socket", None)
    sentiment.load()
    assert nltk.data.path == before
    assert "vaderSentiment" not in sys.modules


def test_lexicon_is_read_where_others_may_write(monkeypatch, tmp_path):
    (tmp_path / "vader_lexicon.txt").write_text(lexicon.read(), encoding="utf-8")
    (tmp_path / "vader_lexicon.txt").chmod(0o664)
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(lexicon, "find_spec", lambda _: spec)
    assert len(sentiment.load().lexicon) == 7502


def test_version_follows_the_libraries(monkeypatch):
    before = contract.model_version(sentiment)
    monkeypatch.setattr(source, "_version", lambda _: "4.0")
    assert contract.model_version(sentiment) != before
    assert sentiment.installed("no-such-library") == "missing"


@pytest.fixture(scope="module")
def original(folder):
    text = (folder / "vader_lexicon.txt").read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk.data, "load", lambda _: text)
        return SentimentIntensityAnalyzer()


@pytest.mark.data
def test_lexicon_equals_the_original_entry_by_entry(model, original):
    assert model.lexicon == original.lexicon


@pytest.mark.data
def test_tweets_score_as_with_the_original_lexicon(model, original, folder):
    for text in data.read(folder, data.RATED["tweets"])["text"]:
        cleaned = " ".join(piece.text for piece in model.pieces(text))
        expected = original.polarity_scores(cleaned)
        assert {name: model.polarity_scores(text)[name] for name in expected} == expected


@pytest.mark.data
def test_contributions_add_up_on_tweets(model, folder):
    for text in data.read(folder, data.RATED["tweets"])["text"]:
        prediction, contributions = answer(model, text)
        total = sentiment.unnormalised(contributions)
        assert round(sentiment.normalise(total), 4) == prediction.score, text


# Evaluation


@pytest.fixture
def small(tmp_path):
    """Four rated sets of six texts and a labelled set of six, in the files' format."""
    rated = [
        ("good", 2),
        ("bad", -2),
        ("a table", 0.04),
        ("great", -0.3),
        ("awful", -3),
        ("fun", 3),
    ]
    for name in data.RATED.values():
        rows = [(f"{n}_1", rating, text) for n, (text, rating) in enumerate(rated)]
        data._write(tmp_path / name, ("id", "mean_rating", "text"), _as_text(rows))
    labelled = [("pos", "good"), ("neg", "good"), ("neg", "a table")]
    labelled += [("pos", "fun"), ("neg", "fun"), ("neg", "the table")]
    data._write(tmp_path / data.LABELLED, ("label", "text"), labelled)
    return tmp_path


def _as_text(rows):
    return [[str(cell) for cell in row] for row in rows]


@pytest.fixture
def tiny(monkeypatch):
    """A third of so few texts is held out, and a word may stand in one of them alone."""
    monkeypatch.setattr(learn, "EVERY", 3)
    monkeypatch.setattr(fit, "FEWEST", 1)


def test_training_measures_and_writes(tiny, small, capsys):
    out = small / "out"
    train.main(["--data", str(small), "--out", str(out)])
    card = contract.Card.model_validate_json((out / "card.json").read_text(encoding="utf-8"))
    assert card.score("accuracy on tweets") == pytest.approx(5 / 6)
    assert card.score("accuracy on tweets, neutral zones 0.05 and 0") == pytest.approx(5 / 6)
    assert card.score("accuracy on film reviews") == pytest.approx(1 / 3)
    assert card.score("accuracy on film reviews where not neutral") == pytest.approx(1 / 2)
    assert card.score("film reviews called neutral") == pytest.approx(1 / 3)
    assert card.more["confusion"]["counts"] == [[2, 0, 0], [0, 1, 1], [0, 0, 2]]
    assert card.more["tweets kept apart from the second opinion"] == 2
    assert card.named("second opinion on film reviews").meaning.startswith("Right label on 3 ")
    assert capsys.readouterr().out.strip() == card.summary
    assert str(small) not in (out / "card.json").read_text(encoding="utf-8")


def lesson(text, target):
    return Lesson(Input(text=text, threshold=0.05), text, target, {}, (), ())


def test_lessons_change_the_second_opinion_and_never_vader(tiny, small, tmp_path):
    """What is held out is neither taught nor counted among the words."""
    new = Input(text="The good service was zorky, and the people were too", threshold=0.05)
    answers = {}
    for target in ("negative", "positive"):
        lessons = [
            lesson(f"The good food was zorky number {number}", target) for number in range(20)
        ]
        learn.train(small, lessons, tmp_path, lambda _: None)
        taught = sentiment.load(tmp_path / learn.NAME)
        answers[target] = sentiment.predict(taught, new)
        assert sentiment.second_opinion(taught, new).label == target
        weight = dict(sentiment.opinion_words(taught, new))["zorky"]
        assert (weight > 0) == (target == "positive")
        assert "awful" not in taught.learned.places
    assert answers["negative"] == answers["positive"] == sentiment.predict(sentiment.load(), new)
    held_out = learn.held_out(small)
    assert {one.text for one in held_out.inputs} == {"awful", "fun", "the table"}
    assert learn.identity(Input(text=" FUN\n", threshold=0)) == learn.identity(
        Input(text="fun", threshold=0.05)
    )


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_second_opinion_on_any_text(model, text):
    asked = Input(text=text, threshold=0)
    chances = sentiment.second_opinion(model, asked).probabilities
    assert sum(chances.values()) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in chances.values())


def test_the_artifact_is_what_was_fitted_and_another_is_refused(tmp_path, model):
    path = tmp_path / "opinion.npz"
    opinion.write(model.learned, path)
    assert path.read_bytes() == sentiment.ARTIFACT.read_bytes()
    short = replace(model.learned, bias=model.learned.bias[:3])
    opinion.write(short, path)
    with pytest.raises(ValueError, match="do not fit together"):
        sentiment.load(path)
    np.savez(path, terms=np.array([{"code": 1}], dtype=object))
    with pytest.raises(ValueError, match="holds"):
        sentiment.load(path)


def test_missing_data_names_the_file_and_the_way_to_get_it(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no \w+\.csv\.gz .*--download"):
        train.main(["--data", str(tmp_path), "--out", str(tmp_path)])


def test_neutral_bands_of_the_raters():
    ratings = pd.Series([-0.5, -0.49, -0.05, 0.0, 0.05, 0.06, 0.5])
    wide, tight = (list(evaluate.felt(ratings, band)) for band in evaluate.BANDS)
    assert wide == ["negative", *["neutral"] * 5, "positive"]
    assert tight == ["negative", "negative", *["neutral"] * 3, "positive", "positive"]


def test_archive_of_ratings_becomes_csv(tmp_path):
    lines = '1_1\t-2.5\t  bad, \u0085 so\u2028bad\r\n2_1\t1\tsaid "good"\t!\r\n'.encode()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name in ("._tweets_GroundTruth.txt", "tweets_GroundTruth.txt", "README.txt"):
            entry = tarfile.TarInfo(f"hutto_ICWSM_2014/{name}")
            entry.size = len(lines)
            tar.addfile(entry, io.BytesIO(lines))
    data.convert_ratings(archive.getvalue(), tmp_path)
    (written,) = tmp_path.iterdir()
    rows = list(csv.reader(gzip.decompress(written.read_bytes()).decode().splitlines()[:1]))
    found = data.read(tmp_path, data.RATED["tweets"])
    assert rows == [["id", "mean_rating", "text"]]
    assert found["text"].tolist() == ["bad, \u0085 so\u2028bad", 'said "good"\t!']
    assert found["mean_rating"].tolist() == [-2.5, 1.0]


def test_archive_of_polarity_becomes_csv(tmp_path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("sentence_polarity/rt-polarity.neg", "dull .\n")
        files.writestr("sentence_polarity/rt-polarity.pos", "lovely . \ngood\n")
    data.convert_polarity(archive.getvalue(), tmp_path)
    found = data.read(tmp_path, data.LABELLED)
    assert found.to_numpy().tolist() == [["pos", "lovely ."], ["pos", "good"], ["neg", "dull ."]]


def test_card_of_the_repository():
    card = contract.Card.model_validate_json(
        (Path(sentiment.__file__).parent / "card.json").read_text(encoding="utf-8")
    )
    assert card.headline == card.scores[0].name
    assert card.more["settings"] == sentiment.SETTINGS
    assert f"{100 * card.score(card.headline):.0f} in 100" in card.summary
    assert "%" not in card.summary
    assert card.score("accuracy on tweets") > 0.82
    assert card.score("Pearson r on tweets") > 0.87
    assert all("|" not in score.name + score.meaning for score in card.scores)


@pytest.mark.slow
@pytest.mark.data
def test_sign_of_the_tweets(model, folder):
    tweets = data.read(folder, data.RATED["tweets"]).query("mean_rating != 0")
    positive = evaluate.compound(model, tweets["text"]).to_numpy() > 0
    assert (positive == (tweets["mean_rating"] > 0)).mean() >= 0.948


@pytest.mark.slow
@pytest.mark.data
def test_card_is_what_the_data_give(model, folder):
    scores, counts = evaluate.measure(model, folder)
    scores += evaluate_opinion.second_scores(model, folder)[0]
    written = json.loads(
        (Path(sentiment.__file__).parent / "card.json").read_text(encoding="utf-8")
    )
    assert {s.name: s.value for s in scores} == pytest.approx(
        {s["name"]: s["value"] for s in written["scores"]}
    )
    assert counts["tweets"] == written["more"]["tweets"]
    assert (
        sha256(folder / name for name in (*data.RATED.values(), data.LABELLED))
        == written["data_sha256"]
    )
