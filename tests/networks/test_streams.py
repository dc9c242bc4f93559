import keras
import numpy as np
import pytest
from support.facts import raises

from glasscell.article import build_model
from glasscell.inference.sentences import Inputs
from glasscell.layers.lstm import LSTM
from glasscell.networks.builder import build_network
from glasscell.networks.sentences import Networks
from glasscell.networks.streams import Stream
from glasscell.settings.article import DigitsSettings
from glasscell.system.sentences import System

FORMS = [
    {"units": 5},
    {"units": (4, 3), "read_out": "mean"},
    {"units": 4, "variant": "FGR"},
    {"units": (5, 4), "read_out": "both", "dropout": 0.5},
    {"units": 4, "variant": "FGR", "read_out": "both", "stride": 2},
    {"units": 4, "variant": "CIFG", "read_out": "mean"},
    {"units": 4, "stride": 3},
    {"units": (4, 3), "noise": 0.5, "stride": 2, "dropout": 0.5},
    {
        "units": (3, 4),
        "stride": 2,
        "read_out": "mean",
        "activation": "linear",
        "mean": [3.0, 1.0],
        "deviation": [2.0, 9.0],
    },
]


@pytest.mark.parametrize(
    "form",
    [
        form if n in (4, 7, 8) else pytest.param(form, marks=pytest.mark.nightly)
        for n, form in enumerate(FORMS)
    ],
    ids=str,
)
def test_after_t_steps_a_stream_answers_what_the_network_answers_to_t_steps(form):
    rng = np.random.default_rng(3)
    x = rng.normal(1, 2, (4, 10, 3)).astype("float32")
    x[rng.random((4, 10)) < 0.2] = np.nan
    x[:, 0] = 1  # a series of nothing has no answer to compare with
    network = build_network(3, 2, seed=1, **form)
    network.get_layer("scaling").adapt(x)
    stream = Stream(network, streams=4)
    for t in range(10):
        # one step at a time, and all at once, round differently
        np.testing.assert_allclose(
            stream.step(x[:, t]), network(x[:, : t + 1]), rtol=2e-5, atol=2e-6
        )


def test_streams_begin_again_together_or_one_by_one():
    network, x = (
        build_network(2, 2, units=4),
        np.random.default_rng(0).normal(size=(6, 3, 2)).astype("float32"),
    )
    stream = Stream(network, streams=3)
    first = [stream.step(v) for v in x]
    stream.reset()
    np.testing.assert_array_equal([stream.step(v) for v in x], first)
    stream.reset([1])
    again = stream.step(x[0])
    np.testing.assert_array_equal(again[1], first[0][1])
    assert not np.array_equal(again[0], first[0][0])


@pytest.mark.parametrize("form", [{"read_out": "both"}, {"stride": 2}], ids=str)
def test_before_its_first_value_a_stream_answers_what_is_known_without(form):
    network, prior = build_network(2, 2, units=4, **form), np.array([0.75, 0.25])
    stream, bare = Stream(network, 3, prior=prior), Stream(network, 3)
    x = np.full((4, 3, 2), np.nan)
    x[2, 1, 0] = x[3, 2, 1] = 1.0
    for t, begun in enumerate([[], [], [1], [1, 2]]):
        answer, other = stream.step(x[t]), bare.step(x[t])
        waits = np.setdiff1d(np.arange(3), begun)
        assert np.flatnonzero(stream.has_begun).tolist() == begun
        np.testing.assert_array_equal(
            answer[waits], np.tile(prior, (len(waits), 1)).astype("float32")
        )
        np.testing.assert_array_equal(answer[begun], other[begun])
        assert np.isfinite(other).all()
    stream.reset([1])
    assert stream.has_begun.tolist() == [False, False, True]
    stream.reset()
    assert not stream.has_begun.any()


def test_what_cannot_be_streamed_is_reported():
    with raises(Networks.BIDIRECTIONAL):
        Stream(build_network(2, 2, bidirectional=True))
    network = build_network(2, 2, stride=3)
    with raises(System.NOT_ACCEPTED, name="streams", found=0):
        Stream(network, 0)
    stream = Stream(network, 2)
    with raises(Networks.STREAM_SHAPE, streams=2, features=2):
        stream.step(np.ones((2, 3)))
    stream.step(np.ones((2, 2)))
    with raises(Networks.WITHIN_STRIDE, steps=1, stride=3):
        stream.reset([0])


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_what_is_infinite_is_refused_as_in_training(value):
    stream = Stream(build_network(2, 2), 3)
    x = np.zeros((3, 2))
    x[1, 0] = value
    with raises(Inputs.STREAM_TOO_LARGE, stream=1, channel=0):
        stream.step(x)
    x[1, 0] = np.nan
    assert np.isfinite(stream.step(x)).all()


def test_many_streams_are_no_retracing(caplog):
    for _ in range(6):
        stream = Stream(build_network(1, 2, units=2))
        stream.step([[1.0]])
    assert "retracing" not in caplog.text


def test_noise_never_reaches_a_stream(monkeypatch):
    network, x = (
        build_network(3, 2, units=4, noise=0.5),
        np.random.default_rng(0).normal(size=(5, 2, 3)),
    )
    answer = network(x.transpose(1, 0, 2), training=False)
    asked = []
    monkeypatch.setattr(
        network.get_layer("noise"), "call", lambda *args, **options: asked.append(args) or args[0]
    )
    stream = Stream(network, streams=2)
    for v in x:
        told = stream.step(v)
    np.testing.assert_allclose(told, answer, rtol=2e-5, atol=2e-6)
    assert not asked, "the noise layer was called, with what is no input of it"


def in_a_row(*layers):
    series = h = keras.Input((None, 2))
    for layer in layers:
        h = layer(h)
    return keras.Model(series, h)


def follow(stream, network, x):
    for t in range(x.shape[1]):
        np.testing.assert_allclose(
            stream.step(x[:, t]), network(x[:, : t + 1]), rtol=2e-5, atol=2e-6
        )


def test_a_keras_model_of_our_layers_in_a_row_is_streamed():
    kinds = keras.layers
    network = in_a_row(
        kinds.SpatialDropout1D(0.5),
        LSTM(3, return_sequences=True),
        kinds.Dropout(0.5),
        LSTM(4, return_sequences=True),
        kinds.GlobalAveragePooling1D(),
        kinds.Dense(3, "tanh"),
        kinds.Dense(2),
    )
    follow(
        Stream(network, 4),
        network,
        np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32"),
    )


def test_the_article_is_streamed():
    model = build_model(DigitsSettings(hidden_size=3))
    for v in model.weights:
        v.assign(np.random.default_rng(1).normal(0, 0.5, v.shape))
    x = np.random.default_rng(0).normal(size=(3, 8, 8)).astype("float32")
    stream = Stream(model, 3)
    for t in range(8):
        told = stream.step(x[:, t])
    np.testing.assert_allclose(told, model(x), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([LSTM(3, go_backwards=True)], Networks.BIDIRECTIONAL),
        ([keras.layers.Dense(2), LSTM(3)], Networks.NO_STREAM),
        ([LSTM(3, return_sequences=True), keras.layers.Dense(3), LSTM(3)], Networks.NO_STREAM),
        ([keras.layers.LSTM(3)], Networks.NO_STREAM),
    ],
)
def test_a_model_that_a_step_at_a_time_would_answer_otherwise_is_refused(layers, words):
    with raises(words):
        Stream(in_a_row(*layers))
