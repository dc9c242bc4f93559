"""What is said of the tutorial's handwritten digits, by code."""

from glasscell.facts import Code


class Digits(Code):
    """Of the tutorial's handwritten digits."""

    CALLED = "the handwritten digits"
    GOES_WITH = "the handwritten digits (without FILE)"
