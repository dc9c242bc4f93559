"""Prepare a forecaster's training: baseline, windows, network, validation on the data's end.

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
from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.baselines.naive import (
    IN_LOGS,
    Baseline,
    about,
    baselines_for,
    choose,
    never_narrower,
)
from glasscell.tasks.forecasting.baselines.past_origins import factors_on_past
from glasscell.tasks.forecasting.model.forecasts import ask, forecast
from glasscell.tasks.forecasting.model.means import above_median
from glasscell.tasks.forecasting.model.network import (
    Pinball,
    build_forecaster,
    members_of,
    quantiles_of,
)
from glasscell.tasks.forecasting.model.windows import (
    Framing,
    Windows,
    cut,
    find_cycles,
    frame_panel,
    require_positive,
)
from glasscell.tasks.forecasting.panels.bounds import Bounds, find_bounds
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.seasons import find_seasons
from glasscell.tasks.forecasting.selection.contest import Contest, compare
from glasscell.tasks.forecasting.selection.covariates import find_useless, without
from glasscell.tasks.forecasting.selection.search import WORTH, halve, most_of, rounds_of
from glasscell.tasks.forecasting.selection.validation import (
    Rehearsal,
    begins_of,
    held_back,
    rehearse,
    widths_of,
)
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training
from glasscell.training.optimizers import Restarting, falling
from glasscell.training.sharing import make_exchangeable, put

QUANTILES = tuple(FORECAST["quantiles"].default)
FEWEST_WINDOWS = 16  # with targets to learn from; with fewer, the baseline forecasts
# times the baseline's loss and the windows' scales: at a larger loss, training has failed
MOST_TIMES_OFF = 1000.0
HANDICAP = 1.02  # factor on the error with all bases but one: seeds differ by about 1%
MANY_STEPS = 5000  # of all series together: enough data for a larger network


class Size(NamedTuple):
    """Default size of a network; its context is `periods` seasons or horizons, within bounds."""

    units: int
    dropout: float
    periods: int
    shortest: int
    longest: int = 48

    def context(self, season: int, horizon: int) -> int:
        """Return how many steps the network processes."""
        return min(max(self.periods * max(season, horizon), self.shortest), self.longest)


SMALL, LARGE = Size(32, 0.2, 2, 12), Size(64, 0.0, 3, 24)


OnTrial = Callable[[int, dict[str, float]], None]  # epochs of all trials so far, and the last loss
BeginTrials = Callable[[int], OnTrial]  # the maximum number of epochs


@dataclass(frozen=True)
class Trial:
    """Validation errors of a network with a base after `epochs`, as in `Rehearsal`."""

    base: str
    epochs: int
    error: float
    baseline_error: float


class ForecastTraining(Training):
    """A training of a forecaster, with what its forecasts need besides the network.

    Attributes
    ----------
    baselines : dict
        Past error of each baseline by name: see `baselines.choose`.
    rehearsal : Rehearsal or None
        Validation on the end of the training data by a network trained without it; None with too
        little data.
    epochs : int
        Number of epochs to train; 0 if only the baseline forecasts.
    reason : Note or None
        Why only the baseline forecasts.
    updates : int
        Weight updates per epoch.
    candidates : tuple of Baseline
        Baselines that the network may correct.
    trials : tuple of Trial
        In the order of validation.
    search : callable or None
        Validates, and returns the completed training to run: this one, or one without useless
        covariates. Takes a `BeginTrials` or None. It is None after validation, or if there is
        nothing to validate.
    sizes : dict
        "units", "dropout" and "continues" of the network.
    panel : Panel
        Training series, without dropped covariates.
    dropped : list of str
        Columns of covariates that did not help to forecast the end of the training data.
    weight : float
        Weight of the network by validation, also if ETS or Theta forecasts.
    contest : Contest or None
        Comparison with ETS and Theta; None if there is none.
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
        """Raise TrainingFailed if the loss exceeds `MOST_TIMES_OFF` scales and baseline losses."""
        loss = float(logs["loss"])
        if loss <= MOST_TIMES_OFF:
            return
        layer, batches = quantiles_of(self.model), cast(ArrayBatches, self.batches)
        _, *seen = batches.arrays  # variables if a graph is shared
        target, weight = map(tf.convert_to_tensor, seen)
        untrained = tf.broadcast_to(
            layer.unlearnt.value, (target.shape[0], 1, *layer.unlearnt.shape)
        )
        baseline = float(np.asarray(Pinball(layer.quantiles)(target, untrained, weight)))
        if loss > MOST_TIMES_OFF * baseline:
            raise TrainingFailed(
                ForecastEstimators.LOSS,
                loss=loss,
                baseline=baseline,
                epoch=self.epoch + 1,
                kept=self.epoch,
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
    """Return a new forecaster's training before validation, which `search` does: see `prepare`.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    ... )
    >>> training = lay_out(panel, horizon=3, units=4, epochs=2)
    >>> [base.name for base in training.candidates], training.sizes, training.updates
    (['last value'], {'units': 4, 'dropout': 0.2, 'continues': False}, 1)
    """
    how = {
        name: given for name, given in locals().items() if name not in ("panel", "of_network")
    } | of_network
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
    if not len(windows.series):  # then the last ones, from which nothing can be learned
        windows = cut(panel, framing, last=True)
    batch_size = max(1, min(batch_size, len(windows.series)))
    is_searched = epochs == "auto"
    updates = (
        len(windows.series) // batch_size if is_searched else -(-len(windows.series) // batch_size)
    )
    rounds = rounds_of(updates) if is_searched else [int(epochs)]

    of_windows = {"context": context, "start": np.zeros((horizon, len(quantiles)))}
    sizes = windows.steps.shape[2], windows.ahead.shape[2]
    network = build_forecaster(*sizes, horizon, quantiles, seed=seed, **of_windows, **of_network)
    _begin_at_baseline(network, windows)
    # a smaller last batch would need its own graph, and tracing takes as long as training for some
    # epochs
    batches = ArrayBatches(
        *_taught(windows), batch_size=batch_size, drop_remainder=is_searched, seed=seed
    )
    ends = [updates * last for last in rounds]
    rate = (
        Restarting(learning_rate, ends)
        if len(ends) > 1
        else falling(learning_rate, rounds[0], batches)
    )
    network.compile(keras.optimizers.Adam(rate), Pinball(quantiles))  # pyright: ignore
    training = ForecastTraining(network, batches, clip_norm=clip_norm)
    training.quantiles, training.baselines, training.epochs = quantiles, errors, rounds[0]
    training.framing, training.rehearsal, training.reason, training.updates = (
        framing,
        None,
        None,
        updates,
    )
    training.panel, training.dropped = panel, []
    training.sizes = {name: of_network[name] for name in ("units", "dropout", "continues")}
    layer = quantiles_of(training.model)
    lengths = [len(values) for values in panel.values]
    teaching = int((held_back(windows, lengths, horizon).seen.weights() > 0).sum())
    if teaching < FEWEST_WINDOWS:
        _leave_to_baseline(layer)
        unsure = ForecastEstimators.UNSURE() if np.isnan(layer.unlearnt).any() else None
        training.reason = ForecastEstimators.FEW_WINDOWS(
            n=teaching, fewest=FEWEST_WINDOWS, unsure=unsure
        )
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
    """Validate the candidates, given the first one's windows; complete training with the best."""
    framing, quantiles, to_try, panel = (
        training.framing,
        training.quantiles,
        training.candidates,
        training.panel,
    )
    baseline, layer = to_try[0], quantiles_of(training.model)
    lengths, horizon = [len(values) for values in panel.values], framing.horizon
    cuts = {
        one: windows if one == baseline else cut(panel, replace(framing, baseline=one))
        for one in to_try
    }
    make_exchangeable(training.batches)  # one graph trains all candidates: tracing takes longest
    untrained, trials = training.state(), {}

    def load(seen: Windows, state: dict[str, Any] | None = None) -> None:
        put(training, state or untrained, tf.nest.flatten(_taught(seen)))
        if state is None:
            _begin_at_baseline(training.model, seen)

    # a drift over half of the steps
    preferred = next((one for one in to_try[1:] if one.steps), baseline)
    on_trial = None if begin is None else begin(most_of(len(to_try), rounds))
    tried: list[Trial] = []
    done = 0

    def show(epoch: int, logs: dict[str, float]) -> None:
        nonlocal done
        done += 1
        if on_trial is not None:
            on_trial(done, {"loss": logs["loss"]})

    def judge(later: Windows) -> tuple[Rehearsal, np.ndarray]:
        added = ask(training.model, later)
        return rehearse(added, later, quantiles, np.asarray(layer.unlearnt)), added

    def validate(one: Baseline, epochs: int) -> Rehearsal:
        held = held_back(cuts[one], lengths, horizon)
        load(held.seen, trials.get(one))
        training.run(epochs, on_logs=show)
        trials[one] = training.state()
        found, added = judge(held.later)
        if found.trust:
            later = cuts[one].at(
                cuts[one].origin >= begins_of(lengths, horizon)[cuts[one].series] - 1
            )
            median = np.zeros(later.target.shape)  # where nothing changed, nothing is added
            median[later.scale > 0] = found.trust * added[..., quantiles.index(0.5)]
            found = replace(found, above=above_median(panel, later, median, logs=one.logs))
        else:
            found = replace(found, above=_above_base(training, cuts[one], one))
        tried.append(Trial(one.name, epochs, found.error, found.baseline_error))
        return (
            replace(found, error=found.error * HANDICAP)
            if how["epochs"] == "auto" and one != preferred
            else found
        )

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
            by = factors_on_past(
                LocalModel(better), panel.values, horizon, quantiles, framing.season
            )
            training.framing = replace(training.framing, alone=better, factors=by)
            rehearsal = replace(rehearsal, trust=0.0)
        elif rehearsal.trust and any(panel.covariates.values()):
            useless = find_useless(
                panel, later, lambda windows: judge(windows)[0].error, how["seed"]
            )
            other = prepare(without(panel, useless), begin=begin, **how) if useless else None
            if (
                other is not None
                and other.rehearsal
                and not WORTH * other.rehearsal.error > rehearsal.error
            ):
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
    """Return the mean's distance above a base at each step ahead: see `means.above_median`."""
    return above_median(training.panel, windows, np.zeros(windows.target.shape), logs=base.logs)


def _contest(training: ForecastTraining, begins: np.ndarray, trust: float) -> Contest | None:
    """Compare the network, with this weight and trained up to `begins`, with ETS and Theta."""
    framing, quantiles, weight = (
        training.framing,
        training.quantiles,
        quantiles_of(training.model).trust,
    )
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
    return None if found is None else replace(found, weight=trust)


def prepare(panel: Panel, *, begin: BeginTrials | None = None, **how: Any) -> ForecastTraining:
    """Return a new forecaster's training, validated but not run; `run(training.epochs)` runs it.

    The best baseline has the lowest past error. Networks are then trained without the end of each
    series and validated on it. Their bases are the best baseline, a drift over half of its steps,
    and the last value. `search.halve` drops the worse networks, continues training the better ones,
    and thereby chooses the base and the number of updates. The same validation chooses the weight
    of the network and the widths of its quantiles. ETS or Theta forecasts instead if its error at
    past origins is lower: see `contest`. Covariates that do not help are dropped: see `covariates`.
    The panel and the seed determine the result, bit for bit.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.model.forecasts import forecast
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    ... )
    >>> training = prepare(panel, horizon=3, units=4, epochs=2)
    >>> training = training.run(training.epochs)
    >>> forecast(training.model, training.framing, panel).shape
    (1, 3, 3)
    """
    training = lay_out(panel, **how)
    return training if training.search is None else training.search(begin)


def season_for(panel: Panel, season: int | str) -> int:
    """Return the requested season, or the first that values show; 1 if none has two seasons."""
    season = next(iter(find_seasons(panel)), 1) if season == "auto" else int(season)
    return season if any(len(values) >= 2 * season for values in panel.values) else 1


def _baseline_for(
    panel: Panel, horizon: int, season: int, base: str | Baseline, logs: bool | str
) -> tuple[Baseline, dict[str, float]]:
    if isinstance(base, Baseline):
        return base, {}
    if base != "auto" and not any(
        one.name.startswith(base) for one in baselines_for(season, logs=True)
    ):
        code = (
            ForecastEstimators.NO_BASE if season > 1 else ForecastEstimators.NO_BASE_WITHOUT_SEASON
        )
        raise UsageError(code, base=base)
    if logs is True or base.endswith(IN_LOGS):
        require_positive(panel)
    return choose(panel.values, horizon, season, kind=base, logs=logs)


def _to_try(baseline: Baseline, base: str | Baseline, *, with_last_value: bool) -> list[Baseline]:
    """Return the candidate bases: the best baseline, and those that average over fewer steps.

    A network can learn from earlier steps itself, but cannot recover what its base averages away.
    Candidates are therefore a drift over half of the steps, and the last value, which is best for a
    network with enough data.
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
    """Initialize the quantiles of a network, at weight 0, from the baseline's errors."""
    layer, teaching = quantiles_of(network), windows.weights() > 0
    off = about(windows.target[teaching].astype("float64"), layer.quantiles)
    if not (windows.scale > 0).any():  # nothing ever changed
        off = np.zeros_like(off)
    start = raw_of(np.nan_to_num(off), layer.quantiles)
    for member in members_of(network):
        member.read_out.bias.assign(np.ravel(start))
    layer.unlearnt.assign(widths_of(windows, layer.quantiles))


def _taught(windows: Windows) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
    """Return the training data of a network: inputs, targets and weights."""
    return (windows.steps, windows.ahead), windows.target, windows.weights()
