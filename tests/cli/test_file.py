"""From a file of labeled series to predictions, by commands: train, evaluate, predict, compare."""

import io
import json
import re
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.bad_files import BAD
from support.command import GLASSCELL, call, contents, finish, stand_in, start
from support.gestures import train_gestures, write_gestures
from support.walks import blank

from glasscell.cli.sentences import Commands
from glasscell.data.sentences import Reading
from glasscell.data.tables.sentences import Tables
from glasscell.recurrence.kernel import core
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import System
from glasscell.tasks.series.sentences import Series

# one further training, not ten
SMALL = ["--units", "4", "--epochs", "3", "--seed", "1", "--measure", "split"]
QUICK = [*SMALL, "--early-stopping"]  # spares the second training that would measure
SCORES = {"accuracy", "balanced_accuracy", "log_loss", "n", "per_class", "confusion", "calibration"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory, undraw):
    """Make a folder with files of series, and a run of each kind."""
    folder = tmp_path_factory.mktemp("file")
    write_gestures(folder / "train.csv")
    write_gestures(folder / "test.csv", n=10, seed=1)
    write_gestures(folder / "bare.parquet", n=10, seed=1, labels="none")
    write_gestures(folder / "numbers.csv", labels="numbers")
    for name, file in (("run", "train.csv"), ("slopes", "numbers.csv")):
        with undraw():
            train_gestures(
                folder / file,
                folder / "runs",
                name,
                epochs=3,
                measure="split",
                early_stopping=False,
            )
    return folder


@pytest.fixture
def here(kept, tmp_path, monkeypatch):
    """Work in a copy of that folder."""
    monkeypatch.chdir(shutil.copytree(kept, tmp_path / "here"))
    return Path()


@pytest.fixture
def glasscell(here, monkeypatch, capfd):
    """Give a function that runs the command in this process."""
    return lambda *arguments: call(monkeypatch, capfd, *arguments)


def one_object(answer) -> dict:
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("\n") == 1
    return json.loads(answer.out)


# --- train ----------------------------------------------------------------------------------------


@pytest.mark.long(6)
@pytest.mark.usefixtures("undrawn")
def test_training_prints_what_it_understood_then_each_epoch_then_what_came_out(glasscell):
    answer = glasscell("train", "train.csv", *SMALL, "--name", "new")
    assert answer.code == 0
    lines = answer.err.splitlines()
    assert (
        lines[0]
        == "24 series of 4–8 steps, 2 channels (u, v), 2 classes; id 'id', time 't', label 'label'"
    )
    assert [line.split("  loss")[0] for line in lines[1:4]] == [
        f"training  epoch {k}/3" for k in (1, 2, 3)
    ]
    assert lines[4] == (
        "no series were held out, so a second network is trained on 20 of the 24 series and "
        "scored on the other 4: "
        f"{lines[4].rpartition(': ')[2]}"
    )
    assert re.search(r": about \d+ s$", lines[4])
    assert [line.split("  loss")[0] for line in lines[5:]] == [
        f"second network  epoch {k}/3" for k in (1, 2, 3)
    ]
    assert "  accuracy " in lines[-1]
    report = json.loads(Path("runs/new/report.json").read_text())
    lines = answer.out.splitlines()
    low, high = report["intervals"]["accuracy"]
    interval = f"95% CI {low:.3f}–{high:.3f}"
    assert (
        lines[0] == f"accuracy {report['accuracy']:.3f} ({report['right']}/4, {interval}) on "
        f"{report['measured_on']}"
    )
    assert lines[2].split() == ["accuracy", "95%", "CI"]
    assert [line.partition("  ")[0] for line in lines[3:8]] == [
        "LSTM",
        "majority class",
        "nearest neighbor",
        "nearest neighbor with DTW",
        "linear model on summary statistics",
    ]
    # three epochs are few
    assert re.match(r"(not (significantly )?better than|as good as) ", lines[9])
    assert lines[10:] == ["saved in runs/new", "to inspect it: glasscell explain runs/new"]
    text = Path("runs/new/report.md").read_text()
    assert f"{', '.join(report['files'])}, report.json" in text
    assert f"for 3 epochs in {report['seconds']:.1f} s" in text
    assert contents(Path("runs/new")).keys() == contents(Path("runs/run")).keys()


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_numbers_as_labels_make_a_regression(glasscell):
    answer = glasscell("train", "numbers.csv", *QUICK, "--name", "new")
    assert answer.code == 0
    assert "continuous targets" in answer.err
    assert "accuracy" not in answer.err
    assert re.match(r"R² −?\d\.\d+ \(\d+ series.*\), mean absolute error \d+\.?\d* on ", answer.out)
    assert re.search(r"^mean +−?0\.\d+", answer.out, re.MULTILINE)
    assert re.search(
        r"^not better than linear model on summary statistics: R² 0\.\d+ vs 0\.\d+$",
        answer.out,
        re.MULTILINE,
    )


