import json

import keras
import numpy as np
from support.facts import raises

from glasscell.data.texts.alphabet import Alphabet
from glasscell.networks.sentences import Networks
from glasscell.tasks.language.arrays import arrays_of
from glasscell.tasks.language.network import build_language_network


def test_all_weights_are_there_as_float32_with_what_the_cells_are():
    network = build_language_network(5, units=[3, 2], embedding=4, variant="FGR", dropout=0.1)
    arrays = arrays_of(network, Alphabet("abc"))
    about = json.loads(str(arrays.pop("about")))
    assert about["characters"] == "abc"
    assert [variant["full_gate_recurrence"] for variant in about["variants"]] == [True, True]
    assert {v.dtype.name for v in arrays.values()} == {"float32"}
    assert sum(v.size for v in arrays.values()) == sum(w.size for w in map(np.asarray, network.trainable_variables))
    assert all(v.size for v in arrays.values())


def test_another_network_is_refused():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with raises(Networks.NO_LANGUAGE_MODEL):
        arrays_of(model, Alphabet("abc"))
