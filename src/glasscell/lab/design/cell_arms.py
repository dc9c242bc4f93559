"""The arms of an experiment: cells that differ in one thing (ablations, baselines, or your own).

M parallel networks · N series · T time steps · D features · H units · C targets · … leading axes

A step function has the signature of `cell.step`: x (…, N, D), h (…, N, H). Two arms are baselines
without an LSTM: the simple recurrent network and the GRU of Keras; they return h as c.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from math import isfinite
from pathlib import Path
from typing import Any

import tensorflow as tf

from glasscell.cell import State
from glasscell.errors import UsageError
from glasscell.lab.sentences import Lab
from glasscell.system.files import one_line
from glasscell.variants import ARTICLE, GREFF, STANDARD, Variant

CONSTANT = "@constant"


@dataclass(frozen=True)
class Arm:
    """A cell of an experiment: a variant, or your own step function with `cell.step`'s signature.

    `forget_bias` is the initial bias of the forget gates; "chrono" as in `networks.start_weights`.
    `blocks` is the number of H-wide blocks in the kernels. With `fading`, the learning rate decays
    to 0 over the second half of training.
    """

    name: str
    variant: Variant = STANDARD
    step: Callable[..., Any] | None = None
    forget_bias: float | str = 1.0
    blocks: int = 4
    fading: bool = True


def plain_step(
    x: Any, state: State, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tuple[State, None]:
    """Take a step of `keras.layers.SimpleRNN`; kernel (…, D, H), recurrent (…, H, H), bias (…, H).

    >>> zero = tf.zeros((2, 3))
    >>> (h, c, _), _ = plain_step(
    ...     tf.ones((2, 1)), State(zero, zero), tf.ones((1, 3)), tf.ones((3, 3)), tf.zeros(3)
    ... )
    >>> round(float(h[0, 0]), 3)
    0.762
    """
    h = tf.tanh(x @ kernel + state.h @ recurrent_kernel + tf.expand_dims(bias, -2))
    return State(h, h), None


def gru_step(
    x: Any, state: State, kernel: Any, recurrent_kernel: Any, bias: Any
) -> tuple[State, None]:
    """Take a step of `keras.layers.GRU(reset_after=False)`; blocks: update, reset, candidate.

    >>> zero = tf.zeros((2, 1))
    >>> (h, c, _), _ = gru_step(
    ...     tf.ones((2, 1)), State(zero, zero), tf.ones((1, 3)), tf.ones((1, 3)), tf.zeros(3)
    ... )
    >>> round(float(h[0, 0]), 3)
    0.205
    """
    a_update, a_reset, a_new = tf.split(x @ kernel + tf.expand_dims(bias, -2), 3, axis=-1)
    r_update, r_reset, r_new = tf.split(recurrent_kernel, 3, axis=-1)
    update, reset = (
        tf.sigmoid(a_update + state.h @ r_update),
        tf.sigmoid(a_reset + state.h @ r_reset),
    )
    new = tf.tanh(a_new + (reset * state.h) @ r_new)
    h = update * state.h + (1 - update) * new
    return State(h, h), None


# standard cell and ablations (no peepholes); the cell of `glasscell.article`; Greff's nine; no LSTM
ARMS = {
    "full": Arm("full"),
    "NIG": Arm("NIG", Variant(input_gate=False)),
    "NFG": Arm("NFG", Variant(forget_gate=False)),
    "NOG": Arm("NOG", Variant(output_gate=False)),
    "article": Arm("article", ARTICLE),
    "article_coupled": Arm("article_coupled", Variant(output_activation="linear", coupled=True)),
    **{f"greff:{name}": Arm(f"greff:{name}", variant) for name, variant in GREFF.items()},
    "rnn": Arm("rnn", step=plain_step, blocks=1),
    "gru": Arm("gru", step=gru_step, blocks=3),
}


def find_arm(name: str) -> Arm:
    """Return the arm with a name.

    >>> find_arm("NIG").variant.input_gate, find_arm("greff:CIFG").variant.peepholes
    (False, True)
    >>> find_arm("glasscell:ARTICLE").variant.output_activation
    'linear'
    """
    if name.endswith(CONSTANT):
        return replace(find_arm(name.removesuffix(CONSTANT)), name=name, fading=False)
    if name in ARMS:
        return ARMS[name]
    room, _, thing = name.partition(":")
    if room == "bias" and (thing == "chrono" or _is_number(thing)):
        return Arm(name, forget_bias=thing if thing == "chrono" else float(thing))
    if not (room and thing) or room in ("greff", "bias"):
        raise UsageError(Lab.NO_ARM, name=name, arms=[*ARMS, "bias:NUMBER", "bias:chrono"])
    found = _import(name, room, thing)
    if isinstance(found, Variant):
        return Arm(name, found)
    if not callable(found):
        raise UsageError(Lab.STRANGE_ARM, name=name, found=found)
    check_step(found, name)
    return Arm(name, step=found)


def check_step(step: Callable[..., Any], name: str) -> None:
    """Raise UsageError unless a step function returns a state for a step of two parallel networks.

    >>> check_step(lambda x, state, kernel, recurrent_kernel, bias: (state, None), "mine")
    >>> try:
    ...     check_step(lambda x, state, *weights: (State(x, x), None), "mine")
    ... except UsageError as error:
    ...     print(error.values["part"], error.values["shape"])
    h (2, 3, 2)
    """
    M, N, D, H = 2, 3, 2, 4
    zero = tf.zeros((M, N, H))
    weights = tf.zeros((M, D, 4 * H)), tf.zeros((M, H, 4 * H)), tf.zeros((M, 4 * H))
    try:
        after, _ = step(tf.zeros((M, N, D)), State(zero, zero), *weights)
        h, c = after[:2]
        shapes = {
            "h": tuple(tf.shape(h).numpy().tolist()),
            "c": tuple(tf.shape(c).numpy().tolist()),
        }
        types = {"h": tf.convert_to_tensor(h).dtype.name, "c": tf.convert_to_tensor(c).dtype.name}
    except Exception as error:
        raise UsageError(
            Lab.STEP_FAILED, name=name, words=one_line(error), form=Lab.STATE_SHAPE()
        ) from None
    for part, shape in shapes.items():
        if shape != (M, N, H):
            raise UsageError(
                Lab.STEP_SHAPE,
                name=name,
                part=part,
                shape=shape,
                expected=(M, N, H),
                form=Lab.STATE_SHAPE(),
            )
        if types[part] != "float32":
            raise UsageError(Lab.STEP_DTYPE, name=name, part=part, dtype=types[part])


def read(
    step: Callable[..., Any], x: Any, state: Any, kernel: Any, recurrent_kernel: Any, bias: Any
) -> Any:
    """Apply a step function to x (M, N, T, D) from a state or zeros; return h and the last state.

    >>> from glasscell.cell import step
    >>> read(
    ...     step,
    ...     tf.ones((2, 3, 5, 1)),
    ...     None,
    ...     tf.ones((2, 1, 4)),
    ...     tf.ones((2, 1, 4)),
    ...     tf.ones((2, 4)),
    ... )[0].shape
    TensorShape([2, 3, 5, 1])
    """
    zero = tf.zeros([*x.shape[:-2], recurrent_kernel.shape[-2]])
    h, c = (zero, zero) if state is None else state

    def body(before, x):
        (h, c, *_), _ = step(x, State(*before), kernel, recurrent_kernel, bias)
        return h, c

    h, c = tf.scan(body, tf.transpose(x, (2, 0, 1, 3)), (h, c))
    return tf.transpose(h, (1, 2, 0, 3)), (h[-1], c[-1])


def count_weights(arm: Arm, features: int, units: int, targets: int) -> int:
    """Return the number of weights of an arm's network, with its output layer.

    Weights of an absent or coupled gate do not count. For a step function of your own, all weights
    that it is given count.

    >>> [
    ...     count_weights(find_arm(name), 2, 3, 1)
    ...     for name in ("full", "NFG", "greff:V", "greff:FGR", "gru")
    ... ]
    [76, 58, 85, 166, 58]
    """
    variant, blocks = arm.variant, arm.blocks
    gates = 0
    if arm.step is None:
        gates = sum(
            (variant.input_gate, variant.forget_gate and not variant.coupled, variant.output_gate)
        )
        blocks = 1 + gates
    of_cell = blocks * units * (features + units + 1)
    if variant.peepholes:
        of_cell += gates * units
    if variant.full_gate_recurrence:
        of_cell += 3 * units * gates * units
    return of_cell + (units + 1) * targets


def units_of(arm: Arm, weights: int, features: int, targets: int) -> int:
    """Return the number of units at which an arm's networks come closest to a number of weights.

    >>> units_of(find_arm("full"), 48_290, 98, 98), units_of(find_arm("NFG"), 48_290, 98, 98)
    (64, 77)
    """
    units = 1
    while count_weights(arm, features, units + 1, targets) <= weights:
        units += 1
    near = (units, units + 1)
    return min(near, key=lambda n: abs(count_weights(arm, features, n, targets) - weights))


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def _import(name: str, room: str, thing: str) -> Any:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        return getattr(import_module(room), thing)
    except AttributeError:
        raise UsageError(Lab.NOT_IN_MODULE, name=name, room=room, thing=thing) from None
    except Exception as error:
        raise UsageError(Lab.NO_MODULE, name=name, room=room, words=one_line(error)) from None
    finally:
        sys.path.remove(here)
