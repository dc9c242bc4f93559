"""Progress on stderr: a bar on a terminal, otherwise a line for each tenth, nothing if quiet.

A finished bar disappears and leaves one line, the same as without a terminal.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from glasscell.console.screen import console_of, is_screen, print_text
from glasscell.facts import Note

_TENTHS = 10
_NARROWEST_BAR = 8


@contextmanager
def show_progress(
    total: int, quiet: bool, what: Note | str = "training", unit: str = "epoch", done: int = 0
) -> Iterator[Callable[[float, dict[str, float]], None]]:
    """Yield a function to call with the number of epochs (or other units) done, and their logs.

    A fractional number moves only the bar.

    >>> import sys
    >>> stderr, sys.stderr = sys.stderr, sys.stdout
    >>> with show_progress(30, quiet=False) as on_epoch:
    ...     for epoch in range(1, 31):
    ...         on_epoch(epoch, {"loss": 1 / epoch})  # doctest: +ELLIPSIS
    training  epoch 3/30  loss 0.3333
    training  epoch 6/30  loss 0.1667
    ...
    training  epoch 30/30  loss 0.03333
    >>> sys.stderr = stderr
    """
    if quiet:
        yield lambda n, logs: None
    elif is_screen(sys.stderr):
        with _bar(total, f"{what}  {unit}", done) as on_epoch:
            yield on_epoch
    else:
        yield _line_printer(total, f"{what}  {unit}", done)


@contextmanager
def show_stages(quiet: bool) -> Iterator[Callable[[Note | str], None]]:
    """Yield a function to call with each stage: one changing line on a terminal, else a line each.

    >>> with show_stages(quiet=True) as show_stage:
    ...     show_stage("tracing gates")
    """
    if quiet:
        yield lambda stage: None
    elif is_screen(sys.stderr):
        from rich.live import Live
        from rich.spinner import Spinner
        from rich.text import Text

        spinner = Spinner("dots")
        with Live(spinner, console=console_of(sys.stderr), transient=True, redirect_stdout=False):
            yield lambda stage: spinner.update(text=Text(f"{stage} …"))
    else:
        yield lambda stage: print_text(stage, err=True)


@contextmanager
def show_waiting(what: Note | str, quiet: bool) -> Iterator[None]:
    """Show a short activity, on a terminal only.

    >>> with show_waiting("drawing", quiet=True):
    ...     pass
    """
    if quiet or not is_screen(sys.stderr):
        yield
    else:
        with show_stages(quiet) as show_stage:
            show_stage(what)
            yield


@contextmanager
def _bar(
    total: int, counted: str, done: int
) -> Iterator[Callable[[float, dict[str, float]], None]]:
    from rich.progress import BarColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.table import Column
    from rich.text import Text

    class Remaining(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            """Return no estimate before the first tenth, since the start takes unusually long."""
            return (
                super().render(task)
                if task.completed >= (task.total or 0) / _TENTHS
                else Text("-:--:--")
            )

    console, digits = console_of(sys.stderr), len(str(total))
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(None, table_column=Column(max_width=40)),
        Remaining(),
        TextColumn("{task.fields[logs]}", markup=False),
    )

    def head(n: int) -> str:
        return f"{counted} {n:{digits}}/{total}"

    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task(head(done), total=total, completed=done, logs="")
        shown = progress.tasks[0]  # with several parallel trainings the bar must not move back
        room = console.width - len(head(total)) - _NARROWEST_BAR - len(" 0:00:00  ")

        def show(n: float, logs: dict[str, float]) -> None:
            progress.update(
                task,
                completed=max(n, shown.completed),
                description=head(int(max(n, shown.completed))),
            )
            if n == int(n):
                progress.update(task, logs=_text(logs, room))
            if n == total:
                print_text(_line(counted, n, total, logs), err=True)

        yield show


def _line_printer(total: int, counted: str, done: int) -> Callable[[float, dict[str, float]], None]:
    is_read, printed = True, _tenth(done, total)

    def show(n: float, logs: dict[str, float]) -> None:
        nonlocal is_read, printed
        if n != int(n) or (total >= _TENTHS and _tenth(n, total) == printed):
            return
        printed = _tenth(n, total)
        try:
            if is_read:
                print_text(_line(counted, n, total, logs), err=True)
        except BrokenPipeError:
            is_read = False  # closed, as by `| head`; the training continues

    return show


def _tenth(n: float, total: int) -> int:
    return int(_TENTHS * n // max(total, 1))


def _line(counted: str, n: float, total: int, logs: dict[str, float]) -> str:
    return f"{counted} {int(n)}/{total}  {_text(logs)}".rstrip()


def _text(logs: dict[str, float], room: int | None = None) -> str:
    """Return the measures, as many as there is room for."""
    parts = [
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value:.4g}"
        for name, value in logs.items()
    ]
    while parts and room is not None and len("  ".join(parts)) > room:
        parts.pop()
    return "  ".join(parts)
