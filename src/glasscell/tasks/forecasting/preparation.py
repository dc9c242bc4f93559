"""A forecaster's training, put together: baseline, windows and network; and validated without the end of the past.

N series · W windows · H steps ahead · Q quantiles · M members
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, cast

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import TrainingFailed, UsageError
from glasscell.facts import Note
from glasscell.layers.quantiles import Quantiles, raw_of
from glasscell.tasks.forecasting.contest import Contest, compare
from glasscell.tasks.forecasting.covariates import find_useless, without
from glasscell.tasks.forecasting.forecasts import ask, forecast
from glasscell.tasks.forecasting.means import above_median
from glasscell.tasks.forecasting.network import Pinball, build_forecaster, members_of, quantiles_of
from glasscell.tasks.forecasting.panels.baselines import IN_LOGS, Baseline, about, baselines_for, choose, never_narrower
from glasscell.tasks.forecasting.panels.bounds import Bounds, find_bounds
from glasscell.tasks.forecasting.panels.local_models import LocalModel
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.past_origins import factors_on_past
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.panels.windows import Framing, Windows, cut, find_cycles, frame_panel, require_positive
from glasscell.tasks.forecasting.search import WORTH, halve, most_of, rounds_of
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST
from glasscell.tasks.forecasting.validation import Rehearsal, begins_of, held_back, rehearse, widths_of
from glasscell.training.batches import ArrayBatches
from glasscell.training.optimization import Restarting, falling
from glasscell.training.sharing import make_exchangeable, put
from glasscell.training.training import Training

QUANTILES = tuple(FORECAST["quantiles"].default)
FEWEST_WINDOWS = 16  # that teach: of fewer nothing is learnt, and the baseline forecasts
MOST_TIMES_OFF = 1000.0  # as the baseline alone, and as the windows' scales: beyond, training has failed
HANDICAP = 1.02  # of the error with all bases but one: seeds differ by about a hundredth
MANY_STEPS = 5000  # of all series together: then there is enough to learn from for a larger network


class Size(NamedTuple):
    """How large a network is where nobody says so; its context is so many seasons, or horizons, within bounds."""

    units: int
    dropout: float
    periods: int
    shortest: int
    longest: int = 48

    def context(self, season: int, horizon: int) -> int:
        """Return how many steps the network processes."""
        return min(max(self.periods * max(season, horizon), self.shortest), self.longest)


SMALL, LARGE = Size(32, 0.2, 2, 12), Size(64, 0.0, 3, 24)


OnTrial = Callable[[int, dict[str, float]], None]  # epochs of all trials together, and by the base the loss of its last
BeginTrials = Callable[[int], OnTrial]  # how many there are at most


@dataclass(frozen=True)
class Trial:
    """How a network did in validation with a base, after so many epochs: as `Rehearsal` has it."""

    base: str
    epochs: int
    error: float
    baseline_error: float


class ForecastTraining(Training):
    """A training of a forecaster, with what its forecasts need besides the network.

    Attributes
    ----------
    framing : Framing
    quantiles : tuple of Q floats
    baselines : dict
        How far each baseline was off in the past, by name: see `baselines.choose`.
    rehearsal : Rehearsal or None
        How the network did on the end of the past, trained without it; None where there was too little to tell.
    epochs : int
        How many to train for; 0 where the baseline forecasts alone.
    reason : Note or None
        Why it does.
    updates : int
        Of the weights, in one epoch.
    candidates : tuple of Baseline
        What the network may correct.
    trials : tuple of Trial
        In the order in which they were validated.
    search : callable or None
        Does the validation, which completes all of this, and returns the training to run: this one, or where covariates
        were dropped one without them; takes a `BeginTrials`, or None. None where that is done, or there is nothing to
        validate.
    sizes : dict
        "units", "dropout" and "continues" of the network.
    panel : Panel
        What it is trained on: without the covariates that were dropped.
    dropped : list of str
        Columns of covariates that did not help to forecast the end of the past.
    weight : float
        Of the network, as validation has it, also where ETS or Theta forecasts alone.
    contest : Contest or None
        How the network did beside ETS and Theta; None where they do not take part.
    """

    framing: Framing
    quantiles: tuple[float, ...]
    baselines: dict[str, float]
    rehearsal: Rehearsal | None
    epochs: int
    reason: Note | None
    updates: int
    candidates: tuple[Baseline, ...] = ()
    trials: tuple[Trial, ...] = ()
    search: "Callable[[BeginTrials | None], ForecastTraining] | None" = None
    sizes: dict[str, Any]
    panel: Panel
    dropped: list[str]
    weight: float = 0.0
    contest: Contest | None = None

    def _refuse(self, logs: dict[str, Any]) -> None:
        """Raise TrainingFailed where the loss, in units of the windows' scales, is far from that of any forecast."""
        loss = float(logs["loss"])
        if loss <= MOST_TIMES_OFF:
            return
        layer, batches = quantiles_of(self.model), cast(ArrayBatches, self.batches)
        _, *seen = batches.arrays  # variables, where a graph is shared
        target, weight = map(tf.convert_to_tensor, seen)
        untrained = tf.broadcast_to(layer.unlearnt.value, (target.shape[0], 1, *layer.unlearnt.shape))
        baseline = float(np.asarray(Pinball(layer.quantiles)(target, untrained, weight)))
        if loss > MOST_TIMES_OFF * baseline:
            raise TrainingFailed(
                ForecastEstimators.LOSS, loss=loss, baseline=baseline, epoch=self.epoch + 1, kept=self.epoch
            )


