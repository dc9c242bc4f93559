"""The .ts files of the UCR and UEA archives, as aeon and sktime read them: a head of @-lines, then a series a line."""

from collections.abc import Iterator

import numpy as np

from glasscell.data.formats.cases import Case, Cases, to_numbers
from glasscell.data.formats.sentences import Formats
from glasscell.data.formats.stamped import split_channels, to_values
from glasscell.errors import DataError


def read_ts(lines: Iterator[str]) -> Cases:
    """Read the head of a .ts file now, its series when they are iterated over.

    Parameters
    ----------
    lines : iterator of str

    Returns
    -------
    Cases

    Raises
    ------
    DataError
        If the head or a line is not as the format requires; for a line, when its turn comes.

    Examples
    --------
    >>> cases = read_ts(iter(["@classLabel true up down", "@data", "1,2:3,?:up"]))
    >>> next(cases.each).values
    array([[ 1.,  3.],
           [ 2., nan]])
    """
    numbered = ((n, line.strip()) for n, line in enumerate(lines, 1))
    numbered = ((n, line) for n, line in numbered if line and not line.startswith(("#", "%")))
    head: dict[str, str] = {}
    for number, line in numbered:
        if not line.startswith("@"):
            raise DataError(Formats.BEFORE_DATA, line=number, found=line)
        key, _, rest = line[1:].partition(" ")
        if key.lower() == "data":
            break
        head[key.lower()] = rest.strip()
    else:
        raise DataError(Formats.NO_DATA, form=".ts")
    words = head.get("classlabel", "false").split()
    is_class, is_target = words[:1] in (["true"], ["True"]), _is_true(head, "targetlabel")
    name = head.get("problemname")
    form = Formats.FORM_OF(form=".ts", name=name) if name else ".ts"
    task = "classification" if is_class else "regression" if is_target else "auto"
    each = _cases(numbered, head, is_class or is_target, set(words[1:]) if is_class else set())
    return Cases(form, each, task)


def _cases(numbered: Iterator[tuple[int, str]], head: dict, labelled: bool, classes: set[str]) -> Iterator[Case]:
    width, steps = _whole(head, "dimensions") or _whole(head, "dimension"), None
    if _is_true(head, "univariate"):
        width = 1
    for number, line in numbered:
        has_times = "(" in line
        *parts, last = split_channels(line) if has_times else line.split(":")
        parts, label = (parts, last.strip()) if labelled else ([*parts, last], None)
        if label is not None and (not label or (classes and label not in classes)):
            code = Formats.UNKNOWN_LABEL if classes else Formats.NO_LABEL
            raise DataError(code, line=number, label=label, classes=sorted(classes))
        if width is not None and len(parts) != width:
            raise DataError(Formats.CHANNEL_COUNT, line=number, n=len(parts), expected=width)
        if not parts:
            raise DataError(Formats.NO_CHANNELS, line=number)
        width = len(parts)
        if has_times:
            values, times, in_seconds = to_values(parts, number)
            yield Case(values, label, number, None, times, in_seconds)
            continue
        values = [to_numbers(part.split(","), number, d) for d, part in enumerate(parts)]
        if len(lengths := {len(channel) for channel in values}) > 1:
            raise DataError(Formats.CHANNEL_LENGTHS, line=number, least=min(lengths), most=max(lengths))
        if _is_true(head, "equallength") and steps not in (None, len(values[0])):
            raise DataError(Formats.OTHER_LENGTH, line=number, n=len(values[0]), expected=steps)
        steps = len(values[0])
        yield Case(np.array(values).T, label, number)


def _is_true(head: dict[str, str], key: str) -> bool:
    return head.get(key, "").lower().startswith("true")


def _whole(head: dict[str, str], key: str) -> int | None:
    if key not in head:
        return None
    if not head[key].isdecimal() or not 1 <= int(head[key][:9]) < 10**8:
        raise DataError(Formats.NO_COUNT, key=key, found=head[key])
    return int(head[key])
