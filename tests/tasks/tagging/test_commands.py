"""`glasscell train`, `predict`, `evaluate` and others with labels for every step, as typed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.facts import codes
from support.kills import assert_same_run, kill_at_moments, moments
from support.labelled_steps import SMALL, make_steps, write_steps

from glasscell.cli.sentences import Commands
from glasscell.data.sentences import Inventory
from glasscell.data.steps.sentences import Steps
from glasscell.data.tables.sentences import Tables
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import Settings
from glasscell.tasks.sentences import Tasks
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.tagging import training
from glasscell.tasks.tagging.data import read_data
from glasscell.tasks.tagging.report import score_line, verdict
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TAGS, TaggingSettings

OPTIONS = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]


@pytest.mark.long(4)  # it trains
@pytest.mark.usefixtures("undrawn")
def test_labels_that_vary_are_understood_without_being_told(tmp_path, monkeypatch, capfd):
    file = write_steps(tmp_path / "one.csv", single=True)
    code, out, err = call(
        monkeypatch, capfd, "train", file, *OPTIONS, "--output-dir", tmp_path, "--name", "run"
    )
    assert code == 0
    notes = read_data(TaggingSettings(str(file))).notes
    assert codes(notes) == [Inventory.OF_STEPS, TagRuns.BLOCK_HELD_OUT]
    assert err.startswith("".join(f"{note}\n" for note in notes))
    beside = json.loads((tmp_path / "run/report.json").read_text())["beside"]
    assert "windowed logistic regression" in beside
    lines = out.splitlines()
    assert lines[0] == str(score_line(beside["LSTM"]))
    assert [line.partition("  ")[0] for line in lines[3:6]] == [
        "LSTM",
        "majority class",
        "windowed logistic regression",
    ]
    assert str(verdict(beside)) in lines
    code, out, err = call(monkeypatch, capfd, "train", "--resume", "run", "--output-dir", tmp_path)
    assert (code, "is finished: it has 6 epochs" in err) == (0, True)


def test_predict_and_evaluate_answer_every_step(run, tmp_path, monkeypatch, capfd):
    file = write_steps(tmp_path / "other.csv", n=2, seed=3)
    code, out, _ = call(
        monkeypatch, capfd, "predict", run, file, "-o", tmp_path / "answers.parquet"
    )
    steps = len(pd.read_csv(file))
    said = TagRuns.PREDICTED(steps=steps, n=2, output=tmp_path / "answers.parquet")
    assert (code, out) == (0, f"{said}\n")
    assert len(pd.read_parquet(tmp_path / "answers.parquet")) == steps
    code, out, _ = call(monkeypatch, capfd, "evaluate", run, file, "--json")
    assert (code, json.loads(out)["n"]) == (0, steps)
    code, out, _ = call(monkeypatch, capfd, "evaluate", run, file)
    assert "confusion matrix (rows: true, columns: predicted)" in out


def test_data_shows_what_is_labelled(tmp_path, monkeypatch, capfd):
    file = write_steps(tmp_path / "steps.csv", unlabelled=2)
    code, out, _ = call(monkeypatch, capfd, "data", file)
    steps = len(pd.read_csv(file))
    assert code == 0
    assert str(TagRuns.CONTENTS(segments=24, missing=0)) in out
    assert f"6 series, {steps} steps" in out
    code, out, _ = call(monkeypatch, capfd, "data", file, "--json")
    found = json.loads(out)
    assert [one["class"] for one in found["classes"]] == ["high", "low"]
    assert found["facts"][0]["code"] == str(Tables.LONG_FORM)
    assert len(found["notes"]) == len(found["facts"])
    assert found["warnings"] == []
    code, _, err = call(monkeypatch, capfd, "data", file, "--picture", tmp_path / "picture.png")
    assert (code, err) == (
        2,
        f"glasscell: {Tasks.NOT_WITH(option='picture', task=TagRuns.CALLED())}\n",
    )


@pytest.mark.long(6)  # two trainings
def test_a_label_that_means_none_is_one_in_training_resuming_evaluating_and_explaining(
    tmp_path, monkeypatch, capfd
):
    frame = pd.read_csv(write_steps(tmp_path / "steps.csv"))
    nothing = frame.index % 5 == 0
    frame.assign(label=frame["label"].where(~nothing, "unknown")).to_csv(
        tmp_path / "words.csv", index=False
    )
    frame.assign(label=frame["label"].where(~nothing, None)).to_csv(
        tmp_path / "empty.csv", index=False
    )
    common, words = [*OPTIONS, "--output-dir", tmp_path], ["--unlabelled", "unknown, none"]
    code, _, err = call(
        monkeypatch, capfd, "train", tmp_path / "words.csv", *words, *common, "--name", "words"
    )
    assert (code, str(Steps.NO_SUCH_LABEL.warning("none", labels=["high", "low"])) in err) == (
        0,
        True,
    )
    assert (
        call(monkeypatch, capfd, "train", tmp_path / "empty.csv", *common, "--name", "empty")[0]
        == 0
    )
    assert 'unlabelled = ["unknown", "none"]' in (tmp_path / "words/config.toml").read_text()
    assert (tmp_path / "words/held_out.csv").read_bytes() == (
        tmp_path / "empty/held_out.csv"
    ).read_bytes()
    code, _, err = call(
        monkeypatch, capfd, "train", "--resume", "words", "--epochs", 7, "--output-dir", tmp_path
    )
    assert (code, json.loads((tmp_path / "words/report.json").read_text())["classes"]) == (
        0,
        ["high", "low"],
    )
    code, out, err = call(
        monkeypatch, capfd, "evaluate", tmp_path / "words", tmp_path / "words.csv", "--json"
    )
    scores = json.loads(out)
    assert (code, scores["n_unlabelled"]) == (0, nothing.sum())
    (warning,) = scores["warnings"]  # of labels, none
    assert warning == str(Runs.TRAINED_ON_TOO(n=5, of=6))
    command = ["evaluate", tmp_path / "empty", tmp_path / "words.csv"]
    found = json.loads(call(monkeypatch, capfd, *command, "--unlabelled", "unknwon", "--json")[1])
    expected = [Steps.NO_SUCH_LABEL, Runs.TRAINED_ON_TOO, TagRuns.NEVER_SEEN]
    assert [fact["code"] for fact in found["facts"][-3:]] == [str(code) for code in expected]
    found = json.loads(call(monkeypatch, capfd, *command, "--unlabelled", "unknown", "--json")[1])
    assert (found["n_unlabelled"], list(found["per_class"])) == (nothing.sum(), ["high", "low"])
    for command in ("explain", "predict"):
        answered = call(
            monkeypatch,
            capfd,
            command,
            tmp_path / "words",
            tmp_path / "words.csv",
            *words[:1],
            "unknown",
            "-q",
        )
        assert (answered[0], answered[2]) == (0, "")


def test_data_counts_steps_with_a_label_that_means_none_as_without_one(
    tmp_path, monkeypatch, capfd
):
    file = write_steps(tmp_path / "steps.csv")
    steps = pd.read_csv(file)["label"]
    code, out, _ = call(monkeypatch, capfd, "data", file, "--unlabelled", "low", "--json")
    found = json.loads(out)
    assert (code, found["labelled"], [one["class"] for one in found["classes"]]) == (
        0,
        (steps == "high").sum(),
        ["high"],
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("data", Tasks.NOT_WITH(option="unlabelled", task=Series.CALLED())),
        (
            "train",
            Commands.GOES_WITH(
                option="--unlabelled", kind=TagRuns.GOES_WITH(), task=Series.CALLED()
            ),
        ),
    ],
)
def test_of_series_with_one_label_each_none_is_said_to_be_none(
    command, said, tmp_path, monkeypatch, capfd
):
    frame = pd.read_csv(write_steps(tmp_path / "series.csv"))
    frame.assign(label=np.where(frame["id"] < "s3", "up", "unknown")).to_csv(
        tmp_path / "series.csv", index=False
    )
    found = call(monkeypatch, capfd, command, tmp_path / "series.csv", "--unlabelled", "unknown")
    assert found == (2, "", f"glasscell: {said}\n")


@pytest.mark.parametrize(
    "command",
    [
        ["explain", "RUN", "--csv"],
        ["predict", "RUN", "none.csv", "--coverage", "0.9"],
        ["explain", "RUN", "--series", "none", "-q"],
        ["trace", "RUN", "--clamp", "unit 1"],
        ["export", "RUN", "--to", "c", "--streaming"],
        ["write", "RUN"],
        ["cells", "RUN"],
    ],
)
def test_what_such_a_run_cannot_do_is_one_sentence(command, run, monkeypatch, capfd, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(
        monkeypatch, capfd, *(str(run) if word == "RUN" else word for word in command)
    )
    assert (code, out, err.count("\n"), list(tmp_path.iterdir())) == (2, "", 1, [])


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (
            ["--read-out=mean"],
            2,
            Commands.GOES_WITH(
                option="--read-out",
                kind=Series.GOES_WITH(),
                task=TagRuns.CALLED(),
            ),
        ),
        (
            ["--window=3"],
            2,
            Settings.NOT_ACCEPTED(
                name="window", found=3, expected=TAGS["window"].accepted.expected
            ),
        ),
        (
            ["--label=none"],
            2,
            Tables.NO_COLUMN(
                column="none", role="label", columns=["id", "time", "u", "v", "label"]
            ),
        ),
        (
            ["--each-step", "--label=u"],
            3,
            Steps.TARGETS(n=len(set(np.concatenate(make_steps()[0])[:, 0].tolist()))),
        ),
    ],
)
def test_bad_input_is_one_sentence(options, code, said, tmp_path, monkeypatch, capfd):
    file = write_steps(tmp_path / "steps.csv")
    found, out, err = call(
        monkeypatch, capfd, "train", file, *options, "--output-dir", tmp_path / "runs"
    )
    assert (found, out) == (code, "")
    assert str(said) in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("runs/*"))


# CI kills runs of series and forecasts, and all tasks are stopped in the process
@pytest.mark.nightly
@pytest.mark.long(30)  # it starts, kills and resumes processes
def test_a_run_killed_at_random_moments_goes_on_bit_for_bit(request, tmp_path, monkeypatch, capfd):
    file = write_steps(tmp_path / "steps.csv")
    settings = TaggingSettings(str(file), **SMALL | {"epochs": 80})
    reference = Path(training.train(settings, output_dir=tmp_path, name="whole")["run"])
    command = ["train", str(file), *OPTIONS, "--epochs=80", "--quiet"]
    for folder in kill_at_moments(tmp_path, command, moments(request)):
        assert call(
            monkeypatch, capfd, "train", "--resume", "run", "--output-dir", folder, "--quiet"
        ) == (0, "", "")
        assert_same_run(folder / "run", reference, epochs=80)


def test_explain_writes_its_page(run, monkeypatch, capfd, tmp_path):
    page = tmp_path / "page.html"
    code, out, _ = call(monkeypatch, capfd, "explain", run, "-o", page)
    assert code == 0
    assert out.splitlines()[0] == str(Commands.EXPLORER(page=page))
    assert len(out.splitlines()) <= 4
    assert page.stat().st_size < 1e6
