"""Channels of one value in a series, exactly or nearly, are found; those that change are not."""

import numpy as np
import pytest

from glasscell.data.checks.leaks import find_constants

N, STEPS = 60, 20
CODE = np.array([3.0, 7.0])[np.arange(N) % 2]


def beside_noise(channel, seed=0):
    """Return a channel (N, STEPS) beside one of noise."""
    noise = np.random.default_rng(seed).normal(size=(N, STEPS))
    return np.stack([noise, channel], axis=2).astype(np.float32)


def noisy(values, noise, seed=1):
    return values[:, None] + noise * np.random.default_rng(seed).normal(size=(N, STEPS))


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.015])
def test_a_code_with_little_noise_is_found_with_its_values(noise):
    x = beside_noise(noisy(CODE, noise))
    x[:, 5:8, 1] = np.nan
    x[4, :, 1] = np.nan  # has a value of its own
    found = find_constants(x)
    assert [*found] == [1]
    assert found[1].is_exact == (noise == 0)
    there = np.arange(N) != 4
    np.testing.assert_allclose(found[1].values[there], CODE[there], atol=0.02)  # noise of 0.015 / √17, five times
    assert found[1].values[4] < 3


@pytest.mark.parametrize(
    "channel",
    [
        noisy(CODE, 0.1),
        noisy(np.random.default_rng(0).normal(size=N), 0.05),
        noisy(np.zeros(N), 0.001),
        noisy(np.where(np.arange(N) == 0, 1e6, 0), 1.0),  # a single series far away makes no others constant
        np.full((N, STEPS), 5.0),
        np.where(np.arange(STEPS) < 2, noisy(CODE, 0), np.nan),
    ],
    ids=["noisier", "persons", "noise", "outlier", "one value", "two steps"],
)
def test_what_changes_within_series_or_never_between_is_none(channel):
    assert find_constants(beside_noise(channel)) == {}


def test_where_most_channels_hardly_change_that_is_what_is_measured():
    x = beside_noise(noisy(CODE, 0.01))
    assert find_constants(x[..., 1:]) == {}
    assert find_constants(np.concatenate([x, x[..., 1:]], axis=2)) == {}
    assert [*find_constants(beside_noise(noisy(CODE, 0))[..., 1:])] == [0]
