"""A forecasting run: its files, that it resumes bit for bit, and its later predictions."""

import json
import shutil
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.facts import codes, raises
from support.kills import assert_same_run
from support.sales import sales, write_sales

from glasscell.errors import UsageError
from glasscell.runs.comparison import Finished, compare
from glasscell.runs.config import to_toml
from glasscell.runs.sentences import Runs
from glasscell.system.formatting import sentence
from glasscell.system.sentences import Settings
from glasscell.tasks.export import export_run
from glasscell.tasks.forecasting import predictions
from glasscell.tasks.forecasting import training as forecasting
from glasscell.tasks.forecasting.baselines.local_models import library
from glasscell.tasks.forecasting.baselines.naive import Baseline
from glasscell.tasks.forecasting.data import (
    check_same,
    describe,
    prepared_with,
    read_newer,
    read_source,
)
from glasscell.tasks.forecasting.explanation import explain
from glasscell.tasks.forecasting.model.network import quantiles_of
from glasscell.tasks.forecasting.model.windows import Framing, cut
from glasscell.tasks.forecasting.options import PredictOptions
from glasscell.tasks.forecasting.panels.frames import from_frame
from glasscell.tasks.forecasting.panels.sentences import Panels
from glasscell.tasks.forecasting.predictions import predict_to
from glasscell.tasks.forecasting.report import (
    compare_with_best,
    describe_weight,
    mean_interval,
    pairs_of,
    scores_of,
    summary,
    to_markdown,
    verdict,
)
from glasscell.tasks.forecasting.selection.plan import season_for
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings
from glasscell.tasks.forecasting.trained_run import open_run
from glasscell.tasks.forecasting.training import describe_season, describe_thinning

HORIZON = 6


def test_it_has_what_it_says(run):
    report = json.loads((run / "report.json").read_text())
    assert all((run / name).exists() for name in report["files"])
    assert (report["series"], report["horizon"], report["epochs"]) == (5, HORIZON, 3)
    table = pd.read_csv(run / "backtest.csv")
    assert table["forecaster"].unique().tolist()[:2] == ["LSTM", "last value"]
    assert table.groupby(["forecaster", "unique_id"]).size().eq(2).all()
    by_series = table[table["forecaster"] == "LSTM"].groupby("unique_id")["MASE"].mean()
    assert report["mase"] == pytest.approx(by_series.mean(), rel=1e-12)
    assert report["verdict"] == str(verdict(report["beside"]))
    assert report["verdict"].capitalize()[:10] in (run / "report.md").read_text()
    trust = json.loads((run / "forecaster.json").read_text())["rehearsal"]["trust"]
    said = describe_weight(report["base"], trust)
    assert (report["trust"], report["trust_said"]) == (trust, said and str(said))
    forecast = pd.read_csv(run / "forecast.csv")
    assert forecast.columns.tolist() == [
        "unique_id",
        "ds",
        "LSTM",
        "LSTM-lo-80",
        "LSTM-hi-80",
        "LSTM-mean",
    ]
    assert forecast["ds"].iloc[[0, -1]].tolist() == ["2022-07-01", "2022-12-01"]
    assert (forecast["LSTM-lo-80"] < forecast["LSTM"]).all()


SEASONAL = "seasonal mean of 3 seasons"


@pytest.mark.parametrize(
    ("trust", "said"),
    [
        (0.0, ForecastEstimators.ALONE_AS_NOT_BETTER(base=SEASONAL)),
        (0.5, ForecastRuns.TRUST(base=ForecastRuns.WITH_ARTICLE(base=SEASONAL), percent=50)),
        (1.0, None),
    ],
)
def test_the_score_is_printed_first_and_how_much_of_the_network_is_used(run, trust, said):
    assert describe_weight(SEASONAL, trust) == said
    report = json.loads((run / "report.json").read_text()) | {"trust_said": said and str(said)}
    score, scores, *shown = summary(report)
    assert score.code is ForecastRuns.SCORE
    assert scores["forecast"].tolist() == list(report["scores"])
    assert shown == [
        report["verdict"],
        report["measured_as"],
        *([] if said is None else [str(said)]),
    ]
    not_measured = [*summary(report | {"scores": {}, "not_measured": "it rains"})]
    assert not_measured[0] == ForecastRuns.NOT_MEASURED(why="it rains")
    written = to_markdown(report, [ForecastRuns.ROUNDED()])
    assert written.splitlines()[2] == f"**{sentence(score)}**"
    assert said is None or sentence(said) in written


