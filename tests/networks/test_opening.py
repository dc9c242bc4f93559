"""A stranger's file runs no code, and what is damaged says so in one sentence."""

import json
import zipfile
from typing import Any

import keras
import numpy as np
import pytest
from support.facts import only, raises

from glasscell.errors import FactWarning
from glasscell.networks.opening import open_keras
from glasscell.networks.sentences import ModelFiles

KINDS: Any = keras.layers
pytestmark = pytest.mark.filterwarnings(
    "ignore:You are saving your model as an HDF5:UserWarning", "ignore:.*lambda"
)


def model(*more):
    return keras.Sequential([keras.Input((5, 2)), KINDS.LSTM(3), *more], name="theirs")


@pytest.mark.long(1)
@pytest.mark.parametrize("suffix", [pytest.param("keras", marks=pytest.mark.nightly), "h5"])
def test_a_model_opens(tmp_path, suffix):
    one, x = model(KINDS.Dense(1)), np.ones((2, 5, 2), "float32")
    one.compile("adam", "mse")
    one.train_on_batch(x, np.ones((2, 1)))
    one.save(tmp_path / f"a.{suffix}")
    if suffix == "h5":  # Keras itself does not find "mse" again
        with pytest.warns(FactWarning) as caught:
            open_keras(tmp_path / "a.h5")
        note = only([one.message.note for one in caught], ModelFiles.NO_OPTIMIZER)
        assert note.values["file"] == str(tmp_path / "a.h5")
        one.compile("adam", keras.losses.MeanSquaredError())
        one.save(tmp_path / "a.h5")
    np.testing.assert_allclose(open_keras(tmp_path / f"a.{suffix}")(x), one(x), atol=1e-7)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_lambda_is_refused_by_name(tmp_path, suffix):
    model(KINDS.Lambda(lambda v: print("run!"), name="evil", output_shape=(3,))).save(
        tmp_path / f"a.{suffix}"
    )
    with raises(ModelFiles.RUNS_CODE, layer="evil", kind="Lambda"):
        open_keras(tmp_path / f"a.{suffix}")


def changed(path, change):
    """Write a model's file with another config.json."""
    model().save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    change(config)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (parts | {"config.json": json.dumps(config).encode()}).items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("keras.src.utils.file_utils", "get_file"),
        ("builtins", "eval"),
        ("mine", "A"),
    ],
)
def test_what_is_not_of_kerass_rooms_is_refused(tmp_path, module, name):
    def change(config):
        config["config"]["layers"][1] |= {
            "module": module,
            "class_name": name,
            "registered_name": None,
        }

    with raises(ModelFiles.OTHER_CLASS, kind=name, module=module):
        open_keras(changed(tmp_path / "a.keras", change))


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_weights_that_are_not_finite(tmp_path, suffix):
    inner = keras.Sequential([keras.Input((5, 2)), KINDS.LSTM(3)], name="inner")
    one = keras.Sequential([keras.Input((5, 2)), inner, KINDS.Dense(1)])
    one.set_weights(
        [np.full(v.shape, np.nan if k == 1 else 0.5) for k, v in enumerate(one.get_weights())]
    )
    one.save(tmp_path / f"a.{suffix}")
    with raises(
        ModelFiles.WEIGHTS_NOT_FINITE, file=str(tmp_path / f"a.{suffix}"), layer="inner"
    ) as caught:
        open_keras(tmp_path / f"a.{suffix}")
    assert caught.value.values["weights"].endswith("lstm_cell/recurrent_kernel")


def test_damaged_files(tmp_path):
    model().save(tmp_path / "a.keras")
    whole = (tmp_path / "a.keras").read_bytes()
    for content in (b"", b"text", whole[: len(whole) // 2]):
        (tmp_path / "b.keras").write_bytes(content)
        (tmp_path / "b.h5").write_bytes(content)
        for name in ("b.keras", "b.h5"):
            with raises(ModelFiles.DAMAGED_KERAS, file=str(tmp_path / name)):
                open_keras(tmp_path / name)
    with raises(ModelFiles.NOT_OPENED, file=str(tmp_path / "a.keras"), version=keras.__version__):
        open_keras(
            changed(
                tmp_path / "a.keras",
                lambda config: config["config"]["layers"][1]["config"].update(units=7),
            )
        )
    with raises(ModelFiles.NO_FILE):
        open_keras(tmp_path / "none.keras")
    (tmp_path / "folder.keras").mkdir()
    with raises(ModelFiles.FOLDER):
        open_keras(tmp_path / "folder.keras")
    with raises(ModelFiles.FILE_NAME):
        open_keras(tmp_path / "a.txt")
