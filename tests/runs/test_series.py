import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.walks import SMALL, blank, write_table

from glasscell.errors import DataError, Interrupted, UsageError
from glasscell.runs import answers, trained
from glasscell.runs import folder as runs
from glasscell.runs import series as series_runs
from glasscell.runs.config import read_config
from glasscell.settings import SeriesSettings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv")


@pytest.fixture(scope="module")
def regression(folder):
    settings = SeriesSettings(str(write_table(folder / "slopes.csv", regression=True)), **SMALL)
    return Path(series_runs.train(settings, output_dir=folder / "runs", name="slopes")["run"])


@pytest.fixture(scope="module")
def run(folder, table):
    report = series_runs.train(
        SeriesSettings(str(table), early_stopping=True, **SMALL), output_dir=folder / "runs", name="small"
    )
    return Path(report["run"])


def test_a_run_is_complete_in_itself(run):
    report = json.loads((run / "report.json").read_text())
    for name in ("state.npz", "config.toml", "environment.json", "data.json", "metrics.csv", *report["files"]):
        assert (run / name).stat().st_size > 0, name
    assert report["task"] == "classification"
    assert report["classes"] == ["down", "up"]
    assert report["n"] + report["n_train"] == 40
    assert set(report["baselines"]) == {"majority", "nearest_neighbour"}
    metrics = pd.read_csv(run / "metrics.csv")
    assert list(metrics.columns) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"]
    assert metrics["epoch"].tolist() == [1, 2, 3, 4]
    assert runs.finished_report(run, 4) == report | {"run": str(run)}


def test_the_readable_report_has_the_numbers_and_the_pictures(run):
    report, text = json.loads((run / "report.json").read_text()), (run / "report.md").read_text()
    assert f"{report['accuracy']:.3f}" in text
    assert f"{report['baselines']['nearest_neighbour']:.3f}" in text
    for picture in ("confusion.png", "calibration.png", "curves.png"):
        assert f"({picture})" in text


@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_what_was_understood_and_what_is_odd_is_reported_before_training(folder, table):
    told = []
    series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "told", on_note=told.append)
    assert any("40 series of 4 to 8 steps and 2 channels, 2 classes" in note for note in told)


@pytest.mark.long(3)
def test_numbers_are_learnt_where_labels_are_numbers(regression):
    report = json.loads((regression / "report.json").read_text())
    assert report["task"] == "regression"
    assert {"mae", "rmse", "r2"} <= set(report)
    assert (regression / "answers.png").exists()
    frame = next(answers._tables(trained.open_trained(regression), report["data"], {}, [], []))
    assert 80 < frame["answer"].mean() < 120


@pytest.mark.long(6)
@pytest.mark.usefixtures("undrawn")
def test_a_killed_run_goes_on_bit_for_bit(folder, table):
    settings = SeriesSettings(str(table), **SMALL | {"epochs": 5})
    whole = series_runs.train(settings, output_dir=folder / "killed", name="whole")

    class Killed(Exception):
        pass

    def kill(epoch, logs):
        if epoch == 2:
            raise Killed

    with pytest.raises(Killed):
        series_runs.train(settings, output_dir=folder / "killed", name="cut", on_epoch=kill)
    again = series_runs.resume(folder / "killed" / "cut")
    same = {name: v for name, v in whole.items() if name not in ("run", "seconds")}
    assert same == {name: again[name] for name in same}
    first, second = (np.load(folder / "killed" / name / "state.npz") for name in ("whole", "cut"))
    for name in first.files:
        if name.startswith("variable/"):
            np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_run_whose_file_changed_is_not_resumed(folder):
    path = write_table(folder / "changing.csv")
    report = series_runs.train(SeriesSettings(str(path), **SMALL), output_dir=folder / "changed")
    write_table(path, seed=1)
    with pytest.raises(DataError, match="other series or labels than when the run began"):
        series_runs.resume(Path(report["run"]), epochs=9)


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_series_to_validate_with_come_from_a_file(folder, table):
    valid = write_table(folder / "valid.csv", n=15, seed=3)
    settings = SeriesSettings(str(table), valid=str(valid), **SMALL)
    report = series_runs.train(settings, output_dir=folder / "valid")
    assert (report["n_train"], report["n"], report["measured_on"]) == (40, 15, str(valid))
    told = []
    series_runs.train(replace(settings, valid=str(table)), output_dir=folder / "valid2", on_note=told.append)
    assert any("40 of 40 series are in the training data" in note for note in told)


