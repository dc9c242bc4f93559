"""Sentences of the page for forecasts: each is printed only where the numbers imply it."""

import re

import pytest
from support.node import run, with_words

from glasscell.tasks.forecasting.baselines.naive import baselines_for

SENTENCES = """
import { speak } from "./words/language.js";
import { layersOf, mediansOf } from "tasks/forecasting/web/forecaster.js";
import {
  consequenceInWords, eventInWords, stepAheadInWords, valueAndEffect,
} from "tasks/forecasting/web/story.js";
const numbers = (list) => Float64Array.from(list, (v) => v ?? NaN);
answer(given.map((one) => {
  speak(one.language ?? "en", "forecast");
  const quantiles = one.quantiles ?? [0.1, 0.5, 0.9];
  const [Q, middle] = [quantiles.length, (quantiles.length - 1) / 2];
  const fanOf = ({ bare, median }) =>
    median.flatMap((v, h) => quantiles.map((_, k) => v + (k - middle) * 10));
  const forecast = { fan: numbers(fanOf(one)), bare: numbers(one.bare) };
  const values = [0, 150, 100, ...(one.came ?? [])];
  const times = Array.from({ length: 3 + one.bare.length }, (_, t) => `day ${t + 1}`);
  const series = { values, times, trained: one.trained ?? 2 };
  const forecaster = { quantiles, middle, framing: { horizon: one.bare.length } };
  const app = {
    payload: one, series, forecaster, hovered: one.hovered ?? null, isFixed: Boolean(one.local),
  };
  const shown = one.shown ? { ...forecast, fan: numbers(fanOf({ median: one.shown })) } : forecast;
  const before = one.before
    ? { fan: numbers(fanOf(one.before)), bare: numbers(one.before.bare) } : null;
  const layers = layersOf(forecast, Q, middle);
  const chosen = one.chosen ?? layers.most;
  const [gave, ofBase] = one.effect ?? [5, 7];
  const largest = { gave, ofBase, ofNetwork: gave - ofBase };
  const removals = {
    isComplete: !one.waits, count: one.count ?? 2, largest: () => (gave || ofBase ? 1 : null),
    at: (t) => (t === 1 ? largest : null),
  };
  const state = { origin: 2, values: numbers(values), bare: one.isBare ?? false };
  const frame = {
    state, forecast, layers, chosen, removals, ahead: app.hovered ?? chosen, forecastBefore: before,
    shown, median: mediansOf(shown.fan, Q, middle), window: { scale: one.scale ?? 1 },
  };
  return [eventInWords, consequenceInWords, stepAheadInWords, valueAndEffect].map((say) =>
    say(app, frame, 1));
}));
"""


def sentences(**case):
    """Give the event, the consequence, the text below the curve, and a past value's effect."""
    (found,) = run(with_words("forecasting", SENTENCES), [case])
    return found


TWO = {"bare": [100, 90], "median": [104, 80.04]}


@pytest.mark.parametrize(
    ("case", "event"),
    [
        (
            TWO,
            "The baseline expects 90.0 for day 5; the LSTM lowers it by 10.0, to 80.0.",
        ),  # where it adds most
        (
            TWO | {"chosen": 0},
            "The baseline expects 100.0 for day 4; the LSTM raises it by 4.0, to 104.0.",
        ),
        (
            {"bare": [100, 90], "median": [104, 90.01], "chosen": 1},
            "The baseline expects 90.0 for day 5; the LSTM changes it by less than 0.1.",
        ),
        (
            {"bare": [100, 90], "median": [100.01, 90.02]},
            "The baseline expects 90.0 for day 5; at no step ahead does the LSTM change it by "
            "0.1 or more.",
        ),
        (
            {"bare": [100, 100], "median": [100, 100], "scale": 0},
            "The baseline expects 100.0 for day 5. This past never changes, so the LSTM adds "
            "nothing.",
        ),
        (
            {"bare": [90], "median": [90], "reason": "it was no better", "weightless": True},
            "The baseline expects 90.0 for day 4. The LSTM adds nothing: its weight is 0, as it "
            "was no better.",
        ),
        (
            {"bare": [90], "median": [90], "reason": "0 epochs were requested"},
            "The baseline expects 90.0 for day 4. No network corrects it: 0 epochs were requested.",
        ),
        ({"bare": [None], "median": [None]}, "There is no value to forecast from."),
    ],
)
def test_the_event_is_what_the_network_does_to_the_baseline(case, event):
    assert sentences(**case)[0] == event


