"""The modules of a task, as protocols: what each must have, checked by pyright in every task.

A method of a `Task` imports a module and returns it, so `glasscell --help` loads none of them::

    def predictions(self) -> Predictions:
        from glasscell.tasks.tagging import predictions

        return predictions

A command's options, of the dataclass that `Task.options` names, are the keyword argument `options`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from glasscell.settings.setting import TaskSettings

if TYPE_CHECKING:
    from glasscell.console.screen import Part, Written
    from glasscell.exporters.checking import OnFile
    from glasscell.exporters.export import Exportable
    from glasscell.facts import Note
    from glasscell.runs.comparison import Finished
    from glasscell.runs.explained_folder import Explained
    from glasscell.runs.loaded_run import LoadedRun
    from glasscell.runs.paired_tests import Pairs

S = TypeVar("S", bound=TaskSettings, contravariant=True)


class Training(Protocol[S]):
    """What `glasscell train` calls."""

    def train(self, settings: S, /, **options: Any) -> dict[str, Any]:
        """Train in a new run, and return its report.

        The options are `output_dir`, `name`, `overwrite` and `on_epoch`, as in
        `runs.lifecycle.create`, and those of `Task.more_arguments`.
        """
        ...

    def resume(self, path: Path, /, **options: Any) -> dict[str, Any]:
        """Resume the run in a folder, and return its report; options: `epochs` and as above."""
        ...


class SharedTraining(Training[S], Protocol[S]):
    """A training that several processes share."""

    @property
    def Workers(self) -> Callable[..., Any]:
        """Takes a `system.cluster.Place`; waits for the other processes."""
        ...

    def follow(self, settings: S, workers: Any, /) -> None:
        """Help the chief to train."""
        ...


class Report(Protocol):
    """Reports as printed: notes and tables."""

    def summary(self, report: Mapping[str, Any], /) -> "Iterable[Part]":
        """Return what `train` prints: the score, a table and a verdict."""
        ...


class Evaluation(Protocol):
    """What `glasscell evaluate` calls."""

    def evaluate(self, path: Path, file: str, /) -> dict[str, Any]:
        """Return the scores of the run in a folder on a file, for `scored` and for JSON."""
        ...


class Scores(Report, Protocol):
    """Reports of a task that has scores on files."""

    def scored(self, scores: Mapping[str, Any], /) -> "Iterable[Part]":
        """Return what `evaluate` prints."""
        ...


class Predictions(Evaluation, Protocol):
    """What `glasscell predict` and `evaluate` call."""

    def predict_to(self, path: Path, file: Any, output: str, /) -> "Written":
        """Write the predictions of a run for a file, or for None if `Task.without_file`."""
        ...


class Explanation(Protocol):
    """What `glasscell explain` calls; `runs.explained_folder.explaining` makes `explain`."""

    def look_into(
        self, path: Path, file: str | None, on_stage: "Callable[[Note], None]", /
    ) -> "Explained":
        """Return the contents of the explorer and of its folder."""
        ...

    @property
    def explain(self) -> Callable[..., dict[str, Any]]:
        """Writes the folder and the explorer, and returns a summary."""
        ...

    def lines(self, summary: Mapping[str, Any], /) -> "Sequence[Note | str]":
        """Return the notes that `explain` prints."""
        ...


class Tracing(Protocol):
    """What `glasscell trace` calls; `runs.tracing.tracing` makes it."""

    @property
    def trace_to(self) -> "Callable[..., Written]":
        """Writes every gate at every step as a table."""
        ...


class Contents(Protocol):
    """What `glasscell data` calls."""

    def look(self, file: str, /) -> "tuple[dict[str, Any], Iterable[Part]]":
        """Return the contents of a file, for JSON and to print."""
        ...


class Opening(Protocol):
    """What `glasscell.load` calls."""

    def open_run(self, path: Path, /) -> Any:
        """Return the trained run, such as a `runs.series.trained_run.Trained`."""
        ...

    @property
    def Loaded(self) -> "Callable[[Any, Any], LoadedRun]":
        """The run for programs, from the result of `open_run` and the task."""
        ...


class Pairing(Protocol):
    """What `glasscell compare` calls."""

    def pairs_of(self, first: "Finished", second: "Finished", /) -> "Pairs | Note":
        """Return the paired scores of two runs, or why there are none."""
        ...


class RunExport(Protocol):
    """What `glasscell export` calls."""

    def of_run(self, path: Path, /) -> "Exportable":
        """Return the network of the run in a folder."""
        ...

    def on_file(self, path: Path, file: str, /) -> "OnFile":
        """Return the same, with the data of a file."""
        ...


class EstimatorExport(RunExport, Protocol):
    """What `glasscell.export` calls for a task with an estimator."""

    def of_estimator(self, estimator: Any, /) -> "Exportable":
        """Return the network of a fitted estimator."""
        ...


class Everything(
    Training[S], Scores, Predictions, Explanation, Tracing, Opening, Pairing, RunExport, Protocol[S]
):
    """A small task's only module."""