@pytest.mark.long(3)
def test_where_no_series_can_be_spared_a_second_training_measures(folder, table):
    report = series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "all")
    assert (report["n_train"], report["n"]) == (40, 6)
    assert report["measured_on"] == "series left out of a second training like the first"
    assert set(report["baselines"]) == {"majority", "nearest_neighbour"}
    metrics = pd.read_csv(Path(report["run"]) / "metrics.csv")
    assert list(metrics.columns) == ["epoch", "loss", "accuracy", "seconds"]


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_second_training_that_is_stopped_leaves_a_run_to_finish(folder, table):
    told, epochs, done = [], [], []

    def begin_second(most):
        epochs.append(most)
        return stop

    def stop(epoch, logs):
        done.append((epoch, sorted(logs)))
        if epoch == 2:
            raise KeyboardInterrupt

    how = {"on_note": told.append, "begin_second": begin_second}
    with pytest.raises(Interrupted, match="the run is trained; finish it with: glasscell train --resume"):
        series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "second", name="run", **how)
    assert (epochs, done) == ([4], [(1, ["accuracy", "loss"]), (2, ["accuracy", "loss"])])
    assert told[-1].startswith("no series were set aside, so a second network is trained in the same way on 34 of the")
    report = series_runs.resume(folder / "second/run")
    assert (report["epochs"], report["n"]) == (4, 6)


def test_a_handful_of_series_is_measured_on_itself(folder):
    path = write_table(folder / "few.csv", n=8)
    report = series_runs.train(SeriesSettings(str(path), **SMALL), output_dir=folder / "few")
    assert (report["n"], report["measured_on"], report["baselines"]) == (8, "the training data", {})


def test_what_cannot_be_learnt_from_is_refused(folder):
    path = folder / "mute.csv"
    pd.DataFrame({"id": ["a", "a", "b", "b"], "t": [0, 1, 0, 1], "v": [1.5, 2.5, 3.5, 4.5]}).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"mute\.csv: has no labels"):
        series_runs.train(SeriesSettings(str(path)), output_dir=folder / "none")
    numbers = write_table(folder / "numbers.csv", regression=True)
    with pytest.raises(UsageError, match="class_weight goes with classes"):
        series_runs.train(SeriesSettings(str(numbers), class_weight="balanced"), output_dir=folder / "none")
    assert not (folder / "none").exists()


@pytest.mark.long(5)
@pytest.mark.usefixtures("undrawn")
def test_series_without_a_value_are_left_out_of_training(folder, table, tmp_path):
    names = ["s003", "s017"]
    some, rest = blank(table, tmp_path / "some.csv", names), tmp_path / "rest.csv"
    frame = pd.read_csv(table)
    frame[~frame["id"].isin(names)].to_csv(rest, index=False)
    valid = blank(write_table(tmp_path / "v.csv", n=12, seed=2), tmp_path / "valid.csv", ["s001"])
    reports, told = [], []
    for file in (some, rest):
        settings = SeriesSettings(str(file), valid=str(valid), **SMALL | {"epochs": 2})
        reports.append(series_runs.train(settings, output_dir=tmp_path / "runs", on_note=told.append))
    one, other = reports
    assert one["warnings"] == [
        "all values of 2 of 40 series are missing ('s003', 's017'): left out of training, and given no answer",
        f"{valid}: all values of 1 of 12 series are missing ('s001'): left out",
    ]
    assert f"warning: {one['warnings'][0]}" in told
    assert f"> **{one['warnings'][0]}**" in (Path(one["run"]) / "report.md").read_text()
    assert (one["n_train"], one["n_left_out"], other["n_left_out"], one["n"]) == (38, 2, 0, 11)
    for name in ("loss", "val_loss", "accuracy", "log_loss"):
        assert one[name] == other[name], name
    about = json.loads((Path(one["run"]) / "data.json").read_text())
    share = frame[~frame["id"].isin(names)].groupby("id")["label"].first().value_counts(normalize=True)
    assert about["prior"] == pytest.approx([share["down"], share["up"]])
    assert series_runs.resume(Path(one["run"]), epochs=3)["n_train"] == 38


def test_where_no_series_has_a_value_training_is_refused(folder, table, tmp_path):
    every = pd.read_csv(table)["id"].unique()
    nothing = str(blank(table, tmp_path / "none.csv", every))
    told = []
    with pytest.raises(DataError, match=r"none\.csv: every value of every series is missing, so there is nothing to l"):
        series_runs.train(SeriesSettings(nothing, **SMALL), output_dir=tmp_path / "runs", on_note=told.append)
    with pytest.raises(DataError, match=r"none\.csv: every value of every series is missing, so there is nothing to m"):
        series_runs.train(SeriesSettings(str(table), valid=nothing, **SMALL), output_dir=tmp_path / "runs")
    assert told == []
    assert not (tmp_path / "runs").exists()


