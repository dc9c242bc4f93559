import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.training.batches import weigh_classes
from glasscell.training.pipelines import DatasetBatches, weigh_dataset
from glasscell.training.sentences import Fitting


def of(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays)


def epoch_of(batches):
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
    assert epoch_of(DatasetBatches(dataset)) == [x.tolist() for x, _ in dataset.as_numpy_iterator()]


def test_each_epoch_reads_the_dataset_again():
    """So what it draws at random is drawn afresh: an order here, noise where somebody augments."""
    batches = DatasetBatches(of(np.arange(100), np.arange(100)).shuffle(100, seed=1).batch(100))
    first, second = epoch_of(batches), epoch_of(batches)
    assert first != second
    assert sorted(first[0]) == sorted(second[0]) == list(range(100))


def test_batches_of_unequal_lengths_keep_them():
    lengths = [2, 5, 3, 4, 1]
    series = tf.data.Dataset.from_generator(
        lambda: ((np.ones((length, 1)), length) for length in lengths),
        output_signature=(tf.TensorSpec((None, 1), tf.float64), tf.TensorSpec((), tf.int32)),
    )
    batches = DatasetBatches(series.padded_batch(2, padding_values=(np.float64(np.nan), 0)))
    assert [np.shape(x) for x in epoch_of(batches)] == [(2, 5, 1), (2, 4, 1), (1, 1, 1)]
    assert batches.draw(batches.begin(0), 0, 2)[0].dtype == "float32"


def test_nested_structures_and_weights_come_through():
    dataset = of({"a": np.zeros((4, 2)), "b": np.zeros(4, int)}, np.zeros(4), np.arange(4.0)).batch(3)
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
    Fitting.OTHER_TUPLE: of(*[NUMBERS] * 4).batch(2),
    Fitting.NOT_DENSE: of(NUMBERS, NUMBERS).ragged_batch(2).map(lambda x, y: (tf.RaggedTensor.from_tensor(x[None]), y)),
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
    assert [len(x) for x in epoch_of(DatasetBatches(ragged.rebatch(3)))] == [3, 3, 2]
    assert DatasetBatches(of(NUMBERS, NUMBERS).batch(2).repeat().take(5)).steps == 5


def test_a_dataset_that_ends_early_in_another_epoch_is_reported():
    left = tf.Variable(10, dtype=tf.int64)
    dataset = of(np.arange(10), np.arange(10)).filter(lambda x, y: x < left).batch(2)
    batches = DatasetBatches(dataset)
    left.assign(4)
    with pytest.raises(tf.errors.FailedPreconditionError, match="expected to contain 5 elements but contained only 2"):
        epoch_of(batches)


@pytest.mark.parametrize("form", ["numbers", "column", "bool", "one-hot"])
@pytest.mark.parametrize("weighted", [False, True])
def test_weights_of_classes_are_those_of_arrays(form, weighted):
    y = np.random.default_rng(0).integers(0, 2, size=9)
    y = {"numbers": y, "column": y[:, None], "bool": y > 0, "one-hot": np.eye(2, dtype="float32")[y]}[form]
    sample_weight = np.linspace(0.5, 3, 9)
    arrays = (np.arange(9), y, sample_weight) if weighted else (np.arange(9), y)
    for class_weight in ({0: 3.0, 1: 0.5}, "balanced"):
        parts = weigh_dataset(of(*arrays).batch(4), class_weight).as_numpy_iterator()
        truth = weigh_classes(class_weight, y, sample_weight if weighted else None)
        np.testing.assert_allclose(np.concatenate([w for *_, w in parts]), truth, rtol=1e-6)  # float32's rounding


def test_weights_of_classes_need_one_array_of_classes():
    with raises(Fitting.CLASS_WEIGHT_OF_SEVERAL):
        weigh_dataset(of(NUMBERS, (NUMBERS, NUMBERS)).batch(2), "balanced")
    with raises(Fitting.CLASS_WEIGHTS):
        weigh_dataset(of(NUMBERS, NUMBERS).batch(2), {7: 1.0})
    with raises(Fitting.ENDLESS, name="x"):
        weigh_dataset(of(NUMBERS, NUMBERS).batch(2).repeat(), "balanced")
