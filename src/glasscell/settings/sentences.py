"""What settings say, by code."""

from glasscell.facts import Code


class Settings(Code):
    """Of the settings of a training."""

    NAMED_TWICE = "the column {column!r} is named twice, by {options: and }; name it once"
