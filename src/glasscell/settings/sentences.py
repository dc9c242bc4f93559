"""What is said of settings, by code."""

from glasscell.facts import Code


class Settings(Code):
    """Of one setting, or of two that do not go together."""

    # of any table
    NOT_ACCEPTED = "{name} = {found!r}: expected {expected}"
    NOT_ACCEPTED_IN_PYTHON = "{name}={found!r}: expected {expected}"

    # of text
    MINUTES_AND_EPOCHS = "minutes = {minutes:g} and epochs = {epochs}: expected one of the two"

    # of forecasts
    NAMED_TWICE = "the column {column!r} is named twice, by {options: and }; name it once"