@pytest.mark.parametrize(("base", "median"), [(100.04, 103.96), (99.96, 104.04), (100.05, 96.15)])
def test_the_sum_is_right_as_it_is_written(base, median):
    found = re.findall(r"\d+\.\d", sentences(bare=[base], median=[median])[0])
    base, by, median = map(float, found)
    assert by == pytest.approx(abs(median - base), abs=1e-9)


INTERVAL = "80% interval for day 4: 94.0 to 114.0."
BARE = "Only the baseline is shown. It has no interval of its own here."
UNSEEN = "None of them was in the training data."
CAME = {**TWO, "chosen": 0, "came": [106, 60]}
BEFORE = {"before": {"bare": [60, 89], "median": [66, 79.04]}}


@pytest.mark.parametrize(
    ("case", "consequence"),
    [
        (TWO | {"chosen": 0}, INTERVAL),
        (TWO | {"quantiles": [0.5]}, ""),
        (CAME, f"{INTERVAL} 1 of 2 later observations are in the 80% interval. {UNSEEN}"),
        (CAME | {"reason": "so"}, f"{INTERVAL} 1 of 2 later observations are in the 80% interval."),
        (
            CAME | {"trained": 3},
            f"{INTERVAL} 1 of 2 later observations are in the 80% interval. Some of them were in "
            f"the training data.",
        ),
        (
            CAME | {"trained": 4},
            f"{INTERVAL} 1 of 2 later observations are in the 80% interval. All of them were in "
            f"the training data, so "
            "a good score is expected.",
        ),
        (
            CAME | {"came": [106]},
            f"{INTERVAL} The one later observation is in the 80% interval. It was not in the "
            f"training data.",
        ),
        (
            CAME | {"came": [120], "trained": 3},
            f"{INTERVAL} The one later observation is outside the 80% interval. It was in the "
            f"training data, so a hit "
            "is expected.",
        ),
        (TWO | {"isBare": True}, BARE),
        (
            CAME | {"isBare": True},
            "Mean absolute error on the 2 later observations: 18.0 without the LSTM, 11.0 with it.",
        ),
        (
            CAME | {"isBare": True, "came": [106]},
            "Absolute error on the one later observation: 6.0 without the LSTM, 2.0 with it.",
        ),
        (
            TWO | BEFORE,
            "Your change moves day 4 most, by +38.0: the baseline by +40.0, the LSTM's part by "
            "−2.0.",
        ),
        (TWO | BEFORE | {"reason": "so"}, "Your change moves day 4 most, by +38.0."),
        (
            TWO | BEFORE | {"isBare": True},
            f"{BARE} Your change moves day 4 most, by +38.0: the baseline by +40.0, the LSTM's "
            f"part by −2.0.",
        ),
        (TWO | {"before": TWO}, "Your change moves no step ahead by 0.1 or more."),
    ],
)
def test_the_consequence_is_of_what_the_reader_did(case, consequence):
    assert sentences(**case)[1] == consequence


NONE = "No single past value changes day 5 by 0.1 or more."


