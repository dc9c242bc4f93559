from types import SimpleNamespace

import numpy as np
import pytest
from support import oracle
from support.onnx import run

from glasscell.exporters.onnx import preprocessing
from glasscell.inference.meaning import Meaning
from glasscell.layers.preprocessing import Stride


def test_offsets_are_subtracted_before_anything_is_rounded():
    x = np.array([[1e9 + 0.25, -3.0]])
    found = run(
        lambda graph, x: preprocessing.centre(graph, x, Meaning(("x", "y"), offsets=(1e9, 1.0))), x
    )
    assert (found.dtype, found.tolist()) == ("float32", [[0.25, -4.0]])


def test_a_missing_value_becomes_the_mean():
    x = np.array([[[5.0, np.nan]], [[np.nan, np.nan]]], "float32")
    scaling = SimpleNamespace(mean=np.array([1.0, 7.0]), deviation=np.array([2.0, 1.0]))
    scaled, real = run(
        lambda graph, x: (
            preprocessing.scale(graph, x, scaling),
            preprocessing.has_value(graph, x, [-1]),
        ),
        x,
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


@pytest.mark.parametrize("kind", oracle.MASKS[1:])
@pytest.mark.parametrize("backwards", [False, True])
def test_steps_are_moved_to_the_front_and_back(kind, backwards):
    rng = np.random.default_rng(0)
    mask = oracle.random_mask(rng, kind, 9, 7)
    x = rng.normal(size=(9, 7, 2)).astype("float32")

    def there_and_back(graph, mask, x):
        order = preprocessing.order_of(graph, mask)
        front = order.to_front(graph, x)
        return (
            front,
            order.to_place(graph, front, backwards=backwards),
            order.shown(graph, backwards=backwards),
        )

    front, back, shown = run(there_and_back, mask, x)
    for n in range(9):
        real = x[n][mask[n]]
        np.testing.assert_array_equal(front[n], np.concatenate([real, x[n][~mask[n]]]))
        times = range(7)[::-1] if backwards else range(7)
        last = None
        for t in times:
            last = x[n, t] if mask[n, t] else last
            assert shown[n, t] == (last is not None)
            if last is not None:
                np.testing.assert_array_equal(back[n, t], last)


def test_of_no_step_nothing_is_moved():
    x = np.zeros((3, 0, 2), "float32")
    front = run(
        lambda graph, mask, x: preprocessing.order_of(graph, mask).to_front(graph, x),
        np.zeros((3, 0), bool),
        x,
    )
    assert front.shape == x.shape