@pytest.mark.nightly  # other tests here train with --quiet and find nothing printed
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_with_quiet_nothing_is_printed(glasscell):
    assert glasscell("train", "train.csv", *QUICK, "--quiet", "--name", "new") == (0, "", "")
    # a second network, too
    assert glasscell("train", "train.csv", *SMALL, "--quiet", "--name", "newer") == (0, "", "")


@pytest.mark.nightly  # test_training.py of series sets some aside
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_no_second_network_is_trained_where_series_are_set_aside(glasscell):
    answer = glasscell("train", "train.csv", *QUICK)
    assert answer.code == 0
    assert "second network" not in answer.err


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_with_json_one_object_is_printed_and_nothing_else(glasscell):
    report = one_object(
        glasscell("train", "train.csv", *QUICK, "--quiet", "--json", "--name", "new")
    )
    assert report == json.loads(Path("runs/new/report.json").read_text()) | {"run": "runs/new"}
    assert report.keys() > {
        "accuracy",
        "baselines",
        "channels",
        "classes",
        "epochs",
        "n_train",
        "warnings",
    }
    answer = glasscell("train", "train.csv", *QUICK, "--json")
    assert answer.out.count("\n") == 1
    assert "epoch 3/3" in answer.err


@pytest.mark.nightly  # test_training.py of series validates with a file
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_another_file_can_tell_when_to_stop(glasscell):
    report = one_object(
        glasscell("train", "train.csv", *SMALL, "--valid", "test.csv", "--quiet", "--json")
    )
    assert (report["n_train"], report["n"], report["measured_on"]) == (24, 10, "test.csv")
    answer = glasscell("train", "train.csv", *SMALL, "--valid", "train.csv")
    assert f"warning: {Runs.TRAINED_ON_TOO(n=24, of=24, file='train.csv')}" in answer.err


@pytest.mark.usefixtures("undrawn")
def test_what_to_validate_with_must_have_the_same_channels(glasscell):
    pd.read_csv("test.csv").rename(columns={"v": "w"}).to_csv("other.csv", index=False)
    before = contents(Path())
    answer = glasscell("train", "train.csv", *SMALL, "--valid", "other.csv")
    assert_reported(
        answer, (3,), "other.csv", Reading.OTHER_CHANNELS, found=("u", "w"), expected=("u", "v")
    )
    assert contents(Path()) == before


@pytest.mark.usefixtures("undrawn")
def test_what_to_validate_with_must_have_labels_that_are_known(glasscell):
    before = contents(Path())
    answer = glasscell("train", "train.csv", *SMALL, "--valid", "bare.parquet")
    assert answer == (
        3, "", "glasscell: bare.parquet: has no labels for validation; name the label column "
               "with --label\n",
    )  # fmt: skip
    assert contents(Path()) == before
    table = pd.read_csv("test.csv")
    table["label"] = table["label"].replace("up", "sideways")
    table.to_csv("sideways.csv", index=False)
    answer = glasscell("train", "train.csv", *SMALL, "--valid", "sideways.csv")
    assert_reported(answer, (3,), "sideways.csv: ", Tables.UNSEEN_LABEL, label="sideways")


@pytest.mark.nightly  # it trains through the command
@pytest.mark.long(4)
def test_what_libraries_warn_of_is_reported_in_our_words_or_not_at_all(glasscell):
    table = pd.read_csv("train.csv")
    table["label"] = table["id"]
    table.to_csv("odd.csv", index=False)
    answer = glasscell("train", "odd.csv", *SMALL, "--label", "label")
    warnings = [line for line in answer.err.splitlines() if "arning" in line]
    assert warnings
    assert all(line.startswith("warning: ") for line in warnings)


def test_one_class_is_refused_before_anything_is_trained(glasscell):
    pd.read_csv("train.csv").assign(label="up").to_csv("odd.csv", index=False)
    before = contents(Path())
    assert_reported(
        glasscell("train", "odd.csv", *SMALL), (3,), "odd.csv: ", Series.ONE_CLASS, label="up"
    )
    assert contents(Path()) == before


