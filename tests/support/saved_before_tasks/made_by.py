"""Make these files: runs, stopped runs, pickles and exports of one commit, with its predictions.

    python tests/support/saved_before_tasks/made_by.py   from the top of the repository, on a quiet
                                                         machine

The code has to be that of COMMIT. All runs are trained in FOLDER, which must not exist, and is gone
at the end: their files are found again by their names alone. Times and dates differ each time, so
hashes do; answers.json and resumed.json are the same on one machine.
"""

import hashlib
import json
import os
import pickle
import platform
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as the tests have it
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd
from support.labelled_steps import make_steps, write_steps
from support.sales import sales, write_sales
from support.saved_exports import EXPORTS, export
from support.saved_pickles import PICKLES, answers_of_pickle, outputs_of_model
from support.saved_rules import TABLES
from support.saved_runs import (
    FINISHED,
    STOPPED,
    answers_of,
    of_rules,
    resume,
    scores_of,
    type_in,
)
from support.texts import prose
from support.walks import write_table

COMMIT = "606ce7273fa33c60cbc3faa8a860d2d676f15366"
PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn")
HERE = Path(__file__).resolve().parent
FOLDER = Path("/tmp/glasscell-saved")
DROPPED = ("*.png", ".lock")  # not needed to open, to answer or to train on
TRAINED = {  # what is typed after `glasscell train`
    "digits": ["--hidden-size", 4],
    "series": ["walks.csv", "--units", 3, "--batch-size", 8, "--seed", 1, "--measure", "split"],
    "regression": [
        "slopes.csv",
        "--units",
        3,
        "--batch-size",
        8,
        "--seed",
        1,
        "--valid",
        "slopes_valid.csv",
    ],
    "forecasting": ["sales.csv", "--forecast", 4, "--known", "promo", "--units", 3, "--windows", 1],
    "tagging": ["steps.csv", "--units", 3, "--window", 16, "--batch-size", 4],
    "language": [
        "book.txt",
        "--text",
        "--units",
        4,
        "--embedding",
        3,
        "--streams",
        2,
        "--piece",
        4,
    ],
}
OF_RULES = ["--units", 2, "--one-direction", "--measure", "none", "--epochs", 2, "--batch-size", 8]
OF_FORECAST_RULES = ["--forecast", 2, "--units", 2, "--epochs", 2, "--windows", 0]


