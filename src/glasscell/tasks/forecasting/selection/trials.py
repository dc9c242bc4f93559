"""Trials: networks trained without the end of each series and validated on it, to choose the base.

A `Plan` comes in; `Trials` go out, of which `choice` makes a `Forecaster`.

W windows · H steps ahead · Q quantiles
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.model.forecasts import correct
from glasscell.tasks.forecasting.model.means import above_median
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Windows
from glasscell.tasks.forecasting.selection.halving import count_epochs, halve
from glasscell.tasks.forecasting.selection.network_training import (
    begin_at_baseline,
    data_of,
    start_training,
)
from glasscell.tasks.forecasting.selection.plan import Plan
from glasscell.tasks.forecasting.selection.validation import (
    HeldOut,
    Validation,
    first_held_out,
    hold_out,
    weigh,
)
from glasscell.training.sharing import make_exchangeable, put

OnEpoch = Callable[[int, dict[str, float]], None]  # epochs of all trials so far, and the last loss
BeginTrials = Callable[[int], OnEpoch]  # the maximum number of epochs
HANDICAP = 1.02  # factor on the error with all bases but one: seeds differ by about 1%


@dataclass(frozen=True, eq=False)
class Trial:
    """A network that corrects a base, after `epochs`: its validation, and its state then."""

    base: Baseline
    epochs: int
    validation: Validation
    state: dict[str, np.ndarray]

    @property
    def recorded(self) -> dict[str, Any]:
        """What reports show."""
        errors = self.validation
        return {
            "base": self.base.name,
            "epochs": self.epochs,
            "error": errors.error,
            "baseline_error": errors.baseline_error,
        }


class TrialNetwork:
    """One network, in whose graph all candidates are trained: tracing takes longest.

    Attributes
    ----------
    training : NetworkTraining
    windows : dict
        The windows for each candidate base.
    """

    def __init__(self, plan: Plan):
        self.plan, self.training = plan, start_training(plan)
        self.windows = {base: plan.windows_of(base) for base in plan.candidates}
        if self.windows:
            make_exchangeable(self.training.batches)
        self._untrained = self.training.state()

    def held_out(self, base: Baseline) -> HeldOut:
        """Return the windows of a base without and in the end of each series."""
        return hold_out(self.windows[base], self.plan.lengths, self.plan.options.horizon)

    def load(self, windows: Windows, state: dict[str, np.ndarray] | None = None) -> None:
        """Give the training these windows, and a state or else that before the first epoch."""
        put(self.training, state or self._untrained, tf.nest.flatten(data_of(windows)))
        if state is None:
            begin_at_baseline(self.training.model, windows)

    def validate(self, later: Windows, base: Baseline) -> Validation:
        """Validate the network, trained up to the held-out windows `later`, with its mean."""
        plan, windows = self.plan, self.windows[base]
        validation, corrections = self.correct_and_weigh(later)
        if not validation.weight:
            return replace(validation, above=plan.above_base(base, windows))
        first = first_held_out(plan.lengths, plan.options.horizon)
        with_constant = windows.at(windows.origin >= first[windows.series] - 1)
        median = np.zeros(with_constant.target.shape)  # where nothing changed, nothing is added
        middle = plan.quantiles.index(0.5)
        median[with_constant.scale > 0] = validation.weight * corrections[..., middle]
        above = above_median(plan.panel, with_constant, median, logs=base.logs)
        return replace(validation, above=above)

    def correct_and_weigh(self, later: Windows) -> tuple[Validation, np.ndarray]:
        """Return the validation of the network on some windows, and its corrections (W, H, Q)."""
        corrections = correct(self.training.model, later)
        initial_width = np.asarray(quantiles_of(self.training.model).initial_width)
        return weigh(corrections, later, self.plan.quantiles, initial_width), corrections


@dataclass(frozen=True, eq=False)
class Trials:
    """The trials of a plan, in their order, and the best one; none if the baseline forecasts."""

    plan: Plan
    network: TrialNetwork
    trials: tuple[Trial, ...] = ()
    best: Trial | None = None

    @classmethod
    def of(cls, plan: Plan) -> "Trials":
        """Return no trials yet, but the network for them."""
        return cls(plan, TrialNetwork(plan))

    @property
    def longest_of_best(self) -> Trial:
        """The longest trial of the best base."""
        assert self.best is not None
        return [trial for trial in self.trials if trial.base == self.best.base][-1]


def run_trials(trials: Trials, begin: BeginTrials | None = None) -> Trials:
    """Train the candidates without the end of each series, and validate them on it.

    `halving.halve` drops the worse ones and continues with the better ones.
    """
    plan, network = trials.plan, trials.network
    if not plan.candidates:
        return trials
    rounds, training = plan.schedule.rounds, network.training
    favoured = _favoured(plan)
    done: dict[tuple[Baseline, int], Trial] = {}
    progress = _Progress(
        None if begin is None else begin(count_epochs(len(plan.candidates), rounds))
    )

    def error_after(base: Baseline, epochs: int) -> float:
        held = network.held_out(base)
        states = [trial.state for trial in done.values() if trial.base == base]
        network.load(held.earlier, states[-1] if states else None)
        training.run(epochs, on_logs=progress.show)
        state = training.state()
        validation = network.validate(held.later, base)
        done[base, epochs] = Trial(base, epochs, validation, state)
        is_handicapped = plan.options.is_searched and base != favoured
        return validation.error * (HANDICAP if is_handicapped else 1)

    best = done[halve(plan.candidates, rounds, error_after)]
    return Trials(plan, network, tuple(done.values()), best)


def _favoured(plan: Plan) -> Baseline:
    """Return the candidate that others must beat clearly: a drift over half of the steps."""
    best, *alternatives = plan.candidates
    return next((base for base in alternatives if base.steps), best)


class _Progress:
    """Counts the epochs of all trials."""

    def __init__(self, on_epoch: OnEpoch | None):
        self.on_epoch, self.epochs = on_epoch, 0

    def show(self, epoch: int, logs: dict[str, float]) -> None:
        self.epochs += 1
        if self.on_epoch is not None:
            self.on_epoch(self.epochs, {"loss": logs["loss"]})
