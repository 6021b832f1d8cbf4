"""What the trees are compared with, fitted and scored on the same rows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from models.earnings.features import NUMBERS, Programmes
from models.earnings.scorecard import Rows

Floats = NDArray[np.float64]

LINEAR = "linear regression on the same inputs, as in the article"
MEDIANS = "median of the same field and credential"
CATEGORIES = ["field", "credential", "control", "region", "locale"]
AMOUNTS = ["net_price", "sat_average", "admission_rate"]


def linear(learn: Rows, apart: Programmes) -> Floats:
    """Return the dollars (n,) that an ordinary linear regression gives.

    Choices one-hot, an unknown one being a choice; unknown numbers take the mean, with a flag.
    """
    numbers = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), CATEGORIES), (numbers, AMOUNTS)
    )
    model = make_pipeline(columns, LinearRegression())
    model.fit(_frame(learn.programmes), learn.earnings)
    predicted: Floats = model.predict(_frame(apart))
    return predicted


def medians(learn: Rows, apart: Programmes) -> Floats:
    """Return the median (n,) of field and credential, else of the credential."""
    past = _frame(learn.programmes).assign(earnings=learn.earnings)
    other = _frame(apart)
    both = ["field", "credential"]
    known = other.join(past.groupby(both)["earnings"].median(), on=both)["earnings"]
    fallback = other["credential"].map(past.groupby("credential")["earnings"].median())
    return known.fillna(fallback).fillna(past["earnings"].median()).to_numpy(dtype=float)


def _frame(programmes: Programmes) -> pd.DataFrame:
    frame = pd.DataFrame(programmes.numbers, columns=list(NUMBERS))
    return frame.assign(field=programmes.fields)
