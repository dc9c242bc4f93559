"""Keras's Adam, its steps taken by TensorFlow's operation for that: one for each variable in place of some twenty."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import keras
import numpy as np
import tensorflow as tf


@contextmanager
def fused(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Within this context have `optimizer` use the fused operation, if that does what Keras's Adam does.

    It does where AMSGrad and accumulated gradients are off, and both betas are float32 numbers: the operation takes
    1 − β of what float32 makes of β (for .999 that is off by 1e-5), Keras of β itself. Variables, slots, learning rate,
    clipping, decay and all else stay Keras's; the formula is the same (Kingma & Ba 2015, before section 2.1), so that
    results differ by rounding only.

    >>> v = keras.Variable([1.0, 2.0])
    >>> adam = keras.optimizers.Adam(0.1, beta_1=0.875, beta_2=0.9990234375)
    >>> with fused(adam):
    ...     adam.apply([tf.constant([3.0, -3.0])], [v])
    >>> v.numpy().round(4).tolist()
    [0.9, 2.1]
    """
    if not _is_plain_adam(optimizer):
        yield
        return

    @cache
    def powers_of_betas(dtype):
        step = tf.cast(optimizer.iterations.value + 1, dtype)
        return [tf.pow(tf.constant(beta, dtype), step) for beta in (optimizer.beta_1, optimizer.beta_2)]

    def update_step(gradient, variable, learning_rate):
        index = optimizer._get_variable_index(variable)
        parts = [variable, optimizer._momentums[index], optimizer._velocities[index]]
        var, m, v = (part.value if isinstance(part, keras.Variable) else part for part in parts)
        dtype = var.dtype
        beta1_power, beta2_power = powers_of_betas(dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=var.handle,
            m=m.handle,
            v=v.handle,
            beta1_power=beta1_power,
            beta2_power=beta2_power,
            lr=tf.cast(learning_rate, dtype),
            beta1=tf.constant(optimizer.beta_1, dtype),
            beta2=tf.constant(optimizer.beta_2, dtype),
            epsilon=tf.constant(optimizer.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )

    vars(optimizer)["update_step"] = update_step  # the method that Keras means to be overridden
    try:
        yield
    finally:
        del vars(optimizer)["update_step"]


def _is_plain_adam(optimizer) -> bool:
    if type(optimizer) is not keras.optimizers.Adam or optimizer.amsgrad or optimizer.gradient_accumulation_steps:
        return False
    return all(float(np.float32(beta)) == beta for beta in (optimizer.beta_1, optimizer.beta_2))
