"""The .ts, .tsf and .arff files of time series archives: @-lines, then one series per line."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from glasscell.data.formats.cases import (
    Case,
    Cases,
    Lines,
    form_of,
    read_head,
    refuse_label,
    to_numbers,
    values_of,
)
from glasscell.data.formats.sentences import Formats
from glasscell.data.tables.times import times, unit_of
from glasscell.errors import DataError

PAIR = re.compile(r"\(\s*([^(),\s][^(),]*),([^(),]*)\)")
NAMES = ("series_name", "name", "id")  # attributes of a .tsf file with the series' name
NUMERIC = {"numeric", "real", "integer"}
LABEL_NAMES = {"class", "target", "label", "y", "classlabel", "class_label"}


def read_ts(lines: Iterator[str]) -> Cases:
    """Read the head of a .ts file; its series are read on iteration.

    >>> cases = read_ts(iter(["@classLabel true up down", "@data", "1,2:3,?:up"]))
    >>> next(cases.each).values
    array([[ 1.,  3.],
           [ 2., nan]])
    """
    numbered, given = read_head(lines, ".ts", ("#", "%"))
    head = dict(given)
    has_classes, *classes = (head.get("classlabel") or "false").split()
    is_class, is_target = (
        has_classes.lower() == "true",
        head.get("targetlabel", "").lower().startswith("true"),
    )
    task = "classification" if is_class else "regression" if is_target else "auto"
    each = _of_ts(numbered, is_class or is_target, set(classes) if is_class else set())
    return Cases(form_of(".ts", head.get("problemname", "")), each, task)


def _of_ts(numbered: Lines, labelled: bool, classes: set[str]) -> Iterator[Case]:
    for number, line in numbered:
        has_times = "(" in line
        *parts, last = re.split(r":(?![^()]*\))" if has_times else ":", line)
        parts, label = (parts, last.strip()) if labelled else ([*parts, last], None)
        if label is not None:
            refuse_label(label if parts or classes else "", classes, number)
        if has_times:
            yield _stamped(parts, label, number)
        else:
            yield Case(values_of([part.split(",") for part in parts], number), label, number)


def _stamped(parts: list[str], label: str | None, line: int) -> Case:
    """Read a series of timed values, (2026-01-31 12:00:00,0.5),(…), in order of time.

    The result has a row for each time of any channel, NaN where a channel has no value.
    """
    channels, stamps = [], []
    for d, part in enumerate(parts, 1):
        pairs, rest = PAIR.findall(part), PAIR.sub("", part).replace(",", "").strip()
        if rest or not pairs:
            raise DataError(Formats.NO_PAIRS, line=line, channel=d, found=rest or part)
        stamps += [time.strip() for time, _ in pairs]
        channels.append(to_numbers([value for _, value in pairs], line, d - 1))
    when, unit = _times(stamps, line)
    ends = np.cumsum([len(channel) for channel in channels])
    joined = [pd.Series(*one) for one in zip(channels, np.split(when, ends[:-1]), strict=True)]
    for d, channel in enumerate(joined, 1):
        if not channel.index.is_unique:
            raise DataError(Formats.TIME_TWICE, line=line, channel=d)
    table = pd.concat(joined, axis=1).sort_index()
    since = table.index.to_numpy() - table.index[0]
    return Case(
        table.to_numpy(np.float64), label, line, None, since * (unit or 1.0), unit is not None
    )


def _times(texts: list[str], line: int) -> tuple[np.ndarray, float | None]:
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    try:
        return times(column, "time"), unit_of(column)
    except DataError as error:
        raise error.at(line=line, row=None, column=None) from error


def read_tsf(lines: Iterator[str]) -> Cases:
    """Read the head of a .tsf file (Monash forecasting archive); its series are read on iteration.

    >>> head = ["@relation sales", "@attribute start_timestamp date", "@frequency monthly", "@data"]
    >>> cases = read_tsf(iter([*head, "1979-01-01 00-00-00:1,?,3"]))
    >>> case = next(cases.each)
    >>> cases.head["frequency"], case.values[:, 0], case.attributes
    ('monthly', array([ 1., nan,  3.]), {'start_timestamp': '1979-01-01 00-00-00'})
    """
    numbered, given = read_head(lines, ".tsf", ("#",))
    attributes = ["".join(rest.split()[:1]).lower() for key, rest in given if key == "attribute"]
    head = {key: rest for key, rest in given if key != "attribute"}
    return Cases(
        form_of(".tsf", head.get("relation", "")), _of_tsf(numbered, attributes), "auto", head
    )


def _of_tsf(numbered: Lines, attributes: list[str]) -> Iterator[Case]:
    at = next((attributes.index(name) for name in NAMES if name in attributes), None)
    seen: set[str] = set()
    for number, line in numbered:
        *parts, values = line.split(":")
        if len(parts) != len(attributes):
            raise DataError(
                Formats.ATTRIBUTE_COUNT, line=number, n=len(parts), expected=len(attributes)
            )
        id = None if at is None else parts[at].strip()
        if id in seen:
            raise DataError(Formats.SERIES_TWICE, line=number, series=id)
        seen |= {id} if id is not None else set()
        of_series = dict(zip(attributes, parts, strict=True))
        yield Case(values_of([values.split(",")], number), None, number, id, attributes=of_series)


def read_arff(lines: Iterator[str]) -> Cases:
    r"""Read the head of an .arff file; its series are read on iteration.

    >>> head = [
    ...     "@relation r",
    ...     "@attribute a numeric",
    ...     "@attribute b numeric",
    ...     "@attribute class {up,down}",
    ...     "@data",
    ... ]
    >>> next(read_arff(iter([*head, "1,?,up"])).each)
    Case(values=array([[ 1.],
           [nan]]), label='up', line=6, id=None, times=None, in_seconds=False, attributes=None)
    """
    numbered, head = read_head(lines, ".arff", ("%",))
    name, attributes, is_within = "", [], False  # within a relational attribute, up to @end
    for key, rest in head:
        if key == "relation":
            name = rest.strip("'\"")
        elif key == "attribute" and not is_within:
            attributes.append(_attribute(rest))
            is_within = attributes[-1][1] == "relational"
        elif key == "end":
            is_within = False
    last, kind = attributes[-1] if attributes else ("", "")
    choices = kind.strip("{} ").split(",") if kind.startswith("{") else []
    classes = {choice.strip().strip("'\"") for choice in choices}
    has_label = bool(classes) or last.lower() in LABEL_NAMES
    values = attributes[: len(attributes) - has_label]
    relational = [kind for _, kind in values] == ["relational"]
    for attribute, kind in () if relational else values:
        if kind not in NUMERIC:
            raise DataError(Formats.ATTRIBUTE_NOT_NUMERIC, attribute=attribute, kind=kind)
    task = "classification" if classes else "regression" if has_label else "auto"
    each = _of_arff(numbered, None if relational else len(values), has_label, classes)
    return Cases(form_of(".arff", name), each, task)


def _attribute(rest: str) -> tuple[str, str]:
    name, kind = re.findall(r"""^('[^']*'|"[^"]*"|[^\s{]*)\s*(.*)""", rest)[0]
    return name.strip("'\""), kind if kind.startswith("{") else kind.lower()


def _of_arff(
    numbered: Lines, width: int | None, has_label: bool, classes: set[str]
) -> Iterator[Case]:
    """Read the lines of data: `width` values each, or all channels as text if `width` is None."""
    for number, line in numbered:
        body, label = line, None
        if has_label:
            body, _, label = line.rpartition(",")
            label = label.strip().strip("'\"")
            refuse_label(label if body or classes else "", classes, number)
        values = values_of(
            [body.split(",")] if width is not None else _relation(body.strip(), number), number
        )
        if width is not None and len(values) != width:
            raise DataError(Formats.VALUE_COUNT, line=number, n=len(values), expected=width)
        yield Case(values, label, number)


def _relation(body: str, number: int) -> list[list[str]]:
    if len(body) < 2 or body[0] not in "'\"" or body[-1] != body[0]:
        raise DataError(Formats.NO_RELATION, line=number, found=body)
    return [
        channel.split(",") for channel in body[1:-1].replace("\\n", "\n").strip("\n").split("\n")
    ]
