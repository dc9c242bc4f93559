"""Measurements of trained networks: errors on held-out series, streams and texts; gate activations.

M parallel networks · N series, or streams, for each · T time steps, or symbols processed at once ·
D features · H units

Criterion of Gers et al. 2000 for the continual embedded Reber grammar: solved without an error in
ten streams of 100,000 symbols. Here a prediction is correct if every symbol that may follow gets a
higher output than any that may not.
"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from glasscell.cell import Weights
from glasscell.data.problems import reber
from glasscell.data.problems.gates import GATE_OF
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.measures import TEST, VALIDATION
from glasscell.lab.design.problems import find_problem
from glasscell.lab.training.batches import held_out
from glasscell.lab.training.networks import CrossEntropy, Networks
from glasscell.recurrence.watched import watched_lstm
from glasscell.variants import Variant

STREAMS, AT_ONCE = 10, 500
TO_CHOOSE_BY = 2000  # symbols of each validation stream
SERIES = 200  # to observe the gates on


def measure(
    networks: Networks, condition: Condition, experiment: Experiment
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Return networks' validation and test errors, both (M,), and other measurements by name."""
    problem, parts = find_problem(condition.task), (VALIDATION, TEST)
    if problem.streams and problem.text is None:
        validation, test = (follow_streams(networks, experiment, part) for part in parts)
        return validation["wrong"], test["with_error"], test
    of = follow_text if problem.streams else errors
    validation, test = (of(networks, condition, experiment, part) for part in parts)
    return validation, test, {}


def errors(
    networks: Networks, condition: Condition, experiment: Experiment, part: int
) -> np.ndarray:
    """Return the error of each network, (M,), on its held-out series."""
    x, y = held_out(condition, experiment, part, experiment.held_out)
    answer = tf.function(networks)
    at_once = max(1, 2_000_000 // x[:, 0].size)  # series
    parts = [
        answer(tf.constant(x[:, k : k + at_once])).numpy() for k in range(0, x.shape[1], at_once)
    ]
    return find_problem(condition.task).error(np.concatenate(parts, axis=1), y)


def follow_streams(networks: Networks, experiment: Experiment, part: int) -> dict[str, np.ndarray]:
    """Run networks on ten streams each, drawn from their seeds, until each has an error or ends.

    Shape: (M,).
    """
    rates, M = len(experiment.learning_rates), experiment.models
    rngs = [np.random.default_rng((seed, part)) for seed in experiment.seed_numbers]
    nodes = np.full((experiment.seeds, STREAMS), reber.START)
    length = TO_CHOOSE_BY if part == VALIDATION else experiment.stream
    begun, answers, state = 0, np.zeros((M, 1, 1, 1)), networks.fresh(STREAMS)
    wrong, wrong_second, seconds = np.zeros((3, M))
    until_error = np.zeros((M, STREAMS))
    # a partial: TensorFlow would warn of repeated tracing of a method
    follow = tf.function(partial(networks.follow))
    for begun in range(0, length, AT_ONCE):
        walks = [reber.walk(of, AT_ONCE, rng) for of, rng in zip(nodes, rngs, strict=True)]
        symbols, visited = (np.stack(v) for v in zip(*walks, strict=True))
        nodes = visited[..., -1]
        x = np.eye(len(reber.SYMBOLS), dtype=np.float32)[np.tile(symbols, (rates, 1, 1))]
        answers, state = follow(tf.constant(x), tuple(state))
        answers, after = answers.numpy(), np.tile(visited[..., 1:], (rates, 1, 1))
        may = reber.MAY_FOLLOW[after]
        least, most = (
            np.where(may, answers, np.inf).min(-1),
            np.where(may, -np.inf, answers).max(-1),
        )
        bad = ~(least > most)
        closing = reber.CLOSING[after]
        going = until_error == begun
        until_error += np.where(going, np.where(bad.any(-1), bad.argmax(-1), AT_ONCE), 0)
        wrong, wrong_second = wrong + bad.sum((1, 2)), wrong_second + (bad & closing).sum((1, 2))
        seconds = seconds + closing.sum((1, 2))
        if part == TEST and (until_error < begun + AT_ONCE).all():
            break
    read = begun + AT_ONCE
    failed = np.where(np.isfinite(answers).all((1, 2, 3)), 0.0, np.nan)
    norm = np.linalg.norm(state[1].numpy(), axis=-1).mean(-1)
    return {
        "with_error": (until_error < read).mean(-1) + failed,
        "wrong": wrong / (STREAMS * read) + failed,
        "wrong_second": wrong_second / seconds + failed,
        "until_error": until_error.mean(-1),
        "cell_norm": norm,
    }


def follow_text(
    networks: Networks, condition: Condition, experiment: Experiment, part: int
) -> np.ndarray:
    """Run networks on a held-out text with states carried over; return bits per character, (M,).

    All networks process the same forty streams, spread evenly over the text, of together at most
    `held_out` × `length` symbols.
    """
    x, y = find_problem(condition.task).text.held_out(part, experiment.held_out, condition.length)
    at_once = min(condition.length, x.shape[1])
    state: Any = networks.fresh(len(x))
    follow = tf.function(partial(_follow_bits, networks))  # a partial: see above
    bits = np.zeros(experiment.models)
    for begun in range(0, x.shape[1], at_once):
        cost, state = follow(
            *(tf.constant(v[:, begun : begun + at_once], tf.int32) for v in (x, y)), *state
        )
        bits += cost.numpy()
    return bits * at_once / x.shape[1]


def _follow_bits(networks: Networks, x: Any, y: Any, *state: Any) -> Any:
    """Return the mean bits per character of a piece of N streams, (M,), and the states after it."""
    symbols = networks.parts["read_out"].shape[-1]
    shape = (state[0].shape[0], *x.shape, symbols)
    x, y = (tf.broadcast_to(tf.one_hot(v, symbols), shape) for v in (x, y))
    answers, after = networks.follow(x, state)
    return tf.reduce_mean(CrossEntropy().call(y, answers), axis=(1, 2)), after


def tabulate_gates(
    networks: Networks, condition: Condition, experiment: Experiment
) -> pd.DataFrame:
    """Return the mean activation of each gate of each network, with the control bit on and off."""
    if networks.arm.step is not None or condition.task not in GATE_OF:
        return pd.DataFrame(
            columns=[*Condition._fields, "learning_rate", "seed", "gate", "bit_on", "bit_off"]
        )
    x, _ = held_out(condition, experiment, TEST, min(SERIES, experiment.held_out))
    weights = {name: v for name, v in networks.arrays().items() if not name.startswith("read_out")}

    watch = tf.function(partial(_watch, networks.arm.variant))  # a partial: see above
    rows = []
    for network, (rate, seed) in enumerate(experiment.runs()):
        on = x[network, :, :, -1] == 1
        gates = watch(
            tf.constant(x[network]), {name: tf.constant(v[network]) for name, v in weights.items()}
        )
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
