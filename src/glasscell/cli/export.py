"""`glasscell export`: a run in another format, for machines without glasscell."""

import json
import math
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.options import RUNS, AsJson, OutputDir, Quiet, Run, with_help_of_tasks
from glasscell.cli.sentences import Commands
from glasscell.console.screen import Titled, print_notes, print_parts, print_text
from glasscell.console.signals import ctrl_c_reported
from glasscell.console.startup import import_quietly
from glasscell.errors import UsageError
from glasscell.runs.run_folder import find_run


@with_help_of_tasks
def export(
    run: Run,
    data: Annotated[
        str | None,
        typer.Argument(metavar="DATA", help="With --check: series to predict, as in training."),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check",
            metavar="FILE",
            help="Export nothing: compare this export of RUN with it on DATA.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="c, keras, litert, npz, onnx or savedmodel. [default: by the extension of PATH]",
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Output file or folder. [default: the run's name]",
        ),
    ] = None,
    streaming: Annotated[
        bool,
        typer.Option(
            "--streaming", help="onnx: one step per call, with states as inputs and outputs."
        ),
    ] = False,
    with_glasscell: Annotated[
        bool,
        typer.Option(
            "--with-glasscell", help="keras: use glasscell's layers, for cells that Keras lacks."
        ),
    ] = False,
    batch: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="litert: batch size. [default: 1]")
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(metavar="T", min=1, help="litert: number of steps of the longest series."),
    ] = None,
    fused: Annotated[
        bool,
        typer.Option(
            "--fused",
            help="litert: LiteRT's own LSTM operation instead of a loop; not for every task.",
        ),
    ] = False,
    int8: Annotated[
        bool, typer.Option("--int8", help="litert: the same, quantized to 8-bit integers.")
    ] = False,
    min_agreement: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            min=0,
            max=1,
            help="int8: minimum fraction of equal labels, or R² for regression, from 0 to 1. "
            "[default: 0.95]",
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an existing export.")
    ] = False,
    output_dir: OutputDir = RUNS,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Export a trained RUN to another format and verify the result.

    The export contains scaling, handling of gaps and the names of the labels. PATH.json describes
    inputs and outputs, with three examples. {tasks}

    With --check FILE an export that exists is evaluated on DATA: exit code 0 if it agrees with RUN,
    5 if it does not, 3 if it cannot be read. FILE is executed; check only files that you trust.
    """
    folder = find_run(run, output_dir)
    _check_arguments(check, data, path, overwrite)
    exporting = import_quietly(
        partial(import_module, "glasscell.tasks.export"), quiet=quiet or as_json
    )
    asked = {
        "streaming": streaming,
        "with_glasscell": with_glasscell,
        "batch": batch,
        "steps": steps,
    }
    asked |= {"fused": fused, "int8": int8}
    given: dict[str, Any] = {name: v for name, v in asked.items() if v} | {
        "min_agreement": min_agreement
    }
    if check is not None:
        with ctrl_c_reported():
            given["on_note"] = lambda note: print_notes([note], quiet=quiet)
            found = exporting.check_run(folder, check, str(data), to=to, **given)
        _show_check(found, check, folder, str(data), quiet=quiet, as_json=as_json)
        return
    with ctrl_c_reported():
        exported = exporting.export_run(folder, path, to=to, overwrite=overwrite, **given)
    agreement = exported.agreement
    if agreement is None:
        install = exporting.FORMATS[exported.form].missing()
        print_notes(
            [
                Commands.NOT_COMPARED.warning(
                    runtime=exported.runtime, path=exported.path, install=install
                )
            ]
        )
    if as_json:
        checked = None if agreement is None else {"with": exported.runtime, **vars(agreement)}
        about = {
            "about": str(exported.about),
            "checked": checked,
            "remarks": [*map(str, exported.remarks)],
        }
        summary = {"run": str(folder), "format": exported.form, "path": str(exported.path)}
        typer.echo(json.dumps(summary | about))
    elif not quiet:
        _show(exported)


def _show(exported: Any) -> None:
    print_text(Commands.EXPORTED(path=exported.path, about=exported.about))
    if (found := exported.agreement) is not None:
        same = None if found.labels is None else Commands.SAME_LABELS(share=found.labels)
        same = same if found.r2 is None else Commands.SAME_NUMBERS(r2=found.r2)
        asked = {"n": found.n, "asked": exported.asked, "runtime": exported.runtime}
        print_text(Commands.COMPARED(**asked, same=same, difference=found.difference))
    for remark in exported.remarks:
        print_text(f"note: {remark}")


def _check_arguments(
    check: Path | None, data: str | None, path: Path | None, overwrite: bool
) -> None:
    if check is None and data is not None:
        raise UsageError(Commands.DATA_NEEDS_CHECK, data=data)
    if check is not None and data is None:
        raise UsageError(Commands.CHECK_NEEDS_DATA)
    if check is not None and (path is not None or overwrite):
        raise UsageError(
            Commands.CHECK_WRITES_NOTHING, option="--output" if path is not None else "--overwrite"
        )


def _show_check(
    found: Any, path: Path, run: Path, data: str, *, quiet: bool, as_json: bool
) -> None:
    """Print how well an export agrees with its run; raise ExportDiffers if it does not."""
    import pandas as pd

    worst, summary = found.worst(), found.summary()
    if as_json:
        rows = [{name: _in_json(v) for name, v in row.items()} for row in worst.to_dict("records")]
        checked = {
            name.replace(" ", "_").replace("R²", "r2"): _in_json(v) for name, v in summary.items()
        }
        about = {
            "run": str(run),
            "data": data,
            "format": found.form,
            "path": str(path),
            "agrees": found.agrees,
        }
        about |= {"other_names": found.other_names}
        typer.echo(
            json.dumps(about | {"checked": {"with": found.runtime, **checked}, "worst": rows})
        )
    elif not quiet:
        asked = {"path": path, "runtime": found.runtime, "data": data, "run": run}
        print_parts([Commands.CHECKED(**asked), pd.DataFrame([summary])])
        if len(worst):
            print_parts([Titled("rows that differ most", worst)])
    found.require(path, run)


def _in_json(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
