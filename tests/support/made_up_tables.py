"""Runs that nobody trained, for the tests of tables, verdicts and pictures."""

import numpy as np
import pandas as pd

from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.training.outcomes import tabulate_runs

OWN = {"write": "NIG", "erase": "NFG", "show": "NOG"}


def made_up(
    experiment: Experiment, bad: float = 0.1, good: float = 0.0003, seed: int = 0, own: dict = OWN
) -> pd.DataFrame:
    """Let each task fail without its own gate (error about `bad`), and only there."""
    rng = np.random.default_rng(seed)
    tables = []
    for condition in experiment.conditions():
        error = (bad if condition.arm == own.get(condition.task) else good) * rng.uniform(
            0.9, 1.1, experiment.models
        )
        tables.append(tabulate_runs(condition, experiment, error, error))
    return pd.concat(tables, ignore_index=True)


def made_up_gates(experiment: Experiment) -> pd.DataFrame:
    """Let each task's own gate move, and no other."""
    rows = []
    for condition in experiment.conditions():
        for rate, seed in experiment.runs():
            for gate in "ifo":
                on, off = (0.9, 0.01) if gate == GATE_OF[condition.task] else (0.95, 0.94)
                where = {**condition._asdict(), "learning_rate": rate, "seed": seed}
                rows.append(where | {"gate": gate, "bit_on": on + 0.001 * seed, "bit_off": off})
    return pd.DataFrame(rows)