def machine() -> dict[str, Any]:
    """Return what numbers may depend on: the processor, its cores, and who computes."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    # of the first core
    about = dict(reversed([line.split(":", 1) for line in lines if ":" in line]))
    about = {name.strip(): v.strip() for name, v in about.items()}
    family = [about.get(name, "") for name in ("vendor_id", "cpu family", "model", "model name")]
    return {
        "cpu": " ".join([*family, platform.machine()]),
        "flags": hashlib.sha256(
            " ".join(sorted(about.get("flags", "").split())).encode()
        ).hexdigest(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in PACKAGES},
    }


def main() -> None:
    """Make everything again."""
    changed = subprocess.run(
        ["git", "diff", "--quiet", COMMIT, "--", "src"], check=False
    ).returncode
    if changed or FOLDER.exists():
        sys.exit(f"src/ is not that of {COMMIT}, or {FOLDER} exists")
    for old in HERE.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.suffix == ".py" or old.unlink()
    (FOLDER / "data").mkdir(parents=True)
    os.chdir(FOLDER / "data")
    write_data()
    train_all()
    write_pickles()
    (FOLDER / "exports").mkdir()
    for name in EXPORTS:
        export(name, Path("../exports"))
    keep()
    os.chdir(HERE)
    shutil.rmtree(FOLDER)
    seal()


def seal() -> None:
    """Predict and train with these files; record results, their origin, and hashes of all."""
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # where the tests ask it, too: far from where it was trained
        shutil.copytree(HERE, Path(folder) / "saved")
        os.chdir(Path(folder) / "saved/data")
        record()
        os.chdir(HERE)
    pack()
    (HERE / "machine.json").write_text(json.dumps({"commit": COMMIT} | machine(), indent=1) + "\n")
    files = [
        path
        for path in sorted(HERE.rglob("*"))
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(HERE)}\n"
        for path in files
    ]
    (HERE / "SHA256SUMS").write_text("".join(sums))


def train(*words: object) -> None:
    type_in("train", *words, "--quiet")


def write_data() -> None:
    """Write what the five tasks are trained on and asked."""
    write_table(Path("walks.csv"), n=24)
    write_table(Path("slopes.csv"), n=24, regression=True)
    write_table(Path("slopes_valid.csv"), n=24, seed=4, regression=True)
    for name, seed in (("walks_new.csv", 5), ("slopes_new.csv", 6)):
        new = pd.read_csv(write_table(Path(name), n=8, seed=seed)).drop(columns="label")
        new.loc[[2, 9], "v"] = np.nan
        new[(new["id"] != "s003") | (new["t"] == 0)].to_csv(name, index=False)
    write_sales(Path(), shops=3, months=36, empty=4)
    sales(3, 36).to_csv("sales_later.csv", index=False)
    write_steps(Path("steps.csv"))
    write_steps(Path("steps_scored.csv"), n=2, seed=4)
    pd.read_csv("steps_scored.csv").drop(columns="label").to_csv("steps_new.csv", index=False)
    Path("book.txt").write_text(prose(1500))
    Path("book_new.txt").write_text(prose(200, seed=1))
    for name, (table, _) in TABLES.items():
        table.to_csv(f"{name}.csv", index=False)


def train_all() -> None:
    """Train all runs: some to the end, some until stopped, and those of each rule of reading."""
    for task, words in TRAINED.items():
        train(*words, "--epochs", 2 if task in ("forecasting", "language") else 3,
              "--output-dir", "../runs", "--name", task)  # fmt: skip
    for run in STOPPED:
        name = run.rpartition("/")[2]
        how = "killed" if name.endswith("-killed") else "stopped"
        asked = [
            *TRAINED[name.partition("-")[0]],
            "--epochs",
            4,
            "--output-dir",
            "../stopped",
            "--name",
            name,
        ]
        code = subprocess.run(
            [sys.executable, __file__, how, "train", *map(str, asked), "--quiet"]
        ).returncode
        assert code == (-signal.SIGKILL if how == "killed" else 130), code
    for name, (_, words) in TABLES.items():
        options = OF_FORECAST_RULES if name.startswith("forecasting") else OF_RULES
        train(f"{name}.csv", *options, *words, "--output-dir", "../rules", "--name", name)


def stop(how: str, words: list[str]) -> None:
    """Run a command, killed between its third metrics row and the state, or stopped by Ctrl-C."""
    from glasscell.cli import main as glasscell
    from glasscell.runs import folder
    from glasscell.runs.training_loop import Metrics

    append = Metrics.append
    folder.SECONDS_BETWEEN_STATES = 0.0  # else the state of so quick a training is that before it

    def append_and_stop(metrics, row):
        append(metrics, row)
        if how == "killed" and row["epoch"] == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "stopped" and row["epoch"] == 2:
            signal.raise_signal(signal.SIGINT)

    with mock.patch.object(Metrics, "append", append_and_stop):
        sys.argv = ["glasscell", *words]
        glasscell()


def write_pickles() -> None:
    """Fit and pickle each of the estimators."""
    (FOLDER / "pickles").mkdir()
    rng = np.random.default_rng(3)
    y = np.arange(16) % 2
    x = rng.normal(size=(16, 6, 2)).astype("float32") + y[:, None, None]
    frame = pd.DataFrame(
        {"unique_id": "a", "ds": pd.date_range("2020-01-01", periods=48, freq="MS")}
    )
    frame["y"] = 100 + 20 * np.sin(np.arange(48) * np.pi / 6) + rng.normal(size=48)
    given = {"classifier": (x, y), "regressor": (x, 100 + 7.5 * x.sum((1, 2))),
             "forecaster": (frame,), "tagger": make_steps(4),
             "language_model": ([prose(600)],)}  # fmt: skip
    for name, make in PICKLES.items():
        (FOLDER / f"pickles/{name}.pickle").write_bytes(pickle.dumps(make().fit(*given[name])))


def keep() -> None:
    """Copy what was made to where it stays, without what nobody needs."""
    for part in ("data", "runs", "stopped", "rules", "pickles", "exports"):
        shutil.copytree(FOLDER / part, HERE / part, ignore=shutil.ignore_patterns(*DROPPED))


def pack() -> None:
    """Put the many small runs of rules into an archive, which takes a fiftieth of their bytes."""

    def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(HERE / "rules.tar.xz", "w:xz") as archive:
        archive.add(HERE / "rules", "rules", filter=anonymous)
    shutil.rmtree(HERE / "rules")


def record() -> None:
    """Write what all of it answers, and what it does when it is trained on."""
    known = FINISHED | of_rules(TABLES)
    answers = {name: answers_of(one) for name, one in known.items()}
    answers |= {f"scores of {name}": scores_of(one) for name, one in FINISHED.items() if one.scored}
    answers |= {f"model.keras of {name}": outputs_of_model(Path("..") / name) for name in FINISHED}
    answers |= {f"pickles/{name}": answers_of_pickle(name, Path("../pickles")) for name in PICKLES}
    (HERE / "answers.json").write_text(_lines(answers))
    (HERE / "resumed.json").write_text(
        _lines({name: resume(one) for name, one in (known | STOPPED).items()})
    )


def _lines(values: dict) -> str:
    """Return JSON with a line for each entry."""
    return (
        "{\n"
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(v)}" for name, v in values.items())
        + "\n}\n"
    )


if __name__ == "__main__":
    stop(sys.argv[1], sys.argv[2:]) if sys.argv[1:] else main()