def test_it_forecasts_without_the_file_and_from_what_came_since(run, tmp_path):
    written = predict_to(
        run, None, str(tmp_path / "own.csv"), options=PredictOptions(picture=tmp_path / "fans.png")
    )
    assert (written.counts, written.notes) == ({"series": 5, "rows": 30, "new": 0}, [])
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
        predict_to(run, str(file), str(tmp_path / "out.csv"))
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
    assert ForecastRuns.PAST_VALUES_CHANGED not in codes(predict_to(run, file, out).notes)
    same = Path(out).read_text()
    changed = written.copy()
    changed.loc[(shop == "s1") & (newer["month"] == "2022-03-01"), "sold"] += 50
    changed.loc[(shop == "s1") & (newer["month"] == "2022-06-01"), "sold"] += 50
    changed = changed[(changed["shop"] != "s2") | (changed["month"] != "2022-02-01")]
    changed.to_csv(file, index=False)
    notes = predict_to(run, file, out).notes
    assert notes[-1] == ForecastRuns.PAST_VALUES_CHANGED(n=3, missing=ForecastRuns.MISSING_NOW(n=1))
    differ = (
        pd.read_csv(out)["LSTM"]
        .ne(pd.read_csv(StringIO(same))["LSTM"])
        .groupby(pd.read_csv(out)["unique_id"])
    )
    assert differ.any()[["s0", "s1", "s3"]].tolist() == [False, True, False]


def test_it_is_measured_on_what_came(run, tmp_path):
    later = tmp_path / "later.csv"
    sales().query("month >= '2022-07-01'").to_csv(later, index=False)
    found = predictions.evaluate(run, str(later))
    panel = from_frame(sales().rename(columns={"shop": "unique_id", "month": "ds", "sold": "y"}))
    forecast = pd.read_csv(run / "forecast.csv")
    errors = []
    for n, name in enumerate(panel.ids):
        median = forecast.loc[forecast["unique_id"] == name, "LSTM"].to_numpy()
        past, came = panel.values[n][:54], panel.values[n][54:]
        errors.append(np.abs(came - median).mean() / np.abs(past[12:] - past[:-12]).mean())
    # the file has 7 digits of the range
    assert found["scores"]["LSTM"]["MASE"] == pytest.approx(np.mean(errors), rel=2e-6)
    measured = ForecastRuns.MEASURED(n=5, least=1, most=1, up_to=None, horizon=6)
    local = ForecastRuns.LOCAL(library=library(), some=None, season=None)
    assert found["measured_as"] == str(ForecastRuns.MEASURED_LATER(measured=measured, local=local))
    assert list(found["scores"])[-2:] == ["ETS", "Theta"]
    # 14 months, of 6 at an origin
    sales(months=68).query("month >= '2022-07-01'").to_csv(later, index=False)
    found = predictions.evaluate(run, str(later))
    said = ForecastRuns.MEASURED_LATER(measured=measured.at(least=3, most=3), local=local)
    assert found["measured_as"] == str(said)
    with raises(ForecastRuns.NOTHING_LATER, end="2022-06-01", others=None):
        predictions.evaluate(run, json.loads((run / "data.json").read_text())["source"])


def test_of_later_values_what_is_missing_and_what_is_not_the_run_s_is_counted(run, tmp_path):
    some = (
        sales(months=68)
        .query("month >= '2022-07-01' and shop != 's4'")
        .replace({"shop": {"s0": "new"}})
    )
    some = some[(some["shop"] != "s3") | (some["month"] < "2022-09-01")]
    opened = open_run(run)
    for rows, shops in ((some, ["new", "s1", "s2", "s3"]), (some.query("shop == 'new'"), ["new"])):
        rows.to_csv(tmp_path / "later.csv", index=False)
        later = opened.read(str(tmp_path / "later.csv")).panel
        assert list(later.ids) == shops
        if len(shops) == 1:
            with raises(ForecastRuns.NOTHING_LATER, others=ForecastRuns.OTHERS(n=1, series="new")):
                predictions.joined(opened, later, "later.csv")
            continue
        _, counts, notes = predictions.joined(opened, later, "later.csv")
        assert counts == [0, 14, 14, 2, 0]
        said = (
            ForecastRuns.OTHERS_LEFT_OUT(n=1),
            ForecastRuns.NOTHING_CAME(n=2),
            ForecastRuns.FEWER_STEPS(n=1),
        )
        assert notes == list(said)


