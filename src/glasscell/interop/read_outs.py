"""What a model's last layer makes of its sums, which says what its answers are: numbers, or probabilities.

N series · H units
"""

from typing import Any

import keras
import numpy as np

KINDS: Any = keras.layers


def activation_of(model: Any) -> str | None:
    """Return the name of what a model's answers have gone through last; None where its layers do not say.

    >>> activation_of(keras.Sequential([keras.Input((3, 2)), KINDS.LSTM(4), KINDS.Dense(1, "sigmoid")]))
    'sigmoid'
    """
    last = model
    while isinstance(last, keras.Model):
        outputs = getattr(last, "outputs", None)  # a class of its own has none
        if not outputs:
            return None
        last = outputs[0]._keras_history.operation
    if isinstance(last, KINDS.Softmax):
        return "softmax"
    return getattr(getattr(last, "activation", None), "__name__", None)


def answers_one_of_two(model: keras.Model) -> bool:
    """Return whether a model's answer is a single sigmoid: the probability of the second of two classes."""
    return activation_of(model) == "sigmoid" and model.output_shape[-1] == 1


def both_of(p: np.ndarray) -> np.ndarray:
    """Return the probabilities (…, 2) of both classes, given that of the second (…, 1).

    >>> both_of(np.array([[0.25]])).tolist()
    [[0.75, 0.25]]
    """
    return np.concatenate([1 - p, p], -1)


def with_both(network: keras.Model) -> keras.Model:
    """Return a network that answers the probabilities of both classes, where it answers that of the second alone.

    A Dense layer of one sigmoid becomes a softmax over 0 and its sum, which is the same.

    >>> network = keras.Sequential([keras.Input((3, 2)), KINDS.LSTM(4), KINDS.Dense(1, "sigmoid")])
    >>> x = np.ones((1, 3, 2))
    >>> bool(np.allclose(with_both(network)(x), both_of(network(x).numpy())))
    True
    """
    last: Any = network.layers[-1]
    if isinstance(last, KINDS.Dense):
        new: Any = KINDS.Dense(2, "softmax", use_bias=last.use_bias, name=last.name)
        answers = new(last.input)
        new.set_weights([np.concatenate([np.zeros_like(v), v], -1) for v in last.get_weights()])
    else:
        other: Any = KINDS.Rescaling(-1.0, 1.0, name="first_class")
        answers = KINDS.Concatenate(name="both_classes")([other(network.outputs[0]), network.outputs[0]])
    inputs = network.inputs[0] if len(network.inputs) == 1 else network.inputs
    return keras.Model(inputs, answers, name=network.name)
