"""A command opens a file of data once, whoever asks what is in it: heard by an audit hook."""

import os
import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.gestures import write_gestures

from glasscell.data import read_in_parts

HEARD: list[str] = []  # files that were opened


def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        HEARD.append(os.path.abspath(arguments[0]))  # noqa: PTH100


@pytest.fixture(scope="module", autouse=True)
def _hook():
    sys.addaudithook(hear)  # which cannot be taken off again


def counts(path):
    """Return how often each file of a path was opened, in descending order; counts each once."""
    found = Counter(file for file in HEARD if file.startswith(str(path)))
    HEARD.clear()
    return {file.removeprefix(f"{path}/"): n for file, n in found.most_common()}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write the same series in several formats, a folder, labels of steps, and unlabeled times."""
    folder = tmp_path_factory.mktemp("files")
    table = pd.read_csv(write_gestures(folder / "a.csv", n=20))
    table.to_csv(folder / "a.csv.gz", index=False)
    table.to_excel(folder / "a.xlsx", index=False)
    table.to_parquet(folder / "a.parquet")
    table.to_feather(folder / "a.feather")
    table.to_json(folder / "a.jsonl", orient="records", lines=True)
    np.savez(folder / "a.npz", X=np.ones((4, 3, 2)), y=np.array(["p", "q"] * 2))
    (folder / "walks").mkdir()
    for k, (_, rows) in enumerate(table.groupby("id")):
        rows.drop(columns=["id", "label"]).to_csv(
            folder / "walks" / f"{rows.label.iloc[0]}_{k}.csv", index=False
        )
    table.assign(label=np.resize(["up", "down"], len(table))).to_csv(
        folder / "steps.csv", index=False
    )
    months = pd.date_range("2020-01-01", periods=40, freq="MS")
    pd.DataFrame({"month": months, "sold": np.arange(40)}).to_csv(folder / "sold.csv", index=False)
    return folder


NAMES = (
    "a.csv",
    "a.csv.gz",
    "a.xlsx",
    "a.parquet",
    "a.feather",
    "a.jsonl",
    "a.npz",
    "walks",
    "steps.csv",
    "sold.csv",
)


@pytest.mark.parametrize("name", NAMES)
def test_data_opens_a_file_once(name, files, monkeypatch, capfd):
    HEARD.clear()
    assert call(monkeypatch, capfd, "data", files / name, "--json").code == 0
    found = counts(files / name) if name == "walks" else counts(files)
    assert set(found.values()) == {1}
    assert len(found) == (20 if name == "walks" else 1)


def test_a_table_whose_rows_are_apart_is_looked_through_first_in_the_same_opening(tmp_path):
    at = np.arange(130_000)  # more than is read at once
    ids = np.where(at < len(at) - 5, at // 10_000, 0).astype(str)
    ids = np.char.add("a long name that takes room in the file ", ids)
    pd.DataFrame({"id": ids, "t": at, "u": at % 7}).to_csv(tmp_path / "apart.csv", index=False)
    HEARD.clear()
    parts = [*read_in_parts(tmp_path / "apart.csv", series=4)]
    assert [part.lengths.tolist() for part in parts] == [
        [10_005, *[10_000] * 3],
        [10_000] * 4,
        [10_000] * 4,
        [9995],
    ]
    assert counts(tmp_path) == {"apart.csv": 1}


@pytest.mark.long(20)  # trainings
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "walks", "steps.csv"])
def test_so_do_train_predict_and_evaluate(name, files, tmp_path, monkeypatch, capfd):
    quick = ["--epochs=1", "--units=2", "--quiet", "--output-dir", tmp_path]
    quick += [] if name == "steps.csv" else ["--measure=split", "--early-stopping"]
    run, file = tmp_path / "run", files / name
    for command in (
        ["train", file, "--name=run", *quick],
        ["predict", run, file, "--quiet"],
        ["evaluate", run, file],
    ):
        HEARD.clear()
        assert call(monkeypatch, capfd, *command).code == 0
        assert set(counts(files).values()) == {1}, command[0]
