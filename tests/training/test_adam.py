import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell.training.adam import FlatAdam, can_flatten
from glasscell.training.batches import ArrayBatches
from glasscell.training.epoch_graph import Training

SHAPES = [(3, 5), (), (1,), (2, 1, 3), (7,)]


def drawn(seed, dtype):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in SHAPES]


def stepped(options, dtype, *, flat, epochs=2, steps=3):
    """Return weights, moments and count after epochs of random gradients, each one graph."""
    weights = [keras.Variable(v, dtype=dtype) for v in drawn(0, dtype)]
    optimizer = keras.optimizers.Adam(**options)
    optimizer.build(weights)
    adam = FlatAdam(optimizer, weights)
    assert can_flatten(optimizer, weights)

    @tf.function(autograph=False)
    def epoch(gradients):
        if flat:
            adam.begin()
        for one in gradients:
            adam.apply(one) if flat else optimizer.apply(one, weights)
        if flat:
            adam.end()

    for k in range(epochs):
        epoch([[tf.constant(v) for v in drawn(1 + k * steps + j, dtype)] for j in range(steps)])
    return [v.numpy() for v in [*weights, *optimizer.variables]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"learning_rate": 0.03, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(0.01, 5)},
    ],
)
def test_it_is_keras_s_adam_bit_for_bit(options, dtype):
    keras_s, ours = (stepped(options, dtype, flat=flat) for flat in (False, True))
    assert len(keras_s) == len(ours) >= 3 * len(SHAPES) + 1
    assert int(ours[len(SHAPES)]) == 6
    for one, other in zip(keras_s, ours, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.AdamW(),
        keras.optimizers.SGD(),
        keras.optimizers.Adam(clipvalue=0.5),
        keras.optimizers.Adam(global_clipnorm=0.5),
        keras.optimizers.Adam(weight_decay=0.1),
        keras.optimizers.Adam(use_ema=True),
        keras.optimizers.Adam(gradient_accumulation_steps=2),
        keras.optimizers.Adam(loss_scale_factor=8.0),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_what_does_more_than_adam_is_left_to_keras(optimizer):
    weights = [keras.Variable([1.0])]
    optimizer.build(weights)
    assert not can_flatten(optimizer, weights)


def test_weights_that_are_constrained_or_of_two_dtypes_are_left_to_keras():
    bounded = keras.layers.Dense(1, kernel_constraint="non_neg")
    bounded.build((None, 2))
    for weights in (
        bounded.trainable_variables,
        [keras.Variable([1.0]), keras.Variable([1.0], dtype="float64")],
    ):
        adam = keras.optimizers.Adam()
        adam.build(weights)
        assert not can_flatten(adam, weights)


def two_layers():
    keras.utils.set_random_seed(1)
    layers = [
        keras.Input((4,)),
        keras.layers.Dense(3, use_bias=False),
        keras.layers.Dense(1, use_bias=False),
    ]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.05), "mse")
    return model


def frozen_after_a_first_fit(model, fit):
    fit(model)
    model.layers[0].trainable = False


def known_in_another_order(model, fit):
    model.optimizer.build(model.trainable_variables[::-1])


def compiled_again(model, fit):
    fit(model)
    model.compile(keras.optimizers.Adam(0.01), "mse")


def of_eight_bits(model, fit):
    model.layers[0].quantize("float8")
    model.compile(keras.optimizers.Adam(0.05), "mse")


@pytest.mark.parametrize(
    "change",
    [
        frozen_after_a_first_fit,
        known_in_another_order,
        *(
            pytest.param(change, marks=pytest.mark.long(3))
            for change in (compiled_again, of_eight_bits)
        ),
    ],
    ids=lambda change: change.__name__,
)
def test_an_adam_that_knows_other_weights_or_in_another_order_ends_where_keras_s_fit_does(change):
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")

    def ours(model):
        Training(model, ArrayBatches(x, x[:, :1], batch_size=8, shuffle=False)).run(2)

    def theirs(model):
        # else Keras trains what was trainable when it first did
        model.make_train_function(force=True)
        model.fit(x, x[:, :1], batch_size=8, shuffle=False, epochs=2, verbose=0)

    ends = []
    for fit in (ours, theirs):
        model = two_layers()
        change(model, fit)
        fit(model)
        ends.append([v.numpy() for v in [*model.variables, *model.optimizer.variables]])
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.long(3)
def test_a_model_compiled_again_before_it_runs_learns_with_its_new_optimizer():
    x = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
    model = two_layers()
    training = Training(model, ArrayBatches(x, x[:, :1], batch_size=8, shuffle=False))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    training.run(2)
    theirs = two_layers()
    theirs.compile(keras.optimizers.Adam(0.01), "mse")
    theirs.fit(x, x[:, :1], batch_size=8, shuffle=False, epochs=2, verbose=0)
    for one, other in zip(model.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_weights_on_which_nothing_hangs_stay_as_they_are_and_the_others_learn_as_in_keras():
    def model():
        keras.utils.set_random_seed(3)
        x = keras.Input((2,))
        answer, idle = keras.layers.Dense(1)(x), keras.layers.Dense(1)(x)
        made = keras.Model(x, [answer, idle])
        made.compile(keras.optimizers.Adam(0.1), loss=["mse", None])
        return made

    x = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")
    ours, theirs = model(), model()
    Training(ours, ArrayBatches(x, x[:, :1], batch_size=4, shuffle=False)).run(2)
    theirs.fit(x, x[:, :1], batch_size=4, shuffle=False, epochs=2, verbose=0)
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=2e-6)
