"""What the layers say, by code."""

from glasscell.facts import Code


class Layers(Code):
    """Of their arguments and inputs."""

    INFINITE = "x contains infinite values: expected finite ones, or NaN where nothing was measured"
    STRIDE = "stride={stride!r}: expected a whole number from 1 up"
