"""`import glasscell`: what it costs, what it offers, and how Keras comes to know our layers.

All of it depends on what was imported before, so it runs in processes of their own.
"""

import inspect
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

import glasscell


def run(script, *arguments, **environment):
    """Run a script in a fresh Python where every warning is an error, and return what it prints."""
    command = [sys.executable, "-W", "error", "-c", inspect.cleandoc(script), *map(str, arguments)]
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_importing_costs_neither_tensorflow_nor_keras():
    script = """
        import sys, glasscell
        heavy = {"tensorflow", "keras", "sklearn", "matplotlib", "pandas"}
        assert set(glasscell.__all__) <= set(dir(glasscell))
        assert not hasattr(glasscell, "GRU")
        assert glasscell.__version__
        print(heavy & set(sys.modules))
    """
    assert run(script).strip() == "set()"


def test_what_stands_beside_the_floors_needs_no_tensorflow():
    script = """
        import importlib, pathlib, sys, glasscell
        source = pathlib.Path(glasscell.__file__).parent
        rooms = (
            *("data/", "system/", "errors.", "settings/", "variants.",
              "runs/run_folder.", "runs/config."),
            *("inference/", "inference/meaning.",
              "recurrence/kernel/core."),  # answers by NumPy and the core
            *("runs/backend.", "runs/loaded_run.", "runs/series/loaded_run.",
              "runs/tracing.", "runs/series/trained_run."),
            *("inspection/typed_clamps.", "tasks/digits/trained_run."),
            *("tasks/language/trained_run.", "tasks/tagging/trained_run."),
            *(
                f"tasks/series/{module}."
                for module in ("predictions", "baselines", "trained_run", "report", "scores")
            ),
        )
        paths = [
            path.relative_to(source).with_suffix("").as_posix() for path in source.rglob("*.py")
        ]
        names = [
            "glasscell." + path.replace("/", ".") for path in paths if f"{path}.".startswith(rooms)
        ]
        gone = [room for room in rooms if not any(f"{path}.".startswith(room) for path in paths)]
        assert gone == []
        for name in names:
            importlib.import_module(name)
        assert glasscell.Variant(coupled=True) == glasscell.Variant(coupled=True)
        print(len(names) > 40, {"tensorflow", "keras", "sklearn", "scipy"} & set(sys.modules))
    """
    assert run(script).strip() == "True set()"


@pytest.mark.parametrize("name", glasscell.__all__)
def test_every_name_is_there(name):
    assert getattr(glasscell, name) is not None
    assert name in dir(glasscell)


MODULES = dict(
    sorted(((module, name) for name, module in glasscell._MODULE_OF.items()), reverse=True)
)


@pytest.mark.long(4)
@pytest.mark.parametrize(
    "name",
    [n if n == "LSTM" else pytest.param(n, marks=pytest.mark.nightly) for n in MODULES.values()],
)
def test_every_name_can_be_the_first_that_is_used(name):
    """Then its module imports Keras, and Keras asks for our layers: a process per module."""
    assert run(f"import glasscell; print(glasscell.{name} is not None)") == "True\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'glasscell' has no attribute 'GRU'"):
        _ = glasscell.GRU


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Save a model of our layer and our cell, a batch for it, and its answer."""
    folder = tmp_path_factory.mktemp("saved")
    cells = layers.RNN([glasscell.LSTMCell(2, variant="CIFG")])
    model = keras.Sequential(
        [keras.Input((None, 1)), glasscell.LSTM(3, variant="V", return_sequences=True), cells]
    )
    x = np.random.default_rng(0).normal(size=(2, 4, 1))
    model.save(folder / "model.keras")
    np.savez(folder / "truth.npz", x=x, y=model(x))
    return folder


@pytest.mark.long(6)
@pytest.mark.parametrize(
    ("imports", "load_model"),
    [
        pytest.param(
            "import glasscell; from keras.models import load_model",
            "load_model",
            id="glasscell first",
        ),
        pytest.param(
            "import keras; import glasscell",
            "keras.saving.load_model",
            id="Keras first",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "import tensorflow as tf; import glasscell",
            "tf.keras.models.load_model",
            id="TensorFlow first",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_keras_finds_our_layers_in_every_order_of_imports(imports, load_model, saved):
    """With no name of glasscell touched."""
    script = f"""
        import sys
        {imports}
        import numpy as np
        model, truth = {load_model}(sys.argv[1] + "/model.keras"), np.load(
            sys.argv[1] + "/truth.npz")
        np.testing.assert_array_equal(model(truth["x"]), truth["y"])
        print(type(model.layers[0]).__module__)
    """
    assert run(script, saved) == "glasscell.layers.lstm\n"


@pytest.mark.peers
@pytest.mark.long(5)
def test_with_another_backend_keras_works_and_our_layer_says_what_to_set():
    pytest.importorskip(
        "jax", reason="Keras's NumPy backend needs jax, which the extra 'peers' brings"
    )
    script = """
        import glasscell, keras
        assert keras.layers.LSTM(2)(keras.ops.ones((1, 2, 1))).shape == (1, 2)
        try:
            glasscell.LSTM
        except ImportError as error:
            print(error)
    """
    said = run(script, KERAS_BACKEND="numpy")
    assert "Keras is set to 'numpy'" in said
    assert "KERAS_BACKEND=tensorflow" in said
