"""A run that forecasts: what it writes, that it resumes bit for bit, and what it is asked afterwards."""

import json
import shutil
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.kills import assert_same_run
from support.sales import SMALL, sales, write_sales

from glasscell.cli.forecast import FORECAST
from glasscell.data.panels.panel import from_frame
from glasscell.errors import DataError, UsageError
from glasscell.networks.forecaster import quantiles_of
from glasscell.runs.forecasts import forecaster_run, forecasting, later_values
from glasscell.runs.forecasts.forecast_explanation import explain
from glasscell.runs.forecasts.forecast_leaving import export_run
from glasscell.runs.forecasts.forecast_pairing import compare_forecasts, forecasts_in_a_sentence
from glasscell.runs.forecasts.forecast_report import compare_with_best, say_trust, scores_of, to_markdown
from glasscell.runs.forecasts.forecast_source import read_newer, read_source
from glasscell.runs.labelled_kind import check_series
from glasscell.settings import ForecastSettings

HORIZON = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("forecasts")


@pytest.fixture(scope="module")
def settings(folder):
    return ForecastSettings(str(write_sales(folder)), HORIZON, known=["promo"], **SMALL)


@pytest.fixture(scope="module")
def run(folder, settings):
    forecasting.train(settings, output_dir=folder, name="run")
    return folder / "run"


def test_it_has_what_it_says(run):
    report = json.loads((run / "report.json").read_text())
    assert all((run / name).exists() for name in report["files"])
    assert (report["series"], report["horizon"], report["epochs"]) == (5, HORIZON, 3)
    table = pd.read_csv(run / "backtest.csv")
    assert table["forecaster"].unique().tolist()[:2] == ["LSTM", "last value"]
    assert table.groupby(["forecaster", "unique_id"]).size().eq(2).all()
    by_series = table[table["forecaster"] == "LSTM"].groupby("unique_id")["MASE"].mean()
    assert report["mase"] == pytest.approx(by_series.mean(), rel=1e-12)
    assert report["verdict"].startswith(("better than", "not better than"))
    assert report["verdict"].capitalize()[:10] in (run / "report.md").read_text()
    trust = json.loads((run / "forecaster.json").read_text())["rehearsal"]["trust"]
    assert (report["trust"], report["trust_said"]) == (trust, say_trust(report["base"], trust))
    forecast = pd.read_csv(run / "forecast.csv")
    assert forecast.columns.tolist() == ["unique_id", "ds", "LSTM", "LSTM-lo-80", "LSTM-hi-80"]
    assert forecast["ds"].iloc[[0, -1]].tolist() == ["2022-07-01", "2022-12-01"]
    assert (forecast["LSTM-lo-80"] < forecast["LSTM"]).all()


@pytest.mark.parametrize(("trust", "said"), [(0.0, "baseline forecasts alone"), (0.5, "50 % is used"), (1.0, None)])
def test_what_the_network_adds_is_said_first(run, trust, said):
    report = json.loads((run / "report.json").read_text())
    report["trust_said"] = say_trust("seasonal mean of 3 seasons", trust)
    shown, written = FORECAST.summary(report | {"run": str(run)}), to_markdown(report, ["read as one single series"])
    if said is None:
        assert report["trust_said"] is None
        assert shown.startswith(report["verdict"])
    else:
        assert said in shown.splitlines()[0]
        assert said in written.splitlines()[2]
        assert "seasonal mean of 3 seasons" in report["trust_said"]


