import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from glasscell import answering, own_data, runs
from glasscell.errors import DataError, UsageError
from glasscell.settings import SeriesSettings

SMALL = {"units": 4, "epochs": 4, "batch_size": 16, "bidirectional": False, "seed": 1}


def write_table(path, n=40, seed=0, regression=False, channels=("u", "v")):
    """Write a long table of series that go up or down."""
    rng = np.random.default_rng(seed)
    frames = []
    for k in range(n):
        steps, slope = rng.integers(4, 9), rng.normal()
        label = 100 + 7.5 * slope if regression else ("up" if slope > 0 else "down")
        values = {name: rng.normal(0, 0.1, steps) for name in channels}
        values[channels[0]] = values[channels[0]] + slope * np.arange(steps) / steps
        frames.append(pd.DataFrame({"id": f"s{k:03d}", "t": np.arange(steps), **values, "label": label}))
    table = pd.concat(frames)
    table.to_parquet(path, index=False) if path.suffix == ".parquet" else table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def table(folder):
    return write_table(folder / "walks.csv")


@pytest.fixture(scope="module")
def run(folder, table):
    report = own_data.train(
        SeriesSettings(str(table), early_stopping=True, **SMALL), output_dir=folder / "runs", name="small"
    )
    return Path(report["run"])


@pytest.fixture(scope="module")
def regression(folder):
    settings = SeriesSettings(str(write_table(folder / "slopes.csv", regression=True)), **SMALL)
    return Path(own_data.train(settings, output_dir=folder / "runs", name="slopes")["run"])


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


def test_what_was_understood_and_what_is_odd_is_told_before_training(folder, table):
    told = []
    own_data.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "told", on_note=told.append)
    assert any("40 series of 4 to 8 steps and 2 channels, 2 classes" in note for note in told)


def test_numbers_are_learnt_where_labels_are_numbers(regression):
    report = json.loads((regression / "report.json").read_text())
    assert report["task"] == "regression"
    assert {"mae", "rmse", "r2"} <= set(report)
    assert (regression / "answers.png").exists()
    frame = next(answering._tables(answering.open_trained(regression), report["data"], {}))
    assert 80 < frame["answer"].mean() < 120


def test_a_killed_run_goes_on_bit_for_bit(folder, table):
    settings = SeriesSettings(str(table), **SMALL | {"epochs": 5})
    whole = own_data.train(settings, output_dir=folder / "killed", name="whole")

    class Killed(Exception):
        pass

    def kill(epoch, logs):
        if epoch == 2:
            raise Killed

    with pytest.raises(Killed):
        own_data.train(settings, output_dir=folder / "killed", name="cut", on_epoch=kill)
    again = own_data.resume(folder / "killed" / "cut")
    same = {name: v for name, v in whole.items() if name not in ("run", "seconds")}
    assert same == {name: again[name] for name in same}
    first, second = (np.load(folder / "killed" / name / "state.npz") for name in ("whole", "cut"))
    for name in first.files:
        if name.startswith("variable/"):
            np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_a_file_that_changed_is_not_gone_on_with(folder):
    path = write_table(folder / "changing.csv")
    report = own_data.train(SeriesSettings(str(path), **SMALL), output_dir=folder / "changed")
    write_table(path, seed=1)
    with pytest.raises(DataError, match="other series or labels than when the run began"):
        own_data.resume(Path(report["run"]), epochs=9)


def test_series_to_validate_with_come_from_a_file(folder, table):
    valid = write_table(folder / "valid.csv", n=15, seed=3)
    settings = SeriesSettings(str(table), valid=str(valid), **SMALL)
    report = own_data.train(settings, output_dir=folder / "valid")
    assert (report["n_train"], report["n"], report["measured_on"]) == (40, 15, str(valid))
    told = []
    own_data.train(replace(settings, valid=str(table)), output_dir=folder / "valid2", on_note=told.append)
    assert any("40 of 40 series are in the training data" in note for note in told)


def test_where_no_series_can_be_spared_a_second_training_measures(folder, table):
    report = own_data.train(SeriesSettings(str(table), **SMALL), output_dir=folder / "all")
    assert (report["n_train"], report["n"]) == (40, 6)
    assert report["measured_on"] == "series left out of a second training like the first"
    assert set(report["baselines"]) == {"majority", "nearest_neighbour"}
    metrics = pd.read_csv(Path(report["run"]) / "metrics.csv")
    assert list(metrics.columns) == ["epoch", "loss", "accuracy", "seconds"]


def test_a_handful_of_series_is_measured_on_itself(folder):
    path = write_table(folder / "few.csv", n=8)
    report = own_data.train(SeriesSettings(str(path), **SMALL), output_dir=folder / "few")
    assert (report["n"], report["measured_on"], report["baselines"]) == (8, "the training data", {})


def test_what_cannot_be_learnt_from_is_refused(folder):
    path = folder / "mute.csv"
    pd.DataFrame({"id": ["a", "a", "b", "b"], "t": [0, 1, 0, 1], "v": [1.5, 2.5, 3.5, 4.5]}).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"mute\.csv: has no labels"):
        own_data.train(SeriesSettings(str(path)), output_dir=folder / "none")
    numbers = write_table(folder / "numbers.csv", regression=True)
    with pytest.raises(UsageError, match="class_weight goes with classes"):
        own_data.train(SeriesSettings(str(numbers), class_weight="balanced"), output_dir=folder / "none")
    assert not (folder / "none").exists()


def test_a_run_answers_elsewhere_with_nothing_beside_it(run, folder, table, tmp_path):
    import shutil

    shutil.copytree(run, tmp_path / "moved")
    shutil.copy(table, tmp_path / "other.csv")
    code = (
        "from pathlib import Path\nfrom glasscell import answering\n"
        "answering.predict_to(Path('moved'), 'other.csv', 'answers.csv')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
    here = next(answering._tables(answering.open_trained(run), str(table), {}))
    there = pd.read_csv(tmp_path / "answers.csv", dtype={"id": str})
    assert there["answer"].tolist() == here["answer"].tolist()
    np.testing.assert_allclose(there["p(up)"], here["p(up)"], rtol=1e-6)
