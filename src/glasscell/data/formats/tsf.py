"""The .tsf files of the Monash archive of forecasts: a head of @-lines, then a series a line with its attributes."""

from collections.abc import Iterator

import numpy as np

from glasscell.data.formats.cases import Case, Cases, to_numbers
from glasscell.errors import DataError

KINDS = ("string", "numeric", "date")
NAMES = ("series_name", "name", "id")  # of attributes that name the series


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
    numbered = ((n, line.strip()) for n, line in enumerate(lines, 1))
    numbered = ((n, line) for n, line in numbered if line and not line.startswith("#"))
    attributes, name = [], ""
    for number, line in numbered:
        key, *words = line.split()
        if key.lower() == "@data":
            break
        if not key.startswith("@"):
            raise DataError(f"line {number}: found {line!r} before @data; expected a line that starts with @")
        if key.lower() == "@relation":
            name = " ".join(words)
        elif key.lower() == "@attribute":
            if len(words) != 2 or words[1].lower() not in KINDS:
                raise DataError(
                    f"line {number}: found {line!r}; expected @attribute, a name, and one of {', '.join(KINDS)}"
                )
            attributes.append(words[0])
    else:
        raise DataError("the line @data is missing; expected the head of a .tsf file, @data, then one series a line")
    return Cases(f".tsf{f' of {name}' if name else ''}", _cases(numbered, attributes), "auto")


def _cases(numbered: Iterator[tuple[int, str]], attributes: list[str]) -> Iterator[Case]:
    lower = [attribute.lower() for attribute in attributes]
    at = next((lower.index(name) for name in NAMES if name in lower), None)
    seen: set[str] = set()
    for number, line in numbered:
        parts = line.split(":")
        if len(parts) != len(attributes) + 1:
            raise DataError(
                f"line {number}: {len(parts) - 1} attributes before the values; expected {len(attributes)}, each ended "
                "by a colon. Is the line incomplete?"
            )
        id = None if at is None else parts[at].strip()
        if id is not None and id in seen:
            raise DataError(f"line {number}: the series {id!r} appears again; give each a name of its own")
        seen |= {id} if id is not None else set()
        values = to_numbers(parts[-1].split(","), number, 0)
        yield Case(np.array(values)[:, None], None, number, id)
