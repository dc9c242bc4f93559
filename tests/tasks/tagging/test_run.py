"""A run of labels for every step works like all runs, and predicts each step of other files."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from support.facts import only, raises
from support.kills import assert_same_run
from support.labelled_steps import SMALL, write_steps

from glasscell.data.checks.sentences import Doubts
from glasscell.runs.comparison import Finished, compare
from glasscell.runs.sentences import Runs
from glasscell.system.formatting import sentence
from glasscell.tasks.tagging import training
from glasscell.tasks.tagging.data import read_again
from glasscell.tasks.tagging.predictions import evaluate, predict_to
from glasscell.tasks.tagging.report import pairs_of, score_line, to_markdown, verdict
from glasscell.tasks.tagging.sentences import TagRuns
from glasscell.tasks.tagging.settings import TaggingSettings


def test_it_has_what_it_says(run):
    report = json.loads((run / "report.json").read_text())
    assert all((run / name).exists() for name in report["files"])
    assert set(report["beside"]) == {"LSTM", "commonest label", "windowed logistic regression"}
    assert "windowed logistic regression" in (run / "report.md").read_text()
    better = report["beside"]["LSTM"] | {"macro_f1": report["beside"]["LSTM"]["macro_f1"] + 0.1}
    beside = report["beside"] | {"commonest label": better}
    rival = verdict(beside)
    assert rival.code is TagRuns.NOT_BETTER
    assert rival.values["rival"] == "majority class"
    first = to_markdown(report | {"beside": beside, "warnings": ["one"]}, ["read"]).split("\n\n")[
        1:3
    ]
    assert first == [f"**{sentence(score_line(report))}**", sentence(rival)]
    table = pd.read_csv(run / "held_out.csv")
    about = json.loads((run / "data.json").read_text())
    assert table["id"].unique().tolist() == [name for name, _, _ in about["held_out"]]
    known = table["truth"].notna()
    assert report["accuracy"] == pytest.approx((table["truth"] == table["answer"])[known].mean())
    assert report["n"] == known.sum()


def test_it_answers_the_file_it_was_made_of_as_it_reported(run):
    found = evaluate(run, str(run.parent / "steps.csv"))
    assert found["n_unlabelled"] == 3
    written = predict_to(run, str(run.parent / "steps.csv"), str(run.parent / "answers.csv"))
    answers, file = pd.read_csv(run.parent / "answers.csv"), pd.read_csv(run.parent / "steps.csv")
    assert (answers["id"].tolist(), answers["time"].tolist()) == (
        file["id"].tolist(),
        file["time"].tolist(),
    )
    assert written.counts["n"] == len(file)
    known = file["label"].notna()
    assert found["accuracy"] == pytest.approx((file["label"] == answers["answer"])[known].mean())
    np.testing.assert_allclose(answers["p(high)"] + answers["p(low)"], 1, atol=1e-6)
    held_out = pd.read_csv(run / "held_out.csv")
    both = answers.merge(held_out, left_on=["id", "time"], right_on=["id", "step"])
    assert len(both) == len(held_out)
    # read beside other series
    np.testing.assert_allclose(both["p(high)_x"], both["p(high)_y"], atol=1e-6)


def test_a_label_that_was_never_seen_is_a_wrong_answer(run, tmp_path):
    file = pd.read_csv(run.parent / "steps.csv").assign(label="new")
    file.to_csv(tmp_path / "new.csv", index=False)
    found = evaluate(run, str(tmp_path / "new.csv"))
    assert found["accuracy"] == 0
    never_seen = TagRuns.NEVER_SEEN.warning(label="new")
    assert never_seen.as_json() in found["facts"]
    assert str(never_seen) in found["warnings"]
    file.drop(columns="label").to_csv(tmp_path / "new.csv", index=False)
    with raises(TagRuns.NO_LABELS):
        evaluate(run, str(tmp_path / "new.csv"))


def test_what_lies_outside_of_training_is_said_with_the_answers(run, tmp_path):
    file = pd.read_csv(run.parent / "steps.csv")
    file.assign(u=9.81 * file["u"]).to_csv(tmp_path / "other.csv", index=False)
    found = evaluate(run, str(tmp_path / "other.csv"))["warnings"]
    written = predict_to(run, str(tmp_path / "other.csv"), str(tmp_path / "answers.csv"))
    assert only(written.notes, Doubts.OTHER_SCALE).subject == "u"
    assert list(map(str, written.notes)) == found


def test_its_own_training_file_is_said_to_be_one(run):
    warned = [Runs.TRAINED_ON_TOO.warning(n=8, of=10)]  # two are held out
    assert evaluate(run, str(run.parent / "steps.csv"))["warnings"] == list(map(str, warned))


class Stopped(Exception):
    """As if the process were killed."""


@pytest.mark.long(7)  # trains in three parts, each made into a graph again
def test_a_killed_run_goes_on_bit_for_bit_on_the_same_file_alone(run, tmp_path):
    def kill(epoch, logs):
        if epoch == 2:
            raise Stopped

    settings = TaggingSettings(str(run.parent / "steps.csv"), **SMALL)
    with pytest.raises(Stopped):
        training.train(settings, output_dir=tmp_path, name="run", on_epoch=kill)
    training.resume(tmp_path / "run")
    assert_same_run(tmp_path / "run", run, epochs=6)
    config = tmp_path / "run/config.toml"
    other = write_steps(tmp_path / "other.csv", n=10)
    with pytest.raises(Stopped):
        training.train(
            TaggingSettings(str(other), **SMALL), output_dir=tmp_path, name="moved", on_epoch=kill
        )
    write_steps(other, n=10, unlabelled=1)
    with raises(TagRuns.OTHER_SERIES):
        training.resume(tmp_path / "moved")
    assert 'task = "tagging"' in config.read_text()


def test_a_run_does_not_go_on_with_other_groups(run, tmp_path):
    read_again(run, TaggingSettings(str(run.parent / "steps.csv"), **SMALL))
    file = pd.read_csv(run.parent / "steps.csv")
    file.assign(subject="p" + (file["id"] > "s4").astype(str)).to_csv(
        tmp_path / "steps.csv", index=False
    )
    with raises(TagRuns.OTHER_HELD_OUT):
        read_again(run, TaggingSettings(str(tmp_path / "steps.csv"), **SMALL))


def test_nothing_to_learn_is_reported(tmp_path):
    file = pd.read_csv(write_steps(tmp_path / "steps.csv")).assign(label="a")
    file.to_csv(tmp_path / "steps.csv", index=False)
    with raises(TagRuns.ONE_CLASS, label="a"):
        training.train(TaggingSettings(str(tmp_path / "steps.csv"), **SMALL), output_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["steps.csv"]


@pytest.fixture
def other(run, tmp_path):
    """Give a perfect run on the same data, and a function that changes its held-out predictions."""
    folder = tmp_path / "other"
    folder.mkdir()
    shutil.copy(run / "data.json", folder)
    table = pd.read_csv(run / "held_out.csv")

    def write(**columns):
        table.assign(answer=table["truth"]).assign(**columns).to_csv(
            folder / "held_out.csv", index=False
        )
        return folder

    write()
    return folder, table, write


def compared(first, second):
    runs = [Finished(path, {"task": "steps"}) for path in (first, second)]
    return compare(*runs, {"steps": pairs_of})


def test_two_runs_are_compared_on_the_steps_that_both_held_out(run, other):
    folder, table, write = other
    found, note = compared(folder, run)
    assert found["n"] == table["truth"].notna().sum()
    assert (found["first"], found["units"]) == (1, 20)
    assert found["interval"][0] < found["difference"] < found["interval"][1]
    assert note.values["on"] == TagRuns.STEPS(n=found["n"])
    assert note.values["verdict"].code is (Runs.DIFFER if found["differ"] else Runs.NO_DIFFERENCE)
    assert (
        compared(write(step=table["step"] + 10**6), run).found["why_not"]
        == TagRuns.NO_STEP_IN_BOTH()
    )
    (folder / "held_out.csv").write_text("id\n")
    with raises(Runs.BAD_FILE, file=str(folder / "held_out.csv")):
        compared(folder, run)


def test_steps_of_other_recordings_are_not_the_same_though_they_are_called_so(run, other):
    folder, table, write = other
    about = json.loads((folder / "data.json").read_text())
    # other channels of the same file
    (folder / "data.json").write_text(json.dumps(about | {"sha256": "0" * 64}))
    assert compared(folder, run).found["n"] == table["truth"].notna().sum()
    (folder / "data.json").write_text(
        json.dumps(about | {"sha256": "0" * 64, "name": "/elsewhere/steps.csv"})
    )
    assert compared(folder, run).found["why_not"] == TagRuns.OTHER_FILES()
    (folder / "data.json").write_text(json.dumps(about))
    write(truth=table["truth"].where(table.index != 3, "else"))
    assert compared(folder, run).found["why_not"] == TagRuns.OTHER_LABELS()


def test_few_steps_are_not_compared(run, other):
    folder, table, _ = other
    table = table[table["truth"].notna()]
    for n in (1, 19):
        table[:n].to_csv(folder / "held_out.csv", index=False)
        assert compared(folder, run).found["why_not"] == TagRuns.TOO_FEW_IN_BOTH(n=n, least=20)
    table[:20].assign(answer=table["truth"][:20]).to_csv(folder / "held_out.csv", index=False)
    assert np.isfinite(compared(folder, run).found["interval"]).all()
