import numpy as np
import onnxruntime
import pytest
from support.facts import raises
from support.leaving import FORMS, asked, leaving_network

from glasscell import Variant, article
from glasscell.exporters.onnx.file import answer_with_runtime, write
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.networks.sentences import Networks
from glasscell.networks.streams import Stream
from glasscell.settings.article import DigitsSettings

STREAMED = [form for form, arguments in FORMS.items() if not arguments.get("bidirectional")]


def session_of(network, meaning, path):
    write(network, meaning, path / "step.onnx", streaming=True)
    return onnxruntime.InferenceSession(path / "step.onnx", providers=["CPUExecutionProvider"])


def fresh(session, n):
    return {
        state.name: np.zeros((n, state.shape[1]), "float32") for state in session.get_inputs()[1:]
    }


def step(session, x, states):
    """Read a step; return outputs by name, and the states for the next."""
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(None, {"step": x, **states}), strict=True))
    return found, {name: found[f"{name}_next"] for name in states}


@pytest.mark.few(2)
@pytest.mark.parametrize("form", STREAMED)
def test_after_each_step_it_answers_what_a_stream_does(form, tmp_path):
    network, meaning = leaving_network(form)
    x, (wanted, answered) = asked(network, meaning, n=8)
    stream = Stream(network, streams=8, prior=meaning.prior_or_nan)
    session = session_of(network, meaning, tmp_path)
    states = fresh(session, 8)
    name = "numbers" if meaning.labels is None else "probabilities"
    for t in range(x.shape[1]):
        found, states = step(session, x[:, t], states)
        np.testing.assert_allclose(found[name], stream.step(x[:, t]), rtol=2e-5, atol=3e-6)
        np.testing.assert_array_equal(found["answered"], stream.has_begun)
        if meaning.labels is not None:
            labels = zip(found[name].argmax(1), found["answered"], strict=True)
            assert found["label"].tolist() == [
                meaning.labels[k] if there else "" for k, there in labels
            ]
    np.testing.assert_allclose(found[name], wanted, rtol=2e-5, atol=3e-6)
    np.testing.assert_array_equal(found["answered"], answered)


@pytest.mark.parametrize(
    "variant", ["FGR", "CIFG", Variant(gate_activation="softsign", forget_gate=False)]
)
def test_of_cells_that_are_nodes_and_that_are_none(variant, tmp_path):
    network, meaning = leaving_network(variant=variant)
    x, (wanted, answered) = asked(network, meaning, n=8)
    write(network, meaning, tmp_path / "step.onnx", streaming=True)
    found = answer_with_runtime(tmp_path / "step.onnx", x, meaning)
    np.testing.assert_array_equal(found[1], answered)
    np.testing.assert_allclose(found[0], wanted, rtol=2e-5, atol=3e-6)


def test_single_streams_begin_again_when_their_states_are_zeros(tmp_path):
    network, meaning = leaving_network("strided")  # also in the middle of a stride
    session = session_of(network, meaning, tmp_path)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    states = fresh(session, 2)
    for t in range(4):
        found, states = step(session, x[:, t], states)
    states = {
        name: np.where([[True], [False]], 0, v).astype("float32") for name, v in states.items()
    }
    found, _ = step(session, x[[0, 1], [0, 4]], states)
    first, _ = step(session, x[:, 0], fresh(session, 2))
    np.testing.assert_allclose(found["probabilities"][0], first["probabilities"][0], atol=1e-6)
    assert np.abs(found["probabilities"][1] - first["probabilities"][1]).max() > 1e-3


def test_offsets_and_no_prior(tmp_path):
    from dataclasses import replace

    network, meaning = leaving_network()
    shifted = replace(meaning, offsets=(1e9, 0.0, -1e7), prior=None)
    x, (wanted, answered) = asked(network, replace(meaning, prior=None), n=8)
    write(network, shifted, tmp_path / "step.onnx", streaming=True)
    found = answer_with_runtime(
        tmp_path / "step.onnx", x.astype("float64") + np.array(shifted.offsets), shifted
    )
    assert found[1].tolist() == answered.tolist() != [True] * 8
    np.testing.assert_allclose(found[0], wanted, atol=1e-5)


def test_the_article_s_model_reads_row_by_row(tmp_path):
    model, meaning = (
        article.build_model(DigitsSettings()),
        Meaning(tuple(article.CHANNELS), tuple(article.CLASSES)),
    )
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape) * 0.1)
    x, (wanted, _) = asked(model, meaning, n=8)
    write(model, meaning, tmp_path / "step.onnx", streaming=True)
    np.testing.assert_allclose(
        answer_with_runtime(tmp_path / "step.onnx", x, meaning)[0], wanted, rtol=2e-5, atol=3e-6
    )


@pytest.mark.parametrize(
    ("network", "code", "values"),
    [
        (lambda: leaving_network("two directions")[0], Networks.BIDIRECTIONAL, {}),
        (
            lambda: leaving_network(variant=Variant(input_activation="sparsemax"))[0],
            Exporters.NOT_IN_ONNX,
            {"layer": "lstm_1", "kind": "LSTM"},
        ),
    ],
)
def test_what_no_stream_can_read_with_is_refused(network, code, values, tmp_path):
    with raises(code, **values):
        write(
            network(),
            Meaning(("a", "b", "c"), ("no", "yes")),
            tmp_path / "step.onnx",
            streaming=True,
        )
    assert list(tmp_path.iterdir()) == []
