"""Choose the forecaster by its trials: base, weight and widths, or ETS or Theta instead.

`Trials` come in; a `Forecaster` goes out, whose network is still to be trained.
"""

from dataclasses import dataclass, replace

import numpy as np

from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.baselines.naive import never_narrower
from glasscell.tasks.forecasting.baselines.past_origins import factors_on_past
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.selection.contest import Contest, compare
from glasscell.tasks.forecasting.selection.covariates import find_useless, without
from glasscell.tasks.forecasting.selection.halving import WORTH
from glasscell.tasks.forecasting.selection.network_training import NetworkTraining
from glasscell.tasks.forecasting.selection.plan import ForecastOptions, Plan, plan_training
from glasscell.tasks.forecasting.selection.trials import BeginTrials, Trial, Trials, run_trials
from glasscell.tasks.forecasting.selection.validation import Validation, first_held_out


@dataclass(frozen=True, eq=False, kw_only=True)
class ChosenForecaster(Forecaster):
    """A forecaster that was chosen, and how; `training.run(epochs)` trains its network.

    Parameters
    ----------
    plan : Plan
    training : NetworkTraining
        Of its network, before the first epoch.
    epochs : int
        Number of epochs to train, also if ETS or Theta forecasts; 0 if only the base forecasts for
        lack of data.
    trials : tuple of Trial
    validation : Validation or None
        Of the chosen base and epochs; None without trials.
    network_weight : float
        Weight of the network by validation, also if ETS or Theta forecasts.
    contest : Contest or None
        Comparison with ETS and Theta; None if there is none.
    dropped : tuple of str
        Columns of covariates that did not help to forecast the end of the training data.
    """

    plan: Plan
    training: NetworkTraining
    epochs: int
    trials: tuple[Trial, ...] = ()
    validation: Validation | None = None
    network_weight: float = 0.0
    contest: Contest | None = None
    dropped: tuple[str, ...] = ()


def select(
    panel: Panel, options: ForecastOptions, begin: BeginTrials | None = None
) -> ChosenForecaster:
    """Return a new forecaster, validated but not trained.

    The best baseline has the lowest past error, or fewer steps and nearly that error. Networks are
    then trained without the end of each series and validated on it. Their bases are the best
    baseline, a drift over half of its steps, and the last value. `halving.halve` drops the worse
    networks, continues training the better ones, and thereby chooses the base and the number of
    updates. The same validation chooses the weight of the network and the factors of its widths.
    ETS or Theta forecasts instead if its error at past origins is lower: see `contest`. Covariates
    that do not help are dropped: see `covariates`. The panel and the seed determine the result, bit
    for bit.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(
    ...     pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)})
    ... )
    >>> forecaster = select(panel, ForecastOptions(horizon=3, units=4, epochs=2))
    >>> _ = forecaster.training.run(forecaster.epochs)
    >>> forecaster.forecast(panel).shape
    (1, 3, 3)
    """
    trials = Trials.of(plan_training(panel, options))
    return choose(run_trials(trials, begin), begin)


def choose(trials: Trials, begin: BeginTrials | None = None) -> ChosenForecaster:
    """Return the forecaster that trials show to be best; `begin` shows those without covariates."""
    plan, best = trials.plan, trials.best
    if best is None:
        return _forecaster(trials, plan.framing)
    framing = replace(plan.framing, baseline=best.base, above=best.validation.above)
    contest = None
    if plan.options.base == "auto" and plan.options.is_searched:
        held = trials.network.held_out(best.base)
        trials.network.load(held.earlier, trials.longest_of_best.state)
        contest = _compare(trials, framing)
        if contest is not None and contest.better is not None:
            framing = replace(
                framing,
                alone=contest.better,
                factors=factors_on_past(
                    LocalModel(contest.better),
                    plan.panel.values,
                    plan.options.horizon,
                    plan.quantiles,
                    framing.season,
                ),
            )
        elif best.validation.weight and any(plan.panel.covariates.values()):
            without_useless = _without_useless_covariates(trials, begin)
            if without_useless is not None:
                return without_useless
    return _forecaster(trials, framing, contest)


def _forecaster(
    trials: Trials, framing: Framing, contest: Contest | None = None
) -> ChosenForecaster:
    """Return the forecaster of this framing, with its network before the first epoch."""
    plan, network, best = trials.plan, trials.network, trials.best
    layer = quantiles_of(network.training.model)
    validation, network_weight, epochs = None, 0.0, 0
    if best is not None:
        network.load(network.windows[best.base])
        validation, network_weight, epochs = best.validation, best.validation.weight, best.epochs
        layer.width_factors.assign(validation.width_factors)
    weight = network_weight if framing.alone is None else 0.0
    layer.weight.assign(weight)
    if not weight:  # then only widths of past errors count; those of few shrink at random
        layer.initial_width.assign(never_narrower(np.asarray(layer.initial_width)))
    return ChosenForecaster(
        network.training.model,
        framing,
        plan.quantiles,
        plan.panel,
        plan.reason,
        plan=plan,
        training=network.training,
        epochs=epochs,
        trials=trials.trials,
        validation=None if validation is None else replace(validation, weight=weight),
        network_weight=network_weight,
        contest=contest,
    )


def _compare(trials: Trials, framing: Framing) -> Contest | None:
    """Compare the weighted network, trained up to the held-out end, with ETS and Theta."""
    plan, best, network = trials.plan, trials.best, trials.network.training.model
    assert best is not None
    weight, middle = quantiles_of(network).weight, plan.quantiles.index(0.5)
    weight.assign(best.validation.weight)
    contest = compare(
        plan.panel,
        first_held_out(plan.lengths, framing.horizon),
        lambda pasts: forecast(network, framing, pasts)[..., middle],
        framing.horizon,
        plan.quantiles,
        framing.season,
        framing.baseline,
    )
    weight.assign(1.0)  # as trained: `find_useless` weighs the corrections anew
    return None if contest is None else replace(contest, weight=best.validation.weight)


def _without_useless_covariates(
    trials: Trials, begin: BeginTrials | None
) -> ChosenForecaster | None:
    """Return the forecaster without covariates that do not help, if it is no worse."""
    plan, best, network = trials.plan, trials.best, trials.network
    assert best is not None
    useless = find_useless(
        plan.panel,
        network.held_out(best.base).later,
        lambda windows: network.correct_and_weigh(windows)[0].error,
        plan.options.seed,
    )
    if not useless:
        return None
    other = select(without(plan.panel, useless), plan.options, begin)
    if other.validation is None or WORTH * other.validation.error > best.validation.error:
        return None
    return replace(other, dropped=(*useless, *other.dropped))
