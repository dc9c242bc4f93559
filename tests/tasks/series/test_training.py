import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.facts import facts_of, only, raises
from support.walks import SMALL, blank, write_table

from glasscell.data.formats.sentences import Formats
from glasscell.data.sentences import Inventory, Reading
from glasscell.data.tables.sentences import Tables
from glasscell.runs import run_folder as runs
from glasscell.runs.config import read_settings
from glasscell.runs.sentences import Runs
from glasscell.runs.statistics import wilson
from glasscell.tasks.series import folds, predictions
from glasscell.tasks.series import training as series_runs
from glasscell.tasks.series.sentences import Series
from glasscell.tasks.series.settings import SeriesSettings
from glasscell.tasks.series.trained_run import open_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv")


@pytest.fixture(scope="module")
def regression(folder, undraw):
    settings = SeriesSettings(
        str(write_table(folder / "slopes.csv", regression=True)), early_stopping=False, **SMALL
    )
    with undraw():
        return Path(series_runs.train(settings, output_dir=folder / "runs", name="slopes")["run"])


@pytest.fixture(scope="module")
def run(folder, table):
    report = series_runs.train(
        SeriesSettings(str(table), early_stopping=True, **SMALL),
        output_dir=folder / "runs",
        name="small",
    )
    return Path(report["run"])


def test_a_run_is_complete_in_itself(run):
    report = json.loads((run / "report.json").read_text())
    for name in (
        "state.npz",
        "config.toml",
        "environment.json",
        "data.json",
        "metrics.csv",
        *report["files"],
    ):
        assert (run / name).stat().st_size > 0, name
    assert report["task"] == "classification"
    assert report["classes"] == ["down", "up"]
    assert report["n"] + report["n_train"] == 40
    assert set(report["baselines"]) == {
        "majority",
        "nearest_neighbour",
        "nearest_neighbour_dtw",
        "summaries",
    }
    metrics = pd.read_csv(run / "metrics.csv")
    assert list(metrics.columns) == [
        "epoch",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "seconds",
    ]
    assert metrics["epoch"].tolist() == [1, 2, 3, 4]
    assert runs.finished_report(run, 4) == report | {"run": str(run)}


def test_the_readable_report_has_the_numbers_and_the_pictures(run):
    report, text = json.loads((run / "report.json").read_text()), (run / "report.md").read_text()
    assert f"{report['accuracy']:.3f}" in text
    assert f"{report['baselines']['nearest_neighbour']:.3f}" in text
    for picture in ("confusion.png", "calibration.png", "curves.png"):
        assert f"({picture})" in text


@pytest.mark.nightly  # others here read the notes as well
@pytest.mark.long(2)
@pytest.mark.usefixtures("undrawn")
def test_what_was_understood_and_what_is_odd_is_reported_before_training(folder, table):
    told = []
    series_runs.train(
        SeriesSettings(str(table), **SMALL), output_dir=folder / "told", on_note=told.append
    )
    of = only(told, Inventory.SERIES).values
    assert (of["n"], of["channels"], of["labels"].values["n"]) == (40, 2, 2)
    assert of["steps"].values == {"shortest": 4, "longest": 8}


@pytest.mark.long(2)
def test_numbers_are_learnt_where_labels_are_numbers(regression):
    report = json.loads((regression / "report.json").read_text())
    assert report["task"] == "regression"
    assert {"mae", "rmse", "r2"} <= set(report)
    assert (regression / "answers.png").exists()
    frame = next(predictions._tables(predictions._Asked(open_run(regression), report["data"], {})))
    assert 80 < frame["answer"].mean() < 120
    measured = pd.read_csv(regression / "measured.csv")
    with np.load(regression / "residuals.npz") as kept:
        np.testing.assert_allclose(
            kept["residuals"][:, 0], (measured["answer"] - measured["label"]).abs(), rtol=1e-4
        )
    assert len(measured) == 6
    assert report["half_width"] is None  # which needs nine


