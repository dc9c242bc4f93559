"""What every gate of a run did, for any task: as one trace for a program, or as a table that is written part by part.

N series · T time steps · D channels
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from glasscell.console.screen import Written
from glasscell.data.padding import pad
from glasscell.data.sequences import is_empty, say_empty
from glasscell.errors import DataError, UsageError, warn
from glasscell.facts import Note
from glasscell.runs.sentences import Runs
from glasscell.system.files import check_table
from glasscell.system.tables import write_tables

if TYPE_CHECKING:
    from glasscell.inspection.clamps import Clamp
    from glasscell.inspection.traces import Trace

AT_ONCE = 100  # series whose trace is in memory, where a table is written


@dataclass(frozen=True)
class Reading:
    """Series that a network reads together.

    Parameters
    ----------
    ids : list of N
    x : array (N, T, …), or a list of such
        What the network takes.
    steps : mapping of str to array (N, T)
        What steps are called, as in `inspection.traces.Trace`.
    left_out : list
        The ids of further series, which have no value.
    notes : sequence of Note
        What was understood of their file.
    """

    ids: list[Any]
    x: Any
    steps: Mapping[str, np.ndarray] = field(default_factory=dict)
    left_out: list[Any] = field(default_factory=list)
    notes: Sequence[Note] = ()


class Traceable:
    """A run, opened, whose gates can be traced: it has a network, and knows what that reads.

    A task's opened run derives from this, gives `network`, a Keras model, and defines `readings`.
    """

    network: Any

    @property
    def traced(self) -> Any:
        """The part of the network whose gates are traced and clamped: by default all of it."""
        return self.network

    def readings(self, file: str | None, options: Mapping[str, Any]) -> Iterator[Reading]:
        """Give what is read of a file; without one, of the run's own data.

        Parameters
        ----------
        file : str, optional
        options : mapping
            How the file is read, as the task's other commands take it.

        Raises
        ------
        UsageError, DataError
        """
        raise NotImplementedError

    def traces(
        self, reading: Reading, clamps: "Sequence[Clamp | str]" = (), at_once: int | None = None
    ) -> "Iterator[Trace]":
        """Give what every gate did while the network read, in parts of so many series; by default all at once."""
        from glasscell.inspection.traces import traces

        begin = 0
        how = {"batch_size": at_once or len(reading.ids), "part_of_model": self.traced}
        for part in traces(self.network, reading.x, clamps=clamps, **how):
            rows = slice(begin, begin := begin + len(part))
            steps = {name: v[rows] for name, v in reading.steps.items()}
            yield replace(part, ids=reading.ids[rows], steps=steps)


def reading_of(ids: Any, x: np.ndarray, steps: Mapping[str, np.ndarray] | None = None) -> Reading:
    """Return what is read of series x (N, T, D), which have N ids: those that have a value.

    >>> reading_of(["a", "b"], np.array([[[1.0]], [[np.nan]]])).left_out
    ['b']
    """
    names, empty = np.array(ids), is_empty(x)
    there = {name: v[~empty] for name, v in (steps or {}).items()}
    return Reading(names[~empty].tolist(), x[~empty], there, names[empty].tolist())


def trace_of(run: Traceable, readings: Iterable[Reading], clamps: "Sequence[Clamp | str]" = ()) -> "Trace":
    """Return what every gate of a run did while it processed all of this together, with clamps.

    Raises
    ------
    UsageError
        If a clamp names an unknown layer, unit or step.
    DataError
        If no series has a value.
    """
    readings = list(readings)
    parts = [one for one in readings if one.ids]
    if not parts:
        raise DataError(Runs.NO_TRACE)
    warn(*(note for note in _notes_of(readings) if note.level == "warning"))
    (found,) = run.traces(_joined(parts), clamps)
    return found


def _notes_of(readings: Sequence[Reading]) -> list[Note]:
    """Return what was understood, and a warning of the series that have no value."""
    notes = [note for one in readings for note in one.notes]
    left_out = [id for one in readings for id in one.left_out]
    if left_out:
        n = len(left_out) + sum(len(one.ids) for one in readings)
        notes.append(Runs.LEFT_OUT.warning(empty=say_empty(left_out, n)))
    return notes


def _joined(parts: Sequence[Reading]) -> Reading:
    """Return readings as one, padded with NaN to the longest."""
    if len(parts) == 1:
        return parts[0]
    if parts[0].x.ndim < 3:
        raise UsageError(Runs.ONE_AT_A_TIME, n=len(parts))
    T = max(one.x.shape[1] for one in parts)
    steps = {}
    for name in parts[0].steps:
        padded = (np.pad(one.steps[name], [(0, 0), (0, T - one.x.shape[1])], "edge") for one in parts)
        steps[name] = np.concatenate(list(padded))
    return Reading([id for one in parts for id in one.ids], pad([series for one in parts for series in one.x]), steps)


def tracing(open_run: Callable[[Path], Traceable]) -> Callable[..., Written]:
    """Return ``trace_to(path, file, output, *, clamps=(), **options)`` of a task.

    It writes every gate at every step of a file's series, or of the run's own data, as a table, and returns what was
    written. A series without a value has no rows. Clamps are as for `glasscell.trace`.

    Parameters
    ----------
    open_run : callable
        Opens the run in a folder.

    Raises
    ------
    UsageError, DataError, StorageError
    """

    def trace_to(
        path: Path, file: str | None, output: str, *, clamps: "Sequence[Clamp | str]" = (), **options: Any
    ) -> Written:
        check_table(output, file or "-")
        run, read = open_run(path), []

        def tables() -> Iterator[pd.DataFrame]:
            for reading in run.readings(file, options):
                read.append(replace(reading, x=None))
                if reading.ids:
                    yield from (part.to_frame() for part in run.traces(reading, clamps, AT_ONCE))
            if not any(one.ids for one in read):
                raise DataError(Runs.NO_TRACE, file=file or path)

        rows = write_tables(tables(), output)
        counts = {"rows": rows, "n_left_out": sum(len(one.left_out) for one in read)}
        return Written(counts, _notes_of(read), [Runs.ROWS(n=rows, output=output)])

    return trace_to