def test_it_forecasts_without_the_file_and_from_what_came_since(run, tmp_path):
    counts, notes = forecaster_run.predict_to(run, None, str(tmp_path / "own.csv"), tmp_path / "fans.png")
    assert (counts, notes) == ({"series": 5, "rows": 30, "new": 0}, ())
    own = (tmp_path / "own.csv").read_text()
    assert own == (run / "forecast.csv").read_text()
    newer = sales(months=66)
    last = newer["month"] >= "2023-01-01"
    newer["sold"] = newer["sold"].where(~last)
    everything, since = tmp_path / "all.csv", tmp_path / "since.csv"
    newer.to_csv(everything, index=False)
    newer[newer["month"] >= "2022-05-01"].to_csv(since, index=False)
    tables = []
    for file in (everything, since):
        forecaster_run.predict_to(run, str(file), str(tmp_path / "out.csv"))
        tables.append(pd.read_csv(tmp_path / "out.csv"))
    assert tables[0]["ds"].iloc[0] == "2023-01-01"
    pd.testing.assert_frame_equal(*tables, check_exact=True)  # what came before is the run's own


def test_newer_values_that_differ_are_used_and_counted(run, tmp_path):
    newer = sales()
    last, shop = newer["month"] >= "2022-07-01", newer["shop"]
    newer["sold"] = newer["sold"].where(~last)
    written = newer.query("month >= '2022-01-01'")
    file, out = str(tmp_path / "newer.csv"), str(tmp_path / "out.csv")
    written.to_csv(file, index=False)
    assert not any("differ" in note for note in forecaster_run.predict_to(run, file, out)[1])
    same = Path(out).read_text()
    changed = written.copy()
    changed.loc[(shop == "s1") & (newer["month"] == "2022-03-01"), "sold"] += 50
    changed.loc[(shop == "s1") & (newer["month"] == "2022-06-01"), "sold"] += 50
    changed = changed[(changed["shop"] != "s2") | (changed["month"] != "2022-02-01")]
    changed.to_csv(file, index=False)
    _, notes = forecaster_run.predict_to(run, file, out)
    assert notes[-1] == (
        "3 values differ from those that the run was trained on (1 is missing now); the newer ones are used"
    )
    differ = pd.read_csv(out)["LSTM"].ne(pd.read_csv(StringIO(same))["LSTM"]).groupby(pd.read_csv(out)["unique_id"])
    assert differ.any()[["s0", "s1", "s3"]].tolist() == [False, True, False]


def test_it_is_measured_on_what_came(run, tmp_path):
    later = tmp_path / "later.csv"
    sales().query("month >= '2022-07-01'").to_csv(later, index=False)
    found = later_values.evaluate(run, str(later))
    panel = from_frame(sales().rename(columns={"shop": "unique_id", "month": "ds", "sold": "y"}))
    forecast = pd.read_csv(run / "forecast.csv")
    errors = []
    for n, name in enumerate(panel.ids):
        median = forecast.loc[forecast["unique_id"] == name, "LSTM"].to_numpy()
        past, came = panel.values[n][:54], panel.values[n][54:]
        errors.append(np.abs(came - median).mean() / np.abs(past[12:] - past[:-12]).mean())
    assert found["scores"]["LSTM"]["MASE"] == pytest.approx(np.mean(errors), rel=1e-6)  # the file has 15 digits
    assert found["measured_as"] == "measured on 5 series at 1 origin of each, 6 steps ahead"
    sales(months=68).query("month >= '2022-07-01'").to_csv(later, index=False)  # 14 months, of 6 at an origin
    found = later_values.evaluate(run, str(later))
    assert found["measured_as"] == "measured on 5 series at 3 origins of each, 6 steps ahead"
    with pytest.raises(DataError, match=r"has no value after the end of the run's series \(2022-06-01\)"):
        later_values.evaluate(run, json.loads((run / "data.json").read_text())["source"])


@pytest.mark.long(5)  # trains a second run
def test_runs_are_compared_and_others_refuse(run, settings, folder):
    forecasting.train(ForecastSettings(**{**vars(settings), "seed": 1}), output_dir=folder, name="other")
    found = compare_forecasts(run, folder / "other")
    assert (found["n"], found["score"]) == (5, "mase")
    assert found["difference"] == pytest.approx(found["first"] - found["second"], abs=1e-12)
    assert "MASE" in forecasts_in_a_sentence("run", found | {"to": "other"})
    with pytest.raises(UsageError, match="is a run that forecasts; glasscell predict"):
        check_series(run)


