"""What the reader of tables says, by code."""

from glasscell.facts import Code


class Tables(Code):
    """Of the columns and rows of a table."""

    NO_COLUMN = "there is no column {column!r} to use as {role}; the columns are {columns:names}"

    # values that are missing
    NO_VALUE = "nothing there; put a value in every row"
    NO_ID = "row {row}, column {column!r} of ids: nothing there; put a value in every row"

    # rows of totals
    FOOTER = "row {row} may be one of totals ({words:and} in column {column!r}): if so, delete it"
    FOOTERS = "rows {row} to {last} may be of totals ({words:and} in column {column!r}): if so, delete them"
    FOOTERS_OF_OTHERS = "{footer} (the same goes for {others} of the other files)"
    BUT = ". But {footer}"
