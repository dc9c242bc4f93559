"""What trained gates do at steps where the control bit is on, and where it is off.

M networks · N series · T time steps · D features · H units
"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from glasscell.cell import Weights
from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST
from glasscell.lab.training.batches import held_out
from glasscell.lab.training.networks import Networks
from glasscell.recurrence.watched import watched_lstm
from glasscell.variants import Variant

SERIES = 200  # that the gates are looked at with


def tabulate_gates(networks: Networks, condition: Condition, experiment: Experiment) -> pd.DataFrame:
    """Return how far each gate of each network is open, on average, where the bit is on and where it is off.

    Parameters
    ----------
    networks : Networks
        Trained; a step function of your own gets no rows, nor does a task without a control bit.
    condition : Condition
    experiment : Experiment

    Returns
    -------
    DataFrame
        Columns task, arm, units, memories, length, learning_rate, seed, gate, bit_on, bit_off; the last two are means
        over series, steps and units.
    """
    if networks.arm.step is not None or condition.task not in GATE_OF:
        return pd.DataFrame(columns=[*Condition._fields, "learning_rate", "seed", "gate", "bit_on", "bit_off"])
    x, _ = held_out(condition, experiment, TEST, min(SERIES, experiment.held_out))
    weights = {name: v for name, v in networks.arrays().items() if not name.startswith("read_out")}

    watch = tf.function(partial(_watch, networks.arm.variant))  # a partial: else it would seem to be traced again
    rows = []
    for network, (rate, seed) in enumerate(experiment.runs()):
        on = x[network, :, :, -1] == 1
        gates = watch(tf.constant(x[network]), {name: tf.constant(v[network]) for name, v in weights.items()})
        for gate, v in gates.items():
            v = v.numpy()
            means = {"bit_on": _mean(v[on]), "bit_off": _mean(v[~on])}
            where = {**condition._asdict(), "learning_rate": rate, "seed": seed}
            rows.append(where | {"gate": gate} | means)
    return pd.DataFrame(rows)


def _watch(variant: Variant, x: Any, weights: Any) -> dict[str, Any]:
    _, _, seen = watched_lstm(x, Weights(**weights), variant)
    return {gate: tf.reduce_mean(getattr(seen, gate), axis=-1) for gate in "ifo"}


def _mean(v: np.ndarray) -> float:
    return float(v.mean()) if v.size else float("nan")
