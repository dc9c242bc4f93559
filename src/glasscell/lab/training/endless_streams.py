"""Streams of symbols without an end: how long networks read on without an error.

M networks side by side · N streams for each · T symbols read at once · H units

Gers et al. 2000, continual embedded Reber grammar: a network has solved it if there is no error in ten streams of
100,000 symbols. An answer is right here if every symbol that may follow gets more than any that may not.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from glasscell.data.problems import reber
from glasscell.lab.design.experiment import Condition, Experiment
from glasscell.lab.design.seeding import TEST, VALIDATION
from glasscell.lab.training.networks import Networks

STREAMS, AT_ONCE = 10, 500
TO_CHOOSE_BY = 2000  # symbols of each stream that the rate is chosen by


class StreamErrors(NamedTuple):
    """What happened to each network, all (M,).

    Parameters
    ----------
    with_error : float64
        Share of the streams with an error.
    wrong : float64
        Share of the symbols before which an answer was wrong, of those read.
    wrong_second : float64
        The same of those alone that a string's second symbol decides.
    until_error : float64
        Symbols of a stream before its first error, on average.
    cell_norm : float64
        Of the memory cells, on average over the streams, at the end.
    """

    with_error: np.ndarray
    wrong: np.ndarray
    wrong_second: np.ndarray
    until_error: np.ndarray
    cell_norm: np.ndarray


def measure(
    networks: Networks, condition: Condition, experiment: Experiment
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Return what networks are chosen by, their errors, both (M,), and all that happened in the streams of the test."""
    validation, test = (follow_streams(networks, experiment, part) for part in (VALIDATION, TEST))
    return validation.wrong, test.with_error, test._asdict()


def follow_streams(networks: Networks, experiment: Experiment, part: int) -> StreamErrors:
    """Let networks read ten streams each, their seed's own, until each stream has had an error, or ends.

    Parameters
    ----------
    networks : Networks
    experiment : Experiment
        `stream` is how long the streams of the test are.
    part : int
        `VALIDATION` for shorter ones, read to their end whatever happens.

    Returns
    -------
    StreamErrors
        NaN for a network whose answers are not finite.
    """
    rates, M = len(experiment.learning_rates), experiment.models
    rngs = [np.random.default_rng((seed, part)) for seed in experiment.seed_numbers]
    nodes = np.full((experiment.seeds, STREAMS), reber.START)
    length = TO_CHOOSE_BY if part == VALIDATION else experiment.stream
    begun, answers = 0, np.zeros((M, 1, 1, 1))
    state: Any = networks.fresh(STREAMS)
    wrong, wrong_second = np.zeros((2, M))
    seconds = np.zeros(M)
    until_error = np.zeros((M, STREAMS))
    follow = tf.function(partial(_follow, networks))  # a partial: a lambda would seem to be traced again and again
    for begun in range(0, length, AT_ONCE):
        walks = [reber.walk(of, AT_ONCE, rng) for of, rng in zip(nodes, rngs, strict=True)]
        symbols, visited = (np.stack(v) for v in zip(*walks, strict=True))
        nodes = visited[..., -1]
        x = np.eye(len(reber.SYMBOLS), dtype=np.float32)[np.tile(symbols, (rates, 1, 1))]
        answers, state = follow(tf.constant(x), *state)
        answers, after = answers.numpy(), np.tile(visited[..., 1:], (rates, 1, 1))
        may = reber.MAY_FOLLOW[after]
        least, most = np.where(may, answers, np.inf).min(-1), np.where(may, -np.inf, answers).max(-1)
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
    return StreamErrors(
        with_error=(until_error < read).mean(-1) + failed,
        wrong=wrong / (STREAMS * read) + failed,
        wrong_second=wrong_second / seconds + failed,
        until_error=until_error.mean(-1),
        cell_norm=norm,
    )


def _follow(networks: Networks, x: Any, *state: Any) -> Any:
    return networks.follow(x, state)
