import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.system.sentences import System
from glasscell.training.batches import (
    ArrayBatches,
    DatasetBatches,
    SeriesBatches,
    weigh_classes,
    weigh_dataset,
)
from glasscell.training.sentences import Fitting


def epoch_of(batches, epoch):
    """Give an epoch's batch sizes and the samples in them, drawn in a graph as in training."""
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
    batches = ArrayBatches(
        x, -x, np.arange(n) / 2, batch_size=batch_size, seed=seed, shuffle=shuffle
    )
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
    batches = ArrayBatches(
        np.arange(n), np.arange(n), batch_size=batch_size, seed=seed, drop_remainder=True
    )
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
    """Of 600 orders each of 5 samples comes first about 120 times; standard deviation 9.8."""
    batches = ArrayBatches(np.arange(5), np.arange(5), seed=7)
    first = tf.function(lambda epoch: batches.begin(epoch)[0])
    counts = np.bincount([int(first(tf.constant(epoch))) for epoch in range(600)])
    assert counts.min() > 80
    assert counts.max() < 160


def test_dtypes_are_kept_but_for_floats():
    x = {
        "f": np.ones(3),
        "i": np.arange(3),
        "b": np.array([True, False, True]),
        "h": np.ones(3, "float16"),
    }
    drawn, _, none = ArrayBatches(x, np.arange(3, dtype="uint8"), batch_size=3).draw(
        [0, 1, 2], 0, 3
    )
    assert {name: v.dtype.name for name, v in drawn.items()} == {
        "f": "float32",
        "i": "int64",
        "b": "bool",
        "h": "float32",
    }
    assert none is None
    x, y, weight = ArrayBatches(np.ones(3), [np.ones(3)], np.ones(3, int), dtype="float64").draw(
        [0, 1, 2], 0, 3
    )
    assert (x.dtype, y[0].dtype, weight.dtype) == (tf.float64, tf.float64, tf.int64)


def test_pandas_and_lists_of_arrays_are_read():
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    (x, second), y, _ = ArrayBatches([table, np.zeros((2, 5))], table["a"], batch_size=2).draw(
        [0, 1], 0, 2
    )
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
            x_part, y_part, _ = batches.draw(
                order, step, size if step < batches.steps else batches.remainder
            )
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
        read[kind] = sum(
            16 * batches.draw(order, step, 16)[0].shape[1] for step in range(batches.steps)
        )
    assert read["by length"] < 1.2 * lengths.sum()
    assert read["by chance"] > 1.6 * lengths.sum()


def test_lengths_must_be_those_of_the_series():
    with raises(Fitting.LENGTHS):
        SeriesBatches(np.zeros((2, 3, 1)), np.arange(2), lengths=[1, 2, 3])


def of(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays)


def epoch_of_dataset(batches):
    """Give the x of each batch of an epoch, drawn in a graph as a training draws them."""

    @tf.function
    def draw_all():
        begun = batches.begin(tf.constant(0))
        sizes = [batches.batch_size] * batches.steps + [batches.remainder] * bool(batches.remainder)
        drawn = [batches.draw(begun, tf.constant(step), size) for step, size in enumerate(sizes)]
        assert [x.shape[0] for x, _, _ in drawn] == sizes  # known before it runs
        return [x for x, _, _ in drawn]

    return [x.numpy().tolist() for x in draw_all()]


@pytest.mark.long(2)
@given(n=st.integers(1, 30), batch_size=st.integers(1, 35))
def test_an_epoch_is_the_dataset_in_its_own_batches(n, batch_size):
    dataset = of(np.arange(n), np.arange(n)).batch(batch_size)
    assert epoch_of_dataset(DatasetBatches(dataset)) == [
        x.tolist() for x, _ in dataset.as_numpy_iterator()
    ]


def test_each_epoch_reads_the_dataset_again():
    """So what it draws at random is drawn afresh: an order here, noise where somebody augments."""
    batches = DatasetBatches(of(np.arange(100), np.arange(100)).shuffle(100, seed=1).batch(100))
    first, second = epoch_of_dataset(batches), epoch_of_dataset(batches)
    assert first != second
    assert sorted(first[0]) == sorted(second[0]) == list(range(100))


def test_batches_of_unequal_lengths_keep_them():
    lengths = [2, 5, 3, 4, 1]
    series = tf.data.Dataset.from_generator(
        lambda: ((np.ones((length, 1)), length) for length in lengths),
        output_signature=(tf.TensorSpec((None, 1), tf.float64), tf.TensorSpec((), tf.int32)),
    )
    batches = DatasetBatches(series.padded_batch(2, padding_values=(np.float64(np.nan), 0)))
    assert [np.shape(x) for x in epoch_of_dataset(batches)] == [(2, 5, 1), (2, 4, 1), (1, 1, 1)]
    assert batches.draw(batches.begin(0), 0, 2)[0].dtype == "float32"


