import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from support.facts import raises

from glasscell.runs.comparison import Finished, compare, in_a_sentence, measure, not_paired, pair
from glasscell.runs.sentences import Runs
from glasscell.tasks.series.comparison import of_classes, of_numbers, pairs_of
from glasscell.tasks.series.sentences import Series

PAIRINGS = {"classification": pairs_of, "regression": pairs_of, "forecast": lambda *_: None}


def write_run(
    folder,
    name,
    answers,
    labels="aabb" * 10,
    by="folds",
    source="a.csv",
    fingerprint="f{}",
    task=None,
):
    path = folder / name
    path.mkdir()
    table = {
        "id": [f"s{k}" for k in range(len(labels))],
        "fingerprint": [fingerprint.format(k) for k in range(len(labels))],
    }
    table |= {"steps": 3, "part": 1, "label": list(labels), "answer": list(answers)}
    pd.DataFrame(table).to_csv(path / "measured.csv", index=False)
    (path / "data.json").write_text(json.dumps({"source": source}))
    return Finished(path, {"task": task or "classification", "measured_by": by})


def compared(one, two):
    return compare(one, two, PAIRINGS).found


def test_a_difference_is_mcnemars(tmp_path):
    one, two = (
        write_run(tmp_path, "one", "aabb" * 10),
        write_run(tmp_path, "two", "bbbb" * 4 + "aabb" * 6),
    )
    found, note = compare(one, two, PAIRINGS)
    assert (found["n"], found["only_first"], found["only_second"]) == (40, 8, 0)
    assert found["p"] == pytest.approx(2 * binom.cdf(0, 8, 0.5))
    assert found["differ"]
    assert found["difference"] == pytest.approx(0.2)
    low, high = found["interval"]
    assert 0.05 < low < 0.2 < high < 0.35
    said = note.values
    assert (note.code, said["first"], said["second"]) == (Runs.COMPARED, "one", "two")
    assert (said["on"], said["one"], said["two"]) == (Runs.SERIES(n=40, groups=None), 1.0, 0.8)
    assert said["apart"] == Runs.DIFFERENCE(by=0.2, digits=3)
    assert said["right"] == Runs.RIGHT_IN_ONE(
        only_first=8, only_second=0, test=Runs.MCNEMAR(p=found["p"])
    )
    assert said["verdict"] == Runs.DIFFER()


def test_the_rows_may_stand_in_any_order_and_others_be_missing(tmp_path):
    one, two = write_run(tmp_path, "one", "aabb" * 10), write_run(tmp_path, "two", "aaba" * 10)
    table = pd.read_csv(two.path / "measured.csv")
    table.sample(frac=0.5, random_state=0).to_csv(two.path / "measured.csv", index=False)
    found = compared(one, two)
    assert found["n"] == 20
    wrong = pd.read_csv(two.path / "measured.csv")
    assert found["only_first"] == (wrong["label"] != wrong["answer"]).sum()


@pytest.mark.parametrize(
    ("other", "why_not"),
    [
        ({"fingerprint": "g{}", "source": "b.csv"}, Series.NOTHING_IN_BOTH()),
        ({"by": "training"}, Series.MEASURED_BY_TRAINING(run="two")),
        ({"task": "regression"}, Series.CLASSES_AND_NUMBERS()),
        ({"task": "forecast"}, Runs.OTHER_TASK(first="classification", second="forecast")),
    ],
)
def test_what_cannot_be_paired_is_said(other, why_not, tmp_path):
    one, two = (
        write_run(tmp_path, "one", "aabb" * 10),
        write_run(tmp_path, "two", "aabb" * 10, **other),
    )
    found = compared(one, two)
    assert found["why_not"] == why_not
    wanted = Runs.NOT_PAIRED(
        first="one", others=[Runs.NOT_PAIRED_RUNS(runs=["two", "three"], why_not=why_not)]
    )
    assert not_paired("one", [found, found | {"to": "three"}, {"to": "four", "n": 3}]) == wanted
    assert not_paired("one", [{"to": "four", "n": 3}]) is None


def test_other_channels_of_the_same_file_are_paired_by_id(tmp_path):
    one = write_run(tmp_path, "one", "aabb" * 10)
    two = write_run(tmp_path, "two", "aabb" * 10, fingerprint="g{}")
    assert compared(one, two)["n"] == 40


def test_runs_that_kept_no_answers_are_named(tmp_path):
    one, two = write_run(tmp_path, "one", "aabb" * 10), write_run(tmp_path, "two", "aabb" * 10)
    (two.path / "measured.csv").unlink()
    assert compared(one, two)["why_not"] == Runs.MADE_BEFORE(run="two")
    (one.path / "measured.csv").write_text("id\n1\n")
    (two.path / "measured.csv").write_text("")
    with raises(Runs.BAD_FILE, file=str(one.path / "measured.csv")):
        compared(one, two)
    assert compared(one._replace(report={}), two)["why_not"] == Runs.ANSWERS_NOT_KEPT()


