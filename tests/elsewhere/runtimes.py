"""Exports opened without glasscell: per format a function that opens one and returns a predictor.

Asked are arrays by the names that a file has for its inputs; states that are not among them begin
as zeros. Answers are arrays by name, too: `answers`, whatever the file calls them, and, where the
file gives them, `answered` and `label`.

N series · T time steps · C numbers of an answer
"""

import csv
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]
Ask = Callable[[Arrays], Arrays]
NUMBERS = ("answers", "probabilities", "numbers", "quantiles")
STRICT = ["-std=c99", "-O3", "-pedantic", "-Wall", "-Wextra", "-Werror"]


def onnx(path: Path) -> Ask:
    """Open a file by onnxruntime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    dtypes = {"float": "float32", "double": "float64", "int32": "int32", "int64": "int64"}
    read = {v.name: (dtypes[v.type[7:-1]], v.shape[1:]) for v in session.get_inputs()}
    names = [v.name for v in session.get_outputs()]
    return lambda inputs: called(
        dict(zip(names, session.run(names, fed(inputs, read)), strict=True))
    )


def savedmodel(path: Path) -> Ask:
    """Open a folder by TensorFlow."""
    import tensorflow as tf

    model: Any = tf.saved_model.load(str(path))  # the function does not keep it
    specs = model.signatures["serve"].structured_input_signature[1]
    read = {name: (spec.dtype.as_numpy_dtype, spec.shape[1:]) for name, spec in specs.items()}

    def ask(inputs: Arrays) -> Arrays:
        given = {name: tf.constant(v) for name, v in fed(inputs, read).items()}
        found = {name: v.numpy() for name, v in model.signatures["serve"](**given).items()}
        return called(found | ({"label": found["label"].astype(str)} if "label" in found else {}))

    return ask


def keras(path: Path) -> Ask:
    """Open a file by Keras."""
    import keras

    model: Any = keras.models.load_model(path)
    read = {v.name: (v.dtype, v.shape[1:]) for v in model.inputs}

    def ask(inputs: Arrays) -> Arrays:
        given = fed(inputs, read) if len(read) > 1 else next(iter(inputs.values()))
        found = model(given)
        found = found if isinstance(found, dict) else {"answers": found}
        return called({name: np.asarray(v) for name, v in found.items()})

    return ask


def litert(path: Path) -> Ask:
    """Open a file by ai-edge-litert: inputs are cut into batches, and padded to its steps."""
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(str(path))
    model.allocate_tensors()
    serve = model.get_signature_runner("serve")
    read = {name: (v["dtype"], v["shape"]) for name, v in serve.get_input_details().items()}

    def ask(inputs: Arrays) -> Arrays:
        first, x = next(iter(inputs.items()))
        dtype, (batch, steps, *_) = read[first]
        filler = 0 if np.issubdtype(dtype, np.integer) else np.nan
        short, found = max(steps - x.shape[1], 0), []
        # what is forecast from has its end where it ends
        sides = (short, 0) if first == "values" else (0, short)
        for start in range(0, len(x), batch):
            part = {name: v[start : start + batch] for name, v in inputs.items()}
            missing = batch - len(part[first])
            for name, v in part.items():
                along = sides if v.shape[1] == x.shape[1] else (0, 0)
                part[name] = np.pad(
                    v, [(0, missing), along, *[(0, 0)] * (v.ndim - 2)], constant_values=filler
                )
            shapes = {name: (kind, shape[1:]) for name, (kind, shape) in read.items()}
            answer = called({name: v.copy() for name, v in serve(**fed(part, shapes)).items()})
            each = {
                name for name, v in answer.items() if first != "values" and v.shape[1:2] == (steps,)
            }
            found.append({
                name: v[: batch - missing, : x.shape[1]] if name in each else v[: batch - missing]
                for name, v in answer.items()
            })  # fmt: skip
        return {name: np.concatenate([one[name] for one in found]) for name in found[0]}

    return ask


def c(path: Path) -> Ask:
    """Compile a folder that was exported under the name "network", with a program that asks it."""
    about, labels = about_of(path), labels_of(path)
    kinds = ["-DLABELS"] * (labels is not None) + ["-DEVERY"] * (
        "probabilities" in about["examples"][0]
    )
    program, asked = path / "asked", Path(__file__).with_name("asked.c")
    subprocess.run(
        ["cc", *STRICT, *kinds, "-I", path, "-o", program, asked, path / "network.c", "-lm"],
        check=True,
    )

    def ask(inputs: Arrays) -> Arrays:
        x = next(iter(inputs.values()))
        rows = [" ".join([str(x.shape[1]),
                          *(repr(v) for one in row for v in np.ravel(one).tolist())])
                for row in zip(*inputs.values(), strict=True)]  # fmt: skip
        done = subprocess.run(
            [program], input="\n".join(rows), check=True, capture_output=True, text=True
        )
        width, count, *numbers = done.stdout.split()
        shape = {"0": (len(x), x.shape[1]), "1": (len(x),)}.get(count, (len(x), int(count)))
        table = np.array(numbers, "float64").reshape(*shape, 2 + int(width))
        found = {"answers": table[..., 2:], "answered": table[..., 0] == 1}
        found["answered"] = found["answered"][:, 0] if "values" in inputs else found["answered"]
        return (
            found
            if labels is None
            else found | {"label": np.array([*labels, ""])[table[..., 1].astype(int)]}
        )

    return ask


def program(path: Path, file: Path) -> list[list[str]]:
    """Return the table that the program in a folder of C makes of a file of CSV."""
    (unit,) = [one for one in path.glob("*.c") if one.name != "main.c"]
    subprocess.run(
        ["cc", *STRICT, "-o", path / "program", unit, path / "main.c", "-lm"], check=True
    )
    done = subprocess.run([path / "program", file], check=True, capture_output=True, text=True)
    return list(csv.reader(done.stdout.splitlines()))


def npz(path: Path) -> Ask:
    """Open a file by NumPy."""
    from elsewhere import by_hand

    return by_hand.open_npz(path, about_of(path))


def called(outputs: Arrays) -> Arrays:
    """Return outputs with the predictions under one name, without states and other outputs."""
    (name,) = [name for name in NUMBERS if name in outputs]
    return {
        "answers": outputs[name],
        **{k: outputs[k] for k in ("answered", "label") if k in outputs},
    }


def fed(inputs: Arrays, read: Mapping[str, tuple[Any, Any]]) -> Arrays:
    """Return inputs in the file's dtypes, given these and all axes but the first; states are 0."""
    n = len(next(iter(inputs.values())))
    return {
        name: inputs[name].astype(dtype) if name in inputs else np.zeros((n, *shape), dtype)
        for name, (dtype, shape) in read.items()
    }


def about_of(path: Path) -> dict[str, Any]:
    """Return the side file of an export."""
    return json.loads(Path(f"{path}.json").read_text("utf-8"))


def labels_of(path: Path) -> list[str] | None:
    """Return the labels of an export; None where it has none."""
    about = about_of(path)
    if "labels" in about:  # of each step
        return about["labels"]
    return about["output"]["labels"] if isinstance(about.get("output"), dict) else None
