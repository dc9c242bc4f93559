"""Gates and memories are those of readings that end where they say, and know nothing that came later."""

import numpy as np
import pandas as pd
from support.panels import CONTEXT, framed, uneven_panel

from glasscell.tasks.forecasting.gates_read import mean_gates, read_season, read_window
from glasscell.tasks.forecasting.panels.baselines import Baseline
from glasscell.tasks.forecasting.panels.cuts import cut_off
from glasscell.tasks.forecasting.panels.windows import cut
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
    framing, network = framed(panel, Baseline(season=12), 12, (0.5,), units=3, members=2)
    window = cut(panel, framing, last=True)
    found = mean_gates(read_window(network, window))
    each = [read(network.get_layer(f"lstm_1_of_{k}").get_weights(), window.steps[0]) for k in (1, 2)]
    wanted = [np.concatenate([member[gate] for member in each], 1).mean(1) for gate in range(3)]
    np.testing.assert_allclose(found, np.stack(wanted, 1), atol=1e-6)  # float32's rounding, of numbers below 1


def test_memories_by_place_are_of_readings_that_end_there():
    panel = uneven_panel("QE", 40).of([0])
    framing, network = framed(panel, Baseline(season=4), 4, (0.5,), units=3)
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
        np.testing.assert_allclose(found.memories.means[place], np.mean(np.array(memories)[here], 0), atol=1e-5)
        np.testing.assert_allclose(found.gates[place], np.mean(np.array(gates)[here], 0), atol=1e-6)
    assert found.units == [("lstm_1", k) for k in range(3)]
    assert found.memories.share[found.order].tolist() == sorted(found.memories.share, reverse=True)


def test_what_is_too_short_or_has_no_season_is_told_apart():
    panel = uneven_panel("QE", 40)
    framing, network = framed(panel, Baseline(season=4), 4, (0.5,), units=3)
    short = read_season(network, framing, panel.of([1]))
    assert (short.code, short.values["expected"], short.values["n"]) == (ForecastRuns.TOO_SHORT_FOR_SEASON, 25, 20)
    framing, network = framed(panel, Baseline(), 1, (0.5,), units=3)
    assert read_season(network, framing, panel.of([0])) is None