def test_a_run_that_is_not_whole_is_named_by_its_file(run, tmp_path):
    for name in ("forecaster.json", "history.csv"):
        damaged = shutil.copytree(run, tmp_path / name)
        (damaged / name).write_text("{}")
        with raises(Runs.BAD_FILE, file=str(damaged / name)):
            _ = open_run(damaged).panel
    (damaged / "report.json").unlink()
    with raises(Runs.NOT_FINISHED, file=str(damaged)):
        open_run(damaged)
    (damaged / "config.toml").write_text('data = "walks.csv"\n')
    with raises(ForecastRuns.IS_NO_FORECASTER, file=str(damaged)):
        open_run(damaged)


def differences_of(*runs):
    tables = [pd.read_csv(run.path / "backtest.csv").query("forecaster == 'LSTM'") for run in runs]
    one, two = (table.groupby("unique_id")["MASE"].mean() for table in tables)
    return (one - two).to_numpy()


@pytest.mark.long(5)  # trains a second run
def test_runs_are_compared_and_others_refuse(run, settings, folder):
    forecasting.train(
        ForecastSettings(**{**vars(settings), "seed": 1}), output_dir=folder, name="other"
    )
    runs = [Finished(path, {"task": "forecast"}) for path in (run, folder / "other")]
    found, note = compare(*runs, {"forecast": pairs_of})
    assert (found["n"], found["score"]) == (5, "mase")
    assert found["difference"] == pytest.approx(found["first"] - found["second"], abs=1e-12)
    assert found["interval"] == pytest.approx(mean_interval(differences_of(*runs))[1:], abs=1e-12)
    assert (note.values["on"], note.values["second"]) == (Runs.SERIES(n=5, groups=None), "other")
    assert note.values["verdict"].code is (Runs.DIFFER if found["differ"] else Runs.NO_DIFFERENCE)


@pytest.mark.long(3)  # a training of its own
def test_what_is_not_known_ahead_is_said_and_the_rest_is_done(settings, folder, tmp_path):
    table = sales().query("month < '2022-07-01'")
    table.to_csv(tmp_path / "past.csv", index=False)
    notes = []
    few = ForecastSettings(
        str(tmp_path / "past.csv"), HORIZON, known=["promo"], units=2, epochs=1, windows=0
    )
    report = forecasting.train(few, output_dir=tmp_path, name="run", on_note=notes.append)
    missing = forecasting.check_known_ahead(read_source(few).panel, HORIZON)
    assert (missing.code, missing.values["columns"]) == (ForecastRuns.NOT_KNOWN_AHEAD, ["promo"])
    assert (missing.level, missing in notes) == ("warning", True)
    assert "forecast.csv" not in report["files"]
    with raises(ForecastEstimators.NOT_KNOWN_AHEAD, columns=("promo",)):
        predict_to(tmp_path / "run", None, "-")


def test_too_little_is_forecast_by_the_baseline_and_said(tmp_path):
    pd.DataFrame({"year": range(2000, 2005), "sold": [1.0, 2, 4, 5, 9]}).to_csv(
        tmp_path / "few.csv", index=False
    )
    notes = []
    report = forecasting.train(
        ForecastSettings(str(tmp_path / "few.csv"), 2),
        output_dir=tmp_path,
        name="run",
        on_note=notes.append,
    )
    assert notes[-1].code is ForecastRuns.ALONE
    assert (report["epochs"], report["scores"]) == (0, {})
    forecast, base = pd.read_csv(tmp_path / "run/forecast.csv"), report["base"]
    assert forecast.columns.tolist()[2:] == [base, f"{base}-lo-80", f"{base}-hi-80", f"{base}-mean"]
    widths = (forecast[f"{base}-hi-80"] - forecast[f"{base}-lo-80"]).tolist()
    assert len(forecast) == 2
    assert 0 < widths[0] <= widths[1]
    with raises(ForecastRuns.AS_LONG_AS_ALL, horizon=5, steps=5):
        forecasting.train(ForecastSettings(str(tmp_path / "few.csv"), 5), output_dir=tmp_path)


