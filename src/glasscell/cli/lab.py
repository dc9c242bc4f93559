"""`glasscell lab`: experiments on what each part of the cell is for."""

import json
import os
import shlex
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.ctrl_c import ctrl_c_waits
from glasscell.cli.progress import show_progress
from glasscell.cli.startup import import_quietly
from glasscell.errors import Interrupted, UsageError

lab = typer.Typer(
    name="lab",
    help="Experiments that show what each part of the cell is for.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_MAY_COME_WITH_RESUME = {"resume", "jobs", "dask", "quiet", "as_json"}
_MOST_JOBS = 8  # unless more are asked for: each takes half a gigabyte


@lab.callback()
def _lab() -> None:
    pass


@lab.command()
def gates(
    context: typer.Context,
    tasks: Annotated[str, typer.Option(metavar="A,B,…", help="Which of write, erase, show.")] = "write,erase,show",
    arms: Annotated[
        str, typer.Option(metavar="A,B,…", help="Cells; the first is what the others are compared with.")
    ] = "full,NIG,NFG,NOG",
    arm: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODULE:NAME", help="Your own besides: a Variant, or a step function like glasscell.step."
        ),
    ] = None,
    rates: Annotated[str, typer.Option(metavar="R,R,…", help="Learning rates to try for each arm.")] = "0.01,0.03,0.1",
    seeds: Annotated[int, typer.Option(min=1, help="Networks of each arm at each rate.")] = 10,
    first_seed: Annotated[int, typer.Option(min=0, help="Number of the first: others, other networks.")] = 0,
    units: Annotated[int, typer.Option(min=1, help="Units of the cell.")] = 1,
    memories: Annotated[int, typer.Option(min=1, help="Values to be remembered at once.")] = 1,
    length: Annotated[int, typer.Option(min=1, help="Steps of a series.")] = 20,
    updates: Annotated[int, typer.Option(min=1, help="Steps of training.")] = 2000,
    quick: Annotated[bool, typer.Option("--quick", help="A minute at most, and not the evidence.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes. [default: one a core, at most 8]")] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers are to do it.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where to. [default: runs/gates-(time)]")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Go on with an experiment that was stopped.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Show what each gate is for: three tasks, each with the full LSTM and without each of its gates."""
    if resume is None:
        from glasscell.lab.experiment import Experiment

        experiment = Experiment(
            tasks=_names(tasks),
            arms=(*_names(arms), *(arm or ())),
            learning_rates=_numbers("--rates", rates),
            seeds=seeds,
            first_seed=first_seed,
            units=units,
            memories=memories,
            length=length,
            updates=updates,
        )
        experiment = experiment.shortened() if quick else experiment
        folder = output or Path("runs") / f"gates-{datetime.now():%Y%m%d-%H%M%S}"
    else:
        experiment, folder = None, resume
        for name in context.params.keys() - _MAY_COME_WITH_RESUME:
            source = context.get_parameter_source(name)
            if source is not None and source.name == "COMMANDLINE":
                raise UsageError(
                    f"--{name.replace('_', '-')} does not go with --resume: an experiment keeps its settings"
                )
    result = _run(experiment, folder, jobs, dask, quiet or as_json)
    if as_json:
        typer.echo(json.dumps(result))
    elif not quiet:
        _show(result, folder)


def _run(experiment: Any, folder: Path, jobs: int | None, dask: str | None, quiet: bool) -> dict[str, Any]:
    """Start an experiment, or go on with one if `experiment` is None, and return its result."""
    arms = import_quietly("glasscell.lab.arms", quiet=quiet)
    from glasscell.lab import running

    if experiment is None:
        experiment = running.find(folder)
    else:
        for arm in experiment.arms:
            arms.find_arm(arm)  # before a folder is made
        running.start(experiment, folder)
    cells = len(experiment.cells())
    jobs = jobs or min(_cores(), cells, _MOST_JOBS)
    if experiment.quick and not quiet:
        from glasscell.lab.report import NOT_THE_EVIDENCE

        typer.echo(NOT_THE_EVIDENCE, err=True)
    # where this process trains, Ctrl-C waits for TensorFlow; where it only waits for others, it is heard at once
    waits = ctrl_c_waits() if jobs == 1 and dask is None else nullcontext(lambda: None)
    try:
        with show_progress(cells, quiet, "cell", running.count_done(folder, experiment)) as show, waits as heed:
            return running.run(folder, jobs=jobs, dask=dask, on_cell=show, heed=heed)
    except KeyboardInterrupt:
        resume = f"glasscell lab gates --resume {shlex.quote(str(folder))}"
        raise Interrupted(f"stopped; what is finished is kept, go on: {resume}") from None


def _show(result: dict[str, Any], folder: Path) -> None:
    import pandas as pd

    from glasscell.cli.tables import show_table
    from glasscell.lab.report import NOT_THE_EVIDENCE, readable

    show_table(readable(pd.DataFrame(result["table"])))
    for verdict in result["verdicts"]:
        typer.echo(f"{'✓' if verdict['holds'] and _can_print('✓') else '-'} {verdict['text']}")
    if result["experiment"]["quick"]:
        typer.echo(NOT_THE_EVIDENCE)
    names = "table.md, table.csv, runs.csv, gates.csv, errors.png, result.json"
    typer.echo(f"\nin {result['seconds']:.0f} s; {names} are in {folder}")


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _numbers(option: str, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in _names(text))
    except ValueError:
        raise UsageError(f"{option} {text}: expected numbers with commas between them") from None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