def lay_out(
    panel: Panel,
    *,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    context: int | str = "auto",
    season: int | str = "auto",
    base: str | Baseline = "auto",
    logs: bool | str = "auto",
    bounds: Sequence[float | None] | str = "auto",
    units: int | Sequence[int] | str = "auto",
    dropout: float | str = "auto",
    continues: bool | None = None,
    learning_rate: float = FORECAST["learning_rate"].default,
    epochs: int | str = "auto",
    batch_size: int = FORECAST["batch_size"].default,
    clip_norm: float | None = FORECAST["clip_norm"].default,
    seed: int = 0,
    **of_network: Any,
) -> ForecastTraining:
    """Return the training of a new forecaster before its validation, which `search` does: see `prepare`.

    Parameters
    ----------
    panel : Panel
    horizon : int
        H.
    quantiles : sequence of Q floats
        Ascending, .5 among them.
    context : int or "auto"
        Steps that the network processes; by default two seasons or horizons, 12 to 48; of a panel of 5,000 steps or
        more three, 24 to 48. Each step also has how much it lies above the one a season before, or above the mean of
        so many as the baseline repeats.
    season : int or "auto"
        By default the shortest that the values show; none where no series has two of them.
    base : {"auto", "last value", "drift", "seasonal naive", "seasonal mean"}, name of a baseline, or Baseline
        What the network corrects: the best of all by backtest, or of those whose names begin so.
    logs : bool or "auto"
        Whether all is done with logarithms; by default if that makes the baseline better.
    bounds : pair of floats or None, or "auto"
        The lowest and the highest that a forecast can be; by default natural ones: see `panels.bounds.find_bounds`.
    units, dropout
        As in `network.build_forecaster`; "auto" is 32 units with a dropout of 0.2, or 64 without of a panel of 5,000
        steps or more.
    continues : bool, optional
        As there; by default where something is known of the steps ahead: covariates or the calendar.
    learning_rate : float
        Adam's; it falls as a cosine, and where epochs are searched starts again with each round.
    epochs : int or "auto"
        By default as validation decides: see `search`. Of a number the base alone is searched, with all epochs.
    batch_size : int
        Windows.
    clip_norm : float, optional
    seed : int
    **of_network
        As in `network.build_forecaster`.

    Raises
    ------
    DataError
        If a value is not above 0 and logarithms are asked for.
    UsageError
        If the base is none of these.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)}))
    >>> training = lay_out(panel, horizon=3, units=4, epochs=2)
    >>> [base.name for base in training.candidates], training.sizes, training.updates
    (['last value'], {'units': 4, 'dropout': 0.2, 'continues': False}, 1)
    """
    how = {name: given for name, given in locals().items() if name not in ("panel", "of_network")} | of_network
    quantiles = tuple(map(float, quantiles))
    season = season_for(panel, season)
    baseline, errors = _baseline_for(panel, horizon, season, base, logs)
    size = LARGE if sum(map(len, panel.values)) >= MANY_STEPS else SMALL
    context = size.context(season, horizon) if context == "auto" else int(context)
    framing = frame_panel(panel, horizon, context, season, baseline, find_cycles(panel))
    limits = find_bounds(panel.values) if isinstance(bounds, str) else Bounds(*bounds)
    framing = replace(framing, bounds=limits, median=quantiles.index(0.5))
    of_network |= {
        "units": size.units if units == "auto" else units,
        "dropout": size.dropout if dropout == "auto" else dropout,
        "continues": bool(framing.cycles or panel.known_names) if continues is None else continues,
    }
    windows = cut(panel, framing)
    if not len(windows.series):  # then one from which nothing can be learnt
        windows = cut(panel, framing, last=True)
    batch_size = max(1, min(batch_size, len(windows.series)))
    is_searched = epochs == "auto"
    updates = len(windows.series) // batch_size if is_searched else -(-len(windows.series) // batch_size)
    rounds = rounds_of(updates) if is_searched else [int(epochs)]

    of_windows = {"context": context, "start": np.zeros((horizon, len(quantiles)))}
    sizes = windows.steps.shape[2], windows.ahead.shape[2]
    network = build_forecaster(*sizes, horizon, quantiles, seed=seed, **of_windows, **of_network)
    _begin_at_baseline(network, windows)
    # a smaller last batch would be a graph of its own, which takes as long to trace as to train for some epochs
    batches = ArrayBatches(*_taught(windows), batch_size=batch_size, drop_remainder=is_searched, seed=seed)
    ends = [updates * last for last in rounds]
    rate = Restarting(learning_rate, ends) if len(ends) > 1 else falling(learning_rate, rounds[0], batches)
    network.compile(keras.optimizers.Adam(rate), Pinball(quantiles))  # pyright: ignore
    training = ForecastTraining(network, batches, clip_norm=clip_norm)
    training.quantiles, training.baselines, training.epochs = quantiles, errors, rounds[0]
    training.framing, training.rehearsal, training.reason, training.updates = framing, None, None, updates
    training.panel, training.dropped = panel, []
    training.sizes = {name: of_network[name] for name in ("units", "dropout", "continues")}
    layer = quantiles_of(training.model)
    lengths = [len(values) for values in panel.values]
    teaching = int((held_back(windows, lengths, horizon).seen.weights() > 0).sum())
    if teaching < FEWEST_WINDOWS:
        _leave_to_baseline(layer)
        unsure = ForecastEstimators.UNSURE() if np.isnan(layer.unlearnt).any() else None
        training.reason = ForecastEstimators.FEW_WINDOWS(n=teaching, fewest=FEWEST_WINDOWS, unsure=unsure)
        training.epochs = 0
    elif not rounds[-1]:
        _leave_to_baseline(layer)
        training.reason = ForecastEstimators.NO_EPOCHS()
    if training.reason is not None:
        training.framing = replace(framing, above=_above_base(training, windows, baseline))
    else:
        training.candidates = tuple(_to_try(baseline, base, with_last_value=epochs == "auto"))
        training.search = partial(_search, training, windows, rounds, how)
    return training


