import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from support.facts import raises
from support.leaving import FORMS, asked, export_network, leaving_network

from glasscell import LSTM, article
from glasscell.exporters.onnx.file import answer_with_runtime, ask, write, write_model
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.settings.article import DigitsSettings
from glasscell.variants import ARTICLE, GREFF

VARIANTS = GREFF | {"ARTICLE": ARTICLE}


def expect_same(network, meaning, path, n=24, seed=0):
    """Write the network, run both on series of every kind, and return onnxruntime's outputs."""
    x, (wanted, answered) = asked(network, meaning, n, seed)
    write(network, meaning, path / "model.onnx")
    found = ask(path / "model.onnx", {"series": x})
    answers = found["numbers" if meaning.labels is None else "probabilities"]
    np.testing.assert_array_equal(found["answered"], answered)
    scale = 1.0 if meaning.labels is not None else np.array([20.0, 3.0])
    # float32: sums of some ten numbers per step over forty steps, in another order
    np.testing.assert_allclose(answers / scale, wanted / scale, rtol=2e-5, atol=3e-6)
    if meaning.labels is not None:
        labels = [
            meaning.labels[k] if there else ""
            for k, there in zip(wanted.argmax(1), answered, strict=True)
        ]
        assert found["label"].tolist() == labels
    return found


@pytest.mark.few(3)
@pytest.mark.parametrize("form", FORMS)
def test_the_answers_are_the_networks(form, tmp_path):
    expect_same(*leaving_network(form), tmp_path)


@pytest.mark.nightly  # test_lstm.py has every variant in seconds
@pytest.mark.long(40)
@pytest.mark.product(
    variant=list(VARIANTS),
    bidirectional=[False, True],
    n=[1, 7, 64],
    read_out=["last", "mean", "both"],
)
def test_of_every_variant_too(variant, bidirectional, n, read_out, tmp_path):
    network, meaning = leaving_network(
        variant=VARIANTS[variant], bidirectional=bidirectional, read_out=read_out, units=3, seed=3
    )
    x, (wanted, answered) = asked(network, meaning, 64)
    write(network, meaning, tmp_path / "model.onnx")
    found = answer_with_runtime(tmp_path / "model.onnx", x[:n], meaning)
    np.testing.assert_array_equal(found[1], answered[:n])
    np.testing.assert_allclose(found[0], wanted[:n], rtol=2e-5, atol=3e-6)


def test_the_article_s_model_too(tmp_path):
    model, meaning = (
        article.build_model(DigitsSettings()),
        Meaning(tuple(article.CHANNELS), tuple(article.CLASSES)),
    )
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.1)
    expect_same(model, meaning, tmp_path)


def test_one_node_for_each_direction(tmp_path):
    network, meaning = leaving_network("two directions")
    write(network, meaning, tmp_path / "model.onnx")
    model = onnx.load(tmp_path / "model.onnx")
    nodes = [node for node in model.graph.node if node.op_type == "LSTM"]
    ways = [a.s for node in nodes for a in node.attribute if a.name == "direction"]
    assert ways == [b"forward", b"reverse"] * 2
    assert {node.domain for node in model.graph.node} == {""}


def test_what_it_says_of_itself(tmp_path):
    network, meaning = leaving_network()
    write(network, meaning, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["labels"]) == list(meaning.labels)
    assert json.loads(about["channels"]) == list(meaning.channels)
    assert about["glasscell"]
    assert [(v.name, v.type, v.shape) for v in session.get_inputs()] == [
        ("series", "tensor(float)", ["series", "steps", 3])
    ]
    assert [(v.name, v.type) for v in session.get_outputs()] == [
        ("probabilities", "tensor(float)"),
        ("label", "tensor(string)"),
        ("answered", "tensor(bool)"),
    ]


