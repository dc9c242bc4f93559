"""A forecasting run's page has its network and series' ends, and newer values from a file."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.facts import raises
from support.node import float64
from support.node import run as run_node
from support.sales import SMALL, sales, write_sales

from glasscell.runs.checked_files import SUMS
from glasscell.runs.sentences import Runs
from glasscell.tasks.forecasting import training as forecasting
from glasscell.tasks.forecasting.baselines.local_models import LocalModel
from glasscell.tasks.forecasting.explanation import explain
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.page import contest_in, page_of, verdict_in
from glasscell.tasks.forecasting.report import DECIMALS
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.forecasting.trained_run import open_run

HORIZON = 6
FORECAST = """
import { decodeForecaster, forecastOf, memberAnswer } from "tasks/forecasting/web/forecaster.js";
import { run } from "./network/forward.js";
import { windowAt } from "tasks/forecasting/web/window.js";
const forecaster = decodeForecaster(given);
const { framing, members, series } = forecaster;
answer(series.map((one) => {
  const window = windowAt(framing, one, one.values, one.origins[1]);
  const answers = members.map((member) => {
    return memberAnswer(
      forecaster, member, run(member.network, window.x, framing.context), window.ahead);
  });
  return out(forecastOf(forecaster, window, answers).fan);
}));
"""

REMOVALS = """
import { decodeForecaster } from "tasks/forecasting/web/forecaster.js";
import { Removals } from "tasks/forecasting/web/removals.js";
const forecaster = decodeForecaster(given);
const [one] = forecaster.series;
const found = new Removals(forecaster, one, one.values, one.origins[1]);
found.gather(Infinity);
const steps = Array.from({ length: found.last + 1 - found.first }, (_, k) => found.first + k);
const each = (part) => steps.map((t) =>
  Array.from({ length: found.horizon }, (_, h) => found.at(t, h)?.[part] ?? 0));
answer({ gave: each("gave"), ofBase: each("ofBase") });
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecasts")
    settings = ForecastSettings(
        str(write_sales(folder)), HORIZON, known=["promo"], **SMALL | {"windows": 0}
    )
    forecasting.train(settings, output_dir=folder, name="run")
    return folder / "run"


def payload_in(page):
    page = page.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


def test_the_page_forecasts_as_the_run_did(run, tmp_path):
    summary = explain(run, page=tmp_path / "page.html")
    payload = payload_in(tmp_path / "page.html")
    assert (summary["shown"], summary["series"]) == (list(open_run(run).panel.ids), "s0")
    assert summary["bytes"] == (tmp_path / "page.html").stat().st_size
    assert page_of(open_run(run), open_run(run).panel) == (payload, [])
    forecast = pd.read_csv(run / "forecast.csv")
    wanted = forecast[["LSTM-lo-80", "LSTM", "LSTM-hi-80"]].to_numpy().reshape(5, HORIZON, 3)
    found = [float64(fan, HORIZON, 3) for fan in run_node(FORECAST, payload)]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    assert [one["name"] for one in payload["series"]] == forecast["unique_id"].unique().tolist()
    assert all(
        one["trained"] == one["origins"][1] == len(one["values"]) - 1 for one in payload["series"]
    )
    assert payload["series"][0]["times"][-1] == "2022-12"  # first days of months go without saying


@pytest.mark.parametrize("trust", [0.0, 0.5])
def test_a_network_that_is_not_trusted_is_said_to_have_no_part(run, trust):
    opened = open_run(run)
    quantiles_of(opened.network).weight.assign(trust)
    payload, _ = page_of(opened, opened.panel)
    assert payload["reason"] == (None if trust else str(ForecastEstimators.NOT_BETTER()))
    assert payload["weightless"] == (trust == 0)
    assert payload["trust"] == trust


def test_where_no_network_was_trained_none_has_the_weight_0(run):
    opened = replace(open_run(run), reason="0 epochs were requested")
    payload, _ = page_of(opened, opened.panel)
    assert (payload["reason"], payload["weightless"]) == ("0 epochs were requested", False)


def with_report(run, folder, **changes):
    """Copy a run, with other values in its report."""
    path = folder / "run"
    shutil.copytree(run, path)
    (path / SUMS).unlink()
    report = json.loads((path / "report.json").read_text())
    (path / "report.json").write_text(json.dumps(report | changes))
    return open_run(path)


CONTEST = {
    "errors": {"LSTM": 1.2, "ETS": 1.1, "Theta": 1.0},
    "series": 5,
    "origins": 2,
    "better": "Theta",
}


@pytest.mark.parametrize(("weight", "is_shown"), [(0.5, True), (0.0, False), (None, False)])
def test_where_theta_forecasts_its_forecast_is_shown_and_the_network_as_the_one_that_lost(
    run, tmp_path, weight, is_shown
):
    opened = with_report(
        run, tmp_path, contest=CONTEST | ({} if weight is None else {"weight": weight})
    )
    opened = replace(
        opened, framing=replace(opened.framing, alone="Theta", factors=(1.5, 1.0, 1.5))
    )
    quantiles_of(opened.network).weight.assign(0.0)  # as the run has it
    payload, _ = page_of(opened, opened.panel)
    assert (payload["local"], payload["weightless"]) == ("Theta", False)
    assert payload["trust"] == (weight or 0.0)
    assert (payload["reason"] is None) == is_shown
    plain = LocalModel("Theta").forecast_quantiles(
        opened.panel.values, HORIZON, (0.1, 0.5, 0.9), opened.framing.season
    )
    for one, fan, own in zip(
        payload["series"], plain, opened.forecaster.forecast(opened.panel), strict=True
    ):
        found = np.reshape(one["fan"], (HORIZON, 3))
        np.testing.assert_array_equal(found, own)
        np.testing.assert_allclose(found[:, 1], np.maximum(fan[:, 1], 0))
        assert one["origins"] == [len(one["values"]) - 1] * 2
    assert payload["contest"]["mase"] == [1.2, 1.0]
    assert (payload["contest"]["chosen"], payload["contest"]["weight"]) == (True, weight)


