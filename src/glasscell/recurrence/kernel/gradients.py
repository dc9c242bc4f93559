"""The gradient of the kernel, also native, and its second derivative, by the readable loop."""

from functools import cache
from typing import Any

import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.recurrence import loop
from glasscell.variants import Variant

_OPTIONS = ("time_major", "go_backwards", "return_sequences", "zero_output_for_mask")
_VARIANT = (
    "input_gate",
    "forget_gate",
    "output_gate",
    "coupled",
    "input_activation",
    "gate_activation",
    "output_activation",
)
# inputs: x, kernel, recurrent_kernel, bias, peephole_kernel, h0, c0; no mask, no dropout
_X, _WITH_GRADIENT = (0, 7)
_D_RESULTS = range(11, 14)  # inputs of the gradient: d_output, d_h, d_c


@cache
def register(operations: Any) -> None:
    """Register the gradients of `operations`, TensorFlow's module of the kernel's operations.

    >>> register is register  # TensorFlow takes one registration in a process, so it is done once
    True
    """

    @tf.RegisterGradient("GlasscellLSTM")
    def _gradient(op, d_output, d_h, d_c, _):
        attributes = {name: _attribute(op, name) for name in (*_OPTIONS, *_VARIANT, "threads")}
        saved = op.outputs[3]
        if not op.get_attr("save"):  # without a tape the forward pass saved nothing: run it again
            saved = operations.glasscell_lstm(*op.inputs, **attributes, save=True).saved
        unneeded = _unneeded(op)
        *d_inputs, _ = operations.glasscell_lstm_grad(
            *op.inputs, saved, d_output, d_h, d_c, **attributes, needs_d_x=_X not in unneeded
        )
        for i, (d, v) in enumerate(zip(d_inputs, op.inputs, strict=False)):
            if i in unneeded:
                d_inputs[i] = None
            elif not tf.executing_eagerly():
                d.set_shape(v.shape)
        return [*d_inputs, None, None, None]

    @tf.RegisterGradient("GlasscellLSTMGrad")
    def _second_gradient(op, *dd_inputs):
        return _differentiate_loop_twice(op, dd_inputs[:_WITH_GRADIENT])


def _attribute(op, name: str) -> Any:
    value = op.get_attr(name)
    return value.decode() if isinstance(value, bytes) else value


def _unneeded(op) -> tuple[int, ...]:
    """Return the positions of inputs that need no gradient; a tape knows them, a graph does not."""
    return getattr(op, "skip_input_indices", None) or ()


def _differentiate_loop_twice(op, dd_inputs) -> list:
    """Return gradients of the gradients, weighted by `dd_inputs`, for GlasscellLSTMGrad inputs."""
    # Copies: one tensor may be passed twice, such as for h0 and c0, and each has its own
    # derivative.
    present: list[Any] = [
        None if v.shape.rank == 1 and v.shape[0] == 0 else tf.identity(v) for v in op.inputs
    ]
    x, kernel, recurrent_kernel, bias, peephole_kernel, h0, c0, mask, input_keep, recurrent_keep = (
        present[:10]
    )
    needs_d_x = _attribute(op, "needs_d_x")
    variant = Variant(
        peepholes=peephole_kernel is not None, **{name: _attribute(op, name) for name in _VARIANT}
    )
    # If d_x is not needed, the kernel returns an array of shape (0,), on which nothing depends.
    first = [
        i
        for i, v in enumerate(present[:_WITH_GRADIENT])
        if v is not None and (i != _X or needs_d_x)
    ]
    second = [
        i
        for i in (*range(_WITH_GRADIENT), *_D_RESULTS)
        if present[i] is not None and i not in _unneeded(op)
    ]
    with tf.GradientTape() as outer:
        outer.watch([present[i] for i in second])
        with tf.GradientTape() as inner:
            inner.watch([present[i] for i in first])
            output, state = loop.lstm(
                x,
                Weights(kernel, recurrent_kernel, bias, peephole_kernel),
                variant,
                initial_state=None if h0 is None or c0 is None else State(h0, c0),
                mask=mask,
                input_keep=None if input_keep is None else tf.unstack(input_keep, num=4),
                recurrent_keep=None
                if recurrent_keep is None
                else tf.unstack(recurrent_keep, num=4),
                **{name: _attribute(op, name) for name in _OPTIONS},
            )
        d_inputs: Any = inner.gradient(
            [output, state.h, state.c],
            [present[i] for i in first],
            output_gradients=[present[i] for i in _D_RESULTS],
            # peepholes without a gate; no steps
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
    wanted: list = [None] * len(op.inputs)
    dd = outer.gradient(
        d_inputs, [present[i] for i in second], output_gradients=[dd_inputs[i] for i in first]
    )
    for i, d in zip(second, dd, strict=True):
        wanted[i] = d
    return wanted
