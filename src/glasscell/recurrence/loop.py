"""The readable loop: the cell processes a series step by step, whether plain, watched or clamped.

T time steps · N series · D features · H units · … leading axes: one network, or many side by side

x        (…, N, T, D), or (…, T, N, D) if time-major
mask     boolean, x's shape without D, True where a step is real
h, c     (…, N, H)
weights  as in `cell`
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from glasscell import cell
from glasscell.cell import Held, State, Weights
from glasscell.variants import STANDARD, Variant


def project(v: tf.Tensor, kernel: tf.Tensor, keep: Sequence[tf.Tensor] | None = None) -> tf.Tensor:
    """Return v·kernel, with dropout if `keep` is given.

    `v` (…, N, V), `kernel` (…, V, 4H) → (…, N, 4H).
    """
    if keep is None:
        return tf.matmul(v, kernel)
    blocks = tf.split(kernel, len(keep), axis=-1)
    return tf.concat(
        [tf.matmul(v * k, block) for k, block in zip(keep, blocks, strict=True)], axis=-1
    )


def lstm(
    x: tf.Tensor, weights: Weights, variant: Variant = STANDARD, **options: Any
) -> tuple[tf.Tensor, State]:
    """Run the LSTM step by step; arguments (except the weights) and results as in `engines.lstm`.

    >>> x, weights = tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4)))
    >>> h, state = lstm(x, weights, mask=tf.constant([[True, True, False]]), return_sequences=True)
    >>> [round(float(v), 3) for v in h[0, :, 0]]
    [0.608, 0.873, 0.873]
    """
    output, state, _ = read(x, weights, variant, **options)
    return output, state


def read(
    x: tf.Tensor,
    weights: Weights,
    variant: Variant = STANDARD,
    *,
    initial_state: State | None = None,
    mask: tf.Tensor | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    time_major: bool = False,
    unroll: bool = False,
    zero_output_for_mask: bool = False,
    input_keep: Sequence[tf.Tensor] | None = None,
    recurrent_keep: Sequence[tf.Tensor] | None = None,
    held: Callable[[Any], Mapping[str, Held]] | None = None,
    watched: str = "",
) -> tuple[tf.Tensor, State, dict[str, Any]]:
    """Do what `lstm` does, with gates held as in `held`; also return the `watched` quantities.

    `watched` consists of letters of "zifoch". The t of `held(t)` and the time axis of the results
    are in processing order.

    >>> x, weights = tf.ones((1, 3, 2)), Weights(tf.ones((2, 4)), tf.ones((1, 4)))
    >>> _, _, steps = read(x, weights, watched="fc")
    >>> {letter: v.shape.as_list() for letter, v in steps.items()}
    {'f': [1, 3, 1], 'c': [1, 3, 1]}
    """
    # time axis of the current tensors, and of the given x
    axis = given_axis = -3 if time_major else -2
    if mask is not None:
        mask = tf.expand_dims(mask, -1)
        x = tf.where(mask, x, tf.zeros_like(x))
    if (
        not unroll
    ):  # a loop runs along the first axis; x is smaller to transpose than its projection
        x, axis = _move_axis(x, axis, -3), -3
        mask = None if mask is None else _move_axis(mask, given_axis, -3)
    a = _project_all_steps(x, weights.kernel, input_keep, axis)
    if weights.bias is not None:
        a += tf.expand_dims(tf.expand_dims(weights.bias, -2), -2)
    if go_backwards:
        a = tf.reverse(a, [axis % len(a.shape)])
        mask = None if mask is None else tf.reverse(mask, [axis % len(a.shape)])

    def read_step(t, a_t, mask_t, state: State) -> tuple[State, dict[str, Any]]:
        a_t += project(state.h, weights.recurrent_kernel, recurrent_keep)
        after, gates = cell.advance(a_t, state, weights, variant, None if held is None else held(t))
        if mask_t is not None:
            after = tf.nest.map_structure(lambda new, old: tf.where(mask_t, new, old), after, state)
        return after, {**gates._asdict(), "c": after.c, "h": after.h}

    zero = _zero_state(a, axis, variant)
    if initial_state is not None and len(initial_state.ifo) != len(zero.ifo):
        raise ValueError(
            "initial_state needs i, f and o for a variant with full gate recurrence, and only "
            "for such"
        )
    # one initial state may apply to the whole batch
    start = zero if initial_state is None else tf.nest.map_structure(tf.add, zero, initial_state)
    scan = _scan_unrolled if unroll else _scan_loop
    letters = dict.fromkeys(watched + "h" if return_sequences else watched)
    state, steps = scan(read_step, a, mask, axis, start, letters)
    output = steps["h"] if return_sequences else state.h
    if mask is not None:
        output = _hide_masked(output, mask, axis, return_sequences, zero_output_for_mask)
    output = _move_axis(output, axis, given_axis) if return_sequences else output
    return (
        output,
        state,
        {letter: _move_axis(steps[letter], axis, given_axis) for letter in watched},
    )


def _scan_loop(read_step, a, mask, axis: int, state: State, letters: Iterable[str]):
    a, mask = _move_axis(a, axis, 0), None if mask is None else _move_axis(mask, axis, 0)
    length = a.shape[0] if a.shape[0] is not None else tf.shape(a)[0]
    inputs = tf.TensorArray(a.dtype, size=length, element_shape=a.shape[1:]).unstack(a)
    masks = (
        None
        if mask is None
        else tf.TensorArray(tf.bool, size=length, element_shape=mask.shape[1:]).unstack(mask)
    )
    # For the last state only, the loop carries (h, c) and no lists, so that it runs in every
    # runtime.
    lists = {
        letter: tf.TensorArray(a.dtype, size=length, element_shape=state.h.shape)
        for letter in letters
    }

    def body(t, state, lists):
        after, seen = read_step(t, inputs.read(t), None if masks is None else masks.read(t), state)
        for new, old in zip(tf.nest.flatten(after), tf.nest.flatten(state), strict=True):
            # a loop's variables need static shapes, which TensorFlow may lose
            new.set_shape(old.shape)
        return (
            t + 1,
            after,
            {letter: steps.write(t, seen[letter]) for letter, steps in lists.items()},
        )

    _, state, lists = tf.while_loop(
        lambda t, *_: t < length, body, (tf.constant(0), state, lists), maximum_iterations=length
    )
    return state, {letter: _move_axis(steps.stack(), 0, axis) for letter, steps in lists.items()}


def _scan_unrolled(read_step, a, mask, axis: int, state: State, letters: Iterable[str]):
    if a.shape[axis] is None:
        raise ValueError(
            "unroll=True needs a known number of time steps, but x's time axis is None"
        )
    lists = {letter: [] for letter in letters}
    masks = [None] * a.shape[axis] if mask is None else tf.unstack(mask, axis=axis)
    for t, (a_t, mask_t) in enumerate(zip(tf.unstack(a, axis=axis), masks, strict=True)):
        state, seen = read_step(t, a_t, mask_t, state)
        for letter, steps in lists.items():
            steps.append(seen[letter])
    nothing = tf.split(a, 4, axis=-1)[0]  # for a series without a step
    return state, {
        letter: tf.stack(steps, axis) if steps else nothing for letter, steps in lists.items()
    }


def _hide_masked(h, mask, axis: int, return_sequences: bool, zero_output_for_mask: bool):
    """Return zeros at masked steps, or (as Keras does) only before the first real step."""
    shown = mask if zero_output_for_mask else tf.cumsum(tf.cast(mask, tf.int32), axis) > 0
    if not return_sequences:
        last = tf.range(tf.shape(shown)[axis])[-1:]  # empty for a series without a step
        shown = tf.reduce_any(tf.gather(shown, last, axis=axis), axis)
    return tf.where(shown, h, tf.zeros_like(h))


def _zero_state(a, axis: int, variant: Variant) -> State:
    sizes = _sizes(a)
    units = sizes[-1] // 4
    zero = tf.zeros([*sizes[:axis], *sizes[axis + 1 : -1], units], a.dtype)
    return State(zero, zero, (zero, zero, zero) if variant.full_gate_recurrence else ())


def _project_all_steps(x, kernel, keep, axis: int):
    """Project x (…, T, N, D), or (…, N, T, D), in one matrix product, outside the loop."""
    *leading, _, _, features = _sizes(x)
    if keep is not None:
        keep = [
            tf.reshape(tf.expand_dims(k, axis) + tf.zeros_like(x), [*leading, -1, features])
            for k in keep
        ]
    a = project(tf.reshape(x, [*leading, -1, features]), kernel, keep)
    return tf.reshape(a, [*_sizes(a)[:-2], *_sizes(x)[-3:-1], kernel.shape[-1]])


def _sizes(x):
    """Return the sizes of x's axes: numbers if known, else tensors."""
    return [tf.shape(x)[axis] if size is None else size for axis, size in enumerate(x.shape)]


def _move_axis(x, source: int, destination: int):
    axes = list(range(len(x.shape)))
    source, destination = source % len(axes), destination % len(axes)
    axes.insert(destination, axes.pop(source))
    return x if source == destination else tf.transpose(x, axes)
