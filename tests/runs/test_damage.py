"""Files of runs of all tasks, damaged: a command ends with one sentence, or predicts what it did before.

What was edited on purpose, its hashes removed, may predict otherwise; but nothing ends in a traceback.
"""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.labelled_steps import write_steps
from support.sales import write_sales
from support.texts import prose
from support.walks import write_table

FEW, NIGHTLY = 12, 1000
TRAINED = {  # what is typed after `glasscell train`, and after `glasscell predict RUN`
    "digits": (["digits", "--hidden-size", 3], ["digits.csv"]),
    "series": (["walks.csv", "--units", 3, "--batch-size", 8, "--measure", "split"], ["walks.csv"]),
    "forecasting": (["sales.csv", "--forecast", 3, "--known", "promo", "--units", 2, "--windows", 1], []),
    "tagging": (["steps.csv", "--units", 2, "--window", 16, "--batch-size", 4], ["steps.csv"]),
    "language": (["book.txt", "--text", "--units", 3, "--embedding", 2, "--streams", 2], ["book.txt"]),
}
COMPARED = ("report.json", "metrics.csv", "measured.csv", "held_out.csv", "backtest.csv", "data.json")
EXPLAINED = ("probes.npz", "epochs/")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Give a folder with a run of each task, twice, and their data."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_table(Path("walks.csv"), n=24)
        write_sales(Path(), shops=3, months=36, empty=4)
        write_steps(Path("steps.csv"))
        Path("book.txt").write_text(prose(1500))
        rng = np.random.default_rng(0)
        rows = [(k, t, *rng.integers(0, 17, 8)) for k in range(5) for t in range(8)]
        pd.DataFrame(rows, columns=["id", "t", *(f"column {k}" for k in range(1, 9))]).to_csv("digits.csv", index=False)
        yield folder


def answers_of(out: str) -> tuple:
    table = pd.read_csv(io.StringIO(out))
    numbers = table.select_dtypes("number").to_numpy()
    return list(table), table.select_dtypes(exclude="number").to_numpy().tolist(), numbers


def assert_same(one, other):
    assert one[:2] == other[:2]
    np.testing.assert_allclose(one[2], other[2], rtol=1e-4, atol=1e-5)
