"""The .arff files of the UEA archive: a value an attribute, or all channels of a series in one relational attribute."""

import re
from collections.abc import Iterator

from glasscell.data.formats.cases import Case, Cases, Lines, form_of, read_head, refuse_label, values_of
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
    numbered, head = read_head(lines, ".arff", ("%",))
    name, attributes, is_within = "", [], False  # a relational attribute, whose own stand up to @end
    for key, rest in head:
        if key == "relation":
            name = rest.strip("'\"")
        elif key == "attribute" and not is_within:
            attributes.append(_attribute(rest))
            is_within = attributes[-1][1] == "relational"
        elif key == "end":
            is_within = False
    last, kind = attributes[-1] if attributes else ("", "")
    classes = (
        {choice.strip().strip("'\"") for choice in kind.strip("{} ").split(",")} if kind.startswith("{") else set()
    )
    has_label = bool(classes) or last.lower() in LABEL_NAMES
    values = attributes[: len(attributes) - has_label]
    relational = [kind for _, kind in values] == ["relational"]
    for attribute, kind in () if relational else values:
        if kind not in NUMERIC:
            raise DataError(Formats.ATTRIBUTE_NOT_NUMERIC, attribute=attribute, kind=kind)
    task = "classification" if classes else "regression" if has_label else "auto"
    each = _cases(numbered, None if relational else len(values), has_label, classes)
    return Cases(form_of(".arff", name), each, task)


def _attribute(rest: str) -> tuple[str, str]:
    name, kind = re.findall(r"""^('[^']*'|"[^"]*"|[^\s{]*)\s*(.*)""", rest)[0]
    return name.strip("'\""), kind if kind.startswith("{") else kind.lower()


def _cases(numbered: Lines, width: int | None, has_label: bool, classes: set[str]) -> Iterator[Case]:
    """Read the lines of data; `width` values a line, or None where one text contains all channels."""
    for number, line in numbered:
        body, label = line, None
        if has_label:
            body, _, label = line.rpartition(",")
            label = label.strip().strip("'\"")
            refuse_label(label if body or classes else "", classes, number)
        values = values_of([body.split(",")] if width is not None else _relation(body.strip(), number), number)
        if width is not None and len(values) != width:
            raise DataError(Formats.VALUE_COUNT, line=number, n=len(values), expected=width)
        yield Case(values, label, number)


def _relation(body: str, number: int) -> list[list[str]]:
    if len(body) < 2 or body[0] not in "'\"" or body[-1] != body[0]:
        raise DataError(Formats.NO_RELATION, line=number, found=body)
    return [channel.split(",") for channel in body[1:-1].replace("\\n", "\n").strip("\n").split("\n")]
