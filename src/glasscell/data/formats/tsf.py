"""The .tsf files of the Monash archive of forecasts: a head of @-lines, then a series a line with its attributes."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from glasscell.data.formats.cases import Case, Cases, numbered_lines, to_numbers
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError
from glasscell.facts import Note

KINDS = ("string", "numeric", "date")
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
        return Formats.FORM_OF(form=".tsf", name=self.name) if self.name else ".tsf"


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
    numbered = numbered_lines(lines, ("#",))
    attributes, name, head = [], "", {}
    for number, line in numbered:
        key, *words = line.split()
        if key.lower() == "@data":
            break
        if not key.startswith("@"):
            raise DataError(Formats.BEFORE_DATA, line=number, found=line)
        if key.lower() == "@relation":
            name = " ".join(words)
        elif key.lower() == "@attribute":
            if len(words) != 2 or words[1].lower() not in KINDS:
                raise DataError(Formats.NO_TSF_ATTRIBUTE, line=number, found=line, kinds=KINDS)
            attributes.append(words[0])
        else:
            head[key[1:].lower()] = " ".join(words)
    else:
        raise DataError(Formats.NO_DATA, form=".tsf")
    return TsfFile(name, head, _series(numbered, attributes))


def _series(numbered: Iterator[tuple[int, str]], attributes: list[str]) -> Iterator[Series]:
    lower = [attribute.lower() for attribute in attributes]
    at = next((lower.index(name) for name in NAMES if name in lower), None)
    seen: set[str] = set()
    for number, line in numbered:
        parts = line.split(":")
        if len(parts) != len(attributes) + 1:
            raise DataError(Formats.ATTRIBUTE_COUNT, line=number, n=len(parts) - 1, expected=len(attributes))
        id = None if at is None else parts[at].strip()
        if id is not None and id in seen:
            raise DataError(Formats.SERIES_TWICE, line=number, series=id)
        seen |= {id} if id is not None else set()
        yield Series(id, dict(zip(lower, parts, strict=False)), to_numbers(parts[-1].split(","), number, 0), number)