def _search(
    training: ForecastTraining,
    windows: Windows,
    rounds: Sequence[int],
    how: dict[str, Any],
    begin: BeginTrials | None,
) -> ForecastTraining:
    """Validate the candidates, given the windows of the first, and complete the training with the best."""
    framing, quantiles, to_try, panel = training.framing, training.quantiles, training.candidates, training.panel
    baseline, layer = to_try[0], quantiles_of(training.model)
    lengths, horizon = [len(values) for values in panel.values], framing.horizon
    cuts = {one: windows if one == baseline else cut(panel, replace(framing, baseline=one)) for one in to_try}
    make_exchangeable(training.batches)  # one graph trains all candidates in turn: to trace it takes the longest
    untrained, trials = training.state(), {}

    def load(seen: Windows, state: dict[str, Any] | None = None) -> None:
        put(training, state or untrained, tf.nest.flatten(_taught(seen)))
        if state is None:
            _begin_at_baseline(training.model, seen)

    preferred = next((one for one in to_try[1:] if one.steps), baseline)  # a drift over half of the steps
    on_trial = None if begin is None else begin(most_of(len(to_try), rounds))
    tried: list[Trial] = []
    done = 0

    def show(one: Baseline, epoch: int, logs: dict[str, float]) -> None:
        nonlocal done
        done += 1
        if on_trial is not None:
            on_trial(done, {one.name: logs["loss"]})

    def judge(later: Windows) -> tuple[Rehearsal, np.ndarray]:
        added = ask(training.model, later)
        return rehearse(added, later, quantiles, np.asarray(layer.unlearnt)), added

    def validate(one: Baseline, epochs: int) -> Rehearsal:
        held = held_back(cuts[one], lengths, horizon)
        load(held.seen, trials.get(one))
        training.run(epochs, on_logs=partial(show, one))
        trials[one] = training.state()
        found, added = judge(held.later)
        if found.trust:
            later = cuts[one].at(cuts[one].origin >= begins_of(lengths, horizon)[cuts[one].series] - 1)
            median = np.zeros(later.target.shape)  # where nothing changed, nothing is added
            median[later.scale > 0] = found.trust * added[..., quantiles.index(0.5)]
            found = replace(found, above=above_median(panel, later, median, logs=one.logs))
        else:
            found = replace(found, above=_above_base(training, cuts[one], one))
        tried.append(Trial(one.name, epochs, found.error, found.baseline_error))
        return replace(found, error=found.error * HANDICAP) if how["epochs"] == "auto" and one != preferred else found

    chosen, training.epochs, rehearsal = halve(to_try, rounds, validate)
    training.weight = rehearsal.trust
    if how["epochs"] == "auto" and chosen != preferred:
        rehearsal = replace(rehearsal, error=rehearsal.error / HANDICAP)
    training.trials, training.search = tuple(tried), None
    training.framing = replace(framing, baseline=chosen, above=rehearsal.above)
    if how["base"] == "auto" and len(rounds) > 1:
        seen, later = held_back(cuts[chosen], lengths, horizon)
        load(seen, trials[chosen])
        training.contest = _contest(training, begins_of(lengths, horizon), rehearsal.trust)
        if training.contest is not None and (better := training.contest.better) is not None:
            by = factors_on_past(LocalModel(better), panel.values, horizon, quantiles, framing.season)
            training.framing = replace(training.framing, alone=better, factors=by)
            rehearsal = replace(rehearsal, trust=0.0)
        elif rehearsal.trust and any(panel.covariates.values()):
            useless = find_useless(panel, later, lambda windows: judge(windows)[0].error, how["seed"])
            other = prepare(without(panel, useless), begin=begin, **how) if useless else None
            if other is not None and other.rehearsal and not WORTH * other.rehearsal.error > rehearsal.error:
                other.dropped = [*useless, *other.dropped]
                return other
    load(cuts[chosen])
    training.rehearsal = rehearsal
    layer.trust.assign(rehearsal.trust)
    layer.widening.assign(rehearsal.widening)
    if not rehearsal.trust:
        _leave_to_baseline(layer)
    return training


