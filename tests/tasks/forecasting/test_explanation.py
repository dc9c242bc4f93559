"""A forecasting run, explained: its tables match predict's output with and without a value."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, facts_of, only, raises
from support.sales import SMALL, sales, write_sales

from glasscell.runs.options import Choice
from glasscell.runs.sentences import Runs
from glasscell.tasks.forecasting import training as forecasting
from glasscell.tasks.forecasting.explanation import _draw, describe, explain, explain_one, notes_of
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.predictions import evaluate, predict_to
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.forecasting.trained_run import open_run

HORIZON = 6


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    how = SMALL | {"windows": 0, "base": "last value"}
    settings = ForecastSettings(
        str(write_sales(folder, months=90)), HORIZON, known=["promo"], **how
    )
    forecasting.train(settings, output_dir=folder, name="run")
    return folder / "run"


def forecast(run, table, path):
    table.to_csv(path / "table.csv", index=False)
    predict_to(run, str(path / "table.csv"), str(path / "forecast.csv"))
    return pd.read_csv(path / "forecast.csv").query("unique_id == 's2'")["LSTM"].to_numpy()


@pytest.mark.long(3)  # a forecast of a file for each value
def test_what_a_value_gave_is_what_its_file_lacks_without_it(run, tmp_path):
    summary = explain(run, options=Choice(series=["s2"]))
    found = pd.read_csv(run / "explain/explanation.csv")
    table = sales(months=90)
    table["sold"] = table["sold"].where(table["month"] < "2025-01-01")
    whole = forecast(run, table, tmp_path)
    ahead = [f"ahead_{h}" for h in range(1, HORIZON + 1)]
    assert len(found) == summary["values"] == 36
    for row in (0, 17, 34):
        is_out = (table["shop"] == "s2") & (table["month"] == found["ds"][row])
        without = forecast(run, table.assign(sold=table["sold"].mask(is_out)), tmp_path)
        # forecasts of some hundred by float32, of which both files have seven digits of the range:
        # four decimals
        np.testing.assert_allclose(
            found.loc[row, ahead].to_numpy(float), whole - without, rtol=0, atol=2e-4
        )
        assert found["gave"][row] == pytest.approx(found.loc[row, ahead].sum(), abs=5e-4)
    largest = found.loc[found["gave"].abs().idxmax()]
    assert summary["largest"][0]["gave"] == pytest.approx(largest["gave"])
    opened = open_run(run)
    most, backwards = describe(explain_one(opened, opened.panel.of([2])))[:2]
    assert summary["said"][:2] == [str(most), str(backwards)]
    assert (most.code, most.values["time"], most.values["horizon"]) == (
        ForecastRuns.GAVE_MOST,
        largest["ds"],
        6,
    )
    shifts = found["gave"].abs()[::-1]
    half = int((shifts.cumsum() < shifts.sum() / 2).sum()) + 1
    assert (backwards.code, backwards.values["last"]) == (ForecastRuns.HALF_FROM_LAST, half)


@pytest.mark.long(2)  # it draws
def test_its_folder_holds_what_it_says_and_nothing_of_before(run):
    (run / "explain").mkdir(exist_ok=True)
    (run / "explain/older.csv").write_text("")
    (run / "explain/explain.json").write_text('{"files": ["older.csv"]}')
    stages = []
    summary = explain(run, on_stage=stages.append)
    of_its_own = [ForecastRuns.REMOVING, ForecastRuns.READING_GATES, ForecastRuns.READING_SEASON]
    assert codes(stages) == [Runs.READING_SERIES, *of_its_own, Runs.DRAWING, Runs.WRITING_PAGE]
    names = [
        "explanation.csv",
        "gates.csv",
        "units.csv",
        "seasons.csv",
        "explanation.png",
        "explanation.svg",
    ]
    assert summary["files"] == [*names, "explain.json"]
    assert {file.name for file in (run / "explain").iterdir()} == {
        *summary["files"],
        "explorer.html",
    }
    assert json.loads((run / "explain/explain.json").read_text())["said"] == summary["said"]
    assert (summary["series"], summary["origin"], summary["page"]) == (
        "s0",
        "2024-12-01",
        str(run / "explain/explorer.html"),
    )
    units = pd.read_csv(run / "explain/units.csv")
    following = int((units["share"] > 0.5).sum())
    assert summary["season"]["following"] == following
    opened = open_run(run)
    said = describe(explain_one(opened, opened.panel))
    assert summary["said"] == list(map(str, said))
    assert said[2].code is (ForecastRuns.FOLLOWS if following else ForecastRuns.NONE_FOLLOWS)
    assert (said[2].values["n"], said[2].values["units"]) == (following, 4)
    assert pd.read_csv(run / "explain/gates.csv")["ds"].iloc[[0, -1]].tolist() == [
        "2023-01-01",
        "2024-12-01",
    ]
    for names in (["s9"], ["s1", "s9"]):
        with raises(Runs.NO_SUCH_SERIES, series="s9"):
            explain(run, options=Choice(series=names))


@pytest.mark.long(2)  # it draws
def test_where_there_is_no_page_none_of_before_stays(run, monkeypatch):
    page = run / "explain/explorer.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text("of an earlier look")
    monkeypatch.setattr("glasscell.tasks.forecasting.page.MOST_WEIGHTS", 10)
    summary = explain(run)
    assert (summary["page"], page.exists()) == (None, False)
    (fact,) = facts_of(summary, Runs.NO_PAGE)
    assert fact["why"]["values"]["most"] == 10
    assert (summary["bytes"], summary["shown"]) == (0, [])
    with raises(Runs.NO_PAGE_TO_WRITE, file=str(run)):
        explain(run, page=run / "page.html")


def test_a_network_that_is_not_trusted_is_said_to_say_nothing(run):
    opened = open_run(run)
    layer = quantiles_of(opened.network)
    layer.weight.assign(0.0)
    seen = explain_one(opened, opened.panel)
    # a median of exactly 0 is added
    np.testing.assert_array_equal(seen.removals.gave, seen.removals.of_base)
    aside = seen.removals.quantiles - seen.removals.quantiles[:, 1:2]
    expected = np.asarray(layer.width_factors * layer.initial_width)
    scale = aside[0, 0] / expected[0, 0]
    # float32; no other widths are mixed in
    np.testing.assert_allclose(aside, scale * expected, rtol=1e-4, atol=1e-9)
    assert notes_of(seen) == [
        ForecastRuns.OF_BASELINE(base="last value", why=ForecastEstimators.NOT_BETTER())
    ]
    assert (seen.gates, seen.season) == (None, None)
    assert codes(describe(seen)) == [ForecastRuns.GAVE_MOST, ForecastRuns.HALF_FROM_LAST]
    assert describe(seen)[0].values["of_base"] is None  # it would be said twice
    assert "baseline only" not in {
        text for axes in _draw(seen).axes for text in axes.get_legend_handles_labels()[1]
    }
    with raises(ForecastRuns.NO_GATES, why=ForecastEstimators.NOT_BETTER()):
        opened.read_panel(opened.panel)
    layer.weight.assign(0.5)
    assert (
        only(notes_of(explain_one(opened, opened.panel)), ForecastRuns.TRUST).values["percent"]
        == 50
    )


def test_what_the_baseline_leaves_is_said_to_be_unchanged(run):
    opened = open_run(run)
    seen = explain_one(opened, opened.panel)
    zero = replace(
        seen, removals=replace(seen.removals, of_base=np.zeros_like(seen.removals.of_base))
    )
    assert describe(zero)[0].values["of_base"].values["shift"].code is ForecastRuns.UNCHANGED
    half = replace(
        seen, removals=replace(seen.removals, of_base=np.full_like(seen.removals.of_base, -0.5))
    )
    assert describe(half)[0].values["of_base"] == ForecastRuns.OF_BASE(
        shift=ForecastRuns.HIGHER(by=3)
    )
    none = replace(seen, removals=replace(seen.removals, gave=np.zeros_like(seen.removals.gave)))
    assert codes(describe(none)) == [ForecastRuns.GAVE_NOTHING]
    shares = seen.season.memories._replace(share=np.full(4, 0.2))
    of_none = describe(replace(seen, season=replace(seen.season, memories=shares)))[2]
    assert (of_none.code, of_none.values["most"].values["percent"]) == (
        ForecastRuns.NONE_FOLLOWS,
        20,
    )


def test_without_a_network_it_is_the_baseline_s_alone(tmp_path):
    pd.DataFrame({"year": range(2000, 2005), "sold": [1.0, 2, 4, 5, 9]}).to_csv(
        tmp_path / "few.csv", index=False
    )
    forecasting.train(
        ForecastSettings(str(tmp_path / "few.csv"), 2), output_dir=tmp_path, name="run"
    )
    summary = explain(tmp_path / "run")
    assert (summary["season"], summary["files"][:2]) == (
        None,
        ["explanation.csv", "explanation.png"],
    )
    assert summary["facts"][0]["code"] == str(ForecastRuns.ALONE)
    found = pd.read_csv(tmp_path / "run/explain/explanation.csv")
    np.testing.assert_allclose(found["gave"], found["of_base"], rtol=1e-12)
    notes = predict_to(tmp_path / "run", None, str(tmp_path / "next.csv")).notes
    assert ForecastRuns.ALONE in codes(notes)
    pd.DataFrame({"year": [2005], "sold": [8.0]}).to_csv(tmp_path / "later.csv", index=False)
    assert evaluate(tmp_path / "run", str(tmp_path / "later.csv"))["facts"][-1]["code"] == str(
        ForecastRuns.ALONE
    )
