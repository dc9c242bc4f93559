"""Files of runs of all tasks, damaged: a command ends with one sentence, or predicts as before.

What was edited on purpose, its hashes removed, may predict otherwise; but nothing ends in a
traceback.
"""

import random
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command import call
from support.damage import damage, files_in
from support.labelled_steps import write_steps
from support.sales import write_sales
from support.saved_runs import type_in
from support.texts import prose
from support.walks import write_table

import glasscell
from glasscell.data import read
from glasscell.errors import DataError, UsageError

FEW, NIGHTLY = 10, 1000
TRAINED = {  # what is typed after `glasscell train`
    "digits": ["digits", "--hidden-size", 3],
    "series": ["walks.csv", "--units", 3, "--batch-size", 8, "--measure", "split"],
    "forecasting": ["sales.csv", "--forecast", 3, "--known", "promo", "--units", 2, "--windows", 1],
    "tagging": ["steps.csv", "--units", 2, "--window", 16, "--batch-size", 4],
    "language": ["book.txt", "--text", "--units", 3, "--embedding", 2, "--streams", 2],
}
READ_BY = {  # besides what predicts
    "compare": (
        "report.json",
        "metrics.csv",
        "measured.csv",
        "held_out.csv",
        "backtest.csv",
        "data.json",
    ),
    "explain": ("probes.npz", "epochs/", "report.json"),
    "train": ("state.npz",),
}
BY_CHANCE = ("flip", "cut", "empty", "gone", "folder")


@pytest.fixture(scope="module")
def trained(tmp_path_factory, undraw):
    """Give a function that trains two runs of a task in this folder, and returns it."""
    folder = tmp_path_factory.mktemp("trained")
    write_table(folder / "walks.csv", n=24)
    write_sales(folder, shops=3, months=36, empty=4)
    write_steps(folder / "steps.csv")
    (folder / "book.txt").write_text(prose(1500))

    @cache
    def train(task: str) -> Path:
        with pytest.MonkeyPatch.context() as patch, undraw():
            patch.chdir(folder)
            for seed in (1, 2):
                how = ["--epochs", 2, "--seed", seed, "--name", f"{task}-{seed}", "--quiet"]
                type_in("train", *TRAINED[task], *how)
        return folder

    return train


def predict(task: str, run: Path) -> pd.DataFrame:
    loaded = glasscell.load(run)
    if task == "digits":
        return pd.DataFrame(loaded.predict_proba(np.random.default_rng(0).uniform(0, 1, (5, 8, 8))))
    if task == "language":
        return loaded.predict("The ").sort_index().to_frame()
    if task == "forecasting":
        return loaded.predict()
    x = (
        read("walks.csv").x
        if task == "series"
        else np.random.default_rng(0).normal(size=(2, 40, 2))
    )
    return pd.DataFrame(np.concatenate(list(loaded.predict_proba(x))).reshape(-1, 2))


@pytest.mark.long(60)  # it trains two runs of each task, and damages one of them again and again
@pytest.mark.parametrize("task", TRAINED)
@pytest.mark.filterwarnings("ignore::glasscell.errors.FactWarning")
@pytest.mark.usefixtures("undrawn")
def test_damage_is_found_or_does_no_harm(task, trained, request, monkeypatch, capfd):
    monkeypatch.chdir(trained(task))
    kept, run, rng = Path(f"runs/{task}-1"), Path("damaged"), random.Random(task)
    wanted = predict(task, kept)
    for k in range(NIGHTLY if request.config.getoption("--nightly") else FEW):
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(kept, run)
        is_sealed = k % 2 == 0
        name = rng.choice([name for name in files_in(run) if is_sealed or name != "SHA256SUMS"])
        if (
            not is_sealed
        ):  # as of runs made before there were hashes, or edited by who knows of them
            (run / "SHA256SUMS").unlink()
        how = f"{name}, {'sealed' if is_sealed else 'not sealed'}: {damage(run / name, rng)}"
        with suppress(DataError, UsageError):  # one sentence
            found = predict(task, run)
            by_chance = how.split(": ")[1].split()[0] in BY_CHANCE and name.endswith(
                (".npz", ".keras")
            )
            if is_sealed or by_chance:
                pd.testing.assert_frame_equal(found, wanted, rtol=1e-4, atol=1e-5, obj=how)
        for command, names in READ_BY.items():
            if name.startswith(names):
                asked = {
                    "compare": [f"runs/{task}-2", "--picture", "losses.png"],
                    "explain": ["--no-open"],
                }
                words = (
                    ["--resume", run, "--epochs", 3, "-q"]
                    if command == "train"
                    else [run, *asked[command]]
                )
                answer = call(monkeypatch, capfd, command, *words)
                assert answer.code in (0, 2, 3), how
                assert "Traceback" not in answer.err, how
