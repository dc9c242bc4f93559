"""The site's notebooks are executed in order without errors, and outputs match their code."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("nbclient", reason="needs nbclient and ipykernel")
pytest.importorskip("ipykernel", reason="needs nbclient and ipykernel")
import nbformat

DOCS = Path(__file__).parents[1] / "docs"


def load_script() -> ModuleType:
    spec: Any = importlib.util.spec_from_file_location("execute_notebooks", DOCS / "execute.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()
NOTEBOOKS = SCRIPT.find_notebooks()
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def complain_of(notebook: Any) -> list[str]:
    """Say what is wrong with the outputs of a notebook."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    shown = json.dumps(outputs, ensure_ascii=False)
    wrong = {
        "cells were not executed once and in order": [cell.execution_count for cell in code]
        != list(range(1, len(code) + 1)),
        "a cell failed": any(output.output_type == "error" for output in outputs),
        "a cell writes to stderr, as warnings do": any(
            output.get("name") == "stderr" for output in outputs
        ),
        "a progress bar": "\\r" in shown,
        "a path of the machine": any(
            place in shown for place in ("/home/", "/root/", "/tmp/", "/Users/", "/work/")
        ),
        "outputs are stale: python docs/execute.py": notebook.metadata.get("glasscell", {}).get(
            "sources"
        )
        != SCRIPT.hash_code(notebook),
    }
    return [complaint for complaint, holds in wrong.items() if holds]


@each_notebook
def test_outputs_are_those_of_the_code(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert complain_of(notebook) == []


@each_notebook
def test_metadata_are_the_same_on_all_machines(path):
    notebook: Any = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "glasscell"}
    assert not [cell.id for cell in notebook.cells if set(cell.metadata) - {"tags"}]


def test_what_is_wrong_is_seen():
    code = nbformat.v4.new_code_cell("1 / 0", execution_count=2)
    code.outputs = [
        nbformat.v4.new_output(
            "error", ename="ZeroDivisionError", evalue="", traceback=["/tmp/a.py"]
        ),
        nbformat.v4.new_output("stream", name="stderr", text="\rEpoch 1"),
    ]
    assert len(complain_of(nbformat.v4.new_notebook(cells=[code]))) == 6


@pytest.mark.nightly
@pytest.mark.long(40)
@each_notebook
def test_cells_run_anew(path):
    notebook = SCRIPT.execute(path)  # which raises where a cell fails
    assert complain_of(notebook) == []
