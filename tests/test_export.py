"""An exported model runs without glasscell; its file is the same whichever engine ran."""

import io
import json
import os
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from support import oracle
from support.oracle import assert_close

from glasscell import LSTM, Variant
from glasscell.recurrence import engines

ENGINE = engines.choose_engine().engine  # the loop, where the kernel was not built
KERAS_KNOWS_LITERT = util.find_spec("keras.src.export.litert") is not None


def any_length():
    return keras.Sequential([keras.Input((None, 2)), LSTM(3, dropout=0.2, recurrent_dropout=0.2)])


def fixed_length():
    return keras.Sequential(
        [keras.Input((6, 2)), LSTM(5, return_sequences=True), LSTM(3, unroll=True)]
    )


def masked():
    first = LSTM(4, return_sequences=True, variant="CIFG")
    return keras.Sequential(
        [keras.Input((None, 2)), layers.Masking(), first, LSTM(3, variant="V", go_backwards=True)]
    )


def bidirectional():
    first, second = (
        LSTM(4, return_sequences=True, use_bias=False),
        LSTM(3, output_activation="linear"),
    )
    return keras.Sequential(
        [
            keras.Input((None, 2)),
            layers.Masking(),
            layers.Bidirectional(first),
            layers.Bidirectional(second),
        ]
    )


def with_states():
    x = keras.Input((6, 2))
    y, h, c = LSTM(3, return_sequences=True, return_state=True)(x)
    z = LSTM(3, variant=Variant(forget_gate=False))(y, initial_state=[h, c])
    return keras.Model(x, layers.Concatenate()([z, c]))


MODELS = [any_length, fixed_length, masked, bidirectional, with_states]
EXPORTS = [(build, "by Keras") for build in MODELS]
# with dropout not even a layer of Keras's
EXPORTS += [(build, "by TensorFlow") for build in (fixed_length, masked)]
EXPORTS += [
    (any_length, "litert")
] * KERAS_KNOWS_LITERT  # its loops run where only the last state is wanted
# Those that have most in them, in both ways, and the one that goes to LiteRT; nightly all.
CHOSEN = [
    (bidirectional, "by Keras"),
    (with_states, "by Keras"),
    (masked, "by TensorFlow"),
    (any_length, "litert"),
]
EXPORTS = [
    case if case in CHOSEN else pytest.param(*case, marks=pytest.mark.nightly) for case in EXPORTS
]


def series() -> np.ndarray:
    """Draw three series of 6 steps, with padded ends."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 6, 2)).astype("float32")
    x[~oracle.random_mask(rng, "right-padded", 3, 6)] = 0
    return x


X = series()


def engines(model) -> set[str]:
    """Name what ran when the model was last called, in all its layers."""
    found = [v for v in model._flatten_layers() if isinstance(v, LSTM)]
    assert found
    return {layer.choice.engine for layer in found}


@pytest.fixture(scope="module")
def models() -> dict:
    """Build and train all models, and let them predict, with the kernel where there is one."""
    made = {}
    for build in MODELS:
        model = made[build] = build()
        model.compile("adam", "mse", jit_compile=False)
        model.fit(X, np.zeros((3, model.output_shape[-1])), verbose=0)
        model.predict(X, verbose=0)
        assert engines(model) == {ENGINE}
    return made


def export(model, path: Path, how: str):
    if how == "by TensorFlow":
        tf.saved_model.save(model, path)
    elif how == "litert":
        model.export(path.with_suffix(".tflite"), format="litert")
    else:
        model.export(path)


# --- Exported -------------------------------------------------------------------------------------

ANSWER = """
import sys

sys.modules["glasscell"] = None  # to import it is an error
from pathlib import Path
import numpy as np
import tensorflow as tf

folder = Path(sys.argv[1])
x = np.load(folder / "x.npy")
answers = {}
for path in folder.iterdir():
    if path.is_dir():
        run = tf.saved_model.load(path).signatures["serving_default"]
    elif path.suffix == ".tflite":
        run = tf.lite.Interpreter(model_path=str(path)).get_signature_runner()
    else:
        continue
    (name,) = run.structured_input_signature[1] if path.is_dir() else run.get_input_details()
    (answer,) = run(**{name: tf.constant(x) if path.is_dir() else x}).values()
    answers[path.stem] = answer
