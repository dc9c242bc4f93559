"""A network that labels every step: exports in every format, ONNX also stepwise, predict alike."""

import csv
import json

import numpy as np
import pytest
from support.facts import raises
from support.labelled_steps import make_steps

from glasscell import LSTMTagger, export
from glasscell.exporters import c
from glasscell.exporters.c.compiler import compile_program
from glasscell.exporters.c.compiler import run as run_program
from glasscell.exporters.export import write_export
from glasscell.exporters.onnx import file
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import answer, read_npz
from glasscell.networks.sentences import Networks
from glasscell.tasks.tagging import onnx
from glasscell.tasks.tagging.export import ExportableTagger, of_run
from glasscell.tasks.tagging.network import build_tagging_network
from glasscell.tasks.tagging.onnx import answer_with_runtime
from glasscell.training.prediction import predict

onnxruntime = pytest.importorskip("onnxruntime")


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("form", "streaming"),
    [
        ({"units": (5, 4), "bidirectional": True, "dropout": 0.3, "noise": 0.1}, False),
        ({"units": 4, "variant": "CIFG"}, False),
        ({"units": (4, 3)}, True),
        ({"units": 4, "variant": "FGR"}, True),
    ],
)
def test_it_answers_as_the_network_does(form, streaming, tmp_path):
    network = build_tagging_network(2, 3, seed=4, **form)
    network.get_layer("scaling").adapt(np.random.default_rng(1).normal(3, 2, (4, 9, 2)))
    meaning = Meaning(("u", "v"), ("a", "b", "c"), offsets=(1e9, 0.0), missing=(-1.0,))
    exported = write_export(
        ExportableTagger(network, meaning), tmp_path / "model.onnx", streaming=streaming
    )
    assert exported.agreement.difference < 1e-5
    assert exported.agreement.labels == 1
    about = json.loads((tmp_path / "model.onnx.json").read_text())
    example = about["examples"][1]
    x = np.array(example["series"], float)[None]
    answers, _ = answer_with_runtime(tmp_path / "model.onnx", x, meaning)
    np.testing.assert_allclose(answers[0], example["probabilities"], atol=1e-5)


@pytest.mark.long(2)  # it trains
def test_an_estimator_leaves_with_its_labels(tmp_path):
    x, y = make_steps(3)
    tagger = LSTMTagger(4, epochs=1, window=16, bidirectional=False, random_state=0).fit(x, y)
    export(tagger, tmp_path / "model.onnx", streaming=True, channels=["u", "v"])
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    states = {one.name: np.zeros((1, one.shape[1]), "float32") for one in session.get_inputs()[1:]}
    names = [one.name for one in session.get_outputs()]
    labels = []
    for row in x[0]:
        found = dict(zip(names, session.run(None, {"step": row[None], **states}), strict=True))
        states = {name: found[f"{name}_next"] for name in states}
        labels.append(found["label"][0])
    assert labels == tagger.predict(x[:1])[0].tolist()


@pytest.mark.parametrize(
    ("how", "code", "values"),
    [
        ({"streaming": True}, Networks.BIDIRECTIONAL, {}),
        ({"to": "c"}, Exporters.OTHER_ENDING, {"found": ".onnx", "format": "c"}),
        (
            {"batch": 3},
            Exporters.OPTION_OF_OTHERS,
            {"format": "onnx", "option": "batch", "formats": ["litert"]},
        ),
    ],
)
def test_what_cannot_leave_so_is_reported(how, code, values, tmp_path):
    network = build_tagging_network(2, 2, units=3, bidirectional=True)
    with raises(code, **values):
        write_export(
            ExportableTagger(network, Meaning(("u", "v"), ("a", "b"))),
            tmp_path / "model.onnx",
            **how,
        )
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_answers_otherwise_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    answer = onnx.answer_with_runtime
    monkeypatch.setattr(
        onnx, "answer_with_runtime", lambda *of: (answer(*of)[0] + 0.5, answer(*of)[1])
    )
    source = ExportableTagger(build_tagging_network(2, 2, units=3), Meaning(("u", "v"), ("a", "b")))
    with raises(Exporters.DIFFERS) as caught:
        write_export(source, tmp_path / "model.onnx")
    assert caught.value.values["difference"] == pytest.approx(0.5, abs=1e-5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("streaming", [False, True])
def test_nothing_is_said_of_a_series_with_a_value_that_no_network_reads(streaming, tmp_path):
    network, meaning = build_tagging_network(2, 2, units=3), Meaning(("u", "v"), ("a", "b"))
    onnx.write(network, meaning, tmp_path / "model.onnx", streaming=streaming)
    x = np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32")
    x[1, 2], x[2, 2, 1], x[3, 2] = np.nan, np.inf, 3e38
    if streaming:
        steps = [*file.ask_on(tmp_path / "model.onnx", "step", x.swapaxes(0, 1))]
        found = {
            name: np.stack([one[name] for one in steps], 1)
            for name in ("probabilities", "label", "answered")
        }
    else:
        found = file.ask(tmp_path / "model.onnx", {"series": x})
    answered = np.ones((4, 5), bool)
    answered[2:, 2 if streaming else 0 :] = False
    np.testing.assert_array_equal(found["answered"], answered)
    np.testing.assert_array_equal(np.isnan(found["probabilities"]).all(-1), ~answered)
    np.testing.assert_array_equal(found["label"] == "", ~answered)
    np.testing.assert_allclose(found["probabilities"][:2], predict(network, x[:2]), atol=1e-6)


def test_a_run_leaves_with_its_own_series(run, tmp_path):
    source = of_run(run)
    (own,) = source.samples
    assert own.shape[0] == 10
    exported = write_export(source, tmp_path / "model.npz")
    assert exported.agreement.n > len(own)
    assert exported.agreement.difference < 1e-5
    example = json.loads((tmp_path / "model.npz.json").read_text())["examples"][0]
    found, _ = answer(
        read_npz(tmp_path / "model.npz"), np.array(example["series"], "float32")[None]
    )
    np.testing.assert_allclose(found[0], example["probabilities"], atol=1e-5)


@pytest.mark.long(3)  # compiles
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_program_in_c_labels_a_file_as_the_network_does(bidirectional, tmp_path):
    network = build_tagging_network(2, 2, units=(3, 5), bidirectional=bidirectional)
    meaning = Meaning(("u", "v"), ("no, never", "ü"), missing=(-1.0,))
    c.write(network, meaning, tmp_path / "model")
    compile_program(tmp_path / "model", tmp_path / "program")
    rows = [("b", 2, 0.5, 1), ("a", 7, "", ""), ("b", 1, -1, 2), ("a", 8, 0.25, 1e38)]
    content = "id,time,u,v\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    header, *printed = csv.reader(run_program(tmp_path / "program", content).splitlines())
    assert header == ["id", "time", "answer", "p(no, never)", "p(ü)", "note"]
    assert [row[:2] for row in printed] == [["b", "1"], ["b", "2"], ["a", "7"], ["a", "8"]]
    wanted = predict(network, np.array([[[np.nan, 2], [0.5, 1]]], "float32"))[0]
    np.testing.assert_allclose(
        np.array([row[3:5] for row in printed[:2]], float), wanted, atol=1e-6
    )
    assert [row[2] for row in printed[:2]] == [meaning.labels[k] for k in wanted.argmax(-1)]
    assert [row[2:] for row in printed[2:]] == [["", "", "", "a value is too large"]] * 2
