"""What the last layer says of the answers; the rest is tested where foreign models are opened."""

import keras
import numpy as np
import pytest
from support.foreign_models import KINDS, Tagger

from glasscell.interop.translation import activation_of, answers_one_of_two


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (KINDS.Dense(2), "linear"),
        (KINDS.Softmax(), "softmax"),
        (KINDS.Activation("tanh"), "tanh"),
        (KINDS.Dropout(0.5), None),
    ],
)
def test_the_last_activation_is_found_in_nested_models_too(last, name):
    nested = keras.Sequential([keras.Input((3,)), last])
    assert activation_of(keras.Sequential([keras.Input((4, 2)), KINDS.LSTM(3), nested])) == name


def test_a_class_of_its_own_does_not_say():
    model = Tagger()
    model(np.zeros((1, 3, 2), "float32"))
    assert activation_of(model) is None
    assert not answers_one_of_two(model)
