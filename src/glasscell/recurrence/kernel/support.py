"""Where the kernel applies, and where not and why."""

import tensorflow as tf

from glasscell.cell import Weights
from glasscell.recurrence.context import is_compiled_by_xla, is_exported
from glasscell.recurrence.kernel import core, library
from glasscell.variants import STANDARD, Variant


def obstacle(variant: Variant = STANDARD, dtype: tf.DType = tf.float32) -> str | None:
    """Return why the kernel cannot run here; None if it can.

    >>> obstacle(dtype=tf.float64)
    'the kernel supports float32, not float64'
    """
    if dtype != tf.float32:
        return f"the kernel supports float32, not {dtype.name}"
    missing = core.misses(variant)
    if missing is not None:
        return missing
    if is_compiled_by_xla():
        return "XLA compiles this function (jit_compile=True), but cannot compile the kernel"
    if is_exported():
        return "the model is being exported, and must run without glasscell"
    return library.load()[1]


def misfit(x: tf.Tensor, weights: Weights) -> str | None:
    """Return what the kernel, unlike the loop, does not accept in the shapes; None if nothing.

    >>> misfit(tf.zeros((4, 8, 3)), Weights(tf.zeros((2, 3, 20)), tf.zeros((2, 5, 20))))
    'x has the leading axes (), but the weights have (2,): the kernel requires the same'
    """
    if x.shape.rank is None or not 3 <= x.shape.rank <= 8:
        return f"x has {x.shape.rank or 'an unknown number of'} axes: the kernel supports 3 to 8"
    leading = tuple(x.shape[:-3])
    for kernel in (weights.kernel, weights.recurrent_kernel):
        if tuple(kernel.shape[:-2]) != leading:
            return (
                f"x has the leading axes {leading}, but the weights have "
                f"{tuple(kernel.shape[:-2])}: " + ("the kernel requires the same")
            )
    if weights.recurrent_kernel.shape[-2] == 0 or x.shape[-1] == 0:
        return "the kernel needs at least one feature and one unit"
    return None
