"""cuDNN's LSTM, called as Keras calls it, if TensorFlow sees a GPU and cuDNN supports the cell.

T time steps · N series · D features · H units
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.errors import UsageError
from glasscell.recurrence import loop
from glasscell.recurrence.context import is_compiled_by_xla, is_exported
from glasscell.recurrence.sentences import Recurrence
from glasscell.variants import STANDARD, Variant

DTYPES = (tf.float16, tf.float32, tf.float64)
OTHERWISE = (
    "the loop runs instead, with a dozen small operations per step; engine='kernel' runs on the CPU"
)


@cache
def sees_gpu() -> bool:
    """Return whether TensorFlow has a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def is_placed_on_cpu() -> bool:
    """Return whether this computation runs on the CPU, by `tf.device` or for lack of other devices.

    >>> with tf.device("CPU"):
    ...     is_placed_on_cpu()
    True
    """
    device = tf.zeros([]).device  # in a graph, only a device requested inside of it
    if not device:
        with tf.init_scope():
            device = tf.zeros([]).device
    return "CPU" in device


def obstacle(variant: Variant = STANDARD, dtype: tf.DType = tf.float32) -> str | None:
    """Return why cuDNN cannot run here, on a machine with a GPU; None if it can.

    >>> obstacle(Variant(peepholes=True))
    'cuDNN supports only the standard cell'
    """
    if variant != STANDARD:
        return "cuDNN supports only the standard cell"
    if dtype not in DTYPES:
        return f"cuDNN does not support {dtype.name}"
    if is_compiled_by_xla():
        return "XLA compiles this function (jit_compile=True), without cuDNN"
    if is_exported():
        return "the model is being exported, and must run without a GPU"
    return None


def misfit(
    x: tf.Tensor,
    weights: Weights,
    *,
    unroll: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: Sequence[tf.Tensor] | None = None,
    **_: Any,
) -> str | None:
    """Return what cuDNN, unlike the loop, does not accept in the call; None if nothing.

    >>> misfit(tf.zeros((4, 8, 3)), Weights(tf.zeros((3, 20)), tf.zeros((5, 20))))
    'cuDNN requires a bias'
    """
    if x.shape.rank != 3 or weights.kernel.shape.rank != 2:
        return "cuDNN takes the series of a single network, (N, T, D)"
    if weights.bias is None:
        return "cuDNN requires a bias"
    if unroll:
        return "cuDNN cannot unroll steps"
    if recurrent_keep is not None:
        return "cuDNN does not support recurrent dropout"
    if input_keep is not None and len(input_keep) != 1:
        return "cuDNN supports one dropout of x for all gates, not one per gate"
    return None


def lstm(
    x: tf.Tensor,
    weights: Weights,
    variant: Variant = STANDARD,
    *,
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: None = None,
) -> tuple[tf.Tensor, State]:
    """Run the LSTM over x, if there is neither obstacle nor misfit; otherwise as in `loop.lstm`.

    cuDNN takes lengths, not masks. If a series is masked elsewhere than at its end, or completely,
    the loop processes the batch; the graph decides for each batch.
    """
    if time_major:
        x, mask = _turned(x), None if mask is None else _turned(mask)
    if mask is not None:
        mask = tf.broadcast_to(mask, tf.shape(x)[:-1])  # one row may apply to all series
        x = tf.where(mask[..., None], x, tf.zeros_like(x))  # pyright: ignore
    if input_keep is not None:
        x = x * tf.expand_dims(input_keep[0], -2)
    zero = tf.zeros([tf.shape(x)[0], weights.recurrent_kernel.shape[-2]], x.dtype)
    start = (
        State(zero, zero)
        if initial_state is None
        else State(zero + initial_state.h, zero + initial_state.c)
    )
    options: dict[str, Any] = {"return_sequences": return_sequences, "go_backwards": go_backwards}

    def by_cudnn() -> tuple[tf.Tensor, State]:
        output, state = _call_keras(x, weights, start, mask, **options)
        if mask is None or go_backwards:  # masked steps come first, with zeros as output
            return output, state
        real = mask if return_sequences else mask[:, -1]
        h = state.h[:, None] if return_sequences else state.h
        return tf.where(
            real[..., None],  # pyright: ignore
            output,
            tf.zeros_like(h) if zero_output_for_mask else h,
        ), state

    def by_loop() -> tuple[tf.Tensor, State]:
        how = {"initial_state": start, "mask": mask, "zero_output_for_mask": zero_output_for_mask}
        return loop.lstm(x, weights, variant, **how, **options)

    output, state = by_cudnn() if mask is None else tf.cond(_are_lengths(mask), by_cudnn, by_loop)
    return (_turned(output) if time_major and return_sequences else output), state


def _call_keras(
    x, weights: Weights, start: State, mask, *, return_sequences: bool, go_backwards: bool
):
    from keras import activations  # here because the rest of the recurrence needs no Keras
    from keras.src.backend.tensorflow.rnn import lstm as lstm_of_keras

    _refuse_second_derivatives()
    how: dict[str, Any] = {"return_sequences": return_sequences, "go_backwards": go_backwards}
    try:
        # Not the layer's `inner_loop`, which would silently fall back from cuDNN
        _, output, (h, c) = lstm_of_keras(
            x,
            start.h,
            start.c,
            mask,
            weights.kernel,
            weights.recurrent_kernel,
            weights.bias,
            activations.tanh,
            activations.sigmoid,
            **how,
        )
    except NotImplementedError as error:
        raise UsageError(Recurrence.NO_CUDNN) from error
    return (output if return_sequences else h), State(h, c)


def _are_lengths(mask: tf.Tensor) -> tf.Tensor:
    """Return whether all series of a mask (N, T) have a step, and are masked only at their ends."""
    lengths = tf.reduce_sum(tf.cast(mask, tf.int32), 1)
    are_right_padded = tf.reduce_all(mask == tf.sequence_mask(lengths, tf.shape(mask)[1]))
    return are_right_padded & tf.reduce_all(lengths > 0)


@cache
def _refuse_second_derivatives() -> None:
    """Raise a clear error for second derivatives, not TensorFlow's missing registry entry."""
    with suppress(KeyError):  # already registered elsewhere

        @tf.RegisterGradient("CudnnRNNBackpropV3")
        def _refuse(op, *d_outputs):
            raise UsageError(Recurrence.NO_SECOND_DERIVATIVES)


def _turned(v: tf.Tensor) -> tf.Tensor:
    """Exchange the first two axes."""
    return tf.transpose(v, [1, 0, *range(2, len(v.shape))])
