"""The language model in NumPy is that in Keras, continues from states, rejects a damaged file."""

import json

import keras
import numpy as np
import pytest
from support.facts import raises

from glasscell.data.texts.alphabet import Alphabet
from glasscell.inference.sentences import Inference
from glasscell.networks.sentences import Networks
from glasscell.recurrence.kernel import core
from glasscell.system.files import to_npz
from glasscell.tasks.language.network import build_language_network, parts_of
from glasscell.tasks.language.numpy_model import (
    arrays_of,
    plain_language_model,
    read_language_model,
)
from glasscell.tasks.language.sentences import TextRuns
from glasscell.variants import GREFF

ALPHABET = Alphabet("abcdé\ud800☃")
C, N, T = len(ALPHABET), 3, 23
TOLERANCE = 3e-6  # of logits near 1, float32


def network_of(**options):
    options = {"units": [17, 5], "embedding": 4, "seed": 3} | options
    return build_language_network(C, **options)


def text_of(seed=0):
    return np.random.default_rng(seed).integers(C, size=(N, T)).astype("int32")


@pytest.fixture(params=["the core", "NumPy alone"])
def reader(request, monkeypatch):
    if request.param == "NumPy alone":
        monkeypatch.setattr(core, "obstacle", lambda variant: "there is none")
    elif core.load()[1] is not None:
        pytest.skip("the kernel is not built: no C++ compiler at install")


@pytest.mark.few(10)
@pytest.mark.parametrize("variant", [None, *GREFF])
def test_it_answers_as_the_network_does_whole_and_in_pieces(variant, reader, tmp_path):
    network, text = network_of(variant=variant), text_of()
    (tmp_path / "network.npz").write_bytes(to_npz(arrays_of(network, ALPHABET)))
    plain = read_language_model(tmp_path / "network.npz")
    assert plain.alphabet == ALPHABET
    parts = parts_of(network)
    wanted, end = parts.read(text, parts.fresh(N))
    found, states = plain.read(text)
    np.testing.assert_allclose(found, wanted, atol=TOLERANCE)
    for ours, truth in zip([v for state in states for v in state], end, strict=True):
        np.testing.assert_allclose(ours, truth, atol=TOLERANCE)
    first, states = plain.read(text[:, :9])
    rest, _ = plain.read(text[:, 9:], states)
    np.testing.assert_allclose(np.concatenate([first, rest], 1), wanted, atol=TOLERANCE)


def test_a_network_in_memory_is_the_one_in_the_file(tmp_path):
    network = network_of(units=6, dropout=0.3)
    (tmp_path / "a.npz").write_bytes(to_npz(arrays_of(network, ALPHABET)))
    models = plain_language_model(network, ALPHABET), read_language_model(tmp_path / "a.npz")
    np.testing.assert_array_equal(*(model.read(text_of())[0] for model in models))


def later(arrays):
    about = json.loads(str(arrays["about"]))
    return arrays | {"about": np.array(json.dumps(about | {"form": 9}))}


DAMAGES = {
    "not there": lambda arrays: None,
    "cut": lambda arrays: to_npz(arrays)[:-300],
    "no weights": lambda arrays: to_npz({k: v for k, v in arrays.items() if k != "embedding"}),
    "no cell": lambda arrays: to_npz({k: v for k, v in arrays.items() if k != "lstm_2/kernel"}),
    "another": lambda arrays: to_npz({"x": np.ones(3)}),
    "shape": lambda arrays: to_npz(arrays | {"read_out/kernel": np.ones((3, C), "f")}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused(damage, tmp_path):
    content = DAMAGES[damage](arrays_of(network_of(), ALPHABET))
    if content is not None:
        (tmp_path / "network.npz").write_bytes(content)
    with raises(TextRuns.DAMAGED, file=str(tmp_path / "network.npz")):
        read_language_model(tmp_path / "network.npz")


def test_a_file_of_a_later_form_is_refused(tmp_path):
    (tmp_path / "network.npz").write_bytes(to_npz(later(arrays_of(network_of(), ALPHABET))))
    with raises(Inference.OTHER_FORM, found=9, form=1):
        read_language_model(tmp_path / "network.npz")


def test_all_weights_are_there_as_float32_with_what_the_cells_are():
    network = build_language_network(5, units=[3, 2], embedding=4, variant="FGR", dropout=0.1)
    arrays = arrays_of(network, Alphabet("abc"))
    about = json.loads(str(arrays.pop("about")))
    assert about["characters"] == "abc"
    assert [variant["full_gate_recurrence"] for variant in about["variants"]] == [True, True]
    assert {v.dtype.name for v in arrays.values()} == {"float32"}
    assert sum(v.size for v in arrays.values()) == sum(
        w.size for w in map(np.asarray, network.trainable_variables)
    )
    assert all(v.size for v in arrays.values())


def test_another_network_is_refused():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with raises(Networks.NO_LANGUAGE_MODEL):
        arrays_of(model, Alphabet("abc"))
