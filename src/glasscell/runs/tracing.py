"""Traces of a run's gates, for any task: one trace for a program, or a table written in parts.

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
from glasscell.system.table_writing import write_tables

if TYPE_CHECKING:
    from glasscell.inspection.clamps import Clamp
    from glasscell.inspection.traces import Trace

AT_ONCE = 100  # series whose trace is in memory while a table is written


@dataclass(frozen=True)
class Reading:
    """Series that a network processes together.

    Parameters
    ----------
    ids : list of N
    x : array (N, T, …), or a list of such
        The network's input.
    steps : mapping of str to array (N, T)
        Names of the steps, as in `inspection.traces.Trace`.
    left_out : list
        Ids of skipped series, which have no value.
    notes : sequence of Note
        How their file was interpreted.
    """

    ids: list[Any]
    x: Any
    steps: Mapping[str, np.ndarray] = field(default_factory=dict)
    left_out: list[Any] = field(default_factory=list)
    notes: Sequence[Note] = ()


class Traceable:
    """An opened run whose gates can be traced: it has a network, and can prepare its input.

    A task's opened run derives from this, and defines `network`, a Keras model, and `readings`.
    """

    network: Any

    @property
    def traced(self) -> Any:
        """The part of the network whose gates are traced and clamped: by default all of it."""
        return self.network

    def readings(self, file: str | None, options: Any) -> Iterator[Reading]:
        """Yield the network's input for a file, by default for the run's own data.

        Parameters
        ----------
        file : str, optional
        options : dataclass
            Of `trace`, as in `Task.options`; an empty dict if the task has none.

        Raises
        ------
        UsageError, DataError
        """
        raise NotImplementedError

    def traces(
        self, reading: Reading, clamps: "Sequence[Clamp | str]" = (), at_once: int | None = None
    ) -> "Iterator[Trace]":
        """Yield traces of every gate, in parts of `at_once` series; by default all at once."""
        from glasscell.inspection.traces import traces

        begin = 0
        how = {"batch_size": at_once or len(reading.ids), "part_of_model": self.traced}
        for part in traces(self.network, reading.x, clamps=clamps, **how):
            rows = slice(begin, begin := begin + len(part))
            steps = {name: v[rows] for name, v in reading.steps.items()}
            yield replace(part, ids=reading.ids[rows], steps=steps)


def reading_of(ids: Any, x: np.ndarray, steps: Mapping[str, np.ndarray] | None = None) -> Reading:
    """Return the input for those of the series x (N, T, D), with N ids, that have a value.

    >>> reading_of(["a", "b"], np.array([[[1.0]], [[np.nan]]])).left_out
    ['b']
    """
    names, empty = np.array(ids), is_empty(x)
    there = {name: v[~empty] for name, v in (steps or {}).items()}
    return Reading(names[~empty].tolist(), x[~empty], there, names[empty].tolist())


def trace_of(
    run: Traceable, readings: Iterable[Reading], clamps: "Sequence[Clamp | str]" = ()
) -> "Trace":
    """Return the trace of a run on all readings together, with clamps.

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
    """Return the notes on the files, and a warning for series without a value."""
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
        padded = (
            np.pad(one.steps[name], [(0, 0), (0, T - one.x.shape[1])], "edge") for one in parts
        )
        steps[name] = np.concatenate(list(padded))
    return Reading(
        [id for one in parts for id in one.ids],
        pad([series for one in parts for series in one.x]),
        steps,
    )


def tracing(open_run: Callable[[Path], Traceable]) -> Callable[..., Written]:
    """Return ``trace_to(path, file, output, *, clamps=(), options)`` of a task.

    It writes a table of every gate at every step of a file's series, or of the run's own data. It
    returns the counts and notes. Series without a value have no rows. Clamps are as for
    `glasscell.trace`.

    Parameters
    ----------
    open_run : callable
        Opens the run in a folder.

    Raises
    ------
    UsageError, DataError, StorageError
    """

    def trace_to(
        path: Path,
        file: str | None,
        output: str,
        *,
        clamps: "Sequence[Clamp | str]" = (),
        options: Any = None,
        **former: Any,  # options one by one, in tasks written for an earlier release
    ) -> Written:
        check_table(output, file or "-")
        run, read, options = open_run(path), [], former if options is None else options

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
