"""Choose the page's three one-unit networks: run ``python docs/figures/choose_one_unit.py FOLDER``.

FOLDER has the results of `glasscell lab gates`. The candidates are each task's full networks at the
chosen rate that solve it. The one with the median error, not the best-looking one, is written in
full precision to `src/glasscell/explorer/one_unit.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.problems.gates import GATE_OF
from glasscell.explorer.one_unit import FILE
from glasscell.lab import runs
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.findings.table import keep_best_rate
from glasscell.lab.findings.verdicts import WITHOUT
from glasscell.lab.training import outcomes
from glasscell.system.files import write_whole


def choose(folder: Path) -> list[dict[str, Any]]:
    """Return the three networks of a folder of results: their origin and their weights."""
    experiment = runs.find(folder)
    return [_choose(folder, experiment, task) for task in GATE_OF]


def _choose(folder: Path, experiment: Experiment, task: str) -> dict[str, Any]:
    full, without = (
        _best_runs(folder, experiment, task, arm) for arm in ("full", WITHOUT[GATE_OF[task]])
    )
    solved = full[full["solved"]].sort_values("error", kind="stable")
    median = solved.iloc[(len(solved) - 1) // 2]
    place = list(experiment.runs()).index((median["learning_rate"], median["seed"]))
    of_full = outcomes.file_of(folder, experiment, _condition(experiment, task, "full"))
    with np.load(of_full.with_suffix(".npz")) as weights:
        numbers = {
            name: [float(str(v)) for v in weights[name][place].ravel()] for name in weights.files
        }
    return {
        "task": task,
        "seed": int(median["seed"]),
        "rate": float(median["learning_rate"]),
        "error": float(median["error"]),
        "networks": len(full),
        "solved": int(full["solved"].sum()),
        "solved_without": int(without["solved"].sum()),
        "weights": numbers,
    }


def _best_runs(folder: Path, experiment: Experiment, task: str, arm: str) -> Any:
    outcome = outcomes.read_kept(folder, experiment, _condition(experiment, task, arm))
    if outcome is None:
        sys.exit(
            f"{folder}: {task} with {arm} is not finished; resume it: glasscell lab gates "
            f"--resume {folder}"
        )
    return keep_best_rate(outcome.runs)


def _condition(experiment: Experiment, task: str, arm: str) -> Condition:
    return next(condition for condition in experiment.conditions() if condition[:2] == (task, arm))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/figures/choose_one_unit.py FOLDER")
    chosen = choose(Path(sys.argv[1]))
    write_whole(FILE, json.dumps(chosen, indent=1) + "\n")
    for one in chosen:
        print(
            f"{one['task']}: seed {one['seed']} at the rate {one['rate']}, error {one['error']:.3g}"
        )
