"""Print how networks solve a task without the gate that it needs.

Run ``python docs/figures/look_at_ways.py FOLDER``. FOLDER has the results of `glasscell lab gates
--units 1,2,4,8 --memories 1,2,4,8`. For each task it prints the network with the lowest error among
those with two units, one memory and no gate for the task: its weights, and every gate of every
step.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import tensorflow as tf

from glasscell.cell import Weights
from glasscell.data.problems.gates import GATE_OF, make_series
from glasscell.lab import runs
from glasscell.lab.design.cell_arms import find_arm
from glasscell.lab.design.experiment import Condition
from glasscell.lab.findings.table import keep_best_rate
from glasscell.lab.findings.verdicts import WITHOUT
from glasscell.lab.training import outcomes
from glasscell.recurrence.watched import watched_lstm

STEPS = 14


def look(folder: Path, task: str) -> None:
    """Print a task's network: rows of blocks i, f, z, o per input, and a table of one series."""
    experiment, condition = runs.find(folder), Condition(task, WITHOUT[GATE_OF[task]], units=2)
    outcome = outcomes.read_kept(folder, experiment, condition)
    if outcome is None:
        sys.exit(
            f"{folder}: {task} with two units is not finished; resume it: glasscell lab gates "
            f"--resume {folder}"
        )
    best = keep_best_rate(outcome.runs).sort_values("error").iloc[0]
    place = list(experiment.runs()).index((best["learning_rate"], best["seed"]))
    with np.load(outcomes.file_of(folder, experiment, condition).with_suffix(".npz")) as kept:
        mine = {name: kept[name][place] for name in kept.files}
    print(
        f"\n{task} {condition.arm}, seed {best['seed']}, rate {best['learning_rate']}, error "
        f"{best['error']:.2g}\n"
    )
    units = pd.MultiIndex.from_product([list("ifzo"), list("AB")])
    rows = {"value": mine["kernel"][0], "bit": mine["kernel"][1], "bias": mine["bias"]}
    rows |= {f"h of {unit}": row for unit, row in zip("AB", mine["recurrent_kernel"], strict=True)}
    print(pd.DataFrame(rows.values(), rows.keys(), units).round(2))  # pyright: ignore
    read_out, shift = mine.pop("read_out"), mine.pop("read_out_bias")
    print("output layer", read_out.ravel().round(2), shift.round(2))
    x, y = make_series(task, 1, STEPS, seed=5)
    weights = Weights(**{name: tf.constant(v) for name, v in mine.items()})
    _, _, seen = watched_lstm(tf.constant(x), weights, find_arm(condition.arm).variant)
    steps = {"bit": x[0, :, 1], "value": x[0, :, 0]}
    for gate in "zifoch":
        steps |= {
            f"{gate} of {unit}": getattr(seen, gate).numpy()[0, :, k] for k, unit in enumerate("AB")
        }
    answers = seen.h.numpy()[0] @ read_out + shift
    print(
        pd.DataFrame(steps | {"target": y[0, :, 0], "output": answers[:, 0]}).round(2).to_string()
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/figures/look_at_ways.py FOLDER")
    for task in GATE_OF:
        look(Path(sys.argv[1]), task)