@pytest.mark.nightly  # test_lifecycle.py and the commands' test_resume.py kill runs as well
@pytest.mark.long(6)
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("regression", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_a_killed_run_goes_on_bit_for_bit(regression, tmp_path):
    folder, table = tmp_path, write_table(tmp_path / "walks.csv", regression=regression)
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


@pytest.mark.nightly  # test_rehearsal.py has it
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_what_cannot_be_learnt_is_rehearsed_and_stopped_soon(tmp_path):
    table = pd.read_csv(write_table(tmp_path / "walks.csv", regression=True))
    chance = dict(zip(table["id"].unique(), np.random.default_rng(0).normal(size=40), strict=True))
    table.assign(label=table["id"].map(chance)).to_csv(tmp_path / "chance.csv", index=False)
    fast = {"epochs": 60, "patience": 10, "measure": "none", "learning_rate": 0.05, "batch_size": 8}
    settings = SeriesSettings(str(tmp_path / "chance.csv"), **SMALL | fast)
    said, shown = [], []

    def begin(epochs):
        shown.append(epochs)
        return lambda epoch, logs: shown.append(epoch)

    trained: list[int] = []  # the number of epochs that are announced, and those done

    def begin_training(epochs):
        trained.append(epochs)
        return lambda epoch, logs: trained.append(epoch)

    how = {"output_dir": tmp_path / "runs", "on_note": said.append, "begin": begin_training}
    report = series_runs.train(settings, **how, begin_rehearsal=begin)
    best = report["epochs"]
    assert trained == [best, *range(1, best + 1)]
    assert report["stopped"]
    assert report["best_epoch"] == best < 50
    assert shown[:3] == [60, 1, 2]
    assert best + 10 <= shown[-1] < 60
    before, after = only(said, Series.REHEARSAL), only(said, Runs.BEST_AFTER)
    assert after.values["epochs"] == best
    assert said.index(before) < said.index(after)
    assert str(after) in Path(report["run"], "report.md").read_text()
    metrics = pd.read_csv(Path(report["run"], "metrics.csv"))
    assert metrics["epoch"].tolist() == list(range(1, best + 1))


@pytest.mark.nightly  # below, one is killed among folds
@pytest.mark.long(2)
def test_a_rehearsal_that_is_stopped_leaves_nothing(tmp_path):
    table = write_table(tmp_path / "walks.csv", n=12, regression=True)

    class Killed(Exception):
        pass

    def begin(epochs):
        def kill(epoch, logs):
            raise Killed

        return kill

    with pytest.raises(Killed):
        series_runs.train(
            SeriesSettings(str(table), **SMALL), output_dir=tmp_path / "runs", begin_rehearsal=begin
        )
    assert not list(tmp_path.glob("runs/*"))


@pytest.mark.nightly  # test_file_trouble.py of the commands changes files
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_run_whose_file_changed_is_not_resumed(folder):
    path = write_table(folder / "changing.csv")
    report = series_runs.train(SeriesSettings(str(path), **SMALL), output_dir=folder / "changed")
    write_table(path, seed=1)
    with raises(Series.OTHER_SERIES):
        series_runs.resume(Path(report["run"]), epochs=9)


@pytest.mark.nightly  # below, series without a value are left out of such a file
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_series_to_validate_with_come_from_a_file(folder, table):
    valid = write_table(folder / "valid.csv", n=15, seed=3)
    settings = SeriesSettings(str(table), valid=str(valid), **SMALL)
    report = series_runs.train(settings, output_dir=folder / "valid")
    assert (report["n_train"], report["n"], report["measured_on"]) == (40, 15, str(valid))
    told = []
    series_runs.train(
        replace(settings, valid=str(table)), output_dir=folder / "valid2", on_note=told.append
    )
    known = only(told, Runs.TRAINED_ON_TOO)
    assert (known.level, known.values) == ("warning", {"n": 40, "of": 40, "file": (str(table),)})


@pytest.mark.nightly  # test_file.py of the commands has a second training
@pytest.mark.long(3)
def test_where_no_series_can_be_spared_a_second_training_measures(folder, table):
    report = series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "all")
    assert (report["n_train"], report["n"]) == (40, 6)
    assert report["measured_on"] == str(Series.ON_TWIN())
    assert set(report["baselines"]) == {
        "majority",
        "nearest_neighbour",
        "nearest_neighbour_dtw",
        "summaries",
    }
    metrics = pd.read_csv(Path(report["run"]) / "metrics.csv")
    assert list(metrics.columns) == ["epoch", "loss", "accuracy", "seconds"]