@pytest.mark.long(3)  # a training of its own
def test_what_is_not_known_ahead_is_said_and_the_rest_is_done(settings, folder, tmp_path):
    table = sales().query("month < '2022-07-01'")
    table.to_csv(tmp_path / "past.csv", index=False)
    notes = []
    few = ForecastSettings(str(tmp_path / "past.csv"), HORIZON, known=["promo"], units=2, epochs=1, windows=0)
    report = forecasting.train(few, output_dir=tmp_path, name="run", on_note=notes.append)
    assert any(note.startswith("warning: promo is not known for 6 steps after the end") for note in notes)
    assert "forecast.csv" not in report["files"]
    with pytest.raises(DataError, match="promo"):
        forecaster_run.predict_to(tmp_path / "run", None, "-")


def test_too_little_is_forecast_by_the_baseline_and_said(tmp_path):
    pd.DataFrame({"year": range(2000, 2005), "sold": [1.0, 2, 4, 5, 9]}).to_csv(tmp_path / "few.csv", index=False)
    notes = []
    report = forecasting.train(
        ForecastSettings(str(tmp_path / "few.csv"), 2), output_dir=tmp_path, name="run", on_note=notes.append
    )
    assert "forecasts, without a network: " in notes[-1]
    assert (report["epochs"], report["scores"]) == (0, {})
    forecast = pd.read_csv(tmp_path / "run/forecast.csv")
    widths = (forecast["LSTM-hi-80"] - forecast["LSTM-lo-80"]).tolist()
    assert len(forecast) == 2
    assert 0 < widths[0] <= widths[1]
    with pytest.raises(UsageError, match=r"the longest series of .* has 5 steps; expected fewer steps ahead"):
        forecasting.train(ForecastSettings(str(tmp_path / "few.csv"), 5), output_dir=tmp_path)


def test_of_two_values_nothing_is_said_of_how_sure_it_is(tmp_path):
    pd.DataFrame({"ds": [1, 2], "y": [10.0, 12.0]}).to_csv(tmp_path / "two.csv", index=False)
    report = forecasting.train(ForecastSettings(str(tmp_path / "two.csv"), 1), output_dir=tmp_path, name="run")
    assert "nothing can be said of how sure it is" in report["reason"]
    row = pd.read_csv(tmp_path / "run/forecast.csv").iloc[0]
    assert row["LSTM"] > 12
    assert np.isnan([row["LSTM-lo-80"], row["LSTM-hi-80"]]).all()
    _, notes = forecaster_run.predict_to(tmp_path / "run", None, str(tmp_path / "out.csv"), tmp_path / "out.png")
    assert notes == ("of 1 series nothing can be said of how sure it is: no error in the past is known",)
    pd.DataFrame({"ds": [3, 4], "y": [11.0, 13.0]}).to_csv(tmp_path / "later.csv", index=False)
    found = later_values.evaluate(tmp_path / "run", str(tmp_path / "later.csv"))
    assert found["coverage_said"] == "nothing can be said of how often values lie between the outermost quantiles"
    assert forecaster_run.surprise_to(tmp_path / "run", None, str(tmp_path / "bits.csv"))[0]["most"] is None
    pd.DataFrame({"ds": [0, 1], "y": [9.0, 10.0]}).to_csv(tmp_path / "old.csv", index=False)
    _, notes = forecaster_run.predict_to(tmp_path / "run", str(tmp_path / "old.csv"), str(tmp_path / "out.csv"))
    assert "the file ends at 1, the run's series at 2: what the run knows of later is not used" in notes
    summary = explain(tmp_path / "run")
    assert summary["page"] is None
    assert "no fan to show" in summary["notes"][-1]
    with pytest.raises(UsageError, match="no error of the baseline in the past is known"):
        export_run(tmp_path / "run", tmp_path / "two.onnx")


