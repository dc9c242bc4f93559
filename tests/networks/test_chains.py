"""Chains of layers: found in Sequential, Functional and nested models, and what is none is named."""

from typing import Any

import keras
import pytest

from glasscell.errors import UsageError
from glasscell.networks.chains import chain_of

KINDS: Any = keras.layers


def kinds(model, **options):
    return [type(layer).__name__ for layer in chain_of(model, **options)]


def test_chains():
    inner = keras.Sequential([keras.Input((4,)), KINDS.Dense(3)])
    x = keras.Input((5, 2))
    functional = keras.Model(x, inner(KINDS.LSTM(4)(KINDS.Masking()(x))))
    assert kinds(functional) == ["InputLayer", "Masking", "LSTM", "InputLayer", "Dense"]
    assert kinds(keras.Sequential([keras.Input((5, 2)), KINDS.LSTM(4), inner])) == [
        "InputLayer",
        "LSTM",
        "InputLayer",
        "Dense",
    ]
    assert kinds(inner.layers[0]) == ["Dense"]


def test_states_stand_beside_a_chain_where_they_may():
    x, h, c = keras.Input((5, 2)), keras.Input((4,)), keras.Input((4,))
    out, *states = KINDS.LSTM(4, return_state=True)(x, initial_state=[h, c])
    model = keras.Model([x, h, c], [out, *states])
    assert kinds(model, with_states=True) == ["InputLayer", "LSTM"]
    with pytest.raises(UsageError, match="has 3 outputs"):
        chain_of(model)
    with pytest.raises(UsageError, match=r"reads 3 others"):
        chain_of(keras.Model([x, h, c], out))


def test_what_is_no_chain_is_named():
    x = keras.Input((5, 2), name="x")
    a, b = KINDS.LSTM(4, name="a"), KINDS.LSTM(4, name="b")
    with pytest.raises(UsageError, match="the layer 'add' of 'm' reads 2 others"):
        chain_of(keras.Model(x, KINDS.Add(name="add")([a(x), b(x)]), name="m"))
    with pytest.raises(UsageError, match=r"'m' computes '.*' between its layers"):
        chain_of(keras.Model(x, a(x) * 2, name="m"))

    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(UsageError, match=r"the model 'own' is a class of its own \(Own\)"):
        chain_of(Own(name="own"))
