"""The page's forecasts agree with Python's: from any origin and past, with all covariates."""

from dataclasses import replace

import numpy as np
import pytest
from support import forecast_pages
from support.facts import raises
from support.node import float64, run

from glasscell.explorer.sentences import Explorer
from glasscell.inspection.clamps import clamp
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.explanation import remove_each
from glasscell.tasks.forecasting.model.forecaster import Forecaster
from glasscell.tasks.forecasting.model.forecasts import forecast
from glasscell.tasks.forecasting.panels.bounds import Bounds

# features and states are float32 in Python, 6e-8 of each; nine to forty steps of random weights let
# that grow
TOLERANCE = 2e-5  # of the largest distance from the baseline
FORECAST = """
import { decodeForecaster, forecastOf, memberAnswer } from "tasks/forecasting/web/forecaster.js";
import { run } from "./network/forward.js";
import { windowAt } from "tasks/forecasting/web/window.js";
answer(given.map(({ payload, asked }) => {
  const forecaster = decodeForecaster(payload);
  const { framing, members, series } = forecaster;
  return asked.map(({ n, origin, changed, clamps }) => {
    const values = Float64Array.from(series[n].values);
    for (const [t, v] of changed) values[t] = v ?? NaN;
    const window = windowAt(framing, series[n], values, origin);
    const answers = members.map((one) => {
      const past = run(one.network, window.x, framing.context, clamps);
      return memberAnswer(forecaster, one, past, window.ahead);
    });
    const { fan, base } = forecastOf(forecaster, window, answers);
    return { fan: out(fan), base: out(base), x: out(window.x) };
  });
}));
"""
CASES = {
    "plain": ({}, {}),
    "numbers for times": ({"frequency": None}, {"baseline": Baseline(steps=3)}),
    "a season": ({}, {"season": 12, "baseline": Baseline(season=12), "context": 14}),
    "growth": ({}, {"season": 12, "baseline": Baseline(season=12, steps=6), "context": 14}),
    "three seasons": (
        {},
        {"season": 12, "baseline": Baseline(season=12, seasons=3), "context": 14},
    ),
    "growth over seasons": (
        {},
        {"season": 6, "baseline": Baseline(season=6, steps=4, seasons=4), "horizon": 9},
    ),
    "logarithms": ({}, {"season": 4, "baseline": Baseline(steps=5, logs=True)}),
    "a season in logarithms": (
        {},
        {"season": 6, "baseline": Baseline(season=6, steps=2, logs=True), "horizon": 9},
    ),
    "covariates": ({"covariates": True}, {"season": 4, "members": 2, "units": (4, 3)}),
    "variant": ({"gaps": 0.5}, {"variant": "NP", "members": 3}),
    "days": (
        {"frequency": "D", "steps": (200, 300)},
        {"season": 7, "baseline": Baseline(season=7)},
    ),
    "a short one": (
        {"steps": (5, 90)},
        {"season": 12, "baseline": Baseline(season=12), "context": 14},
    ),
    "one value": ({"steps": (1, 60)}, {}),
    "one value, and what is known": ({"steps": (1, 60), "covariates": True}, {}),
    "a median alone": ({}, {"quantiles": (0.5,)}),
    "continued": (
        {"covariates": True},
        {"season": 4, "members": 2, "units": (4, 3), "continues": True},
    ),
    "continued in logarithms": (
        {},
        {"baseline": Baseline(logs=True), "horizon": 9, "continues": True},
    ),
    "continued, of gates that see gates": (
        {"covariates": True},
        {"variant": "FGR", "continues": True},
    ),
}


REMOVALS = """
import { decodeForecaster } from "tasks/forecasting/web/forecaster.js";
import { Removals } from "tasks/forecasting/web/removals.js";
const forecaster = decodeForecaster(given);
answer(forecaster.series.map((one) => {
  const found = new Removals(forecaster, one, one.values, one.origins[1]);
  found.gather(Infinity);
  const steps = Array.from({ length: found.last + 1 - found.first }, (_, k) => found.first + k);
  const ahead = Array.from({ length: found.horizon }, (_, h) => h);
  const each = (part) => steps.map((t) => ahead.map((h) => found.at(t, h)?.[part] ?? null));
  const { first, count } = found;
  return { first, count, gave: each("gave"), ofBase: each("ofBase"), largest: found.largest(0) };
}));
"""


def assert_forecast(ours, fan, base):
    np.testing.assert_allclose(float64(ours["base"]), base, rtol=1e-12)
    found = float64(ours["fan"], *fan.shape)
    np.testing.assert_allclose(
        found, fan, rtol=0, atol=TOLERANCE * np.abs(fan - base[:, None]).max() + 1e-9
    )
    assert not (np.diff(found, axis=-1) < 0).any()


