"""Small runs of all five tasks, exported in every format: differences between exports and runs.

    python benchmarks/tasks_out.py   needs all of "glasscell[export]", onnx and cc

Prints a row for each format and a column for each task: the largest difference that `glasscell
export` found in probabilities, or in forecasts in units of their windows' scales.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd

FORMATS = {
    "onnx": ".onnx",
    "c": "",
    "npz": ".npz",
    "savedmodel": "",
    "keras": ".keras",
    "litert": ".tflite",
}
STEPS = {"series": 30, "digits": None, "tagging": 48, "forecasting": 96, "language": 1}


def trained(folder: Path) -> dict[str, Path]:
    """Train a run of each task, and return their folders."""
    rng, step = np.random.default_rng(0), np.arange(30)
    series = [pd.DataFrame({"id": k, "time": step,
                            "u": np.sin(step * (1 + k % 2) / 3) + rng.normal(0, 0.2, 30),
                            "label": "ab"[k % 2]}) for k in range(40)]  # fmt: skip
    pd.concat(series).to_csv(folder / "series.csv", index=False)
    tags = [np.repeat(["low", "high", "low", "high"], rng.integers(4, 12, 4)) for _ in range(30)]
    steps = [pd.DataFrame({"id": k, "time": np.arange(len(tag)),
                           "u": (tag == "high") + rng.normal(0, 0.3, len(tag)),
                           "label": tag}) for k, tag in enumerate(tags)]  # fmt: skip
    pd.concat(steps).to_csv(folder / "steps.csv", index=False)
    when, month = pd.date_range("2016-01-01", periods=96, freq="MS"), np.arange(96)
    sales = [pd.DataFrame({"unique_id": k, "ds": when,
                           "y": 100 + 20 * np.sin(month * np.pi / 6) + rng.normal(0, 4, 96)
                           + 0.3 * k * month}) for k in range(6)]  # fmt: skip
    pd.concat(sales).to_csv(folder / "sales.csv", index=False)
    (folder / "book.txt").write_text("the cat sat on the mat and the rat sat on the hat.\n" * 60)
    commands = {
        "series": [str(folder / "series.csv"), "--epochs", "20"],
        "digits": ["--epochs", "3"],
        "tagging": [str(folder / "steps.csv"), "--epochs", "20", "--window", "24", "--units", "8"],
        "forecasting": [
            str(folder / "sales.csv"),
            "--forecast",
            "6",
            "--base",
            "last value",
            "--epochs",
            "20",
        ],
        "language": [str(folder / "book.txt"), "--text", "--epochs", "2", "--units", "16"],
    }
    for task, words in commands.items():
        command = [
            sys.executable,
            "-m",
            "glasscell",
            "train",
            *words,
            "--name",
            task,
            "--output-dir",
            folder,
            "--quiet",
        ]
        subprocess.run(command, check=True)
    return {task: folder / task for task in commands}


def main() -> None:
    """Print the table."""
    from glasscell import export

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = trained(folder)
        print(f"| format | {' | '.join(runs)} |")
        print("| --- |" + " --- |" * len(runs))
        for form, suffix in FORMATS.items():
            found = []
            for task, run in runs.items():
                how = {"steps": STEPS[task]} if form == "litert" and STEPS[task] else {}
                # no such cell in Keras
                how |= {"with_glasscell": True} if (form, task) == ("keras", "digits") else {}
                exported = export(run, folder / f"{task}-{form}{suffix}", to=form, **how)
                found.append(
                    "not compared"
                    if exported.agreement is None
                    else f"{exported.agreement.difference:.1e}"
                )
            print(f"| {form} | {' | '.join(found)} |", flush=True)


if __name__ == "__main__":
    main()
