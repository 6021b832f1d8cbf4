"""What the rain predictor is asked: four readings with their units and bounds, and examples."""

from pydantic import Field

from showcase.contract import ModelInput


class Input(ModelInput):
    """This afternoon's weather at one place; the bounds lie a little outside what was observed."""

    temperature_3pm: float = Field(
        title="Temperature at 3pm",
        description="Celsius, in the shade",
        ge=-10,
        le=50,
        examples=[22.0],
        json_schema_extra={"unit": "°C", "step": 0.5},
    )
    humidity_3pm: float = Field(
        title="Humidity at 3pm",
        description="Percent, relative humidity: 100 is fog",
        ge=0,
        le=100,
        examples=[55.0],
        json_schema_extra={"unit": "%", "step": 1.0},
    )
    pressure_3pm: float = Field(
        title="Air pressure at 3pm",
        description="Hectopascal (hPa), reduced to sea level as forecasts give it",
        ge=970,
        le=1050,
        examples=[1015.0],
        json_schema_extra={"unit": "hPa", "step": 0.5},
    )
    wind_gust_speed: float = Field(
        title="Strongest gust of the day",
        description="Kilometres per hour (km/h)",
        ge=0,
        le=150,
        examples=[39.0],
        json_schema_extra={"unit": "km/h", "step": 1.0},
    )


FIELDS: tuple[str, ...] = tuple(Input.model_fields)


def _reading(temperature: float, humidity: float, pressure: float, gust: float) -> Input:
    return Input(
        temperature_3pm=temperature,
        humidity_3pm=humidity,
        pressure_3pm=pressure,
        wind_gust_speed=gust,
    )


SITUATIONS: dict[str, Input] = {
    "Ordinary day": _reading(22, 55, 1015, 39),
    "Before a storm": _reading(28, 75, 1004, 60),
    "Hot and windy": _reading(40, 10, 1005, 50),
    "Winter front": _reading(10, 85, 1000, 70),
    "High pressure": _reading(18, 45, 1027, 22),
    "Toss-up": _reading(24, 78, 1012, 37),
    "Never seen": _reading(45, 100, 1010, 40),
}
