from typing import Any

import keras
import numpy as np
import pytest
from support.articles_before import article_read_out_at_every_step
from support.facts import raises

from glasscell.article import build_model
from glasscell.layers.lstm import LSTM
from glasscell.layers.preprocessing import Scaling, Stride
from glasscell.networks.anatomy import anatomy_of, chain_of, directions, recognise
from glasscell.networks.builder import build_network, from_bytes, to_bytes
from glasscell.networks.sentences import Networks
from glasscell.settings.article import DigitsSettings

EVERYTHING = {
    "units": (4, 3),
    "bidirectional": True,
    "read_out": "both",
    "stride": 2,
    "noise": 0.1,
    "dropout": 0.2,
    "activation": "linear",
    "mean": [1.0, 2.0],
    "deviation": [3.0, 4.0],
}
NAMES = [
    "series",
    "stride",
    "scaling",
    "noise",
    "both_1",
    "both_2",
    "last_2",
    "mean",
    "last_and_mean",
    "dropout",
]


def names_of(anatomy):
    """Name what stands in each place, in the order of the fields."""
    parts = [
        v if isinstance(v, tuple) else () if v is None else (v,) for v in vars(anatomy).values()
    ]
    return {
        field: [layer.name for layer in found]
        for field, found in zip(vars(anatomy), parts, strict=True)
        if found
    }


def test_the_names_in_files_stay():
    names = [*NAMES, "read_out", "answer"]
    network = build_network(3, 2, **EVERYTHING)
    assert sorted(layer.name for layer in network.layers) == sorted(names)
    assert [one.name for one in anatomy_of(network).lstms] == [
        *("forward_lstm_1", "backward_lstm_1", "forward_lstm_2", "backward_lstm_2")
    ]
    assert [one.name for one in anatomy_of(build_network(3, 2, units=(4, 3))).lstms] == [
        "lstm_1",
        "lstm_2",
    ]


@pytest.mark.parametrize("from_file", [False, True])
def test_every_part_is_found(from_file):
    network = build_network(3, 2, **EVERYTHING)
    anatomy = recognise(from_bytes(to_bytes(network)) if from_file else network)
    assert names_of(anatomy) == {
        "shortening": ["stride"],
        "scaling": ["scaling"],
        "noise": ["noise"],
        "readers": ["both_1", "both_2"],
        "ends": ["last_2"],
        "pooling": ["mean"],
        "ends_and_pooling": ["last_and_mean"],
        "head": ["dropout", "read_out", "answer"],
    }
    assert (anatomy.stride, anatomy.reads_out, anatomy.reads_backwards) == (2, "both", True)
    assert [[one.go_backwards for one in directions(reader)] for reader in anatomy.readers] == [
        [False, True]
    ] * 2
    assert (anatomy.read_out.name, anatomy.rescaling.name, anatomy.softmax) == (
        "read_out",
        "answer",
        None,
    )


def test_a_part_that_is_not_there_is_none():
    anatomy = recognise(build_network(3, 2, units=4))
    assert names_of(anatomy) == {
        "scaling": ["scaling"],
        "readers": ["lstm_1"],
        "head": ["read_out"],
    }
    assert (anatomy.stride, anatomy.reads_out, anatomy.reads_backwards) == (1, "last", False)
    assert anatomy.rescaling is anatomy.softmax is None


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("variant", [None, "FGR"])  # the latter keeps more states than h and c
@pytest.mark.parametrize("read_out", ["last", "mean", "both"])
def test_what_is_read_out(bidirectional, variant, read_out):
    network = build_network(
        2, 1, units=3, bidirectional=bidirectional, variant=variant, read_out=read_out
    )
    assert recognise(network).reads_out == read_out


def test_the_article():
    anatomy = recognise(build_model(DigitsSettings(hidden_size=3)))
    assert names_of(anatomy) == {"readers": ["lstm"], "head": ["read_out", "probabilities"]}
    assert (anatomy.read_out.name, anatomy.softmax.name, anatomy.reads_out) == (
        "read_out",
        "probabilities",
        "last",
    )


def by_hand(*layers):
    series = h = keras.Input((None, 2))
    for layer in layers:
        h = layer(h)
    return keras.Model(series, h)


@pytest.mark.parametrize(
    "put_together", [lambda *layers: keras.Sequential([keras.Input((None, 2)), *layers]), by_hand]
)
def test_a_keras_model_with_our_layers_whatever_they_are_called(put_together):
    kinds = keras.layers
    model = put_together(
        Stride(3, name="a"),
        Scaling(name="b"),
        kinds.Dropout(0.1, name="c"),
        kinds.Dense(5, name="d"),
        LSTM(4, return_sequences=True, name="e"),
        kinds.SpatialDropout1D(0.1, name="f"),
        kinds.Bidirectional(LSTM(3, return_sequences=True), name="g"),
        kinds.GlobalAveragePooling1D(name="h"),
        kinds.Dense(7, name="i"),
        kinds.Softmax(name="j"),
    )
    anatomy = anatomy_of(model)
    assert names_of(anatomy) == {
        "shortening": ["a"],
        "scaling": ["b"],
        "noise": ["c", "f"],
        "readers": ["e", "g"],
        "strangers": ["d"],
        "pooling": ["h"],
        "head": ["i", "j"],
    }
    assert (anatomy.stride, anatomy.read_out.name, anatomy.reads_backwards) == (3, "i", True)
    with raises(Networks.NOT_WIRED):
        recognise(model)


