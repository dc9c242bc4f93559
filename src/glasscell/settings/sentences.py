"""What is said of settings, by code."""

from glasscell.facts import Code


class Settings(Code):
    """Of one setting, or of two that exclude each other."""

    # any setting of a run; one in Python is System.NOT_ACCEPTED
    NOT_ACCEPTED = "{name} = {found!r}: expected {expected}"

    # text
    MINUTES_AND_EPOCHS = "minutes = {minutes:g} and epochs = {epochs} exclude each other: give one of them"

    # forecasts
    NAMED_TWICE = "the column {column!r} is given twice, by {options: and }; give it once"
