"""What lies outside of training is remarked on, and what is as it was, or a part of it, is not."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import codes

from glasscell.data import Sequences
from glasscell.data.checks import profiles
from glasscell.data.checks.profiles import join, profile
from glasscell.data.checks.sentences import Doubts
from glasscell.data.checks.shift import (
    SMALL_AND_LARGE,
    extent_of,
    outside,
    quantiles_over_series,
)
from glasscell.data.spacing import Spacing
from glasscell.system.files import to_json

CHANNELS = ("ax", "ay")


def series(x) -> Sequences:
    return Sequences.from_list(list(x), channels=CHANNELS)


def normal(n=40, steps=20, seed=0, gaps=0.0):
    """Give series of three kinds, as classes are: calm, moving and wild ones."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, steps, 2)) * np.array([0.05, 1, 5])[np.arange(n) % 3][:, None, None] + [
        9.81,
        0,
    ]
    x[rng.random(x.shape) < gaps] = np.nan
    return x


def warnings_about(x, extent=None):
    return outside(extent or extent_of(profile(series(normal()))), profile(series(x)), CHANNELS)


@given(st.integers(1, 10_000))
def test_fresh_series_of_the_same_kind_are_no_shift(seed):
    assert warnings_about(normal(n=30, seed=seed)) == []


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_one_class_alone_is_no_shift(kind):
    assert warnings_about(normal(seed=1)[kind::3]) == []
    assert warnings_about(normal(seed=1)[kind : kind + 1]) == []


@pytest.mark.parametrize("factor", [9.81, 1 / 9.81, 1000, 0.001])
def test_another_unit_is_named_with_its_factor(factor):
    x = normal(seed=1)
    x[..., 1] *= factor
    (warning,) = warnings_about(x)
    assert (warning.code, warning.subject) == (Doubts.OTHER_SCALE, "ay")
    # others of its kind: quantiles of 40 differ
    assert warning.values["factor"] == pytest.approx(factor, rel=0.2)


def test_a_huge_factor_is_printed_with_an_exponent():
    x = normal(seed=1)
    x[..., 1] *= 1e12
    (warning,) = warnings_about(x)
    assert re.search(r"varies \d(\.\d)?e\+1[12] times", str(warning))


@pytest.mark.parametrize("factor", [9.81, 1000])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_another_unit_in_a_part_of_the_series_is_named_with_how_many(share, factor):
    x, rng = normal(n=300, seed=1), np.random.default_rng(0)
    other = rng.permutation(300) < share * 300
    x[other, :, 1] *= factor
    (warning,) = warnings_about(x, extent_of(profile(series(normal(n=300)))))
    assert (warning.code, warning.subject, warning.values["n"]) == (
        Doubts.SOME_VARY_MORE,
        "ay",
        300,
    )
    # the others are calm enough to stay within what training had
    wild = other & (np.arange(300) % 3 == 2)
    assert wild.sum() <= warning.values["some"] <= other.sum()
    assert other[[int(id) for id in warning.values["ids"]]].all()


def test_one_class_in_another_unit_is_named_though_it_stays_a_part():
    rng = np.random.default_rng(0)
    extent = extent_of(profile(series(rng.normal(size=(60, 20, 2)))))
    x = rng.normal(size=(60, 20, 2))
    x[::3, :, 0] *= 20
    (warning,) = warnings_about(x, extent)
    ids = [str(k) for k in range(0, 60, 3)]
    assert warning == Doubts.SOME_VARY_MORE.warning("ax", some=20, n=60, ids=ids)


