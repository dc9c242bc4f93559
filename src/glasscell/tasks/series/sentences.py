"""What is said of series with a label each, by code."""

from glasscell.facts import Code


class Series(Code):
    """Of series with a label each."""

    CALLED = "series classification or regression"
    GOES_WITH = "a FILE of labeled series"
