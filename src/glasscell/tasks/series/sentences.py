"""What is said of series classification and regression, by code."""

from glasscell.facts import Code


class Series(Code):
    """Of series classification and regression."""

    CALLED = "series classification or regression"
    GOES_WITH = "a FILE of labeled series"