@pytest.mark.nightly  # the next ones train by a file of settings
@pytest.mark.long(12)
@pytest.mark.usefixtures("undrawn")
def test_some_settings_in_a_file_go_with_a_file_of_series(glasscell):
    Path("part.toml").write_text("units = 3\n")
    report = one_object(
        glasscell(
            "train", "train.csv", "--config", "part.toml", "--epochs", "1", "--quiet", "--json"
        )
    )
    assert "units = 3" in Path(report["run"], "config.toml").read_text()
    Path("part.toml").write_text("hidden_size = 3\n")
    answer = glasscell("train", "train.csv", "--config", "part.toml")
    assert_reported(answer, (2,), "part.toml: ", Runs.NO_SETTING, name="hidden_size")


@pytest.mark.nightly  # below, a run is run again by its settings
@pytest.mark.long(5)
@pytest.mark.usefixtures("undrawn")
def test_a_run_can_be_run_again_from_any_folder(glasscell, monkeypatch):
    one_object(
        glasscell(
            "train",
            "train.csv",
            *SMALL,
            "--valid",
            "test.csv",
            "--name",
            "new",
            "--quiet",
            "--json",
        )
    )
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    again = one_object(
        glasscell("train", "--config", "../runs/new/config.toml", "--quiet", "--json")
    )
    first = json.loads(Path("../runs/new/report.json").read_text())
    assert {name for name, v in first.items() if again[name] != v} <= {"seconds", "measured_on"}


def test_a_finished_run_whose_data_are_no_more_known_is_not_said_to_be_fine(glasscell):
    Path("runs/run/data.json").write_text("{")
    assert_reported(
        glasscell("train", "--resume", "run"), (3,), "runs/run/data.json: ", Runs.BAD_FILE
    )


@pytest.mark.nightly  # tasks/language/test_training trains again by them, of text
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_run_can_be_run_again_by_its_settings(glasscell):
    again = one_object(
        glasscell(
            "train", "--config", "runs/run/config.toml", "--name", "again", "--quiet", "--json"
        )
    )
    first = json.loads(Path("runs/run/report.json").read_text())
    differ = {name for name, v in first.items() if again[name] != v}
    assert differ <= {"seconds"}


@pytest.mark.nightly  # runs/test_lifecycle finishes one
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_finished_run_is_left_alone_and_an_unfinished_one_is_finished(glasscell):
    before = contents(Path("runs/run"))
    answer = glasscell("train", "--resume", "run")
    assert answer.err == f"{Commands.FINISHED(run='runs/run', epochs=3)}\n"
    assert re.search(r"^accuracy ", answer.out, re.MULTILINE)
    assert contents(Path("runs/run")) == before
    report = json.loads(Path("runs/run/report.json").read_text())
    for name in (*report["files"], "report.json"):
        Path("runs/run", name).unlink()
    assert glasscell("train", "--resume", "runs/run", "--quiet") == (0, "", "")
    assert json.loads(Path("runs/run/report.json").read_text()) == report
    assert (
        one_object(glasscell("train", "--resume", "run", "--epochs", "5", "--quiet", "--json"))[
            "epochs"
        ]
        == 5
    )


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_a_run_is_replaced_only_if_that_is_asked_for(glasscell):
    before = contents(Path())
    answer = glasscell("train", "train.csv", *SMALL, "--name", "run")
    assert_reported(answer, (2,), "runs/run ", Runs.TAKEN)
    assert contents(Path()) == before
    assert glasscell(
        "train", "train.csv", *QUICK, "--seed", "2", "--name", "run", "--overwrite", "-q"
    ) == (0, "", "")
    assert "seed = 2" in Path("runs/run/config.toml").read_text()


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_standard_input_is_a_file_like_others(glasscell, monkeypatch):
    with Path("train.csv").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        report = one_object(glasscell("train", "-", *QUICK, "--quiet", "--json"))
    assert re.fullmatch(r"runs/stdin-\d{8}-\d{6}", report["run"])
    with Path("test.csv").open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert one_object(glasscell("evaluate", report["run"], "-", "--json"))["n"] == 10


# --- evaluate -------------------------------------------------------------------------------------


def test_evaluation_shows_scores_classes_and_confusion(glasscell):
    answer = glasscell("evaluate", "run", "test.csv")
    assert (answer.code, answer.err) == (0, "")
    assert re.match(r"accuracy [01]\.\d{3} \(\d+/10, 95% CI .*\) on test\.csv\n\n", answer.out)
    for words in (
        "95% CI",
        "nearest neighbor with DTW",
        "balanced accuracy",
        "log loss",
        "precision",
        "confusion matrix (rows: true, columns: predicted)",
    ):
        assert words in answer.out
    scores = one_object(glasscell("evaluate", "runs/run", "test.csv", "--json"))
    assert scores.keys() >= SCORES
    assert scores["n"] == 10
    assert set(scores["per_class"]) == {"down", "up"}
    assert f"{scores['accuracy']:.3f}" in answer.out


