"""Execute notebooks of the site and keep their outputs: ``python docs/execute.py [NOTEBOOK …]``.

A notebook keeps a hash of its code, by which tests/test_notebooks.py finds outputs that are stale.
"""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat

DOCS = Path(__file__).parent
MADE = {"_build", ".ipynb_checkpoints"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LOGS = "--IPKernelApp.capture_fd_output=False"  # what TensorFlow's C++ logs is no output of a cell


def find_notebooks() -> list[Path]:
    """Return all notebooks of the site."""
    return sorted(path for path in DOCS.rglob("*.ipynb") if MADE.isdisjoint(path.parts))


def hash_code(notebook: nbformat.NotebookNode) -> str:
    """Return a hash of the sources of all code cells."""
    sources = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(sources.encode()).hexdigest()[:16]


def execute(path: Path) -> nbformat.NotebookNode:
    """Return a notebook, executed in an empty folder, with metadata equal on all machines."""
    notebook = nbformat.read(path, as_version=4)
    own = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    with tempfile.TemporaryDirectory() as folder:
        client = nbclient.NotebookClient(
            notebook, timeout=300, kernel_name="python3", extra_arguments=[LOGS]
        )
        client.record_timing, client.coalesce_streams = False, True
        client.resources = {"metadata": {"path": folder}}
        client.execute(env=os.environ | own)
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.metadata["glasscell"] = {"sources": hash_code(notebook)}
    return notebook


if __name__ == "__main__":
    for each in [Path(name) for name in sys.argv[1:]] or find_notebooks():
        nbformat.write(execute(each), each)
