"""0 and −1 for "not measured" are found beside the numbers that were; zeros that were measured are not taken for it."""

import numpy as np
import pytest

from glasscell.data import Sequences
from glasscell.data.doubts.advice import advise
from glasscell.data.doubts.dropouts import find_dropouts

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


def test_the_sentence_says_how_often_and_what_else_it_would_take():
    x = np.stack([lost(np.round(uniform(60, 100)), 0), RNG.poisson(2, size=(N, STEPS))], axis=2)
    (text,) = [text for text in advise(Sequences.from_list(list(x), channels=["pulse", "n"])) if "--missing" in text]
    times = (x[..., 0] == 0).sum()
    assert text.startswith(
        f"channel 'pulse' is 0 {times} times ({100 * times / (N * STEPS):.2g} % of its values), otherw"
    )
    assert text.endswith(
        "otherwise 60 to 100, with nothing between: a state, such as off, may stay; if it means not measured, use "
        "--missing 0 (channel 'n' would lose it, too)"
    )


def test_a_motor_that_is_off_for_long_is_spoken_of_as_a_state_first():
    x = uniform(100, 150)
    for k in range(0, N, 2):
        x[k, k // 2 : k // 2 + 12] = 0
    assert found(x).stretch == 12
    assert found(lost(uniform(100, 150), 0)).stretch == 1
    (text,) = [text for text in advise(Sequences.from_list(list(x[..., None]))) if "--missing" in text]
    assert text.endswith(
        "with nothing between, and stays so for 12 steps in the median: that may be a state, such as off, and is right "
        "then; only if it means not measured, use --missing 0"
    )
