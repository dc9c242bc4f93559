"""An experiment on a text, in a folder: resumed, reported in bits, never on two texts at once."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from support.facts import raises
from support.texts import prose

from glasscell.errors import Interrupted
from glasscell.lab import runs
from glasscell.lab.design import corpora
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.design.problems import find_problem
from glasscell.lab.sentences import Lab

ARMS = ("greff:V", "greff:NFG")


@pytest.fixture
def experiment(tmp_path):
    (tmp_path / "book.txt").write_text(prose(9_000), encoding="utf-8")
    return Experiment(tasks=f"text:{tmp_path / 'book.txt'}", arms=ARMS, units=3, seeds=2,
                      learning_rates=(0.05, 0.2), updates=4, batch=4, length=5, held_out=80,
                      equal="weights")  # fmt: skip


@pytest.mark.long(5)  # it trains four conditions of a few networks
def test_stopped_and_resumed_it_gives_the_same_table(tmp_path, experiment):
    said = []

    def stop(done, logs):
        said.append(logs)
        if done == 1:
            raise Interrupted("enough")

    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    runs.start(experiment, whole)
    result = runs.run(whole)
    runs.start(experiment, stopped)
    with pytest.raises(Interrupted):
        runs.run(stopped, on_outcome=stop)
    assert list(said[0]) == [f"{experiment.tasks[0]} greff:V: median bits"]
    runs.run(stopped)
    for name in ("table.csv", "runs.csv", "table.md"):
        assert (whole / name).read_bytes() == (stopped / name).read_bytes(), name
    table = pd.read_csv(whole / "table.csv")
    assert table["weights"].sub(table["weights"][0]).abs().max() < 60  # one unit's
    assert "solved" not in table
    (task,) = experiment.tasks
    assert result["counted"] == {task: pytest.approx(find_problem(task).text.by_counting(80, 5))}
    page = (whole / "table.md").read_text(encoding="utf-8")
    assert "mean bits (95% CI)" in page
    assert "## Compared with Greff et al. 2017" in page
    assert "solve" not in page
    assert "squared" not in page
    # the text is another now, as the library of another Python would be
    (tmp_path / "book.txt").write_text(prose(9_000, seed=1), encoding="utf-8")
    corpora.read_text.cache_clear()
    with raises(Lab.OTHER_TEXT, arm="greff:V"):
        runs.run(stopped)


def test_settings_of_before_are_those_of_equal_units(tmp_path, experiment):
    runs.start(replace(experiment, tasks=("write",), equal="units"), tmp_path / "lab")
    file = tmp_path / "lab/experiment.json"
    content = json.loads(file.read_text())
    del content["experiment"]["equal"]
    file.write_text(json.dumps(content))
    assert runs.find(tmp_path / "lab").equal == "units"


def test_counting_is_done_at_each_length(experiment):
    (task,) = experiment.tasks
    counted = runs.count_beside(replace(experiment, length=(5, 7)))[task]
    of = find_problem(task).text.by_counting
    assert counted["2-gram, length 7"] == of(80, 7)["2-gram"] != of(80, 5)["2-gram"]
    assert counted["2-gram, length 5"] == of(80, 5)["2-gram"]
    assert len(counted) == 8
