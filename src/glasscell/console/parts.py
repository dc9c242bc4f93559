"""What commands print of a run: notes, tables, and what was written."""

from typing import TYPE_CHECKING, Any, NamedTuple, Union

from glasscell.facts import Note

if TYPE_CHECKING:
    import pandas as pd


class Titled(NamedTuple):
    """A table with a line before it."""

    title: str
    table: "pd.DataFrame"


Part = Union[Note, str, "pd.DataFrame", Titled]


class Written(NamedTuple):
    """What `glasscell predict` or `trace` has written.

    Parameters
    ----------
    counts : dict
        What JSON is to say of it, beside the run and the files.
    notes : list of Note
        What was understood, and warnings.
    said : list of Note
        What a person is told: how many predictions are where.
    """

    counts: dict[str, Any]
    notes: list[Note]
    said: list[Note]
