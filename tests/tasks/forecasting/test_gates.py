"""Gates and memories are those of windows that end where stated, unaffected by later values."""

import numpy as np
import pandas as pd
import pytest
from support.panels import CONTEXT, framed, uneven_panel

from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.gates import follow_season, mean_gates, read_season, read_window
from glasscell.tasks.forecasting.model.windows import cut
from glasscell.tasks.forecasting.panels.panel import cut_off
from glasscell.tasks.forecasting.sentences import ForecastRuns


def read(weights, x):
    """Return i, f, o and c after each step of x (T, D), by the textbook."""
    kernel, recurrent_kernel, bias = weights
    h = c = np.zeros(len(recurrent_kernel))
    found = []
    for step in np.asarray(x, "float64"):
        i, f, z, o = np.split(step @ kernel + h @ recurrent_kernel + bias, 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(z)
        h = o * np.tanh(c)
        found.append((i, f, o, c))
    return tuple(np.array(v) for v in zip(*found, strict=True))


def test_gates_are_those_of_the_textbook_over_all_networks_side_by_side():
    panel = uneven_panel("MS", 60).of([0])
    framing, network = framed(
        panel, Baseline(season=12), 12, (0.5,), units=3, members=2, continues=True
    )
    window = cut(panel, framing, last=True)
    found = mean_gates(read_window(network, window))
    each = [
        read(network.get_layer(f"lstm_1_of_{k}").get_weights(), window.steps[0]) for k in (1, 2)
    ]
    wanted = [np.concatenate([member[gate] for member in each], 1).mean(1) for gate in range(3)]
    # float32's rounding, of numbers below 1
    np.testing.assert_allclose(found, np.stack(wanted, 1), atol=1e-6)


@pytest.mark.parametrize("continues", [False, True])
def test_memories_by_place_are_of_readings_that_end_there(continues):
    panel = uneven_panel("QE", 40).of([0])
    framing, network = framed(panel, Baseline(season=4), 4, (0.5,), units=3, continues=continues)
    found = read_season(network, framing, panel)
    weights = network.get_layer("lstm_1").get_weights()
    origins = range(CONTEXT - 1, 40)
    assert found.windows == len(origins)
    memories, gates = [], []
    for origin in origins:
        seen = cut_off(panel, 39 - origin)  # a table that ends there
        i, f, o, c = read(weights, cut(seen, framing, last=True).steps[0])
        memories.append(c[-1])
        gates.append([i[-1].mean(), f[-1].mean(), o[-1].mean()])
    quarter = pd.DatetimeIndex(panel.times[0])[list(origins)].quarter
    assert found.names == ["Q1", "Q2", "Q3", "Q4"]
    for place in range(4):
        here = quarter == place + 1
        np.testing.assert_allclose(
            found.memories.means[place], np.mean(np.array(memories)[here], 0), atol=1e-5
        )
        np.testing.assert_allclose(found.gates[place], np.mean(np.array(gates)[here], 0), atol=1e-6)
    assert found.units == [("lstm_1", k) for k in range(3)]
    assert found.memories.share[found.order].tolist() == sorted(found.memories.share, reverse=True)


def test_what_is_too_short_or_has_no_season_is_told_apart():
    panel = uneven_panel("QE", 40)
    framing, network = framed(panel, Baseline(season=4), 4, (0.5,), units=3)
    short = read_season(network, framing, panel.of([1]))
    assert (short.code, short.values["expected"], short.values["n"]) == (
        ForecastRuns.TOO_SHORT_FOR_SEASON,
        25,
        20,
    )
    framing, network = framed(panel, Baseline(), 1, (0.5,), units=3)
    assert read_season(network, framing, panel.of([0])) is None


def test_the_share_is_the_adjusted_r2_of_a_regression_on_the_places():
    rng = np.random.default_rng(0)
    phase = rng.permutation(np.arange(50) % 6)
    memories = rng.normal(size=(50, 3)) + np.outer(phase == 2, [0.0, 1.0, 5.0])
    found = follow_season(memories, phase, 6)
    dummies = np.eye(6)[phase]
    rest = memories - dummies @ np.linalg.lstsq(dummies, memories, rcond=None)[0]
    r2 = 1 - rest.var(0) / memories.var(0)
    np.testing.assert_allclose(found.share, 1 - (1 - r2) * 49 / 44, rtol=1e-12)
    np.testing.assert_allclose(found.means[2], memories[phase == 2].mean(0), rtol=1e-12)


def test_noise_has_no_share_in_the_mean_and_what_never_changes_none_at_all():
    rng = np.random.default_rng(1)
    phase = np.arange(40) % 12
    shares = follow_season(rng.normal(size=(40, 4000)), phase, 12).share
    assert abs(shares.mean()) < 0.01  # 4000 of them, which spread by some .16
    still = follow_season(np.full((40, 1), 0.1, "float32"), phase, 12)
    assert np.isnan(still.share).all()
    empty = follow_season(rng.normal(size=(20, 2)), np.arange(20) % 3, 4)
    assert np.isnan(empty.means[3]).all()
    assert np.isfinite(empty.share).all()
