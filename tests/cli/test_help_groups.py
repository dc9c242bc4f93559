"""What `--help` shows: options in groups, nothing cut, all within 80 columns."""

import re

import pytest
import typer.main
from support.command import call

import glasscell.cli
from glasscell.cli.train_options import TASKS

WHOLE = typer.main.get_command(glasscell.cli.app)
COMMANDS = [[name] for name in WHOLE.commands] + [
    ["lab", name] for name in WHOLE.commands["lab"].commands
]
COMMANDS += [["train", "--task", task] for task in TASKS]


@pytest.fixture
def show_help(monkeypatch, capfd):
    """Give a function that returns the help of a command on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *command: call(monkeypatch, capfd, *command, "--help").out


@pytest.mark.parametrize("command", [[], ["lab"]])
def test_the_list_of_commands_is_not_cut(command, show_help):
    listed = show_help(*command).partition("Commands:\n")[2].splitlines()
    assert len(listed) >= 7
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.few(9)
@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_all_stays_within_80_columns(command, show_help):
    assert [line for line in show_help(*command).splitlines() if len(line) > 80] == []


@pytest.mark.few(9)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_values_are_named_by_what_they_are_and_not_by_their_type(command, show_help):
    shown = show_help(*command)
    assert re.findall(r"<[a-z ]+>|x[<>]=|\[required\]|[{}]|\S  \[default", shown) == []
