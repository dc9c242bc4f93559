import keras
import numpy as np
import pytest

from glasscell.data.padding import pad
from glasscell.inspection.probes import fit_probes, hidden_states, probe_answers
from glasscell.networks.anatomy import anatomy_of
from glasscell.networks.builder import build_network


@pytest.mark.parametrize("form", [{}, {"read_out": "mean"}, {"units": (3, 5)}, {"bidirectional": True, "stride": 2}])
def test_hidden_states_are_those_that_are_read_out(form):
    network = build_network(2, 3, **form)
    x = np.random.default_rng(0).normal(size=(4, 6, 2)).astype("float32")
    h = hidden_states(network)(x).numpy()
    assert h.shape[:2] == (4, 3 if "stride" in form else 6)
    if form == {}:
        last = keras.Model(network.input, network.get_layer("read_out").input)(x)
        np.testing.assert_allclose(h[:, -1], last, rtol=1e-6)


def steps_up(n=60, seed=0):
    """Series that show their class from the fourth step on."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return pad([np.r_[rng.normal(0, 0.1, 3), c + rng.normal(0, 0.1, rng.integers(2, 5))][:, None] for c in y]), y


def test_a_probe_knows_when_there_is_something_to_know():
    x, y = steps_up()
    network = build_network(1, 3, units=16)
    network.get_layer("scaling").adapt(x)
    probes = fit_probes(network, x, y)
    x_test, y_test = steps_up(seed=1)
    h = hidden_states(network)(x_test).numpy()
    right = {
        int(t): (np.argmax(h[:, t] @ w + b, 1) == y_test)[~np.isnan(x_test[:, t, 0])].mean()
        for t, w, b in zip(probes["steps"], probes["coefficients"], probes["intercepts"], strict=True)
    }
    assert max(right[t] for t in (0, 1, 2)) < 0.65
    assert right[4] > 0.95
    assert probes["n"][0] == 60
    assert probes["n"][-1] < 60


@pytest.mark.parametrize("classes", [2, 4])
def test_a_class_that_is_not_there_gets_no_chance(classes):
    x = np.random.default_rng(0).normal(size=(20, 2, 1))
    y = np.arange(20) % 2 + (classes - 2)
    probes = fit_probes(build_network(1, classes, units=3), x, y)
    h = hidden_states(build_network(1, classes, units=3))(x).numpy()[:, 0]
    logits = h @ probes["coefficients"][0] + probes["intercepts"][0]
    assert probes["coefficients"].shape == (2, 3, classes)
    assert (np.argmax(logits, 1) >= classes - 2).all()


def test_steps_are_evenly_apart_in_long_series_and_numbers_have_probes_too():
    x = np.random.default_rng(0).normal(size=(12, 200, 1))
    probes = fit_probes(build_network(1, 1, units=3, activation="linear"), x, x.sum((1, 2)))
    assert len(probes["steps"]) == 50
    assert (probes["steps"][0], probes["steps"][-1]) == (0, 199)
    assert probes["coefficients"].shape == (50, 3, 1)


def test_probes_and_the_network_answer_in_the_same_unit():
    x = np.random.default_rng(0).normal(size=(5, 4, 2))
    network = build_network(2, 1, units=3, activation="linear", mean=[500.0], deviation=[20.0])
    anatomy = anatomy_of(network)
    kernel, bias = (np.asarray(v)[np.newaxis] for v in anatomy.read_out.weights)
    read_out = {"steps": np.array([3]), "coefficients": kernel, "intercepts": bias}  # as a probe of the last step
    probed = probe_answers(read_out, hidden_states(network)(x).numpy(), anatomy.rescaling)
    np.testing.assert_allclose(probed[:, 0], network(x), rtol=1e-6)
