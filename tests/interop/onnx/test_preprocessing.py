import numpy as np
import pytest
from support.onnx import run

from glasscell.interop.onnx import preprocessing
from glasscell.layers.preprocessing import Stride
from glasscell.networks.meaning import Meaning


def test_offsets_are_subtracted_before_anything_is_rounded():
    x = np.array([[1e9 + 0.25, -3.0]])
    found = run(lambda graph, x: preprocessing.centre(graph, x, Meaning(("x", "y"), offsets=(1e9, 1.0))), x)
    assert (found.dtype, found.tolist()) == ("float32", [[0.25, -4.0]])


def test_a_missing_value_becomes_the_mean():
    x = np.array([[[5.0, np.nan]], [[np.nan, np.nan]]], "float32")
    mean, deviation = np.array([1.0, 7.0]), np.array([2.0, 1.0])
    scaled, real = run(
        lambda graph, x: (preprocessing.scale(graph, x, mean, deviation), preprocessing.has_value(graph, x, [-1])), x
    )
    assert scaled.tolist() == [[[2.0, 0.0]], [[0.0, 0.0]]]
    assert real.tolist() == [[True], [False]]


@pytest.mark.parametrize("steps", [0, 1, 3, 4, 7])
def test_strides_are_the_layer_s(steps):
    x = np.random.default_rng(steps).normal(size=(4, steps, 2)).astype("float32")
    x[1, 1:] = np.nan
    x[2, :, 0] = np.nan
    found = run(lambda graph, x: preprocessing.shorten(graph, x, 3, 2), x)
    np.testing.assert_allclose(found, Stride(3)(x), rtol=1e-6)
