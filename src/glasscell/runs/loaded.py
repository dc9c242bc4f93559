"""A run opened in a program: what those of all tasks can do. A task's own class adds what its network predicts."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasscell.errors import UsageError
from glasscell.runs.sentences import Runs
from glasscell.runs.tracing import Reading, trace_of

if TYPE_CHECKING:
    from glasscell.inspection.clamps import Clamp
    from glasscell.inspection.traces import Trace


class LoadedRun:
    """A trained run in a program. Made by `glasscell.load`, of the class that the run's task has for it.

    Parameters
    ----------
    opened : Traceable
        What the task's `open_run` returned.
    task : Task
        Its task, as in `tasks.task`.

    Attributes
    ----------
    path : Path
        Its folder.
    task : Task
    """

    def __init__(self, opened: Any, task: Any):
        self._opened, self.task = opened, task
        self.path: Path = opened.path

    @property
    def network(self) -> Any:
        """The Keras model that was trained, for `glasscell.clamp` and `glasscell.trace`; it brings TensorFlow."""
        return self._opened.network

    def evaluate(self, file: str | Path, **options: Any) -> dict[str, Any]:
        """Return the scores of the predictions for a file that has the truth, as `glasscell evaluate --json` prints.

        Parameters
        ----------
        file : str or Path
        **options
            How the file is read, as the command's options, such as `label`.

        Raises
        ------
        UsageError
            If the task has no scores, or an option is of another task.
        DataError
        """
        module = self.task.find("evaluate", self.path)
        given = self.task.accept("evaluate", options)
        self.task.check_file(name_of(file))
        return import_module(module).evaluate(self.path, str(file), **given)

    def trace(
        self, X: Any = None, *, file: str | Path | None = None, clamps: "Sequence[Clamp | str]" = (), **options: Any
    ) -> "Trace":
        """Return what every gate did at every step while the network read, as `glasscell.trace` does.

        Parameters
        ----------
        X : optional
            What `predict` takes.
        file : str or Path, optional
            Or a file, read as by `glasscell trace`; without either, it is the run's own data.
        clamps : sequence of Clamp, or of str such as "lstm_1 unit 17 f=1"
            Gates to hold meanwhile; `answers` of the trace has the predictions with them held.
        **options
            How the file is read, as for `evaluate`.

        Raises
        ------
        UsageError
            If there is both X and a file, or a clamp names an unknown layer, unit or step.
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
        """Return what the network reads of X, which is as `predict` takes it."""
        raise NotImplementedError


def name_of(file: Any) -> str:
    """Return the name of a file.

    Raises
    ------
    UsageError
        If it is no name of a file, but a data frame, say.

    Examples
    --------
    >>> name_of(3)
    Traceback (most recent call last):
    glasscell.errors.UsageError: expected the name of a file, found int
    """
    if not isinstance(file, str | Path):
        raise UsageError(Runs.NO_FILE_NAME, found=type(file).__name__)
    return str(file)
