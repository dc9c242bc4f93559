import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.system.sentences import System
from glasscell.training.batches import ArrayBatches, GeneratedBatches, SeriesBatches
from glasscell.training.sentences import Fitting


def epoch_of(batches, epoch):
    """Give the sizes of an epoch's batches and the samples in them, drawn in a graph as a training draws them."""
    begun = tf.function(batches.begin)(tf.constant(epoch))
    sizes = [batches.batch_size] * batches.steps + [batches.remainder] * bool(batches.remainder)
    drawn = [batches.draw(begun, tf.constant(step), size) for step, size in enumerate(sizes)]
    return sizes, [x.numpy() for x, _, _ in drawn]


def orders(n, seed, epochs=3, **options):
    batches = ArrayBatches(np.arange(n), np.arange(n), seed=seed, **options)
    return [np.concatenate(epoch_of(batches, epoch)[1]).tolist() for epoch in range(epochs)]


@given(
    n=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    seed=st.integers(0, 2**31 - 1),
    epoch=st.integers(0, 2**31 - 1),
    shuffle=st.booleans(),
)
def test_every_sample_comes_once_an_epoch(n, batch_size, seed, epoch, shuffle):
    x = np.arange(n) * 10
    batches = ArrayBatches(x, -x, np.arange(n) / 2, batch_size=batch_size, seed=seed, shuffle=shuffle)
    sizes, parts = epoch_of(batches, epoch)
    assert [len(part) for part in parts] == sizes
    assert sizes == [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    drawn = np.concatenate(parts)
    assert (sorted(drawn) if shuffle else drawn.tolist()) == x.tolist()
    begun = batches.begin(epoch)
    x, y, sample_weight = batches.draw(begun, 0, min(batch_size, n))
    np.testing.assert_array_equal(-y, x)  # what belongs together stays together
    np.testing.assert_allclose(sample_weight * 20, tf.cast(x, tf.float32))


@given(n=st.integers(1, 40), batch_size=st.integers(1, 40), seed=st.integers(0, 99))
def test_a_dropped_remainder_leaves_whole_batches_of_other_samples_each_epoch(n, batch_size, seed):
    if batch_size > n:
        with raises(Fitting.LARGE_BATCH):
            ArrayBatches(np.arange(n), np.arange(n), batch_size=batch_size, drop_remainder=True)
        return
    batches = ArrayBatches(np.arange(n), np.arange(n), batch_size=batch_size, seed=seed, drop_remainder=True)
    sizes, parts = epoch_of(batches, 0)
    assert sizes == [batch_size] * (n // batch_size)
    assert len(set(np.concatenate(parts).tolist())) == sum(sizes)


def test_the_order_depends_on_seed_and_epoch_alone():
    order = orders(50, seed=3)
    assert order == orders(50, seed=3, batch_size=7)
    assert order == orders(50, seed=3, dtype="float64")
    several = [*order, *orders(50, seed=4), *orders(50, seed=0), list(range(50))]
    assert len({tuple(o) for o in several}) == len(several)
    batches = ArrayBatches(np.arange(50), np.arange(50), seed=3)
    batches.begin(0)  # having been asked before changes nothing
    assert batches.begin(2).numpy().tolist() == order[2]


def test_no_place_is_preferred():
    """Of 600 orders each of 5 samples comes first about 120 times; the standard deviation is 9.8."""
    batches = ArrayBatches(np.arange(5), np.arange(5), seed=7)
    first = tf.function(lambda epoch: batches.begin(epoch)[0])
    counts = np.bincount([int(first(tf.constant(epoch))) for epoch in range(600)])
    assert counts.min() > 80
    assert counts.max() < 160


def test_dtypes_are_kept_but_for_floats():
    x = {"f": np.ones(3), "i": np.arange(3), "b": np.array([True, False, True]), "h": np.ones(3, "float16")}
    drawn, _, none = ArrayBatches(x, np.arange(3, dtype="uint8"), batch_size=3).draw([0, 1, 2], 0, 3)
    assert {name: v.dtype.name for name, v in drawn.items()} == {
        "f": "float32",
        "i": "int64",
        "b": "bool",
        "h": "float32",
    }
    assert none is None
    x, y, weight = ArrayBatches(np.ones(3), [np.ones(3)], np.ones(3, int), dtype="float64").draw([0, 1, 2], 0, 3)
    assert (x.dtype, y[0].dtype, weight.dtype) == (tf.float64, tf.float64, tf.int64)


def test_pandas_and_lists_of_arrays_are_read():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    (x, second), y, _ = ArrayBatches([table, np.zeros((2, 5))], table["a"], batch_size=2).draw([0, 1], 0, 2)
    assert x.numpy().tolist() == [[1, 3], [2, 4]]
    assert second.shape == (2, 5)
    assert y.numpy().tolist() == [1, 2]


@pytest.mark.parametrize(
    ("arrays", "options", "text"),
    [
        ((np.ones(3), np.ones(4)), {}, Fitting.UNEQUAL_SAMPLES),
        ((np.ones(3), np.ones(3), np.ones(2)), {}, Fitting.UNEQUAL_SAMPLES),
        (([np.ones(3), np.ones(2)], np.ones(3)), {}, Fitting.UNEQUAL_SAMPLES),
        ((np.ones(3), np.ones(3)), {"batch_size": 0}, System.NOT_ACCEPTED),
        ((np.ones(3), np.ones(3)), {"batch_size": 2.5}, System.NOT_ACCEPTED),
        ((np.ones(0), np.ones(0)), {}, Fitting.NO_SAMPLES),
        ((np.ones(3), [1, 2, 3]), {}, Fitting.NO_SAMPLE_AXIS),
        ((np.float32(1), np.ones(1)), {}, Fitting.NO_SAMPLE_AXIS),
    ],
)
def test_what_does_not_fit_together_is_refused(arrays, options, text):
    with raises(text):
        ArrayBatches(*arrays, **options)


def generated(seed=0, steps=4):
    def generate(seed):
        x = tf.random.stateless_normal((3, 2), seed)
        return x, 2 * x

    return GeneratedBatches(generate, batch_size=3, steps=steps, seed=seed)


def drawn_in_epochs(batches, epochs):
    draw = tf.function(lambda epoch, step: batches.draw(batches.begin(epoch), step, 3)[:2])
    drawn = [draw(tf.constant(e), tf.constant(s)) for e in range(epochs) for s in range(batches.steps)]
    assert all(np.array_equal(y, 2 * x) for x, y in drawn)
    return [x.numpy().tobytes() for x, _ in drawn]


def test_generated_batches_are_fresh_and_none_comes_twice():
    batches = drawn_in_epochs(generated(), 25) + drawn_in_epochs(generated(seed=1), 25)
    assert len(set(batches)) == 200


def test_generated_batches_follow_from_the_seed_and_their_number():
    assert drawn_in_epochs(generated(5), 3) == drawn_in_epochs(generated(5), 3)
    assert drawn_in_epochs(generated(5, steps=4), 3) == drawn_in_epochs(generated(5, steps=2), 6)


def test_generated_batches_have_no_weights_and_no_remainder():
    batches = generated()
    assert batches.draw(batches.begin(0), 0, 3)[2] is None
    assert (batches.steps, batches.remainder) == (4, 0)


@pytest.mark.parametrize(("n", "size"), [(1, 1), (23, 4), (200, 8), (64, 64)])
def test_batches_of_series_hold_each_once_and_end_with_their_longest(n, size):
    rng = np.random.default_rng(n)
    lengths = rng.integers(1, 50, n)
    x = np.where(np.arange(50) < lengths[:, None], np.arange(n)[:, None], np.nan)[:, :, None]
    batches = SeriesBatches(x, np.arange(n), lengths=lengths, batch_size=size, seed=3)
    orders = []
    for epoch in (0, 1):
        order, drawn = batches.begin(epoch), []
        for step in range(batches.steps + (batches.remainder > 0)):
            x_part, y_part, _ = batches.draw(order, step, size if step < batches.steps else batches.remainder)
            assert x_part.shape[1] == lengths[y_part.numpy()].max()
            np.testing.assert_array_equal(x_part[:, 0, 0], y_part)
            drawn += y_part.numpy().tolist()
        assert sorted(drawn) == list(range(n))
        orders.append(drawn)
    assert n == 1 or orders[0] != orders[1] or n == size


def test_batches_of_series_pad_little():
    lengths = np.random.default_rng(0).integers(1, 101, 1000)
    x = np.zeros((1000, 100, 1))
    read = {}
    for kind, batches in {
        "by length": SeriesBatches(x, lengths, lengths=lengths, batch_size=16),
        "by chance": SeriesBatches(x, lengths, lengths=lengths, batch_size=16),
    }.items():
        if kind == "by chance":
            batches.WINDOW = 1
        order = batches.begin(0)
        read[kind] = sum(16 * batches.draw(order, step, 16)[0].shape[1] for step in range(batches.steps))
    assert read["by length"] < 1.2 * lengths.sum()
    assert read["by chance"] > 1.6 * lengths.sum()


def test_lengths_must_be_those_of_the_series():
    with raises(Fitting.LENGTHS):
        SeriesBatches(np.zeros((2, 3, 1)), np.arange(2), lengths=[1, 2, 3])
