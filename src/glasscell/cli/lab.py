"""`glasscell lab`: experiments on the function of each part of the cell."""

import json
import shlex
import sys
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from importlib import import_module
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.options import RUNS, GroupedHelp, Quiet, is_given, with_signature
from glasscell.cli.sentences import Commands
from glasscell.console.progress import show_progress
from glasscell.console.screen import print_text, show_table
from glasscell.console.signals import ctrl_c_reported, ctrl_c_waits
from glasscell.console.startup import import_quietly
from glasscell.errors import Interrupted, UsageError
from glasscell.system.threads import count_cores

lab = typer.Typer(
    name="lab",
    help="Run experiments on what each part of the cell is for.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_MAY_COME_WITH_RESUME = {"context", "resume", "jobs", "dask", "quiet", "as_json"}
_OPTIONS = {"learning_rates": "rates"}  # settings whose options have other names
_MAX_JOBS = 8  # default maximum: each job needs half a gigabyte
_GATE_TASKS = "write,erase,show"
_LONG = {"rates": "0.003,0.01,0.03", "seeds": 10, "units": "8", "length": "100", "updates": 3000}

Tasks = Annotated[
    str,
    typer.Option(
        metavar="A,B,…",
        help="Any of write, erase, show, adding, temporal_order, temporal_order_3, "
        "embedded_reber, continual_reber, digits_rows, digits_pixels, archive:NAME; or one "
        "of text (the standard library's source code) and text:PATH, which have defaults of "
        "their own.",
    ),
]
Arms = Annotated[
    str, typer.Option(metavar="A,B,…", help="Cells to compare; the first is the reference.")
]
Own = Annotated[
    list[str] | None,
    typer.Option(
        metavar="MODULE:NAME",
        help="Also compare your own cell: a Variant, or a step function like glasscell.step.",
    ),
]
Rates = Annotated[str, typer.Option(metavar="R,R,…", help="Learning rates to try for each cell.")]
Seeds = Annotated[
    int, typer.Option(metavar="N", min=1, help="Networks per cell and learning rate.")
]
FirstSeed = Annotated[int, typer.Option(metavar="N", min=0, help="First random seed.")]
Units = Annotated[
    str, typer.Option(metavar="N,N,…", help="Hidden sizes; each is a condition of its own.")
]
Memories = Annotated[
    str,
    typer.Option(
        metavar="N,N,…",
        help="Values to remember at once in write, erase and show; units: one per unit.",
    ),
]
Lengths = Annotated[
    str,
    typer.Option(
        "--length", metavar="N,N,…", help="Steps of a series, unless the task fixes them."
    ),
]
Length = Annotated[int, typer.Option(metavar="N", min=1, help="Steps of a series.")]
Updates = Annotated[int, typer.Option(metavar="N", min=1, help="Weight updates per network.")]
Batch = Annotated[
    int, typer.Option(metavar="N", min=1, help="New series, or streams, per weight update.")
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Try it with few seeds and updates; this is not evidence.")
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Processes. [default: one per core, at most 8]"),
]
Dask = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers train the networks."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="Output folder. [default: runs/(name)-(time)]"
    ),
]
Resume = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Resume an interrupted experiment.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@lab.callback()
def _lab() -> None:
    pass


OPTIONS = {  # of an experiment, with their defaults
    "tasks": (Tasks, _GATE_TASKS),
    "arms": (Arms, "full,NIG,NFG,NOG"),
    "arm": (Own, None),
    "rates": (Rates, "0.01,0.03,0.1"),
    "seeds": (Seeds, 20),
    "first_seed": (FirstSeed, 0),
    "units": (Units, "1"),
    "memories": (Memories, "1"),
    "length": (Lengths, "20"),
    "updates": (Updates, 2000),
    "batch": (Batch, 32),
    "quick": (Quick, False),
    "jobs": (Jobs, None),
    "dask": (Dask, None),
    "output": (Output, None),
    "resume": (Resume, None),
    "quiet": (Quiet, False),
    "as_json": (Json, False),
}


