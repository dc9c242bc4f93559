"""The cell over time: an LSTM over a whole series, by the native kernel if possible, or the loop.

If TensorFlow sees a GPU, cuDNN replaces the kernel.

T time steps · N series · D features · H units · … leading axes: one network, or many in parallel
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.recurrence import cudnn, loop
from glasscell.recurrence.kernel import library, operation, support
from glasscell.variants import STANDARD, Variant


class Choice(NamedTuple):
    """Which implementation of the recurrence runs, and why."""

    engine: str
    reason: str


WATCHED = Choice("loop", "its gates are being traced or clamped")


def check_engine(engine: str) -> None:
    """Raise ValueError for an unknown `engine`.

    >>> check_engine("kernel")
    """
    if engine not in ("auto", "kernel", "loop"):
        raise ValueError(f"engine={engine!r}: expected 'auto', 'kernel' or 'loop'")


def choose_engine(
    engine: str = "auto",
    variant: Variant = STANDARD,
    dtype: Any = "float32",
    use_cudnn: bool | str = "auto",
) -> Choice:
    """Return which implementation `lstm` uses now, and why; `read` reports whether shapes fit.

    >>> choose_engine("auto", dtype="float64")
    Choice(engine='loop', reason='the kernel supports float32, not float64')
    """
    check_engine(engine)
    choice = _choose(engine, variant, tf.as_dtype(dtype), use_cudnn)
    if use_cudnn is True and choice.engine != "cudnn":
        reason = choice.reason if cudnn.sees_gpu() else "TensorFlow sees no GPU"
        raise ValueError(f"use_cudnn=True does not work here: {reason}; use 'auto' or False")
    return choice


def _choose(engine: str, variant: Variant, dtype: tf.DType, use_cudnn: bool | str) -> Choice:
    if engine == "loop":
        return Choice("loop", "requested by engine='loop'")
    if engine == "auto" and cudnn.sees_gpu() and not cudnn.is_placed_on_cpu():
        obstacle = (
            "requested by use_cudnn=False" if use_cudnn is False else cudnn.obstacle(variant, dtype)
        )
        if obstacle is None:
            return Choice("cudnn", "TensorFlow sees a GPU, and cuDNN supports this cell")
        return Choice("loop", f"{obstacle}: {cudnn.OTHERWISE}")
    obstacle = support.obstacle(variant, dtype)
    if obstacle is None:
        return Choice("kernel", library.describe())
    if engine == "kernel":
        raise ValueError(
            f"engine='kernel' does not work here: {obstacle}; use engine='auto' or 'loop'"
        )
    return Choice("loop", obstacle)


def lstm(
    x: tf.Tensor,
    kernel: tf.Tensor,
    recurrent_kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    variant: Variant = STANDARD,
    peephole_kernel: tf.Tensor | None = None,
    gate_kernel: tf.Tensor | None = None,
    *,
    engine: str = "auto",
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    time_major: bool = False,
    unroll: bool = False,
    zero_output_for_mask: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: Sequence[tf.Tensor] | None = None,
) -> tuple[tf.Tensor, State]:
    """Run an LSTM over whole series.

    N series · T time steps · D features · H units. Leading axes (…) are networks computed side by
    side. All tensors have the dtype of x.

    Parameters
    ----------
    x : tensor (…, N, T, D), or (…, T, N, D) with `time_major`
        Input series.
    kernel : tensor (…, D, 4H)
        Weights of x, with blocks in the order i, f, z, o.
    recurrent_kernel : tensor (…, H, 4H)
        Weights of h, in the same order.
    bias : tensor (…, 4H), optional
        Bias, in the same order.
    variant : Variant
        Structure of the cell.
    peephole_kernel : tensor (…, 3, H), optional
        Weights of c for i, f and o, if `variant` has peepholes.
    gate_kernel : tensor (…, 3H, 3H), optional
        Weights of the previous i, f and o, if `variant` has full gate recurrence.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.
    initial_state : State, optional
        State before the first step; zeros by default.
    mask : bool tensor (…, N, T), or (…, T, N) with `time_major`, optional
        Where a step is real. At a masked step x is ignored and the state stays as it was.
    return_sequences : bool
        Whether to return h of every step, or only of the last.
    go_backwards : bool
        Process from the last step to the first. A returned sequence is in this order, as in Keras.
    time_major : bool
        Whether time is the first of the three axes of x, `mask` and the output.
    unroll : bool
        Unroll the loop in the graph, which needs a known T. The kernel ignores it.
    zero_output_for_mask : bool
        Whether a returned sequence has zeros at a masked step, or the previous output.
    input_keep, recurrent_keep : sequence of one or four tensors, optional
        Dropout factors (…, N, D) of x and (…, N, H) of h, the same at every step: for all gates, or
        for i, f, z, o each. They are constants, without a gradient.

    Returns
    -------
    output : tensor (…, N, H); with `return_sequences` (…, N, T, H), or (…, T, N, H) if `time_major`
        Hidden state h.
    state : State
        State after the last step processed.

    Raises
    ------
    ValueError
        If shapes or weights do not fit together, or the kernel is requested and does not support
        the cell.

    Examples
    --------
    >>> import glasscell
    >>> import tensorflow as tf
    >>> x, kernel, recurrent_kernel, mask = (
    ...     tf.ones((1, 3, 2)),
    ...     tf.ones((2, 4)),
    ...     tf.ones((1, 4)),
    ...     [[True, True, False]],
    ... )
    >>> h, state = glasscell.lstm(
    ...     x, kernel, recurrent_kernel, mask=tf.constant(mask), return_sequences=True
    ... )
    >>> [round(float(v), 3) for v in h[0, :, 0]]
    [0.608, 0.873, 0.873]
    """
    output, state, _ = read(
        x,
        Weights(kernel, recurrent_kernel, bias, peephole_kernel, gate_kernel),
        variant,
        engine=engine,
        initial_state=initial_state,
        mask=mask,
        return_sequences=return_sequences,
        go_backwards=go_backwards,
        time_major=time_major,
        unroll=unroll,
        zero_output_for_mask=zero_output_for_mask,
        input_keep=input_keep,
        recurrent_keep=recurrent_keep,
    )
    return output, state


def read(
    x: tf.Tensor,
    weights: Weights,
    variant: Variant = STANDARD,
    *,
    engine: str = "auto",
    initial_state: State | None = None,
    time_major: bool = False,
    unroll: bool = False,
    use_cudnn: bool | str = "auto",
    **options: Any,
) -> tuple[tf.Tensor, State, Choice]:
    """Do the same as `lstm`, for callers with all weights in one object; also return the engine.

    >>> _, _, choice = read(
    ...     tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4))), engine="loop"
    ... )
    >>> choice
    Choice(engine='loop', reason="requested by engine='loop'")
    """
    x = tf.convert_to_tensor(x)
    if not isinstance(variant, Variant):
        raise ValueError(
            f"variant={variant!r}: expected a Variant, such as glasscell.GREFF['CIFG']"
        )
    if initial_state is not None and not isinstance(initial_state, State):
        initial_state = State(*initial_state)
    _check_shapes(x, weights)
    options |= {"initial_state": initial_state, "time_major": time_major}
    choice = choose_engine(engine, variant, x.dtype, use_cudnn)
    misfit = None
    if choice.engine == "kernel":
        misfit = support.misfit(x, weights)
    elif choice.engine == "cudnn":
        misfit = cudnn.misfit(x, weights, unroll=unroll, **options)
    if misfit is not None and (engine == "kernel" or use_cudnn is True):
        requested = "engine='kernel'" if engine == "kernel" else "use_cudnn=True"
        raise ValueError(f"{requested} does not work here: {misfit}")
    if misfit is not None:
        choice = Choice(
            "loop", misfit if choice.engine == "kernel" else f"{misfit}: {cudnn.OTHERWISE}"
        )
    if choice.engine == "cudnn":
        return *cudnn.lstm(x, weights, variant, **options), choice
    if choice.engine == "loop":
        return *loop.lstm(x, weights, variant, **options, unroll=unroll), choice
    if unroll and x.shape[-3 if time_major else -2] is None:
        raise ValueError(
            "unroll=True needs a known number of time steps, but x's time axis is None"
        )
    return *operation.lstm(x, weights, variant, **options), choice


def _check_shapes(x, weights: Weights) -> None:
    """Raise ValueError if the known shapes of the weights do not fit each other or x."""
    features, units = x.shape[-1], weights.recurrent_kernel.shape[-2]
    for name, rows in (("kernel", features), ("recurrent_kernel", units)):
        wanted = (rows, None if units is None else 4 * units)
        found = tuple(getattr(weights, name).shape[-2:])
        if any(
            size is not None and size != want and want is not None
            for size, want in zip(found, wanted, strict=True)
        ):
            raise ValueError(
                f"{name} has the shape (…, {found[0]}, {found[1]}): expected (…, {rows}, "
                f"{wanted[1]}) for x with {features} features, and as many units as "
                f"recurrent_kernel has rows, {units}"
            )