def test_evaluation_of_numbers(glasscell):
    write_gestures(Path("more.csv"), n=8, seed=3, labels="numbers")
    scores = one_object(glasscell("evaluate", "slopes", "more.csv", "--json"))
    assert scores.keys() >= {"mae", "rmse", "r2", "n"}
    assert "R²" in glasscell("evaluate", "slopes", "more.csv").out


def test_numbers_are_answered_with_low_and_high(glasscell):
    write_gestures(Path("more.csv"), n=8, seed=3, labels="numbers")
    answer = glasscell("predict", "slopes", "more.csv", "-o", "none.csv")
    assert answer.code == 0
    assert answer.err.startswith(
        "warning: the predictions have no low and high: 4 residuals are too few"
    )
    assert list(pd.read_csv("none.csv")) == ["id", "answer"]
    Path("runs/slopes/SHA256SUMS").unlink()
    np.savez("runs/slopes/residuals.npz", residuals=np.arange(1.0, 20.0)[:, None])
    blank("more.csv", "more.csv", ["s000002"])
    assert glasscell("predict", "slopes", "more.csv", "-o", "some.csv").code == 0
    table = pd.read_csv("some.csv")
    assert list(table) == ["id", "answer", "low", "high", "note"]
    assert table[["answer", "low", "high"]].isna().all(axis=1).tolist() == [
        False,
        False,
        True,
        *[False] * 5,
    ]
    there = table.dropna(subset="answer")
    np.testing.assert_allclose(there["high"] - there["answer"], 18, rtol=1e-5)
    np.testing.assert_allclose(there["answer"] - there["low"], 18, rtol=1e-5)
    glasscell("predict", "slopes", "more.csv", "-o", "half.csv", "--coverage", "0.5")
    np.testing.assert_allclose(pd.read_csv("half.csv").eval("high - low").dropna(), 20, rtol=1e-5)
    truth = pd.read_csv("more.csv").groupby("id")["label"].first().drop("s000002").to_numpy()
    scores = json.loads(
        glasscell("evaluate", "slopes", "more.csv", "--coverage", "0.1", "--json").out
    )
    held = int((np.abs(there["answer"] - truth) <= 2).sum())
    assert (scores["within"]["held"], scores["within"]["n"], scores["within"]["half_width"]) == (
        held,
        7,
        2,
    )
    assert f"low and high (±2) contain the target of {held} of 7 series" in glasscell(
        "evaluate", "slopes", "more.csv", "--coverage", "0.1"
    ).out.replace("\n", " ")


@pytest.mark.parametrize(
    ("run", "coverage", "why"),
    [
        (
            "slopes",
            "0.9",
            "4 residuals are too few for prediction intervals of coverage 0.9, which need 9",
        ),
        ("slopes", "90", "expected a fraction above 0 and below 1, such as 0.9"),
        ("run", "0.9", "is a classification run; coverage is for regression"),
    ],
)
@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_coverage_that_cannot_be_had_is_refused(command, run, coverage, why, glasscell):
    answer = glasscell(
        command, run, "numbers.csv" if run == "slopes" else "test.csv", "--coverage", coverage
    )
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err


def test_damaged_residuals_are_named(glasscell):
    Path("runs/slopes/residuals.npz").write_bytes(b"PK")
    answer = glasscell("predict", "slopes", "numbers.csv")
    assert answer.code == 3
    assert "residuals.npz: is damaged" in answer.err


def test_evaluation_on_what_was_trained_on_is_warned_of_on_stderr(glasscell):
    answer = glasscell("evaluate", "run", "train.csv", "--json")
    assert answer.err.startswith(f"warning: {Runs.TRAINED_ON_TOO(n=24, of=24)}")
    assert json.loads(answer.out)["warnings"]


def test_evaluation_refuses_what_has_no_labels_or_others(glasscell):
    assert (
        "bare.parquet: has no labels to score against"
        in glasscell("evaluate", "run", "bare.parquet").err
    )
    table = pd.read_csv("test.csv")
    table["label"] = table["label"].replace("up", "sideways")
    table.to_csv("sideways.csv", index=False)
    answer = glasscell("evaluate", "run", "sideways.csv")
    assert_reported(
        answer, (3,), "sideways.csv: ", Tables.UNSEEN_LABEL, label="sideways", labels=["down", "up"]
    )


