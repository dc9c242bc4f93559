"""What the search for cells that know something says, by code."""

from glasscell.facts import Code


class Cells(Code):
    """Of units, and of hypotheses about what they know."""

    NOT_FINITE = "unit {unit} has values that are not finite; train it again, at a lower --learning-rate"
    OTHER_LENGTH = "{name} marks {shape!r} characters: expected ({n},)"

    # why a hypothesis is left out
    FEW_JUDGED = "judged on {n} characters of one half of the text, fewer than {least}"
    FEW_TRUE = "true on {n} of {of} characters of one half, fewer than {least}"
    FEW_FALSE = "false on {n} of {of} characters of one half, fewer than {least}"
    ALWAYS = "always {value:g} on one half"
    TOO_MANY = "{n} hypotheses are too many to tell one from chance on so short a text; name at most {most} (--only)"
