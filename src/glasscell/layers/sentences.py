"""Messages by code about the input of a layer."""

from glasscell.facts import Code


class Layers(Code):
    """About their inputs."""

    INFINITE = "x contains infinite values: expected finite ones, or NaN for missing values"