def _above_base(training: ForecastTraining, windows: Windows, base: Baseline) -> tuple[float, ...]:
    """Return how far the mean lies above a base at each step ahead, by all windows: see `means.above_median`."""
    return above_median(training.panel, windows, np.zeros(windows.target.shape), logs=base.logs)


def _contest(training: ForecastTraining, begins: np.ndarray, trust: float) -> Contest | None:
    """Compare the network, with this weight and as it was trained up to there, with ETS and Theta."""
    framing, quantiles, weight = training.framing, training.quantiles, quantiles_of(training.model).trust
    middle = quantiles.index(0.5)
    weight.assign(trust)
    found = compare(
        training.panel,
        begins,
        lambda seen: forecast(training.model, framing, seen)[..., middle],
        framing.horizon,
        quantiles,
        framing.season,
        framing.baseline,
    )
    weight.assign(1.0)
    return found


def prepare(panel: Panel, *, begin: BeginTrials | None = None, **how: Any) -> ForecastTraining:
    """Return the training of a new forecaster, not yet run; `run(training.epochs)` trains it to the end.

    The best baseline is the one with the lowest error in the past. Then networks are trained without the end of each
    series and validated on it: with the best baseline as their base, with a drift over half of its steps, and with the
    last value. `search.halve` drops the worse ones, trains the better ones further, and so decides the base and the
    number of updates. The same validation decides the weight of the network and the widths of its quantiles. ETS or
    Theta forecasts instead where its error at past origins is lower: see `contest`. Covariates that do not help are
    dropped: see `covariates`. All of it follows from the panel and the seed, bit for bit.

    Parameters
    ----------
    panel : Panel
    begin : callable, optional
        Called before the validation with the most epochs that it has; returns what is called after each of them with
        the number of epochs done, and the last loss by the base.
    **how
        As in `lay_out`.

    Raises
    ------
    DataError, UsageError
        As in `lay_out`.
    TrainingFailed
        If the network's loss, in the rehearsal, is not finite, or 1,000 times that of the baseline.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.forecasts import forecast
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)}))
    >>> training = prepare(panel, horizon=3, units=4, epochs=2)
    >>> training = training.run(training.epochs)
    >>> forecast(training.model, training.framing, panel).shape
    (1, 3, 3)
    """
    training = lay_out(panel, **how)
    return training if training.search is None else training.search(begin)


