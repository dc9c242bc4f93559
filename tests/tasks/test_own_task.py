"""A task of a third-party package gets every command: the example, as an entry point."""

import importlib.metadata
import json
import math
import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from support.command import call

from glasscell.tasks import registry
from glasscell.tasks.sentences import Tasks

EXAMPLE = Path(__file__).parents[2] / "examples/own_task"


@pytest.fixture
def rising(monkeypatch):
    """Give the task as if its package were installed."""
    monkeypatch.syspath_prepend(EXAMPLE)
    point = importlib.metadata.EntryPoint("rising", "rising.task:TASK", registry.GROUP)
    monkeypatch.setattr(
        registry,
        "entry_points",
        lambda group, name=point.name: [point] * ((group, name) == (point.group, point.name)),
    )
    yield point.load()
    for name in [name for name in sys.modules if name.split(".")[0] == "rising"]:
        del sys.modules[name]


def test_the_package_says_where_its_task_is():
    text = (EXAMPLE / "pyproject.toml").read_text("utf-8")
    assert f'[project.entry-points."{registry.GROUP}"]\nrising = "rising.task:TASK"\n' in text
    lines = [
        line
        for path in (EXAMPLE / "rising").glob("*.py")
        for line in path.read_text("utf-8").splitlines()
    ]
    assert 0 < sum(bool(line.strip()) for line in lines) <= 180


def test_a_name_that_no_package_has_is_refused(rising, tmp_path, monkeypatch, capfd):
    (tmp_path / "a.csv").write_text("value\n1\n")
    answer = call(monkeypatch, capfd, "train", tmp_path / "a.csv", "--task", "falling")
    assert (answer.code, answer.error.code) == (2, Tasks.NO_TASK)
    assert {"rising", "series"} <= {*answer.error.values["names"]}


@pytest.mark.long(20)  # it trains, and looks into what it has learned
def test_it_gets_every_command(rising, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    values = [math.sin(k / 3) + 0.2 * math.sin(k * 1.7) for k in range(300)]
    pd.DataFrame({"value": values}).to_csv("walk.csv", index=False)
    for name, epochs in (("a", 4), ("b", 2)):
        answer = call(
            monkeypatch,
            capfd,
            "train",
            "walk.csv",
            "--task",
            "rising",
            "--epochs",
            epochs,
            "--name",
            name,
        )
        assert (answer.code, "accuracy" in answer.out) == (0, True), answer.err
    assert 'task = "rising"' in Path("runs/a/config.toml").read_text()
    before = json.loads(Path("runs/a/report.json").read_text())
    # as if it had not stopped
    assert call(monkeypatch, capfd, "train", "--resume", "b", "--epochs", 4).code == 0
    assert Path("runs/b/metrics.csv").read_text().count("\n") == 5
    assert call(monkeypatch, capfd, "predict", "a", "walk.csv", "-o", "out.csv").code == 0
    found = pd.read_csv("out.csv")
    held_out = found.tail(before["n"])["answer"].to_numpy()
    truth = [
        ("falls", "rises")[b > a]
        for a, b in zip(values[-before["n"] - 1 : -1], values[-before["n"] :], strict=True)
    ]
    assert (held_out == truth).mean() == pytest.approx(before["accuracy"])
    scores = json.loads(call(monkeypatch, capfd, "evaluate", "a", "walk.csv", "--json").out)
    assert scores["n"] == len(found) == 280
    compared = json.loads(call(monkeypatch, capfd, "compare", "a", "b", "--json").out)
    assert compared[1]["difference"]["n"] == before["n"]
    assert call(monkeypatch, capfd, "explain", "a", "--no-open", "--limit", 3).code == 0
    assert Path("runs/a/explain/explorer.html").stat().st_size > 10**5
    assert call(monkeypatch, capfd, "trace", "a", "-o", "trace.csv").code == 0
    exported = call(monkeypatch, capfd, "export", "a", "--to", "npz")
    assert (exported.code, "labels agree for 100.0%" in exported.out) == (0, True), exported.err
    checked = call(monkeypatch, capfd, "export", "a", "walk.csv", "--check", "a.npz")
    assert (checked.code, "280" in checked.out) == (0, True), checked.err
    assert import_module("glasscell").load_run("a").predict([[[0.0]] * 20]).shape == (1,)


def test_what_it_lacks_is_refused(rising, tmp_path, monkeypatch, capfd):
    (tmp_path / "config.toml").write_text('task = "rising"\ndata = "a.csv"\n')
    (tmp_path / "report.json").write_text("{}")
    for name in ("predictions", "export", "explanation", "trace"):
        monkeypatch.setattr(type(rising), name, None)
    for arguments in (
        ["predict", tmp_path, "-"],
        ["evaluate", tmp_path, "-"],
        ["export", tmp_path, "--to", "npz"],
        ["trace", tmp_path],
    ):
        answer = call(monkeypatch, capfd, *arguments)
        assert (answer.code, answer.error.code) == (2, Tasks.NO_COMMAND), answer.err


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "No columns"), ("v\nhigh\n", "high"), ('v\n"1\n', "EOF"), ("t,v\n1,2\n2,\n", "NaN")],
)
def test_a_file_that_it_cannot_read_is_refused(rising, text, words, tmp_path, monkeypatch, capfd):
    (tmp_path / "a.csv").write_text(text)
    answer = call(
        monkeypatch,
        capfd,
        "train",
        tmp_path / "a.csv",
        "--task",
        "rising",
        "--output-dir",
        tmp_path,
    )
    assert answer.code == 3, answer.err
    assert words in answer.err
