"""`fused`: Keras's Adam and TensorFlow's fused operation take the same steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from glasscell.fused_adam import fused

# A step is a dozen roundings of numbers of its own size; ten steps of a hundredth each, on weights of size 1.
TOLERANCE = {"float32": 2e-6, "float64": 1e-12}


def weights_after_steps(optimizer, fuse, dtype="float32", graph=False, steps=10):
    rng = np.random.default_rng(0)
    variables = [keras.Variable(rng.normal(size=shape), dtype=dtype) for shape in ((3, 4), (4,), (1,))]
    gradients = [[tf.constant(rng.normal(size=v.shape), dtype) for v in variables] for _ in range(steps)]
    optimizer.build(variables)

    def step(gradients):
        if fuse:
            with fused(optimizer):
                optimizer.apply(gradients, variables)
        else:
            optimizer.apply(gradients, variables)

    step = tf.function(step) if graph else step
    for each in gradients:
        step(each)
    return [v.numpy() for v in [*variables, *optimizer.variables]]


BETAS = {"beta_1": float(np.float32(0.9)), "beta_2": float(np.float32(0.999))}


def adam(learning_rate=0.01, **options):
    return keras.optimizers.Adam(learning_rate, **{**BETAS, **options})


OPTIMIZERS = {
    "plain": adam,
    "betas": lambda: adam(0.02, beta_1=0.75, beta_2=0.96875, epsilon=1e-3),
    "schedule": lambda: adam(keras.optimizers.schedules.ExponentialDecay(0.01, 3, 0.5)),
    "clipped": lambda: adam(global_clipnorm=0.5),
    "decay": lambda: adam(weight_decay=0.1),
    "average": lambda: adam(use_ema=True, ema_overwrite_frequency=3),
    "scaled": lambda: adam(loss_scale_factor=4.0),
}
OTHERS = {
    "betas that float32 rounds": lambda: keras.optimizers.Adam(0.01),
    "amsgrad": lambda: adam(amsgrad=True),
    "accumulated": lambda: adam(gradient_accumulation_steps=2),
    "adamw": lambda: keras.optimizers.AdamW(0.01, **BETAS),
    "sgd": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("graph", [False, True], ids=["eager", "graph"])
def test_the_steps_are_those_of_keras(name, graph):
    ours, theirs = (weights_after_steps(OPTIMIZERS[name](), fuse, graph=graph) for fuse in (True, False))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=TOLERANCE["float32"], atol=TOLERANCE["float32"])


def test_the_steps_are_those_of_keras_in_double_precision():
    optimizers = [adam(0.0078125) for _ in range(2)]  # Keras keeps the rate in float32
    ours, theirs = (weights_after_steps(o, fuse, "float64") for o, fuse in zip(optimizers, (True, False), strict=True))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=TOLERANCE["float64"], atol=TOLERANCE["float64"])


@pytest.mark.parametrize("name", OTHERS)
def test_other_optimizers_stay_as_they_are(name):
    ours, theirs = (weights_after_steps(OTHERS[name](), fuse) for fuse in (True, False))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("fuse", [False, True])
def test_a_graph_holds_the_fused_operation_only_within(fuse):
    optimizer, v = adam(), keras.Variable([1.0])
    optimizer.build([v])

    def step():
        if fuse:
            with fused(optimizer):
                optimizer.apply([tf.constant([1.0])], [v])
        else:
            optimizer.apply([tf.constant([1.0])], [v])

    types = [op.type for op in tf.function(step).get_concrete_function().graph.get_operations()]
    assert types.count("ResourceApplyAdam") == int(fuse)
    assert "update_step" not in vars(optimizer)