def test_a_single_series_in_another_unit_is_named_and_one_that_is_somewhat_lively_is_not():
    x = normal(seed=1)
    x[5, :, 1] *= 1000
    (warning,) = warnings_about(x)
    one = {"some": 1, "n": 40, "ids": ["5"]}
    assert (warning.code, warning.subject) == (Doubts.SOME_VARY_MORE, "ay")
    assert one.items() <= warning.values.items()
    x[5, :, 1] /= 200
    assert warnings_about(x) == []
    x[5, :, 0] += 1e5
    (warning,) = warnings_about(x)
    assert warning == Doubts.SOME_ABOVE.warning("ax", **one)
    x[5] = 1e-4 * x[6]
    found = warnings_about(x)
    assert [(note.code, note.subject) for note in found] == [
        (Doubts.SOME_VARY_LESS, name) for name in CHANNELS
    ]
    assert all(one.items() <= warning.values.items() for warning in found)


def test_a_part_that_stands_still_or_lies_elsewhere_is_named():
    x = normal(seed=1)
    x[:10, :, 1] = 0
    ten = {"some": 10, "n": 40, "ids": [*map(str, range(10))]}
    assert warnings_about(x) == [Doubts.SOME_VARY_LESS.warning("ay", **ten)]
    extent = extent_of(profile(series(np.ones((40, 20, 2)))))
    (warning, _) = warnings_about(
        np.concatenate([normal(n=10)[..., [1, 1]], np.ones((30, 20, 2))]), extent
    )
    assert warning == Doubts.SOME_VARY_MORE.warning("ax", **ten)
    x = normal(seed=1)
    x[:10, :, 0] -= 50
    assert warnings_about(x) == [Doubts.SOME_BELOW.warning("ax", **ten)]


def two_channels(n, seed):
    """Give temperatures about a level of each series' own, in Celsius, beside another channel."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 30, 2)) * [2, 5] + [20, 50] + rng.normal(size=(n, 1, 2)) * [1, 0]


def test_a_third_of_the_series_in_fahrenheit_is_named_where_chance_would_not_have_so_many():
    extent, x = extent_of(profile(series(two_channels(30, 0)))), two_channels(30, 1)
    assert warnings_about(x, extent) == []
    x[::3, :, 0] += (
        30  # less than ten times the range of the means in training, which would do for one series
    )
    third = {"some": 10, "n": 30, "ids": [str(k) for k in range(0, 30, 3)]}
    assert warnings_about(x, extent) == [Doubts.SOME_ABOVE.warning("ax", **third)]
    few = two_channels(30, 1)
    few[:3, :, 0] += 30  # three may all be here by chance: they are one series of twenty
    assert warnings_about(few, extent) == []


def test_a_third_of_the_series_in_another_unit_is_named_by_how_they_vary_too():
    x = two_channels(30, 1)
    x[::3, :, 0] = 20 + 5 * (x[::3, :, 0] - 20)
    third = {"some": 10, "n": 30, "ids": [str(k) for k in range(0, 30, 3)]}
    found = warnings_about(x - [20, 0], extent_of(profile(series(two_channels(30, 0) - [20, 0]))))
    assert found == [Doubts.SOME_VARY_MORE.warning("ax", **third)]


def kinds(n, steps, seed):
    """Give series of three odd channels: log-normal loudness, heavy tails, mostly nothing."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, steps, 3)) * np.exp(rng.normal(0, 0.7, size=(n, 1, 3)))
    x[..., 1] = rng.standard_t(4, size=(n, steps))
    x[..., 2] = rng.random((n, steps)) < 0.1
    return Sequences.from_list(list(x))


@given(st.integers(0, 10_000), st.integers(20, 60))
def test_what_came_from_where_training_did_is_no_shift_however_odd_its_series_are(seed, n):
    all_of = kinds(2 * n, 20, seed)
    train, other = all_of.select(slice(0, n)), all_of.select(slice(n, None))
    assert outside(extent_of(profile(train)), profile(other), train.channels) == []


def test_runs_made_before_series_were_counted_are_answered_without():
    extent = extent_of(profile(series(normal())))
    for one in extent["channels"]:
        del one["ends"], one["n"]
    x = normal(seed=1)
    assert warnings_about(x * [1, 1000], extent)
    x[5:, :, 1] *= 1000
    assert warnings_about(np.concatenate([normal(seed=2), x]), extent) == []


