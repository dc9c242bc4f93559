"""Gradient clipping by the norm of all gradients together, for one network or for many side by side.

M networks, the leading axis of every gradient
"""

import tensorflow as tf


def clip_by_norm(gradients: list[tf.Tensor], limit, per_model: bool = False) -> list[tf.Tensor]:
    """Scale all gradients by one factor, so that their norm is at most `limit`; with `per_model`, each model's.

    Parameters
    ----------
    gradients : list of tensors, (M, …) each with `per_model`
    limit : float or scalar tensor
    per_model : bool

    Examples
    --------
    >>> [round(float(g), 3) for g in clip_by_norm([tf.constant(3.0), tf.constant(4.0)], 1.0)]
    [0.6, 0.8]
    >>> clip_by_norm([tf.constant([[3.0], [0.5]])], 1.0, per_model=True)[0].numpy().tolist()
    [[1.0], [0.5]]
    """
    squares = [tf.reduce_sum(tf.square(g), axis=range(int(per_model), g.shape.rank)) for g in gradients]
    norm = tf.sqrt(tf.add_n(squares))
    scale = limit / tf.maximum(norm, limit)
    return [g * tf.reshape(scale, [*scale.shape, *[1] * (g.shape.rank - scale.shape.rank)]) for g in gradients]
