from itertools import product

import keras
import numpy as np
import pytest
from support.facts import raises

import glasscell
from glasscell.inspection.clamps import Clamp, clamp, lstm_layers, watched
from glasscell.inspection.sentences import Inspection
from glasscell.inspection.traces import trace
from glasscell.networks.builder import build_network
from glasscell.training.prediction import predict


def network_and_series(seed=0, **form):
    form = {"units": (4, 3), "bidirectional": True, "read_out": "both", "seed": seed} | form
    x = np.random.default_rng(seed).normal(size=(5, 6, 2)).astype("float32")
    x[1, 4:], x[2, 2] = np.nan, np.nan
    return build_network(2, 3, **form), x


def test_layers_have_names_of_their_own():
    model, _ = network_and_series()
    assert set(lstm_layers(model)) == {
        "forward_lstm_1",
        "backward_lstm_1",
        "forward_lstm_2",
        "backward_lstm_2",
    }
    inner = [
        keras.Sequential([keras.Input((None, 1)), glasscell.LSTM(2, name="same")]) for _ in range(2)
    ]
    x = keras.Input((None, 1))
    assert list(lstm_layers(keras.Model(x, [part(x) for part in inner]))) == ["same", "same:2"]
    dense = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with raises(Inspection.NO_LSTM):
        lstm_layers(dense)


ANSWERS = {
    "a call": lambda model, x: model(x).numpy(),
    "model.predict": lambda model, x: model.predict(x, verbose=0),
    "glasscell.predict": predict,
    "trace": lambda model, x: trace(model, x).answers,
}
UNITS = [None, 1, [0, -1], slice(1, 3)]
STEPS = [None, 2, -1, [0, 3], slice(2, None), slice(None, None, 2), range(1, 4), slice(-2, None)]
# four graphs each, of two layers in two directions; no graph is made for the others
CLAMPED = {"model.predict": pytest.mark.nightly, "glasscell.predict": pytest.mark.long(3)}


@pytest.mark.parametrize("way", [pytest.param(way, marks=CLAMPED.get(way, ())) for way in ANSWERS])
def test_a_clamp_holds_in_every_way_to_answer_and_ends_with_its_block(way):
    model, x = network_and_series()
    answer = ANSWERS[way]
    free = answer(model, x)
    with clamp(model, "o", 0.0):
        held = answer(model, x)
    # h is 0, and the read-out's biases are
    np.testing.assert_allclose(held, np.full((5, 3), 1 / 3), rtol=1e-6)
    assert np.abs(free - 1 / 3).max() > 0.01
    np.testing.assert_array_equal(answer(model, x), free)
    with clamp(model, "o", 0.5):  # no graph of the last clamp is taken for this one
        assert np.abs(answer(model, x) - held).max() > 0.001


def test_a_clamp_ends_where_its_block_fails():
    model, x = network_and_series()
    free = predict(model, x)
    with pytest.raises(KeyError), clamp(model, "o", 0.0):
        raise KeyError
    np.testing.assert_array_equal(predict(model, x), free)


@pytest.mark.parametrize(
    ("units", "steps"),
    [
        (None, -1),
        (1, [0, 3]),
        ([0, -1], slice(None, None, 2)),
        (slice(1, 3), slice(-2, None)),
        *(pytest.param(*both, marks=pytest.mark.nightly) for both in product(UNITS, STEPS)),
    ],
)
def test_units_and_steps_are_counted_as_python_counts_in_both_directions(units, steps):
    model, x = network_and_series(units=4)
    x = np.nan_to_num(x)
    seen = trace(model, x, clamps=[Clamp("f", 7.0, units, steps)])
    meant = np.zeros((6, 4), bool)
    rows = np.arange(6)[slice(None) if steps is None else steps]
    meant[
        np.ix_(
            np.atleast_1d(rows),
            np.atleast_1d(np.arange(4)[slice(None) if units is None else units]),
        )
    ] = True
    for layer in seen.layers:
        np.testing.assert_array_equal(layer.f == 7, np.broadcast_to(meant, layer.f.shape))


