"""A forecaster's training, put together: baseline, windows and network, rehearsed; and its answers.

N series · W windows · H steps ahead · Q quantiles · M members
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf

from glasscell.errors import DataError, TrainingFailed, UsageError
from glasscell.facts import Note
from glasscell.layers.quantiles import Quantiles, raw_of
from glasscell.tasks.forecasting.network import Pinball, build_forecaster, quantiles_of
from glasscell.tasks.forecasting.panels.baselines import IN_LOGS, Baseline, about, baselines_for, choose, never_narrower
from glasscell.tasks.forecasting.panels.calendar import find_cycles
from glasscell.tasks.forecasting.panels.measures import tail_bits
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import Framing, Windows, cut, frame_panel, require_positive
from glasscell.tasks.forecasting.rehearsal import Rehearsal, held_back, rehearse
from glasscell.tasks.forecasting.sentences import ForecastEstimators
from glasscell.tasks.forecasting.settings import FORECAST
from glasscell.training.batches import ArrayBatches
from glasscell.training.optimization import falling
from glasscell.training.sharing import SharedGraph, data_of, put
from glasscell.training.training import Training

QUANTILES = (0.1, 0.5, 0.9)
UPDATES, MOST_EPOCHS, FEWEST_EPOCHS = 1000, 100, 4  # where epochs are "auto"
FEWEST_WINDOWS = 16  # that teach: of fewer nothing is learnt, and the baseline forecasts
LEAST_CONTEXT, MOST_CONTEXT = 12, 48  # where it is "auto": two seasons between these
MOST_TIMES_OFF = 1000.0  # as the baseline alone, and as the windows' scales: beyond, training has failed
ASKED_AT_ONCE = 1024  # windows


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
    """

    framing: Framing
    quantiles: tuple[float, ...]
    baselines: dict[str, float]
    rehearsal: Rehearsal | None
    epochs: int
    reason: Note | None

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


