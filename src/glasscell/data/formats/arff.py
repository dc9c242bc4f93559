"""The .arff files of the UEA archive: a value an attribute, or all channels of a series in one relational attribute."""

import re
from collections.abc import Iterator

from glasscell.data.formats.cases import Case, Cases, numbered_lines, values_of
from glasscell.data.formats.sentences import Formats
from glasscell.errors import DataError

NUMERIC = {"numeric", "real", "integer"}
LABEL_NAMES = {"class", "target", "label", "y", "classlabel", "class_label"}


def read_arff(lines: Iterator[str]) -> Cases:
    r"""Read the head of an .arff file now, its series when they are iterated over.

    Parameters
    ----------
    lines : iterator of str

    Returns
    -------
    Cases

    Raises
    ------
    DataError
        If the head or a line is not as the archive writes it; for a line, when its turn comes.

    Examples
    --------
    >>> head = ["@relation r", "@attribute a numeric", "@attribute b numeric", "@attribute class {up,down}", "@data"]
    >>> next(read_arff(iter([*head, "1,?,up"])).each)
    Case(values=array([[ 1.],
           [nan]]), label='up', line=6, id=None, times=None, in_seconds=False)
    """
    numbered = numbered_lines(lines, ("%",))
    name, attributes, relational = "", [], False
    for number, line in numbered:
        key, _, rest = line.partition(" ") if " " in line else line.partition("\t")
        key, rest = key.lower(), rest.strip()
        if key == "@data":
            break
        if key == "@relation":
            name = rest.strip("'\"")
        elif key == "@attribute":
            attribute, kind = _attribute(rest, number)
            if kind == "relational":
                relational = True
                _skip_relation(numbered)
            attributes.append((attribute, kind))
        else:
            raise DataError(Formats.NO_ARFF_LINE, line=number, found=line)
    else:
        raise DataError(Formats.NO_DATA, form=".arff")
    if not attributes:
        raise DataError(Formats.NO_ATTRIBUTES)
    last, kind = attributes[-1]
    classes = {choice.strip().strip("'\"") for choice in kind.strip("{} ").split(",")} if kind.startswith("{") else None
    has_label = classes is not None or last.lower() in LABEL_NAMES
    values = [kind for _, kind in (attributes[:-1] if has_label else attributes)]
    if relational and (len(values) != 1 or values != ["relational"]):
        raise DataError(Formats.BESIDE_RELATION)
    for attribute, kind in attributes[: len(values)]:
        if not relational and kind not in NUMERIC:
            raise DataError(Formats.ATTRIBUTE_NOT_NUMERIC, attribute=attribute, kind=kind)
    task = "classification" if classes is not None else "regression" if has_label else "auto"
    each = _cases(numbered, None if relational else len(values), has_label, classes)
    return Cases(Formats.FORM_OF(form=".arff", name=name) if name else ".arff", each, task)


def _attribute(rest: str, number: int) -> tuple[str, str]:
    found = re.match(r"""('[^']*'|"[^"]*"|[^\s{]+)\s*(.*)$""", rest)
    if not found or not found[2]:
        raise DataError(Formats.NO_ARFF_ATTRIBUTE, line=number, found=f"@attribute {rest}")
    kind = found[2].strip()
    return found[1].strip("'\""), kind if kind.startswith("{") else kind.lower()


def _skip_relation(numbered: Iterator[tuple[int, str]]) -> None:
    for number, line in numbered:
        if line.lower().startswith("@end"):
            return
        if not line.lower().startswith("@attribute"):
            raise DataError(Formats.WITHIN_RELATION, line=number, found=line)
    raise DataError(Formats.OPEN_RELATION)


def _cases(numbered: Iterator[tuple[int, str]], width: int | None, has_label: bool, classes) -> Iterator[Case]:
    """Read the lines of data; `width` values a line, or None where one text contains all channels."""
    for number, line in numbered:
        if line.startswith("{"):
            raise DataError(Formats.SPARSE, line=number)
        body, label = line, None
        if has_label:
            body, comma, label = line.rpartition(",")
            label = label.strip().strip("'\"")
            if classes is not None and (not comma or label not in classes):
                raise DataError(Formats.UNKNOWN_LABEL, line=number, label=label, classes=sorted(classes))
            if not comma:
                raise DataError(Formats.NO_TARGET, line=number, label=label)
        channels = [body.split(",")] if width is not None else _relation(body.strip(), number)
        values = values_of(channels, number)
        if width is not None and len(values) != width:
            raise DataError(Formats.VALUE_COUNT, line=number, n=len(values), expected=width)
        yield Case(values, label, number)


def _relation(body: str, number: int) -> list[list[str]]:
    if len(body) < 2 or body[0] not in "'\"" or body[-1] != body[0]:
        raise DataError(Formats.NO_RELATION, line=number, found=body)
    return [channel.split(",") for channel in body[1:-1].replace("\\n", "\n").strip("\n").split("\n")]
