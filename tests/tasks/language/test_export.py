"""A language model is exported: with its alphabet, in each of its formats; a run, by command."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax
from support.command import call
from support.facts import raises
from support.leaving_text import leaving_language_model, some_text

from glasscell.errors import UsageError
from glasscell.exporters.export import write_export
from glasscell.exporters.litert.writing import open_file
from glasscell.exporters.onnx.file import ask, ask_on
from glasscell.exporters.sentences import Exporters
from glasscell.tasks.language import numpy_model as language_arrays
from glasscell.tasks.language.export import ExportableLanguageModel, of_run
from glasscell.tasks.language.numpy_model import plain_language_model, read_language_model
from glasscell.tasks.language.sentences import TextRuns
from glasscell.tasks.language.settings import LanguageSettings
from glasscell.tasks.language.trained_run import open_run
from glasscell.tasks.language.training import train
from glasscell.variants import GREFF

LANGUAGE_MODEL, WHY = TextRuns.LANGUAGE_MODEL(), TextRuns.STATES_ANYWAY()
EXACT = ["keras", "npz", "onnx"]  # the compiler of C takes long: it has tests of its own


@pytest.mark.parametrize("to", EXACT)
def test_it_leaves_with_its_alphabet_and_examples(to, tmp_path):
    leaving = leaving_language_model(symbols="bytes", characters="ab\xff")
    path = tmp_path / f"model.{to}"
    exported = write_export(leaving, path)
    assert exported.agreement.difference < 1e-6
    assert (exported.agreement.n, exported.asked) == (8, "texts")
    about = json.loads(exported.about.read_text(encoding="utf-8"))
    assert (about["format"], about["input"]["symbols"]) == (to, "bytes")
    assert (about["alphabet"]["characters"], about["alphabet"]["first"]) == ("ab\xff", 2)
    assert len(about["examples"]) == 3
    for example in about["examples"]:
        symbols = np.array(example["symbols"])
        assert symbols[0] == 0
        assert example["text"] == leaving.alphabet.decode(symbols)
        np.testing.assert_allclose(
            example["probabilities_after"], leaving.predict(symbols[None])[0, -1], atol=1e-6
        )
    with pytest.raises(UsageError, match="exists already"):
        write_export(leaving, path)
    write_export(leaving, path, overwrite=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == [path.name, f"{path.name}.json"]


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "variant", [None, *(pytest.param(v, marks=pytest.mark.nightly) for v in GREFF), "FGR"]
)
def test_onnx_reads_on_from_its_states(variant, tmp_path):
    leaving = leaving_language_model(variant=variant)
    write_export(leaving, tmp_path / "model.onnx")
    rng = np.random.default_rng(1)
    text = rng.integers(0, len(leaving.alphabet), (3, 11))
    # of no symbol, the states stay as they are
    pieces = (text[:, :0], text[:, :1], text[:, 1:7], text[:, 7:])
    answers = list(ask_on(tmp_path / "model.onnx", "text", pieces))
    states = {name: v for name, v in answers[-1].items() if name.endswith("_next")}
    letters = ("h", "c", "i", "f", "o") if variant == "FGR" else ("h", "c")
    assert list(states) == [f"{letter}_{k}_next" for k in (1, 2) for letter in letters]
    wanted, ends = plain_language_model(leaving.network, leaving.alphabet).read(text)
    for answer in answers:
        np.testing.assert_allclose(answer["probabilities"].sum(-1), 1, atol=1e-6)
    # float32: sums of some ten numbers over eleven steps, in another order
    found = np.concatenate([answer["logits"] for answer in answers], 1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=2e-6)
    for state, truth in zip(states.values(), [one for layer in ends for one in layer], strict=True):
        np.testing.assert_allclose(state, truth, rtol=1e-5, atol=2e-6)


@pytest.mark.long(10)  # TensorFlow's writer and converter
@pytest.mark.parametrize("variant", [None, "FGR"])
@pytest.mark.parametrize("how", [{}, {"batch": 3, "steps": 7}, None])
def test_savedmodel_and_litert_read_on_from_their_states(variant, how, tmp_path):
    leaving = leaving_language_model(variant=variant)
    to = "savedmodel" if how is None else "litert"
    exported = write_export(
        leaving, tmp_path / ("model" if how is None else "model.tflite"), to=to, **(how or {})
    )
    assert exported.agreement.difference < 1e-6
    if how is None:
        serve = tf.saved_model.load(str(exported.path)).signatures["serve"]
        letters = "hcifo" if variant == "FGR" else "hc"
        states = [f"{letter}_{k}_next" for k in (1, 2) for letter in letters]
        assert sorted(serve.structured_outputs) == sorted([*states, "probabilities", "logits"])
        inputs = serve.structured_input_signature[1]
        nothing = {
            name: tf.zeros((0, spec.shape[1])) for name, spec in inputs.items() if name != "text"
        }
        found = serve(text=tf.zeros((0, 3), tf.int64), **nothing)
        assert found["probabilities"].shape == (0, 3, len(leaving.alphabet))
    elif how:
        serve = open_file(exported.path).get_signature_runner("serve")
        read = {
            name: np.zeros(one["shape"], one["dtype"])
            for name, one in serve.get_input_details().items()
        }
        with pytest.raises(
            RuntimeError, match="num_input_elements"
        ):  # else it would read seven symbols of the eight
            serve(**read | {"text": np.zeros((3, 8), "int64")})


def test_npz_is_what_numpy_reads(tmp_path):
    leaving = leaving_language_model(variant="FGR")
    write_export(leaving, tmp_path / "model.npz")
    model = read_language_model(tmp_path / "model.npz")
    text = model.alphabet.encode(some_text(leaving))[None]
    np.testing.assert_array_equal(
        model.read(text)[0], plain_language_model(leaving.network, model.alphabet).read(text)[0]
    )


def test_plain_keras_has_none_of_our_layers_and_other_cells_leave_with_ours(tmp_path):
    write_export(leaving_language_model(dropout=0.5), tmp_path / "model.keras")
    model = keras.models.load_model(tmp_path / "model.keras")
    assert {type(layer).__module__.partition(".")[0] for layer in model.layers} == {"keras"}
    other = leaving_language_model(variant="CIFG")
    with pytest.raises(
        UsageError, match="Keras has no such cell variant: export with --with-glasscell"
    ):
        write_export(other, tmp_path / "other.keras")
    write_export(other, tmp_path / "other.keras", with_glasscell=True)
    text = other.text
    logits = keras.models.load_model(tmp_path / "other.keras")(text)
    np.testing.assert_array_equal(logits, other.network(text))


def test_what_it_cannot_leave_as_is_refused_by_name(tmp_path):
    leaving = leaving_language_model()
    why = Exporters.FUSED_HAS_NO_STATES()
    with raises(Exporters.NO_OPTION, what=LANGUAGE_MODEL, format="litert", option="fused", why=why):
        write_export(leaving, tmp_path / "model.tflite", fused=True)
    with raises(
        Exporters.NO_OPTION, what=LANGUAGE_MODEL, format="onnx", option="streaming", why=WHY
    ):
        write_export(leaving, tmp_path / "model.onnx", streaming=True)
    with raises(Exporters.OPTION_OF_OTHERS, format="npz", option="steps", formats=["litert"]):
        write_export(leaving, tmp_path / "model.npz", steps=3)
    with raises(Exporters.KERAS_NAME, file="model.k"):
        write_export(leaving, tmp_path / "model.k", to="keras")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.few(1)
@pytest.mark.parametrize("to", ["npz", "onnx"])
def test_one_that_answers_otherwise_is_refused_and_leaves_nothing(to, tmp_path, monkeypatch):
    module = ExportableLanguageModel.formats[to].load()
    answer = module.answer_with_runtime
    monkeypatch.setattr(module, "answer_with_runtime", lambda path, text: answer(path, text) + 2e-5)
    with raises(Exporters.DIFFERS) as caught:
        write_export(leaving_language_model(), tmp_path / f"model.{to}")
    assert caught.value.values["difference"] == pytest.approx(2e-5, rel=0.2)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(
        module, "answer_with_runtime", lambda path, text: answer(path, text) * np.nan
    )
    with raises(Exporters.DIFFERS, difference=float("inf")):
        write_export(leaving_language_model(), tmp_path / f"model.{to}")


def test_exchanged_gates_are_noticed(tmp_path, monkeypatch):
    leaving = leaving_language_model(units=5)
    arrays_of = language_arrays.arrays_of

    def exchanged(network, alphabet):
        arrays = arrays_of(network, alphabet)
        return arrays | {"lstm_1/kernel": np.roll(arrays["lstm_1/kernel"], 5, axis=1)}

    def write(network, alphabet, path):
        path.write_bytes(language_arrays.to_npz(exchanged(network, alphabet)))

    monkeypatch.setattr(language_arrays, "write", write)
    with raises(Exporters.DIFFERS):
        write_export(leaving, tmp_path / "model.npz")


@pytest.mark.long(12)  # trains, and compiles C
@pytest.mark.usefixtures("undrawn")
def test_a_run_leaves_in_every_format_that_a_text_has(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.txt").write_text("the cat sat on the mat.\n" * 90)
    small = {"units": 4, "embedding": 3, "epochs": 1, "streams": 4, "piece": 10, "symbols": "bytes"}
    train(LanguageSettings("book.txt", **small), name="run")
    for to, path in (
        ("onnx", "run.onnx"),
        ("npz", "run.npz"),
        ("keras", "run.keras"),
        ("litert", "run.tflite"),
        ("c", "run-c"),
    ):
        done = call(monkeypatch, capfd, "export", "run", "--to", to)
        assert (done.code, done.err) == (0, "")
        assert "checked 8 texts with" in done.out
        about = json.loads((tmp_path / f"{path}.json").read_text(encoding="utf-8"))
        assert (about["format"], about["input"]["symbols"]) == (to, "bytes")
    model = open_run(tmp_path / "runs/run").model
    assert about["alphabet"]["characters"] == model.alphabet.characters
    text = model.alphabet.encode("a mat\n")[None].astype("int64")
    found = ask(tmp_path / "run.onnx", {"text": text})
    np.testing.assert_allclose(found["probabilities"], softmax(model.read(text)[0], -1), atol=1e-6)

    # the run's own file opens without the loss that it was trained by
    network = keras.models.load_model(tmp_path / "runs/run/model.keras")
    np.testing.assert_array_equal(network(text), of_run(tmp_path / "runs/run").network(text))

    for words, message in (
        (
            ("--to", "litert", "--fused", "-o", "a.tflite"),
            "litert has no option 'fused' for a language model",
        ),
        (
            ("--to", "onnx", "--streaming", "-o", "a.onnx"),
            "onnx has no option 'streaming' for a language model: it always has states in and out",
        ),
        (("--to", "npz"), "run.npz exists already"),
    ):
        refused = call(monkeypatch, capfd, "export", "run", *words)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert refused.err.startswith(f"glasscell: {message}")