@pytest.mark.few(9)
@pytest.mark.parametrize("name", CASES)
def test_forecasts_are_those_of_python(name):
    of_panel, of_network = CASES[name]
    panel = forecast_pages.draw_panel(3, **{"horizon": of_network.get("horizon", 4)} | of_panel)
    network, framing = forecast_pages.draw(panel, 5, **of_network)
    quantiles = of_network.get("quantiles", forecast_pages.QUANTILES)
    payload = forecast_pages.payload(network, framing, panel, quantiles)
    rng = np.random.default_rng(7)
    asked, wanted = [], []
    for turn in range(3):
        for n, one in enumerate(payload["series"]):
            first, last = one["origins"]
            shown = len(one["values"])
            changed = (
                {}
                if turn == 0
                else {int(t): 20 + 100 * rng.random() for t in rng.integers(0, shown, 6)}
            )
            changed |= (
                dict.fromkeys(rng.integers(0, max(shown - 1, 1), 3).tolist(), np.nan)
                if turn == 2
                else {}
            )
            other = forecast_pages.with_values(
                panel, n, {one["first"] + t: v for t, v in changed.items()}
            )
            there = forecast_pages.expected(network, framing, other)
            origins = [o for o in range(first, last + 1) if (n, one["first"] + o) in there]
            assert last in origins
            assert len(origins) > min(shown, 30) / 2 - 3
            for origin in origins:
                plain = [[t, None if v != v else v] for t, v in changed.items()]
                asked.append({"n": n, "origin": origin, "changed": plain})
                wanted.append(there[n, one["first"] + origin])
    (told,) = run(FORECAST, [{"payload": payload, "asked": asked}])
    assert len(told) == len(wanted) > 30
    for ours, (fan, base) in zip(told, wanted, strict=True):
        assert_forecast(ours, fan, base)


@pytest.mark.few(9)
@pytest.mark.parametrize("name", CASES)
def test_what_each_value_gave_is_that_of_python(name):
    of_panel, of_network = CASES[name]
    panel = forecast_pages.draw_panel(3, **{"horizon": of_network.get("horizon", 4)} | of_panel)
    network, framing = forecast_pages.draw(panel, 5, **of_network)
    quantiles = of_network.get("quantiles", forecast_pages.QUANTILES)
    payload = forecast_pages.payload(network, framing, panel, quantiles)
    for n, ours in enumerate(run(REMOVALS, payload)):
        if (~np.isnan(panel.values[n])).sum() < 2:
            assert ours["count"] == 0  # without it there is no forecast, in Python an error
            continue
        theirs = remove_each(Forecaster(network, framing, tuple(quantiles), panel), panel.of([n]))
        assert ours["first"] + payload["series"][n]["first"] == theirs.steps[0]
        gave, of_base = (np.array(ours[part], float) for part in ("gave", "ofBase"))
        gaps = np.isnan(theirs.values)
        assert np.isnan(gave[gaps]).all()
        size = np.abs(theirs.gave).max() + np.abs(theirs.of_base).max()
        assert size > 1
        np.testing.assert_allclose(of_base[~gaps], theirs.of_base[~gaps], rtol=0, atol=1e-9 * size)
        # differences of two forecasts, each of float32 in Python
        fan = np.abs(theirs.quantiles - np.nanmean(theirs.values)).max()
        np.testing.assert_allclose(gave[~gaps], theirs.gave[~gaps], rtol=0, atol=TOLERANCE * fan)
        assert (
            ours["largest"] + payload["series"][n]["first"]
            == theirs.steps[np.abs(theirs.gave[:, 0]).argmax()]
        )


def test_bounds_and_what_nothing_is_known_of_are_those_of_python():
    panel = forecast_pages.draw_panel(3, steps=(40, 1))
    network, framing = forecast_pages.draw(panel, 5)
    fans = forecast(network, framing, panel)
    framing = replace(framing, bounds=Bounds(*np.quantile(fans[0], [0.3, 0.6])), median=2)
    payload = forecast_pages.payload(network, framing, panel)
    asked = [
        {"n": n, "origin": one["origins"][1], "changed": []}
        for n, one in enumerate(payload["series"])
    ]
    (told,) = run(FORECAST, [{"payload": payload, "asked": asked}])
    wanted = forecast(network, framing, panel)
    assert np.isnan(wanted).any((1, 2)).tolist() == [False, True]
    found = [float64(one["fan"]).reshape(wanted.shape[1:]) for one in told]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_a_long_series_is_cut_and_forecast_as_if_whole():
    panel = forecast_pages.draw_panel(1, steps=(400,), gaps=0.4)
    network, framing = forecast_pages.draw(
        panel, 2, season=12, baseline=Baseline(season=12, steps=3)
    )
    payload = forecast_pages.payload(network, framing, panel)
    (one,) = payload["series"]
    assert 0 < one["first"] < 400 - 60
    assert len(one["before"]) == 12
    assert None not in one["before"]
    there = forecast_pages.expected(network, framing, panel)
    first, last = one["origins"]
    origins = [o for o in range(first, last + 1) if (0, one["first"] + o) in there]
    assert len(origins) > 30
    (told,) = run(
        FORECAST,
        [{"payload": payload, "asked": [{"n": 0, "origin": o, "changed": []} for o in origins]}],
    )
    for origin, ours in zip(origins, told, strict=True):
        assert_forecast(ours, *there[0, one["first"] + origin])


