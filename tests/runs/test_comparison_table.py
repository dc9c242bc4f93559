from typing import Any

import pandas as pd
import pytest
from support.facts import raises

from glasscell.runs import comparison_table as comparison
from glasscell.runs.config import to_toml
from glasscell.runs.sentences import Runs
from glasscell.settings.article import DigitsSettings
from glasscell.system.sentences import System
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.registry import pairings_of, task_named, tasks
from glasscell.tasks.series.settings import SeriesSettings

TASKS: dict[type, Any] = {task.settings: task for task in tasks()}


def side_by_side(runs):
    return comparison.side_by_side(runs, pairings_of(tasks()))


def make_run(folder, name, settings, report):
    path = folder / name
    path.mkdir()
    (path / "config.toml").write_text(to_toml(settings))
    (path / "report.json").write_text(report)
    pd.DataFrame({"epoch": [1, 2], "loss": [2.0, 1.0]}).to_csv(path / "metrics.csv", index=False)
    return path, TASKS[type(settings)]


@pytest.fixture
def two(tmp_path):
    settings = [SeriesSettings("a.csv"), SeriesSettings("a.csv", units=[8, 8], seed=1)]
    reports = [
        '{"epochs": 3, "accuracy": 0.5, "seconds": 1.0}',
        '{"epochs": 2, "mae": 4.0, "seconds": 2.0}',
    ]
    return [
        make_run(tmp_path, f"r{k}", s, r)
        for k, (s, r) in enumerate(zip(settings, reports, strict=True))
    ]


def test_runs_stand_side_by_side_with_what_differs(two):
    rows = comparison.plain(side_by_side(two))
    assert rows[0] == {
        "run": "r0", "accuracy": 0.5, "epochs": 3, "seconds": 1.0, "units": 64, "seed": 0,
        "mae": None, "intervals": {}, "difference": None,
    }  # fmt: skip
    assert rows[1]["units"] == [8, 8]
    assert rows[1]["accuracy"] is None
    assert "data" not in rows[0]
    assert rows[1]["difference"] == {"to": "r1", "why_not": str(Runs.ANSWERS_NOT_KEPT())}
    shown, notes = comparison.in_text(side_by_side(two))
    # scores, then settings
    assert list(shown) == ["run", "accuracy", "mae", "epochs", "seconds", "units", "seed"]
    assert notes == [
        Runs.NOT_PAIRED(
            first="r0", others=[Runs.NOT_PAIRED_RUNS(runs=["r1"], why_not=Runs.ANSWERS_NOT_KEPT())]
        )
    ]


def test_the_article_and_a_file_may_be_compared(two, tmp_path):
    digits = make_run(tmp_path, "digits", DigitsSettings(), '{"epochs": 100, "val_accuracy": 0.99}')
    rows = comparison.plain(side_by_side([digits, two[0]]))
    assert (rows[0]["data"], rows[1]["data"]) == ("digits", "a.csv")


def test_a_picture_of_the_losses(two, tmp_path):
    comparison.draw([path for path, _ in two], tmp_path / "p.svg")
    assert "r1" in (tmp_path / "p.svg").read_text()
    with raises(System.PICTURE_NAME, endings=[".png", ".svg", ".pdf"]):
        comparison.draw([path for path, _ in two], tmp_path / "p.gif")


def test_what_cannot_be_compared_is_reported(two):
    (two[0][0] / "report.json").write_text("[]")
    with raises(Runs.BAD_FILE, file=str(two[0][0] / "report.json")):
        side_by_side(two)
    (two[0][0] / "report.json").unlink()
    with raises(Runs.NOT_FINISHED, file=str(two[0][0])):
        side_by_side(two)
    (two[1][0] / "metrics.csv").write_text("")
    with raises(Runs.BAD_FILE):
        comparison.draw([path for path, _ in two], two[1][0] / "p.png")


def test_of_the_article_the_accuracy_in_testing_is_reported_and_whole_numbers_stay_whole(
    two, tmp_path
):
    report = '{"epochs": 100, "accuracy": 1.0, "val_accuracy": 0.99}'
    digits = make_run(tmp_path, "digits", DigitsSettings(), report)
    rows = comparison.plain(side_by_side([digits, two[0]]))
    assert (rows[0]["val_accuracy"], rows[0]["accuracy"], rows[1]["accuracy"]) == (0.99, None, 0.5)
    text = make_run(
        tmp_path, "text", LanguageSettings("b.txt"), '{"epochs": 1, "task": "text", "n": 900}'
    )
    assert type(side_by_side([digits, text])["n"][1]) is int


def test_of_runs_of_several_kinds_only_settings_that_all_have_are_compared(two, tmp_path):
    text = '{"epochs": 1, "task": "text", "characters_a_second": 362400.906}'
    runs = [*two, make_run(tmp_path, "text", LanguageSettings("b.txt", piece=50), text)]
    table = side_by_side(runs)
    assert {"data", "units", "seed", "learning_rate"} <= set(table)
    assert not {"read_out", "piece", "text", "held_out", "patience"} & set(table)
    shown, _ = comparison.in_text(table, whole=task_named("language").speeds)
    assert shown["characters_a_second"][2] == 362401


@pytest.mark.parametrize("value", ['"much"', "[1]", "{}", "true", "1" + 400 * "0"], ids=range(5))
def test_a_score_that_is_no_number_is_damage(value, two):
    file = two[0][0] / "report.json"
    file.write_text(file.read_text().replace("0.5", value))
    with raises(Runs.BAD_FILE, file=str(file)):
        side_by_side(two)
