"""Vitrine: show models to people, and collect what they say as labelled data."""

from showcase.interface import interface as interface
