"""`glasscell train` with a file of labelled series."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glasscell.cli.forecast import hinting_at_forecasts
from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Begin, Kind
from glasscell.cli.sentences import Commands
from glasscell.runs.data_json import read_about
from glasscell.runs.folder import resume_command
from glasscell.settings import SeriesSettings
from glasscell.system.threads import count_cores


def _summary(report: dict[str, Any]) -> str:
    from glasscell.runs.baselines import NAMES
    from glasscell.runs.intervals import in_words
    from glasscell.runs.report import within
    from glasscell.runs.standing import left_out, over, verdict
    from glasscell.system.decimals import fixed

    run, kind, intervals = Path(report["run"]), "accuracy", report.get("intervals", {})
    n = f"{report['n']} series"

    def ends(name: str, of: str = "") -> str:
        return f"; 95 % interval{of}{over(report) or ''} {in_words(intervals[name])}" if intervals.get(name) else ""

    if report["task"] == "classification":
        measured = f"accuracy {report['accuracy']:.3f} ({report['right']} of {n}{ends('accuracy')})"
    else:
        kind, r2 = "R²", "" if report["r2"] is None else f", R² {fixed(report['r2'])}"
        measured = f"mean absolute error {report['mae']:.4g}{r2} ({n}{ends('r2', ' of R²')})"
    off = f"{line}\n" if (line := within(report)) else ""
    others = [f"the {NAMES[name]} {fixed(v)}" for name, v in report["baselines"].items() if v is not None]
    compared = f"for comparison, {kind} of {', of '.join(others)}\n" if others else ""
    further = "" if report["stopped"] else f"\nto train on: {resume_command(run)} --epochs {2 * report['epochs']}"
    compared += f"{without}\n" if (without := left_out(report)) else ""
    stopped = ", stopped since more did not help" if report["stopped"] else ""
    first = f"{line}\n" if (line := verdict(report)) else ""
    return (
        f"{first}{measured} on {report['measured_on']}\n{off}{compared}"
        f"epochs: {report['epochs']} in {report['seconds']:.1f} s{stopped}; kept are the weights of epoch "
        f"{report['best_epoch']}\n"
        f"the run is in {run}: {', '.join(report['files'])}, report.json\n"
        f"to look inside: glasscell explain {shlex.quote(str(run))}\n"
        f"to have its answers: glasscell predict {shlex.quote(str(run))} FILE -o answers.csv\n"
        f"to test it on other labelled series: glasscell evaluate {shlex.quote(str(run))} FILE{further}"
    )


def _begin_further(begin: Begin, trainings: int, epochs: int) -> Callable[[int, float, dict[str, float]], None]:
    """Begin to show further trainings: of several each is counted, of one its epochs."""
    if trainings == 1:
        show_epoch = begin(epochs, "second network")
        return lambda done, epoch, logs: None if done else show_epoch(epoch, logs)
    show_fold: Any = begin(trainings, "cross-validation", "fold")

    def show(done: int, epoch: float, logs: dict[str, float]) -> None:
        at = done + epoch / (epochs + 1)
        if not epoch or not at.is_integer():  # of several under way, which together are as far as one that is done
            show_fold(at, logs)

    return show


SERIES = Kind(
    settings=SeriesSettings,
    room="glasscell.runs.series",
    goes_with=Commands.OF_SERIES(),
    summary=_summary,
    check_data=lambda settings: check_there(settings.data, settings.valid, settings.labels),
    check_run=read_about,
    more_arguments=lambda begin, note, workers: {
        "on_note": note,
        "begin_further": lambda trainings, epochs: _begin_further(begin, trainings, epochs),
        "begin_rehearsal": lambda epochs: begin(epochs, "choosing the number of epochs"),
        "workers": workers,
    },
    trouble=lambda settings: hinting_at_forecasts(settings.data),
    at_once=max(count_cores(), 2),  # two directions, and further trainings, each on a core
)
