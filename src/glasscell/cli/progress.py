"""Progress on stderr: a bar on a terminal, a line for each epoch elsewhere, nothing if quiet."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from glasscell.facts import Note


@contextmanager
def show_progress(
    epochs: int | None, quiet: bool, what: str = "epoch", done: int = 0
) -> Iterator[Callable[[float, dict[str, float]], None]]:
    """Yield a function to call with the number of epochs (or whatever is counted) done, and their logs.

    A number that is not whole, of what takes long, moves the bar alone.
    """
    if quiet:
        yield lambda epoch, logs: None
    elif not sys.stderr.isatty():
        yield _line_printer(epochs, what)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn(what),
            MofNCompleteColumn(),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
        )
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("preparing …", total=epochs, completed=done)
            shown = progress.tasks[0]  # of several trainings at once, the bar never moves back
            yield lambda epoch, logs: progress.update(
                task, completed=max(epoch, shown.completed), description=_text(logs)
            )


@contextmanager
def show_stages(quiet: bool) -> Iterator[Callable[[Note | str], None]]:
    """Yield a function to call with what is being done: one changing line on a terminal, else a line for each stage."""
    if quiet:
        yield lambda stage: None
    elif not sys.stderr.isatty():
        yield lambda stage: print(stage, file=sys.stderr, flush=True)
    else:
        from rich.console import Console

        with Console(stderr=True).status("") as status:
            yield lambda stage: status.update(f"{stage} …")


@contextmanager
def show_waiting(what: Note, quiet: bool) -> Iterator[None]:
    """Show on a terminal what is being done; elsewhere nothing, as it is soon over."""
    if quiet or not sys.stderr.isatty():
        yield
    else:
        with show_stages(quiet) as show_stage:
            show_stage(what)
            yield


def _line_printer(epochs: int | None, what: str) -> Callable[[float, dict[str, float]], None]:
    is_read = True

    def show(epoch, logs):
        nonlocal is_read
        try:
            if is_read and epoch == int(epoch):
                print(f"{what} {int(epoch)}/{epochs}  {_text(logs)}", file=sys.stderr, flush=True)
        except BrokenPipeError:
            is_read = False  # as under `| head`: nobody reads on, and the training matters more

    return show


def _text(logs: dict[str, float]) -> str:
    return "  ".join(
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value:.4g}" for name, value in logs.items()
    )
