"""The examples run, each within a minute on an idle machine, and print what they are to show."""

import os
import re
import runpy
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from glasscell.tasks.series.learner import Learner

EXAMPLES = Path(__file__).parents[1] / "examples"

# What the output must contain: a number in brackets, with its minimum and maximum.
OUTPUTS = {
    "classifier.py": (r"after 24 hours: accuracy ([\d.]+)", 0.85, 1.0),
    "functional.py": (r"([\d.]+) of \d+ days are classified correctly", 0.85, 1.0),
    "forecast.py": (r"error of the forecast ([\d.]+)", 0.1, 0.26),
    "search.py": (r"12 fits by 2 workers; .*\n([\d.]+) of the test days", 0.85, 1.0),
    "stream.py": (r"largest difference from predict_proba: ([\d.e-]+)", 0.0, 1e-4),
}


def test_all_are_tested():
    """Except italy.py, which others import, and own_cell.py, for tests/lab/design/test_arms.py."""
    assert {path.name for path in EXAMPLES.glob("*.py")} == {"italy.py", "own_cell.py", *OUTPUTS}


@pytest.mark.nightly  # what it calls, docs/explanation/inside.md and the examples below call in CI
@pytest.mark.long(16)
def test_the_notebook_runs(tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient and ipykernel")
    pytest.importorskip("ipykernel", reason="needs nbclient and ipykernel")
    import nbformat

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook: Any = nbformat.read(EXAMPLES / "look_inside.ipynb", as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [
        "".join(str(out.get("data", out.get("text", ""))) for out in cell.outputs) for cell in code
    ]
    assert float(re.search(r"[\d.]+", code[1].outputs[0]["data"]["text/plain"])[0]) > 0.85
    assert "data:image/png;base64," in shown[2]
    assert "image/png" in shown[4]
    assert "accuracy" in shown[6]
    assert "<iframe sandbox=" in shown[7]


def run_as_a_process(name: str, folder: Path) -> str:
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, EXAMPLES / name]
    run = subprocess.run(
        command, cwd=folder, env=quiet, capture_output=True, text=True, timeout=180, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.long(5)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=pytest.mark.nightly) if n in ("search.py", "classifier.py") else n
        for n in OUTPUTS
    ],
)
def test_an_example_runs(name, tmp_path, request, monkeypatch, capsys):
    """Nightly as a process, to its end; here, with TensorFlow started, estimators for one epoch."""
    pattern, minimum, maximum = OUTPUTS[name]
    if request.config.getoption("--nightly"):
        if name == "search.py":
            pytest.importorskip("distributed", reason="needs Dask: pip install distributed")
        shown = run_as_a_process(name, tmp_path)
    else:
        fit = Learner.fit
        monkeypatch.setattr(
            Learner, "fit", lambda self, *data, **how: fit(self.set_params(epochs=1), *data, **how)
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(EXAMPLES)  # where they find italy.py
        began = time.process_time()
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        assert time.process_time() - began < 60
        shown = capsys.readouterr().out
    found = re.search(pattern, shown)
    assert found, shown
    if request.config.getoption("--nightly") or name in (
        "functional.py",
        "stream.py",
    ):  # after one epoch true as well
        assert minimum <= float(found[1]) <= maximum
    assert not list(tmp_path.iterdir())
