"""Layout of wide columns as steps × channels: by numbers, lags or dates in names, or file order.

In: the names of columns. Out: a `StepLayout`, of which `wide_form` asks the channels, the columns
of each step, whether names determine the order of steps, and notes.

T time steps · D channels
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from glasscell.data.tables.sentences import Tables
from glasscell.data.tables.step_names import (
    MIN_STEPS,
    NUMBER,
    Places,
    are_few,
    find_frames,
    find_places,
    may_be_hyphens,
    named_in_words,
)
from glasscell.errors import DataError, UsageError
from glasscell.facts import Note

Row = tuple[str | None, ...]  # columns of one step, one per channel; None where a channel has none

VALUE = "value"  # name of the channel if the columns name none
EVEN = 1.5  # maximum ratio of the longest to the shortest step: months have 28 to 31 days
MAX_GAPS = 4  # gaps that a warning lists


@dataclass(frozen=True)
class StepLayout:
    """Columns as T steps × D channels.

    >>> layout = find_layout(["2026-01-31", "2026-01-30"])
    >>> layout.rows
    (('2026-01-30',), ('2026-01-31',))
    >>> layout.notes
    ["columns are sorted by date: '2026-01-30' to '2026-01-31'"]
    """

    places: Places  # channel and step of each column, by its name
    is_ordered: bool  # whether names determine the order of steps
    columns: Mapping[str, Sequence[str | None]]  # by channel, (T,) each; None where one is missing

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels, (D,)."""
        return tuple(self.columns)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Columns of each step."""
        return tuple(zip(*self.columns.values(), strict=True))

    def select(self, channels: Sequence[str]) -> "StepLayout":
        """Return the layout of these channels; raise UsageError if one is missing."""
        for name in channels:
            if name not in self.columns:
                raise UsageError(Tables.NO_CHANNEL, channel=name, channels=self.channels)
        return replace(self, columns={name: self.columns[name] for name in channels})

    def require_order(self) -> None:
        """Raise DataError if columns may be steps of one channel or of several."""
        frames = {} if self.is_ordered else _frames_as_channels(self.places.names)
        if frames:
            first, second, *_ = (columns[0] for columns in frames.values())
            raise DataError(
                Tables.CHANNELS_OR_STEPS, first=first, second=second, channels=list(frames)
            )

    @property
    def notes(self) -> list[Note]:
        """Notes and warnings about the order of columns, and about missing or uneven steps."""
        first_channel = next(iter(self.columns.values()))
        if len(first_channel) < 2:
            return []
        if not self.is_ordered:
            return _doubt_file_order(self.places.names)
        columns = [name for name in first_channel if name is not None]
        steps = [self.places.at[name][1] for name in columns]
        if steps != sorted(steps):
            return []  # in file order, as requested
        notes = [*self._notes_on_order(columns), *self._find_gaps()]
        return notes if None in first_channel else [*notes, *self._find_jump(columns, steps)]

    def _notes_on_order(self, columns: Sequence[str]) -> list[Note]:
        """Note how columns are read if not simply in file order; `columns` of the first channel."""
        names, scheme, in_order = self.places.names, self.places.scheme, {*columns}
        ends = {"first": columns[0], "last": columns[-1]}
        if may_be_hyphens(names):
            return [Tables.HYPHENS(first=names[0], last=names[-1])]
        if scheme == "lags":
            return [Tables.COUNT_BACK(**ends)]
        if columns == [name for name in names if name in in_order]:
            return []
        if scheme == "dates":
            return [Tables.SORTED_BY_DATE(**ends)]
        return [Tables.SORTED_BY_NUMBER.warning(**ends)]

    def _find_gaps(self) -> list[Note]:
        """Warn of columns that are missing from a numbered layout."""
        gaps = []
        for column in self.columns.values():
            last, n = None, 0  # column, and steps without one since then
            for name in column:
                if name is None:
                    n += 1
                    continue
                if n and last is None:
                    gaps.append(Tables.GAP_BEFORE(n=n, after=name))
                elif n:
                    gaps.append(Tables.GAP_BETWEEN(n=n, before=last, after=name))
                last, n = name, 0
            if n:
                gaps.append(Tables.GAP_AFTER(n=n, before=last))
        if len(gaps) > MAX_GAPS:
            gaps[MAX_GAPS:] = [Tables.OTHER_GAPS()]
        return [Tables.STEP_COLUMNS_MISSING.warning(gaps=gaps)] if gaps else []

    def _find_jump(self, columns: Sequence[str], steps: Sequence[float]) -> list[Note]:
        """Note the longest step of a single channel if steps are uneven."""
        are_numbers = self.places.scheme == "numbers"
        is_bare = are_numbers and not columns[0][0].isalpha()  # these may be anything
        lengths = [end - begin for begin, end in pairwise(steps)]
        is_even = max(lengths) <= min(lengths) * (1 if are_numbers else EVEN)
        if is_bare or is_even or len(self.places.counts) > 1:
            return []
        t = lengths.index(max(lengths))
        return [Tables.UNEVEN_STEPS(before=columns[t], after=columns[t + 1])]


def find_layout(
    names: Sequence[str],
    has_header: bool = True,
    channels: Sequence[str] | None = None,
    expected: Sequence[str] | None = None,
) -> StepLayout:
    """Lay columns out as steps × channels: x_0, x_1, y_0, y_1 are two channels of two steps.

    A few numbered columns may be missing; their places are None. Of several `channels` in the names
    only these are laid out; as the only one, `VALUE` means all columns in file order.

    >>> find_layout(["x_0", "x_1", "y_0", "y_1"]).rows
    (('x_0', 'y_0'), ('x_1', 'y_1'))
    >>> find_layout(["height", "weight"]).channels
    ('value',)
    >>> find_layout(["t0", "t1", "t2", "t4"]).rows
    (('t0',), ('t1',), ('t2',), (None,), ('t4',))
    """
    places = find_places(tuple(names))
    columns = _columns_in_time(places)
    is_ordered, in_file_order = bool(columns), {VALUE: names}
    if not has_header or tuple(channels or ()) == (VALUE,):
        return StepLayout(places, is_ordered, in_file_order)
    if not is_ordered and (requested := channels or expected):
        frames = _frames_as_channels(names)
        columns = frames if {*requested} <= frames.keys() else {}
    layout = StepLayout(places, is_ordered, columns or in_file_order)
    return layout.select(channels) if channels else layout


def _columns_in_time(places: Places) -> dict[str, list[str | None]]:
    """Return the columns of each channel by steps; empty if names do not tell all of them."""
    if not places.names or len(places.at) < len(places.names) or places.scheme == "frames":
        return {}
    steps = _filled(places.steps) if places.scheme == "numbers" else places.steps
    if not places.are_complete(len(steps)):
        return {}
    names = {place: name for name, place in places.at.items()}
    columns = {channel: [names.get((channel, step)) for step in steps] for channel in places.counts}
    return {VALUE: columns[""]} if [*columns] == [""] else columns


def _filled(steps: Sequence[float]) -> Sequence[float]:
    """Fill the gaps in evenly spaced whole numbers, if there are few."""
    if not all(step.is_integer() for step in steps):
        return steps
    length = int(min((end - begin for begin, end in pairwise(steps)), default=1))
    filled = range(int(steps[0]), int(steps[-1]) + 1, length)
    is_even = all((step - steps[0]) % length == 0 for step in steps)
    return filled if is_even and are_few(len(filled) - len(steps), len(steps)) else steps


def _frames_as_channels(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the frames of names if there are several, with equal numbers, that cover all names."""
    frames = find_frames(names)
    numbers = {
        frozenset(tuple(NUMBER.findall(name)) for name in columns) for columns in frames.values()
    }
    are_alike = len(frames) > 1 and len(numbers) == 1
    are_all = sum(map(len, frames.values())) == len(names) and not named_in_words(names)
    return frames if are_alike and are_all else {}


