"""The command line: a module per command; TensorFlow is imported only when a command needs it."""

import errno
import sys
from importlib import import_module
from typing import Annotated

import typer

from glasscell import __version__
from glasscell.cli.compare import compare
from glasscell.cli.data import data
from glasscell.cli.doctor import doctor
from glasscell.cli.evaluate import evaluate
from glasscell.cli.explain import explain
from glasscell.cli.export import export
from glasscell.cli.lab import lab
from glasscell.cli.options import GroupedHelp
from glasscell.cli.predict import predict
from glasscell.cli.sentences import Commands
from glasscell.cli.trace import trace
from glasscell.cli.train import train
from glasscell.cli.train_options import TaskHelp
from glasscell.console.screen import print_text
from glasscell.console.signals import CLOSED_PIPE, exit_code, signals_interrupt
from glasscell.console.startup import mend_closed_stderr
from glasscell.errors import GlasscellError, Interrupted, StorageError
from glasscell.system.sentences import Console
from glasscell.tasks.registry import tasks

app = typer.Typer(
    name="glasscell",
    help="An LSTM with a glass memory cell: train it and look inside.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(cls=TaskHelp)(train)
of_tasks = [
    getattr(import_module(module), name)
    for task in tasks()
    for name, module in task.commands.items()
]
for command in (explain, predict, evaluate, *of_tasks, trace, export, data, compare, doctor):
    app.command(cls=GroupedHelp)(command)
app.add_typer(lab)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"glasscell {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; report a user's mistake in one line, with the exit code of its kind."""
    mend_closed_stderr()
    try:
        with signals_interrupt():
            app()
    except SystemExit as stop:
        if stop.code == Interrupted.exit_code:  # Typer ends a command so at Ctrl-C
            print_text(f"glasscell: {Console.NOTHING_WRITTEN()}", err=True)
            sys.exit(exit_code())
        if isinstance(stop.__context__, BrokenPipeError):  # then click exits with 1
            sys.exit(CLOSED_PIPE)
        raise
    except GlasscellError as error:
        print_text(f"glasscell: {error}", err=True)
        sys.exit(exit_code() if isinstance(error, Interrupted) else error.exit_code)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print_text(f"glasscell: {Commands.OUTPUT_UNWRITABLE(words=error.strerror)}", err=True)
        sys.exit(StorageError.exit_code)
