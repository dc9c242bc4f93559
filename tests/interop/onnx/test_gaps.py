import numpy as np
import pytest
from support import oracle
from support.onnx import run

from glasscell.interop.onnx import gaps


@pytest.mark.parametrize("kind", oracle.MASKS[1:])
@pytest.mark.parametrize("backwards", [False, True])
def test_steps_are_moved_to_the_front_and_back(kind, backwards):
    rng = np.random.default_rng(0)
    mask = oracle.random_mask(rng, kind, 9, 7)
    x = rng.normal(size=(9, 7, 2)).astype("float32")

    def there_and_back(graph, mask, x):
        order = gaps.order_of(graph, mask)
        front = order.to_front(graph, x)
        return front, order.to_place(graph, front, backwards=backwards), order.shown(graph, backwards=backwards)

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
    front = run(lambda graph, mask, x: gaps.order_of(graph, mask).to_front(graph, x), np.zeros((3, 0), bool), x)
    assert front.shape == x.shape


def test_any_and_all_of_none():
    flags = np.array([[True, False], [True, True], [False, False]])
    found = run(lambda graph, x: (gaps.any_of(graph, x, [1]), gaps.all_of(graph, x, [1], keepdims=True)), flags)
    assert [v.tolist() for v in found] == [[True, True, False], [[False], [True], [False]]]
    nothing = run(lambda graph, x: (gaps.any_of(graph, x, [1]), gaps.all_of(graph, x, [1])), flags[:, :0])
    assert [v.tolist() for v in nothing] == [[False] * 3, [True] * 3]
