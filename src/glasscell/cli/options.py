"""Options that commands share: how to read files, options of tasks, run folders; layout of help."""

import inspect
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from glasscell.cli.sentences import Commands
from glasscell.console.screen import QUIET, Written, print_notes, print_parts
from glasscell.errors import UsageError
from glasscell.runs.options import arguments, names_in
from glasscell.runs.run_folder import find_run
from glasscell.settings import shared
from glasscell.settings.setting import Setting
from glasscell.system.files import check_table, check_there, is_model_file
from glasscell.tasks.registry import task_of, tasks, tasks_in_help
from glasscell.tasks.task import Task

WIDTH = 26  # of the column of names in all groups; a longer name gets its own line
RANGE = r"(; |\s*\[)[\d.<=]*x[<>=]+[\d.]+\]$"  # as in [default: 20; 1<=x<=1000] or [x>=1]
READING = "How to read FILE"

Run = Annotated[str, typer.Argument(metavar="RUN", help="Name or folder of a run.")]
RunOrModel = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Name or folder of a run, or a Keras model: MODEL.keras."),
]
OutputDir = Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of runs.")]
Table = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Output file: .csv, .parquet, or - for standard output.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=f"{QUIET}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")]
RUNS = Path("runs")


def reading(name: str, setting: Setting) -> Any:
    """Return an option for reading a file, described like its setting; by default as in training.

    >>> reading("--time", shared.TIME).help
    'Column that orders the steps of a series; date,hour joins two.'
    """
    return typer.Option(name, metavar=setting.to_type, help=setting.help, rich_help_panel=READING)


Id = Annotated[list[str] | None, reading("--id", shared.ID)]
Time = Annotated[str | None, reading("--time", shared.TIME)]
TimeFormat = Annotated[str | None, reading("--time-format", shared.TIME_FORMAT)]
Label = Annotated[
    str | None, reading("--label", replace(shared.LABEL, help="Column with the label."))
]
Channels = Annotated[str | None, reading("--channels", shared.CHANNELS)]
Header = Annotated[bool | None, reading("--header/--no-header", shared.HEADER)]
Labels = Annotated[str | None, reading("--labels", shared.LABELS)]
Encoding = Annotated[str | None, reading("--encoding", shared.ENCODING)]
Decimal = Annotated[str | None, reading("--decimal", shared.DECIMAL)]
Missing = Annotated[str | None, reading("--missing", shared.MISSING)]

TimeGaps = Annotated[bool, reading("--time-gaps", shared.TIME_GAPS)]
Every = Annotated[str | None, reading("--every", shared.EVERY)]
Group = Annotated[str | None, reading("--group", shared.GROUP)]
KindOfLabels = Annotated[str | None, reading("--task", shared.KIND_OF_LABELS)]

Reader = dict[str, Any]  # the options of `data.read`
Given = dict[str, Any]  # the given options of tasks
OPTIONS = {"id": Id, "time": Time, "time_format": TimeFormat, "label": Label, "channels": Channels,
           "header": Header, "labels": Labels, "encoding": Encoding, "decimal": Decimal,
           "missing": Missing}  # fmt: skip


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `OPTIONS` and the options of all tasks as its parameters `reader` and `given`.

    >>> @with_options
    ... def predict(file: str, *, reader: Reader, given: Given) -> None:
    ...     print(
    ...         file, {name: value for name, value in (reader | given).items() if value is not None}
    ...     )
    >>> "coverage" in inspect.signature(predict).parameters
    True
    >>> predict(file="a.csv", channels="x, y", missing="-999, 9999", coverage=0.9)
    a.csv {'channels': ['x', 'y'], 'missing': [-999.0, 9999.0], 'coverage': 0.9}
    """
    of_tasks = {
        name: kind for task in tasks() for name, kind in task.declared(command.__name__).items()
    }
    shown = []
    for parameter in inspect.signature(command).parameters.values():
        made = {"reader": OPTIONS, "given": of_tasks}.get(parameter.name)
        if made is None:
            shown.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))
        else:
            shown += [
                inspect.Parameter(k, parameter.kind, default=None, annotation=v)
                for k, v in made.items()
            ]

    def called(**values: Any) -> None:
        reader = {name: values.pop(name, None) for name in OPTIONS}
        # repeating the option is equivalent
        reader["id"] = ",".join(reader["id"]) if reader["id"] else None
        reader["channels"] = names_in(reader["channels"])
        reader["missing"] = None if reader["missing"] is None else codes_of(reader["missing"])
        given = {
            name: None if (value := values.pop(name, None)) is False else value for name in of_tasks
        }
        command(**values, reader=reader, given=given)

    called.__name__ = command.__name__
    return with_signature(called, shown, of=command)


def with_signature(
    called: Callable[..., None], parameters: Sequence[inspect.Parameter], *, of: Callable[..., None]
) -> Callable[..., None]:
    """Let Typer see these parameters, and a docstring as help, with tasks' texts for `{tasks}`."""
    told = " ".join(task.help[of.__name__] for task in tasks_in_help() if of.__name__ in task.help)
    called.__doc__ = inspect.cleandoc(of.__doc__ or "").replace("{tasks}", told)
    called.__signature__ = inspect.Signature(parameters)  # type: ignore  # read by Typer
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