def prepare(
    panel: Panel,
    *,
    horizon: int,
    quantiles: Sequence[float] = QUANTILES,
    context: int | str = "auto",
    season: int | str = "auto",
    base: str | Baseline = "auto",
    logs: bool | str = "auto",
    learning_rate: float = FORECAST["learning_rate"].default,
    epochs: int | str = "auto",
    batch_size: int = FORECAST["batch_size"].default,
    clip_norm: float | None = FORECAST["clip_norm"].default,
    seed: int = 0,
    **of_network: Any,
) -> ForecastTraining:
    """Return the training of a new forecaster, not yet run; `run(training.epochs)` trains it to the end.

    The baseline is chosen by how far each was off in the past. Then the network is trained without the end of each
    series, to see how much of what it adds to the baseline is to be trusted and how wide its quantiles must be: that is
    the rehearsal. If the baseline is a drift over several steps, one over half of them is rehearsed, too,
    and that is taken with which the network is less off. All follows from the panel and the seed, bit for bit.

    Parameters
    ----------
    panel : Panel
    horizon : int
        H.
    quantiles : sequence of Q floats
        Ascending, .5 among them.
    context : int or "auto"
        Steps that the network reads; by default two seasons, at least 12 and at most 48. Each step also says how much
        it lies above the one a season before, or above the mean of so many as the baseline repeats.
    season : int or "auto"
        By default what the panel's frequency suggests; none where no series has two of them.
    base : {"auto", "last value", "drift", "seasonal naive", "seasonal mean"}, name of a baseline, or Baseline
        What the network corrects: the best of all by backtest, or of those whose names begin so.
    logs : bool or "auto"
        Whether all is done with logarithms; by default if that makes the baseline better.
    learning_rate : float
        Adam's; it falls as a cosine.
    epochs : int or "auto"
        By default as many as make 1,000 updates, 4 to 100.
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
    TrainingFailed
        If the network's loss, in the rehearsal, is not finite, or 1,000 times that of the baseline.

    Examples
    --------
    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.panels.panel import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": np.arange(60), "y": np.sin(np.arange(60)) + 0.1 * np.arange(60)}))
    >>> training = prepare(panel, horizon=3, units=4, epochs=2)
    >>> training = training.run(training.epochs)
    >>> forecast(training.model, training.framing, panel).shape
    (1, 3, 3)
    """
    quantiles = tuple(map(float, quantiles))
    season = season_for(panel, season)
    baseline, errors = _baseline_for(panel, horizon, season, base, logs)
    context = min(max(2 * season, LEAST_CONTEXT), MOST_CONTEXT) if context == "auto" else int(context)
    framing = frame_panel(panel, horizon, context, season, baseline, find_cycles(panel))
    windows = cut(panel, framing)
    if not len(windows.series):  # then one from which nothing can be learnt
        windows = cut(panel, framing, last=True)
    size = max(1, min(batch_size, len(windows.series)))
    if epochs == "auto":
        steps = -(-len(windows.series) // size)
        epochs = int(np.clip(round(UPDATES / steps), FEWEST_EPOCHS, MOST_EPOCHS))
    epochs = int(epochs)

    def make(seen: Windows) -> ForecastTraining:
        network = _network_for(seen, quantiles, seed=seed, **of_network)
        batches = ArrayBatches((seen.steps, seen.ahead), seen.target, seen.weights(), batch_size=size, seed=seed)
        rate = falling(learning_rate, epochs, batches)
        network.compile(keras.optimizers.Adam(rate), Pinball(quantiles))  # pyright: ignore
        return ForecastTraining(network, batches, clip_norm=clip_norm)

    training = make(windows)
    training.quantiles, training.baselines, training.epochs = quantiles, errors, epochs
    training.framing, training.rehearsal, training.reason = framing, None, None
    layer = quantiles_of(training.model)
    lengths = [len(values) for values in panel.values]
    teaching = int((held_back(windows, lengths, horizon).seen.weights() > 0).sum())
    if teaching < FEWEST_WINDOWS:
        _leave_to_baseline(layer)
        unsure = ForecastEstimators.UNSURE() if np.isnan(layer.unlearnt).any() else None
        training.reason = ForecastEstimators.FEW_WINDOWS(n=teaching, fewest=FEWEST_WINDOWS, unsure=unsure)
        training.epochs = 0
        return training
    if not epochs:
        return training
    graph, tried = SharedGraph(), []
    graph.run(training, 0)
    for one in _to_try(baseline, base):
        other = windows if one == baseline else cut(panel, replace(framing, baseline=one))
        held = held_back(other, lengths, horizon)
        trial = make(held.seen)
        graph.run(trial, epochs)
        unlearnt = np.asarray(quantiles_of(trial.model).unlearnt)
        tried.append((rehearse(ask(trial.model, held.later), held.later, quantiles, unlearnt), one, other))
    rehearsal, chosen, windows = min(tried, key=lambda of_one: of_one[0].error)
    training.rehearsal = rehearsal
    if chosen != baseline:
        training.framing, best = replace(framing, baseline=chosen), make(windows)
        put(training, best.state(), data_of(best.batches))
    layer.trust.assign(rehearsal.trust)
    layer.widening.assign(rehearsal.widening)
    if not rehearsal.trust:
        _leave_to_baseline(layer)
    return training


def forecast(network: keras.Model, framing: Framing, panel: Panel) -> np.ndarray:
    """Return the quantiles of the steps after the end of each series: (N, H, Q), float64, in its units.

    Of a series that never changed, all are the baseline's forecast.

    Parameters
    ----------
    network : keras.Model
        As `prepare` makes it; or any callable of windows (W, T, F) and what is known ahead (W, H, G).
    framing : Framing
    panel : Panel

    Raises
    ------
    DataError
        As `last_windows` does.
    """
    return answers(network, framing, last_windows(framing, panel))


def last_windows(framing: Framing, panel: Panel) -> Windows:
    """Return the windows that end with each series, from which the steps after its end are forecast.

    Raises
    ------
    DataError
        If a value is not above 0 and the framing is in logarithms, or a covariate is missing in the future.
    """
    for who, future in zip(panel.ids, panel.future, strict=True):
        if panel.known_names and len(future) < framing.horizon:
            both = {"horizon": framing.horizon, "n": len(future)}
            raise DataError(ForecastEstimators.NOT_KNOWN_AHEAD, series=who, columns=panel.known_names, **both)
    return cut(panel, framing, last=True)


def answers(network: keras.Model, framing: Framing, windows: Windows) -> np.ndarray:
    """Return the quantiles of the steps after each window's origin: (W, H, Q), float64, in the series' units."""
    scale = windows.scale[:, None, None]
    found = windows.base[..., None] + np.where(scale > 0, scale * ask(network, windows), 0)
    return np.exp(found) if framing.baseline.logs else found


def ask(network: keras.Model, windows: Windows) -> np.ndarray:
    """Return what a network adds to the baselines, in units of the windows' scales: (W, H, Q), its members' mean."""
    parts = []
    for first in range(0, len(windows.series), ASKED_AT_ONCE):
        part = slice(first, first + ASKED_AT_ONCE)
        parts.append(np.asarray(network([windows.steps[part], windows.ahead[part]])).astype("float64").mean(1))
    return np.concatenate(parts)


def surprise(network: keras.Model, framing: Framing, panel: Panel, quantiles: Sequence[float]) -> list[np.ndarray]:
    """Return how improbable each value was one step before it came, in bits: N arrays (T_n,).

    As `tail_bits` says; NaN in gaps, and as long as there is too little before.

    Raises
    ------
    UsageError
        If there is no quantile below the median, or none above.
    """
    if not quantiles[0] < 0.5 < quantiles[-1]:
        raise UsageError(ForecastEstimators.ONE_SIDED, quantiles=list(quantiles))
    windows = cut(panel, framing, most=None)
    found = [np.full(len(values), np.nan) for values in panel.values]
    if len(windows.series):
        bits = tail_bits(windows.target[:, 0].astype("float64"), ask(network, windows)[:, 0], quantiles)
        bits = np.where(windows.scale > 0, bits, np.where(windows.target[:, 0] == 0, 0.0, np.inf))
        bits[np.isnan(windows.target[:, 0])] = np.nan
        for n, one in enumerate(found):
            here = windows.series == n
            one[windows.origin[here] + 1] = bits[here]
    return found


def season_for(panel: Panel, season: int | str) -> int:
    """Return the season that is asked for, or that a panel's frequency suggests; 1 where no series has two of them."""
    season = panel.season if season == "auto" else int(season)
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


def _to_try(baseline: Baseline, base: str | Baseline) -> list[Baseline]:
    """Return the baselines that the network is to correct in turn: the best, and of a drift one over half of its steps.

    The network finds by itself what steps further back say, but not what has been averaged away.
    """
    if base == "auto" and baseline.season == 1 and baseline.steps > 1:
        return [baseline, replace(baseline, steps=(baseline.steps + 1) // 2)]
    return [baseline]


def _leave_to_baseline(layer: Quantiles) -> None:
    layer.trust.assign(0.0)
    layer.unlearnt.assign(never_narrower(np.asarray(layer.unlearnt)))


def _network_for(windows: Windows, quantiles: Sequence[float], **of_network: Any) -> keras.Model:
    """Return a network that answers, before it is trained or trusted, as far as the baseline was off in the windows."""
    teaching = windows.weights() > 0
    context, features = windows.steps.shape[1:]
    horizon, ahead = windows.ahead.shape[1:]
    off = about(windows.target[teaching].astype("float64"), quantiles)
    if not (windows.scale > 0).any():  # nothing ever changed
        off = np.zeros_like(off)
    start = raw_of(np.nan_to_num(off), quantiles)
    network = build_forecaster(features, ahead, horizon, quantiles, start=start, context=context, **of_network)
    quantiles_of(network).unlearnt.assign(off)
    return network
