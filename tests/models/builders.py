"""Made-up data that several test modules of the models train on."""

import numpy as np
import pandas as pd

from models.rainfall.training import data

START = pd.Timestamp("2011-01-01")


def made_up_weather(seed=0):
    """Two stations, one from February on; humid days come before wet ones; calendars have gaps."""
    rng = np.random.default_rng(seed)
    parts = [
        station(rng, "Albury", pd.date_range("2008-01-01", "2011-12-31")),
        station(rng, "Nhil", pd.date_range("2008-02-01", "2011-12-31")),
    ]
    return pd.concat(parts, ignore_index=True)


def station(rng, name, dates):
    n = len(dates)
    humidity = rng.uniform(5, 100, n).round()
    rain = np.where(rng.random(n) < (humidity / 100) ** 2, rng.exponential(6, n).round(1), 0.0)
    table = pd.DataFrame(
        {
            "Date": dates.strftime("%Y-%m-%d"),
            "Location": name,
            "Rainfall": np.r_[0.0, rain[:-1]],
            "Temp3pm": rng.normal(21, 6, n).round(1),
            "Humidity3pm": humidity,
            "Pressure3pm": rng.normal(1015, 7, n).round(1),
            "WindGustSpeed": rng.integers(10, 90, n).astype(float),
            "Pressure9am": rng.normal(1017, 7, n).round(1),
            "Cloud3pm": rng.integers(0, 9, n).astype(float),
            "Sunshine": rng.uniform(0, 13, n).round(1),
        }
    )
    table.loc[rng.random(n) < 0.05, "Pressure3pm"] = np.nan
    return table[rng.random(n) > 0.02]


def save_gz(table, folder):
    table.to_csv(folder / data.TABLE, index=False)
    return folder
