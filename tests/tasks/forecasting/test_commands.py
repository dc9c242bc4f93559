"""Forecasts on the command line: mistakes are one sentence, and other commands give advice."""

import json
import re
import shutil
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call, contents, finish, start
from support.kills import assert_same_run, kill_at_moments, moments, state
from support.sales import sales, write_sales

import glasscell
from glasscell.tasks.forecasting.report import describe_contest
from glasscell.tasks.forecasting.selection.contest import Contest
from glasscell.tasks.forecasting.sentences import ForecastEstimators, ForecastRuns
from glasscell.tasks.forecasting.settings import ForecastSettings

NAME = "sales.csv"
TYPED = ["--forecast", "6", "--known", "promo"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_sales(tmp_path)
    return tmp_path


@pytest.fixture
def own(run, here):
    """Give a copy of the run, to be written into: the others only read theirs."""
    return shutil.copytree(run, here / "own")


def put(text: str) -> None:
    Path("a.csv").write_text(text)


def days(*times: str) -> str:
    return "day,sold\n" + "".join(f"{time},{k}\n" for k, time in enumerate(times))


MANY = [f"2026-01-{day:02}" for day in range(1, 29)]
# What stands in a.csv, what is typed after `glasscell train`, the exit code, and what the message
# must say.
MISTAKES = {
    "no steps": (None, [NAME, "--forecast", "0"], 2, ["forecast = 0: expected an integer from 1"]),
    "longer than the history": (
        None, [NAME, *TYPED, "--forecast", "60"], 2, ["60: the longest", "has 54 steps"]
    ),
    "no such column": (
        None, [NAME, "--forecast", "3", "--known", "promos"], 2, ["'promos' (given as known)"]
    ),
    "two roles": (
        None, [NAME, *TYPED, "--past", "promo"], 2,
        ["'promo' is given twice, by --known and --past"],
    ),
    "quantiles without the median": (
        None, [NAME, *TYPED, "--quantiles", "0.1,0.9"], 2, ["including 0.5"]
    ),
    "a base that there is not": (None, [NAME, *TYPED, "--base", "magic"], 2, ["'magic': expected"]),
    "an option of labels": (
        None, [NAME, *TYPED, "--label", "promo"], 2, ["--label is for", "not for forecasting"]
    ),
    "an option of forecasts": (
        None, [NAME, "--season", "12"], 2, ["--season is for forecasting (--forecast N)"]
    ),
    "no file": (None, ["none.csv", *TYPED], 3, ["none.csv: there is no such file"]),
    "times twice": (
        days(*MANY, MANY[3]), ["a.csv", "--forecast", "3"], 3, ["appears twice, in rows 4 and 29"]
    ),
    "irregular": (
        days(*MANY[:9], "2026-01-09 13:00", *MANY[9:]), ["a.csv", "--forecast", "3"], 3,
        ["2026-01-09 13:00", "--every"],
    ),
    "offsets in some": (
        days(*MANY, "2026-01-29T00:00Z"), ["a.csv", "--forecast", "3"], 3, ["has a UTC offset"]
    ),
    "month or day": (
        days("1/2/2026", "1/3/2026"), ["a.csv", "--forecast", "1"], 3, ["the day or the month"]
    ),
    "all gaps": (
        "day,sold\n2026-01-01,\n2026-01-02,\n", ["a.csv", "--forecast", "1"], 3, ["a.csv: "]
    ),
    "no numbers": (
        "day,sold\n2026-01-01,a\n2026-01-02,b\n", ["a.csv", "--forecast", "1"], 3,
        ["no column contains"],
    ),
    "every, of dates": (
        days(*MANY), ["a.csv", "--forecast", "3", "--every", "7"], 2,
        ["a length above 0 with a unit"],
    ),
    "every, a word": (
        days(*MANY), ["a.csv", "--forecast", "3", "--every", "soon"], 2,
        ["'soon' is not a frequency"],
    ),
    "several in a step": (
        days(*MANY), ["a.csv", "--forecast", "1", "--every", "7D"], 2, ["--aggregate mean, sum,"]
    ),
    "no step": (
        days(*MANY), ["a.csv", "--forecast", "1", "--aggregate", "sum"], 2,
        ["--aggregate sum needs --every"],
    ),
    "no way to combine": (
        days(*MANY), ["a.csv", "--forecast", "1", "--every", "7D", "--aggregate", "median"], 2,
        ["expected 'mean', "],
    ),
    "a fill of labels": (
        None, [NAME, "--fill", "0"], 2, ["--fill is for forecasting (--forecast N)"]
    ),
    "a fill that is no number": (
        None, [NAME, *TYPED, "--fill", "nan"], 2, ["fill = nan: expected a finite number"]
    ),
    "several kinds": (
        "day,sold,price\n"
        + "".join(f"{day},{900 + k},{k % 5 + 0.5}\n" for k, day in enumerate(MANY)),
        ["a.csv", "--forecast", "3"], 2, ["--channels sold, ", "--channels sold,price"],
    ),
    "a week that is none": (
        "year,week,y\n2021,52,1\n2021,53,2\n", ["a.csv", "--forecast", "1"], 3,
        ["row 2, column 'year_week': found '2021-W53'"],
    ),
    "no label": (
        days(*MANY), ["a.csv"], 3,
        ["times ('day') and values but no label", "train a.csv --forecast 9"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_and_nothing_is_written(mistake, here, monkeypatch, capfd):
    content, arguments, code, words = MISTAKES[mistake]
    if content is not None:
        put(content)
    before = contents(here)
    answer = call(monkeypatch, capfd, "train", *arguments, "--quiet")
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert answer.err.startswith("glasscell: ")
    assert answer.err.count("\n") == 1
    assert all(word in answer.err for word in words), answer.err
    assert contents(here) == before


@pytest.mark.long(3)  # it trains, without a network
def test_what_is_combined_and_named_is_said_and_read_again_as_then(here, monkeypatch, capfd):
    hours = pd.date_range("2026-01-01", periods=120, freq="6h")
    table = pd.DataFrame(
        {"time": hours, "kwh": [k % 7 + 0.5 for k in range(120)], "price": 900.0, "free": 0}
    )
    table.to_csv("a.csv", index=False)
    typed = ["a.csv", "--forecast", "3", "--channels", "kwh", "--every", "1D", "--aggregate", "sum"]
    answer = call(
        monkeypatch, capfd, "train", *typed, "--epochs", "0", "--windows", "0", "--name", "summed"
    )
    assert answer.code == 0, answer.err
    first, *others = (answer.out + answer.err).splitlines()
    assert "single series ('kwh', time by 'time'): 1 series of 30 steps, 1 day each" in " ".join(
        [first, *others]
    )
    assert any(line == "each step of 1 day is the sum of its values, up to 4" for line in others)
    assert 'aggregate = "sum"' in Path("runs/summed/config.toml").read_text()
    answer = call(monkeypatch, capfd, "predict", "summed", "a.csv", "-o", "again.csv")
    assert answer.code == 0, answer.err
    pd.testing.assert_frame_equal(pd.read_csv("again.csv"), pd.read_csv("runs/summed/forecast.csv"))


@pytest.mark.long(3)  # it trains, without a network
def test_a_run_fills_new_values_as_its_own(here, monkeypatch, capfd):
    sold = [k for k in range(150) if k * k % 7 in (1, 4)]  # the fewest steps have a row
    table = pd.DataFrame(
        {"day": pd.Timestamp("2026-01-01") + pd.to_timedelta(sold, "D"), "sold": 1.0}
    )
    table.iloc[:-4].to_csv("a.csv", index=False)
    table.iloc[-4:].to_csv("later.csv", index=False)
    typed = [
        "a.csv",
        "--forecast",
        "3",
        "--fill",
        "0",
        "--epochs",
        "0",
        "--windows",
        "0",
        "--name",
        "filled",
    ]
    answer = call(monkeypatch, capfd, "train", *typed)
    assert answer.code == 0, answer.err
    assert "fill = 0.0" in Path("runs/filled/config.toml").read_text()
    history = pd.read_csv("runs/filled/history.csv")["y"]
    assert (history.isna().sum(), (history == 0).sum()) == (0, len(history) - len(table) + 4)
    answer = call(monkeypatch, capfd, "predict", "filled", "later.csv", "-o", "b.csv", "--json")
    assert answer.code == 0, answer.err
    panel = glasscell.load("runs/filled")._opened.since("later.csv")[0]
    assert (len(panel.values[0]), panel.values[0].sum()) == (sold[-1] - sold[0] + 1, len(sold))
    answer = call(monkeypatch, capfd, "evaluate", "filled", "later.csv", "--json")
    assert (answer.code, json.loads(answer.out)["n"]) == (0, 1)


def test_a_file_without_labels_is_shown_with_a_hint(here, monkeypatch, capfd):
    put(days(*MANY))
    answer = call(monkeypatch, capfd, "data", "a.csv")
    assert (
        "note: it has times ('day') and values but no label: to forecast the next 9 steps"
        in answer.out
    )


def test_it_leaves_by_the_command(run, here, monkeypatch, capfd):
    pytest.importorskip("onnxruntime")
    answer = call(monkeypatch, capfd, "export", run, "--to", "onnx", "--json")
    summary = json.loads(answer.out)
    assert (summary["path"], summary["checked"]["n"]) == ("run.onnx", 15)
    assert summary["checked"]["difference"] < 1e-5
    answer = call(monkeypatch, capfd, "export", run, "--to", "litert")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("glasscell: litert needs a fixed number of steps")


@pytest.mark.long(2)  # it trains
def test_it_is_explained(own, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "explain", own, "--series", "s1")
    lines = answer.out.splitlines()
    assert answer.code == 0
    assert lines[0] == f"explorer: {own}/explain/explorer.html"
    assert any(
        line.startswith("the forecast of 's1' depends most on the value at 20") for line in lines
    )
    assert lines[-1] == f"tables and figures: {own}/explain"
    summary = json.loads(call(monkeypatch, capfd, "explain", own, "--series", "s1", "--json").out)
    assert [line for line in lines if line in summary["said"]]
    for arguments, words in (
        (["--series", "s9"], "--series s9: no such series in "),
        (["--series", "s1,s9"], "--series s9: no such series in "),
        (["--label", "y"], "--label does not go with forecasting"),
    ):
        answer = call(monkeypatch, capfd, "explain", own, *arguments)
        assert (answer.code, answer.out, words in answer.err) == (2, "", True), answer.err


@pytest.mark.long(2)  # it trains
def test_it_forecasts_measures_and_says_what_is_improbable(run, here, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "predict", run, "-o", "forecast.csv", "--picture", "fans.png")
    assert (answer.code, answer.out.splitlines()) == (
        0,
        [
            "forecasts of the next 6 steps of 5 series written to forecast.csv",
            "figure written to fans.png",
        ],
    )
    assert Path("forecast.csv").read_text() == (run / "forecast.csv").read_text()
    pd.read_csv(NAME).replace({"shop": {"s4": "new"}}).to_csv("new.csv", index=False)
    answer = call(monkeypatch, capfd, "predict", run, "new.csv", "-o", "of_new.csv")
    assert f"warning: {ForecastRuns.NEW_SERIES(n=1, series=5)}" in answer.err.splitlines()
    sales().to_csv("later.csv", index=False)
    answer = call(monkeypatch, capfd, "evaluate", run, "later.csv")
    assert answer.out.startswith("MASE ")
    assert re.search(r"^(better|not (significantly )?better) than ", answer.out, re.MULTILINE)
    assert "scored on 5 series at 1 origin each, 6 steps ahead" in answer.out
    scores = json.loads(call(monkeypatch, capfd, "evaluate", run, "later.csv", "--json").out)
    assert list(scores["scores"])[:2] == ["LSTM", "last value"]
    odd = sales()
    odd.loc[55, "sold"] = 900.0
    odd.to_csv("odd.csv", index=False)
    answer = call(monkeypatch, capfd, "predict", run, "odd.csv", "--surprise", "-o", "surprise.csv")
    assert "(s0 at 2022-08-01)" in answer.out
    found = pd.read_csv("surprise.csv")
    assert found.loc[found["surprise"].idxmax(), "y"] == 900.0
    for arguments, words in (
        (["predict", run, "later.csv", "--label", "y"], "--label does not go with forecasting"),
        (["evaluate", run, NAME], "has no value after the end"),
        (
            ["predict", run, "-o", "left.csv", "--picture", "fans.foo"],
            "fans.foo: expected a name that ends with .png",
        ),
        (["predict", run, "none.csv"], "none.csv: there is no such file"),
        (["predict", run, "--surprise", "--picture", "fans.png"], "--picture shows forecasts"),
    ):
        answer = call(monkeypatch, capfd, *arguments)
        assert (answer.code in (2, 3), answer.out, words in answer.err) == (True, "", True), (
            answer.err
        )
    assert not Path("left.csv").exists()


FEW = "year,sold\n" + "".join(
    f"{2000 + k},{v}\n" for k, v in enumerate([3, 5, 4, 6, 9, 8, 9, 11, 12, 14, 13, 16])
)


@pytest.mark.long(8)  # it trains without a network, draws, and runs all commands
def test_who_forecasts_alone_has_its_name_everywhere_and_no_units(here, monkeypatch, capfd):
    put(FEW)
    answer = call(
        monkeypatch, capfd, "train", "a.csv", "--forecast", "2", "--windows", "2", "--name", "few"
    )
    assert answer.code == 0, answer.err
    report = json.loads(Path("runs/few/report.json").read_text())
    base = report["base"]
    assert (answer.out + answer.err).count("forecasts without a network") == 1
    assert report["forecaster"] == base != "LSTM"
    rows = [line.split("  ")[0] for line in answer.out.splitlines()]
    measured = next(iter(report["scores"]))  # of what it knew without the end
    assert rows.count(measured) == 1
    assert "LSTM" not in rows
    table = pd.read_csv("runs/few/backtest.csv")
    assert table["forecaster"][0] == measured
    assert not table.duplicated(["forecaster", "origin"]).any()
    assert (
        f"Forecasts are by the {base}; a season has 1. No network"
        in Path("runs/few/report.md").read_text()
    )
    columns = ["unique_id", "ds", base, f"{base}-lo-80", f"{base}-hi-80", f"{base}-mean"]
    assert call(monkeypatch, capfd, "predict", "few", "-o", "next.csv").code == 0
    for file in ("next.csv", "runs/few/forecast.csv"):
        assert pd.read_csv(file).columns.tolist() == columns
    assert glasscell.load("runs/few").predict().columns.tolist() == columns
    Path("later.csv").write_text("year,sold\n2012,17\n2013,15\n")
    scores = json.loads(call(monkeypatch, capfd, "evaluate", "few", "later.csv", "--json").out)[
        "scores"
    ]
    assert next(iter(scores)) == base
    assert "LSTM" not in scores
    answer = call(monkeypatch, capfd, "explain", "few", "--json")
    explained = json.loads(answer.out)
    assert explained["files"] == [
        "explanation.csv",
        "explanation.png",
        "explanation.svg",
        "explain.json",
    ]
    assert (explained["forecaster"], explained["season"]) == (base, None)
    assert not re.search("unit|baseline only", " ".join(explained["said"]))
    answer = call(monkeypatch, capfd, "trace", "few", "-o", "gates.csv")
    assert (answer.code, "has no gates to trace" in answer.err) == (3, True)


@pytest.mark.long(12)  # it trains twice, and draws
def test_a_network_without_weight_gives_no_name_either(here, monkeypatch, capfd):
    monkeypatch.setattr("glasscell.tasks.forecasting.selection.validation.WEIGHTS", (0.0,))
    small = ["--units", "2", "--epochs", "1", "--windows", "1", "--name", "none"]
    answer = call(monkeypatch, capfd, "train", NAME, *TYPED, *small)
    assert answer.code == 0, answer.err
    report = json.loads(Path("runs/none/report.json").read_text())
    base, measured = report["base"], next(iter(report["scores"]))
    assert (report["trust"], report["reason"], report["forecaster"]) == (0, None, base)
    assert report["measured_as"].count(str(ForecastRuns.BY_OTHER(forecaster=measured))) == 1
    assert "LSTM" not in report["scores"]
    assert (
        f"Forecasts are by the {base}; a season has 12. The network, trained"
        in Path("runs/none/report.md").read_text()
    )
    assert pd.read_csv("runs/none/forecast.csv").columns[2] == base
    answer = call(monkeypatch, capfd, "predict", "none", "-o", "next.csv")
    assert (answer.out + answer.err).count(
        str(ForecastEstimators.ALONE_AS_NOT_BETTER(base=base))
    ) == 1
    explained = json.loads(call(monkeypatch, capfd, "explain", "none", "--json").out)
    assert not {"gates.csv", "units.csv", "seasons.csv"} & {*explained["files"]}


@pytest.mark.long(20)  # it trains twice, each with its validation
def test_ets_alone_has_its_name_everywhere(here, monkeypatch, capfd):
    errors = {"LSTM": 0.9, "ETS": 0.8, "Theta": 0.7}
    # of the run, and of its backtest
    contests = iter([Contest(errors, 2, 3, "ETS"), Contest(errors, 2, 3, None)])
    monkeypatch.setattr(
        "glasscell.tasks.forecasting.selection.choice.compare", lambda *how: next(contests)
    )
    monkeypatch.setattr("glasscell.tasks.forecasting.selection.validation.WEIGHTS", (0.5,))
    small = ["--units", "2", "--windows", "1", "--name", "ets"]
    answer = call(monkeypatch, capfd, "train", NAME, *TYPED, *small)
    assert answer.code == 0, answer.err
    table = pd.read_csv("runs/ets/backtest.csv")
    assert table["forecaster"][0] == "ETS"
    assert not table.duplicated(["forecaster", "unique_id", "origin"]).any()
    assert {"LSTM", "Theta"} < set(table["forecaster"])
    report = json.loads(Path("runs/ets/report.json").read_text())
    for note in (
        ForecastRuns.BY_OTHER(forecaster="ETS"),
        ForecastRuns.OTHER_DECIDED(forecaster="LSTM"),
    ):
        assert str(note) in report["measured_as"]
    assert (report["mase"], report["contest"]["errors"]) == (
        report["scores"]["ETS"]["MASE"],
        errors,
    )
    # at these origins, ETS was chosen; the verdict is on the network
    assert report["beside"]["forecaster"] == "LSTM"
    assert report["verdict"].startswith("LSTM, which validation would choose, is ")
    contest = str(describe_contest(report["contest"], report["base"]))
    assert contest in answer.err
    for part in ("Forecasts are by ETS; a season has 12", contest):
        assert part in Path("runs/ets/report.md").read_text()
    answer = call(monkeypatch, capfd, "predict", "ets", "-o", "next.csv")
    assert str(ForecastRuns.LOCAL_ALONE(model="ETS")) in answer.out + answer.err
    found = pd.read_csv("next.csv")
    assert found.columns.tolist()[2:] == ["ETS", "ETS-lo-80", "ETS-hi-80", "ETS-mean"]
    assert (found["ETS-mean"] == found["ETS"]).all()
    answer = call(monkeypatch, capfd, "explain", "ets", "--json")
    explained = json.loads(answer.out)
    page = Path(explained["page"]).read_text(encoding="utf-8")
    payload = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert (payload["local"], payload["reason"]) == ("ETS", None)
    forecast = pd.read_csv("runs/ets/forecast.csv")
    fans = (
        forecast[["ETS-lo-80", "ETS", "ETS-hi-80"]].to_numpy().reshape(len(payload["series"]), -1)
    )
    np.testing.assert_allclose([one["fan"] for one in payload["series"]], fans, rtol=1e-5)
    assert (explained["forecaster"], "gates.csv" in explained["files"]) == ("ETS", False)
    gave = pd.read_csv("runs/ets/explain/explanation.csv")
    assert (gave["gave"] - gave["of_base"]).abs().max() > 0.1


@pytest.mark.long(8)  # starts a process, whose TensorFlow has first lines to write
def test_comparing_is_quiet(run):
    answer = finish(start("compare", run, run))
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.nightly  # CI kills one amid its validation
@pytest.mark.long(60)  # starts processes, and kills them
def test_a_run_that_is_killed_resumes_bit_for_bit(here, monkeypatch, capfd, request):
    from glasscell.tasks.forecasting import training as forecasting

    settings = ForecastSettings(
        NAME, 6, known=["promo"], units=4, epochs=400, batch_size=64, windows=1
    )
    forecasting.train(settings, output_dir=here / "whole", name="run")
    command = [
        "train",
        NAME,
        *TYPED,
        "--units",
        "4",
        "--epochs",
        "400",
        "--windows",
        "1",
        "--quiet",
    ]
    for folder in kill_at_moments(here, command, moments(request)):
        answer = call(monkeypatch, capfd, "train", "--resume", folder / "run", "--quiet")
        assert answer == (0, "", "")
        assert_same_run(folder / "run", here / "whole/run", epochs=400)


@pytest.mark.long(40)  # starts a process that validates, and kills it
def test_a_run_that_is_killed_amid_its_validation_resumes_bit_for_bit(here, monkeypatch, capfd):
    command = ["train", NAME, *TYPED, "--units", "4", "--windows", "1", "--name", "run"]
    answer = call(monkeypatch, capfd, *command, "--output-dir", "whole")
    assert answer.code == 0, answer.err
    validated = [line for line in answer.err.splitlines() if line.startswith("validation")]
    assert len(validated) > 3
    for moment in (0, 2):
        folder = here / str(moment)
        process = start(*command, "--output-dir", folder)
        assert process.stderr is not None
        while not process.stderr.readline().startswith(validated[moment]):
            pass
        process.kill()
        assert finish(process).code == -signal.SIGKILL
        assert "progress" not in state(folder / "run")
        answer = call(monkeypatch, capfd, "train", "--resume", folder / "run", "--quiet")
        assert answer == (0, "", "")
        epochs = json.loads((folder / "run/report.json").read_text())["epochs"]
        assert_same_run(folder / "run", here / "whole/run", epochs=epochs)
        for name in (
            "config.toml",
            "data.json",
            "forecast.csv",
            "backtest.csv",
            "forecaster.json",
            "history.csv",
        ):
            assert (folder / "run" / name).read_bytes() == (here / "whole/run" / name).read_bytes()


@pytest.mark.long(3)  # a test of the page makes one of any network
def test_explain_writes_its_page(own, monkeypatch, capfd):
    answer = call(monkeypatch, capfd, "explain", own, "--series", "s3,s0", "-o", "page.html")
    assert answer.code == 0
    assert "the forecast of 's3' depends most on" in answer.out
    assert answer.out.startswith("explorer: page.html\n")
    assert Path("page.html").stat().st_size < 1e6
    summary = json.loads(
        call(monkeypatch, capfd, "explain", own, "--limit", 1, "-o", "page.html", "--json").out
    )
    assert (summary["series"], summary["shown"], summary["page"]) == ("s0", ["s0"], "page.html")
