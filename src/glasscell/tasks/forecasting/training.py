"""Train forecasters in run directories."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from glasscell.errors import DataError, GlasscellError, TrainingFailed, UsageError
from glasscell.facts import Note
from glasscell.networks.builder import uncompiled
from glasscell.runs import lifecycle
from glasscell.runs.config import find_again, read_about, with_whole_paths
from glasscell.runs.lifecycle import Course, OnNote
from glasscell.runs.report import write_report
from glasscell.runs.run_folder import Run
from glasscell.runs.training_loop import OnEpoch
from glasscell.system.files import to_json
from glasscell.tasks.forecasting.backtest import Backtest, backtest
from glasscell.tasks.forecasting.baselines.local_models import LOCAL_NAMES
from glasscell.tasks.forecasting.data import check_same, describe, prepared_with, read_source
from glasscell.tasks.forecasting.model.forecasts import (
    forecast,
    forecaster_name,
    frame_forecasts,
    trust_of,
)
from glasscell.tasks.forecasting.model.means import expect
from glasscell.tasks.forecasting.model.windows import MOST_WINDOWS, thinning_of
from glasscell.tasks.forecasting.panels.files import PanelFile
from glasscell.tasks.forecasting.panels.panel import Panel, to_frame
from glasscell.tasks.forecasting.panels.seasons import candidates_for, candidates_of, find_seasons
from glasscell.tasks.forecasting.plots import fans_of
from glasscell.tasks.forecasting.report import (
    MEASURES,
    check_coverage,
    describe_backtest,
    describe_contest,
    describe_trust,
    measured_in,
    measures_of,
    own_of,
    to_markdown,
)
from glasscell.tasks.forecasting.selection.preparation import ForecastTraining, lay_out
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.training.timing import FEW_UPDATES, epochs_in


def train(
    settings: ForecastSettings,
    *,
    on_note: OnNote = lambda note: None,
    begin: Callable[..., OnEpoch] | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Train a forecaster in a new run directory and return its report."""
    began = time.perf_counter()
    source = read_source(settings)
    for note in source.notes:
        on_note(note)
    require_longer_history(source, settings.data, settings.forecast)
    if settings.minutes is not None:
        epochs = _epochs_in(settings.minutes, settings, source, began, on_note)
        settings = replace(settings, minutes=None, epochs=epochs)
    how_made = {"epochs": settings.epochs, "season": settings.season, "continues": None}
    training = lay_out(source.panel, **settings.for_training() | how_made)
    name, season = settings.data, training.framing.season
    settings = with_whole_paths(
        settings if training.search else replace(settings, epochs=training.epochs)
    )
    found = describe_season(source.panel, settings.season, season)
    unused = check_season(settings.season, season)
    thinned = describe_thinning(source.panel) if training.search else None
    for note in filter(None, (found, unused, thinned)):
        on_note(note)
    course = _Course(settings, source, training, begin, name, how_made, on_note)
    if course.is_planned:
        course.note_plan()
    return lifecycle.create(course, begin=begin, **how)


def resume(
    path: Path,
    *,
    on_note: OnNote = lambda note: None,
    begin: Callable[..., OnEpoch] | None = None,
    **how: Any,
) -> dict[str, Any]:
    """Resume a run: see `lifecycle.resume` and `train`; `on_note` gets notes on training only."""

    def prepare_again(settings: ForecastSettings) -> _Course:
        there = find_again(settings)
        source = read_source(there, path)
        check_same(path, source, there.data)
        how = prepared_with(path)  # other epochs would change the weight of the network
        training = lay_out(source.panel, **settings.for_training() | how)
        if settings.epochs and not training.epochs:
            raise UsageError(ForecastRuns.NO_NETWORK, file=path, why=training.reason)
        name = read_about(path, ("source",))["source"]
        return _Course(settings, source, training, begin, name, how, on_note)

    return lifecycle.resume(
        path, ForecastSettings, prepare_again, on_note=on_note, begin=begin, **how
    )


