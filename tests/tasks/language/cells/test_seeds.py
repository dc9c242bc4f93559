"""Runs of further seeds: named by them, trained where there are none, and what that costs is said first."""

import json

import pytest
from support.facts import raises

from glasscell.runs.config import to_toml
from glasscell.runs.sentences import Runs
from glasscell.system.sentences import System
from glasscell.tasks.language.cells.seeds import train_seeds
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import TextSettings


@pytest.fixture
def run(tmp_path):
    """Give the folder of a finished run of seed 4, which took two minutes."""
    path = tmp_path / "book"
    path.mkdir()
    (path / "config.toml").write_text(to_toml(TextSettings(data="book.txt", units=7, seed=4)))
    (path / "report.json").write_text(json.dumps({"epochs": 3, "seconds": 120.0}))
    return path


def test_others_are_trained_but_those_that_are_there(run):
    (run.parent / "book-seed-6").mkdir()
    (run.parent / "book-seed-6/config.toml").write_text(to_toml(TextSettings(data="book.txt", units=7, seed=6)))
    (run.parent / "book-seed-6/report.json").write_text("{}")
    trained, said = [], []
    found = train_seeds(run, 4, lambda settings, path: trained.append((settings, path)), said.append)
    assert [path.name for path in found] == ["book", "book-seed-5", "book-seed-6", "book-seed-7"]
    assert [(settings.seed, settings.units, path.name) for settings, path in trained] == [
        (5, 7, "book-seed-5"),
        (7, 7, "book-seed-7"),
    ]
    assert said == [TextRuns.MORE_NETWORKS(n=2, minutes=4)]


def other_setting(name, found, expected):
    return TextRuns.OTHER_SETTING, {"name": name, "found": found, "expected": expected}


@pytest.mark.parametrize(
    ("other", "code", "values"),
    [
        (to_toml(TextSettings("book.txt", units=9, seed=5)), *other_setting("units", 9, 7)),
        (to_toml(TextSettings("other.txt", units=7, seed=5)), *other_setting("data", "other.txt", "book.txt")),
        (to_toml(TextSettings("book.txt", units=7, seed=4)), *other_setting("seed", 4, 5)),
        ('data = "walks.csv"', TextRuns.NO_TEXT, {"data": "walks.csv"}),
    ],
)
def test_a_network_of_other_settings_is_not_counted_among_them(other, code, values, run):
    (run.parent / "book-seed-5").mkdir()
    (run.parent / "book-seed-5/config.toml").write_text(other)
    (run.parent / "book-seed-5/report.json").write_text("{}")
    with raises(code, file=str(run.parent / "book-seed-5"), **values):
        train_seeds(run, 2, pytest.fail, pytest.fail)


def test_standard_input_cannot_be_read_again_by_others(run):
    (run / "config.toml").write_text(to_toml(TextSettings("-", units=7, seed=4)))
    assert train_seeds(run, 1, pytest.fail, pytest.fail) == [run]
    with raises(TextRuns.NOT_AGAIN):
        train_seeds(run, 2, pytest.fail, pytest.fail)


def test_one_is_the_run_itself_and_costs_nothing(run):
    assert train_seeds(run, 1, pytest.fail, pytest.fail) == [run]


def test_a_run_that_is_not_finished_is_refused_before_anything_is_trained(run):
    (run / "report.json").unlink()
    with raises(Runs.NOT_FINISHED):
        train_seeds(run, 3, pytest.fail, pytest.fail)
    with raises(System.NOT_ACCEPTED, name="seeds", found=0):
        train_seeds(run, 0, pytest.fail, pytest.fail)