def test_what_is_the_same_in_all_steps_does_not_vary_whatever_float32_rounds():
    rng = np.random.default_rng(0)
    x = np.tile(rng.normal(size=(40, 1, 2)), (1, 30, 1))
    extent = extent_of(profile(series(x)))
    assert extent["channels"][0]["ends"]["deviation"] == [0, 0]
    assert warnings_about(np.tile(x[::-1, :1], (1, 30, 1)), extent) == []


def test_another_offset_is_named():
    x = normal(seed=1)
    x[..., 0] -= 9.81
    (warning,) = warnings_about(x)
    assert warning == Doubts.BELOW.warning("ax", distance=pytest.approx(9.81, rel=0.1))  # as above
    x[..., 0] += 2 * 9.81
    (warning,) = warnings_about(x)
    assert warning == Doubts.ABOVE.warning("ax", distance=pytest.approx(9.81, rel=0.1))


def test_a_channel_that_stands_still_is_named():
    x = normal(seed=1)
    x[..., 1] = 0
    assert Doubts.RESTS_NOW.warning("ay") in warnings_about(x)
    extent = extent_of(profile(series(x)))
    assert Doubts.MOVES_NOW.warning("ay") in warnings_about(normal(), extent)
    x[: len(x) // 2, :, 1] = 0.1 * normal(seed=1)[: len(x) // 2, :, 1]  # the others stand still
    assert Doubts.RESTS_NOW.warning("ay") in warnings_about(x)


def test_gaps_are_compared():
    extent = extent_of(profile(series(normal(gaps=0.2))))
    assert warnings_about(normal(seed=1, gaps=0.3), extent) == []
    for warning, name in zip(
        warnings_about(normal(seed=1, gaps=0.6), extent), CHANNELS, strict=True
    ):
        shares = {"now": pytest.approx(60, abs=5), "then": pytest.approx(20, abs=5)}
        assert warning == Doubts.MORE_MISSING.warning(name, **shares)


def test_lengths_are_compared():
    assert warnings_about(normal(steps=21)) == [
        Doubts.LONGER.warning(some=40, n=40, now=21, then=20)
    ]
    assert warnings_about(normal(steps=19)) == [
        Doubts.SHORTER.warning(some=40, n=40, now=19, then=20)
    ]
    of_unequal = extent_of(profile(series([*normal(steps=20), *normal(steps=30)])))
    for steps, warned in {
        17: Doubts.SHORTER,
        18: None,
        25: None,
        33: None,
        34: Doubts.LONGER,
    }.items():
        assert codes(warnings_about(normal(steps=steps), of_unequal)) == (
            [] if warned is None else [warned]
        )


def test_of_far_too_short_series_only_the_length_is_named():
    assert codes(warnings_about(1000 * normal(steps=1))) == [Doubts.SHORTER]
    # ax lies elsewhere, too
    assert len(warnings_about([*(1000 * normal(steps=1)), *(1000 * normal())])) == 1 + 3


def test_channels_without_a_value():
    x = normal()
    x[..., 1] = np.nan
    with_gap = extent_of(profile(series(x)))
    assert with_gap["channels"][1] is None
    assert warnings_about(normal(), with_gap) == []
    assert warnings_about(x) == [Doubts.EMPTY_NOW.warning("ay")]
    assert "null" in to_json(with_gap)
    assert "NaN" not in to_json(with_gap)


def test_a_profile_is_that_of_its_parts(monkeypatch):
    x = list(normal(n=17, gaps=0.3))
    x[3], x[5][:, 0] = x[3][:2], np.nan
    data = series(x)
    whole = profile(data)
    for n, one in enumerate(x):
        for d in range(2):
            there = one[:, d][~np.isnan(one[:, d])].astype("float32").astype("float64")
            expected = [there.mean(), there.std()] if len(there) else [np.nan, np.nan]
            np.testing.assert_allclose(
                [whole.mean[n, d], whole.deviation[n, d]], expected, rtol=1e-12
            )
            np.testing.assert_allclose(
                whole.missing[n, d], 1 - len(there) / len(one), rtol=1e-12, atol=1e-12
            )
    monkeypatch.setattr(profiles, "AT_ONCE", 4)
    for a, b, c in zip(
        whole,
        profile(data),
        join([profile(data.select(slice(0, 6))), profile(data.select(slice(6, 17)))]),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)


@pytest.mark.parametrize(
    "damage",
    [{}, {"steps": [1, 2]}, {"steps": [1, 2], "channels": []}, {"steps": 1, "channels": 3}],
)
def test_a_damaged_extent_is_an_error(damage):
    with pytest.raises((LookupError, TypeError, ValueError)):
        outside(damage, profile(series(normal())), CHANNELS)


def test_a_series_without_a_value_is_no_shift():
    x = list(np.random.default_rng(0).normal(size=(20, 30, 2)))
    empty = [np.full((60, 2), np.nan)] * 40  # half of all values, and longer than all others
    extent = extent_of(profile(Sequences.from_list(x)))
    assert extent_of(profile(Sequences.from_list(x + empty))) == extent
    assert outside(extent, profile(Sequences.from_list(x + empty)), ["u", "v"]) == []
    nothing = outside(extent, profile(Sequences.from_list(empty)), ["u", "v"])
    assert nothing == [Doubts.EMPTY_NOW.warning(name) for name in "uv"]


def timed(step, n=20, in_seconds=True, seed=0):
    x = np.random.default_rng(seed).normal(size=(n, 30, 2))
    data, apart = series(x), np.broadcast_to(step, n).astype(float)
    return replace(data, spacing=Spacing(in_seconds, apart, np.zeros(n), apart.min(), apart.max()))


@pytest.mark.parametrize(
    ("here", "code", "factor", "now"),
    [(0.02, Doubts.LONG_STEPS, 2, "20ms"), (0.001, Doubts.SHORT_STEPS, 10, "1ms")],
)
def test_another_rate_is_named_with_its_factor(here, code, factor, now):
    extent = json.loads(to_json(extent_of(profile(timed(0.01)))))
    rate = {"factor": pytest.approx(factor), "now": now, "then": "10ms"}
    found = outside(extent, profile(timed(here, seed=1)), CHANNELS)
    assert found == [code.warning(some=20, n=20, **rate)]
    some = np.where(np.arange(20) < 5, here, 0.01)
    found = outside(extent, profile(timed(some)), CHANNELS)
    assert found == [code.warning(some=5, n=20, **rate)]


def test_the_same_rates_or_none_or_another_unit_are_no_shift():
    mixed = timed(np.where(np.arange(20) % 2, 0.01, 0.02))
    extent = extent_of(profile(mixed))
    for data in (
        timed(0.01),
        timed(0.02),
        mixed,
        timed(0.025),
        timed(np.nan),
        series(normal(n=20, steps=30) * 0),
    ):
        assert not {Doubts.LONG_STEPS, Doubts.SHORT_STEPS} & set(
            codes(outside(extent, profile(data), CHANNELS))
        )
    # nothing says how long one is
    assert outside(extent, profile(timed(5, in_seconds=False)), CHANNELS) == []
    assert (
        outside(
            extent_of(profile(timed(5, in_seconds=False))),
            profile(timed(50, in_seconds=False)),
            CHANNELS,
        )
        != []
    )
    before = {name: v for name, v in extent.items() if name != "width"}  # of a run made earlier
    assert outside(before, profile(timed(5)), CHANNELS) == []


@given(st.integers(0, 10_000), st.integers(1, 9), st.floats(0, 1))
@pytest.mark.filterwarnings("ignore:All-NaN")
def test_quantiles_over_series_are_numpys_bit_for_bit(seed, n, gaps):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 2, 3)) * 10.0 ** rng.integers(-9, 9)
    values[rng.random(values.shape) < gaps] = np.nan
    expected = np.nanquantile(values, SMALL_AND_LARGE, 0)
    np.testing.assert_array_equal(quantiles_over_series(values), expected)
