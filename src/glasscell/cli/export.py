"""`glasscell export`: a run in another format, for machines that have no glasscell."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from glasscell.cli.screen import QUIET, print_notes, print_text
from glasscell.cli.sentences import Commands
from glasscell.cli.signals import ctrl_c_reported
from glasscell.cli.startup import import_quietly
from glasscell.runs.folder import find_run


def export(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or its name in --output-dir.")],
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="FORMAT", help="c, keras, litert, npz, onnx or savedmodel. [default: by PATH's ending]"
        ),
    ] = None,
    path: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="Where it goes. [default: the run's name]")
    ] = None,
    streaming: Annotated[bool, typer.Option("--streaming", help="onnx: read step by step, states in and out.")] = False,
    with_glasscell: Annotated[
        bool, typer.Option("--with-glasscell", help="keras: of any cell, for where glasscell is installed.")
    ] = False,
    batch: Annotated[int | None, typer.Option(min=1, help="litert: series read at once. [default: 1]")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="litert: of the longest series.")] = None,
    fused: Annotated[bool, typer.Option("--fused", help="litert: its own LSTM in place of loops.")] = False,
    int8: Annotated[bool, typer.Option("--int8", help="litert: that LSTM, of whole numbers.")] = False,
    min_agreement: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="--int8: the least share of equal labels, or R² of numbers; 0: any. [default: 0.95]"
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
    output_dir: Annotated[Path, typer.Option(help="Folder of runs.")] = Path("runs"),
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=f"{QUIET}.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as one JSON object.")] = False,
) -> None:
    """Write a trained RUN in another format, and check its answers.

    All that its answers need is inside: scaling, gaps, the names of the labels. PATH.json says what goes in and what
    comes out, and has three examples. A run of text leaves as c, keras, npz or onnx, states in and out; PATH.json has
    its alphabet. A run of forecasts leaves as onnx: past values in, quantiles out.
    """
    folder = find_run(run, output_dir)
    exporting = import_quietly("glasscell.runs.export", quiet=quiet or as_json)
    asked = {"streaming": streaming, "with_glasscell": with_glasscell, "batch": batch, "steps": steps}
    asked |= {"fused": fused, "int8": int8}
    given: dict[str, Any] = {name: v for name, v in asked.items() if v} | {"min_agreement": min_agreement}
    with ctrl_c_reported():
        exported = exporting.export_run(folder, path, to=to, overwrite=overwrite, **given)
    agreement = exported.agreement
    if agreement is None:
        install = exporting.FORMATS[exported.form].how_to_install()
        print_notes([Commands.NOT_COMPARED.warning(runtime=exported.runtime, path=exported.path, install=install)])
    if as_json:
        checked = None if agreement is None else {"with": exported.runtime, **vars(agreement)}
        about = {"about": str(exported.about), "checked": checked, "remarks": [*map(str, exported.remarks)]}
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
