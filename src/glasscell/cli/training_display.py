"""What `glasscell train` shows: a bar for each training, a line while it waits, and notes."""

from contextlib import ExitStack

from glasscell.cli.sentences import Commands
from glasscell.console.progress import show_progress, show_waiting
from glasscell.console.screen import print_notes
from glasscell.console.signals import ctrl_c_waits
from glasscell.facts import Note
from glasscell.tasks.task import OnEpoch


class TrainingDisplay:
    """The display of one command, as a context; it can be stopped after each epoch."""

    def __init__(self, epochs: int | None, quiet: bool):
        self._epochs = epochs  # None: unknown as yet
        self._quiet = quiet
        self._bar = ExitStack()  # the bar or the line that is shown now
        self._on_main_epoch: OnEpoch | None = None

    def __enter__(self) -> "TrainingDisplay":
        self._signals = ExitStack()
        self._stop_if_pressed = self._signals.enter_context(ctrl_c_waits())
        self._wait(Commands.PREPARING())
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()
        self._signals.close()

    def begin(
        self, epochs: int | None, what: Note | str = "training", unit: str = "epoch"
    ) -> OnEpoch:
        """Show a training instead of what is shown; return the function to call after an epoch."""
        if not epochs:  # unknown as yet, or nothing to train
            self._wait(what)
            return lambda epoch, logs: self._stop_if_pressed()
        self._bar.close()
        show = self._bar.enter_context(show_progress(epochs, self._quiet, what, unit))

        def on_epoch(epoch: float, logs: dict[str, float]) -> None:
            show(epoch, logs)
            if epoch == epochs:
                self._wait(Commands.FINISHING())
            self._stop_if_pressed()

        return on_epoch

    def on_epoch(self, epoch: float, logs: dict[str, float]) -> None:
        """Show an epoch of a task that begins its training without a word."""
        if self._on_main_epoch is None:
            self._on_main_epoch = self.begin(self._epochs)
        self._on_main_epoch(epoch, logs)

    def on_note(self, note: Note) -> None:
        """Print a note."""
        print_notes([note], quiet=self._quiet)

    def _wait(self, what: Note | str) -> None:
        self._bar.close()
        self._bar.enter_context(show_waiting(what, self._quiet))
