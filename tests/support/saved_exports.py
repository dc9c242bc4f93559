"""What the runs in saved_before_tasks/ left as, and how each is asked by the runtime that its users have.

N series · T time steps · D channels · C classes
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from elsewhere.answers import by_cc, by_litert, by_onnxruntime, by_tensorflow, pad, read
from support.saved_rules import MONTHS
from support.saved_runs import SAVED, images, type_in

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
QUICK = [name for name in EXPORTS if not name.endswith(("-c", "-savedmodel", ".keras"))]  # to be asked


def export(name: str, folder: Path) -> None:
    """Let a run leave, in the folder of the data."""
    run, *options = EXPORTS[name]
    type_in("export", Path("..") / run, "-o", folder / name, *options, "--quiet")


def wanted(name: str, answers: dict[str, dict[str, list]]) -> np.ndarray:
    """Return what an export is to answer: what the run did, or what the side file that was saved with it says."""
    if name == "language-c":
        return np.array(answers["runs/language"]["numbers"])
    if name.partition(".")[0] in ("forecasting", "tagging", "language"):
        examples = _about(name)["examples"]
        (said,) = {"quantiles", "probabilities", "probabilities_after"} & examples[0].keys()
        return _side_by_side([one[said] for one in examples])
    return np.array(answers[EXPORTS[name][0]]["numbers"])


def ask(name: str, folder: Path) -> np.ndarray:
    """Return what an export in a folder answers, in the folder of the data.

    Where `wanted` has the answers of the side file that was saved, it is asked that file's examples.
    """
    task, _, form = name.partition(".")
    if task in ("forecasting", "tagging", "language"):
        return _side_by_side([_ASK_EXAMPLE[name](folder / name, one) for one in _about(name)["examples"]])
    if name == "language-c":
        return _bits_in_c(folder / name)
    if name == "months.onnx":
        table = pd.read_csv("series-months.csv")
        return _stream(folder / name, np.stack([table[month] for month in MONTHS], 1)[:, :, None])
    if name == "digits.keras":
        return _by_keras(folder / name, images().astype("float32"))
    series = read(Path("walks_new.csv"))
    if form in ("keras", "npz"):
        return (_by_keras if form == "keras" else _by_numpy)(folder / name, pad(series, len(series)))
    shutil.copy("walks_new.csv", folder / "series.csv")  # a program reads it itself
    answer = {"series.onnx": by_onnxruntime, "series-savedmodel": by_tensorflow, "series-c": by_cc}.get(name, by_litert)
    return answer(folder, "series", series, BATCH)[0]


def _about(name: str) -> dict[str, Any]:
    return json.loads((SAVED / f"exports/{name}.json").read_text("utf-8"))


def _side_by_side(answers: list) -> np.ndarray:
    return np.concatenate([np.ravel(one) for one in answers])


def _session(path: Path) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def _states(session: Any, n: int) -> dict[str, np.ndarray]:
    return {one.name: np.zeros((n, one.shape[1]), "float32") for one in session.get_inputs()[1:]}


def _stream(path: Path, x: np.ndarray) -> np.ndarray:
    """Return the probabilities (N, C) after the last step of x (N, T, D)."""
    session = _session(path)
    states, names, found = _states(session, len(x)), [one.name for one in session.get_outputs()], {}
    for step in np.moveaxis(x.astype("float32"), 1, 0):
        found = dict(zip(names, session.run(names, {"step": step, **states}), strict=True))
        states = {name: found[f"{name}_next"] for name in states}
    return found["probabilities"]


def _by_keras(path: Path, x: np.ndarray) -> np.ndarray:
    import keras

    found: Any = keras.models.load_model(path)(x)
    return np.asarray(found["answers"] if isinstance(found, dict) else found)


def _by_numpy(path: Path, x: np.ndarray) -> np.ndarray:
    from glasscell.interop.plain.network import answer, read_npz

    return answer(read_npz(path), x)[0]


def _forecast(path: Path, example: dict[str, Any]) -> np.ndarray:
    inputs = {one["name"]: np.array(example[one["name"]], one["dtype"])[None] for one in _about(path.name)["inputs"]}
    return _session(path).run(["quantiles"], inputs)[0]


def _tag(path: Path, example: dict[str, Any]) -> np.ndarray:
    return _session(path).run(["probabilities"], {"series": np.array([example["series"]], "float32")})[0]


def _letters_by_onnx(path: Path, example: dict[str, Any]) -> np.ndarray:
    session, text = _session(path), np.array([example["symbols"]])
    (taken,) = [one for one in session.get_inputs() if one.name == "text"]
    text = text.astype({"tensor(int32)": "int32", "tensor(int64)": "int64"}[taken.type])
    return session.run(["probabilities"], {"text": text, **_states(session, 1)})[0][0, -1]


def _letters_by_keras(path: Path, example: dict[str, Any]) -> np.ndarray:
    import keras

    model: Any = keras.models.load_model(path)
    states = {v.name: np.zeros((1, v.shape[1]), "float32") for v in model.inputs if v.name != "text"}
    return np.asarray(model({"text": np.array([example["symbols"]], "int32"), **states})["probabilities"])[0, -1]


def _letters_by_numpy(path: Path, example: dict[str, Any]) -> np.ndarray:
    from scipy.special import softmax

    from glasscell.tasks.language.plain import read_language_model

    return softmax(read_language_model(path).read(np.array([example["symbols"]]))[0][0, -1])


_ASK_EXAMPLE = {
    "forecasting.onnx": _forecast,
    "tagging.onnx": _tag,
    "language.onnx": _letters_by_onnx,
    "language.keras": _letters_by_keras,
    "language.npz": _letters_by_numpy,
}


def _bits_in_c(folder: Path) -> np.ndarray:
    """Return how many bits a character of the text takes the program that a compiler makes."""
    (unit,) = [path for path in folder.glob("*.c") if path.name != "main.c"]
    program = folder / "program"
    flags = ["-std=c99", "-O2", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", *flags, "-o", program, unit, folder / "main.c", "-lm"], check=True)
    done = subprocess.run([program], input=Path("book_new.txt").read_bytes(), check=True, capture_output=True)
    return np.array([[float(done.stdout.split()[0])]])