def test_what_cannot_be_measured_is_said_and_the_run_is_done(tmp_path):
    months = pd.date_range("2020-01-01", periods=30, freq="MS")
    table = pd.DataFrame({"month": months, "sold": 10 + 5 * np.sin(np.arange(30) * np.pi / 6)})
    table.to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(str(tmp_path / "a.csv"), 12, base="seasonal naive")  # 18 are left, and no season
    report = forecasting.train(settings, output_dir=tmp_path, name="run")
    assert (report["base"], report["scores"]) == ("seasonal naive", {})
    assert report["not_measured"].startswith("of what is left without the end, base='seasonal naive': expected")


def test_each_value_that_came_counts_the_same_of_a_series():
    rows = [("LSTM", 12, 1.0, 1.0), ("LSTM", 3, 6.0, 0.0), ("last value", 12, 2.0, 0.5), ("last value", 3, 2.0, 0.5)]
    table = pd.DataFrame(rows, columns=["forecaster", "steps", "MASE", "coverage"])
    table = table.assign(unique_id="a", origin=[0, 12, 0, 12], sMAPE=1.0, pinball=1.0)
    assert scores_of(table)["LSTM"]["MASE"] == pytest.approx((12 * 1 + 3 * 6) / 15)
    assert scores_of(table)["LSTM"]["coverage"] == pytest.approx(12 / 15)
    assert compare_with_best(table)["difference"] == pytest.approx(0.0)


def test_what_is_not_known_is_null_in_json():
    rows = [("LSTM", f"s{k}", np.nan, 0.0) for k in range(6)]  # series that never changed have no MASE
    table = pd.DataFrame(rows, columns=["forecaster", "unique_id", "MASE", "sMAPE"])
    table = table.assign(origin=0, steps=1, pinball=np.nan, coverage=1.0)
    found = scores_of(table)["LSTM"]
    assert (found["MASE"], found["intervals"]["MASE"]) == (None, None)
    json.dumps(found, allow_nan=False)


def test_runs_that_cannot_be_paired_say_why(tmp_path):
    for name, mase, origin in (("a", 1.0, "2020-01"), ("b", 2.0, "2020-01"), ("c", 1.0, "2021-01")):
        rows = [("LSTM", "s", origin, mase), ("last value", "s", origin, mase)]
        (tmp_path / name).mkdir()
        table = pd.DataFrame(rows, columns=["forecaster", "unique_id", "origin", "MASE"])
        table.to_csv(tmp_path / name / "backtest.csv", index=False)
    assert "another season's" in compare_forecasts(tmp_path / "a", tmp_path / "b")["why_not"]
    assert "from the same origin" in compare_forecasts(tmp_path / "a", tmp_path / "c")["why_not"]


def test_one_single_series_is_the_run_s_whatever_its_column_is_called(tmp_path):
    (tmp_path / "a.csv").write_text("year,SUNACTIVITY\n" + "".join(f"{k},{k % 7}\n" for k in range(1990, 2010)))
    settings = ForecastSettings(str(tmp_path / "a.csv"), 1)
    source = read_source(settings)
    (tmp_path / "data.json").write_text(json.dumps(source.describe()))
    (tmp_path / "newer.csv").write_text("year,spots\n2010,3\n2011,4\n")
    newer = read_newer(tmp_path, settings, str(tmp_path / "newer.csv"), source.panel)
    assert newer.panel.ids == ("SUNACTIVITY",)
    assert newer.notes[-1] == "'spots' is taken for what the run calls 'SUNACTIVITY': each is one single series"


def test_several_columns_of_one_covariate_are_one_that_is_not_known_ahead(tmp_path):
    table = pd.DataFrame({"day": range(9), "sold": range(9), "holiday": list("abcabcabc")})
    table.to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(str(tmp_path / "a.csv"), 3, known=["holiday"])
    notes = []
    forecasting.train(settings, output_dir=tmp_path, name="run", on_note=notes.append)
    assert any("holiday is not known for 3 steps" in note for note in notes)