def _add_experiment(name: str, description: str, **defaults: Any) -> None:
    """Add a command that runs an experiment, with its own defaults; all have the same options."""

    def experiment(context: typer.Context, **given: Any) -> None:
        _command(name, context)

    made = [Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    for option, (kind, default) in OPTIONS.items():
        made.append(
            Parameter(
                option,
                Parameter.KEYWORD_ONLY,
                default=defaults.get(option, default),
                annotation=kind,
            )
        )
    lab.command(name, help=description, cls=GroupedHelp)(
        with_signature(experiment, made, of=experiment)
    )


_add_experiment(
    "gates",
    "Show what each gate is for.\n\nThree tasks compare the full LSTM with cells that lack one "
    "gate.",
)
_add_experiment(
    "variants",
    "Compare nine variants of the cell.\n\nThey are those of Greff et al. (2017), with peepholes.",
    tasks=f"{_GATE_TASKS},embedded_reber,digits_pixels",
    arms="greff:V,greff:NIG,greff:NFG,greff:NOG,greff:NIAF,greff:NOAF,greff:CIFG,greff:NP,greff:FGR",
    seeds=10,
    units="4",
    memories="units",
)
_add_experiment(
    "bias",
    "Compare initial biases of the forget gates.\n\nThey start at -1, 0, 1, 2 or by chrono "
    "initialization.",
    tasks="erase,temporal_order,embedded_reber",
    arms="bias:1,bias:-1,bias:0,bias:2,bias:chrono",
    **_LONG | {"length": "60"},
)
_add_experiment(
    "lags",
    "Test memory over a hundred steps.\n\nThe tasks are adding, temporal order and the embedded "
    "Reber grammar.",
    tasks="adding,temporal_order,embedded_reber",
    arms="full,NFG,bias:chrono",
    **_LONG,
)
_add_experiment(
    "output-tanh",
    "Compare cells with and without the output tanh.\n\nThe original tutorial's cell has none.",
    tasks="write,erase,digits_rows,digits_pixels",
    arms="full,article,article_coupled",
    rates="0.003,0.01,0.03",
    seeds=10,
    units="4",
    length="20,60,200",
)


@lab.command(cls=GroupedHelp)
def conflict(
    rate: Annotated[float, typer.Option(metavar="X", help="Learning rate.")] = 0.1,
    seeds: Seeds = 10,
    first_seed: FirstSeed = 0,
    length: Length = 20,
    updates: Updates = 2000,
    output: Output = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Measure conflicting gradients on one weight.

    Plots the gradients that push one weight up and down in training, with and without its gate.
    """
    from glasscell.lab.design.experiment import Experiment

    experiment = Experiment(
        tasks=("write", "show"),
        learning_rates=(rate,),
        seeds=seeds,
        first_seed=first_seed,
        length=(length,),
        updates=updates,
        name="conflict",
    )
    folder = output or _new_folder("conflict")
    import_quietly(partial(import_module, "glasscell.lab.conflict"), quiet=quiet or as_json)
    from glasscell.lab import runs

    runs.start(experiment, folder)
    with ctrl_c_reported(), show_progress(4 * updates, quiet or as_json, unit="update") as show:
        result = runs.watch_conflict(folder, lambda done: show(done, {}))
    _report(result, quiet, as_json)


@lab.command(cls=GroupedHelp)
def run(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE.toml", help='Settings, such as tasks = ["erase"] and seeds = 20.'
        ),
    ] = None,
    resume: Resume = None,
    jobs: Jobs = None,
    dask: Dask = None,
    output: Output = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run an experiment of your own.

    Every experiment.json lists all settings.
    """
    from glasscell.lab.design.experiment import read_experiment

    if (file is None) == (resume is None):
        raise UsageError(Commands.FILE_OR_RESUME)
    experiment = read_experiment(file) if file is not None else None
    folder = resume or output or _new_folder(experiment.name if experiment is not None else "")
    _report(_run(experiment, folder, jobs, dask, quiet or as_json), quiet, as_json)


def _command(name: str, context: typer.Context) -> None:
    given = context.params
    folder = given["resume"]
    if folder is None:
        from glasscell.lab.design.experiment import AS_UNITS, Experiment
        from glasscell.lab.design.problems import settings_of

        numbers, memories = ("seeds", "first_seed", "updates", "batch"), given["memories"]
        settings = {
            "tasks": _names(given["tasks"]),
            "arms": (*_names(given["arms"]), *(given["arm"] or ())),
            "learning_rates": _numbers("--rates", given["rates"], float),
            "units": _numbers("--units", given["units"], int),
            "memories": (AS_UNITS,)
            if memories == AS_UNITS
            else _numbers("--memories", memories, int),
            "length": _numbers("--length", given["length"], int),
            **{number: given[number] for number in numbers},
        }
        own = settings_of(settings["tasks"])
        settings |= {of: v for of, v in own.items() if not is_given(context, _OPTIONS.get(of, of))}
        experiment = Experiment(**settings, name=name)
        if given["quick"]:
            experiment = experiment.shortened(
                keep=[name for name in given if is_given(context, name)]
            )
        folder = given["output"] or _new_folder(name)
    else:
        experiment = None
        for option in sorted(given.keys() - _MAY_COME_WITH_RESUME):
            if is_given(context, option):
                raise UsageError(
                    Commands.KEPT_BY_EXPERIMENT, option=f"--{option.replace('_', '-')}"
                )
    result = _run(
        experiment, folder, given["jobs"], given["dask"], given["quiet"] or given["as_json"]
    )
    _report(result, given["quiet"], given["as_json"])


def _new_folder(name: str) -> Path:
    return RUNS / f"{name}-{datetime.now():%Y%m%d-%H%M%S}"


def _report(result: dict[str, Any], quiet: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
    elif not quiet:
        _show(result, Path(result["folder"]))


def _run(
    experiment: Any, folder: Path, jobs: int | None, dask: str | None, quiet: bool
) -> dict[str, Any]:
    """Start an experiment, or resume one if `experiment` is None, and return its result."""
    arms = import_quietly(partial(import_module, "glasscell.lab.design.cell_arms"), quiet=quiet)
    from glasscell.lab import runs

    if experiment is None:
        experiment = runs.find(folder)
    else:
        for arm in experiment.arms:
            arms.find_arm(arm)  # before creating a folder
        runs.start(experiment, folder)
    conditions = len(experiment.conditions())
    jobs = jobs or min(count_cores(), conditions, _MAX_JOBS)
    if experiment.quick and not quiet:
        from glasscell.lab.findings.report import NOT_THE_EVIDENCE

        of = (
            f"Tasks: {', '.join(experiment.tasks)}; {experiment.seeds} seeds, "
            f"{experiment.updates} updates."
        )
        print_text(f"{NOT_THE_EVIDENCE} {of}", err=True)
    # Ctrl-C waits for TensorFlow if this process trains, and stops at once if it only waits for
    # others
    waits = ctrl_c_waits() if jobs == 1 and dask is None else nullcontext(lambda: None)
    try:
        done = runs.count_done(folder, experiment)
        with show_progress(conditions, quiet, unit="condition", done=done) as show, waits as heed:
            return runs.run(folder, jobs=jobs, dask=dask, on_outcome=show, heed=heed)
    except KeyboardInterrupt:
        resume = f"{experiment.command} --resume {shlex.quote(str(folder))}"
        raise Interrupted(Commands.EXPERIMENT_STOPPED, command=resume) from None


def _show(result: dict[str, Any], folder: Path) -> None:
    import pandas as pd

    from glasscell.lab.findings.report import NOT_THE_EVIDENCE, readable

    table = pd.DataFrame(result["table"])
    show_table(
        readable(table)
        if "p_holm" in table
        else table.map(lambda v: f"{v:.2g}" if isinstance(v, float) else v)
    )
    for verdict in result["verdicts"]:
        print_text(f"{'✓' if verdict['holds'] and _can_print('✓') else '-'} {verdict['text']}")
    if result["experiment"]["quick"]:
        print_text(NOT_THE_EVIDENCE)
    names = ", ".join(
        sorted(path.name for path in folder.iterdir() if path.suffix in (".md", ".csv", ".png"))
    )
    print_text(f"\nin {result['seconds']:.0f} s; {names}, result.json are in {folder}")


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _numbers(option: str, text: str, kind: type) -> tuple:
    try:
        return tuple(kind(number) for number in _names(text))
    except ValueError:
        code = Commands.NO_WHOLE_NUMBERS if kind is int else Commands.NO_NUMBERS
        raise UsageError(code, option=option, found=text) from None
