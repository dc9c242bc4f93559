"""Ask what make.py wrote, where there is no glasscell: by one runtime, NumPy and the standard library alone.

    python tests/elsewhere/answers.py FOLDER onnxruntime|litert|tensorflow|cc

The file's series are read here, by ten lines. All labels must be those of glasscell, and all probabilities within 1e-5
(numbers within 1e-5 of their largest), in batches of 1, 7 and 64.
"""

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

BATCHES = (1, 7, 64)
TOLERANCE = 1e-5


def read(path: Path) -> list[np.ndarray]:
    """Read a row for each step; an empty cell is NaN."""
    series: dict[str, list[list[float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for name, _, *values in list(csv.reader(file))[1:]:
            series.setdefault(name, []).append([float(v) if v else np.nan for v in values])
    return [np.array(rows, "float32") for rows in series.values()]


def pad(series: list[np.ndarray], n: int, steps: int | None = None) -> np.ndarray:
    """Return series as one array, NaN after the last step of each, and n of them."""
    x = np.full((n, steps or max(map(len, series)), series[0].shape[1]), np.nan, "float32")
    for row, one in zip(x, series, strict=False):
        row[: len(one)] = one
    return x


def parts(series: list[np.ndarray], batch: int) -> list[list[np.ndarray]]:
    """Cut a list."""
    return [series[k : k + batch] for k in range(0, len(series), batch)]


def by_onnxruntime(folder: Path, name: str, series: list[np.ndarray], batch: int):
    """Answer by onnxruntime: numbers or probabilities, and labels."""
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
    names = [v.name for v in session.get_outputs()]
    out = [dict(zip(names, session.run(names, {"series": pad(p, len(p))}), strict=True)) for p in parts(series, batch)]
    answers = np.concatenate([one.get("probabilities", one.get("numbers")) for one in out])
    answers[~np.concatenate([one["answered"] for one in out])] = np.nan
    return answers, np.concatenate([one["label"] for one in out]) if "label" in names else None


def by_litert(folder: Path, name: str, series: list[np.ndarray], batch: int):
    """Answer by ai-edge-litert; labels from the side file."""
    from ai_edge_litert.interpreter import Interpreter

    path = folder / f"{name}-{batch}.tflite"
    labels = json.loads(Path(f"{path}.json").read_text("utf-8"))["output"]["labels"]
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    (given,), shown = interpreter.get_input_details(), interpreter.get_output_details()
    found = []
    for part in parts(series, batch):
        interpreter.set_tensor(given["index"], pad(part, batch, given["shape"][1]))
        interpreter.invoke()
        answers, answered = sorted((interpreter.get_tensor(one["index"]) for one in shown), key=lambda v: -v.ndim)
        found.append(np.where(answered[:, None], answers, np.nan)[: len(part)])
    answers = np.concatenate(found)
    return answers, np.array(labels)[answers.argmax(1)] if labels else None


def by_tensorflow(folder: Path, name: str, series: list[np.ndarray], batch: int):
    """Answer by TensorFlow's SavedModel."""
    import tensorflow as tf

    serve = tf.saved_model.load(folder / f"{name}-savedmodel").signatures["serve"]
    out = [serve(series=tf.constant(pad(p, len(p)))) for p in parts(series, batch)]
    answers = np.concatenate([np.where(one["answered"][:, None], one["answers"], np.nan) for one in out])
    return answers, np.concatenate([one["label"] for one in out]).astype(str) if "label" in out[0] else None


def by_cc(folder: Path, name: str, series: list[np.ndarray], batch: int):
    """Answer by the program that a C compiler makes, which reads the file itself."""
    source = folder / f"{name}-c"
    (unit,) = [path for path in source.glob("*.c") if path.name != "main.c"]
    flags = ["-std=c99", "-O3", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["cc", *flags, "-o", source / "program", unit, source / "main.c", "-lm"], check=True)
    done = subprocess.run([source / "program", folder / f"{name}.csv"], check=True, capture_output=True, text=True)
    rows = list(csv.reader(done.stdout.splitlines()))
    return numbers_and_labels(rows)


def numbers_and_labels(rows: list[list[str]]):
    """Split a table of answers into probabilities and labels, or numbers and None; NaN where a cell is empty."""
    classes = [k for k, name in enumerate(rows[0]) if name.startswith("p(")]
    numbers = [[float(row[k] or "nan") for k in classes or [1]] for row in rows[1:]]
    return np.array(numbers), np.array([row[1] for row in rows[1:]]) if classes else None


def main() -> None:
    """Ask one runtime about every case and batch; end with 1 where an answer is another."""
    folder, runtime = Path(sys.argv[1]), sys.argv[2]
    if importlib.util.find_spec("glasscell"):
        sys.exit("glasscell is installed here: nothing would be shown")
    answer_by, worst = globals()[f"by_{runtime}"], 0.0
    for name in ("article", "vowels", "slopes", "gaps", "counter"):
        series = read(folder / f"{name}.csv")
        with (folder / f"{name}-answers.csv").open(encoding="utf-8", newline="") as file:
            truth, labels = numbers_and_labels(list(csv.reader(file)))
        for batch in BATCHES if runtime != "cc" else (len(series),):
            answers, found = answer_by(folder, name, series, batch)
            there = ~np.isnan(truth[:, 0])
            assert np.array_equal(~np.isnan(answers[:, 0]), there), "another series was not answered"
            off = np.abs(answers - truth)[there].max() / (1 if labels is not None else np.abs(truth[there]).max())
            equal = True if labels is None else np.array_equal(found[there], labels[there])
            print(
                f"{runtime} {name}: {len(series)} series by {batch}: labels equal {equal}, difference at most {off:.0e}"
            )
            worst = max(worst, off if equal else np.inf)
    if not worst <= TOLERANCE:
        sys.exit(f"{runtime} answers otherwise than glasscell")


if __name__ == "__main__":
    main()