class Stopped(Exception):
    """As if the process were killed."""


@pytest.mark.long(8)  # two more trainings, each made into a graph again
def test_a_killed_run_goes_on_bit_for_bit_on_the_same_series_alone(run, settings, folder):
    def kill(epoch, logs):
        if epoch == 2:
            raise Stopped

    with pytest.raises(Stopped):
        forecasting.train(settings, output_dir=folder, name="killed", on_epoch=kill)
    elsewhere = folder / "moved"
    elsewhere.mkdir()
    shutil.copytree(folder / "killed", elsewhere / "killed")
    forecasting.resume(folder / "killed")
    assert_same_run(folder / "killed", run, epochs=3)
    for name in ("forecast.csv", "backtest.csv", "forecaster.json"):
        assert (folder / "killed" / name).read_bytes() == (run / name).read_bytes()
    config = elsewhere / "killed/config.toml"
    other = write_sales(elsewhere, seed=1)
    config.write_text(config.read_text().replace(settings.data, str(other)))
    with pytest.raises((DataError, UsageError), match="trained"):
        forecasting.resume(elsewhere / "killed")


@pytest.mark.long(8)  # a training and its rehearsal, twice
def test_a_run_that_trains_on_keeps_its_base_and_its_trust(tmp_path):
    rng = np.random.default_rng(3)
    walks = [np.cumsum(1 + 2 * rng.normal(size=40) + np.sin(np.arange(40))) for _ in range(5)]
    table = pd.concat([pd.DataFrame({"unique_id": k, "ds": range(40), "y": walk}) for k, walk in enumerate(walks)])
    table.to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(str(tmp_path / "a.csv"), 4, units=4, epochs=1, windows=0, learning_rate=0.01)
    forecasting.train(settings, output_dir=tmp_path, name="run")
    before = json.loads((tmp_path / "run/forecaster.json").read_text())
    assert forecasting.resume(tmp_path / "run", epochs=30)["epochs"] == 30
    assert json.loads((tmp_path / "run/forecaster.json").read_text()) == before
    layer = quantiles_of(forecaster_run.open_forecaster(tmp_path / "run").network)
    assert float(layer.trust) == before["rehearsal"]["trust"]
    np.testing.assert_allclose(layer.widening, before["rehearsal"]["widening"], rtol=1e-6)  # float32


def test_a_baseline_alone_cannot_train_on(tmp_path):
    pd.DataFrame({"year": range(2000, 2005), "sold": [1.0, 2, 4, 5, 9]}).to_csv(tmp_path / "few.csv", index=False)
    forecasting.train(ForecastSettings(str(tmp_path / "few.csv"), 2), output_dir=tmp_path, name="run")
    with pytest.raises(UsageError, match="has no network that could train on, as 0 windows to learn from are fewer"):
        forecasting.resume(tmp_path / "run", epochs=3)


def test_newer_dates_begin_with_what_those_trained_on_did(tmp_path):
    days = pd.date_range("2026-01-01", periods=59, freq="D")
    pd.DataFrame({"day": days.strftime("%d/%m/%Y"), "y": range(59)}).to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(str(tmp_path / "a.csv"), 1)
    source = read_source(settings)
    (tmp_path / "data.json").write_text(json.dumps(source.describe()))
    (tmp_path / "newer.csv").write_text("day,y\n01/03/2026,59\n")
    newer = read_newer(tmp_path, settings, str(tmp_path / "newer.csv"), source.panel)
    assert newer.panel.times[0].tolist() == [pd.Timestamp("2026-03-01")]


def test_series_of_one_step_may_be_a_column_misread(tmp_path):
    (tmp_path / "one.csv").write_text("code,y\nx1,1\nx2,2\nx3,3\n")
    found = read_source(ForecastSettings(str(tmp_path / "one.csv"), 1))
    said = "has one step, with series by 'code' and no column of times; .* --time or --id"
    with pytest.raises(UsageError, match=said):
        forecasting.refuse_longer_than_history(found, 1)
