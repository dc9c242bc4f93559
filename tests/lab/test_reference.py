"""The lab's reference lists all keys, tasks and arms, and its example is an experiment."""

import csv
import dataclasses
import json
import re
from pathlib import Path

from glasscell.lab.design.cell_arms import ARMS, find_arm
from glasscell.lab.design.experiment import Experiment, read_experiment
from glasscell.lab.design.problems import PROBLEMS, TEXT_SETTINGS

FOLDER = Path(__file__).parents[2] / "docs/reference"


def rows_of(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_of_the_labs_keys_agrees_with_the_code():
    found = {row["key"].strip("`"): row for row in rows_of("lab-settings.csv")}
    fields = {field.name: field for field in dataclasses.fields(Experiment)}
    assert list(found) == [name for name in fields if name != "quick"]
    for name, row in found.items():
        if name != "name":
            assert json.loads(row["default"].strip("`")) == json.loads(
                json.dumps(fields[name].default)
            ), name
    on_a_text = {
        name: json.loads(row["on a text"].strip("`"))
        for name, row in found.items()
        if row["on a text"]
    }
    assert on_a_text == json.loads(json.dumps(TEXT_SETTINGS))


def test_the_labs_tasks_and_arms_are_all_in_the_tables():
    tasks = [
        name for row in rows_of("lab-tasks.csv") for name in re.findall(r"`([^`]+)`", row["task"])
    ]
    assert tasks == [*PROBLEMS, "digits_rows", "digits_pixels", "archive:NAME", "text", "text:PATH"]
    arms = [
        name for row in rows_of("lab-arms.csv") for name in re.findall(r"`([^`]+)`", row["arm"])
    ]
    assert {name for name in ARMS if not name.startswith("greff:")} <= {*arms}
    assert [find_arm(name).name for name in arms if name != "module:name"] == [
        a for a in arms if a != "module:name"
    ]


def test_the_labs_example_is_an_experiment(tmp_path):
    page = (FOLDER / "lab.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "erase.toml").write_text(text)
    experiment = read_experiment(tmp_path / "erase.toml")
    networks = experiment.models * len(experiment.conditions())
    assert f"{networks} networks, with seeds 0–{experiment.seeds - 1}," in page
