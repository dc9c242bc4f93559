"""What the search for cells with a meaning says, by code."""

from glasscell.facts import Code


class Cells(Code):
    """Of units, and of hypotheses about what they encode."""

    # units and hypotheses
    NOT_FINITE = "unit {unit} has values that are not finite; train again with a lower --learning-rate"
    OTHER_LENGTH = "{name} has the shape {shape!r}: expected ({n},), one value for each character"

    # why a hypothesis is skipped
    FEW_JUDGED = "defined on {n} character{n:|s} of one half of the text, fewer than {least}"
    FEW_TRUE = "true on {n} of {of} characters of one half, fewer than {least}"
    FEW_FALSE = "false on {n} of {of} characters of one half, fewer than {least}"
    ALWAYS = "constant at {value:g} on one half"
    TOO_MANY = (
        "{n} hypotheses are too many for so short a text, on which none could be significant; name at most {most} "
        "(--only)"
    )
