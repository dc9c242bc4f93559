"""How the weight conflicts arise: the push of each step on a weight, with a gate and without it.

In *write* a value enters the memory by its weight in z. Marked values are to be stored and push
that weight up. Without an input gate the unmarked ones enter as well, and push it down: the input
weight conflict. In *show* the memory reaches the output by the weight of the output layer. Steps
with a target push that weight up, the rest push it down: the output weight conflict. A gate
resolves the conflict if it removes the downward push.

M networks · N series · T time steps · K memories · H units
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import tensorflow as tf

from glasscell.data.problems.gates import GATE_OF
from glasscell.errors import UsageError
from glasscell.lab.design.experiment import Experiment
from glasscell.lab.design.measures import VALIDATION
from glasscell.lab.findings.table import welch
from glasscell.lab.findings.verdicts import CLEARLY, DIFFERENT, GATES, Verdict
from glasscell.lab.sentences import Lab
from glasscell.lab.training.batches import held_out
from glasscell.lab.training.networks import Networks
from glasscell.lab.training.side_by_side import train
from glasscell.recurrence import engines

WITHOUT = {"write": "NIG", "show": "NOG"}
SERIES = 500  # to measure the pushes on


def watch(
    experiment: Experiment, on_updates: Callable[[int], Any] = lambda done: None
) -> pd.DataFrame:
    """Train *write* and *show* with and without input or output gate, and record the weight.

    >>> few = Experiment(tasks=("write",), seeds=2, learning_rates=(0.1,), updates=3, held_out=10)
    >>> table = watch(few)
    >>> table["arm"].unique().tolist(), sorted(set(table["update"]))
    (['full', 'NIG'], [0, 3])
    """
    tasks = [task for task in experiment.tasks if task in WITHOUT]
    if not tasks:
        raise UsageError(Lab.NO_CONFLICT, tasks=experiment.tasks, without=list(WITHOUT))
    rows, trained = [], 0
    for full in replace(experiment, tasks=tuple(tasks), arms=("full",)).conditions():
        task = full.task
        x, y = held_out(full, experiment, VALIDATION, min(SERIES, experiment.held_out))
        measure = tf.function(PUSHES[task])
        for arm in ("full", WITHOUT[task]):

            def look(
                done: int,
                networks: Networks,
                task=task,
                arm=arm,
                measure=measure,
                x=x,
                y=y,
                before=trained,
            ):
                weight, marked, unmarked = (
                    v.numpy() for v in measure(networks, tf.constant(x), tf.constant(y))
                )
                for network, (rate, seed) in enumerate(experiment.runs()):
                    where = {
                        "task": task,
                        "arm": arm,
                        "learning_rate": rate,
                        "seed": seed,
                        "update": done,
                    }
                    pushes = {
                        "push_marked": float(marked[network]),
                        "push_unmarked": float(unmarked[network]),
                    }
                    rows.append(where | {"weight": float(weight[network])} | pushes)
                on_updates(before + done)

            train(full._replace(arm=arm), experiment, look)
            trained += experiment.updates
    return pd.DataFrame(rows)


def push_on_input_weights(
    networks: Networks, x: Any, y: Any
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return the norm of z's weights for values, and pushes by marked and unmarked values, (M,).

    The cell gets each value as two inputs with the same weights: one is 0 where the bit is on, the
    other where it is off. So the gradient has two parts.
    """
    part, read_out, shift = networks.split()
    values, bit = x[..., :-1], x[..., -1:]
    of_values, of_bit = part["kernel"][:, :-1], part["kernel"][:, -1:]
    inputs: Any = tf.concat([values * bit, values * (1 - bit), bit], axis=-1)
    with tf.GradientTape() as tape:
        kernel: Any = tf.concat([of_values, of_values, of_bit], axis=1)
        tape.watch(kernel)
        weights = part | {"kernel": kernel}
        h, _ = engines.lstm(inputs, **weights, variant=networks.arm.variant, return_sequences=True)
        loss = _loss(h, read_out, shift, y)
    gradient: Any = tape.gradient(loss, kernel)
    units, memories = part["recurrent_kernel"].shape[-2], values.shape[-1]
    z = slice(2 * units, 3 * units)
    marked, unmarked = gradient[:, :memories, z], gradient[:, memories : 2 * memories, z]
    return _along(of_values[:, :, z], marked, unmarked)


