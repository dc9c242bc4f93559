import keras
import numpy as np
import pytest

from glasscell.data.padding import pad
from glasscell.errors import UsageError
from glasscell.networks.builder import build_network, from_bytes, to_bytes

FORMS = [
    {},
    {"units": 3},
    {"units": (4, 3), "read_out": "mean"},
    {"units": (4, 3), "bidirectional": True},
    {"bidirectional": True, "read_out": "mean", "units": 5},
    {"stride": 3},
    {"units": (4, 5), "read_out": "both", "dropout": 0.3},
    {"units": 3, "read_out": "both", "bidirectional": True, "variant": "FGR"},
    {"variant": "CIFG", "forget_bias": "chrono", "longest": 9},
    {"activation": "linear", "mean": [5.0, -1.0], "deviation": [2.0, 3.0]},
]


def random_series(seed=0, n=7, features=3, longest=9):
    rng = np.random.default_rng(seed)
    return pad([rng.normal(size=(rng.integers(1, longest + 1), features)) for _ in range(n)])


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_padding_changes_no_answer(form):
    network, x = build_network(3, 2, **form), random_series()
    further = np.concatenate([x, np.full((len(x), 6, 3), np.nan, "float32")], 1)
    # sums over more steps may be added in another order
    np.testing.assert_allclose(network(further), network(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_series_is_answered_as_it_is_alone(form):
    network, x = build_network(3, 2, **form), random_series(1)
    for row, answer in zip(x, network(x), strict=True):
        alone = row[~np.isnan(row).all(-1)][None]
        np.testing.assert_allclose(network(alone)[0], answer, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_bytes_bring_the_same_network_back(form):
    network, x = build_network(3, 2, seed=4, **form), random_series(2)
    network.get_layer("scaling").adapt(x)
    np.testing.assert_array_equal(from_bytes(to_bytes(network))(x), network(x))


def test_the_seed_decides_the_weights_and_no_two_layers_begin_alike():
    one, same, other = (
        build_network(2, 2, units=(4, 4), bidirectional=True, seed=s) for s in (1, 1, 2)
    )
    for a, b, c in zip(one.get_weights(), same.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.size < 3 or (a == c).all() == (np.ptp(a) == 0 or set(np.unique(a)) <= {0.0, 1.0})
    both = one.get_layer("both_1")
    assert not np.array_equal(
        both.forward_layer.get_weights()[0], both.backward_layer.get_weights()[0]
    )


def test_chrono_biases_are_logarithms_of_spans():
    network = build_network(2, 2, units=400, forget_bias="chrono", longest=50)
    bias = network.get_layer("lstm_1").cell.bias.numpy().reshape(4, 400)
    assert (bias[1] >= 0).all()
    assert (np.exp(bias[1]) <= 49).all()
    assert np.exp(bias[1]).mean() == pytest.approx(25, abs=3)
    np.testing.assert_array_equal(bias[0], -bias[1])
    assert not bias[2:].any()


def test_mixed_biases_are_chrono_for_half_of_the_units():
    network = build_network(2, 2, units=401, forget_bias="mixed", longest=50)
    i, f, z, o = network.get_layer("lstm_1").cell.bias.numpy().reshape(4, 401)
    assert np.exp(f[:200]).mean() == pytest.approx(25, abs=4)
    np.testing.assert_array_equal(i[:200], -f[:200])
    assert (f[200:] == 1).all()
    assert not i[200:].any()
    assert not z.any()
    assert not o.any()


def test_noise_is_added_while_training_only():
    network, x = build_network(3, 2, units=4, noise=0.5), random_series(5)
    before = keras.Model(network.input, network.get_layer("noise").output)
    scaled = network.get_layer("scaling")(x)
    np.testing.assert_array_equal(before(x), scaled)
    added = np.asarray(before(x, training=True) - scaled)
    assert added.std() == pytest.approx(0.5, rel=0.25)


def test_the_forget_bias_stands_in_its_block():
    bias = build_network(2, 2, units=3, forget_bias=2.5).get_layer("lstm_1").cell.bias.numpy()
    assert bias.tolist() == [0] * 3 + [2.5] * 3 + [0] * 6


def test_the_mean_read_out_is_the_mean_of_h():
    network, x = build_network(3, 2, units=4, read_out="mean"), random_series(5)
    h = keras.Model(network.input, network.get_layer("lstm_1").output[0])(x).numpy()
    real = ~np.isnan(x).all(-1)
    mean = np.stack([row[there].mean(0) for row, there in zip(h, real, strict=True)])
    np.testing.assert_allclose(
        network.get_layer("read_out")(mean), network(x), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"units": 0}, "units=0"),
        ({"units": ()}, r"units=\(\)"),
        ({"units": (3, "a")}, "units="),
        ({"read_out": "first"}, "read_out='first'"),
        ({"dropout": 1}, "dropout=1"),
        ({"noise": -0.1}, "noise=-0.1"),
        ({"forget_bias": "high"}, "forget_bias='high'"),
    ],
)
def test_wrong_arguments_are_named(wrong, words):
    with pytest.raises(UsageError, match=words):
        build_network(3, 2, **wrong)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_read_out_of_both_is_last_and_mean_side_by_side(bidirectional):
    network, x = (
        build_network(3, 2, units=4, read_out="both", bidirectional=bidirectional),
        random_series(5),
    )
    h_at_the_end = (
        network.get_layer("last_1").output
        if bidirectional
        else network.get_layer("lstm_1").output[1]
    )
    last, mean = keras.Model(network.input, [h_at_the_end, network.get_layer("mean").output])(x)
    np.testing.assert_allclose(
        network.get_layer("read_out")(np.concatenate([last, mean], 1)),
        network(x),
        rtol=1e-5,
        atol=1e-6,
    )