def with_help_of_tasks(command: Callable[..., None]) -> Callable[..., None]:
    """Replace `{tasks}` in the help of a command by the tasks' texts."""
    return with_signature(command, list(inspect.signature(command).parameters.values()), of=command)


def is_given(call: typer.Context, name: str) -> bool:
    """Return whether an option was given on the command line."""
    source = call.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def codes_of(text: str) -> list[float | str]:
    """Return the missing-value codes given to `--missing`: numbers, and words for columns of these.

    >>> codes_of("-999,ERR")
    [-999.0, 'ERR']
    """
    codes: list[float | str] = []
    for code in text.split(","):
        try:
            codes.append(float(code))
        except ValueError:
            codes.append(code.strip())
    return codes


def find_run_or_model(name: str, output_dir: Path, about: Path | None = None) -> Path:
    """Return the folder of a run, given its path or its name, or the path of a Keras model's file.

    Raises
    ------
    UsageError
        If there is no such run.
    DataError
        If there is no such file.

    Examples
    --------
    >>> find_run_or_model("none.keras", Path("runs"))
    Traceback (most recent call last):
    glasscell.errors.DataError: none.keras: there is no such file; check its name
    """
    check_there(None if about is None else str(about))
    if is_model_file(Path(name)):
        check_there(name)
        return Path(name)
    return find_run(name, output_dir)


def prepare(
    command: str, path: Path, options: dict[str, Any], file: str | None
) -> tuple[Task, dict[str, Any]]:
    """Return the task of a run, and the given options as arguments of its function.

    Raises
    ------
    UsageError
        If the task does not have the command, or one of the options.
    DataError
        If there is no such file.
    """
    task = task_of(path)
    task.find(command, path)
    accepted = task.accept(command, options)
    task.check_file(file)
    return task, arguments(accepted)


def check_output(output: str, file: str | None, *, as_json: bool) -> None:
    """Raise UsageError if a table cannot be written to `output`."""
    if as_json and output == "-":
        raise UsageError(Commands.JSON_NEEDS_OUTPUT)
    check_table(output, file or "-")


def print_written(
    written: Written, path: Path, file: str | None, output: str, *, quiet: bool, as_json: bool
) -> None:
    """Print what a command has written for a run."""
    print_notes(written.notes, quiet=quiet)
    if as_json:
        typer.echo(json.dumps({"run": str(path), "data": file, "output": output, **written.counts}))
    elif output != "-" and not quiet:
        print_parts(written.said)


class GroupedHelp(TyperCommand):
    r"""A command whose help groups options by their `rich_help_panel` as heading, in plain text.

    Typer would draw boxes, which leave too little room for the options of `glasscell train` in 80
    columns.

    Examples
    --------
    >>> import typer
    >>> from typer.testing import CliRunner
    >>> app = typer.Typer(rich_markup_mode=None)
    >>> @app.command(cls=GroupedHelp)
    ... def greet(name: str = typer.Option("you", help="Whom to greet.", rich_help_panel="Who")):
    ...     pass
    >>> shown = CliRunner().invoke(app, ["--help"]).stdout
    >>> print(shown[shown.index("Who:") : shown.index("Options:")].replace("\xa0", " ").rstrip())
    Who:
      --name <str>                Whom to greet. [default: you]
    """

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the pieces of the usage line, with a required argument without braces."""
        return [re.sub(r"[{}]", "", piece) for piece in super().collect_usage_pieces(ctx)]

    def listed(self, ctx: Any) -> list[Any]:
        """Return the arguments and options to show."""
        return self.get_params(ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each heading, in order of first appearance."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.listed(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                is_argument = parameter.param_type_name == "argument"
                heading = getattr(parameter, "rich_help_panel", None) or (
                    "Arguments" if is_argument else "Options"
                )
                name = parameter.metavar if is_argument and parameter.metavar else record[0]
                text = re.sub(RANGE, lambda found: "]" if found[1] == "; " else "", record[1])
                text = re.sub(r"\s*\[required\]$", "", text)  # shown by the usage line
                text = re.sub(r"\s+\[default: ", " [default:\N{NO-BREAK SPACE}", text)
                groups.setdefault(heading, []).append((name.ljust(WIDTH), text))
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records, col_max=WIDTH)
