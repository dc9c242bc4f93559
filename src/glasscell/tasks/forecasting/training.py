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
from glasscell.tasks.forecasting.data import check_same, describe, prepared_with, read_source
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
    describe_weight,
    measures_of,
    own_of,
    to_markdown,
)
from glasscell.tasks.forecasting.selection.choice import ChosenForecaster, choose
from glasscell.tasks.forecasting.selection.network_training import start_training
from glasscell.tasks.forecasting.selection.plan import ForecastOptions, Plan, plan_training
from glasscell.tasks.forecasting.selection.trials import BeginTrials, Trials, run_trials
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
    plan = plan_training(source.panel, options_of(settings))
    name, season = settings.data, plan.framing.season
    settings = with_whole_paths(settings if plan.candidates else replace(settings, epochs=0))
    seasons = describe_season(source.panel, settings.season, season)
    unused = check_season(settings.season, season)
    thinned = describe_thinning(source.panel) if plan.candidates else None
    for note in filter(None, (seasons, unused, thinned)):
        on_note(note)
    course = _Course(settings, source, plan, begin, name, on_note)
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
        located = find_again(settings)
        source = read_source(located, path)
        check_same(path, source, located.data)
        # other epochs would change the weight of the network
        options = replace(options_of(settings), **prepared_with(path))
        plan = plan_training(source.panel, options)
        if settings.epochs and plan.reason is not None:
            raise UsageError(ForecastRuns.NO_NETWORK, file=path, why=plan.reason)
        name = read_about(path, ("source",))["source"]
        return _Course(settings, source, plan, begin, name, on_note)

    return lifecycle.resume(
        path, ForecastSettings, prepare_again, on_note=on_note, begin=begin, **how
    )