np.savez(folder / "answers.npz", **answers)
assert not any(name.startswith("glasscell.") for name in sys.modules)
"""


@pytest.fixture(scope="module")
def exported(models, tmp_path_factory, request):
    """Export the requested models, and let a process without glasscell run the results."""
    folder = tmp_path_factory.mktemp("exported")
    np.save(folder / "x.npy", X)
    every = [getattr(case, "values", case) for case in EXPORTS]
    for build, how in (
        every
        if request.config.getoption("--nightly")
        else [case for case in every if case in CHOSEN]
    ):
        export(models[build], folder / f"{build.__name__} {how}", how)
        assert engines(models[build]) == {ENGINE}  # of the model here, not of the file
    # nightly one that never saw it
    python = os.environ.get("PYTHON_WITHOUT_GLASSCELL", sys.executable)
    run = subprocess.run(
        [python, "-I", "-c", ANSWER, folder], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return folder


@pytest.mark.nightly  # what leaves is asked in CI where glasscell is
@pytest.mark.long(18)
@pytest.mark.parametrize(("build", "how"), EXPORTS)
def test_an_exported_model_answers_the_same_where_there_is_no_glasscell(
    build, how, exported, models
):
    with np.load(exported / "answers.npz") as answers:
        assert_close([answers[f"{build.__name__} {how}"]], [models[build](X)], 1e-5)


@pytest.mark.nightly  # what leaves by glasscell export is asked in CI: runs/test_export
@pytest.mark.long(1)
@pytest.mark.parametrize(("build", "how"), EXPORTS)
def test_an_exported_model_names_no_operation_of_ours(build, how, exported):
    path = exported / f"{build.__name__} {how}"
    written = path.with_suffix(".tflite") if how == "litert" else path / "saved_model.pb"
    assert b"Glasscell" not in written.read_bytes()


@pytest.mark.nightly  # as those before it, which share the exports
@pytest.mark.long(1)
@pytest.mark.parametrize("build", MODELS)
def test_after_its_export_a_model_runs_as_before(build, exported, models):
    models[build](X)
    assert engines(models[build]) == {ENGINE}


# --- As a .keras file -----------------------------------------------------------------------------


def content(model, path: Path) -> tuple[dict, dict[str, bytes]]:
    """Save a model; return what the file says of its make-up, and the bytes of its weights."""
    model.save(path)
    weights = {}
    with (
        zipfile.ZipFile(path) as file,
        h5py.File(io.BytesIO(file.read("model.weights.h5"))) as tree,
    ):
        tree.visititems(
            lambda name, v: weights.update(
                {name: v[()].tobytes()} if isinstance(v, h5py.Dataset) else {}
            )
        )
        config = json.loads(file.read("config.json"))
    assert weights
    return config, weights


def choose(model, engine: str):
    for layer in model._flatten_layers():
        if isinstance(layer, LSTM):
            layer.engine = engine


@pytest.mark.few(2)
@pytest.mark.parametrize("build", MODELS)
def test_a_keras_file_is_the_same_whichever_engine_ran(build, tmp_path, monkeypatch):
    model = build()
    model(X)
    assert engines(model) == {ENGINE}
    one = content(model, tmp_path / "one.keras")
    monkeypatch.setattr("glasscell.recurrence.kernel.support.obstacle", lambda *_: "there is none")
    model(X)
    assert engines(model) == {"loop"}
    assert content(model, tmp_path / "other.keras") == one


@pytest.mark.few(2)
@pytest.mark.parametrize("build", MODELS)
def test_a_keras_file_keeps_the_engine_asked_for_and_runs_with_each(build, tmp_path):
    model = build()
    answers, weights = [], []
    for engine in dict.fromkeys(["auto", "loop", ENGINE]):
        choose(model, engine)
        weights.append(content(model, tmp_path / f"{engine}.keras")[1])
        loaded = keras.saving.load_model(tmp_path / f"{engine}.keras")
        answers.append(loaded(X))
        assert engines(loaded) == {ENGINE if engine == "auto" else engine}
    assert all(v == weights[0] for v in weights)
    assert_close(answers, [model(X)] * len(answers), 1e-6)


WITHOUT_KERNEL = """
import sys
from pathlib import Path
import numpy as np
from glasscell.recurrence.kernel import library

library.LIBRARY = Path("nowhere")
import keras

folder = Path(sys.argv[1])
answers = {path.stem: keras.saving.load_model(path)(np.load(folder / "x.npy")) \
for path in folder.glob("*.keras")}
np.savez(folder / "answers.npz", **answers)
"""


@pytest.mark.nightly  # with each engine, above, in this process
@pytest.mark.long(8)
def test_a_keras_file_runs_where_there_is_no_kernel(models, tmp_path):
    np.save(tmp_path / "x.npy", X)
    for build, model in models.items():
        model.save(tmp_path / f"{build.__name__}.keras")
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_KERNEL, tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    with np.load(tmp_path / "answers.npz") as answers:
        assert_close(
            [answers[build.__name__] for build in models],
            [model(X) for model in models.values()],
            1e-5,
        )