def test_a_page_of_an_earlier_run_has_no_contest_and_a_damaged_report_is_said(run, tmp_path):
    opened = with_report(run, tmp_path, contest={"errors": {}})
    with raises(Runs.BAD_FILE, file=str(opened.path / "report.json")):
        page_of(opened, opened.panel)


SCORES = {name: {"MASE": mase} for name, mase in {"LSTM": 0.8, "seasonal naive": 1.0}.items()}
BESIDE = {"best": "seasonal naive", "n": 8, "n_both": 8, "MASE": [0.8, 1.0], "difference": -0.2}


@pytest.mark.parametrize(
    ("beside", "outcome", "few"),
    [
        ({"interval": [-0.3, -0.1], "is_better": True}, "better", False),
        ({"interval": [-0.5, 0.1], "is_better": False}, "perhaps", False),
        ({"interval": None, "is_better": None}, "better", True),
        (
            {"MASE": [0.8, 0.8], "difference": 0.0, "interval": [0.0, 0.0], "is_better": False},
            "same",
            False,
        ),
        (
            {"MASE": [1.0, 0.8], "difference": 0.2, "interval": [0.1, 0.3], "is_better": False},
            "worse",
            False,
        ),
    ],
)
def test_the_verdict_of_a_page_is_that_of_the_report_in_numbers(beside, outcome, few):
    found = verdict_in({"scores": SCORES, "beside": BESIDE | beside}, 12)
    assert (found["outcome"], found["few"]) == (outcome, few)
    assert found["mase"] == (beside.get("MASE") or [0.8, 1.0])
    assert found["forecaster"] == {"name": "LSTM", "baseline": None}
    assert found["rival"]["baseline"] == {"steps": 0, "season": 12, "logs": False, "seasons": 1}
    decided = {"scores": SCORES | {"ETS": SCORES["LSTM"]}, "beside": BESIDE | beside}
    decided["beside"]["forecaster"] = "ETS"
    assert verdict_in(decided, 12)["forecaster"]["name"] == "ETS"


def test_without_a_backtest_or_without_a_rival_there_is_no_verdict_but_the_score():
    assert verdict_in({"scores": {}, "verdict": None}, 1) is None
    nothing = {"best": None, "n": 0, "n_both": 0, "MASE": None, "interval": None}
    assert verdict_in({"scores": {"LSTM": {"MASE": None}}, "beside": nothing}, 1) is None
    found = verdict_in({"scores": {"LSTM": {"MASE": 0.5}}, "beside": nothing}, 1)
    assert (found["outcome"], found["mase"], found["rival"], found["digits"]) == (
        "only",
        [0.5],
        None,
        DECIMALS,
    )


def test_a_contest_that_the_network_won_has_the_better_of_those_that_lost():
    assert contest_in({"contest": None}) is None
    found = contest_in({"contest": CONTEST | {"better": None}})
    assert (found["model"], found["mase"], found["chosen"], found["weight"]) == (
        "Theta",
        [1.2, 1.0],
        False,
        None,
    )
    assert contest_in({"contest": CONTEST | {"better": "ETS"}})["mase"] == [1.2, 1.1]


def test_the_page_removes_values_as_the_terminal_does(run, tmp_path):
    explain(run, page=tmp_path / "page.html")
    told = pd.read_csv(run / "explain" / "explanation.csv")
    ours = run_node(REMOVALS, payload_in(tmp_path / "page.html"))
    # rounded to two digits
    np.testing.assert_allclose(np.array(ours["gave"]).sum(1), told["gave"], atol=0.02)
    np.testing.assert_allclose(np.array(ours["ofBase"]).sum(1), told["of_base"], atol=0.02)
    assert np.abs(told["of_base"]).max() > 1


def test_what_came_since_is_shown_as_not_trained_on(run, tmp_path):
    sales(months=60).to_csv(tmp_path / "newer.csv", index=False)
    opened = open_run(run)
    panel, _ = opened.since(str(tmp_path / "newer.csv"))
    (one,) = page_of(opened, panel.of([2]))[0]["series"]
    assert one["name"] == "s2"
    assert len(one["values"]) - 1 - one["trained"] == 6
    # promotions are known for no step after the end, so that the last origin lies a horizon before
    # it
    assert len(one["values"]) - 1 - one["origins"][1] == HORIZON


def test_a_page_that_has_no_room_for_all_shows_the_first(run, monkeypatch):
    opened = open_run(run)
    payload, _ = page_of(opened, opened.panel)
    steps = sum(len(one["values"]) for one in payload["series"])
    monkeypatch.setattr("glasscell.tasks.forecasting.page.MOST_SHOWN", steps)
    payload, notes = page_of(opened, opened.panel)
    assert 0 < len(payload["series"]) < 5
    assert notes == [ForecastRuns.FIRST_SERIES(n=len(payload["series"]), series=5)]
