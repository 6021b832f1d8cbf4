"""The Earnings page as a visitor sees it."""

import json
import re

import pytest

from models.earnings import EXAMPLE_NAMES, EXAMPLES, FIELDS, Input, family_of

SENTENCE = re.compile(
    r"A median of about \$[\d,]+00 a year; 80% sure it is between \$[\d,]+00 and \$[\d,]+00"
)


def seen(at) -> str:
    kinds = ("subheader", "markdown", "caption", "info", "warning", "error", "success")
    text = " ".join(element.value for kind in kinds for element in getattr(at, kind))
    return text.replace("\\", "")


def click(at, name: str):
    return at.button(key=f"earnings_{name}").click().run()


def example(at, name: str):
    return click(at, f"example_{EXAMPLE_NAMES.index(name)}")


def stored_input(at, store) -> Input:
    click(at, "unsure")
    return Input.model_validate_json(store.read().iloc[-1]["input"])


def test_answers_in_one_sentence_with_its_range(open_page):
    assert SENTENCE.fullmatch(open_page("earnings").subheader[0].value.replace("\\", ""))


def test_says_where_it_stands_and_what_the_number_is(open_page):
    text = seen(open_page("earnings"))
    assert re.search(r"more than \d+% of the medians published .*\(\d+ institutions", text)
    for words in (
        "one year after",
        "2018",
        "federal aid",
        "Left out",
        "US Department of Education",
    ):
        assert words in text


def test_names_stand_for_codes(open_page, store):
    at = open_page("earnings")
    region = at.selectbox(key="earnings_region")
    assert "Southeast" in region.options
    region.select("Southeast").run()
    assert stored_input(at, store).region == 5


@pytest.mark.parametrize("field", ["region", "locale"])
def test_not_known_is_a_choice(open_page, store, field):
    at = open_page("earnings")
    at.selectbox(key=f"earnings_{field}").select("Not known").run()
    assert not at.exception
    assert getattr(stored_input(at, store), field) is None
    assert at.selectbox(key=f"earnings_{field}").value is None


@pytest.mark.parametrize("field", ["net_price", "sat_average", "admission_rate"])
def test_number_that_is_not_known_is_none_and_comes_back(open_page, store, field):
    at, box = open_page("earnings"), f"earnings_{field}_unknown"
    at.checkbox(key=box).check().run()
    assert at.number_input(key=f"earnings_{field}").value is None
    assert getattr(stored_input(at, store), field) is None
    at.checkbox(key=box).uncheck().run()
    assert stored_input(at, store) == EXAMPLES[0]


def test_emptied_number_is_not_known(open_page):
    at = open_page("earnings")
    at.number_input(key="earnings_sat_average").set_value(None).run()
    assert at.checkbox(key="earnings_sat_average_unknown").value
    at.number_input(key="earnings_sat_average").set_value(1300).run()
    assert not at.checkbox(key="earnings_sat_average_unknown").value


def test_family_puts_its_fields_first_and_picks_a_known_one(open_page, store):
    at = open_page("earnings")
    at.selectbox(key="earnings_family").set_value("11").run()
    options = at.selectbox(key="earnings_field").options
    own = sum(family_of(code) == "11" for code in FIELDS)
    assert options.index(FIELDS["1107"]) < own <= options.index(FIELDS["5203"])
    given = stored_input(at, store)
    assert family_of(given.field) == "11"
    assert "with care" not in seen(at)


def test_all_families_offer_every_field(open_page, store):
    at = open_page("earnings")
    at.selectbox(key="earnings_family").set_value("").run()
    assert len(at.selectbox(key="earnings_field").options) == len(FIELDS)
    at.selectbox(key="earnings_field").set_value("5138").run()
    assert stored_input(at, store).field == "5138"
    assert at.selectbox(key="earnings_family").value == ""


def test_a_field_of_another_family_is_found_by_its_name(open_page, store):
    at = open_page("earnings")
    field = at.selectbox(key="earnings_field")
    nursing = next(code for code, title in FIELDS.items() if "Nursing" in title)
    assert FIELDS[nursing] in field.options
    assert "FILTER_MODE_CONTAINS" in str(field.proto)
    at = field.set_value(nursing).run()
    assert at.selectbox(key="earnings_family").value == family_of(nursing)
    assert stored_input(at, store).field == nursing


def test_field_never_seen_says_so(open_page):
    text = seen(example(open_page("earnings"), "Data science, never seen"))
    assert "The model has never seen this field" in text
    assert "too few to rank it" in text


@pytest.mark.parametrize("name", EXAMPLE_NAMES)
def test_example_brings_its_family(open_page, name):
    at = example(open_page("earnings"), name)
    given = EXAMPLES[EXAMPLE_NAMES.index(name)]
    assert at.selectbox(key="earnings_family").value == family_of(given.field)
    assert at.checkbox(key="earnings_sat_average_unknown").value == (given.sat_average is None)


def test_three_choices_stand_side_by_side_and_go_again(open_page):
    at = open_page("earnings")
    assert "Side by side" not in seen(at)
    for name in EXAMPLE_NAMES[:3]:
        click(example(at, name), "keep")
    assert "Choice C" in seen(at)
    example(at, EXAMPLE_NAMES[3])
    assert at.button(key="earnings_keep").disabled
    click(at, "remove_0")
    assert "Choice C" not in seen(at)
    assert FIELDS[EXAMPLES[1].field] in seen(at)
    assert not at.button(key="earnings_keep").disabled