@pytest.mark.nightly  # below, one is killed among folds
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_second_training_that_is_stopped_leaves_a_run_to_finish(folder, table):
    told, epochs, done = [], [], []

    def begin(trainings, most):
        epochs.append((trainings, most))
        return stop

    def stop(trained, epoch, logs):
        done.append((trained, epoch, sorted(logs)))
        if epoch == 2:
            raise KeyboardInterrupt

    how = {"on_note": told.append, "begin_further": begin}
    with raises(Runs.STOPPED_TRAINED):
        series_runs.train(
            SeriesSettings(str(table), **SMALL), output_dir=folder / "second", name="run", **how
        )
    assert (epochs, done) == (
        [(1, 4)],
        [(0, 1, ["accuracy", "loss"]), (0, 2, ["accuracy", "loss"])],
    )
    assert (told[-1].code, told[-1].values["rest"], told[-1].values["n"]) == (
        Series.SECOND_NETWORK,
        34,
        40,
    )
    report = series_runs.resume(folder / "second/run")
    assert (report["epochs"], report["n"]) == (4, 6)


@pytest.mark.long(1)
@pytest.mark.parametrize(
    ("n", "measure"), [pytest.param(8, "none", marks=pytest.mark.nightly), (3, "auto")]
)
def test_what_is_measured_on_itself_says_nothing_of_others(n, measure, folder):
    path = write_table(folder / f"{n}.csv", n=n)
    settings = SeriesSettings(str(path), **SMALL | {"measure": measure})
    report = series_runs.train(settings, output_dir=folder / "few")
    assert (report["n"], report["measured_on"], report["measured_by"]) == (
        n,
        str(Series.ON_TRAINING()),
        "training",
    )
    assert (report["baselines"], report["intervals"]) == ({}, {})