def test_series_without_a_value_and_without_a_step(tmp_path):
    network, meaning = leaving_network("strided", bidirectional=True)
    write(network, meaning, tmp_path / "model.onnx")
    empty = np.full((3, 4, 3), np.nan, "float32")
    for x in (empty, empty[:, :0]):
        found = ask(tmp_path / "model.onnx", {"series": x})
        assert not found["answered"].any()
        np.testing.assert_allclose(found["probabilities"], [meaning.prior] * 3)
        assert found["label"].tolist() == [""] * 3
    write(network, replace(meaning, prior=None), tmp_path / "other.onnx")
    found = ask(tmp_path / "other.onnx", {"series": empty})
    assert np.isnan(found["probabilities"]).all()
    assert found["label"].tolist() == [""] * 3
    assert answer_with_runtime(tmp_path / "model.onnx", empty[:0], meaning)[0].shape == (0, 2)


def test_offsets_are_subtracted_inside(tmp_path):
    network, meaning = leaving_network("two layers")
    shifted = replace(meaning, offsets=(1e9, 0.0, -1e7))
    x, wanted = asked(network, meaning)
    write(network, shifted, tmp_path / "model.onnx")
    found = answer_with_runtime(
        tmp_path / "model.onnx", x.astype("float64") + np.array(shifted.offsets), shifted
    )
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)


@pytest.mark.parametrize("streaming", [False, True])
def test_export_compares_it(streaming, tmp_path):
    options = {"streaming": True} if streaming else {}
    exported = export_network(*leaving_network("strided"), tmp_path / "model.onnx", **options)
    assert exported.runtime.startswith("onnxruntime ")
    assert exported.agreement.difference < 3e-6
    assert exported.agreement.labels == 1.0


def test_other_models_are_refused_by_name(tmp_path):
    x, y = keras.Input((None, 3), name="x"), keras.Input((None, 3), name="y")
    stateful = keras.Input(batch_shape=(1, 5, 3))
    models = {
        "two inputs": keras.Model([x, y], LSTM(2)(keras.layers.Add()([x, y])), name="two inputs"),
        "a sequence": keras.Model(x, LSTM(2, return_sequences=True)(x), name="a sequence"),
        "other answers": keras.Model(x, LSTM(3)(x), name="other answers"),
        "memory": keras.Model(stateful, LSTM(2, stateful=True)(stateful), name="memory"),
    }
    for name, model in models.items():
        with raises(Exporters.OTHER_SHAPES, model=name, channels=3, answers=2):
            write(model, Meaning(("a", "b", "c"), ("no", "yes")), tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_names_of_inputs_and_outputs_stay_apart(tmp_path):
    x = keras.Input((None, 3), name="lstm_2")
    model = keras.Model(x, LSTM(2, return_state=True, name="lstm")(x))
    write_model(model, tmp_path / "model.onnx")
    assert list(ask(tmp_path / "model.onnx", {"lstm_2": np.ones((1, 2, 3), "float32")})) == [
        "lstm",
        "lstm_3",
        "lstm_4",
    ]


def test_the_lines_in_the_docs_answer_where_there_is_onnxruntime_alone(tmp_path):
    """A process of its own: what a user's server has."""
    lines = (Path(__file__).parents[3] / "docs/how-to/formats/answer.py").read_text(
        encoding="utf-8"
    )
    assert len(lines.splitlines()) <= 20
    export_network(*leaving_network("two directions"), tmp_path / "model.onnx")
    alone = (
        "import sys\nfor name in ('glasscell', 'tensorflow', 'keras', 'onnx'):\n    "
        "sys.modules[name] = None\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", alone + lines],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    about = json.loads((tmp_path / "model.onnx.json").read_text())
    wanted = [about["output"]["labels"][int(np.argmax(one["answer"]))] for one in about["examples"]]
    *labels, difference = done.stdout.splitlines()
    assert [label.rpartition(" ")[0] for label in labels] == wanted
    assert float(difference.split()[-1]) < 1e-5


def test_a_sequential_model_leaves_too(tmp_path):
    """It has no `output` before it is called."""
    layers = [keras.Input((None, 2)), LSTM(4), keras.layers.Dense(3, activation="softmax")]
    meaning = Meaning(("u", "v"), ("a", "b", "c"))
    exported = export_network(keras.Sequential(layers), meaning, tmp_path / "model.onnx")
    assert exported.agreement.labels == 1
