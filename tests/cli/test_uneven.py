"""Files with uneven times through the commands: reported, and read alike by all that follow."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call

LINE = "warning: times are not evenly spaced (steps from "
QUICK = ["--units", "2", "--epochs", "1", "--measure", "none", "--name", "run"]


def write(path: str, step: float, uneven: bool, n: int = 12) -> None:
    rng = np.random.default_rng(0)
    rows = []
    for k in range(n):
        apart = np.where(uneven & (rng.random(20) < 0.12), 3 * step, step)
        rows += [(f"s{k}", t, rng.normal(), "ab"[k % 2]) for t in np.cumsum(apart).round(3)]
    frame = pd.DataFrame(rows, columns=["id", "when", "u", "label"])
    frame["when"] = (
        pd.Timestamp("2026-01-31 12:00") + pd.to_timedelta(frame["when"], unit="s")
    ).astype(str)
    frame.to_csv(path, index=False)


@pytest.fixture
def glasscell(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    write("uneven.csv", 1.0, uneven=True)
    write("even.csv", 1.0, uneven=False)
    write("slow.csv", 2.0, uneven=False)
    return lambda *arguments: call(monkeypatch, capfd, *arguments)


def test_it_is_reported_where_it_matters_and_not_where_all_is_even_or_mended(glasscell):
    (line,) = [
        text
        for text in glasscell("data", "uneven.csv", "--time", "when").out.splitlines()
        if LINE in text
    ]
    assert "--time-gaps" in line
    assert "--every" in line
    for command in (["even.csv"], ["uneven.csv", "--time-gaps"], ["uneven.csv", "--every", "1s"]):
        answer = glasscell("data", *command, "--time", "when")
        assert answer.code == 0
        assert "even" not in answer.out.replace("even.csv", "")
    answer = glasscell("data", "uneven.csv", "--time", "when", "--every", "1s", "--time-gaps")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


@pytest.mark.long(6)
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(["--time-gaps"], id="gaps"),
        pytest.param(
            ["--every", "1s"], id="grid", marks=pytest.mark.nightly
        ),  # test_grids.py has what it makes
    ],
)
@pytest.mark.usefixtures("undrawn")
def test_a_run_reads_all_files_as_it_read_its_own(how, glasscell):
    answer = glasscell("train", "uneven.csv", "--time", "when", *how, *QUICK)
    assert answer.code == 0, answer.err
    assert LINE not in answer.err
    about = json.loads(Path("runs/run/data.json").read_text())
    has_gaps = how == ["--time-gaps"]
    assert about["channels"] == (["u", "time_gap"] if has_gaps else ["u"])
    answer = glasscell("predict", "run", "even.csv")
    assert (answer.code, answer.out.count("\n")) == (0, 13)
    assert "steps" not in answer.err  # those of the file are like most in training
    answer = glasscell("evaluate", "run", "slow.csv")
    assert answer.code == 0
    is_said = "12 of 12 series have time steps 2 times as long as in training" in answer.err
    assert is_said == has_gaps  # on a grid they are not longer, but half are empty
    assert ("channel 'u': 49% of the values are missing, compared with " in answer.err) == (
        not has_gaps
    )
    answer = glasscell("trace", "run", "even.csv", "-o", "trace.csv")
    assert answer.code == 0
    assert pd.read_csv("trace.csv").groupby("series")["step"].nunique().eq(20).all()
    pd.read_csv("even.csv").drop(columns="when").to_csv("timeless.csv", index=False)
    answer = glasscell("predict", "run", "timeless.csv")
    assert answer.code == 2
    assert "there is no column 'when' to use as time" in answer.err
