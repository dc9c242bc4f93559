"""`glasscell train` with a file of labelled series."""

import shlex
from pathlib import Path
from typing import Any

from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Kind
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.settings import SeriesSettings

BASELINES = {"majority": "commonest class", "mean": "mean", "nearest_neighbour": "nearest neighbour"}


def _summary(report: dict[str, Any]) -> str:
    run, kind = Path(report["run"]), "accuracy"
    if report["task"] == "classification":
        measured = f"accuracy {report['accuracy']:.3f} ({report['right']} of {report['n']} series)"
    else:
        kind, r2 = "R²", "" if report["r2"] is None else f", R² {report['r2']:.3f}"
        measured = f"mean absolute error {report['mae']:.4g}{r2} ({report['n']} series)"
    others = [f"the {BASELINES[name]} {v:.3f}" for name, v in report["baselines"].items() if v is not None]
    compared = f"for comparison, {kind} of {', of '.join(others)}\n" if others else ""
    further = "" if report["stopped"] else f"\nto train on: {resume_command(run)} --epochs {2 * report['epochs']}"
    stopped = ", stopped since more did not help" if report["stopped"] else ""
    return (
        f"{measured} on {report['measured_on']}\n{compared}"
        f"epochs: {report['epochs']} in {report['seconds']:.1f} s{stopped}; kept are the weights of epoch "
        f"{report['best_epoch']}\n"
        f"the run is in {run}: {', '.join(report['files'])}, report.json\n"
        f"to look inside: glasscell explain {shlex.quote(str(run))}\n"
        f"to have its answers: glasscell predict {shlex.quote(str(run))} FILE -o answers.csv\n"
        f"to test it on other labelled series: glasscell evaluate {shlex.quote(str(run))} FILE{further}"
    )


SERIES = Kind(
    settings=SeriesSettings,
    room="glasscell.runs.series",
    goes_with="a FILE to train on",
    summary=_summary,
    check_data=lambda settings: check_there(settings.data, settings.valid, settings.labels),
    check_run=read_about,
    more_arguments=lambda begin, note, workers: {
        "on_note": note,
        "begin_second": lambda epochs: begin(epochs, "second network, epoch"),
        "workers": workers,
    },
)
