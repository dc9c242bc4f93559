"""Gradient clipping by the norm of all gradients together."""

import tensorflow as tf


def clip_by_norm(gradients: list[tf.Tensor], limit, leading: int = 0) -> list[tf.Tensor]:
    """Scale all gradients by one factor, so that their norm is at most `limit`.

    Parameters
    ----------
    gradients : list of tensors
    limit : float or scalar tensor
    leading : int
        How many first axes all gradients have in common: whatever has its own place along these has its own norm.

    Examples
    --------
    >>> [round(float(g), 3) for g in clip_by_norm([tf.constant(3.0), tf.constant(4.0)], 1.0)]
    [0.6, 0.8]
    >>> clip_by_norm([tf.constant([[3.0], [0.5]])], 1.0, leading=1)[0].numpy().tolist()
    [[1.0], [0.5]]
    """
    squares = [tf.reduce_sum(tf.square(g), axis=range(leading, g.shape.rank)) for g in gradients]
    norm = tf.sqrt(tf.add_n(squares))
    scale = limit / tf.maximum(norm, limit)
    return [g * tf.reshape(scale, [*scale.shape, *[1] * (g.shape.rank - scale.shape.rank)]) for g in gradients]
