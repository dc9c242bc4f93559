"""Tables with a label for every step, where series with one label each are to be read."""

from collections.abc import Callable

from glasscell.data.sequences import Sequences
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError

TROUBLE = (Tables.TWO_LABELS, Tables.LABEL_ENDS, Tables.LABEL_BEGINS, Tables.NO_IDS)  # what may come of it


def refusing_steps(read: Callable[[], Sequences], are_of_steps: Callable[[], bool], reader: str) -> Sequences:
    """Return what `read` returns, unless it makes series of a table whose labels are those of steps.

    A few labels that differ are slips, of which `read` says what is wrong. Where it takes each row for a series of
    columns that have no order, rows are steps if labels vary within the series that these make.

    Parameters
    ----------
    read : callable
    are_of_steps : callable
        Says whether labels vary within most series; called where there is reason to ask.
    reader : str
        The function that reads such a table.

    Raises
    ------
    DataError
        If labels are those of steps; and what `read` raises.
    UsageError
        What `read` raises.

    Examples
    --------
    >>> series = Sequences.from_list([[1.0, 2.0]])
    >>> refusing_steps(lambda: series, lambda: True, "read_steps") is series
    True
    """
    try:
        series = read()
    except (DataError, UsageError) as error:
        if error.code in TROUBLE and are_of_steps():
            raise DataError(Steps.LABELS_OF_STEPS, reader=reader, mend=None) from error
        raise
    if series.y is not None and _are_of_columns_in_no_order(series) and are_of_steps():
        mend = Tables.ROWS_AS_SERIES(channels=series.channels)
        raise DataError(Steps.LABELS_OF_STEPS, reader=reader, mend=mend)
    return series


def _are_of_columns_in_no_order(series: Sequences) -> bool:
    return any(note.code is Tables.WIDE_FORM and note.values["order"] is not None for note in series.notes)
