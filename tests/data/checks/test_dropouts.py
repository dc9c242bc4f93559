"""0 and −1 for "not measured" are found beside the numbers that were; zeros that were measured are not taken for it."""

import numpy as np
import pytest
from support.facts import only

from glasscell.data import Sequences
from glasscell.data.checks.advice import advise
from glasscell.data.checks.markers import find_dropouts
from glasscell.data.checks.sentences import Doubts

N, STEPS = 20, 30


def uniform(least, most, seed=0):
    return np.random.default_rng(seed).uniform(least, most, size=(N, STEPS))


def lost(x, number, share=0.05):
    return np.where(np.random.default_rng(1).random(x.shape) < share, number, x)


def found(x, offset=0.0):
    return find_dropouts((x - offset).astype(np.float32)[..., None], np.array([offset]), ["v"]).get("v")


@pytest.mark.parametrize(
    ("x", "number"),
    [
        (np.round(uniform(60, 100)), 0),
        (uniform(0.2, 0.9), -1),
        (uniform(-90, -40), 0),
        (uniform(60, 100), -1),
        (np.random.default_rng(0).normal(36.5, 0.5, size=(N, STEPS)), 0),
    ],
)
@pytest.mark.parametrize("offset", [0.0, 20.0])
def test_a_lost_contact_is_found(x, number, offset):
    one = found(lost(x, number), offset)
    assert (one.number, one.times) == (number, (lost(x, number) == number).sum())
    assert one.share == one.times / x.size
    np.testing.assert_allclose([one.least, one.most], [x.min(), x.max()], rtol=0.05)
    assert found(x, offset) is None


RNG = np.random.default_rng(2)


@pytest.mark.parametrize(
    "x",
    [
        RNG.poisson(5, size=(N, STEPS)) * 1.0,
        RNG.poisson(40, size=(N, STEPS)) * 1.0,
        np.maximum(RNG.normal(size=(N, STEPS)), 0),
        lost(np.exp(RNG.normal(size=(N, STEPS))), 0),
        lost(RNG.normal(size=(N, STEPS)), 0),
        lost(uniform(0.2, 0.9), 0),  # as near as rain that a gauge begins to count at 0.2
        lost(uniform(60, 100), 0, 0.7),  # a machine that mostly rests
        np.where(np.arange(N)[:, None] < 4, 0, uniform(60, 100)),  # one that rests for whole series
        RNG.integers(0, 2, size=(N, STEPS)) * 50.0,
        np.where(np.arange(N * STEPS).reshape(N, STEPS) < 2, 0, uniform(60, 100)),
    ],
    ids=[
        "counts",
        "large counts",
        "rectified",
        "log-normal",
        "through 0",
        "near",
        "mostly",
        "whole",
        "switch",
        "twice",
    ],
)
def test_zeros_that_were_measured_are_passed(x):
    assert found(x) is None


def test_it_is_said_how_often_and_what_else_it_would_take():
    x = np.stack([lost(np.round(uniform(60, 100)), 0), RNG.poisson(2, size=(N, STEPS))], axis=2)
    warning = only(advise(Sequences.from_list(list(x), channels=["pulse", "n"])), Doubts.DROPOUT)
    times = (x[..., 0] == 0).sum()
    counted = {"number": 0.0, "n": times, "percent": 100 * (times / (N * STEPS)), "least": 60.0, "most": 100.0}
    mended = {"mend": Doubts.USE_MISSING(number=0.0), "others": Doubts.OTHERS_LOSE_IT(channels=["n"])}
    assert warning == Doubts.DROPOUT.warning("pulse", **counted, **mended, steps=found(x[..., 0]).stretch)


def test_a_motor_that_is_off_for_long_is_spoken_of_as_a_state_first():
    x = uniform(100, 150)
    for k in range(0, N, 2):
        x[k, k // 2 : k // 2 + 12] = 0
    assert found(x).stretch == 12
    assert found(lost(uniform(100, 150), 0)).stretch == 1
    warning = only(advise(Sequences.from_list(list(x[..., None]))), Doubts.LASTING_DROPOUT)
    assert (warning.values["steps"], warning.values["mend"]) == (12, Doubts.USE_MISSING(number=0.0))
    assert warning.values["others"] is None
