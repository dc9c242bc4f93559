"""A run records how times are written and reads other files so; another form needs an option."""

import numpy as np
import pandas as pd
import pytest
from support.command import call

import glasscell

ISO = "%Y-%m-%dT%H:%M:%S"
FORM = "%d.%m.%y um %H Uhr"


def write(path, form):
    rng, when = np.random.default_rng(0), pd.date_range("2026-01-31", periods=9, freq="h")
    frame = pd.DataFrame(
        {"id": np.repeat([f"s{k}" for k in range(12)], 9), "when": [*when.strftime(form)] * 12}
    )
    frame = frame.assign(u=rng.normal(size=108), label=np.repeat([*"ab"] * 6, 9))
    frame.to_csv(path, index=False)
    return frame.sample(frac=1, random_state=0)


@pytest.mark.long(6)
@pytest.mark.usefixtures("undrawn")
def test_a_run_reads_other_files_as_it_read_its_own(tmp_path, monkeypatch, capfd):
    def glasscell_(*arguments):
        return call(monkeypatch, capfd, *arguments)

    monkeypatch.chdir(tmp_path)
    shuffled = write("own.csv", FORM)
    write("iso.csv", ISO)
    quick = ["--units", "2", "--epochs", "1", "--measure", "none", "--name", "run"]
    assert glasscell_("train", "own.csv", "--time-format", FORM, *quick).code == 0
    shuffled.to_csv("shuffled.csv", index=False)
    own, other = (
        glasscell_("predict", "run", file).out.splitlines() for file in ("own.csv", "shuffled.csv")
    )
    assert sorted(own) == sorted(other)
    assert sorted(glasscell.load("runs/run").predict(shuffled)) == sorted(
        line.split(",")[1] for line in own[1:]
    )
    answer = glasscell_("predict", "run", "iso.csv")
    assert (answer.code, answer.out) == (3, "")
    assert "row 1, column 'when'" in answer.err
    assert "--time-format" in answer.err
    assert glasscell_("predict", "run", "iso.csv", "--time-format", ISO).out.splitlines() == own
    assert glasscell_("evaluate", "run", "iso.csv", "--time-format", ISO).code == 0
    answer = glasscell_("predict", "run", "iso.csv", "--time-format", "noon")
    assert answer.code == 2