def season_for(panel: Panel, season: int | str) -> int:
    """Return the season that is asked for, or the first that the values show; 1 where no series has two of them."""
    season = next(iter(find_seasons(panel)), 1) if season == "auto" else int(season)
    return season if any(len(values) >= 2 * season for values in panel.values) else 1


def _baseline_for(
    panel: Panel, horizon: int, season: int, base: str | Baseline, logs: bool | str
) -> tuple[Baseline, dict[str, float]]:
    if isinstance(base, Baseline):
        return base, {}
    if base != "auto" and not any(one.name.startswith(base) for one in baselines_for(season, logs=True)):
        code = ForecastEstimators.NO_BASE if season > 1 else ForecastEstimators.NO_BASE_WITHOUT_SEASON
        raise UsageError(code, base=base)
    if logs is True or base.endswith(IN_LOGS):
        require_positive(panel)
    return choose(panel.values, horizon, season, kind=base, logs=logs)


def _to_try(baseline: Baseline, base: str | Baseline, *, with_last_value: bool) -> list[Baseline]:
    """Return the baselines that the network is to correct in turn: the best, and those that average away less.

    The network finds by itself what steps further back tell, but not what has been averaged away: of a drift one over
    half of its steps is tried, and the last value, which is what a network with enough to learn from needs.
    """
    found = [baseline]
    if base == "auto" and baseline.season == 1 and baseline.steps > 1:
        found.append(replace(baseline, steps=(baseline.steps + 1) // 2))
    if base == "auto" and with_last_value and (baseline.steps or baseline.season > 1):
        found.append(Baseline(logs=baseline.logs))
    return found


def _leave_to_baseline(layer: Quantiles) -> None:
    layer.trust.assign(0.0)
    layer.unlearnt.assign(never_narrower(np.asarray(layer.unlearnt)))


def _begin_at_baseline(network: keras.Model, windows: Windows) -> None:
    """Have a network answer, before it is trained or trusted, as far as the baseline was off in the windows."""
    layer, teaching = quantiles_of(network), windows.weights() > 0
    off = about(windows.target[teaching].astype("float64"), layer.quantiles)
    if not (windows.scale > 0).any():  # nothing ever changed
        off = np.zeros_like(off)
    start = raw_of(np.nan_to_num(off), layer.quantiles)
    for member in members_of(network):
        member.read_out.bias.assign(np.ravel(start))
    layer.unlearnt.assign(widths_of(windows, layer.quantiles))


def _taught(windows: Windows) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """Return what a network learns from: inputs, targets and weights."""
    return (windows.steps, windows.ahead), windows.target, windows.weights()