# --- predict --------------------------------------------------------------------------------------


def test_answers_are_a_table_on_standard_output_in_a_csv_or_a_parquet(glasscell):
    printed = glasscell("predict", "run", "test.csv")
    assert (printed.code, printed.err) == (0, "")
    answers = pd.read_csv(io.StringIO(printed.out))
    assert list(answers) == ["id", "answer", "p(down)", "p(up)"]
    assert answers["id"].tolist() == [f"s{k:06d}" for k in range(10)]
    np.testing.assert_allclose(answers["p(down)"] + answers["p(up)"], 1, rtol=1e-5)
    assert glasscell("predict", "run", "test.csv", "-o", "-") == printed
    assert glasscell("predict", "run", "test.csv", "-o", "a.csv") == (
        0,
        "10 predictions written to a.csv\n",
        "",
    )
    assert Path("a.csv").read_text() == printed.out
    assert glasscell("predict", "run", "bare.parquet", "-o", "a.parquet", "--quiet") == (0, "", "")
    whole = pd.read_parquet("a.parquet").astype({"id": "object"})
    # a CSV has six decimals
    pd.testing.assert_frame_equal(whole, answers, check_dtype=False, atol=5.001e-7)
    said = one_object(glasscell("predict", "run", "test.csv", "-o", "a.csv", "--json"))
    assert said.pop("answered_by") == ("numpy" if said.pop("not_by_kernel", None) else "kernel")
    assert said == {
        "run": "runs/run",
        "data": "test.csv",
        "output": "a.csv",
        "n": 10,
        "n_unanswered": 0,
    }


def test_parts_are_put_together_in_the_order_of_the_file(glasscell):
    write_gestures(Path("many.csv"), n=2300, seed=5)
    assert (
        glasscell("predict", "run", "many.csv", "-o", "a.csv").out
        == f"{Series.ANSWERS(n=2300, output='a.csv')}\n"
    )
    answers = pd.read_csv("a.csv")
    assert answers["id"].tolist() == [f"s{k:06d}" for k in range(2300)]
    assert glasscell("predict", "run", "many.csv", "-o", "a.parquet").code == 0
    assert pd.read_parquet("a.parquet")["answer"].tolist() == answers["answer"].tolist()


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_series_without_a_value_are_named_by_every_command(glasscell):
    blank("test.csv", "some.csv", ["s000002", "s000007"])
    which = "2 of 10 series have no values ('s000002', 's000007')"
    answer = glasscell("predict", "run", "some.csv")
    assert (answer.code, answer.err) == (0, f"warning: {which}: not predicted\n")
    assert "\ns000002,,,,all values are missing\n" in answer.out
    assert (
        glasscell("predict", "run", "some.csv", "-o", "a.csv").out
        == f"{Series.ANSWERS(n=8, output='a.csv')}\n"
    )
    assert Path("a.csv").read_text() == answer.out
    said = json.loads(glasscell("predict", "run", "some.csv", "-o", "a.csv", "--json").out)
    assert (said["n"], said["n_unanswered"]) == (10, 2)
    blank("numbers.csv", "numbers.csv", ["s000002"])
    answer = glasscell("predict", "slopes", "numbers.csv", "--quiet")
    assert answer.code == 0
    assert re.search("warning: 1 of .* series has no values", answer.err)
    assert "\ns000002,,all values are missing\n" in answer.out
    answer = glasscell("evaluate", "run", "some.csv")
    assert answer.err == f"warning: {which}: not predicted, not scored\n"
    assert re.match(
        r"accuracy .* \(8/8, .*\) on some\.csv\n2 more series were not scored\n", answer.out
    )
    answer = glasscell("data", "some.csv")
    assert f"\nwarning: {which}: not used for training, and no prediction is made\n" in answer.out
    answer = glasscell("train", "some.csv", *QUICK, "--name", "new")
    assert answer.code == 0
    assert (
        answer.err.splitlines()[1]
        == f"warning: {which}: not used for training, and no prediction is made"
    )
    report = json.loads(Path("runs/new/report.json").read_text())
    assert (report["n_train"], report["n_left_out"]) == (8, 2)
    answer = glasscell("trace", "run", "some.csv", "-o", "t.csv")
    assert (answer.code, answer.err) == (0, f"warning: {which}: skipped\n")
    assert pd.read_csv("t.csv")["series"].nunique() == 8
    assert (
        json.loads(glasscell("trace", "run", "some.csv", "-o", "t.csv", "--json").out)["n_left_out"]
        == 2
    )


