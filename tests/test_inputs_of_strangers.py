"""Inputs that people complain about in such tools: the same right value on page, API and command.

Each line of a table is a kind: what is given, and words that must be in what all three answer; a
dictionary where one of them has other words. A page answers links and uploads, the API JSON and
jobs, the command tables.
"""

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from models.registry import DEMOS
from showcase import api
from showcase.__main__ import main
from showcase.batch import jobs
from showcase.contract import Demo, registry
from showcase.contract.fields import as_text, key
from showcase.runtime import project
from tests.conftest import ROOT, TIMEOUT_S

PAGE, API, COMMAND = "page", "api", "command"
EVERYWHERE = (PAGE, API, COMMAND)
TYPES = {".csv": "text/csv", ".tsv": "text/csv"}
FAILED = {PAGE: "Something went wrong on our side", API: "500 ", COMMAND: "Something went wrong on"}
NO_ZONE = "without a time zone, like 18:00."
DAYS = "temperature_3pm,humidity_3pm,pressure_3pm,wind_gust_speed"
BAD_BYTE = "text,n\ncafé wasn’t good,1\nnaïve but great,2\nterribly ".encode() + b"\xff,3\n"
PROGRAMMES = "credential,field,control,region,locale,net_price,sat_average,admission_rate\n"
SUPPRESSED = f"{PROGRAMMES}Bachelor’s Degree,5203,Public,3,11,PrivacySuppressed,NULL,PS"
LOST_ZERO = f"{PROGRAMMES}Bachelor's Degree,101,Public,3,11,15000,1150,0.7"
DATAS_WORDS = (
    f"{PROGRAMMES}Bachelors Degree,Accounting and Related Services.,Private nonprofit,"
    "Great Lakes,City: Large,15000,1150,0.7"
)
GBK = "text,n\n这很好，谢谢,1\n".encode("gbk") + b"\x81\n"
Wanted = str | dict[str, str]


def locate(address: str = "1 High Street", pieces: int = 2, link: str = "x") -> str:
    """Where is it?"""
    return f"{address} in {pieces} by {link}"


def grade(answer: str = "4", stale: bool = True, kept: int = 4, seen: str = "r") -> str:
    """Grade an answer."""
    return f"{answer} {stale} {kept} {seen}"


def compare(text: str = "short", other: str = "longer", passed: int = 1) -> str:
    """Compare two texts."""
    return f"{len(text)}, {len(other)} and {passed}"


def pet(weight: float = 4.0) -> dict:
    """Which pet?"""
    score = np.array([weight, 1.0], dtype="float32")
    return dict(zip(["dog", "cat"], score / score.sum(), strict=True))


def tally(words: str = "a b a") -> pd.Series:
    """How often does each word occur?"""
    frame = pd.DataFrame({"word": words.split()})
    return frame.groupby("word")["word"].count()


def bins(many: int = 2) -> pd.Series:
    """How are 1 to 9 spread over bins?"""
    return pd.cut(pd.Series(range(1, 10)), many).value_counts().sort_index()


def number(seed: int = None, mode: Literal["fast", "exact", None] = None) -> str:  # noqa: RUF013
    """Give a number; without a seed a random one."""
    return f"seed {seed!r}, mode {mode!r}"


def ways(things: int = 400) -> int:
    """In how many orders can they stand?"""
    return math.factorial(things)


def parity(n: int = 1) -> str:
    """Is it even?"""
    return f"{n} is {'odd' if n % 2 else 'even'}"


def early(at: time = time(9)) -> str:
    """Is it before noon?"""
    return "before noon" if at < time(12) else "after noon"


def ratio(a: float = 0.0, b: float = 0.0) -> float:
    """Divide a by b."""
    return a / b if b else float("nan")


def scores(n: int = 0) -> dict:
    """Precision and recall of n hits."""
    return {"precision": float("nan") if n == 0 else 1.0, "recall": 0.0}


