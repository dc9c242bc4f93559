"""metrics.csv: a row for each epoch, cut to the state's epochs, and repaired where damaged."""

import csv

import pytest

from glasscell.runs import run_folder
from glasscell.runs.training_loop import Metrics

COLUMNS = ["loss", "accuracy", "val_accuracy"]
LOGS = [{"loss": 1 / k, "accuracy": 0.1 * k, "val_accuracy": 0.2} for k in (1, 2, 3)]


def rows(run) -> list[dict[str, str]]:
    with (run.path / "metrics.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(tmp_path):
    with run_folder.create(tmp_path, "run", {}) as run:
        yield run


@pytest.fixture
def metrics(run):
    """Give the metrics of three epochs that took 1, 2 and 3 seconds."""
    metrics = Metrics(run, COLUMNS)
    metrics.cut([])
    for k, logs in enumerate(LOGS, start=1):
        metrics.append({"epoch": k, **logs, "seconds": float(k)})
    return metrics


def test_metrics_are_a_row_for_each_epoch(run, metrics):
    text = (run.path / "metrics.csv").read_bytes()
    assert text.startswith(b"epoch,loss,accuracy,val_accuracy,seconds\n1,1.0,0.1,0.2,1.0\n2,0.5,")
    assert text.count(b"\n") == 4
    assert metrics.training_seconds() == 6.0


def test_metrics_are_cut_to_the_epochs_of_the_state(run, metrics):
    metrics.cut(LOGS[:2])
    assert [(row["epoch"], row["loss"], row["seconds"]) for row in rows(run)] == [
        ("1", "1.0", "1.0"),
        ("2", "0.5", "2.0"),
    ]
    assert metrics.training_seconds() == 3.0


DAMAGED = {
    "half a line": b"4,0.25,0.4,0.",
    "half a number": b"4,0.25,0.4,0.2,0.0",
    "zeros": b"\x00" * 50,
    "not UTF-8": b"\xff\xfe,1,2,3,4\n",
    "words": b"a,b,c,d,e\n",
    "too much": b"1,2,3,4,5,6,7\n",
    "nothing": b"\n\n",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_metrics_are_mended(damage, run, metrics):
    with (run.path / "metrics.csv").open("ab") as file:
        file.write(DAMAGED[damage])
    metrics.cut(LOGS)
    assert [(row["epoch"], row["seconds"]) for row in rows(run)] == [
        ("1", "1.0"),
        ("2", "2.0"),
        ("3", "3.0"),
    ]
    assert metrics.training_seconds() == 6.0


def test_lost_metrics_are_written_again_without_seconds(run, metrics):
    (run.path / "metrics.csv").write_bytes(b"garbage")
    metrics.cut(LOGS)
    assert [(row["epoch"], row["seconds"]) for row in rows(run)] == [
        ("1", ""),
        ("2", ""),
        ("3", ""),
    ]
    assert metrics.training_seconds() == 0