def test_clamps_add_up_and_the_later_wins_where_they_overlap():
    model, x = network_and_series(units=4, bidirectional=False)
    x = np.nan_to_num(x)
    with clamp(model, "f", 0.1), clamp(model, "f", 0.2, units=1), clamp(model, "i", 0.3):
        (layer,) = trace(model, x, clamps=[Clamp("f", 0.4, steps=0)]).layers
    assert (layer.f[:, 0] == np.float32(0.4)).all()
    assert (layer.f[:, 1:, 1] == np.float32(0.2)).all()
    assert (layer.f[:, 1:, [0, 2, 3]] == np.float32(0.1)).all()
    assert (layer.i == np.float32(0.3)).all()


def test_a_layer_may_be_named():
    model, x = network_and_series()
    seen = trace(model, x, clamps=[Clamp("z", 0.0, layer="backward_lstm_2")])
    real = seen["backward_lstm_2"].mask
    assert (seen["backward_lstm_2"].z[real] == 0).all()
    assert (seen["forward_lstm_2"].z[real] != 0).all()


@pytest.fixture(scope="module")
def unclamped():
    """Give a network, series, and predictions, to show that each clamp left nothing behind."""
    model, x = network_and_series(units=4)
    return model, x, predict(model, x)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"gate": "g", "value": 0}, Inspection.GATE),
        ({"gate": "c", "value": 0}, Inspection.GATE),
        ({"gate": "f", "value": np.nan}, Inspection.HELD_AT),
        ({"gate": "f", "value": "open"}, Inspection.HELD_AT),
        (
            {"gate": "f", "value": 0, "layer": "lstm_9"},
            Inspection.LAYER,
        ),
        ({"gate": "f", "value": 0, "units": 4}, Inspection.INDEX),
        ({"gate": "f", "value": 0, "units": [0, 1.5]}, Inspection.INDEX),
        ({"gate": "f", "value": 0, "steps": [0, 6]}, Inspection.INDEX),
    ],
)
def test_wrong_clamps_are_named_and_leave_nothing_behind(wrong, words, unclamped):
    model, x, free = unclamped
    with raises(words) as raised, clamp(model, **wrong):
        model(x)
    assert "\n" not in str(raised.value)  # Keras puts nothing round it
    np.testing.assert_array_equal(predict(model, x), free)


def test_looking_does_not_move_a_stateful_layer_on():
    layer = glasscell.LSTM(3, stateful=True)
    model = keras.Sequential([keras.Input((4, 2), batch_size=2), layer])
    x = np.random.default_rng(0).normal(size=(2, 4, 2))
    model(x)
    before = [v.numpy() for v in layer.states]
    seen = trace(model, x)
    np.testing.assert_array_equal(seen.layers[0].c_start, before[1])
    for v, w in zip(layer.states, before, strict=True):
        np.testing.assert_array_equal(v, w)


def test_gates_are_not_held_while_parts_drop_out():
    model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(2, dropout=0.5)])
    with clamp(model, "f", 1.0), raises(Inspection.DROPS_OUT):
        model(np.ones((1, 3, 1)), training=True)


@pytest.mark.long(2)
def test_a_network_trains_under_a_clamp():
    model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(2), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, before = np.random.default_rng(0).normal(size=(8, 3, 1)), [v.numpy() for v in model.weights]
    with clamp(model, "o", 0.0):
        model.fit(x, np.ones(8), verbose=0)
    changed = [not np.array_equal(v, w) for v, w in zip(before, model.weights, strict=True)]
    # with h at 0 only the read-out's bias learns
    assert changed == [False, False, False, False, True]


def test_the_layer_says_that_it_is_watched():
    model, x = network_and_series(bidirectional=False)
    predict(model, x)
    layer = model.get_layer("lstm_1")
    before = layer.choice
    with watched(model):
        assert layer.choice == ("loop", "its gates are being traced or clamped")
    assert layer.choice == before