@pytest.mark.parametrize(
    ("case", "below", "value"),
    [
        (
            {},
            "day 5 depends most on day 2: without that value it would be 5.0 lower (baseline: "
            "7.0 lower, LSTM's part: 2.0 higher).",
            "day 2: 150.0. Without it, day 5 would be 5.0 lower (baseline: 7.0 lower, LSTM's "
            "part: 2.0 higher).",
        ),
        (
            {"effect": [-3, 0]},
            "day 5 depends most on day 2: without that value it would be 3.0 higher (baseline: "
            "unchanged, LSTM's part: 3.0 higher).",
            "day 2: 150.0. Without it, day 5 would be 3.0 higher (baseline: unchanged, LSTM's "
            "part: 3.0 higher).",
        ),
        (
            {"reason": "so"},
            "day 5 depends most on day 2: without that value it would be 7.0 lower.",
            "day 2: 150.0. Without it, day 5 would be 7.0 lower.",
        ),
        (
            {"isBare": True},
            "day 5 depends most on day 2: without that value it would be 7.0 lower.",
            None,
        ),
        ({"effect": [0, 0]}, NONE, None),
        ({"effect": [0.04, 3]}, NONE, None),
        ({"effect": [3, 0.04], "isBare": True}, NONE, None),
        ({"effect": [0, 0], "count": 0}, "", None),
        ({"waits": True}, "Removing one past value at a time …", None),
        (
            {"hovered": 0, "came": [106]},
            "day 4: baseline 100.0, median 104.0, 80% interval 94.0 to 114.0, observed 106.0. "
            "day 4 depends most on day 2: without that value it would be 5.0 lower (baseline: "
            "7.0 lower, LSTM's part: 2.0 higher).",
            None,
        ),
        ({"hovered": 0, "count": 0, "isBare": True}, "day 4: baseline 100.0.", None),
        (
            {"hovered": 0, "count": 0, "quantiles": [0.5]},
            "day 4: baseline 100.0, median 104.0.",
            None,
        ),
        (
            {"hovered": 0, "count": 0, "quantiles": [0.5], "reason": "so"},
            "day 4: median 104.0.",
            None,
        ),
    ],
)
def test_what_a_value_gave_is_in_parts_where_there_are_two(case, below, value):
    found = sentences(**TWO | case)
    assert found[2] == below
    assert value is None or found[3] == value


THETA = TWO | {"local": "Theta", "shown": [110, 120], "chosen": 0}


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (
            {},
            (
                "Theta expects 110.0 for day 4; the LSTM, which lost, expects 104.0.",
                "80% interval for day 4: 100.0 to 120.0.",
                "day 4: Theta 110.0, LSTM 104.0, 80% interval 100.0 to 120.0.",
                "day 2: 150.0",
            ),
        ),
        (
            {"reason": "it was not kept"},
            (
                "Theta expects 110.0 for day 4.",
                "80% interval for day 4: 100.0 to 120.0.",
                "day 4: median 110.0, 80% interval 100.0 to 120.0.",
                "day 2: 150.0",
            ),
        ),
    ],
)
def test_the_forecast_of_another_is_called_its_and_the_network_the_one_that_lost(case, found):
    assert tuple(sentences(**THETA | case, waits=True, effect=[0, 0])) == found


VERDICTS = """
import { speak } from "./words/language.js";
import { verdictInWords } from "tasks/forecasting/web/story.js";
answer(given.map(({ language = "en", ...payload }) => {
  speak(language, "forecast");
  return verdictInWords(payload);
}));
"""
LSTM, DRIFT = (
    {"name": "LSTM", "baseline": None},
    {"steps": 3, "season": 1, "seasons": 1, "logs": False},
)
LAST = {"name": "last value", "baseline": DRIFT | {"steps": 0}}
DRIFT = {"name": "drift over 3 steps", "baseline": DRIFT}
WON = {"forecaster": LSTM, "rival": LAST, "mase": [0.9, 1.0], "digits": 3, "few": False}
LOST = {
    "model": "Theta",
    "chosen": True,
    "mase": [1.2, 1.1],
    "digits": 3,
    "series": 1,
    "origins": 3,
    "weight": 0.5,
}


