"""Without any one task's folder and registry row, the others work, and help does not list it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.gestures import write_gestures
from support.labelled_steps import write_steps

import glasscell
from glasscell.tasks.registry import MODULES, tasks

SPOKEN_OF = {
    "forecasting": "forecast",
    "language": "language",
    "tagging": "labels? (for )?every step",
    "digits": "handwritten",
}


@pytest.mark.long(40)  # a process for each command, as the package is another one
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(one.name, marks=() if one.name == "forecasting" else pytest.mark.nightly)
        for one in tasks()
    ],
)
def test_without_a_task_another_trains_resumes_predicts_and_is_explained(name, tmp_path):
    package = shutil.copytree(Path(glasscell.__file__).parent, tmp_path / "src/glasscell")
    shutil.rmtree(package / "tasks" / name)
    registry = package / "tasks/registry.py"
    row = next(f'    "{module}",\n' for module in MODULES if module.split(".")[2] == name)
    text = registry.read_text("utf-8")
    assert row in text
    registry.write_text(text.replace(row, ""), "utf-8")

    def run(*arguments):
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "src")}
        command = [sys.executable, "-m", "glasscell", *map(str, arguments)]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    if word := SPOKEN_OF.get(name):
        commands = [
            [],
            *([name] for name in ("train", "predict", "evaluate", "explain", "trace", "export")),
        ]
        told = [" ".join(run(*command, "--help").lower().split()) for command in commands]
        assert [text for text in told if re.search(word, text)] == []
    file = tmp_path / "data.csv"
    if name == "series":
        write_steps(file)
        how = ["--epochs", 2, "--units", 4]
    else:
        write_gestures(file)
        how = ["--epochs", 2, "--units", 4, "--measure", "none"]
    run("train", file, *how, "--name", "run")
    run("train", "--resume", "run", "--epochs", 3)
    run("predict", "run", file, "-o", "out.csv")
    run("explain", "run", "--no-open", "--limit", 2)
    assert (tmp_path / "out.csv").exists()
    assert (tmp_path / "runs/run/explain/explorer.html").exists()
