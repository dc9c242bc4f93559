"""Compile and run exported C.

N series · T time steps · D channels · C classes, or targets
"""

import csv
import io
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from glasscell.errors import DataError
from glasscell.exporters.c.filling import fill
from glasscell.exporters.c.writing import identifier
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.system.files import one_line

COMPILER = "cc"
STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror")


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return a C program's predictions (N, C) for raw series x (N, T, D), and which have one, (N,).

    With predictions at each step, they are (N, T, C) and (N, T).
    """
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        compile_program(path, program)
        printed = run(program, to_csv(x, meaning))
    header, *rows = csv.reader(printed.splitlines(keepends=True))
    each = header[1] == "step"
    answers = np.tile(meaning.prior_or_nan, (x.shape[0] * x.shape[1] if each else len(x), 1))
    answered = np.zeros(len(answers), bool)
    first = (1 if meaning.labels is None else 2) + each
    for k, row in enumerate(rows):
        answered[k] = row[first] != ""
        if answered[k]:
            answers[k] = row[first : first + meaning.answers]
    return (
        (answers.reshape(*x.shape[:2], -1), answered.reshape(x.shape[:2]))
        if each
        else (answers, answered)
    )


def compile_program(
    path: Path,
    program: Path,
    compiler: str = COMPILER,
    flags: Iterable[str] = ("-O2",),
    *,
    main: Path | None = None,
) -> None:
    """Compile the program in a folder of C, with warnings as errors; `main` replaces main.c."""
    sources = [path / f"{name_of(path)}.c", path / "main.c" if main is None else main]
    command = [compiler, *STRICT, *flags, "-I", path, "-o", program, *sources, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DataError(
            Exporters.NOT_COMPILED, compiler=compiler, words=done.stderr.strip() or done.returncode
        )


def ask(
    path: Path, template: str, content: str, conditions: Mapping[str, bool] | None = None
) -> np.ndarray:
    """Fill in a folder's main.c from a template, run it on `content`, and return its numbers."""
    name = name_of(path)
    with tempfile.TemporaryDirectory() as folder:
        main, program = Path(folder) / "asked.c", Path(folder) / "program"
        main.write_text(
            fill(template, name, conditions or {}, {}, {"name": name}), encoding="utf-8"
        )
        compile_program(path, program, main=main)
        return np.array(run(program, content).split(), "float64")


def name_of(path: Path) -> str:
    """Return the prefix of names in a folder of C: its header's, as the folder may be renamed."""
    headers, name = {file.stem for file in path.glob("*.h")}, identifier(path.name)
    return headers.pop() if len(headers) == 1 else name


def run(program: Path, content: str, *options: str) -> str:
    """Run a program that reads CSV, and return its output."""
    try:
        done = subprocess.run(
            [program, *options], input=content.encode(), capture_output=True, check=True
        )
        return done.stdout.decode()
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"").decode(errors="replace").strip()
        raise DataError(Exporters.NOT_RUN, words=said or one_line(error)) from error


def to_csv(x: np.ndarray, meaning: Meaning) -> str:
    """Return raw series x (N, T, D) as CSV with a row for each step, ids from 0.

    >>> print(to_csv(np.array([[[0.5], [np.nan]]]), Meaning(("speed",))).strip())
    id,speed
    0,0.5
    0,
    """
    digits = 17 if meaning.offsets else 9
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([meaning.columns.get("id", "id"), *meaning.channels])
    for k, series in enumerate(x):
        rows.writerows(
            [k, *("" if np.isnan(v) else f"{v:.{digits}g}" for v in step)] for step in series
        )
    return text.getvalue()