def _epochs_in(
    minutes: float, settings: ForecastSettings, source: PanelFile, began: float, on_note: OnNote
) -> int:
    """Return the epochs per training that let a run's trainings fit in `minutes`; note them."""
    then = time.perf_counter()
    plan = plan_training(source.panel, replace(options_of(settings), epochs=1))
    measured = start_training(plan)
    batches: Any = measured.batches
    took, updates = time.perf_counter() - then, plan.schedule.updates
    if not plan.candidates:  # the baseline forecasts
        return 1
    parts = 2 if settings.windows else 1  # the backtest repeats everything
    trainings = parts * (len(plan.candidates) + 1)
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
        raise UsageError(
            ForecastRuns.AS_LONG_AS_ALL,
            horizon=horizon,
            source=name,
            steps=longest,
            fewer=max(1, longest // 4),
        )


def check_known_ahead(panel: Panel, horizon: int) -> Note | None:
    """Return a warning if the file lacks known future covariates for the forecast, or None."""
    short = [
        name for name, coming in zip(panel.ids, panel.future, strict=True) if len(coming) < horizon
    ]
    if not panel.known_names or not short:
        return None
    names = list(dict.fromkeys(name.split("=")[0] for name in panel.known_names))
    return ForecastRuns.NOT_KNOWN_AHEAD.warning(columns=names, horizon=horizon, series=short)


def check_season(requested: int | str, season: int) -> Note | None:
    """Return a warning if the requested season is not used; otherwise None.

    >>> check_season(24, 1)
    '--season 24: no series has two seasons, 48 steps, so no season is used'
    """
    if requested in ("auto", season):
        return None
    return ForecastRuns.NO_SEASON.warning(season=requested, steps=2 * int(requested))


def describe_season(panel: Panel, requested: int | str, season: int) -> Note | None:
    """Return a note on the season that is used or was tested; None if none is suggested.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> frame = pd.DataFrame(
    ...     {"ds": pd.date_range("2023-01-02", periods=120, freq="W-MON"), "y": range(120)}
    ... )
    >>> describe_season(from_frame(frame), "auto", 1)
    'no season: tested 52 steps'
    """
    if requested != "auto":
        return ForecastRuns.SEASON(season=season) if season > 1 else None
    if season > 1:
        other_seasons = [m for m in find_seasons(panel) if m != season]
        also = ForecastRuns.OTHERS_FOUND(seasons=other_seasons) if other_seasons else None
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


def describe_plan(forecaster: ChosenForecaster, known: Sequence[str], requested: str) -> Note:
    """Return a note of what is trained, given the known future covariates and the requested base.

    >>> import numpy as np
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> from glasscell.tasks.forecasting.selection.choice import select
    >>> panel = from_frame(pd.DataFrame({"ds": range(60), "y": np.sin(np.arange(60))}))
    >>> options = ForecastOptions(horizon=3, units=4, epochs=1, base="last value", seed=1)
    >>> describe_plan(select(panel, options), [], "last value").values["why"]
    'as requested'
    """
    framing, sizes = forecaster.framing, forecaster.plan.sizes
    base = framing.baseline.name
    if forecaster.reason is not None:
        return ForecastRuns.ALONE(base=base, why=forecaster.reason)
    if framing.alone is not None:
        return ForecastRuns.LOCAL_ALONE(model=framing.alone)
    if forecaster.network_weight == 0:
        return ForecastEstimators.ALONE_AS_NOT_BETTER(base=base)
    reasons = {"auto": ForecastRuns.LEAST_OFF, base: ForecastRuns.ASKED_FOR}
    why = reasons.get(requested, ForecastRuns.LEAST_OFF_OF_ASKED)()
    if forecaster.plan.candidates[0] != framing.baseline:
        why = ForecastRuns.BEST_IN_VALIDATION()
    calendar = [ForecastRuns.CALENDAR()] if framing.cycles else []
    features = [*calendar, *dict.fromkeys(name.split("=")[0] for name in known)]
    continued = ForecastRuns.AHEAD(known=features) if sizes.continues and features else None
    units = list(sizes.units) if isinstance(sizes.units, list | tuple) else [sizes.units]
    return ForecastRuns.PLAN(
        base=base, why=why, context=framing.context, units=units, ahead=continued
    )


def describe_length(forecaster: ChosenForecaster) -> Note:
    """Return a note of the training length and its reason."""
    tried, why = {trial.epochs for trial in forecaster.trials}, None
    plan, longest = forecaster.plan, max(tried)
    if plan.options.is_searched and len(tried) > 1:  # else there is nothing to compare
        is_longest = forecaster.epochs == longest
        why = ForecastRuns.MOST_TRIED() if is_longest else ForecastRuns.NO_BETTER(more=longest)
    return ForecastRuns.TO_TRAIN(
        epochs=forecaster.epochs,
        updates=plan.schedule.updates,
        windows=plan.schedule.batch_size,
        why=why,
    )


def options_of(settings: ForecastSettings) -> ForecastOptions:
    """Return what settings say of a forecaster's training."""
    return ForecastOptions(**settings.for_training(), epochs=settings.epochs)


class _Course(Course[ForecastSettings]):
    """A run's course: trials at first, and the forecaster as soon as it is chosen."""

    def __init__(
        self,
        settings: ForecastSettings,
        source: PanelFile,
        plan: Plan,
        begin: Any,
        name: str,
        on_note: OnNote,
    ):
        self.source, self.options, self.trials = source, plan.options, Trials.of(plan)
        self.begin, self.name, self.on_note = begin, name, on_note
        training = self.trials.network.training
        super().__init__(settings, training, ["loss"], is_planned=not plan.candidates)
        self.forecaster = choose(self.trials) if self.is_planned else None

    @property
    def chosen(self) -> ChosenForecaster:
        """The forecaster after planning."""
        assert self.forecaster is not None
        return self.forecaster

    def describe_data(self) -> dict[str, Any]:
        forecaster, panel = self.forecaster, self.trials.plan.panel
        epochs = None if forecaster is None else forecaster.epochs
        covariates = (panel if forecaster is None else forecaster.panel).covariates
        recorded = {"epochs": epochs, "search": self.options.epochs}
        columns = {role: list(names) for role, names in covariates.items()}
        return describe(self.source, self.name, self.settings.aggregate) | columns | recorded

    def plan(self) -> None:
        """Validate, to choose the base, the network's weight and, if not given, the epochs."""
        begin = self._shows(ForecastRuns.VALIDATING())
        self.forecaster = choose(run_trials(self.trials, begin), begin)
        self.training = self.forecaster.training
        if self.settings.epochs == "auto":
            self.settings = replace(self.settings, epochs=self.forecaster.epochs)
        self.note_plan()

    def note_plan(self) -> None:
        """Note what is trained, how long, and which covariates are not used or not known."""
        forecaster, settings = self.chosen, self.settings
        self.on_note(describe_plan(forecaster, forecaster.panel.known_names, settings.base))
        contest = None if forecaster.contest is None else asdict(forecaster.contest)
        errors = describe_contest(contest, forecaster.framing.baseline.name)
        if errors is not None:
            self.on_note(errors)
        # a resumed run may train longer
        if forecaster.trials and settings.epochs == forecaster.epochs:
            self.on_note(describe_length(forecaster))
        if forecaster.dropped:
            self.on_note(ForecastRuns.DROPPED(columns=forecaster.dropped))
        unknown = check_known_ahead(forecaster.panel, settings.forecast)
        if unknown is not None:
            self.on_note(unknown)

    def _shows(self, stage: Note) -> BeginTrials | None:
        return None if self.begin is None else partial(self.begin, what=stage)

    def finish(self, run: Run, seconds: float) -> dict[str, Any]:
        forecaster, panel = self.chosen, self.chosen.panel
        is_known = check_known_ahead(panel, self.settings.forecast) is None
        quantiles = forecaster.forecast(panel) if is_known else None
        run.write("model.keras", uncompiled(forecaster.network).save)
        run.write("forecaster.json", to_json(_recorded(forecaster)))
        run.write("history.csv", to_frame(panel).to_csv(index=False))
        if quantiles is not None:
            table = forecaster.frame(panel, quantiles, rounded=True)
            run.write("forecast.csv", table.to_csv(index=False))
        measured = self._measure()
        tested = measured if isinstance(measured, Backtest) else None
        earlier = [] if tested is None else tested.forecasts
        fans = fans_of(panel, quantiles, forecaster.quantiles, earlier, forecaster=forecaster.name)
        run.draw("fans.png", fans)
        notes, report = [*self.source.notes], self._report(seconds)
        if tested is None:
            report |= {"verdict": None, "scores": {}, "not_measured": str(measured)}
        else:
            narrow = check_coverage(tested.table, forecaster.quantiles)
            if narrow is not None:
                self.on_note(narrow)
                notes.append(narrow)
            run.write("backtest.csv", tested.table.to_csv(index=False))
            report |= _measures(tested, self.settings, forecaster)
        return write_report(run, report, partial(to_markdown, notes=notes))

    def _report(self, seconds: float) -> dict[str, Any]:
        """Return the report before the backtest."""
        forecaster, settings, training = self.chosen, self.settings, self.training
        framing, sizes, reason = forecaster.framing, forecaster.plan.sizes, forecaster.reason
        base, weight = framing.baseline.name, forecaster.weight
        weighed = None if reason else describe_weight(base, weight, framing.alone)
        return {
            "data": settings.data,
            "task": "forecast",
            "horizon": settings.forecast,
            "series": len(forecaster.panel),
            "frequency": forecaster.panel.frequency,
            "epochs": training.epoch,
            "updates": training.epoch * forecaster.plan.schedule.updates,
            "units": sizes.units,
            "dropout": sizes.dropout,
            "validation": [trial.recorded for trial in forecaster.trials],
            **(training.history[-1] if training.history else {}),
            "forecaster": forecaster.name,
            "base": base,
            "alone": framing.alone,
            "contest": None if forecaster.contest is None else asdict(forecaster.contest),
            "dropped": list(forecaster.dropped),
            "reason": _text(reason),
            "trust": weight,
            "trust_said": _text(weighed),
            "context": framing.context,
            "season": framing.season,
            "quantiles": list(forecaster.quantiles),
            "seconds": seconds,
        }

    def _measure(self) -> Backtest | Note | GlasscellError:
        """Return the backtest, or why there is none."""
        settings, forecaster = self.settings, self.chosen
        if not settings.windows:
            return ForecastRuns.NO_MEASURE()
        # longer than validation, or the user, decided at first
        is_resumed_longer = settings.epochs != forecaster.epochs

        def run(earlier: ChosenForecaster) -> None:
            is_longer = is_resumed_longer and earlier.reason is None
            epochs = settings.epochs if is_longer else earlier.epochs
            on_epoch = self.begin and self.begin(epochs, ForecastRuns.BACKTEST())
            earlier.training.run(epochs, on_logs=on_epoch)

        try:
            return backtest(
                self.source.panel,
                self.options,
                windows=settings.windows,
                used=(forecaster.name, forecaster.framing.baseline),
                begin=self._shows(ForecastRuns.BACKTEST_VALIDATING()),
                run=run,
            )
        except UsageError as error:  # the run itself is trained, and must be finished
            return ForecastRuns.WITHOUT_THE_END(cause=error)
        except (DataError, TrainingFailed) as error:
            return error


def _recorded(forecaster: ChosenForecaster) -> dict[str, Any]:
    """Return the content of forecaster.json."""
    validation = forecaster.validation
    return {
        "framing": asdict(forecaster.framing),
        "quantiles": forecaster.quantiles,
        "baselines": forecaster.plan.baseline_errors,
        "rehearsal": None if validation is None else validation.recorded,
        "reason": _text(forecaster.reason),
    }


def _measures(
    tested: Backtest, settings: ForecastSettings, forecaster: ChosenForecaster
) -> dict[str, Any]:
    framing = forecaster.framing
    note = describe_backtest(tested, settings.forecast, framing.season, framing.baseline.name)
    measures = measures_of(tested.table, forecaster.quantiles, note, tested.decided)
    of_forecaster = own_of(measures["scores"])
    scores = {measure.lower(): of_forecaster[measure] for measure in MEASURES}
    intervals = {"intervals": {"mase": of_forecaster["intervals"]["MASE"]}}
    return measures | scores | intervals | {"left_out": list(tested.left_out)}


def _text(note: Note | str | None) -> str | None:
    return None if note is None else str(note)
