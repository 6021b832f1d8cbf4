"""My demo: known answers."""

import pytest

from models.my_demo import my_demo


@pytest.mark.parametrize(
    ("distance", "unit", "hours", "speed"),
    [(42.195, "kilometres", 2.5, 16.88), (60, "miles", 1, 96.56), (10, "nautical miles", 2, 9.26)],
)
def test_speed(distance, unit, hours, speed):
    answer = my_demo(distance, unit, hours)
    assert (answer.value, answer.unit) == (speed, "km/h")
