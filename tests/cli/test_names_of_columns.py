"""A file without common column names goes through the commands: read alike in all of them."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.gestures import write_gestures

SMALL = ["--units", "4", "--epochs", "2", "--early-stopping", "--name", "run", "-q"]


@pytest.fixture
def glasscell(tmp_path, monkeypatch, capfd):
    """Give a function that runs the command in this process, in a folder with a German file."""
    monkeypatch.chdir(tmp_path)
    write_gestures(Path("common.csv"))
    table = pd.read_csv("common.csv").rename(
        columns={"id": "Versuch", "time": "Zeit", "t": "Zeit", "label": "Klasse"}
    )
    table.to_csv("german.csv", sep=";", decimal=",", index=False)
    table.drop(columns="Klasse").to_csv("new.csv", sep=";", decimal=",", index=False)
    first = table[table["Versuch"] == table["Versuch"].iloc[0]]
    first.drop(columns="Klasse").to_csv("one.csv", sep=";", decimal=",", index=False)
    return lambda *arguments: call(monkeypatch, capfd, *arguments)


def test_what_the_rows_are_taken_for_is_said(glasscell):
    answer = glasscell("data", "german.csv", "--label", "Klasse")
    lines = answer.out.splitlines()
    roles = "id 'Versuch', time 'Zeit', label 'Klasse'"
    assert lines[0] == f"24 series of 4–8 steps, 2 channels (u, v), 2 classes; {roles}"
    assert lines[1].startswith("'Versuch' is used as the id column")
    rows = glasscell("data", "german.csv", "--label", "Klasse", "--channels", "value").out
    assert "; one row per series" in rows


@pytest.mark.nightly  # it trains through the command
@pytest.mark.long(5)
@pytest.mark.usefixtures("undrawn")
def test_a_run_finds_its_columns_again(glasscell):
    assert glasscell("train", "german.csv", "--label", "Klasse", *SMALL).code == 0
    assert json.loads(Path("runs/run/data.json").read_text())["columns"] == {
        "id": "Versuch", "time": "Zeit", "label": "Klasse",
    }  # fmt: skip
    answers = glasscell("predict", "run", "new.csv").out.splitlines()
    assert len(answers) == 25
    assert (
        glasscell("predict", "run", "one.csv").out.splitlines()[1].split(",")[:2]
        == answers[1].split(",")[:2]
    )
    assert json.loads(glasscell("evaluate", "run", "german.csv", "--json").out)["n"] == 24
    assert "new.csv: has no labels to score against" in glasscell("evaluate", "run", "new.csv").err


def test_rows_that_are_steps_are_warned_of_before_all_else(glasscell):
    x = np.random.default_rng(0).normal(size=(200, 2))
    pd.DataFrame(x, columns=["u", "v"]).assign(w=1, label=["a", "b"] * 100).to_csv("rows.csv")
    warnings = [
        line
        for line in glasscell("data", "rows.csv").out.splitlines()
        if line.startswith("warning: ")
    ]
    assert warnings[0].startswith(
        "warning: 200 of 200 series have at most 3 steps: if they are rows or pieces"
    )


@pytest.mark.parametrize(
    "command", ["train --task series", "data", "predict", "evaluate", "trace", "explain"]
)
def test_all_commands_that_read_a_file_take_the_readers_options(command, glasscell):
    answer = glasscell(*command.split(), "--help")
    for option in ("--no-header", "--encoding", "--decimal", "--labels", "--missing"):
        assert re.search(option, answer.out)


def test_numbers_that_mean_not_measured_are_warned_of_and_left_out(glasscell):
    x = np.random.default_rng(0).normal(size=(20, 6))
    x[:4, 2] = -999
    pd.DataFrame(x, columns=[f"x{k}" for k in range(6)]).assign(label=["a", "b"] * 10).to_csv(
        "d.csv", index=False
    )
    assert "use --missing -999" in glasscell("data", "d.csv").out
    found = json.loads(glasscell("data", "d.csv", "--missing", "-999", "--json").out)
    assert found["channels"][0]["missing"] == 4
    assert not any("--missing" in text for text in found["warnings"])


def test_the_header_is_a_setting(glasscell):
    np.savetxt("d.csv",
               np.column_stack([np.arange(20) % 2, np.random.default_rng(0).normal(size=(20, 5))]),
               "%g", ",", header="0,1,2,3,4,5", comments="")  # fmt: skip
    asked = glasscell("data", "d.csv")
    assert asked.code == 2
    assert "use --label 0" in asked.err
    assert "20 series of 6 steps" in glasscell("data", "d.csv", "--header").out
    assert "21 series of 5 steps" in glasscell("data", "d.csv", "--no-header").out
    assert (
        "20 series of 5 steps, 1 channel (value), 2 classes"
        in glasscell("data", "d.csv", "--label", "0").out
    )


@pytest.mark.nightly  # with names, above
@pytest.mark.long(4)
@pytest.mark.usefixtures("undrawn")
def test_a_file_without_names_is_answered_alike_with_labels_and_without(glasscell):
    x = np.random.default_rng(0).normal(size=(40, 6))
    np.savetxt("train.csv", np.column_stack([np.arange(40) % 2, x]), "%g", ",")
    np.savetxt("new.csv", x, "%g", ",")
    assert glasscell("train", "train.csv", "--measure", "none", *SMALL).code == 0
    answers = glasscell("predict", "run", "new.csv").out
    assert len(answers.splitlines()) == 41
    assert answers == glasscell("predict", "run", "train.csv").out
    assert "has no labels to score against" in glasscell("evaluate", "run", "new.csv").err
