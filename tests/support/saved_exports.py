"""Exports of the runs in saved_before_tasks/, and how each is run by its users' runtime.

N series · T time steps · D channels · C classes
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from elsewhere import runtimes
from scipy.special import softmax
from support.saved_rules import MONTHS
from support.saved_runs import SAVED, images, type_in

from glasscell.data.padding import pad
from glasscell.inference.network import answer, read_npz
from glasscell.tasks.language.numpy_model import read_language_model

BATCH = 8
EXPORTS = {  # what is left: of which run, and how it was asked for
    "series.onnx": ("runs/series",),
    f"series-{BATCH}.tflite": ("runs/series", "--batch", BATCH, "--steps", 9),
    "series-savedmodel": ("runs/series", "--to", "savedmodel"),
    "series-c": ("runs/series", "--to", "c"),
    "series.keras": ("runs/series",),
    "series.npz": ("runs/series",),
    "digits.keras": ("runs/digits", "--with-glasscell"),
    "months.onnx": ("rules/series-months", "--streaming"),
    "forecasting.onnx": ("runs/forecasting",),
    "tagging.onnx": ("runs/tagging",),
    "language.onnx": ("runs/language",),
    "language.keras": ("runs/language",),
    "language.npz": ("runs/language",),
    "language-c": ("runs/language", "--to", "c"),
}
_OPEN = {
    "onnx": runtimes.onnx,
    "keras": runtimes.keras,
    "tflite": runtimes.litert,
    "savedmodel": runtimes.savedmodel,
}
# to be asked
QUICK = [name for name in EXPORTS if not name.endswith(("-c", "-savedmodel", ".keras"))]


def export(name: str, folder: Path) -> None:
    """Let a run leave, in the folder of the data."""
    run, *options = EXPORTS[name]
    type_in("export", Path("..") / run, "-o", folder / name, *options, "--quiet")


def wanted(name: str, answers: dict[str, dict[str, list]]) -> np.ndarray:
    """Return the expected predictions of an export: those of the run, or of the saved side file."""
    if name == "language-c":
        return np.array(answers["runs/language"]["numbers"])
    if name.partition(".")[0] in ("forecasting", "tagging", "language"):
        examples = _about(name)["examples"]
        (said,) = {"quantiles", "probabilities", "probabilities_after"} & examples[0].keys()
        return _side_by_side([one[said] for one in examples])
    return np.array(answers[EXPORTS[name][0]]["numbers"])


def ask(name: str, folder: Path) -> np.ndarray:
    """Return what an export in a folder answers, in the folder of the data.

    Where `wanted` has the answers of the side file that was saved, it is asked that file's
    examples.
    """
    task, form = name.split(".")[0], Path(name).suffix[1:] or name.rpartition("-")[2]
    if name == "language-c":
        return _bits_in_c(folder / name)
    if name == "series-c":
        _, *rows = runtimes.program(folder / name, Path("walks_new.csv"))
        return np.array([row[2:] for row in rows], "float64")
    if task in ("forecasting", "tagging", "language"):
        return _side_by_side([_ask_example(folder / name, one) for one in _about(name)["examples"]])
    if name == "months.onnx":
        table = pd.read_csv("series-months.csv")
        return _stream(folder / name, np.stack([table[month] for month in MONTHS], 1)[:, :, None])
    if name == "digits.keras":
        return runtimes.keras(folder / name)({"series": images().astype("float32")})["answers"]
    series = pad(
        [
            part[["u", "v"]].to_numpy("float32")
            for _, part in pd.read_csv("walks_new.csv").groupby("id")
        ]
    )
    if form == "npz":
        return answer(read_npz(folder / name), series)[0]
    return _OPEN[form](folder / name)({"series": series})["answers"]


def _about(name: str) -> dict[str, Any]:
    return json.loads((SAVED / f"exports/{name}.json").read_text("utf-8"))


def _side_by_side(answers: list) -> np.ndarray:
    return np.concatenate([np.ravel(one) for one in answers])


def _stream(path: Path, x: np.ndarray) -> np.ndarray:
    """Return the probabilities (N, C) after the last step of x (N, T, D)."""
    import onnxruntime

    session: Any = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    states = {
        one.name: np.zeros((len(x), one.shape[1]), "float32") for one in session.get_inputs()[1:]
    }
    names, found = [one.name for one in session.get_outputs()], {}
    for step in np.moveaxis(x.astype("float32"), 1, 0):
        found = dict(zip(names, session.run(names, {"step": step, **states}), strict=True))
        states = {name: found[f"{name}_next"] for name in states}
    return found["probabilities"]


def _ask_example(path: Path, example: dict[str, Any]) -> np.ndarray:
    """Return what is answered to an example of the side file that was saved."""
    about, form = _about(path.name), path.suffix[1:]
    if "symbols" in example:
        text = np.array([example["symbols"]])
        if form == "npz":
            return softmax(read_language_model(path).read(text)[0][0, -1])
        return _OPEN[form](path)({"text": text})["answers"][0, -1]
    names = [one["name"] for one in about["inputs"]] if "inputs" in about else ["series"]
    return _OPEN[form](path)({name: np.array(example[name], "float64")[None] for name in names})[
        "answers"
    ]


def _bits_in_c(folder: Path) -> np.ndarray:
    """Return how many bits a character of the text takes the program that a compiler makes."""
    (unit,) = [path for path in folder.glob("*.c") if path.name != "main.c"]
    program = folder / "program"
    flags = ["-std=c99", "-O2", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", *flags, "-o", program, unit, folder / "main.c", "-lm"], check=True)
    done = subprocess.run(
        [program], input=Path("book_new.txt").read_bytes(), check=True, capture_output=True
    )
    return np.array([[float(done.stdout.split()[0])]])