@pytest.fixture(scope="module")
def few_folds():
    """Have four folds where there would be ten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folds, "FOLDS_OF_FEW", 4)
        yield


@pytest.fixture(scope="module")
def by_folds(folder, table, few_folds, undraw):
    """Give a run that was measured by folds, as a run is by default, and what was said of them."""
    notes, told = [], []
    settings = SeriesSettings(str(table), **SMALL | {"measure": "auto", "epochs": 2})
    how = {
        "on_note": notes.append,
        "begin_further": lambda *of: lambda *more: told.append((*of, *more[:2])),
    }
    with undraw():
        report = series_runs.train(settings, output_dir=folder / "folds", name="whole", **how)
    return Path(report["run"]), notes, told


@pytest.mark.long(4)
def test_few_series_are_measured_by_folds(by_folds, table):
    run, notes, told = by_folds
    report = json.loads((run / "report.json").read_text())
    assert (report["n_train"], report["n"], report["measured_by"]) == (40, 40, "folds")
    assert report["measured_on"] == "4 cross-validation folds"
    assert report["intervals"]["accuracy"] == wilson(report["right"], 40)
    assert re.fullmatch(
        r"no series were held out, so the run is scored by 4-fold cross-validation on the 40 "
        r"series: about \d+ s",
        str(notes[-1]),
    )
    assert told[0] == (4, 2, 0, 1)
    assert [done for *_, done, epoch in told if not epoch] == [1, 2, 3, 4]
    assert sum(epoch > 0 for *_, epoch in told) == 4 * 2
    measured = pd.read_csv(run / "measured.csv", dtype={"id": str})
    labels = pd.read_csv(table, dtype={"id": str}).groupby("id")["label"].first()
    assert sorted(measured["id"]) == sorted(labels.index)
    assert (labels[measured["id"]].to_numpy() == measured["label"]).all()
    assert (measured["label"] == measured["answer"]).sum() == report["right"]
    assert (measured["label"] == measured["nearest_neighbour_dtw"]).mean() == pytest.approx(
        report["baselines"]["nearest_neighbour_dtw"]
    )
    assert measured["part"].value_counts().tolist() == [10] * 4
    assert not list(run.glob("fold-*"))
    assert "4-fold cross-validated accuracy" in (run / "report.md").read_text()


@pytest.mark.nightly  # test_folds.py has the folds that are missing
@pytest.mark.long(5)
@pytest.mark.usefixtures("undrawn", "few_folds")
def test_a_run_killed_while_it_is_measured_trains_the_other_folds_only(by_folds, folder, table):
    class Killed(Exception):
        pass

    def kill(trained, epoch, logs):
        if (
            trained >= 2 and epoch
        ):  # of two beside each other the third may be done before the second
            raise Killed

    settings = SeriesSettings(str(table), **SMALL | {"measure": "auto", "epochs": 2})
    with pytest.raises(Killed):
        series_runs.train(
            settings, output_dir=folder / "folds", name="cut", begin_further=lambda *of: kill
        )
    cut, told = folder / "folds/cut", []
    done = len(list(cut.glob("fold-*-of-4.npz")))
    assert done in (2, 3)
    assert len(predictions.evaluate(cut, str(table))["confusion"]) == 2  # it can answer already
    notes = []
    again = series_runs.resume(
        cut,
        begin_further=lambda *of: lambda *more: told.append(more[:2]),
        on_note=notes.append,
    )
    assert Series.FOLDS_KEPT(kept=done, n=4) in notes
    assert told[:done] == [(k, 0) for k in range(1, done + 1)]
    assert sum(epoch > 0 for _, epoch in told) == 2 * (4 - done)  # the epochs of the others
    whole = json.loads((by_folds[0] / "report.json").read_text())
    same = {name: v for name, v in whole.items() if name != "seconds"}
    assert same == {name: again[name] for name in same}
    assert (cut / "measured.csv").read_text() == (by_folds[0] / "measured.csv").read_text()
    assert {path.name for path in cut.iterdir()} == {path.name for path in by_folds[0].iterdir()}


def with_people(table, path, people=8):
    """Write a table again with a column that says whose each series is."""
    frame = pd.read_csv(table)
    frame["subject"] = [f"p{int(name[1:]) % people}" for name in frame["id"]]
    frame.to_csv(path, index=False)
    return path


@pytest.mark.nightly  # test_folds.py leaves groups out
@pytest.mark.long(5)
@pytest.mark.usefixtures("undrawn")
def test_series_of_one_person_are_left_out_together(folder, table):
    path, notes = with_people(table, folder / "people.csv", people=3), []
    settings = SeriesSettings(str(path), **SMALL | {"measure": "folds", "epochs": 1})
    report = series_runs.train(settings, output_dir=folder / "people", on_note=notes.append)
    assert report["measured_on"] == str(Series.ON_FOLDS(n=3))
    assert only(notes, Series.MORE_NETWORKS).values["groups"] == Series.GROUPS_TOGETHER()
    assert notes[-1].code is Runs.FEW_GROUPS
    measured = pd.read_csv(Path(report["run"]) / "measured.csv")
    people = measured["id"].str[1:].astype(int) % 3
    assert measured["part"].groupby(people).nunique().tolist() == [1, 1, 1]
    assert measured["part"].nunique() == 3
    assert report["channels"] == ["u", "v"]


@pytest.mark.nightly  # groups, above; test_belonging.py has what is named
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("measure", ["folds", pytest.param("split", marks=pytest.mark.nightly)])
def test_groups_that_are_the_classes_are_not_left_out_but_named_first(measure, folder, table):
    frame, notes = pd.read_csv(table), []
    frame.assign(session=frame["label"]).to_csv(folder / "sessions.csv", index=False)
    settings = SeriesSettings(
        str(folder / "sessions.csv"), **SMALL | {"measure": measure, "epochs": 1}
    )
    report = series_runs.train(settings, output_dir=folder / "people", on_note=notes.append)
    assert only(notes[:-1], Reading.CLASS_OF_GROUP).level == "warning"
    assert notes[-1].values["groups"] is None
    measured = pd.read_csv(Path(report["run"]) / "measured.csv")
    assert set(measured["label"]) == {"up", "down"}
    assert len(measured) == (40 if measure == "folds" else report["n"])


@pytest.mark.parametrize("regression", [False, True])
def test_labels_that_are_all_the_same_are_refused(regression, tmp_path):
    table = write_table(tmp_path / "walks.csv", n=12, regression=regression)
    frame = pd.read_csv(table)
    frame["label"] = 1.5 if regression else "up"
    frame.to_csv(table, index=False)
    code, label = (Series.ONE_NUMBER, 1.5) if regression else (Series.ONE_CLASS, "up")
    with raises(code, file=str(table), which=Series.ALL_SERIES(n=12), label=label):
        series_runs.train(SeriesSettings(str(table), **SMALL), output_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["walks.csv"]


@pytest.mark.nightly  # above, they are left out of folds together
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_series_of_one_person_are_set_aside_together(folder, table):
    path = with_people(table, folder / "more_people.csv")
    settings = SeriesSettings(
        str(path), early_stopping=True, group="subject", **SMALL | {"epochs": 1}
    )
    report = series_runs.train(settings, output_dir=folder / "people")
    aside = pd.read_csv(Path(report["run"]) / "measured.csv")["id"].str[1:].astype(int)
    assert report["measured_by"] == "aside"
    assert report["n"] + report["n_train"] == 40
    assert len(aside) == report["n"] == 5 * aside.mod(8).nunique()


def test_folds_do_not_go_with_a_file_that_measures(folder, table):
    settings = SeriesSettings(str(table), valid=str(table), **SMALL | {"measure": "folds"})
    with raises(Series.MEASURE_AND_VALID):
        series_runs.train(settings, output_dir=folder / "none")


def test_what_cannot_be_learnt_from_is_refused(folder):
    path = folder / "mute.csv"
    pd.DataFrame({"id": ["a", "a", "b", "b"], "t": [0, 1, 0, 1], "v": [1.5, 2.5, 3.5, 4.5]}).to_csv(
        path, index=False
    )
    with raises(Series.NO_LABELS, file=str(path)):
        series_runs.train(SeriesSettings(str(path)), output_dir=folder / "none")
    numbers = write_table(folder / "numbers.csv", regression=True)
    with raises(Series.CLASS_WEIGHT):
        series_runs.train(
            SeriesSettings(str(numbers), class_weight="balanced"), output_dir=folder / "none"
        )
    assert not (folder / "none").exists()


@pytest.mark.nightly  # cli/test_file has it through the command
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
        reports.append(
            series_runs.train(settings, output_dir=tmp_path / "runs", on_note=told.append)
        )
    one, other = reports
    assert len(one["warnings"]) == 2
    (unanswered,), (left_out,) = (
        facts_of(one, code) for code in (Reading.EMPTY_UNANSWERED, Runs.LEFT_OUT)
    )
    assert unanswered["empty"]["values"] == {"some": 2, "n": 40, "ids": names}
    assert (left_out["file"], left_out["empty"]["values"]["ids"]) == ([str(valid)], ["s001"])
    assert one["warnings"][0] in [str(note) for note in told]
    assert f"> **{one['warnings'][0]}**" in (Path(one["run"]) / "report.md").read_text()
    assert (one["n_train"], one["n_left_out"], other["n_left_out"], one["n"]) == (38, 2, 0, 11)
    for name in ("loss", "val_loss", "accuracy", "log_loss"):
        assert one[name] == other[name], name
    about = json.loads((Path(one["run"]) / "data.json").read_text())
    share = (
        frame[~frame["id"].isin(names)].groupby("id")["label"].first().value_counts(normalize=True)
    )
    assert about["prior"] == pytest.approx([share["down"], share["up"]])
    assert series_runs.resume(Path(one["run"]), epochs=3)["n_train"] == 38


def test_where_no_series_has_a_value_training_is_refused(folder, table, tmp_path):
    every = pd.read_csv(table)["id"].unique()
    nothing = str(blank(table, tmp_path / "none.csv", every))
    told = []
    with raises(Reading.ALL_EMPTY, file=nothing, purpose=Reading.TO_LEARN_FROM()):
        series_runs.train(
            SeriesSettings(nothing, **SMALL), output_dir=tmp_path / "runs", on_note=told.append
        )
    with raises(Reading.ALL_EMPTY, file=nothing, purpose=Reading.TO_MEASURE_ON()):
        series_runs.train(
            SeriesSettings(str(table), valid=nothing, **SMALL), output_dir=tmp_path / "runs"
        )
    assert told == []
    assert not (tmp_path / "runs").exists()


@pytest.mark.nightly  # test_file.py of the commands moves runs and asks them
@pytest.mark.long(5)
def test_a_run_answers_elsewhere_with_nothing_beside_it(run, folder, table, tmp_path):
    import shutil

    shutil.copytree(run, tmp_path / "moved")
    shutil.copy(table, tmp_path / "other.csv")
    code = (
        "from pathlib import Path\nfrom glasscell.tasks.series import predictions\n"
        "predictions.predict_to(Path('moved'), 'other.csv', 'answers.csv')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    here = next(predictions._tables(predictions._Asked(open_run(run), str(table), {})))
    there = pd.read_csv(tmp_path / "answers.csv", dtype={"id": str})
    assert there["answer"].tolist() == here["answer"].tolist()
    # six digits are written
    np.testing.assert_allclose(there["p(up)"], here["p(up)"], rtol=0, atol=6e-7)


def relabelled(table, path, labels):
    """Write the series of a table with other labels, one for each series."""
    frame = pd.read_csv(table)
    frame["label"] = [labels[k] for k in pd.factorize(frame["id"])[0]]
    frame.to_csv(path, index=False)
    return path


def test_series_to_validate_with_need_labels_that_are_known(folder, table):
    mute = folder / "unlabelled.csv"
    pd.read_csv(table).drop(columns="label").to_csv(mute, index=False)
    with raises(Series.NO_LABELS_TO_COMPARE, file=str(mute)):
        series_runs.train(
            SeriesSettings(str(table), valid=str(mute), **SMALL), output_dir=folder / "none"
        )
    other = relabelled(table, folder / "sideways.csv", ["up", "sideways"] * 20)
    with raises(Tables.UNSEEN_LABEL, file=str(other), label="sideways", labels=["down", "up"]):
        series_runs.train(
            SeriesSettings(str(table), valid=str(other), **SMALL), output_dir=folder / "none"
        )
    assert not (folder / "none").exists()


@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_the_only_series_of_a_class_is_trained_on_and_its_scores_are_blank(folder, table):
    labels = ["up", "down"] * 20
    labels[2] = "once"  # a part drawn without heed of classes would have it
    told = []
    settings = SeriesSettings(
        str(relabelled(table, folder / "once.csv", labels)), **SMALL | {"epochs": 1}
    )
    report = series_runs.train(settings, output_dir=folder / "once", on_note=told.append)
    assert report["per_class"]["once"] == {"precision": None, "recall": None, "f1": None, "n": 0}
    assert sum(report["confusion"][report["classes"].index("once")]) == 0
    assert told[-1] == Runs.CLASS_UNMEASURED.warning(classes=["once"])
    assert str(told[-1]) == report["warnings"][-1]
    assert "|  |  |  | 0 |" in (Path(report["run"]) / "report.md").read_text()


@pytest.mark.nightly  # test_file.py: own classes
@pytest.mark.long(7)
@pytest.mark.filterwarnings(
    "ignore:The number of unique classes"
)  # the command line keeps it from the terminal
def test_where_each_series_is_a_class_of_its_own_the_answers_to_others_are_wrong(folder, table):
    path = relabelled(table, folder / "own.csv", [f"c{k:02d}" for k in range(40)])
    report = series_runs.train(
        SeriesSettings(str(path), **SMALL | {"epochs": 1}), output_dir=folder / "own"
    )
    assert (report["n"], report["right"], len(report["classes"])) == (6, 0, 40)
    assert np.shape(report["confusion"]) == (40, 40)


@pytest.mark.nightly  # tasks/language has it of text
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_run_knows_its_files_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    write_table(Path("walks.csv")), write_table(Path("valid.csv"), n=12, seed=2)
    report = series_runs.train(SeriesSettings("walks.csv", valid="valid.csv", **SMALL), name="run")
    settings = read_settings(Path("runs/run/config.toml"), SeriesSettings)
    assert (settings.data, settings.valid) == (
        str(tmp_path / "walks.csv"),
        str(tmp_path / "valid.csv"),
    )
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = series_runs.train(settings, name="again")
    same = set(report) - {"run", "seconds", "measured_on"}
    assert {k: again[k] for k in same} == {k: report[k] for k in same}


@pytest.mark.nightly  # the one before moves the person
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
    with raises(Formats.NOT_OPENED):
        series_runs.resume(new / "runs/run", epochs=5)
    monkeypatch.chdir(new)
    assert series_runs.resume(Path("runs/run"), epochs=5)["epochs"] == 5


@pytest.mark.nightly  # it trains
@pytest.mark.long(3)
@pytest.mark.usefixtures("undrawn")
def test_a_stride_that_leaves_one_step_is_warned_of(folder, table):
    told = []
    settings = SeriesSettings(str(table), stride=100, **SMALL | {"epochs": 1})
    report = series_runs.train(settings, output_dir=folder / "stride", on_note=told.append)
    assert facts_of(report, Runs.ONE_STEP_LEFT) == [{"stride": 100, "steps": 8}]
    assert only(told, Runs.ONE_STEP_LEFT).level == "warning"