def test_of_two_values_nothing_is_said_of_how_sure_it_is(tmp_path):
    pd.DataFrame({"ds": [1, 2], "y": [10.0, 12.0]}).to_csv(tmp_path / "two.csv", index=False)
    report = forecasting.train(
        ForecastSettings(str(tmp_path / "two.csv"), 1), output_dir=tmp_path, name="run"
    )
    assert report["reason"].endswith(str(ForecastEstimators.UNSURE()))
    row, base = pd.read_csv(tmp_path / "run/forecast.csv").iloc[0], report["base"]
    assert row[base] > 12
    assert np.isnan([row[f"{base}-lo-80"], row[f"{base}-hi-80"]]).all()
    assert f"{base}-mean" not in row
    notes = predict_to(
        tmp_path / "run",
        None,
        str(tmp_path / "out.csv"),
        options=PredictOptions(picture=tmp_path / "out.png"),
    ).notes
    assert codes(notes) == [ForecastRuns.UNSURE, ForecastRuns.ALONE]
    pd.DataFrame({"ds": [3, 4], "y": [11.0, 13.0]}).to_csv(tmp_path / "later.csv", index=False)
    found = predictions.evaluate(tmp_path / "run", str(tmp_path / "later.csv"))
    assert found["coverage_said"] == str(ForecastRuns.NO_COVERAGE())
    assert (
        predict_to(
            tmp_path / "run",
            None,
            str(tmp_path / "bits.csv"),
            options=PredictOptions(surprise=True),
        ).counts["most"]
        is None
    )
    pd.DataFrame({"ds": [0, 1], "y": [9.0, 10.0]}).to_csv(tmp_path / "old.csv", index=False)
    notes = predict_to(tmp_path / "run", str(tmp_path / "old.csv"), str(tmp_path / "out.csv")).notes
    assert [note.values["end"] for note in notes if note.code is Panels.ENDS_EARLIER] == ["2"]
    summary = explain(tmp_path / "run")
    assert summary["page"] is None
    assert str(Runs.NO_PAGE) in [fact["code"] for fact in summary["facts"]]
    with raises(ForecastRuns.NO_QUANTILES):
        export_run(tmp_path / "run", tmp_path / "two.onnx")


def test_what_cannot_be_measured_is_said_and_the_run_is_done(tmp_path):
    months = pd.date_range("2020-01-01", periods=30, freq="MS")
    table = pd.DataFrame({"month": months, "sold": 10 + 5 * np.sin(np.arange(30) * np.pi / 6)})
    table.to_csv(tmp_path / "a.csv", index=False)
    # 18 are left, and no season
    settings = ForecastSettings(str(tmp_path / "a.csv"), 12, base="seasonal naive")
    report = forecasting.train(settings, output_dir=tmp_path, name="run")
    assert (report["base"], report["scores"]) == ("seasonal naive", {})
    no_base = UsageError(ForecastEstimators.NO_BASE_WITHOUT_SEASON, base="seasonal naive")
    assert report["not_measured"] == str(ForecastRuns.WITHOUT_THE_END(cause=no_base))


@pytest.mark.parametrize(
    ("frequency", "steps", "asked", "used", "expected"),
    [
        ("MS", 36, "auto", 12, ForecastRuns.SEASON_FOUND(season=12, others=None)),
        ("MS", 36, 6, 6, ForecastRuns.SEASON(season=6)),
        ("MS", 36, 24, 1, None),  # of which a warning says more
        (
            "D",
            36,
            "auto",
            1,
            ForecastRuns.NO_SEASON_FOUND(seasons=[7]),
        ),  # 365 are more than there are
        ("W", 36, "auto", 1, ForecastRuns.NO_SEASON_TESTED(seasons=[52])),
        ("YS", 36, "auto", 1, None),
    ],
)
def test_the_season_that_is_used_is_said_and_which_were_tested(
    frequency, steps, asked, used, expected
):
    times = pd.date_range("2020-01-01", periods=steps, freq=frequency)
    panel = from_frame(pd.DataFrame({"ds": times, "y": 5 * np.sin(np.arange(steps) * np.pi / 6)}))
    assert season_for(panel, asked) == used
    assert describe_season(panel, asked, used) == expected


