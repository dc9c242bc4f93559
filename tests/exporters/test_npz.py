import json

import keras
import numpy as np
from support.facts import raises
from support.leaving import leaving_network

from glasscell import LSTM
from glasscell.exporters import npz
from glasscell.exporters.agreement import made_series
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.networks.sentences import Networks


def test_numpy_alone_reads_it_without_pickle(tmp_path):
    network, meaning = leaving_network("two directions")
    npz.write(network, meaning, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as arrays:
        about = json.loads(str(arrays["about"]))
        kernel = arrays[f"{about['readers'][0][1]['name']}/kernel"]
    np.testing.assert_array_equal(kernel, network.get_layer("both_1").backward_layer.cell.kernel)


def test_another_network_is_refused_by_name(tmp_path):
    model = keras.Sequential([keras.Input((None, 2)), LSTM(3), keras.layers.Dense(2)], name="mine")
    with raises(Networks.NOT_WIRED, name="mine"):
        npz.write(model, Meaning(("x", "y")), tmp_path / "model.npz")


def test_an_activation_that_numpy_does_not_know_is_refused_by_name(tmp_path):
    from glasscell import Variant

    network, meaning = leaving_network("plain", variant=Variant(input_activation="elu"))
    with raises(Exporters.NO_ACTIVATION_IN_NPZ, part="input_activation", activation="elu"):
        npz.write(network, meaning, tmp_path / "model.npz")


def test_samples_are_of_every_kind():
    network, meaning = leaving_network("strided")
    x = made_series(network, meaning)
    real = ~np.isnan(x).all(-1)
    assert real[0].all()
    assert real[1].tolist() == [True] + [False] * (x.shape[1] - 1)
    assert real[2, 0]
    assert real[2, -1]
    assert not real[2].all()
    assert np.isnan(x[3]).any()
    assert not real[4].any()
