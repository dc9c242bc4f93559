"""`Sequences`: labeled series of unequal lengths in one padded array; empty series; order of steps.

N series · T steps of the longest · D channels
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from glasscell.data.arrays import as_series
from glasscell.data.offsets import Intake
from glasscell.data.padding import ended, numbered_channels, pad_rows
from glasscell.data.sentences import Reading
from glasscell.data.spacing import Spacing
from glasscell.data.tables.sentences import Tables
from glasscell.errors import DataError, UsageError
from glasscell.facts import Code, Note

KINDS = {
    "x": ["float32"],
    "lengths": ["int64"],
    "ids": ["str"],
    "groups": ["str"],
    "labelled": ["bool"],
}
KINDS |= {"y": ["str", "float64"]}  # arrays with a value per series
OPTIONAL = ("groups", "labelled", "y")
OF_ORDER = (Reading.COLUMNS_MOVED, Reading.COLUMNS_RENAMED)


@dataclass(frozen=True)
class Layout:
    """How a file holds its series.

    Parameters
    ----------
    note : Note
        How the file was read; the first of the notes of a table.
    roles : Note
        The same for a line that also counts the series.
    is_in_file_order : bool
        Whether each row is a series, and its columns are steps in the order of the file because
        their names do not tell another.
    ignored : tuple of Note
        A note for each column of a table that was ignored.
    """

    note: Note
    roles: Note
    is_in_file_order: bool = False
    ignored: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Sequences:
    """Series side by side, padded to the longest.

    Parameters
    ----------
    x : array (N, T, D), float32
        NaN at all channels of steps beyond a series' end, and at missing values. Offsets, if any,
        are subtracted from their channels.
    lengths : array (N,), int64
        Number of steps of each series, from 1 to T.
    y : array (N,), optional
        Class labels as str, or regression targets as float64.
    channels : tuple of str
        D names.
    ids : array (N,), str
        Names of the series.
    name : str
        Name of the data.
    notes : tuple of Note
        Notes of the reader about its interpretation.
    columns : mapping of str to str
        Columns of a table from which ids, times and labels were read, by "id", "time" and "label".
    groups : array (N,), str, optional
        Group of each series: series of one group belong together, such as those of one person.
    spacing : Spacing, optional
        Spacing of the steps in time, if times were read.
    offsets : mapping of str to float
        Offset subtracted from each channel in float64, so that float32 is precise enough for values
        far from zero.
    labelled : array (N,), bool, optional
        Mask of labeled series, if only some series have labels. y of the others is "" or NaN.
    warnings : tuple of Note
        Warnings of the reader about likely errors.
    step_names : tuple of tuples of D str or None
        Names of the columns of each step, if each row of a table with column names was a series.
    layout : Layout, optional
        How the file held the series, if they were read from one.

    Raises
    ------
    DataError
        If shapes, dtypes or values do not meet these requirements.

    Examples
    --------
    >>> from glasscell import data
    >>> s = data.Sequences.from_list([[1, 2, 3], [4]], y=["up", "flat"])
    >>> s.x[..., 0]
    array([[ 1.,  2.,  3.],
           [ 4., nan, nan]], dtype=float32)
    >>> s.lengths, s.task, s.classes
    (array([3, 1]), 'classification', ('flat', 'up'))
    """

    x: np.ndarray
    lengths: np.ndarray
    y: np.ndarray | None
    channels: tuple[str, ...]
    ids: np.ndarray
    name: str
    notes: tuple[Note, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    groups: np.ndarray | None = None
    spacing: Spacing | None = None
    offsets: Mapping[str, float] = field(default_factory=dict)
    labelled: np.ndarray | None = None
    warnings: tuple[Note, ...] = ()
    step_names: tuple[tuple[str | None, ...], ...] = ()
    layout: Layout | None = None

    def __post_init__(self):
        for what, kinds in KINDS.items():
            if getattr(self, what) is None and what in OPTIONAL:
                continue
            value: Any = getattr(self, what)
            _expect(value, what, kinds)
            if len(value) != len(self.x):
                raise DataError(Reading.OTHER_LENGTH, what=what, found=len(value), n=len(self.x))
        n, steps, width = self.x.shape
        if not steps or not width:
            raise DataError(Reading.NO_STEPS, shape=self.x.shape)
        if len(self.channels) != width or len(set(self.channels)) != width:
            raise DataError(Reading.CHANNEL_NAMES, channels=self.channels, n=width)
        if not set(self.offsets) <= set(self.channels):
            raise DataError(
                Reading.OFFSETS_OF_OTHERS, found=list(self.offsets), channels=self.channels
            )
        if n and not 1 <= self.lengths.min() <= self.lengths.max() <= steps:
            at = int(np.flatnonzero((self.lengths < 1) | (self.lengths > steps))[0])
            raise DataError(
                Reading.LENGTH, series=self.ids[at], length=self.lengths[at], steps=steps
            )
        self._check_numbers(steps)

    def _check_numbers(self, steps: int) -> None:
        if len(self) and self.lengths.min() < steps and not np.isnan(self.x[~self.mask]).all():
            raise DataError(Reading.BEYOND_THE_END)
        if (
            self.task == "regression"
            and (wrong := ~np.isfinite(np.asarray(self.y)) & self.has_label).any()
        ):
            at = int(np.flatnonzero(wrong)[0])
            raise DataError(Reading.NO_TARGET, series=self.ids[at], target=np.asarray(self.y)[at])
        if np.isinf(self.x).any():
            at, step, channel = (int(v[0]) for v in np.nonzero(np.isinf(self.x)))
            raise DataError(
                Reading.INFINITE, series=self.ids[at], step=step + 1, channel=self.channels[channel]
            )

    def __len__(self) -> int:
        return len(self.x)

    @property
    def mask(self) -> np.ndarray:
        """True at steps within a series: (N, T), bool."""
        return np.arange(self.x.shape[1]) < self.lengths[:, None]

    @property
    def has_label(self) -> np.ndarray:
        """True where a series has a label: (N,), bool."""
        return np.full(len(self), self.y is not None) if self.labelled is None else self.labelled

    @property
    def offset(self) -> np.ndarray:
        """Offset of each channel, to be added to displayed values: (D,), float64."""
        return np.array([self.offsets.get(name, 0.0) for name in self.channels])

    @property
    def task(self) -> str | None:
        """Task defined by the labels: "classification", "regression", or None without labels."""
        if self.y is None:
            return None
        return "classification" if self.y.dtype.kind == "U" else "regression"

    @property
    def classes(self) -> tuple[str, ...]:
        """The distinct labels, sorted as numbers if possible, else as text; empty without classes.

        Examples
        --------
        >>> from glasscell import data
        >>> data.Sequences.from_list([[1], [2], [3]], y=["10", "9", "10"]).classes
        ('9', '10')
        """
        if self.y is None or self.task != "classification":
            return ()
        labels = [str(label) for label in np.unique(self.y[self.has_label])]
        try:
            return tuple(sorted(labels, key=float))
        except ValueError:
            return tuple(labels)

    def select(self, index) -> "Sequences":
        """Return some of the series, without changing T.

        Parameters
        ----------
        index : slice, or array of int or bool (N,)
            Which series to keep.

        Returns
        -------
        Sequences
            These series.

        Examples
        --------
        >>> from glasscell import data
        >>> data.Sequences.from_list([[1], [2, 3]], ids=["a", "b"]).select([1, 1]).ids.tolist()
        ['b', 'b']
        """
        index = index if isinstance(index, slice) else np.asarray(index)
        if not isinstance(index, slice) and not index.size:
            index = index.astype(np.int64)
        spacing = None if self.spacing is None else self.spacing.select(index)
        of_each = {
            name: getattr(self, name) for name in ("x", "lengths", "y", "ids", "groups", "labelled")
        }
        some = {name: None if values is None else values[index] for name, values in of_each.items()}
        return replace(self, spacing=spacing, **some)

    def noted(self, *notes: Note) -> "Sequences":
        """Return the same series with more notes.

        Parameters
        ----------
        *notes : Note
            Appended to `notes` or `warnings`, by their level.

        Returns
        -------
        Sequences
            The same series.
        """
        infos, warnings = (
            tuple(note for note in notes if note.level == level) for level in ("info", "warning")
        )
        return (
            replace(self, notes=(*self.notes, *infos), warnings=(*self.warnings, *warnings))
            if notes
            else self
        )

    @classmethod
    def from_list(
        cls,
        series: Iterable,
        y: Sequence | np.ndarray | None = None,
        channels: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        name: str = "data",
    ) -> "Sequences":
        """Pad a list of series of unequal lengths.

        Parameters
        ----------
        series : iterable of arrays (T_n, D), or (T_n,) where D is 1
            A series without steps, (0, D) or (0,), becomes one step with missing values.
        y : sequence of N labels, optional
            Texts and whole numbers are class labels; floats are regression targets.
        channels : sequence of D str, optional
            Names of the channels; by default "value", or "dim_0" and so on.
        ids : sequence of N str, optional
            Names of the series; by default "0", "1" and so on.
        name : str
            Name of the data.

        Returns
        -------
        Sequences
            The padded series.

        Raises
        ------
        DataError, UsageError
            If the series do not fit together, or `y` is not a list of labels.

        Examples
        --------
        >>> from glasscell import data
        >>> data.Sequences.from_list([[[1, 2], [3, 4]]], y=[0.5], channels=["u", "v"]).y
        array([0.5])
        """
        arrays = as_series(list(series))
        width = arrays[0].shape[1]
        arrays = [array if len(array) else np.full((1, width), np.nan) for array in arrays]
        lengths = np.array([len(array) for array in arrays], np.int64)
        channels = numbered_channels(width) if channels is None else tuple(map(str, channels))
        intake = Intake()
        intake.begin(channels)
        x = pad_rows(np.concatenate(arrays).astype(np.float64), lengths, intake)
        if y is not None:
            y = np.asarray(y)
            if y.dtype.kind not in "USbiuf" or y.ndim != 1:
                raise DataError(Reading.NO_LABELS_IN_LIST)
            y = y.astype(np.float64 if y.dtype.kind == "f" else str)
        ids = [str(i) for i in (range(len(x)) if ids is None else ids)]
        return cls(x, lengths, y, channels, np.array(ids, str), name, offsets=intake.offsets)


def _expect(value, what: str, kinds: Sequence[str]) -> None:
    found, ndim = type(value).__name__, 3 if what == "x" else 1
    if isinstance(value, np.ndarray):
        kind, found = (
            "str" if value.dtype.kind == "U" else value.dtype.name,
            f"{value.dtype} {value.shape}",
        )
        if kind in kinds and value.ndim == ndim:
            return
    raise DataError(Reading.NO_ARRAY, what=what, found=found, kinds=kinds, ndim=ndim)


def is_empty(x: np.ndarray) -> np.ndarray:
    """Return a mask of the series of x (N, T, D) without any value, (N,): all NaN, or no steps.

    >>> is_empty(np.array([[[np.nan], [1.0]], [[np.nan], [np.nan]]])).tolist()
    [False, True]
    """
    return np.asarray(np.isnan(x).all(axis=(1, 2)))


def say_empty(ids: Sequence[str], n: int) -> Note:
    """Return a clause for a message that lists which of n series have no value.

    >>> say_empty(["a", "b"], 40)
    "2 of 40 series have no values ('a', 'b')"
    """
    return Reading.EMPTY(some=len(ids), n=n, ids=ids)


def say_empty_rows(empty: np.ndarray, array: str = "X") -> Note:
    """Return a clause that lists which rows of a user's array have no value, given a mask (N,).

    >>> say_empty_rows(np.array([False, True]))
    '1 of 2 series of X has no values (X[1])'
    """
    rows = [f"{array}[{row}]" for row in np.flatnonzero(empty)]
    return Reading.EMPTY_ROWS(some=len(rows), n=len(empty), array=array, rows=rows)


def about_empty(series: Sequences, consequence: Code) -> list[Note]:
    """Return the warning that some series have no value, with its consequence; else nothing.

    >>> about_empty(Sequences.from_list([[1.0], [None]], ids=["a", "b"]), Reading.EMPTY_UNANSWERED)
    ["1 of 2 series has no values ('b'): not used for training, and no prediction is made"]
    """
    empty = is_empty(series.x)
    return (
        [consequence.warning(empty=say_empty(series.ids[empty].tolist(), len(series)))]
        if empty.any()
        else []
    )


def with_values(series: Sequences, purpose: Code) -> Sequences:
    """Return the series that have a value, with T reduced to the longest.

    >>> with_values(
    ...     Sequences.from_list([[1.0], [None, None]], ids=["a", "b"]), Reading.TO_LOOK_INTO
    ... ).x.tolist()
    [[[1.0]]]
    """
    empty = is_empty(series.x)
    if not empty.any():
        return series
    if empty.all():
        raise DataError(Reading.ALL_EMPTY, purpose=purpose())
    rest = series.select(~empty)
    return replace(rest, x=np.ascontiguousarray(rest.x[:, : rest.lengths.max()]))


def only(sequences: Sequences, channels: tuple[str, ...]) -> Sequences:
    """Return some of the channels, in the order given.

    >>> only(Sequences.from_list([[[1, 2]]], channels=["u", "v"]), ("v",)).x.tolist()
    [[[2.0]]]
    """
    for name in channels:
        if name not in sequences.channels:
            raise UsageError(Tables.NO_CHANNEL, channel=name, channels=sequences.channels)
    places = [sequences.channels.index(name) for name in channels]
    offsets = {name: v for name, v in sequences.offsets.items() if name in channels}
    kept = {"channels": tuple(channels), "offsets": offsets}
    kept["step_names"] = tuple(
        tuple(names[place] for place in places) for names in sequences.step_names
    )
    return replace(sequences, x=np.ascontiguousarray(sequences.x[:, :, places]), **kept)


def matched(sequences: Sequences, expected: tuple[str, ...]) -> Sequences:
    """Return the channels that a model was trained on, in its order.

    Channels without names of their own ("value", "dim_0", …) are matched by position.

    >>> matched(Sequences.from_list([[[1, 2]]], channels=["u", "v"]), ("v", "u")).x.tolist()
    [[[2.0, 1.0]]]
    """
    found, expected = sequences.channels, tuple(expected)
    if set(expected) <= set(found):
        return sequences if found == expected else only(sequences, expected)
    if len(found) == len(expected) and (are_numbered(found) or are_numbered(expected)):
        names = dict(zip(found, expected, strict=True))
        return replace(
            sequences,
            channels=expected,
            offsets={names[name]: v for name, v in sequences.offsets.items()},
        )
    counts = {"n_found": len(found), "n_expected": len(expected)}
    raise DataError(Reading.OTHER_CHANNELS, found=found, expected=expected, **counts)


def are_numbered(channels: tuple[str, ...]) -> bool:
    """Return whether channels have no names of their own.

    >>> are_numbered(("dim_0", "dim_1")), are_numbered(("ax", "ay"))
    (True, False)
    """
    return all(re.fullmatch(r"value|dim_\d+|column\d+", name) for name in channels)


def in_order_of(sequences: Sequences, trained: Sequence[Sequence[str | None]]) -> Sequences:
    """Return series with steps in the training columns' order; warn if this changes the order.

    The order also applies if some columns are missing. A warning is issued if some columns have
    other names that do not determine the order.

    >>> s = replace(Sequences.from_list([[1, 2, 3]]), step_names=(("c",), ("a",), ("b",)))
    >>> in_order_of(s, [["a"], ["b"], ["c"]]).x.ravel()
    array([2., 3., 1.], dtype=float32)
    """
    found = sequences.step_names
    if not found or not trained or len(found[0]) != len(trained[0]):
        return sequences
    place = {
        name: (t, d)
        for t, row in enumerate(found)
        for d, name in enumerate(row)
        if name is not None
    }
    rows = [
        tuple(name if name in place else None for name in row)
        for row in trained
        if place.keys() & row or not any(row)
    ]
    known = {name for row in rows for name in row}
    if unknown := [name for name in place if name not in known]:
        is_in_file_order = sequences.layout is not None and sequences.layout.is_in_file_order
        warning = (Reading.COLUMNS_RENAMED.warning(name=unknown[0]),) if is_in_file_order else ()
        return sequences.noted(*warning)
    return sequences if rows == [*map(tuple, found)] else _moved(sequences, rows, place)


def _moved(
    sequences: Sequences, rows: list[tuple[str | None, ...]], place: dict[str, tuple[int, int]]
) -> Sequences:
    """Return series whose steps have the columns of `rows`; places without a name are missing."""
    before, n, width = sequences.x, len(sequences), len(sequences.channels)
    x = np.full((n, len(rows), width), np.nan, np.float32)
    for t, row in enumerate(rows):
        for d, name in enumerate(row):
            if name is not None and place[name][0] < before.shape[1]:
                x[:, t, d] = before[:, place[name][0], place[name][1]]
    lengths = ended(x)
    names = [name for row in rows for name in row if name is not None]
    warnings = (*sequences.warnings, Reading.COLUMNS_MOVED.warning(first=names[0], last=names[-1]))
    x = np.ascontiguousarray(x[:, : lengths.max(initial=1)])
    return replace(sequences, x=x, lengths=lengths, step_names=tuple(rows), warnings=warnings)
