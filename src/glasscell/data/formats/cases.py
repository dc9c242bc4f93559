"""Files with a head of @-lines and one series per line: the common parts of .ts, .tsf and .arff."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from glasscell.data.formats.sentences import Formats
from glasscell.data.offsets import Intake
from glasscell.data.padding import numbered_channels, pad_rows
from glasscell.data.sentences import Inventory
from glasscell.data.sequences import Layout, Sequences
from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.labels import targets
from glasscell.errors import DataError
from glasscell.facts import Note

Lines = Iterator[tuple[int, str]]


class Case(NamedTuple):
    """One series of a file: values (T, D) float64, label as text or None, line number, and name.

    `times` (T,), float64, if any, count from the first step: in seconds, or in a unit of their own.
    `attributes` are those of a line of a .tsf file, by name.
    """

    values: np.ndarray
    label: str | None
    line: int
    id: str | None = None
    times: np.ndarray | None = None
    in_seconds: bool = False
    attributes: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Cases:
    """The parsed head of a file, and its series.

    Parameters
    ----------
    form : Note or str
        Format of the file, for the notes.
    task : {"auto", "classification", "regression"}
        Task according to the head.
    head : mapping of str
        Other @-lines of a .tsf file, by lowercase name: frequency, horizon, missing, equallength.

    >>> Cases(".ts", iter([]), "classification").form
    '.ts'
    """

    form: Note | str
    each: Iterator[Case]
    task: str
    head: Mapping[str, str] = field(default_factory=dict)


def in_parts(
    cases: Cases, task: str, name: str, series: int | None, intake: Intake
) -> Iterator[Sequences]:
    """Pad the cases of a file into arrays, in parts.

    >>> each = (Case(np.ones((2, 1)), "a", n) for n in range(5))
    >>> [len(part) for part in in_parts(Cases(".ts", each, "auto"), "auto", "d", 2, Intake())]
    [2, 2, 1]
    """
    task, each = cases.task if task == "auto" else task, _alike(cases.each)
    for start in itertools.count(0, series or 1):
        some = list(itertools.islice(each, series))
        if not some and start:
            return
        part = _gather(some, cases.form, task, name, start, intake)
        task = part.task or task
        yield part


def _alike(cases: Iterator[Case]) -> Iterator[Case]:
    width = None
    for case in cases:
        n = case.values.shape[1]
        if n != (width := width or n):
            raise DataError(Formats.OTHER_CHANNEL_COUNT, line=case.line, n=n, expected=width)
        yield case


def _gather(
    cases: list[Case], form: Note | str, task: str, name: str, start: int, intake: Intake
) -> Sequences:
    if not cases:
        raise DataError(Formats.HEAD_ONLY)
    lengths = np.array([len(case.values) for case in cases], np.int64)
    channels = numbered_channels(cases[0].values.shape[1])
    intake.begin(channels)
    x = pad_rows(np.concatenate([case.values for case in cases]), lengths, intake)
    labels = [case.label for case in cases if case.label is not None]
    y = targets(np.array(labels, str), task) if labels else None
    said = Formats.NO_LABELS() if y is None else Formats.LABEL_EACH()
    ids = np.array(
        [str(start + k) if case.id is None else case.id for k, case in enumerate(cases)], str
    )
    note = Formats.READ_AS(form=form, width=len(channels), labels=said)
    return Sequences(
        x,
        lengths,
        y,
        channels,
        ids,
        name,
        (note, *intake.notes),
        spacing=_spacing(cases, lengths),
        offsets=intake.offsets,
        layout=Layout(note, Inventory.FORM(form=form)),
    )


def _spacing(cases: list[Case], lengths: np.ndarray) -> Spacing | None:
    times = [case.times for case in cases if case.times is not None]
    if len(times) < len(cases) or len({case.in_seconds for case in cases}) > 1:
        return None
    codes = np.repeat(np.arange(len(cases)), lengths)
    return measure(
        codes, np.concatenate(times), len(cases), 1.0 if cases[0].in_seconds else None, keep=True
    )


def read_head(
    lines: Iterable[str], form: str, comments: tuple[str, ...]
) -> tuple[Lines, list[tuple[str, str]]]:
    """Read the lines of a text up to @data.

    Shape: (int, str).

    >>> numbered, head = read_head(
    ...     ["# of 2026", "@Relation walks", "@data", "", "1,2"], ".arff", ("#",)
    ... )
    >>> head, list(numbered)
    ([('relation', 'walks')], [(5, '1,2')])
    """
    bare = ((number, line.strip()) for number, line in enumerate(lines, 1))
    numbered, head = (
        ((number, line) for number, line in bare if line and not line.startswith(comments)),
        [],
    )
    for number, line in numbered:
        key, *rest = line.split(None, 1)
        if key.lower() == "@data":
            return numbered, head
        if not key.startswith("@"):
            raise DataError(Formats.BEFORE_DATA, line=number, found=line)
        head.append((key[1:].lower(), "".join(rest)))
    raise DataError(Formats.NO_DATA, form=form)


def form_of(form: str, name: str) -> Note | str:
    """Return the format of a file and, if given, the name in its head, for the notes.

    >>> form_of(".ts", ""), form_of(".ts", "GunPoint")
    ('.ts', '.ts (GunPoint)')
    """
    return Formats.FORM_OF(form=form, name=name) if name else form


def refuse_label(label: str, classes: Collection[str], line: int) -> None:
    """Raise DataError if a label is missing, or is not among the classes that the head lists.

    >>> refuse_label("up", {"up", "down"}, 7)
    """
    if classes and label not in classes:
        raise DataError(Formats.UNKNOWN_LABEL, line=line, label=label, classes=sorted(classes))
    if not label:
        raise DataError(Formats.NO_LABEL, line=line)


def values_of(channels: list[list[str]], line: int) -> np.ndarray:
    """Read the channels of one series as an array (T, D); raise DataError if their lengths differ.

    >>> values_of([["1", "2"], ["3", "?"]], 1).tolist()
    [[1.0, 3.0], [2.0, nan]]
    """
    values = [to_numbers(channel, line, d) for d, channel in enumerate(channels)]
    if len(lengths := {len(channel) for channel in values}) > 1:
        raise DataError(Formats.CHANNEL_LENGTHS, line=line, least=min(lengths), most=max(lengths))
    return np.array(values).T


def to_numbers(texts: list[str], line: int, channel: int) -> list[float]:
    """Read the values of one channel of one series.

    >>> to_numbers(["1", " 2.5", "?"], 1, 0)
    [1.0, 2.5, nan]
    """
    values = []
    for place, text in enumerate(texts, 1):
        try:
            values.append(float(text if text.strip() != "?" else "nan"))
        except ValueError:
            values.append(np.inf)
        if abs(values[-1]) == np.inf or "_" in text:
            raise DataError(
                Formats.NO_NUMBER, line=line, channel=channel + 1, place=place, found=text.strip()
            )
    return values