def test_a_file_without_a_value_is_refused_by_the_commands_that_need_one(glasscell):
    blank("test.csv", "none.csv", pd.read_csv("test.csv")["id"].unique())
    before = contents(Path())
    for command in (["train"], ["evaluate", "run"], ["trace", "run"], ["explain", "-q", "run"]):
        answer = glasscell(*command, "none.csv")
        assert_reported(answer, (3,), "none.csv: ")
        assert answer.error.code in (Reading.ALL_EMPTY, Series.NOTHING_TO_SCORE, Runs.NO_TRACE)
    assert contents(Path()) == before


# What is typed after `predict run`, the exit code, and what is said.
NOWHERE = {
    "another kind of file": (
        ["test.csv", "-o", "a.txt"],
        2,
        "a.txt: expected a name that ends with .csv or .parquet",
    ),
    "a folder": (["test.csv", "-o", "folder.csv"], 2, "folder.csv is a folder"),
    "no such folder": (
        ["test.csv", "-o", "no/a.csv"],
        2,
        "no/a.csv: the folder no does not exist; create it",
    ),
    "the file itself": (
        ["test.csv", "-o", "./test.csv"],
        2,
        "is the input file and would be overwritten",
    ),
    "JSON among answers": (["test.csv", "--json"], 2, "--json needs --output FILE"),
    "no such file": (["none.csv", "-o", "a.csv"], 3, "none.csv: there is no such file"),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_where_answers_cannot_go(case, glasscell, monkeypatch):
    arguments, code, words = NOWHERE[case]
    # reported before TensorFlow is started
    monkeypatch.setattr("glasscell.console.startup.importlib", None)
    Path("folder.csv").mkdir()
    before = contents(Path())
    answer = glasscell("predict", "run", *arguments)
    assert_reported(answer, (code,), "")
    assert words in answer.err
    assert contents(Path()) == before


def test_an_error_in_the_midst_of_a_file_leaves_the_old_answers(glasscell):
    text = write_gestures(Path("many.csv"), n=1500).read_text()
    Path("many.csv").write_text(text + "z,0,seven,1,up\n")
    Path("a.csv").write_text("old")
    before = contents(Path())
    answer = glasscell("predict", "run", "many.csv", "-o", "a.csv")
    assert_reported(answer, (3,), "many.csv")
    assert contents(Path()) == before


@pytest.mark.long(2)
def test_in_a_pipe_whose_reader_goes_away_the_answers_end_without_a_traceback(here):
    write_gestures(Path("many.csv"), n=3000)  # whose answers are more than a pipe holds
    shell = f"cat many.csv | {GLASSCELL} predict run - | head -1; exit ${{PIPESTATUS[1]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (141, "id,answer,p(down),p(up)\n", "")


@pytest.mark.nightly  # Ctrl-C in a training is in test_file_trouble.py
@pytest.mark.long(7)
def test_ctrl_c_ends_the_answers_and_leaves_nothing(here):
    Path("many.csv").write_text("id,u,v\n" + "".join(f"{k},0.5,0.1\n" * 40 for k in range(60_000)))
    before = contents(Path())
    process = start("predict", "run", "many.csv", "-o", "a.csv")
    while process.poll() is None and not Path(".part-a.csv").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert finish(process) == (130, "", "glasscell: stopped; nothing was written\n")
    assert contents(Path()) == before


@pytest.mark.parametrize("what", ["model.keras", "data.json"])
def test_a_run_without_its_files_cannot_answer(what, glasscell):
    Path("runs/run", what).unlink()
    assert_reported(glasscell("predict", "run", "test.csv"), (2, 3), "runs/run")
    Path("runs/run", what).write_bytes(b"damaged")
    answer = glasscell("evaluate", "run", "test.csv")
    assert_reported(answer, (3,), f"runs/run/{what}: ")
    assert answer.error.code is Runs.BAD_FILE


NO_TENSORFLOW = "raise SystemExit('TensorFlow is started')"


@pytest.mark.long(1)
@pytest.mark.parametrize(
    "command", [pytest.param("predict", marks=pytest.mark.nightly), "evaluate"]
)
def test_tensorflow_is_not_started_to_answer(command, here, tmp_path):
    without = stand_in(tmp_path / "without", NO_TENSORFLOW)
    answer = finish(start(command, "run", "test.csv", without=without))
    assert (answer.code, answer.err) == (0, "")


def damage(file):
    file.write_bytes(file.read_bytes()[:300])


def touch_model(file):
    model = file.with_name("model.keras")
    model.write_bytes(model.read_bytes() + b"\n")
    file.with_name("SHA256SUMS").unlink()  # else the model itself is not read


OTHERS = {
    "damaged": (damage, r"network\.npz is damaged \(.*\)", True),
    "of another model": (touch_model, "not made from this", True),
    "none, as in older runs": (Path.unlink, r"the run has no network\.npz", False),
}


@pytest.mark.parametrize(
    "case",
    [
        case if case != "of another model" else pytest.param(case, marks=pytest.mark.nightly)
        for case in OTHERS
    ],
)
def test_where_the_arrays_do_not_allow_it_tensorflow_answers_the_same_and_says_so(case, glasscell):
    glasscell("predict", "run", "test.csv", "-o", "by_core.csv")
    spoil, why, warns = OTHERS[case]
    spoil(Path("runs/run/network.npz"))
    answer = glasscell("predict", "run", "test.csv", "-o", "by_tensorflow.csv", "--json")
    said = json.loads(answer.out)
    assert said["answered_by"] == "tensorflow"
    assert re.search(why, said["not_by_kernel"])
    assert (
        "TensorFlow computes the predictions and takes longer to start: network.npz" in answer.err
    ) == warns
    assert ("delete network.npz and run: glasscell train --resume runs/run" in answer.err) == warns
    by_core, by_tensorflow = (pd.read_csv(f"{name}.csv") for name in ("by_core", "by_tensorflow"))
    assert by_core["answer"].equals(by_tensorflow["answer"])
    np.testing.assert_allclose(by_core["p(up)"], by_tensorflow["p(up)"], rtol=0, atol=1e-6)
    scores = json.loads(glasscell("evaluate", "run", "test.csv", "--json").out)
    assert scores["answered_by"] == "tensorflow"
    assert (
        any("TensorFlow computes the predictions" in text for text in scores["warnings"]) == warns
    )


def test_the_kernel_answers_and_the_record_says_so(glasscell):
    if core.load()[1] is not None:
        pytest.skip("the kernel is not built: no C++ compiler at install")
    said = one_object(glasscell("predict", "run", "test.csv", "-o", "a.csv", "--json"))
    assert (said["answered_by"], "not_by_kernel" in said) == ("kernel", False)
    assert (
        json.loads(glasscell("evaluate", "slopes", "numbers.csv", "--json").out)["answered_by"]
        == "kernel"
    )


# --- data and compare -----------------------------------------------------------------------------


def test_the_scores_of_a_class_that_is_not_there_are_blank(glasscell):
    table = pd.read_csv("test.csv")
    table[table["label"] == "up"].to_csv("ups.csv", index=False)
    answer = glasscell("evaluate", "run", "ups.csv")
    assert answer.err == f"warning: {Runs.CLASS_UNMEASURED(classes=['down'])}\n"
    assert re.search(r"^down +0$", answer.out, re.MULTILINE)


def test_what_is_in_a_file_is_shown(glasscell):
    answer = glasscell("data", "train.csv", "--picture", "p.png")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert (
        lines[0]
        == "24 series of 4–8 steps, 2 channels (u, v), 2 classes; id 'id', time 't', label 'label'"
    )
    assert "missing" in answer.out
    assert str(Runs.PICTURE(picture="p.png")) in answer.out
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")
    found = one_object(glasscell("data", "train.csv", "--json"))
    assert (found["n"], found["classes"]) == (24, {"down": 12, "up": 12})
    found = one_object(
        glasscell("data", "train.csv", "--json", "--label", "label", "--channels", "v")
    )
    assert [channel["channel"] for channel in found["channels"]] == ["v"]
    assert_reported(
        glasscell("data", "train.csv", "--picture", "p.bmp"), (2,), "p.bmp: ", System.PICTURE_NAME
    )
    answer = glasscell("data", "train.csv", "--picture", "no/p.png")
    assert_reported(answer, (2,), "no/p.png: ", System.NO_FOLDER, parent="no")


def test_runs_stand_side_by_side(glasscell, short_run):
    answer = glasscell("compare", "run", "runs/slopes", "--picture", "p.svg")
    assert (answer.code, answer.err) == (0, "")
    head, first, second = answer.out.splitlines()[:3]
    assert head.split()[:2] == ["run", "accuracy"]
    assert (first.split()[0], second.split()[0]) == ("run", "slopes")
    assert "<svg" in Path("p.svg").read_text()
    table = json.loads(glasscell("compare", "run", "slopes", "--json").out)
    assert [row["run"] for row in table] == ["run", "slopes"]
    assert table[0]["mae"] is None
    report = json.loads(Path("runs/run/report.json").read_text())
    assert table[0]["intervals"]["accuracy"] == pytest.approx(report["intervals"]["accuracy"])
    assert table[1]["difference"]["why_not"] == str(Series.CLASSES_AND_NUMBERS())
    shutil.copytree("runs/run", "runs/again")
    assert re.search(
        r"^run vs again on the same 4 series: accuracy .* 0 vs 0 \(McNemar's exact test, p = "
        r"1\): a tie$",
        glasscell("compare", "run", "again").out,
        re.MULTILINE,
    )
    shutil.copytree(short_run, "runs/digits")
    head, *rows = glasscell("compare", "digits", "run", "slopes").out.splitlines()[:4]
    assert {"val_accuracy", "accuracy", "learning_rate", "batch_size"} <= set(head.split())
    assert "…" not in head
    assert [row.split()[0] for row in rows[:3]] == ["digits", "run", "slopes"]
    Path("runs/run/report.json").unlink()
    assert_reported(glasscell("compare", "run", "slopes"), (2,), "runs/run: ", Runs.NOT_FINISHED)


# --- Bad files ------------------------------------------------------------------------------------

COMMANDS = {
    "data": ["data"],
    "train": ["train", *SMALL],
    "evaluate": ["evaluate", "run"],
    "predict": ["predict", "run"],
}
SPOILT = [
    "empty",
    "folder of nothing",
    "symlink loop",
    "NUL bytes",
    "neither UTF-8 nor Windows-1252",
    "pickle",
    "gzip, cut",
    "zip of two",
    "header only",
    "cut row",
    "text among numbers",
    "same times",
    "two labels",
    "Parquet, cut",
    "npz with a pickle",
    "ts, cut",
]
DIFFERENT = ("folder of nothing", "gzip, cut", "two labels")


def assert_reported(answer, codes, start, code=None, **values):
    """Assert that an error about `start` was reported in one line, maybe with code and values."""
    assert answer.code in codes
    assert answer.out == ""
    assert answer.err.startswith(f"glasscell: {start}")
    if code is not None:
        assert answer.error.code is code
        assert {name: answer.error.values[name] for name in values} == values
    assert answer.err.count("\n") == 1
    assert len(answer.err) < 600


def spoil(name: str) -> tuple[str, list[str]]:
    """Write a bad file here, and return its name and what to type after it."""
    file, write, _, options = BAD[name]
    assert not options
    write(Path(file))
    return file, ["-o", "a.csv"]


@pytest.mark.long(2)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(  # the files themselves are read in data/formats/test_bad_files.py
    "name",
    [
        *DIFFERENT,
        *(
            pytest.param(name, marks=pytest.mark.nightly)
            for name in SPOILT
            if name not in DIFFERENT
        ),
    ],
)
def test_a_bad_file_is_reported_in_one_line_and_leaves_nothing(name, command, glasscell):
    file, output = spoil(name)
    before = contents(Path())
    answer = glasscell(*COMMANDS[command], file, *output * (command == "predict"))
    assert_reported(answer, (2, 3), f"{file}: ")
    assert contents(Path()) == before
    assert not Path("unpickled").exists()


# Read by libraries of C that may have something to say on stderr themselves; nightly the others,
# too.
REAL = {
    "neither UTF-8 nor Windows-1252": "train",
    "Parquet, cut": "predict",
}


@pytest.mark.long(3)
def test_bad_files_through_the_real_command(here, request):
    def run(name: str):
        folder = here / name
        folder.mkdir()
        shutil.copytree("runs", folder / "runs")
        file, write, _, _ = BAD[name]
        write(folder / file)
        before = contents(folder)
        command = REAL.get(name, "data")
        output = ["-o", "a.csv"] if command == "predict" else []
        answer = finish(start(*COMMANDS[command], file, *output, cwd=folder))
        return file, before, contents(folder), answer

    with ThreadPoolExecutor(2) as pool:
        for file, before, after, answer in pool.map(
            run, SPOILT if request.config.getoption("--nightly") else REAL
        ):
            assert_reported(answer, (2, 3), f"{file}: ")
            assert before == after


def test_a_name_too_long_for_a_file(glasscell):
    for command in COMMANDS.values():
        assert_reported(glasscell(*command, "x" * 300), (3,), "xxx")
