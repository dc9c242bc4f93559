import json

import keras
import numpy as np
import pytest
from support.facts import raises

import glasscell
from glasscell.errors import UsageError
from glasscell.exporters.onnx import file as onnx_file
from glasscell.exporters.sentences import Exporters

K = keras.layers


def memory():
    x = keras.Input(batch_shape=(2, None, 3), name="x")
    return keras.Model(
        x, K.TimeDistributed(K.Dense(2))(glasscell.LSTM(4, stateful=True, return_sequences=True)(x))
    )


def words():
    ids = keras.Input((None,), dtype="int32", name="ids")
    return keras.Model(ids, K.Dense(1)(glasscell.LSTM(4)(K.Embedding(9, 3, mask_zero=True)(ids))))


def test_export_knows_a_model_of_words(tmp_path):
    exported = glasscell.export(words(), tmp_path / "model.onnx")
    assert exported.agreement.difference < 1e-5
    about = json.loads(exported.about.read_text())
    assert about["inputs"] == [{"name": "ids", "shape": [None, None], "dtype": "int32"}]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.onnx", "model.onnx.json"]


def test_a_memory_is_as_it_was(tmp_path):
    model = memory()
    model(np.ones((2, 5, 3), "float32"))
    (layer,) = (layer for layer in model.layers if getattr(layer, "stateful", False))
    before = [np.asarray(state) for state in layer.states]
    assert glasscell.export(model, tmp_path / "model.onnx").agreement.difference < 1e-5
    for state, old in zip(layer.states, before, strict=True):
        np.testing.assert_array_equal(state, old)
        assert np.abs(old).max() > 0


def test_one_that_answers_otherwise_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    def lie(path, inputs):
        return {name: v + 2e-5 for name, v in ask(path, inputs).items()}

    ask = onnx_file.ask
    monkeypatch.setattr(onnx_file, "ask", lie)
    with raises(Exporters.DIFFERS):
        glasscell.export(words(), tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_has_not_been_built_is_refused(tmp_path):
    with pytest.raises(UsageError, match="the inputs of the model 'mine' are unknown"):
        glasscell.export(keras.Sequential([K.Dense(2)], name="mine"), tmp_path / "model.onnx")


def test_what_is_there_stays(tmp_path):
    (tmp_path / "model.onnx").write_text("mine")
    with raises(Exporters.EXISTS, file=str(tmp_path / "model.onnx")):
        glasscell.export(words(), tmp_path / "model.onnx")
    with raises(Exporters.NO_OPTION, format="onnx", option="streaming"):
        glasscell.export(words(), tmp_path / "model.onnx", overwrite=True, streaming=True)
    assert glasscell.export(words(), tmp_path / "model.onnx", overwrite=True).form == "onnx"
