"""A run of text leaves for other formats: the command, from a training to files that answer."""

import json

import keras
import numpy as np
import pytest
from scipy.special import softmax
from support.command import call

from glasscell.interop.language_forms import LANGUAGE_FORMATS
from glasscell.interop.language_sentences import LanguageExports
from glasscell.interop.onnx.file import ask, states_of
from glasscell.runs.texts.language import train
from glasscell.runs.texts.leaving import leaving_run
from glasscell.runs.texts.opened import open_language_model
from glasscell.settings import TextSettings


@pytest.mark.long(12)  # trains, and compiles C
@pytest.mark.usefixtures("undrawn")
def test_a_run_leaves_in_every_format_that_a_text_has(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.txt").write_text("the cat sat on the mat.\n" * 90)
    small = {"units": 4, "embedding": 3, "epochs": 1, "streams": 4, "piece": 10, "symbols": "bytes"}
    train(TextSettings("book.txt", **small), name="run")
    for to, path in (("onnx", "run.onnx"), ("npz", "run.npz"), ("keras", "run.keras"), ("c", "run-c")):
        done = call(monkeypatch, capfd, "export", "run", "--to", to)
        assert (done.code, done.err) == (0, "")
        assert "checked 8 texts with" in done.out
        about = json.loads((tmp_path / f"{path}.json").read_text(encoding="utf-8"))
        assert (about["format"], about["input"]["symbols"]) == (to, "bytes")
    model = open_language_model(tmp_path / "runs/run")
    assert about["alphabet"]["characters"] == model.alphabet.characters
    text = model.alphabet.encode("a mat\n")[None].astype("int64")
    found = ask(tmp_path / "run.onnx", {"text": text, **states_of(tmp_path / "run.onnx", 1)})
    np.testing.assert_allclose(found["probabilities"], softmax(model.read(text)[0], -1), atol=1e-6)

    # the run's own file opens without the loss that it was trained by
    network = keras.models.load_model(tmp_path / "runs/run/model.keras")
    np.testing.assert_array_equal(network(text), leaving_run(tmp_path / "runs/run").network(text))

    for words, message in (
        (("--to", "litert"), LanguageExports.NOT_AS(format="litert", formats=[*LANGUAGE_FORMATS])),
        (("--to", "savedmodel"), LanguageExports.NOT_AS(format="savedmodel", formats=[*LANGUAGE_FORMATS])),
        (
            ("--to", "onnx", "--streaming", "-o", "a.onnx"),
            LanguageExports.STATES_ANYWAY(format="onnx", option="streaming"),
        ),
        (("--to", "npz"), "run.npz exists already"),
    ):
        refused = call(monkeypatch, capfd, "export", "run", *words)
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert refused.err.startswith(f"glasscell: {message}")