@pytest.mark.long(5)
def test_a_run_answers_elsewhere_with_nothing_beside_it(run, folder, table, tmp_path):
    import shutil

    shutil.copytree(run, tmp_path / "moved")
    shutil.copy(table, tmp_path / "other.csv")
    code = (
        "from pathlib import Path\nfrom glasscell.runs import answers\n"
        "answers.predict_to(Path('moved'), 'other.csv', 'answers.csv')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    here = next(answers._tables(trained.open_trained(run), str(table), {}, [], []))
    there = pd.read_csv(tmp_path / "answers.csv", dtype={"id": str})
    assert there["answer"].tolist() == here["answer"].tolist()
    np.testing.assert_allclose(there["p(up)"], here["p(up)"], rtol=1e-6)


def relabelled(table, path, labels):
    """Write the series of a table with other labels, one for each series."""
    frame = pd.read_csv(table)
    frame["label"] = [labels[k] for k in pd.factorize(frame["id"])[0]]
    frame.to_csv(path, index=False)
    return path


def test_series_to_validate_with_need_labels_that_are_known(folder, table):
    mute = folder / "unlabelled.csv"
    pd.read_csv(table).drop(columns="label").to_csv(mute, index=False)
    with pytest.raises(DataError, match=r"unlabelled\.csv: has no labels to compare with; name their column with"):
        series_runs.train(SeriesSettings(str(table), valid=str(mute), **SMALL), output_dir=folder / "none")
    other = relabelled(table, folder / "sideways.csv", ["up", "sideways"] * 20)
    with pytest.raises(
        DataError, match=r"sideways\.csv: contains the label 'sideways', which .* expected one of 'down', 'u"
    ):
        series_runs.train(SeriesSettings(str(table), valid=str(other), **SMALL), output_dir=folder / "none")
    assert not (folder / "none").exists()


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_the_only_series_of_a_class_is_trained_on_and_its_scores_are_blank(folder, table):
    labels = ["up", "down"] * 20
    labels[2] = "once"  # a part drawn without heed of classes would have it
    told = []
    settings = SeriesSettings(str(relabelled(table, folder / "once.csv", labels)), **SMALL | {"epochs": 1})
    report = series_runs.train(settings, output_dir=folder / "once", on_note=told.append)
    assert report["per_class"]["once"] == {"precision": None, "recall": None, "f1": None, "n": 0}
    assert sum(report["confusion"][report["classes"].index("once")]) == 0
    assert told[-1] == "warning: none of the series measured is of class 'once': the scores say nothing about it"
    assert told[-1].endswith(report["warnings"][-1])
    assert "|  |  |  | 0 |" in (Path(report["run"]) / "report.md").read_text()


@pytest.mark.long(7)
@pytest.mark.filterwarnings("ignore:The number of unique classes")  # the command line keeps it from the terminal
def test_where_each_series_is_a_class_of_its_own_the_answers_to_others_are_wrong(folder, table):
    path = relabelled(table, folder / "own.csv", [f"c{k:02d}" for k in range(40)])
    report = series_runs.train(SeriesSettings(str(path), **SMALL | {"epochs": 1}), output_dir=folder / "own")
    assert (report["n"], report["right"], len(report["classes"])) == (6, 0, 40)
    assert np.shape(report["confusion"]) == (40, 40)


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_run_knows_its_files_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    write_table(Path("walks.csv")), write_table(Path("valid.csv"), n=12, seed=2)
    report = series_runs.train(SeriesSettings("walks.csv", valid="valid.csv", **SMALL), name="run")
    settings = read_config(Path("runs/run/config.toml"))
    assert (settings["data"], settings["valid"]) == (str(tmp_path / "walks.csv"), str(tmp_path / "valid.csv"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = series_runs.train(SeriesSettings(**settings), name="again")
    same = set(report) - {"run", "seconds", "measured_on"}
    assert {k: again[k] for k in same} == {k: report[k] for k in same}


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_files_that_moved_with_the_run_are_found_beside_the_person(tmp_path, monkeypatch):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    monkeypatch.chdir(old)
    write_table(Path("walks.csv"))
    series_runs.train(SeriesSettings("walks.csv", **SMALL), name="run")
    monkeypatch.chdir(tmp_path)
    old.rename(new)
    with pytest.raises(DataError, match=r"old/walks\.csv: cannot be opened"):
        series_runs.resume(new / "runs/run", epochs=5)
    monkeypatch.chdir(new)
    assert series_runs.resume(Path("runs/run"), epochs=5)["epochs"] == 5


@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_stride_that_leaves_one_step_is_warned_of(folder, table):
    told = []
    settings = SeriesSettings(str(table), stride=100, **SMALL | {"epochs": 1})
    report = series_runs.train(settings, output_dir=folder / "stride", on_note=told.append)
    assert report["warnings"][0].startswith("stride 100 joins all of the 8 steps of the longest series into one")
    assert f"warning: {report['warnings'][0]}" in told