FUNCTIONS = (locate, grade, compare, pet, tally, bins, number, ways, parity, early, ratio, scores)
OWN = tuple(
    Demo(one.__name__, one.__name__.capitalize(), ":material/help:", "Own", one.__doc__ or "",
         f"{__name__}:{one.__name__}", made=one)
    for one in FUNCTIONS
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """How each of the three is asked."""

    folder: Any
    client: TestClient
    open_page: Callable[..., AppTest]
    capsys: pytest.CaptureFixture[str]

    def value(self, way: str, demo: Demo, given: dict[str, Any]) -> str:
        """Return all that is answered to an input."""
        if way == API:
            answer = self.client.post(f"/v1/demos/{demo.name}/predict", json=given)
            return f"{answer.status_code} {json.dumps(answer.json(), ensure_ascii=False)}"
        if way == PAGE:
            link = {key(demo.name, name): as_text(value) for name, value in given.items()}
            at = self.open_page(demo, link)
            run = [one for one in at.button if one.key == key(demo.name, "run")]
            return seen(run[0].click().run() if run else at)
        cells = {name: as_text(value) for name, value in given.items()} or {"note": "none given"}
        content = io.StringIO(newline="")
        csv.writer(content).writerows([cells.keys(), cells.values()])
        return self.table(COMMAND, demo, content.getvalue().encode(), "t.csv")

    def table(self, way: str, demo: Demo, content: bytes, name: str) -> str:
        """Return all that is answered to a file."""
        if way == API:
            return self._job(demo, content, name)
        if way == PAGE:
            at = self.open_page(demo, {})
            own = demo.name == "sentiment"
            tabs = at.get("tab")
            tab = "parts" if demo in OWN else "tab"  # of one page among others, or alone
            at.session_state[key(demo.name, tab)] = tabs[-1].label
            uploader = key(demo.name, "file" if own else "batch")
            return seen(at.run().file_uploader(key=uploader).upload(name, content).run())
        source, target = self.folder / name, self.folder / "out.csv"
        source.write_bytes(content)
        main(["batch", demo.name, str(source), str(target), "--workers", "0"])
        told = self.capsys.readouterr()
        written = [target, self.folder / "out.csv.parts" / "_problems.csv"]
        found = [path.read_text("utf-8-sig") for path in written if path.exists()]
        return "\n".join([told.out, told.err, *found])

    def _job(self, demo: Demo, content: bytes, name: str) -> str:
        path, client = f"/v1/demos/{demo.name}/jobs", self.client
        suffix = name[name.rindex(".") :]
        sent = client.post(path, content=content, headers={"Content-Type": TYPES[suffix]})
        if sent.status_code != 202:
            return sent.text
        job = sent.json()["id"]
        jobs.work(jobs.find(job))
        parts = [client.get(f"{path}/{job}{part}").text for part in ("", "/answers", "/problems")]
        return "\n".join(parts)


def seen(at: AppTest) -> str:
    """Return all that a visitor reads."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "info", "warning", "error",
             "success")  # fmt: skip
    said = [element.value for kind in kinds for element in getattr(at, kind)]
    titles = [one.proto.title for kind in (at.info, at.warning, at.error) for one in kind]
    metrics = [f"{one.label} {one.value}" for one in at.metric]
    tables = [one.value.to_csv() for one in (*at.dataframe, *at.table)]
    exceptions = [one.value for one in at.exception]
    plain = "\n".join([*said, *titles, *metrics, *tables, *exceptions])
    return plain.replace("\\", "").replace("\N{WORD JOINER}", "")


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A client of the API of all demos, the functions of above among them."""
    project.use((*DEMOS, *OWN), ROOT)
    try:
        return TestClient(api.create())
    finally:
        project.use(DEMOS, ROOT)


@pytest.fixture
def asked(client, registered, feedback_url, monkeypatch, tmp_path, open_page, capsys) -> Asked:
    """All three over the project's demos and the functions of above."""
    registered(*DEMOS, *OWN)
    monkeypatch.setattr(jobs, "AT_ONCE", 0)

    def opened(demo: Demo, link: dict[str, str]) -> AppTest:
        if demo not in OWN:
            return open_page(demo.page_name, **link, **demo.deep_link)
        code = f"from showcase.interface import interface\ninterface({demo.name!r})"
        at = AppTest.from_string(code, default_timeout=TIMEOUT_S)
        for name, value in link.items():
            at.query_params[name] = value
        return at.run()

    return Asked(tmp_path, client, opened, capsys)


def check(said: str, wanted: Wanted, way: str) -> None:
    __tracebackhide__ = True
    words = wanted if isinstance(wanted, str) else wanted[way]
    assert words in said, said[:3_000]


@pytest.mark.parametrize("way", EVERYWHERE)
@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("locate", {"address": "Low Street", "pieces": 3, "link": "sea"}, "Low Street in 3 by sea"),
        ("grade", {"answer": "5", "stale": False, "kept": 5, "seen": "q"}, "5 False 5 q"),
        ("compare", {"text": "abc", "other": "abcdef", "passed": 2}, "3, 6 and 2"),
        ("tally", {"words": "a b a"}, {PAGE: "a,2", API: '["a", 2]', COMMAND: '[""a"",2]'}),
        ("bins", {"many": 2}, "(5.0, 9.0]"),
        ("number", {}, "seed None, mode None"),
        ("number", {"seed": 7, "mode": "exact"}, "seed 7, mode 'exact'"),
        ("ways", {"things": 25}, {PAGE: "15,511,210,043,330,985,984,000,000",
                                  API: "15511210043330985984000000",
                                  COMMAND: "15511210043330985984000000"}),
        ("parity", {"n": 9007199254740993}, "9007199254740993 is odd"),
        ("parity", {"n": -1436278513418522631}, "-1436278513418522631 is odd"),
        ("parity", {"n": 18446744073709551615}, "18446744073709551615 is odd"),
        ("early", {"at": "09:00Z"}, NO_ZONE),
        ("early", {"at": "13:00+01:00"}, NO_ZONE),
        ("ratio", {"a": 1.0, "b": 0.0}, FAILED),
        ("scores", {"n": 0}, FAILED),
        ("sentiment", {"text": "The food wasn’t good.", "threshold": 0.05}, "negative"),
        ("sentiment", {"text": "This is so bad!!!!!", "threshold": 0.05}, "negative"),
        ("sentiment", {"text": "(great)...", "threshold": 0.05}, "positive"),
        ("sentiment", {"text": "It isn&amp;#39;t <b>great</b>", "threshold": 0.05}, "negative"),
    ],
)  # fmt: skip
def test_value(asked, way, name, given, wanted):
    check(asked.value(way, registry.find(name), given), wanted, way)


