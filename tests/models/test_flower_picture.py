"""The drawn iris: to scale, readable by machines and people, silent about a hidden species."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from models.flower_power import COLOURS, EXAMPLES, LABELS, flowers
from models.flower_power.inputs import measured
from models.flower_power.picture import (
    HIDDEN,
    PETAL,
    SEPAL,
    UNIT,
    flower_svg,
    flower_text,
    mixed,
    outline,
)

SVG = "{http://www.w3.org/2000/svg}"
BIG = measured([12, 6, 12, 6])


def parts(svg, kind):
    return [group for group in ET.fromstring(svg).iter(f"{SVG}g") if group.get("class") == kind]


def curve(path):
    """Return points (n, 2) along a path of one M and cubic Béziers."""
    head, *curves = re.findall(r"[MC][^MCZ]*", path)
    at, found = np.array(numbers(head)).reshape(-1, 2)[0], []
    share = np.linspace(0, 1, 201)[:, None]
    for piece in curves:
        a, b, end = np.array(numbers(piece)).reshape(3, 2)
        found.append(
            (1 - share) ** 3 * at + 3 * (1 - share) ** 2 * share * a
            + 3 * (1 - share) * share**2 * b + share**3 * end
        )  # fmt: skip
        at = end
    return np.concatenate(found)


def numbers(text):
    return [float(number) for number in re.findall(r"-?[\d.]+", text)]


def size(group):
    """Return the length and width of a part in cm, from its outline."""
    return np.ptp(curve(group.find(f"{SVG}path").get("d")), axis=0) / UNIT


@pytest.mark.parametrize("given", [*EXAMPLES, BIG, measured([0.1, 0.1, 0.1, 0.1])])
def test_parts_have_the_measured_length_and_width(given):
    svg = flower_svg(given)
    for kind, long, wide in (
        ("sepal", given.sepal_length, given.sepal_width),
        ("petal", given.petal_length, given.petal_width),
    ):
        found = parts(svg, kind)
        assert len(found) == 3
        for group in found:
            assert size(group) == pytest.approx([long, wide], rel=0.01, abs=0.001)


@pytest.mark.parametrize("shape", [SEPAL, PETAL])
def test_no_curve_leaves_the_measured_box(shape):
    points = curve(outline(shape, 100, 40))
    assert points.min(axis=0) == pytest.approx([0, -20])
    assert points.max(axis=0) == pytest.approx([100, 20])


def test_a_centimetre_is_the_same_in_every_picture_and_shown():
    small, large = (ET.fromstring(flower_svg(given)) for given in (EXAMPLES[0], EXAMPLES[2]))
    assert small.get("viewBox") == large.get("viewBox")
    for root in (small, large):
        (bar,) = (group for group in root.iter(f"{SVG}g") if group.get("class") == "scale")
        drawn = bar.find(f"{SVG}path").get("d")
        left, right = re.match(r"M(\S+) .*H([\d.-]+)", drawn).groups()
        assert float(right) - float(left) == pytest.approx(UNIT)
        assert "1 cm" in "".join(root.itertext())


@pytest.mark.parametrize("given", [*(flower.given for flower in flowers.training()), BIG])
def test_the_whole_flower_is_inside_the_picture(given):
    svg = flower_svg(given)
    left, top, wide, high = numbers(ET.fromstring(svg).get("viewBox"))
    for kind in ("sepal", "petal"):
        for group in parts(svg, kind):
            points = curve(group.find(f"{SVG}path").get("d"))
            turn = np.radians(numbers(group.get("transform"))[0])
            matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            turned = points @ matrix
            assert (turned.min(axis=0) >= [left, top]).all()
            assert (turned.max(axis=0) <= [left + wide, top + high]).all()


def test_text_alternative_states_the_measurements():
    root = ET.fromstring(flower_svg(EXAMPLES[0], "setosa"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text
    assert root.get("aria-label") == flower_text(EXAMPLES[0], "setosa")
    assert "An iris, setosa: sepals 5 cm long and 3.4 cm wide" in root.get("aria-label")


@pytest.mark.parametrize("flower", flowers.held_out()[::5], ids=lambda flower: str(flower.number))
def test_a_hidden_species_is_nowhere_in_the_picture(flower):
    svg = flower_svg(flower.given)
    shown = flower_svg(flower.given, flower.species)
    assert not any(label in svg.lower() for label in LABELS)
    assert not any(colour.lower() in svg.lower() for colour in COLOURS.values())
    assert fills(svg) == fills(flower_svg(EXAMPLES[0]))
    assert fills(svg) != fills(shown)
    assert f'"{mixed(HIDDEN, "#FFFFFF", 0.3)}"' in svg


def fills(svg):
    return set(re.findall(r"#[0-9A-F]{6}", svg))


def test_species_differ_in_colour():
    assert len({frozenset(fills(flower_svg(EXAMPLES[0], label))) for label in LABELS}) == 3


def test_two_pictures_share_no_id():
    svgs = [flower_svg(one, label) for one in EXAMPLES for label in (None, *LABELS)]
    ids = [name for svg in svgs for name in re.findall(r'id="(\w+)"', svg)]
    assert len(ids) == len(set(ids)) == 2 * len(svgs)


def test_unknown_label_is_refused():
    with pytest.raises(KeyError, match="rose"):
        flower_svg(EXAMPLES[0], "rose")
