"""What is found of a unit and a hypothesis, in cells.csv: a key, each only where the numbers carry it."""

from glasscell.tasks.language.sentences import TextRuns

NOT_TOLD, NOT_MEASURED, SIGN, CAUSE = "not told", "not measured", "sign", "cause"
IN_SHORT = {
    NOT_TOLD: TextRuns.VERDICT_NOT_TOLD(),
    NOT_MEASURED: TextRuns.VERDICT_NOT_MEASURED(),
    SIGN: TextRuns.VERDICT_SIGN(),
    CAUSE: TextRuns.VERDICT_CAUSE(),
}
WRITTEN_BEFORE = {  # there was a sentence, in files that runs of old have
    "no unit tells it better than chance": NOT_TOLD,
    "a unit tells it; whether it is the cause was not measured": NOT_MEASURED,
    "a unit tells it, and is not the cause": SIGN,
    "a unit tells it, and is the cause": CAUSE,
}
CELLS_OF = "cells.sha256"  # next to it: a hash of the network that it is of


def verdict_in(cell: str) -> str:
    """Return the verdict that a cell of cells.csv has, as it is written now.

    >>> verdict_in("cause"), verdict_in("a unit tells it, and is not the cause")
    ('cause', 'sign')
    """
    return WRITTEN_BEFORE.get(cell, cell)
