"""The .tsf files of the Monash archive of forecasts: a head of @-lines, then a series a line with its attributes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from glasscell.data.formats.cases import Case, Cases, Lines, form_of, read_head, to_numbers
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError
from glasscell.facts import Note

NAMES = ("series_name", "name", "id")  # of attributes that name the series


class Series(NamedTuple):
    """A line of a .tsf file.

    Parameters
    ----------
    id : str or None
    attributes : dict of str
    values : list of float
        NaN where there is a question mark.
    line : int
    """

    id: str | None
    attributes: dict[str, str]
    values: list[float]
    line: int


class TsfFile(NamedTuple):
    """A .tsf file whose head was read.

    Parameters
    ----------
    name : str
        Of the relation, or empty.
    head : dict of str
        The other @-lines that have one value, by their names in lower case: frequency, horizon, missing, equallength.
    each : iterator of Series
    """

    name: str
    head: dict[str, str]
    each: Iterator[Series]

    @property
    def form(self) -> Note | str:
        """What it is.

        >>> TsfFile("sales", {}, iter([])).form
        '.tsf (sales)'
        """
        return form_of(".tsf", self.name)


def read_tsf(lines: Iterator[str]) -> Cases:
    """Read the head of a .tsf file now, its series when they are iterated over.

    Parameters
    ----------
    lines : iterator of str

    Returns
    -------
    Cases
        Without labels: these files are made for forecasts.

    Raises
    ------
    DataError
        If the head or a line is not as the format requires; for a line, when its turn comes.

    Examples
    --------
    >>> head = ["@relation sales", "@attribute series_name string", "@data"]
    >>> next(read_tsf(iter([*head, "T1:1,?,3"])).each)
    Case(values=array([[ 1.],
           [nan],
           [ 3.]]), label=None, line=4, id='T1', times=None, in_seconds=False)
    """
    file = open_tsf(lines)
    cases = (Case(np.array(one.values)[:, None], None, one.line, one.id) for one in file.each)
    return Cases(file.form, cases, "auto")


def open_tsf(lines: Iterator[str]) -> TsfFile:
    """Read the head of a .tsf file now, its series, with their attributes, when they are iterated over.

    Parameters
    ----------
    lines : iterator of str

    Raises
    ------
    DataError
        As in `read_tsf`.

    Examples
    --------
    >>> head = ["@relation sales", "@attribute start_timestamp date", "@frequency monthly", "@data"]
    >>> file = open_tsf(iter([*head, "1979-01-01 00-00-00:1,?,3"]))
    >>> file.head["frequency"], next(file.each).attributes
    ('monthly', {'start_timestamp': '1979-01-01 00-00-00'})
    """
    numbered, given = read_head(lines, ".tsf", ("#",))
    attributes, head = [], {}
    for key, rest in given:
        if key == "attribute":
            attributes.append("".join(rest.split()[:1]).lower())
        else:
            head[key] = rest
    return TsfFile(head.pop("relation", ""), head, _series(numbered, attributes))


def _series(numbered: Lines, attributes: list[str]) -> Iterator[Series]:
    at = next((attributes.index(name) for name in NAMES if name in attributes), None)
    seen: set[str] = set()
    for number, line in numbered:
        parts = line.split(":")
        if len(parts) != len(attributes) + 1:
            raise DataError(Formats.ATTRIBUTE_COUNT, line=number, n=len(parts) - 1, expected=len(attributes))
        id = None if at is None else parts[at].strip()
        if id is not None and id in seen:
            raise DataError(Formats.SERIES_TWICE, line=number, series=id)
        seen |= {id} if id is not None else set()
        yield Series(
            id, dict(zip(attributes, parts, strict=False)), to_numbers(parts[-1].split(","), number, 0), number
        )