def test_two_seasons_are_said_together_and_the_shorter_one_is_used():
    t = np.arange(24 * 28)
    values = (
        np.sin(2 * np.pi * t / 24)
        + (t // 24 % 7 >= 5)
        + 0.1 * np.random.default_rng(0).normal(size=len(t))
    )
    panel = from_frame(
        pd.DataFrame({"ds": pd.date_range("2020-01-01", periods=len(t), freq="h"), "y": values})
    )
    also = ForecastRuns.OTHERS_FOUND(seasons=[168])
    assert describe_season(panel, "auto", season_for(panel, "auto")) == ForecastRuns.SEASON_FOUND(
        season=24, others=also
    )


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"season": 52}, {"epochs": 9, "season": 52, "continues": False, "bounds": (None, None)}),
        (
            {"season": 52, "epochs": 4},
            {"epochs": 4, "season": 52, "continues": False, "bounds": (None, None)},
        ),
        (
            {"seasons": [], "epochs": 4, "search": "auto"},
            {"epochs": "auto", "season": "auto", "continues": None},
        ),
        (
            {"seasons": [], "epochs": 4, "search": 4},
            {"epochs": 4, "season": "auto", "continues": None},
        ),
    ],
)
def test_a_run_of_before_resumes_as_it_was_prepared(tmp_path, about, expected):
    """Before season tests data.json had one, by frequency; before epoch search no `search`."""
    (tmp_path / "config.toml").write_text(to_toml(ForecastSettings("a.csv", 2, epochs=9)))
    (tmp_path / "data.json").write_text(json.dumps(about))
    assert prepared_with(tmp_path) == expected
    (tmp_path / "config.toml").write_text(to_toml(ForecastSettings("a.csv", 2, epochs=9, season=7)))
    assert prepared_with(tmp_path) == expected | {"season": 7}


def test_each_value_that_came_counts_the_same_of_a_series():
    rows = [
        ("LSTM", 12, 1.0, 1.0),
        ("LSTM", 3, 6.0, 0.0),
        ("last value", 12, 2.0, 0.5),
        ("last value", 3, 2.0, 0.5),
    ]
    table = pd.DataFrame(rows, columns=["forecaster", "steps", "MASE", "coverage"])
    table = table.assign(unique_id="a", origin=[0, 12, 0, 12], sMAPE=1.0, pinball=1.0)
    assert scores_of(table)["LSTM"]["MASE"] == pytest.approx((12 * 1 + 3 * 6) / 15)
    assert scores_of(table)["LSTM"]["coverage"] == pytest.approx(12 / 15)
    assert compare_with_best(table)["difference"] == pytest.approx(0.0)


def test_what_is_not_known_is_null_in_json():
    # series that never changed have no MASE
    rows = [("LSTM", f"s{k}", np.nan, 0.0) for k in range(6)]
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
    for other, code in (("b", ForecastRuns.OTHER_STEPS), ("c", ForecastRuns.NO_SERIES_IN_BOTH)):
        assert pairs_of(*(Finished(tmp_path / name, {}) for name in ("a", other))).code is code


def test_one_single_series_is_the_run_s_whatever_its_column_is_called(tmp_path):
    (tmp_path / "a.csv").write_text(
        "year,SUNACTIVITY\n" + "".join(f"{k},{k % 7}\n" for k in range(1990, 2010))
    )
    settings = ForecastSettings(str(tmp_path / "a.csv"), 1)
    source = read_source(settings)
    (tmp_path / "data.json").write_text(json.dumps(describe(source, settings.data)))
    (tmp_path / "newer.csv").write_text("year,spots\n2010,3\n2011,4\n")
    newer = read_newer(tmp_path, settings, str(tmp_path / "newer.csv"), source.panel)
    assert newer.panel.ids == ("SUNACTIVITY",)
    assert newer.notes[-1] == ForecastRuns.TAKEN_FOR(found="spots", own="SUNACTIVITY")
    check_same(tmp_path, source, settings.data)
    other = read_source(ForecastSettings(str(tmp_path / "newer.csv"), 1))
    with raises(ForecastRuns.OTHER_SERIES, file=str(tmp_path / "newer.csv"), run=str(tmp_path)):
        check_same(tmp_path, other, str(tmp_path / "newer.csv"))


