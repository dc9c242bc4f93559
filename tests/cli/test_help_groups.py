"""What `--help` shows: options in groups, nothing cut, all within 80 columns."""

import dataclasses
import re

import pytest
import typer.main
from support.command import call

import glasscell.cli
from glasscell.cli.tag_options import STEPS_ONLY
from glasscell.settings import ArticleSettings, ForecastSettings, SeriesSettings, TextSettings

WHOLE = typer.main.get_command(glasscell.cli.app)
COMMANDS = [[name] for name in WHOLE.commands] + [["lab", name] for name in WHOLE.commands["lab"].commands]


@pytest.fixture
def show_help(monkeypatch, capfd):
    """Give a function that returns the help of a command on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *command: call(monkeypatch, capfd, *command, "--help").out


def groups(shown: str) -> dict[str, set[str]]:
    """Find the arguments and options under each heading."""
    found: dict[str, set[str]] = {}
    for line in shown.splitlines():
        if heading := re.fullmatch(r"(\S.*):", line):
            options = found.setdefault(heading[1], set())
        elif not line:
            options = set()  # what stands below the last group is in none
        elif option := re.match(r"  (?:-\w, )?(--[\w-]+|[A-Z]+\b)", line):
            options.add(option[1])
    return found


@pytest.mark.parametrize("command", [[], ["lab"]])
def test_the_list_of_commands_is_not_cut(command, show_help):
    listed = show_help(*command).partition("Commands:\n")[2].splitlines()
    assert len(listed) >= 7
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_all_stays_within_80_columns(command, show_help):
    assert [line for line in show_help(*command).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_values_are_named_by_what_they_are_and_not_by_their_type(command, show_help):
    shown = show_help(*command)
    assert re.findall(r"<[a-z ]+>|x[<>]=|\[required\]|[{}]|\S  \[default", shown) == []


def test_each_option_of_train_stands_in_the_group_where_one_looks_for_it(show_help):
    found = groups(show_help("train"))
    (digits,) = [heading for heading in found if "digits" in heading]
    assert list(found) == [
        "Data",
        "Network",
        "Training",
        "Text",
        "Forecasting",
        STEPS_ONLY,
        digits,
        "Run",
        "Options",
    ]
    assert found["Options"] == {"--quiet", "--json", "--help"}
    kinds = (ArticleSettings, SeriesSettings, TextSettings, ForecastSettings)
    article, series, text, forecast = ({field.name for field in dataclasses.fields(s)} for s in kinds)
    assert found["Text"] == {"--" + name.replace("_", "-") for name in text - series - article}
    others = series | article | text
    assert found["Forecasting"] == {"--" + name.replace("_", "-") for name in forecast - others}
    assert found[STEPS_ONLY] == {"--each-step", "--unlabelled", "--window"}
    assert found[digits] == {"--" + name.replace("_", "-") for name in article - series}
    assert found["Data"] >= {"FILE", "--id", "--time", "--label", "--channels"}
    assert found["Network"] >= {"--units", "--variant"}
    assert found["Training"] >= {"--epochs", "--seed", "--early-stopping"}
    assert found["Run"] >= {"--name", "--output-dir", "--resume"}


def test_the_articles_own_defaults_are_named(show_help):
    assert "--epochs 100, --batch-size 100, --learning-rate 0.001, --seed 0" in show_help("train")
