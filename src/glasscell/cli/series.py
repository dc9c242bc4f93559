"""`glasscell train` with a file of labelled series."""

from collections.abc import Callable, Iterator
from typing import Any

from glasscell.cli.forecast import hinting_at_forecasts
from glasscell.cli.inputs import check_there
from glasscell.cli.kinds import Begin, Kind
from glasscell.cli.screen import Part
from glasscell.cli.sentences import Commands
from glasscell.runs.data_json import read_about
from glasscell.settings import SeriesSettings
from glasscell.system.threads import count_cores


def _summary(report: dict[str, Any]) -> Iterator[Part]:
    from glasscell.runs.report import beside, within
    from glasscell.runs.standing import left_out, score_line, verdict

    yield score_line(report)
    yield from filter(None, [within(report)])
    if report["baselines"]:
        yield beside(report)
        yield from filter(None, [verdict(report), left_out(report)])


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