def _doubt_file_order(names: Sequence[str]) -> list[Note]:
    """Warn if the file order may not be that of time: numbers do not rise, or words name times."""
    frames = find_frames(names).values()
    in_words = named_in_words(names)
    words = [name for name in names if name in in_words]
    is_one_frame = any(len(columns) == len(names) for columns in frames)
    if all(map(_rises, frames)) and (is_one_frame or len(words) < MIN_STEPS):
        return []
    return [Tables.FILE_ORDER_DOUBTED.warning(first=names[0], last=names[-1])]


def _rises(names: Sequence[str]) -> bool:
    """Return whether the numbers in names never decrease; years compare before months and days."""
    rows = [[float(number.replace(",", ".")) for number in NUMBER.findall(name)] for name in names]
    are_years = [
        all(1900 <= number < 2100 for number in column) for column in zip(*rows, strict=True)
    ]
    year = are_years.index(True) if True in are_years else 0
    if not year and all(re.match(r"\d{1,2}([./-])\d{1,2}\1\d\d(?!\d)", name) for name in names):
        year = 2
    days, clock = [*range(year)], range(year + 1, len(are_years))
    orders = [days, days[::-1]] if "/" in names[0] else [days[::-1]]  # 1/31/2026, 31.1.2026
    keys = [[[row[k] for k in (year, *order, *clock)] for row in rows] for order in orders]
    return any(key == sorted(key) for key in keys)


def unlike_steps(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are no steps, if nearly all others are steps of some channels.

    >>> unlike_steps(["x0", "x1", "x2", "x3", "age"]), unlike_steps(["height", "weight"])
    (('age',), ())
    """
    places = find_places(tuple(names))
    at, counts = places.at, places.counts
    longest = max(counts.values(), default=0)
    full = {channel for channel, n in counts.items() if not are_few(n, longest)}
    other = tuple(name for name in names if name not in at or at[name][0] not in full)
    steps = sorted({step for channel, step in at.values() if channel in full})
    is_even = len(steps) >= MIN_STEPS and len({end - begin for begin, end in pairwise(steps)}) == 1
    n_steps = len(names) - len(other)
    are_steps = longest >= MIN_STEPS and all(
        are_few(longest - counts[channel], counts[channel]) for channel in full
    )
    are_words = all(name[:1].isalpha() and name not in counts for name in other)
    are_few_others = len(other) <= (n_steps if is_even else n_steps // MIN_STEPS)
    return other if are_steps and are_words and are_few_others else ()
