"""A run opened in a program: methods of all tasks. A task's own class adds its predictions."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasscell.errors import UsageError
from glasscell.runs.options import arguments
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import Reading, trace_of

if TYPE_CHECKING:
    from glasscell.inspection.clamps import Clamp
    from glasscell.inspection.traces import Trace


class LoadedRun:
    """A trained run in a program, from `glasscell.load`, which chooses the class by task.

    Parameters
    ----------
    opened : Traceable
        Result of the task's `open_run`.
    task : Task
        Its task, as in `tasks.task`.

    Attributes
    ----------
    path : Path
        Its folder.
    """

    def __init__(self, opened: Any, task: Any):
        self._opened, self.task = opened, task
        self.path: Path = opened.path

    def __repr__(self) -> str:
        """Return one line: the task and the folder."""
        return f"Run of {self.task.name} in {str(self.path)!r}"

    @property
    def network(self) -> Any:
        """The trained Keras model for `glasscell.clamp` and `glasscell.trace`; needs TensorFlow."""
        return self._opened.network

    def evaluate(self, file: str | Path, **options: Any) -> dict[str, Any]:
        """Return the scores of predictions for a labeled file: see `glasscell evaluate --json`.

        Parameters
        ----------
        file : str or Path
        **options
            Options of the command for reading the file, such as `label`.

        Raises
        ------
        UsageError
            If the task has no scores, or an option is of another task.
        DataError
        """
        evaluation = self.task.find("evaluate", self.path)
        given = arguments(self.task.accept("evaluate", options))
        self.task.check_file(name_of(file))
        return evaluation().evaluate(self.path, str(file), **given)

    def trace(
        self,
        X: Any = None,
        *,
        file: str | Path | None = None,
        clamps: "Sequence[Clamp | str]" = (),
        **options: Any,
    ) -> "Trace":
        """Return every gate at every step of the network, as `glasscell.trace` does.

        Parameters
        ----------
        X : optional
            Input, as for `predict`.
        file : str or Path, optional
            A file instead of X, read as by `glasscell trace`. By default the run's own data is
            used.
        clamps : sequence of Clamp, or of str such as "forward_lstm_1 unit 17 f=1"
            Gates to clamp; `answers` of the trace has the predictions with the clamps.
        **options
            Options for reading the file, as for `evaluate`.

        Raises
        ------
        UsageError
            If both X and a file are given, or a clamp names an unknown layer, unit or step.
        DataError
        """
        if X is not None and (file is not None or options):
            raise UsageError(Runs.BOTH_GIVEN)
        if X is None:
            given = self.task.accept("trace", options)
            readings = self._opened.readings(None if file is None else name_of(file), given)
        else:
            readings = [self._reading(X)]
        return trace_of(self._opened, readings, clamps)

    def _reading(self, X: Any) -> Reading:
        """Return the network's input for X, an input of `predict`."""
        raise NotImplementedError


def name_of(file: Any) -> str:
    """Return the name of a file.

    >>> name_of(3)
    Traceback (most recent call last):
    glasscell.errors.UsageError: expected the name of a file, found int
    """
    if not isinstance(file, str | Path):
        raise UsageError(Runs.NO_FILE_NAME, found=type(file).__name__)
    return str(file)
