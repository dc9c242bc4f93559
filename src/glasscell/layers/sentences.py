"""The messages of `glasscell.layers`, by code."""

from glasscell.facts import Code


class Layers(Code):
    """About their inputs."""

    INFINITE = "x contains infinite values: expected finite ones, or NaN for missing values"