def everywhere_but_on_the_page(words: str, page: str) -> dict[str, str]:
    return {PAGE: page, API: words, COMMAND: words}


@pytest.mark.parametrize("way", EVERYWHERE)
@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("rainfall", f"sep=;\r\n{DAYS};\r\n22;55;1015;39".replace(",", ";").encode(),
         {PAGE: "The row predicted", API: '"predicted":1', COMMAND: "1 rows predicted"}),
        ("parity", b"n,N\n1,2\n", "is there 2 times; keep one."),
        ("parity", b"n\r1\r\r2\r",
         {PAGE: "All 2 rows predicted", API: '"rows":2,"done":2,"predicted":2', COMMAND: "2 rows"}),
        ("rainfall", f"\ufeff{DAYS.upper()}\n22,55,1015,39".encode(), "0.86"),
        ("rainfall", f"\u200b{DAYS}\n−5,55,1015,39".encode(), "0.9"),
        ("sentiment", b"sep=;\r\ntext;n\r\nI love it;1\r\nI hate it;2\r\n",
         everywhere_but_on_the_page("I love it", "Of 2 lines: 1 positive, 0 neutral, 1 negative")),
        ("sentiment", BAD_BYTE, "1 place is not UTF-8"),
        ("sentiment", GBK, "This is not a text file"),
        ("sentiment", "text,n\nÌíå ïëîõî,1\n".encode("cp1252"), "Windows-1252, a guess"),
        ("sentiment", f"text,n\n{'good ' * 40_000},1\nI hate it,2\n".encode(),
         everywhere_but_on_the_page("I hate it", "1 over 5,000 characters (line 2)")),
        ("parity", b"n\n9007199254740993\n-1436278513418522631\n", "9007199254740993 is odd"),
        ("parity", b"n\n9007199254740993.0\n", "9007199254740993"),
        ("parity", b"n\n9007199254740993.5\n", "This is not a whole number."),
        ("earnings", SUPPRESSED.encode(), "49"),
        ("earnings", LOST_ZERO.encode(), "0101"),
        ("earnings", DATAS_WORDS.encode(), "48115"),
        ("ratio", b"a,b\n1,0\n4,2\n", "Something went wrong on our side with this row"),
    ],
)  # fmt: skip
def test_table(asked, way, name, content, wanted):
    check(asked.table(way, registry.find(name), content, "t.csv"), wanted, way)
