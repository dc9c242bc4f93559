"""Files of one series a line: what .ts, .tsf and .arff have in common."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from glasscell.data.formats.sentences import Formats
from glasscell.data.padding import Intake, numbered_channels, pad_rows
from glasscell.data.sequences import Sequences
from glasscell.data.spacing import Spacing, measure
from glasscell.data.tables.labels import targets
from glasscell.errors import DataError
from glasscell.facts import Note


class Case(NamedTuple):
    """One series of a file: values (T, D) float64, its label as text or None, the number of its line, and its name.

    `times` (T,), float64, are those since its first step, where the file has some: in seconds, or in their own unit.
    """

    values: np.ndarray
    label: str | None
    line: int
    id: str | None = None
    times: np.ndarray | None = None
    in_seconds: bool = False


@dataclass(frozen=True)
class Cases:
    """The head of a file, read, and the series that follow.

    Parameters
    ----------
    form : Note or str
        The format, for the notes.
    each : iterator of Case
    task : {"auto", "classification", "regression"}
        As the head states.

    Examples
    --------
    >>> Cases(".ts", iter([]), "classification").form
    '.ts'
    """

    form: Note | str
    each: Iterator[Case]
    task: str


def gather(cases: Iterable[Case], form: Note | str, task: str, name: str, start: int, intake: Intake) -> Sequences:
    """Pad the cases of a file into one array.

    Parameters
    ----------
    cases : iterable of Case
    form : Note or str
        The format, for the notes.
    task : {"auto", "classification", "regression"}
    name : str
        The data's name.
    start : int
        The number of the first series; ids are these numbers where the series have no names.
    intake : Intake

    Returns
    -------
    Sequences

    Raises
    ------
    DataError
        If there are no cases, or they differ in their number of channels.

    Examples
    --------
    >>> gather([Case(np.ones((2, 1)), "a", 1), Case(np.ones((3, 1)), "b", 2)], ".ts", "auto", "d", 0, Intake()).lengths
    array([2, 3])
    """
    cases = list(cases)
    if not cases:
        raise DataError(Formats.HEAD_ONLY)
    width = cases[0].values.shape[1]
    for case in cases:
        if case.values.shape[1] != width:
            raise DataError(Formats.OTHER_CHANNEL_COUNT, line=case.line, n=case.values.shape[1], expected=width)
    lengths = np.array([len(case.values) for case in cases], np.int64)
    channels = numbered_channels(width)
    intake.begin(channels)
    x = pad_rows(np.concatenate([case.values for case in cases]), lengths, intake)
    labels = [case.label for case in cases if case.label is not None]
    y = targets(np.array(labels, str), task) if labels else None
    said = Formats.NO_LABELS() if y is None else Formats.LABEL_EACH()
    return Sequences(
        x=x,
        lengths=lengths,
        y=y,
        channels=channels,
        ids=np.array([str(start + k) if case.id is None else case.id for k, case in enumerate(cases)], str),
        name=name,
        notes=(Formats.READ_AS(form=form, width=width, labels=said), *intake.notes),
        offsets=intake.offsets,
        spacing=_spacing(cases, lengths),
    )


def _spacing(cases: list[Case], lengths: np.ndarray) -> Spacing | None:
    times = [case.times for case in cases if case.times is not None]
    if len(times) < len(cases) or len({case.in_seconds for case in cases}) > 1:
        return None
    codes = np.repeat(np.arange(len(cases)), lengths)
    return measure(codes, np.concatenate(times), len(cases), 1.0 if cases[0].in_seconds else None, keep=True)


def in_parts(cases: Cases, task: str, name: str, series: int | None, intake: Intake) -> Iterator[Sequences]:
    """Gather cases part by part.

    Parameters
    ----------
    cases : Cases
    task : {"auto", "classification", "regression"}
        "auto" is decided by the head, else by the first part.
    name : str
    series : int or None
        Series in each part but the last; None for all in one.
    intake : Intake

    Yields
    ------
    Sequences

    Raises
    ------
    DataError
        If there are no cases.

    Examples
    --------
    >>> each = (Case(np.ones((2, 1)), "a", n) for n in range(5))
    >>> [len(part) for part in in_parts(Cases(".ts", each, "auto"), "auto", "d", 2, Intake())]
    [2, 2, 1]
    """
    task = cases.task if task == "auto" else task
    for number in itertools.count():
        some = list(itertools.islice(cases.each, series))
        if not some and number:
            return
        part = gather(some, cases.form, task, name, number * (series or 0), intake)
        task = part.task or task
        yield part


def numbered_lines(lines: Iterable[str], comments: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Give the lines of a text with their numbers, from 1 up, but for those that are empty or begin as comments do.

    >>> list(numbered_lines(["# walks", "", " @data "], ("#",)))
    [(3, '@data')]
    """
    for number, line in enumerate(lines, 1):
        if (bare := line.strip()) and not bare.startswith(comments):
            yield number, bare


def values_of(channels: list[list[str]], line: int) -> np.ndarray:
    """Read the channels of one series as an array (T, D); raise DataError if they differ in length.

    >>> values_of([["1", "2"], ["3", "?"]], 1).tolist()
    [[1.0, 3.0], [2.0, nan]]
    """
    values = [to_numbers(channel, line, d) for d, channel in enumerate(channels)]
    if len(lengths := {len(channel) for channel in values}) > 1:
        raise DataError(Formats.CHANNEL_LENGTHS, line=line, least=min(lengths), most=max(lengths))
    return np.array(values).T


def to_numbers(texts: list[str], line: int, channel: int) -> list[float]:
    """Read the values of one channel of one series.

    Parameters
    ----------
    texts : list of str
        "?" and "NaN" are missing values.
    line, channel : int
        For the message.

    Returns
    -------
    list of float

    Raises
    ------
    DataError
        If a value is not a finite number.

    Examples
    --------
    >>> to_numbers(["1", " 2.5", "?"], 1, 0)
    [1.0, 2.5, nan]
    """
    try:
        values = [float(text) for text in texts]
    except ValueError:
        values = [_number(text) for text in texts]
    for k, (value, text) in enumerate(zip(values, texts, strict=True)):
        if value is None or value in (np.inf, -np.inf) or "_" in text:
            found = text.strip()
            raise DataError(Formats.NO_NUMBER, line=line, channel=channel + 1, place=k + 1, found=found)
    return values  # type: ignore


def _number(text: str) -> float | None:
    if text.strip() == "?":
        return np.nan
    try:
        return float(text)
    except ValueError:
        return None