def _epochs_in(
    minutes: float, settings: ForecastSettings, source: PanelFile, began: float, on_note: OnNote
) -> int:
    """Return the epochs per training that let a run's trainings fit in `minutes`; note them."""
    then = time.perf_counter()
    how: dict[str, Any] = settings.for_training() | {"epochs": 1}
    measured = lay_out(source.panel, **how)
    batches: Any = measured.batches
    took, updates = time.perf_counter() - then, measured.updates
    if measured.search is None:  # the baseline forecasts
        return 1
    parts = 2 if settings.windows else 1  # the backtest repeats everything
    trainings = parts * (len(measured.candidates) + 1)
    batches.steps = min(FEW_UPDATES, batches.steps)
    batches.remainder = 0 if batches.steps else batches.remainder
    epochs = epochs_in(minutes, measured, began - parts * took, trainings * updates, starts=parts)
    if epochs:
        on_note(
            ForecastRuns.EPOCHS_IN_MINUTES(minutes=minutes, epochs=epochs, updates=epochs * updates)
        )
    else:
        on_note(ForecastRuns.NO_EPOCH_IN_MINUTES.warning(minutes=minutes, windows=batches.samples))
    return max(1, epochs)


def require_longer_history(source: PanelFile, name: str, horizon: int) -> None:
    """Raise UsageError if no series is longer than the horizon."""
    longest = max(len(values) for values in source.panel.values)
    if longest == 1:
        roles = source.roles
        time = (
            ForecastRuns.NO_TIMES()
            if roles.time is None
            else ForecastRuns.TIMES_BY(column=roles.time)
        )
        ids = ForecastRuns.SERIES_BY(columns=roles.ids) if roles.ids else None
        raise UsageError(ForecastRuns.ONE_STEP, horizon=horizon, source=name, ids=ids, time=time)
    if horizon >= longest:
        both = {"steps": longest, "fewer": max(1, longest // 4)}
        raise UsageError(ForecastRuns.AS_LONG_AS_ALL, horizon=horizon, source=name, **both)


def check_known_ahead(panel: Panel, horizon: int) -> Note | None:
    """Return a warning if the file lacks known future covariates for the forecast, or None."""
    short = [
        name for name, coming in zip(panel.ids, panel.future, strict=True) if len(coming) < horizon
    ]
    if not panel.known_names or not short:
        return None
    names = list(dict.fromkeys(name.split("=")[0] for name in panel.known_names))
    return ForecastRuns.NOT_KNOWN_AHEAD.warning(columns=names, horizon=horizon, series=short)


def check_season(asked: int | str, season: int) -> Note | None:
    """Return a warning if the requested season is not used; otherwise None.

    >>> check_season(24, 1)
    '--season 24: no series has two seasons, 48 steps, so no season is used'
    """
    if asked in ("auto", season):
        return None
    return ForecastRuns.NO_SEASON.warning(season=asked, steps=2 * int(asked))


def describe_season(panel: Panel, asked: int | str, season: int) -> Note | None:
    """Return a note on the season that is used or was tested; None if none is suggested.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame(
    ...     {"ds": pd.date_range("2023-01-02", periods=120, freq="W-MON"), "y": range(120)}
    ... )
    >>> describe_season(from_frame(frame), "auto", 1)
    'no season: tested 52 steps'
    """
    if asked != "auto":
        return ForecastRuns.SEASON(season=season) if season > 1 else None
    if season > 1:
        others = [m for m in find_seasons(panel) if m != season]
        also = ForecastRuns.OTHERS_FOUND(seasons=others) if others else None
        return ForecastRuns.SEASON_FOUND(season=season, others=also)
    if tested := candidates_of(panel):
        return ForecastRuns.NO_SEASON_FOUND(seasons=list(tested))
    suggested = list(candidates_for(panel.frequency))
    return ForecastRuns.NO_SEASON_TESTED(seasons=suggested) if suggested else None


def describe_thinning(panel: Panel) -> Note | None:
    """Return a note if a panel is too long to train on every origin; otherwise None."""
    every = thinning_of(panel)
    steps = sum(map(len, panel.values))
    return ForecastRuns.THINNED(every=every, steps=steps, most=MOST_WINDOWS) if every > 1 else None


def describe_plan(training: ForecastTraining, names: Sequence[str], asked: str) -> Note:
    """Return a note of what is trained, given the known future covariates and the requested base.

    >>> from types import SimpleNamespace
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.model.windows import Framing
    >>> plan = {"candidates": [Baseline()], "sizes": {"units": 32, "continues": True}}
    >>> framing = Framing(2, 12, 1, Baseline(), ("week",))
    >>> plan = SimpleNamespace(**plan, reason=None, rehearsal=None, framing=framing)
    >>> describe_plan(plan, ["promo"], "auto")
    'the network (32 units) corrects the last value (lowest past error of all baselines) and
    processes the last 12 steps; known for the steps ahead: calendar, promo'
    >>> describe_plan(plan, [], "last value").values["why"]
    'as requested'
    """
    framing, first = training.framing, [one.name for one in training.candidates][:1]
    base, units = framing.baseline.name, training.sizes["units"]
    if training.reason is not None:
        return ForecastRuns.ALONE(base=base, why=training.reason)
    if framing.alone is not None:
        return ForecastRuns.LOCAL_ALONE(model=framing.alone)
    if training.rehearsal is not None and training.rehearsal.trust == 0:
        return ForecastEstimators.ALONE_AS_NOT_BETTER(base=base)
    others = {"auto": ForecastRuns.LEAST_OFF, base: ForecastRuns.ASKED_FOR}
    why = others.get(asked, ForecastRuns.LEAST_OFF_OF_ASKED)()
    if first and first != [base]:
        why = ForecastRuns.BEST_IN_VALIDATION()
    known = [
        *([ForecastRuns.CALENDAR()] if framing.cycles else []),
        *dict.fromkeys(name.split("=")[0] for name in names),
    ]
    ahead = ForecastRuns.AHEAD(known=known) if training.sizes["continues"] and known else None
    sizes = units if isinstance(units, list | tuple) else [units]
    return ForecastRuns.PLAN(
        base=base, why=why, context=framing.context, units=list(sizes), ahead=ahead
    )


def describe_length(training: ForecastTraining, asked: int | str) -> Note:
    """Return a note of the training length and its reason, given the requested epochs.

    >>> from types import SimpleNamespace
    >>> trials = [SimpleNamespace(epochs=epochs) for epochs in (8, 16)]
    >>> plan = SimpleNamespace(
    ...     epochs=8, updates=33, batches=SimpleNamespace(batch_size=64), trials=trials
    ... )
    >>> describe_length(plan, "auto")
    'training: 8 epochs of 33 updates, each on 64 windows; 16 were no better in validation'
    >>> describe_length(plan, 8)
    'training: 8 epochs of 33 updates, each on 64 windows'
    """
    tried, why = {trial.epochs for trial in training.trials}, None
    if asked == "auto" and len(tried) > 1:  # else there is nothing to compare
        more = max(tried)
        why = (
            ForecastRuns.NO_BETTER(more=more)
            if training.epochs < more
            else ForecastRuns.MOST_TRIED()
        )
    about = {
        "epochs": training.epochs,
        "updates": training.updates,
        "windows": training.batches.batch_size,
    }
    return ForecastRuns.TO_TRAIN(**about, why=why)


class _Course(Course[ForecastSettings]):
    training: ForecastTraining

    def __init__(
        self,
        settings: ForecastSettings,
        source: PanelFile,
        training: ForecastTraining,
        begin: Any,
        name: str,
        how: dict[str, Any],
        on_note: OnNote,
    ):
        super().__init__(settings, training, ["loss"], is_planned=training.search is None)
        self.source, self.begin, self.name, self.how, self.on_note = (
            source,
            begin,
            name,
            how,
            on_note,
        )

    def describe_data(self) -> dict[str, Any]:
        made = {
            "epochs": self.training.epochs if self.is_planned else None,
            "search": self.how["epochs"],
        }
        kept = {role: list(names) for role, names in self.training.panel.covariates.items()}
        return describe(self.source, self.name, self.settings.aggregate) | kept | made

    def plan(self) -> None:
        """Validate, to choose the base, the network's weight and, if not given, the epochs."""
        assert self.training.search is not None
        self.training = self.training.search(self._shows(ForecastRuns.VALIDATING()))
        if self.settings.epochs == "auto":
            self.settings = replace(self.settings, epochs=self.training.epochs)
        self.note_plan()

    def note_plan(self) -> None:
        """Note what is trained, how long, and which covariates are not used or not known."""
        training, settings = self.training, self.settings
        self.on_note(describe_plan(training, training.panel.known_names, settings.base))
        contest = None if training.contest is None else asdict(training.contest)
        if (about := describe_contest(contest, training.framing.baseline.name)) is not None:
            self.on_note(about)
        if training.trials and settings.epochs == training.epochs:  # a resumed run may train longer
            self.on_note(describe_length(training, self.how["epochs"]))
        if training.dropped:
            self.on_note(ForecastRuns.DROPPED(columns=training.dropped))
        if (unknown := check_known_ahead(training.panel, settings.forecast)) is not None:
            self.on_note(unknown)

    def _shows(self, what: Note) -> Any:
        return None if self.begin is None else partial(self.begin, what=what)

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        training, panel, settings = self.training, self.training.panel, self.settings
        trust = trust_of(training.model)
        forecaster = forecaster_name(training.framing, trust)
        is_known = check_known_ahead(panel, settings.forecast) is None
        answers = forecast(training.model, training.framing, panel) if is_known else None
        run.write("model.keras", uncompiled(training.model).save)
        kept = {
            "framing": asdict(training.framing),
            "quantiles": training.quantiles,
            "baselines": training.baselines,
        }
        kept["rehearsal"] = None if training.rehearsal is None else asdict(training.rehearsal)
        run.write("forecaster.json", to_json(kept | {"reason": _text(training.reason)}))
        run.write("history.csv", to_frame(panel).to_csv(index=False))
        if answers is not None:
            means = expect(training.framing, panel, answers[..., training.quantiles.index(0.5)])
            table = frame_forecasts(
                panel, answers, training.quantiles, forecaster, means, rounded=True
            )
            run.write("forecast.csv", table.to_csv(index=False))
        base = training.framing.baseline.name
        report: dict[str, Any] = {
            "data": settings.data,
            "task": "forecast",
            "horizon": settings.forecast,
            "series": len(panel),
            "frequency": panel.frequency,
            "epochs": training.epoch,
            "updates": training.epoch * training.updates,
            "units": training.sizes["units"],
            "dropout": training.sizes["dropout"],
            "validation": [asdict(trial) for trial in training.trials],
            **(training.history[-1] if training.history else {}),
            "forecaster": forecaster,
            "base": base,
            "alone": training.framing.alone,
            "contest": None if training.contest is None else asdict(training.contest),
            "dropped": training.dropped,
            "reason": _text(training.reason),
            "trust": trust,
            "trust_said": None
            if training.reason
            else _text(describe_trust(base, trust, training.framing.alone)),
            "context": training.framing.context,
            "season": training.framing.season,
            "quantiles": list(training.quantiles),
            "seconds": seconds,
        }
        measured = self._measure()
        found = measured if isinstance(measured, Backtest) else None
        earlier = [] if found is None else found.forecasts
        run.draw(
            "fans.png", fans_of(panel, answers, training.quantiles, earlier, forecaster=forecaster)
        )
        notes = [*self.source.notes]
        if found is not None:
            if (narrow := check_coverage(found.table, training.quantiles)) is not None:
                self.on_note(narrow)
                notes.append(narrow)
            run.write("backtest.csv", found.table.to_csv(index=False))
            report |= _measures(found, settings, training)
        else:
            report |= {"verdict": None, "scores": {}, "not_measured": str(measured)}
        return write_report(run, report, partial(to_markdown, notes=notes))

    def _measure(self) -> Backtest | Note | GlasscellError:
        """Return the backtest, or why there is none."""
        settings = self.settings
        if not settings.windows:
            return ForecastRuns.NO_MEASURE()

        # longer than validation, or the user, decided at first
        trained_on = settings.epochs != self.training.epochs

        def run(training: ForecastTraining) -> None:
            epochs = settings.epochs if trained_on and training.reason is None else training.epochs
            training.run(epochs, on_logs=self.begin and self.begin(epochs, ForecastRuns.BACKTEST()))

        try:
            how = (
                settings.for_training()
                | self.how
                | {"begin": self._shows(ForecastRuns.BACKTEST_VALIDATING())}
            )
            framing = self.training.framing
            used = forecaster_name(framing, trust_of(self.training.model)), framing.baseline
            return backtest(self.source.panel, windows=settings.windows, used=used, run=run, **how)
        except UsageError as error:  # the run itself is trained, and must be finished
            return ForecastRuns.WITHOUT_THE_END(cause=error)
        except (DataError, TrainingFailed) as error:
            return error


def _measures(
    found: Backtest, settings: ForecastSettings, training: ForecastTraining
) -> dict[str, Any]:
    framing = training.framing
    how = describe_backtest(found, settings.forecast, framing.season, framing.baseline.name)
    is_chosen = measured_in(found.table) in LOCAL_NAMES
    measures = measures_of(found.table, training.quantiles, how, chosen=is_chosen)
    ours = own_of(measures["scores"])
    scores = {measure.lower(): ours[measure] for measure in MEASURES}
    return (
        measures
        | scores
        | {"intervals": {"mase": ours["intervals"]["MASE"]}, "left_out": list(found.left_out)}
    )


def _text(note: Note | None) -> str | None:
    return None if note is None else str(note)