def test_the_verdict_has_both_scores_and_a_sentence_for_each_outcome():
    said = {
        "better": "Backtest: the LSTM is better than the last value, MASE 0.900 vs 1.000.",
        "same": "Backtest: the LSTM is as good as the last value, both MASE 0.900.",
        "perhaps": "Backtest: the LSTM is not significantly better than the last value, MASE "
        "0.900 vs 1.000.",
        "worse": "Backtest: the LSTM is not better than the last value, MASE 0.900 vs 1.000.",
    }
    given = [{"verdict": WON | {"outcome": outcome}} for outcome in said]
    assert run(with_words("forecasting", VERDICTS), given) == list(said.values())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"rival": DRIFT, "few": True},
            "Backtest: the LSTM is better than drift over 3 steps, MASE 0.900 vs 1.000 (too few "
            "series for an interval).",
        ),
        (
            {"forecaster": LAST, "rival": {"name": "zero", "baseline": None}, "outcome": "worse"},
            "Backtest: the last value is not better than a forecast of zero, MASE 0.900 vs 1.000.",
        ),
        (
            {"rival": {"name": "mean", "baseline": None}, "digits": 4},
            "Backtest: the LSTM is better than the mean of the past, MASE 0.9000 vs 1.0000.",
        ),
        (
            {"forecaster": {"name": "Theta", "baseline": None}},
            "Backtest: Theta is better than the last value, MASE 0.900 vs 1.000.",
        ),
        ({"outcome": "only", "rival": None, "mase": [0.9]}, "Backtest: MASE 0.900 by the LSTM."),
    ],
)
def test_who_is_compared_with_whom_has_its_name(changed, sentence):
    (found,) = run(
        with_words("forecasting", VERDICTS), [{"verdict": WON | {"outcome": "better"} | changed}]
    )
    assert found == sentence


NO_BACKTEST = "There is no backtest, so no score of it."
PLACES = "past origins: 3, series: 1"


@pytest.mark.parametrize(
    ("contest", "sentence"),
    [
        (None, ""),
        ({}, f"The LSTM lost to Theta in validation: MASE 1.200 vs 1.100 ({PLACES}). "),
        (
            {"mase": [1.0, 1.1]},  # the network has to be better by a tenth
            "Theta was chosen in validation: with fewer than 5 series, the LSTM's MASE must be "
            "lower by more than 10% "
            f"(1.000 vs 1.100; {PLACES}). ",
        ),
        (
            {"weight": 0},
            "Theta was chosen in validation: MASE 1.100 vs 1.200 by the baseline, which the LSTM "
            "did not improve "
            f"({PLACES}). ",
        ),
        (
            {"weight": None},
            f"The LSTM lost to Theta in validation: MASE 1.200 vs 1.100 ({PLACES}). ",
        ),
        (
            {"chosen": False, "mase": [0.9, 1.1]},
            f"The LSTM won in validation: MASE 0.900 vs 1.100 by Theta ({PLACES}). ",
        ),
        ({"chosen": False, "weight": 0}, ""),  # it was the base that won
    ],
)
def test_who_won_in_validation_is_said_where_the_network_was_compared(contest, sentence):
    given = [{"contest": None if contest is None else LOST | contest}]
    assert run(with_words("forecasting", VERDICTS), given) == [sentence + NO_BACKTEST]


def test_japanese_has_every_verdict():
    contests = ({}, {"mase": [1.0, 1.1]}, {"weight": 0}, {"chosen": False})
    given = [{"contest": LOST | one, "verdict": None} for one in contests]
    outcomes = ("better", "same", "perhaps", "worse", "only")
    given += [{"verdict": WON | {"outcome": one, "few": True, "rival": DRIFT}} for one in outcomes]
    for found in run(
        with_words("forecasting", VERDICTS), [one | {"language": "ja"} for one in given]
    ):
        assert not re.search(r"[a-z]+\.[a-z]|[{}]", found)


def test_japanese_has_every_sentence():
    cases = [
        TWO,
        CAME,
        TWO | BEFORE,
        TWO | {"isBare": True, "hovered": 1},
        CAME | {"reason": "so", "weightless": True},
    ]
    cases += [THETA, THETA | {"reason": "so"}]
    for found in run(
        with_words("forecasting", SENTENCES), [one | {"language": "ja"} for one in cases]
    ):
        assert not re.search(r"[a-z]+\.[a-z]|[{}]", "".join(found))


def test_baselines_are_called_as_in_python():
    script = """
    import { baselineInWords } from "tasks/forecasting/web/fan-words.js";
    answer(given.map(baselineInWords));
    """
    given = baselines_for(12, logs=True)
    fields = [
        {name: getattr(one, name) for name in ("steps", "season", "seasons", "logs")}
        for one in given
    ]
    assert run(with_words("forecasting", script), fields) == [one.name for one in given]