def push_on_output_weights(
    networks: Networks, x: Any, y: Any
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return the norm of the output layer's weights, and pushes with and without the bit, (M,)."""
    part, read_out, shift = networks.split()
    h, _ = engines.lstm(x, **part, variant=networks.arm.variant, return_sequences=True)
    gradients = []
    for share in (x[..., -1:], 1 - x[..., -1:]):
        with tf.GradientTape() as tape:
            tape.watch(read_out)
            loss = _loss(h, read_out, shift, y, share)
        gradients.append(tape.gradient(loss, read_out))
    return _along(read_out, *gradients)


PUSHES = {"write": push_on_input_weights, "show": push_on_output_weights}


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Return means over networks at the start, halfway and at the end: three rows per task and arm.

    >>> row = {
    ...     "task": "write",
    ...     "arm": "full",
    ...     "update": 0,
    ...     "weight": 1.0,
    ...     "push_marked": 2.0,
    ...     "push_unmarked": -1.0,
    ... }
    >>> summarise(pd.DataFrame([row, row]))[["networks", "weight", "push_unmarked"]].values.tolist()
    [[2.0, 1.0, -1.0]]
    """
    updates = sorted(set(table["update"]))
    kept: Any = table[table["update"].isin([updates[0], updates[len(updates) // 2], updates[-1]])]
    means = kept.groupby(["task", "arm", "update"], sort=False)[
        ["weight", "push_marked", "push_unmarked"]
    ]
    return means.mean().assign(networks=means.size()).reset_index()


def judge(table: pd.DataFrame) -> list[Verdict]:
    """Return for each task whether the weight is pushed down without the gate, and only without it.

    >>> rows = [
    ...     {
    ...         "task": "write",
    ...         "arm": arm,
    ...         "update": 9,
    ...         "push_marked": -down,
    ...         "push_unmarked": down + seed * 1e-6,
    ...     }
    ...     for arm, down in (("full", -1e-5), ("NIG", -0.01))
    ...     for seed in range(9)
    ... ]
    >>> judge(pd.DataFrame(rows))[0].text.split(":")[0]
    'write without its input gate, after training'
    """
    found = []
    last: Any = table[table["update"] == table["update"].max()]
    for task, rows in last.groupby("task", sort=False):
        gate, arm = GATES[GATE_OF[str(task)]], WITHOUT[str(task)]
        of = {name: rows[rows["arm"] == name] for name in ("full", arm)}
        p = welch(*(of[name]["push_unmarked"].to_numpy() for name in of))
        down, up, gated = (
            float(of[name][column].median())
            for name, column in (
                (arm, "push_unmarked"),
                (arm, "push_marked"),
                ("full", "push_unmarked"),
            )
        )
        holds = p < DIFFERENT and down < 0 < up and abs(gated) < abs(down) / CLEARLY
        if p != p:
            text = f"{task}: one seed allows no test"
        elif p >= DIFFERENT:
            text = (
                f"{task}: no significant difference between pushes with and without the "
                f"{gate} (p = {p:.2g})"
            )
        else:
            text = (
                f"{task} without its {gate}, after training: steps with the bit on push the "
                f"weight by {up:+.2g}, steps with it off by {down:+.2g}; with the gate, steps "
                f"with it off push by {gated:+.2g} (medians of {len(of[arm])} networks; p = "
                f"{p:.2g})"
            )
        found.append(Verdict(str(task), bool(holds), text))
    return found


def _loss(h, read_out, shift, y, share=1.0) -> Any:
    answers = tf.einsum("mnth,mhk->mntk", h, read_out) + shift[:, None, None]
    return tf.reduce_sum(tf.reduce_mean(share * (answers - y) ** 2, axis=(1, 2, 3)))


def _along(weight, of_marked, of_unmarked) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return each network's weight norm, and how fast each gradient lowers the error along it."""
    norm = tf.norm(weight, axis=(1, 2))
    marked, unmarked = (
        tf.math.divide_no_nan(-tf.reduce_sum(g * weight, axis=(1, 2)), norm)
        for g in (of_marked, of_unmarked)
    )
    return norm, marked, unmarked