def test_several_columns_of_one_covariate_are_one_that_is_not_known_ahead(tmp_path):
    table = pd.DataFrame({"day": range(9), "sold": range(9), "holiday": list("abcabcabc")})
    table.to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(str(tmp_path / "a.csv"), 3, known=["holiday"])
    missing = forecasting.check_known_ahead(read_source(settings).panel, 3)
    assert (missing.values["columns"], missing.values["horizon"]) == (["holiday"], 3)


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
    notes = []
    forecasting.resume(folder / "killed", on_note=notes.append)
    assert codes(notes)[0] is Runs.PLANS_AGAIN
    assert_same_run(folder / "killed", run, epochs=3)
    for name in ("forecast.csv", "backtest.csv", "forecaster.json"):
        assert (folder / "killed" / name).read_bytes() == (run / name).read_bytes()
    config = elsewhere / "killed/config.toml"
    other = write_sales(elsewhere, seed=1)
    config.write_text(config.read_text().replace(settings.data, str(other)))
    with raises(Runs.SETTING_CHANGED, file=str(config), name="data"):
        forecasting.resume(elsewhere / "killed")


@pytest.mark.long(8)  # two trainings, with what they validate
def test_minutes_become_epochs_with_which_it_is_trained_again_equally(
    tmp_path, settings, monkeypatch
):
    monkeypatch.setattr(forecasting, "epochs_in", lambda *about, **how: 4)
    notes, begun, epochs = [], [], 4

    def begin(epochs, what=None):
        begun.append(epochs)
        return lambda epoch, logs: None

    timed = ForecastSettings(**{**vars(settings), "epochs": "auto", "minutes": 0.5, "windows": 0})
    forecasting.train(timed, output_dir=tmp_path, name="timed", begin=begin, on_note=notes.append)
    assert ForecastRuns.EPOCHS_IN_MINUTES(minutes=0.5, epochs=epochs, updates=4 * 6) in notes
    assert begun[-1] == epochs
    config = (tmp_path / "timed/config.toml").read_text()
    assert f"\nepochs = {epochs}\n" in config
    assert "\nminutes =" not in config
    assert json.loads((tmp_path / "timed/data.json").read_text())["search"] == epochs
    again = ForecastSettings(**{**vars(timed), "epochs": epochs, "minutes": None})
    forecasting.train(again, output_dir=tmp_path, name="again")
    assert_same_run(tmp_path / "timed", tmp_path / "again", epochs=epochs)
    with raises(Settings.MINUTES_AND_EPOCHS, minutes=1, epochs=2):
        ForecastSettings("a.csv", 1, minutes=1, epochs=2)


def test_minutes_that_are_too_short_for_a_pass_over_the_windows_are_said(monkeypatch, settings):
    source, notes, asked = read_source(settings), [], []

    def fits(minutes, training, began, updates, *, starts):
        asked.append((training.batches.steps, updates, starts))
        return 0

    monkeypatch.setattr(forecasting, "epochs_in", fits)
    timed = ForecastSettings(**{**vars(settings), "epochs": "auto", "minutes": 0.01})
    assert forecasting._epochs_in(0.01, timed, source, 0.0, notes.append) == 1
    assert notes == [ForecastRuns.NO_EPOCH_IN_MINUTES.warning(minutes=0.01, windows=180)]
    # of 32 windows, in an epoch; a candidate and the training itself, and the backtest does both
    # again
    updates = 6
    assert asked == [(5, 4 * updates, 2)]


def test_of_long_panels_it_is_said_which_origins_are_trained_on():
    panel = from_frame(pd.DataFrame({"ds": range(45_000), "y": np.arange(45_000) % 7.0}))
    assert describe_thinning(panel) == ForecastRuns.THINNED(every=3, most=20_000, steps=45_000)
    assert len(cut(panel, Framing(1, 2, 1, Baseline())).origin) == pytest.approx(45_000 / 3, abs=2)
    assert describe_thinning(from_frame(pd.DataFrame({"ds": range(20_000), "y": 1.0}))) is None


def test_the_report_has_what_was_validated(run):
    report = json.loads((run / "report.json").read_text())
    trials, rehearsal = (
        report["validation"],
        json.loads((run / "forecaster.json").read_text())["rehearsal"],
    )
    assert [trial["epochs"] for trial in trials] == [3] * len(trials)
    best = min(trials, key=lambda trial: trial["error"])
    assert (best["base"], best["error"]) == (report["base"], rehearsal["error"])
    assert (report["updates"], report["units"], report["dropout"]) == (3 * 6, 4, 0.2)
    assert f"| {best['base']} | 3 | {best['error']:.3f} |" in (run / "report.md").read_text()
    assert "18 updates" in (run / "report.md").read_text()


