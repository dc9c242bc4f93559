"""`predict`: the same output as a call of the model, for every form of input, and errors."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.facts import raises

from glasscell import LSTM, predict
from glasscell.system.sentences import System
from glasscell.training.prediction import _graphs
from glasscell.training.sentences import Fitting


def classifier(**options):
    layers = [
        keras.Input((8, 3)),
        keras.layers.Masking(),
        LSTM(5, **options),
        keras.layers.Dense(2),
    ]
    return keras.Sequential(layers)


def series(batch, time=8, seed=0):
    x = np.random.default_rng(seed).normal(size=(batch, time, 3)).astype("float32")
    x[0, time // 2 :] = 0  # masked
    return x


@pytest.mark.few(4)
@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_answers_are_those_of_the_model(batch, batch_size):
    model, x = classifier(), series(batch)
    # one series or several: sums of the same eight steps, in the order that the size of a batch
    # makes fast
    np.testing.assert_allclose(
        predict(model, x, batch_size=batch_size), model(x), rtol=1e-5, atol=1e-6
    )


def test_one_graph_serves_all_numbers_of_samples_but_the_weights_of_today():
    model = classifier()
    for batch in (1, 2, 5):
        predict(model, series(batch))
    assert _graphs[model][1].experimental_get_tracing_count() == 1
    model.set_weights([w + 1 for w in model.get_weights()])
    np.testing.assert_allclose(predict(model, series(5)), model(series(5)), rtol=1e-5, atol=1e-6)


def test_lengths_may_differ_from_call_to_call():
    model = keras.Sequential([keras.Input((None, 3)), LSTM(5)])
    for time in (1, 4, 9, 2):
        x = series(2, time)
        np.testing.assert_allclose(predict(model, x), model(x), rtol=1e-5, atol=1e-6)


def test_several_inputs_and_several_outputs():
    a, b = keras.Input((8, 3), name="a"), keras.Input((2,), name="b")
    h = LSTM(4)(a)
    model = keras.Model({"a": a, "b": b}, [h, keras.layers.Concatenate()([h, b])])
    x = {"a": series(5), "b": np.ones((5, 2), "float32")}
    answers = predict(model, x, batch_size=2)
    for ours, theirs in zip(answers, model(x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_stateful_model_goes_on_where_it_was():
    model = keras.Sequential([keras.Input((4, 3), batch_size=2), LSTM(5, stateful=True)])
    x = series(2)
    predict(model, x[:, :4], batch_size=1)
    second = predict(model, x[:, 4:])
    model.layers[0].reset_states()
    model(x[:, :4])
    np.testing.assert_allclose(second, model(x[:, 4:]), rtol=1e-5, atol=1e-6)


def test_dropout_is_not_at_work():
    model, x = classifier(dropout=0.5, recurrent_dropout=0.5), series(3)
    np.testing.assert_array_equal(predict(model, x), predict(model, x))


def test_tensors_and_lists_are_welcome():
    model, x = classifier(), series(3)
    for same in (tf.constant(x), x.tolist(), x.astype("float64")):
        given = same if isinstance(same, tf.Tensor) else np.asarray(same)
        np.testing.assert_allclose(predict(model, given), model(x), rtol=1e-5, atol=1e-6)


def test_a_model_that_has_got_another_layer_answers_with_it():
    model, x = classifier(), series(3)
    predict(model, x)
    model.add(keras.layers.Dense(4))
    np.testing.assert_allclose(predict(model, x), model(x), rtol=1e-5, atol=1e-6)


@pytest.mark.long(1)
def test_a_model_is_given_back_when_nobody_holds_it():
    model = classifier()
    predict(model, series(1))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.zeros((0, 8, 3)), {}, Fitting.UNEQUAL_INPUTS),
        (np.float32(1), {}, Fitting.NO_ARRAY),
        (None, {}, Fitting.NO_ARRAY),
        ([[[1.0, 2.0, 3.0]]], {}, Fitting.LIST_OF_NUMBERS),
        ([np.zeros((2, 8, 3)), np.zeros((3, 8, 3))], {}, Fitting.UNEQUAL_INPUTS),
        (np.zeros((2, 8, 3)), {"batch_size": 0}, System.NOT_ACCEPTED),
        (np.zeros((2, 8, 3)), {"batch_size": 1.5}, System.NOT_ACCEPTED),
    ],
)
def test_what_makes_no_batch_is_refused(x, options, message):
    with raises(message):
        predict(classifier(), x, **options)


def test_many_models_are_no_retracing(caplog):
    for _ in range(6):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        for n in (2, 3):
            predict(model, np.zeros((n, 3)))
    assert "retracing" not in caplog.text
