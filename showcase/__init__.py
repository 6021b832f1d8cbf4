"""Vitrine: show models to people, and collect what they say as labelled data."""

from showcase.estimator import from_estimator as from_estimator
from showcase.interface import interface as interface