@pytest.mark.long(8)  # a training and its validation, twice
def test_a_run_that_trains_on_keeps_its_base_and_its_trust(tmp_path):
    rng = np.random.default_rng(3)
    walks = [np.cumsum(1 + 2 * rng.normal(size=40) + np.sin(np.arange(40))) for _ in range(5)]
    table = pd.concat(
        [pd.DataFrame({"unique_id": k, "ds": range(40), "y": walk}) for k, walk in enumerate(walks)]
    )
    table.to_csv(tmp_path / "a.csv", index=False)
    settings = ForecastSettings(
        str(tmp_path / "a.csv"), 4, units=4, epochs=1, windows=0, learning_rate=0.01
    )
    forecasting.train(settings, output_dir=tmp_path, name="run")
    before = json.loads((tmp_path / "run/forecaster.json").read_text())
    assert forecasting.resume(tmp_path / "run", epochs=30)["epochs"] == 30
    assert json.loads((tmp_path / "run/forecaster.json").read_text()) == before
    layer = quantiles_of(open_run(tmp_path / "run").network)
    assert float(layer.weight) == before["rehearsal"]["trust"]
    # float32
    np.testing.assert_allclose(layer.width_factors, before["rehearsal"]["widening"], rtol=1e-6)


@pytest.mark.long(2)  # it trains
def test_a_baseline_alone_cannot_train_on(tmp_path):
    pd.DataFrame({"year": range(2000, 2005), "sold": [1.0, 2, 4, 5, 9]}).to_csv(
        tmp_path / "few.csv", index=False
    )
    forecasting.train(
        ForecastSettings(str(tmp_path / "few.csv"), 2), output_dir=tmp_path, name="run"
    )
    with raises(
        ForecastRuns.NO_NETWORK, why=ForecastEstimators.FEW_WINDOWS(n=0, fewest=16, unsure=None)
    ):
        forecasting.resume(tmp_path / "run", epochs=3)
    write_sales(tmp_path)
    settings = ForecastSettings(
        str(tmp_path / "sales.csv"), 1, known=["promo"], epochs=0, units=1, windows=0
    )
    forecasting.train(settings, output_dir=tmp_path, name="none")
    with raises(ForecastRuns.NO_NETWORK, why=ForecastEstimators.NO_EPOCHS()):
        forecasting.resume(tmp_path / "none", epochs=3)


def test_newer_dates_begin_with_what_those_trained_on_did(tmp_path):
    days = pd.date_range("2026-01-01", periods=59, freq="D")
    pd.DataFrame({"day": days.strftime("%d/%m/%Y"), "y": range(59)}).to_csv(
        tmp_path / "a.csv", index=False
    )
    settings = ForecastSettings(str(tmp_path / "a.csv"), 1)
    source = read_source(settings)
    (tmp_path / "data.json").write_text(json.dumps(describe(source, settings.data)))
    (tmp_path / "newer.csv").write_text("day,y\n01/03/2026,59\n")
    newer = read_newer(tmp_path, settings, str(tmp_path / "newer.csv"), source.panel)
    assert newer.panel.times[0].tolist() == [pd.Timestamp("2026-03-01")]


def test_series_of_one_step_may_be_a_column_misread(tmp_path):
    (tmp_path / "one.csv").write_text("code,y\nx1,1\nx2,2\nx3,3\n")
    found = read_source(ForecastSettings(str(tmp_path / "one.csv"), 1))
    ids, time = ForecastRuns.SERIES_BY(columns=("code",)), ForecastRuns.NO_TIMES()
    with raises(ForecastRuns.ONE_STEP, ids=ids, time=time):
        forecasting.require_longer_history(found, "one.csv", 1)
    (tmp_path / "one.csv").write_text("code,day,y\nx1,2026-01-01,1\nx2,2026-01-01,2\n")
    found = read_source(ForecastSettings(str(tmp_path / "one.csv"), 1, id="code"))
    with raises(ForecastRuns.ONE_STEP, ids=ids, time=ForecastRuns.TIMES_BY(column="day")):
        forecasting.require_longer_history(found, "one.csv", 1)