def test_what_has_no_logarithm_is_refused_whichever_series_has_it():
    panel = forecast_pages.draw_panel(3)
    network, framing = forecast_pages.draw(panel, 5, baseline=Baseline(logs=True))
    for bad in (0.0, -2.5):
        other = forecast_pages.with_values(panel, 1, {7: bad})
        with raises(Explorer.NO_LOGARITHM, series="s1", value=bad):
            forecast_pages.payload(network, framing, other)
        forecast_pages.payload(network, framing, other.of([0]))


def test_values_that_are_all_missing_or_all_the_same_are_no_trouble():
    panel = forecast_pages.draw_panel(3, gaps=0)
    network, framing = forecast_pages.draw(panel, 5)
    payload = forecast_pages.payload(network, framing, panel)
    shown = len(payload["series"][0]["values"])
    last = shown - 1
    asked = [
        {"n": 0, "origin": last, "changed": [[t, None] for t in range(shown)]},
        {"n": 0, "origin": last, "changed": [[t, 7.0] for t in range(shown)]},
    ]
    ((nothing, same),) = run(FORECAST, [{"payload": payload, "asked": asked}])
    assert np.isnan(float64(nothing["fan"])).all()
    assert np.isfinite(float64(nothing["x"])).all()
    # nothing changed ever: nothing is added
    np.testing.assert_array_equal(float64(same["fan"]), 7.0)


@pytest.mark.parametrize("variant", [None, "FGR"])
def test_gates_are_held_while_the_past_is_read_and_what_continues_starts_from_there(variant):
    panel = forecast_pages.draw_panel(3, covariates=True)
    network, framing = forecast_pages.draw(panel, 5, units=(4, 3), variant=variant, continues=True)
    payload = forecast_pages.payload(network, framing, panel)
    last = payload["series"][0]["origins"][1]
    place = 0, payload["series"][0]["first"] + last
    free, asked, wanted = forecast_pages.expected(network, framing, panel)[place][0], [], []
    for gate in "ifoz":
        held = {
            "layer": 1,
            "direction": 0,
            "gate": gate,
            "units": [0, 2],
            "from": 6,
            "to": 8,
            "value": 0.9,
        }
        asked.append({"n": 0, "origin": last, "changed": [], "clamps": [held]})
        with clamp(network, gate, 0.9, units=[0, 2], steps=range(6, 9), layer="lstm_2"):
            wanted.append(forecast_pages.expected(network, framing, panel)[place])
    (told,) = run(FORECAST, [{"payload": payload, "asked": asked}])
    for ours, (fan, base) in zip(told, wanted, strict=True):
        assert_forecast(ours, fan, base)
        assert np.abs(fan - free).max() > 1e-2


def test_only_networks_that_continue_have_it_in_the_payload_and_it_must_fit():
    panel = forecast_pages.draw_panel(3)
    plain, goes_on = (
        forecast_pages.payload(*forecast_pages.draw(panel, 5, continues=continues), panel)
        for continues in (False, True)
    )
    assert plain["members"][0].keys() == {"network", "ahead"}
    assert goes_on["members"][0]["continued"].keys() == {"lstm", "kernel"}
    script = """
    import { decodeForecaster } from "tasks/forecasting/web/forecaster.js";
    answer(given.map((payload) => code(() => decodeForecaster(payload))));
    """
    other = forecast_pages.payload(*forecast_pages.draw(panel, 5, units=3, continues=True), panel)
    (theirs,) = (one["continued"] for one in other["members"])
    wrong = []
    for parts in (
        theirs,
        {"kernel": theirs["kernel"]},
    ):  # units that are not those of the LSTM before
        members = [one | {"continued": one["continued"] | parts} for one in goes_on["members"]]
        wrong.append(goes_on | {"members": members})
    assert run(script, [plain, goes_on, *wrong]) == [None, None, "bad-data", "bad-data"]