def test_nested_structures_and_weights_come_through():
    dataset = of({"a": np.zeros((4, 2)), "b": np.zeros(4, int)}, np.zeros(4), np.arange(4.0)).batch(
        3
    )
    batches = DatasetBatches(dataset, dtype="float64")
    x, _, sample_weight = batches.draw(batches.begin(0), 0, 3)
    assert (x["a"].dtype, x["b"].dtype, sample_weight.dtype) == ("float64", "int64", "float64")
    assert sample_weight.numpy().tolist() == [0, 1, 2]


NUMBERS = np.arange(6.0)
BAD = {
    Fitting.ENDLESS: of(NUMBERS, NUMBERS).batch(2).repeat(),
    Fitting.EMPTY_DATASET: of(NUMBERS, NUMBERS).batch(2).take(0),
    Fitting.SINGLE_SAMPLES: of(NUMBERS, NUMBERS),
    Fitting.UNEQUAL_BATCH: of(np.zeros((6, 3)), np.zeros((6, 2))),
    Fitting.NO_TUPLE: tf.data.Dataset.from_tensor_slices({"x": NUMBERS}).batch(2),
    Fitting.NO_TUPLE: of(*[NUMBERS] * 4).batch(2),
    Fitting.NOT_DENSE: of(NUMBERS, NUMBERS)
    .ragged_batch(2)
    .map(lambda x, y: (tf.RaggedTensor.from_tensor(x[None]), y)),
    Fitting.UNEVEN_BATCHES: of(NUMBERS, NUMBERS)
    .batch(2)
    .take(1)
    .concatenate(of(NUMBERS, NUMBERS).batch(3))
    .concatenate(of(NUMBERS, NUMBERS).batch(1)),
}


@pytest.mark.parametrize("code", BAD, ids=str)
def test_what_cannot_be_batches_is_refused_by_the_name_of_the_argument(code):
    with raises(code, name="validation_data"):
        DatasetBatches(BAD[code], name="validation_data")


def test_the_mend_that_a_message_names_mends():
    ragged = of(NUMBERS, NUMBERS).batch(2).take(1).concatenate(of(NUMBERS, NUMBERS).batch(3))
    assert [len(x) for x in epoch_of_dataset(DatasetBatches(ragged.rebatch(3)))] == [3, 3, 2]
    assert DatasetBatches(of(NUMBERS, NUMBERS).batch(2).repeat().take(5)).steps == 5


def test_a_dataset_that_ends_early_in_another_epoch_is_reported():
    left = tf.Variable(10, dtype=tf.int64)
    dataset = of(np.arange(10), np.arange(10)).filter(lambda x, y: x < left).batch(2)
    batches = DatasetBatches(dataset)
    left.assign(4)
    with pytest.raises(
        tf.errors.FailedPreconditionError,
        match="expected to contain 5 elements but contained only 2",
    ):
        epoch_of_dataset(batches)


@pytest.mark.few(4)
@pytest.mark.parametrize("form", ["numbers", "column", "bool", "one-hot"])
@pytest.mark.parametrize("weighted", [False, True])
def test_weights_of_classes_are_those_of_arrays(form, weighted):
    y = np.random.default_rng(0).integers(0, 2, size=9)
    y = {
        "numbers": y,
        "column": y[:, None],
        "bool": y > 0,
        "one-hot": np.eye(2, dtype="float32")[y],
    }[form]
    sample_weight = np.linspace(0.5, 3, 9)
    arrays = (np.arange(9), y, sample_weight) if weighted else (np.arange(9), y)
    for class_weight in ({0: 3.0, 1: 0.5}, "balanced"):
        parts = weigh_dataset(of(*arrays).batch(4), class_weight).as_numpy_iterator()
        truth = weigh_classes(class_weight, y, sample_weight if weighted else None)
        # float32's rounding
        np.testing.assert_allclose(np.concatenate([w for *_, w in parts]), truth, rtol=1e-6)


def test_weights_of_classes_need_one_array_of_classes():
    with raises(Fitting.CLASS_WEIGHT_OF_SEVERAL):
        weigh_dataset(of(NUMBERS, (NUMBERS, NUMBERS)).batch(2), "balanced")
    with raises(Fitting.CLASS_WEIGHTS):
        weigh_dataset(of(NUMBERS, NUMBERS).batch(2), {7: 1.0})
    with raises(Fitting.ENDLESS, name="x"):
        weigh_dataset(of(NUMBERS, NUMBERS).batch(2).repeat(), "balanced")


def test_a_batch_is_no_larger_than_the_data():
    batches = ArrayBatches(np.arange(5.0), np.arange(5), batch_size=10**9, shuffle=False)
    assert (batches.batch_size, batches.steps, batches.remainder) == (5, 1, 0)
    assert batches.draw(batches.begin(0), 0, 5)[0].numpy().tolist() == [0, 1, 2, 3, 4]