def test_series_alike_are_paired_once():
    table = pd.DataFrame({"fingerprint": "f", "label": "x", "answer": ["x", "y"]})
    assert len(pair(["fingerprint", "label"], table, table)) == 2


def write_grouped(folder, name, answers, groups, labels="aabb" * 10, task=None):
    one = write_run(folder, name, answers, labels=labels, task=task)
    pd.read_csv(one.path / "measured.csv").assign(group=groups).to_csv(
        one.path / "measured.csv", index=False
    )
    return one


def test_series_of_a_group_count_together(tmp_path):
    groups = np.arange(40) // 4
    one = write_grouped(tmp_path, "one", "aabb" * 10, groups)
    two = write_grouped(tmp_path, "two", "bbaa" + "bbaa" + "aabb" * 8, groups)
    found, note = compare(one, two, PAIRINGS)
    assert (found["only_first"], found["n_groups"]) == (8, 10)
    assert found["p"] == 0.5  # two groups agree in 1 of 2 cases by chance, eight series in 1 of 128
    assert not found["differ"]
    low, high = found["interval"]
    assert low < 0 < found["difference"] < high
    assert note.values["right"].values["test"] == Runs.BY_GROUP(p=0.5)
    assert "40 series from 10 groups" in str(note)


def test_groups_are_those_of_either_run(tmp_path):
    one = write_grouped(tmp_path, "one", "aabb" * 10, np.arange(40) // 4)
    two = write_run(tmp_path, "two", "bbaa" + "aabb" * 9)
    assert compared(one, two)["n_groups"] == compared(two, one)["n_groups"] == 10


def test_of_few_groups_no_more_is_said(tmp_path):
    one = write_grouped(tmp_path, "one", "aabb" * 10, np.arange(40) // 8)
    two = write_grouped(tmp_path, "two", "bbbb" * 10, np.arange(40) // 8)
    found, note = compare(one, two, PAIRINGS)
    assert (found["interval"], found["p"], found["differ"], found["n_groups"]) == (
        None,
        None,
        False,
        5,
    )
    assert (note.values["interval"], note.values["right"].values["test"]) == (
        Runs.NO_INTERVAL(),
        None,
    )
    y = np.arange(40.0)
    pairs = of_numbers(y, y + 1, y + 2 + y % 3, np.arange(40) // 8)
    found = measure(pairs)
    assert (found["interval"], found["differ"]) == (None, False)
    assert in_a_sentence("one", "two", pairs, found).values["interval"] == Runs.NO_INTERVAL()


def test_errors_are_compared_by_group():
    rng = np.random.default_rng(0)
    groups, y = np.arange(60) // 6, np.zeros(60)
    harder = rng.exponential(1, 10)[groups]
    one, two = rng.normal(size=60), rng.normal(size=60) * (0.5 + harder)
    alone, together = measure(of_numbers(y, one, two)), measure(of_numbers(y, one, two, groups))
    assert together["ratio"] == alone["ratio"]
    assert np.diff(np.log(together["interval"])) > np.diff(np.log(alone["interval"]))
    assert together["n_groups"] == 10


def test_two_that_are_alike_do_not_differ_more_often_than_chance():
    rng = np.random.default_rng(0)
    y = np.zeros(60)
    found = [
        measure(of_numbers(y, rng.normal(size=60), rng.normal(size=60)))["differ"]
        for _ in range(40)
    ]
    assert np.mean(found) <= 0.15
    found = [
        measure(of_classes(y, rng.random(60) < 0.2, rng.random(60) < 0.2))["differ"]
        for _ in range(200)
    ]
    assert np.mean(found) <= 0.08


def test_numbers_that_differ_are_said_to(tmp_path):
    y = np.arange(40.0)
    rng = np.random.default_rng(0)
    one = write_run(tmp_path, "one", y + rng.normal(size=40), labels=y, task="regression")
    two = write_run(tmp_path, "two", y + 3 * rng.normal(size=40), labels=y, task="regression")
    found, note = compare(one, two, PAIRINGS)
    assert found["differ"]
    assert found["interval"][1] < 1
    errors = [
        np.sqrt(np.mean((pd.read_csv(run.path / "measured.csv")["answer"] - y) ** 2))
        for run in (one, two)
    ]
    assert (found["first"], found["second"]) == pytest.approx(errors)
    assert note.values["apart"] == Runs.RATIO(by=found["ratio"], digits=3)
    assert found["ratio"] == pytest.approx(errors[0] / errors[1])