def test_cards_tell_apart_what_differs_in_one_input(open_page):
    at = click(open_page("earnings"), "keep")
    at.selectbox(key="earnings_region").select("Southeast").run()
    text = seen(click(at, "keep"))
    assert "Public · Great Lakes · city, large · $15,000 a year · SAT 1150 · admits 70%" in text
    assert "Public · Southeast" in text


def test_same_choice_is_kept_once(open_page):
    at = click(open_page("earnings"), "keep")
    assert at.button(key="earnings_keep").disabled
    assert "Change something on the form" in seen(at)


def test_link_reproduces_the_form(open_page, store):
    given = EXAMPLES[EXAMPLE_NAMES.index("Nursing, 2 years")]
    at = open_page("earnings", **linked(given))
    assert not at.warning
    assert stored_input(at, store) == given


def test_field_that_a_link_leaves_out_starts_as_without_one(open_page, store):
    at = open_page("earnings", earnings_region="8", earnings_sat_average="")
    assert stored_input(at, store) == EXAMPLES[0].model_copy(
        update={"region": 8, "sat_average": None}
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("admission_rate", "45", "Did you mean 0.45?"),
        ("field", "accounting", "four digits"),
        ("field", "109", 'Did you mean "0109"?'),
        ("region", "77", "There is no code"),
        ("net_price", "-5", "takes 0 to 80000 USD a year"),
        ("sat_average", "high", "Write a number"),
        ("credential", "Diploma", "Choose one of"),
    ],
)
def test_unusable_value_of_a_link_is_named(open_page, field, value, words):
    at = open_page("earnings", **{f"earnings_{field}": value})
    assert words in at.warning[0].value.replace("\\", "")
    assert not at.exception
    assert at.subheader


def test_address_holds_the_whole_form(open_page):
    at = open_page("earnings")
    assert not at.query_params, "as long as nothing was changed"
    example(at, "Nursing, 2 years")
    assert dict(at.query_params) == linked(EXAMPLES[EXAMPLE_NAMES.index("Nursing, 2 years")])


def test_another_address_of_the_page_is_taken_up(open_page, store):
    at = example(open_page("earnings"), "Drama")
    for name, value in linked(EXAMPLES[1]).items():
        at.query_params[name] = value
    assert stored_input(at.run(), store) == EXAMPLES[1]


def test_inputs_survive_a_change_of_page(open_page, store):
    at = example(open_page("earnings"), "Hairdressing")
    at.switch_page("pages/rainfall.py").run()
    at.query_params.clear()
    at.switch_page("pages/earnings.py").run()
    assert stored_input(at, store) == EXAMPLES[EXAMPLE_NAMES.index("Hairdressing")]


def test_click_that_comes_with_another_family_stores_nothing(open_page, store):
    at = open_page("earnings")
    at.selectbox(key="earnings_family").set_value("11")
    click(at, "correct")
    assert len(store.read()) == 0
    assert "nothing was stored" in seen(at)


def test_click_that_comes_with_a_ticked_box_stores_nothing(open_page, store):
    at = open_page("earnings")
    at.checkbox(key="earnings_net_price_unknown").check()
    click(at, "correct")
    assert len(store.read()) == 0


def test_wrong_takes_the_right_number(open_page, store):
    at = click(open_page("earnings"), "wrong")
    number = next(one for one in at.number_input if one.key.startswith("earnings_expected"))
    assert "USD a year" in number.label
    number.set_value(52_000.0)
    click(at, "save")
    row = store.read().iloc[-1]
    assert (row["verdict"], row["expected"]) == ("wrong", "52000")
    assert json.loads(row["prediction"])["coverage"] == 0.8


def linked(given: Input) -> dict[str, str]:
    """Return what the address holds for an input."""
    values = given.model_dump().items()
    return {
        f"earnings_{field}": "unknown" if value is None else str(value) for field, value in values
    }


def test_the_form_keeps_its_values_over_a_look_at_the_table(open_page):
    at = open_page("earnings")
    at.button(key="earnings_example_1").click().run()
    before = at.subheader[0].value
    at.session_state["earnings_tab"] = "A table of programmes"
    at.run()
    assert at.file_uploader(key="earnings_batch") is not None
    at.session_state["earnings_tab"] = "One programme"
    at.run()
    assert at.subheader[0].value == before


def test_a_table_of_programmes_gets_ranges_and_names_bad_cells(open_page):
    at = open_page("earnings")
    at.session_state["earnings_tab"] = "A table of programmes"
    rows = (
        "credential,field,control,admission_rate\n"
        "Bachelor's Degree,5203,Public,45\nBachelor's Degree,5203,Public,\n"
        "Bachelor's Degree,5203,Public,unknown\n"
    )
    at.run().file_uploader(key="earnings_batch").upload("p.csv", rows.encode()).run()
    assert "2 of 3 rows predicted" in at.subheader[0].value
    assert "Did you mean 0.45?" in at.dataframe[0].value.to_string()
    assert {"low", "high"} <= set(at.dataframe[1].value.columns)


def test_a_number_out_of_range_is_named_and_an_example_replaces_it(open_page, store):
    at = open_page("earnings")
    at.number_input(key="earnings_net_price").set_value(90_000.0).run()
    assert "Net price: it takes 0 to 80000 USD a year." in at.error[0].value
    assert not [button for button in at.button if button.key == "earnings_correct"]
    at.button(key="earnings_example_2").click().run()
    assert at.number_input(key="earnings_net_price").value == 28_000
    assert not at.error


def test_no_region_says_what_the_answer_leans_to(open_page):
    at = open_page("earnings")
    assert "closed or" not in seen(at)
    at.selectbox(key="earnings_region").set_value(None).run()
    assert "closed or merged" in seen(at)
