"""Keras files of a later Keras open in an earlier one, without what is None and unknown to it."""

import json
import zipfile

import keras
import numpy as np
import pytest

from glasscell.networks.keras_files import load_keras


def with_setting(path, name, value):
    """Write a dense layer's model with one more setting in it and in its initializer; return it."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.save(path.with_name("model.keras"))
    with zipfile.ZipFile(path.with_name("model.keras")) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "config.json":
                config = json.loads(content)
                dense = config["config"]["layers"][-1]["config"]
                dense[name] = dense["kernel_initializer"]["config"][name] = value
                content = json.dumps(config)
            new.writestr(part, content)
    return model


@pytest.mark.parametrize("module", ["keras.layers.invented", "keras.layers"])
def test_of_a_layer_that_this_keras_lacks_it_is_keras_that_speaks(tmp_path, module):
    with_setting(tmp_path / "later.keras", "invented_later", None)
    with (
        zipfile.ZipFile(tmp_path / "later.keras") as later,
        zipfile.ZipFile(tmp_path / "new.keras", "w") as new,
    ):
        for part in later.namelist():
            content = later.read(part)
            if part == "config.json":
                content = content.replace(
                    b'"module": "keras.layers", "class_name": "Dense"',
                    f'"module": "{module}", "class_name": "Invented"'.encode(),
                )
                assert b'"Invented"' in content
            new.writestr(part, content)
    with pytest.raises((TypeError, ValueError), match="Invented"):
        load_keras(tmp_path / "new.keras")


def test_a_setting_that_is_none_and_unknown_is_left_away(tmp_path):
    model, x = (
        with_setting(tmp_path / "later.keras", "invented_later", None),
        np.ones((1, 3), "float32"),
    )
    with pytest.raises((TypeError, ValueError)):
        keras.models.load_model(tmp_path / "later.keras")
    np.testing.assert_array_equal(load_keras(tmp_path / "later.keras")(x), model(x))


def test_a_setting_that_has_a_value_is_not(tmp_path):
    with_setting(tmp_path / "later.keras", "invented_later", 3)
    with pytest.raises((TypeError, ValueError), match="invented_later"):
        load_keras(tmp_path / "later.keras")
