"""Small networks packed into the units of larger ones, so that the kernel's vectors are full.

M networks side by side · G networks in a pack · P = ⌈M/G⌉ packs · N series · T time steps · D features · H units

The kernel computes sixteen units at once, and one unit takes it as long as sixteen. So G networks become one of G·H
units, whose matrices have a network's blocks on the diagonal and zeros elsewhere: what is added to a network's sums
by the others is 0, and nothing else.
"""

from typing import Any

import tensorflow as tf

from glasscell.cell import State, Weights
from glasscell.recurrence import engines
from glasscell.variants import Variant

LANES = 16
LARGEST_WEIGHT = 1e4  # beyond it a network has failed; it must not reach the others as 0·∞


def sound(parts: dict[str, Any]) -> Any:
    """Return which networks have no weight that is not finite, or above 10,000: (M,), bool; parts are (M, …).

    >>> sound({"bias": tf.constant([[1.0, 2.0], [float("nan"), 2.0], [-1e5, 0.0]])}).numpy().tolist()
    [True, False, False]
    """
    return tf.reduce_all(
        [tf.reduce_all(abs(v) <= LARGEST_WEIGHT, axis=range(1, len(v.shape))) for v in parts.values()], axis=0
    )


def lstm(
    x: Any, weights: Weights, sound: Any, variant: Variant, engine: str = "auto", initial_state: Any = None
) -> Any:
    """Read the series x (M, N, T, D) by M networks, as `engines.lstm` does with `return_sequences`.

    Parameters
    ----------
    x : tensor (M, N, T, D)
    weights : Weights of tensors (M, …)
        With a bias.
    sound : bool tensor (M,)
        Which networks are to read; for the others h is NaN. A network that has failed must not stand in a pack, nor
        send gradients into it.
    variant : Variant
    engine : str
    initial_state : sequence of tensors (M, N, H), optional
        h and c; with full gate recurrence i, f and o, too.

    Returns
    -------
    h : tensor (M, N, T, H)
    state : tuple of tensors (M, N, H)
        As the initial one.

    Examples
    --------
    >>> weights = {"kernel": tf.random.normal((5, 2, 4)), "recurrent_kernel": tf.random.normal((5, 1, 4))}
    >>> weights |= {"bias": tf.zeros((5, 4))}
    >>> x = tf.random.normal((5, 3, 7, 2))
    >>> alone, _ = engines.lstm(x, **weights, return_sequences=True)
    >>> packed, _ = lstm(x, Weights(**weights), sound(weights), Variant())
    >>> bool(tf.reduce_max(abs(alone - packed)) < 1e-6)
    True
    """
    M, N, T, D = (int(size) for size in x.shape)
    H = int(weights.recurrent_kernel.shape[-2])  # pyright: ignore
    G = min(max(LANES // H, 1), M)
    P = -(-M // G)

    def grouped(v):
        """Return v (M, …) as (P, G, …), with zeros for networks that have failed, or that fill the last pack."""
        v = tf.where(tf.reshape(sound, (M, *[1] * (len(v.shape) - 1))), v, tf.zeros_like(v))
        v = tf.pad(v, [[0, P * G - M], *[[0, 0]] * (len(v.shape) - 1)])
        return tf.reshape(v, (P, G, *v.shape[1:]))

    def merged(v):
        """Return states (M, N, H) as those of the packs, (P, N, G·H)."""
        return tf.reshape(tf.transpose(grouped(v), (0, 2, 1, 3)), (P, N, G * H))

    def parted(v):
        """Return what packs gave, (P, N, …, G·H), as (M, N, …, H)."""
        v = tf.reshape(v, (P, -1, G, H))
        v = tf.reshape(tf.transpose(v, (0, 2, 1, 3)), (P * G, N, -1, H))[:M]
        return tf.where(tf.reshape(sound, (M, 1, 1, 1)), v, float("nan"))

    packed = Weights(
        kernel=_diagonal(grouped(weights.kernel), 4),
        recurrent_kernel=_diagonal(grouped(weights.recurrent_kernel), 4),
        bias=tf.reshape(_side_by_side(grouped(weights.bias[:, None]), 4), (P, 4 * G * H)),
        peephole_kernel=None if not variant.peepholes else _side_by_side(grouped(weights.peephole_kernel), 1),
        gate_kernel=None if not variant.full_gate_recurrence else _diagonal(grouped(weights.gate_kernel), 3),
    )
    x = tf.reshape(tf.transpose(grouped(x), (0, 2, 3, 1, 4)), (P, N, T, G * D))
    if initial_state is not None:
        h, c, *ifo = (merged(v) for v in initial_state)
        initial_state = State(h, c, tuple(ifo))
    h, after, _ = engines.read(x, packed, variant, engine=engine, initial_state=initial_state, return_sequences=True)
    return parted(h), tuple(parted(v)[:, :, 0] for v in (after.h, after.c, *after.ifo))


def _side_by_side(v, blocks: int):
    """Return rows (P, G, R, blocks·H) as (P, R, blocks·G·H), the networks' units beside each other in each block."""
    P, G, R, width = v.shape
    v = tf.reshape(v, (P, G, R, blocks, width // blocks))
    return tf.reshape(tf.transpose(v, (0, 2, 3, 1, 4)), (P, R, G * width))


def _diagonal(v, blocks: int):
    """Return matrices (P, G, rows, blocks·H) as (P, G·rows, blocks·G·H), each network's on the diagonal of a block.

    The rows of a gate_kernel are in blocks, too: i, f, o.
    """
    P, G, rows, width = v.shape
    row_blocks = 3 if blocks == 3 else 1
    v = tf.reshape(v, (P, G, row_blocks, rows // row_blocks, blocks, 1, width // blocks))
    v = v * tf.reshape(tf.eye(G), (1, G, 1, 1, 1, G, 1))  # (P, G, row blocks, rows, blocks, G, H)
    return tf.reshape(tf.transpose(v, (0, 2, 1, 3, 4, 5, 6)), (P, G * rows, blocks * G * (width // blocks)))
