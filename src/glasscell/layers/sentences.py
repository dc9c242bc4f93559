"""What the layers say, by code."""

from glasscell.facts import Code


class Layers(Code):
    """Of their inputs."""

    INFINITE = "x contains infinite values: expected finite ones, or NaN for missing values"
