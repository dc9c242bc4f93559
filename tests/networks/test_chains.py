"""Chains of layers: found in Sequential, Functional and nested models, and what is none is named."""

from typing import Any

import keras
from support.facts import raises

from glasscell.networks.chains import chain_of
from glasscell.networks.sentences import Networks

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
    with raises(Networks.SEVERAL_OUTPUTS, n=3):
        chain_of(model)
    with raises(Networks.SEVERAL_INPUTS, n=3):
        chain_of(keras.Model([x, h, c], out))


def test_what_is_no_chain_is_named():
    x = keras.Input((5, 2), name="x")
    a, b = KINDS.LSTM(4, name="a"), KINDS.LSTM(4, name="b")
    with raises(Networks.SEVERAL_INPUTS, layer="add", name="m", n=2):
        chain_of(keras.Model(x, KINDS.Add(name="add")([a(x), b(x)]), name="m"))
    with raises(Networks.COMPUTES_BETWEEN, name="m"):
        chain_of(keras.Model(x, a(x) * 2, name="m"))

    class Own(keras.Model):
        def call(self, x):
            return x

    with raises(Networks.OWN_CLASS, name="own", kind="Own"):
        chain_of(Own(name="own"))
