"""Files of safetensors, written here byte by byte as the format's page describes it."""

import builtins

import numpy as np
import pytest
from support.facts import raises
from support.safetensors_files import write_safetensors

from glasscell import from_torch
from glasscell.importers.pytorch import read_safetensors
from glasscell.importers.sentences import Importers


def test_every_dtype(tmp_path):
    v = np.array([[1.5, -2.0, 0.25]], "float32")
    bf16 = (v.view("<u4") >> 16).astype("<u2")
    arrays = {
        "F64": v.astype("<f8"),
        "F32": v,
        "F16": v.astype("<f2"),
        "BF16": bf16,
        "I64": np.arange(3),
    }
    path = write_safetensors(
        tmp_path / "a.safetensors", {name: (name, one) for name, one in arrays.items()}
    )
    read = read_safetensors(path)
    assert sorted(read) == ["BF16", "F16", "F32", "F64"]
    for one in read.values():
        np.testing.assert_array_equal(one, v)
    assert list(read_safetensors(path, lambda name: name == "F16")) == ["F16"]


def test_an_lstm_is_found_in_it_without_torch(tmp_path, monkeypatch):
    def without_torch(name, *rest, importing=builtins.__import__):
        assert name.partition(".")[0] != "torch"
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    rng = np.random.default_rng(0)
    shapes = {
        "weight_ih_l0": (8, 3),
        "weight_hh_l0": (8, 2),
        "bias_ih_l0": (8,),
        "bias_hh_l0": (8,),
        "head": (5, 5),
    }
    arrays = {
        f"encoder.{name}": ("F32", rng.normal(size=s).astype("<f4")) for name, s in shapes.items()
    }
    model = from_torch(write_safetensors(tmp_path / "a.safetensors", arrays))
    np.testing.assert_array_equal(model.get_weights()[0], arrays["encoder.weight_ih_l0"][1].T)


@pytest.mark.parametrize("keep", [0, 5, 40, 120, -1])
def test_a_file_that_ends_early(tmp_path, keep):
    path = write_safetensors(tmp_path / "a.safetensors", {"w": ("F32", np.ones((3, 4), "<f4"))})
    path.write_bytes(path.read_bytes()[:keep])
    with raises(Importers.DAMAGED_TORCH, file=str(path)):
        read_safetensors(path)


@pytest.mark.parametrize(
    "changed",
    [
        {"shape": [3, 5]},
        {"data_offsets": [-8, 40]},
        {"shape": [-3, -4]},
        {"shape": [2**40], "data_offsets": [0, 2**42]},
        {"shape": "x"},
    ],
)
def test_a_header_that_lies(tmp_path, changed):
    path = write_safetensors(
        tmp_path / "a.safetensors", {"w": ("F32", np.ones((3, 4), "<f4"))}, **changed
    )
    with raises(Importers.DAMAGED_TORCH):
        read_safetensors(path)


def test_a_file_that_is_not_there(tmp_path):
    with raises(Importers.UNREADABLE):
        read_safetensors(tmp_path / "none.safetensors")