def test_a_network_without_a_reader_has_none():
    anatomy = anatomy_of(by_hand(keras.layers.Dense(2)))
    assert (anatomy.readers, anatomy.lstms, anatomy.reads_backwards, len(anatomy.strangers)) == (
        (),
        (),
        False,
        1,
    )


def rewired(head, *, before=(Scaling,), **form):
    """Wire a network with one LSTM; `before` precedes it, `head` makes the prediction."""
    series = h = keras.Input((None, 2))
    for layer in before:
        h = layer()(h)
    reader = LSTM(3, return_sequences=True, return_state=True, **form)
    return keras.Model(series, head(reader(h)))


def mean_of(h):
    return keras.layers.GlobalAveragePooling1D()(h)


def dense(h):
    return keras.layers.Dense(2)(h)


def beside(*parts):
    return keras.layers.Concatenate()(list(parts))


def test_what_is_wired_as_ours_is_taken():
    network = rewired(
        lambda read: dense(keras.layers.Dropout(0.1)(beside(read[1], mean_of(read[0]))))
    )
    assert recognise(network).reads_out == "both"


def test_what_answers_each_step_is_taken():
    assert (
        recognise(rewired(lambda read: dense(keras.layers.Dropout(0.1)(read[0])))).reads_out
        == "every"
    )


WRONG = {
    "no scaling": (lambda read: dense(read[1]), {"before": ()}),
    "dropout in place of noise": (
        lambda read: dense(read[1]),
        {"before": (Scaling, lambda: keras.layers.Dropout(0.1))},
    ),
    "backwards": (lambda read: dense(read[1]), {"go_backwards": True}),
    "c, not h": (lambda read: dense(read[2]), {}),
    "every step, not of h": (lambda read: dense(keras.layers.LayerNormalization()(read[0])), {}),
    "side by side the other way round": (lambda read: dense(beside(mean_of(read[0]), read[1])), {}),
    "the mean beside c": (lambda read: dense(beside(read[2], mean_of(read[0]))), {}),
    "two read-outs": (lambda read: dense(dense(read[1])), {}),
    "dropout after the read-out": (lambda read: keras.layers.Dropout(0.1)(dense(read[1])), {}),
    "something more": (lambda read: dense(keras.layers.LayerNormalization()(read[1])), {}),
    "the mean of something else": (
        lambda read: dense(mean_of(keras.layers.Dropout(0.1)(read[0]))),
        {},
    ),
    "a softmax of the last h": (lambda read: keras.layers.Softmax()(dense(read[1])), {}),
}


@pytest.mark.parametrize("why", WRONG)
def test_what_is_wired_otherwise_is_refused(why):
    head, form = WRONG[why]
    with raises(Networks.NOT_WIRED):
        recognise(rewired(head, **form))


def test_the_article_as_runs_saved_before_have_it():
    anatomy = recognise(article_read_out_at_every_step(lambda answers: answers[:, -1]))
    assert (anatomy.read_out.name, anatomy.softmax.name, anatomy.reads_out) == (
        "read_out",
        "probabilities",
        "last",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda answers: keras.ops.relu(answers)[:, -1],
        lambda answers: answers[:, -2],
        lambda answers: answers,
    ],
)
def test_the_article_answers_with_the_last_step_of_its_read_out(change):
    with raises(Networks.NOT_WIRED):
        recognise(article_read_out_at_every_step(change))


def test_a_mean_of_something_else_than_h_is_no_pooling_of_h():
    kinds = keras.layers
    anatomy = anatomy_of(
        by_hand(LSTM(3, return_sequences=True), kinds.Dense(3), kinds.GlobalAveragePooling1D())
    )
    assert (anatomy.pooling, anatomy.reads_out, len(anatomy.head)) == (None, "last", 2)


@pytest.mark.parametrize("which", ["forward", "sum", "backward first"])
def test_two_directions_are_read_out_side_by_side_only(which):
    series = keras.Input((None, 2))
    both = keras.layers.Bidirectional(
        LSTM(3, return_sequences=True, return_state=True),
        merge_mode="sum" if which == "sum" else "concat",
    )
    _, forward, _, backward, _ = both(Scaling()(series))
    read = {
        "forward": forward,
        "sum": beside(forward, backward),
        "backward first": beside(backward, forward),
    }
    with raises(Networks.NOT_WIRED):
        recognise(keras.Model(series, dense(read[which])))


def test_parts_answer_what_the_network_answers():
    network = build_network(3, 2, **EVERYTHING)
    anatomy, x = (
        anatomy_of(network),
        np.random.default_rng(0).normal(size=(4, 6, 3)).astype("float32"),
    )
    answer = keras.Model(network.input, anatomy.ends_and_pooling.output)(x)
    for layer in anatomy.head:
        answer = layer(answer)
    np.testing.assert_array_equal(answer, network(x))


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
