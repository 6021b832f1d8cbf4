"""The answer stays in view on a phone: pinned to the lower edge, and nowhere else."""

import pytest


def pinned(at) -> list[str]:
    return [one.value for one in at.markdown if one.value.startswith("**More likely")]


@pytest.mark.parametrize(
    ("headers", "is_phone"),
    [
        ({"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 Safari/604"}, True),
        ({"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36"}, True),
        ({"Sec-CH-UA-Mobile": "?1"}, True),
        ({"User-Agent": "Mozilla/5.0 (Windows NT 10.0)", "Sec-CH-UA-Mobile": "?0"}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_only_a_phone_has_it(open_page, monkeypatch, headers, is_phone):
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", headers)
    at = open_page("rainfall")
    assert len(pinned(at)) == is_phone
    at.slider(key="rainfall_humidity_3pm").set_value(98.0).run()
    assert [one for one in pinned(at) if "rain" in one][:1] == pinned(at), "it follows the form"
