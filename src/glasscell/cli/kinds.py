"""What `glasscell train` needs to know about a kind of run before TensorFlow is started."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

from glasscell.cli.screen import Part
from glasscell.cli.sentences import Commands
from glasscell.errors import UsageError
from glasscell.facts import Code, Note
from glasscell.system.cluster import Place

OnEpoch = Callable[[float, dict[str, float]], None]


class Begin(Protocol):
    """Begins to show so many epochs or folds, if the number is known, and returns what is called after each."""

    def __call__(self, epochs: int | None, what: Note | str = "training", unit: str = "epoch") -> OnEpoch: ...


@dataclass(frozen=True)
class Kind:
    """A kind of run, as `glasscell train` knows it.

    Parameters
    ----------
    settings : type
        Of its settings.
    room : str
        The module that has its `train` and `resume`, and `follow` and `Workers` if it is trained by several processes.
    goes_with : Note
        What those options go with that this kind alone has.
    summary : callable
        Takes a report; gives the notes and tables that are printed in the end: the score first, then the baselines and
        the verdict.
    check_data : callable
        Takes settings; raises an error if their files are not there.
    check_run : callable
        Takes a run's folder; raises an error if what it was trained on is not recorded.
    more_arguments : callable
        Takes what begins to show another training, what shows a note, and the `Workers` or None; returns what `train`
        and `resume` take of them.
    trouble : callable
        Takes settings; returns what goes round the training, to add to what is said of what went wrong.
    called : Note, optional
        What options of others do not go with.
    alone : Note, optional
        Why it cannot be trained by several processes.
    next_step : Code
        What to type next, given the run.
    at_once : int
        How many operations TensorFlow is to run at once, as in `startup.import_quietly`.
    """

    settings: type
    room: str
    goes_with: Note | str
    summary: Callable[[dict[str, Any]], Iterable[Part]]
    check_data: Callable[[Any], None] = field(default_factory=lambda: _nothing_to_check)
    check_run: Callable[[Path], Any] = field(default_factory=lambda: _nothing_to_check)
    more_arguments: Callable[[Begin, Callable[[Note], None], Any], dict[str, Any]] = field(
        default_factory=lambda: _no_more_arguments
    )
    trouble: Callable[[Any], AbstractContextManager[None]] = field(default_factory=lambda: lambda _: nullcontext())
    called: Note | str | None = None
    alone: Note | str | None = None
    next_step: Code = Commands.TO_INSPECT
    at_once: int = 1

    @property
    def options(self) -> set[str]:
        """The names of its settings."""
        return {field.name for field in fields(self.settings)}

    def check_place(self, place: Place | None) -> None:
        """Raise UsageError if it cannot be trained there."""
        if place is not None and self.alone is not None:
            raise UsageError(Commands.NOT_IN_CLUSTER, why=self.alone)


def _nothing_to_check(_: Any) -> None:
    pass


def _no_more_arguments(begin: Begin, note: Callable[[Note], None], workers: Any) -> dict[str, Any]:
    return {}
