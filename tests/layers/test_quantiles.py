"""Quantiles never cross, whatever the output layer; later settings affect only predictions."""

import keras
import numpy as np

from glasscell.layers.quantiles import Quantiles, raw_of

AT = (0.05, 0.25, 0.5, 0.9)


def test_quantiles_never_cross_and_a_saved_layer_answers_the_same(tmp_path):
    rng = np.random.default_rng(0)
    raw = (10 * rng.normal(size=(50, 2 * 3 * 4))).astype("float32")
    layer = Quantiles(2, 3, AT)
    model = keras.Sequential([keras.Input((24,)), layer])
    answer = model(raw).numpy()
    assert answer.shape == (50, 2, 3, 4)
    assert (np.diff(answer, axis=-1) >= 0).all()
    cells, softplus = raw.reshape(50, 2, 3, 4).astype("float64"), lambda v: np.logaddexp(0, v)
    median = cells[..., 2]
    low = median - softplus(cells[..., 1])
    expected = np.stack(
        [low - softplus(cells[..., 0]), low, median, median + softplus(cells[..., 3])], -1
    )
    # float32, sums of three numbers of about 10
    np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)
    layer.weight.assign(0.5)
    layer.width_factors.assign([2.0, 2.0, 1.0, 3.0])
    off = np.array([[-4, -2, 0, 1], [-5, -3, 0, 2], [-6, -4, 0, 3]])
    layer.initial_width.assign(off)
    set_after = 0.5 * median[..., None] + np.array([2, 2, 1, 3]) * (
        0.5 * (expected - median[..., None]) + 0.5 * off
    )
    np.testing.assert_allclose(model(raw), set_after, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(model(raw, training=True), expected, rtol=1e-5, atol=1e-5)
    model.save(tmp_path / "model.keras")
    assert np.array_equal(keras.models.load_model(tmp_path / "model.keras")(raw), model(raw))


def test_a_start_is_what_was_asked_for():
    aside = np.sort(np.random.default_rng(1).normal(size=(6, 4)), axis=-1)
    aside -= aside[:, 2:3]
    raw = raw_of(aside, AT)
    # the least width
    np.testing.assert_allclose(Quantiles(1, 6, AT)(raw.reshape(1, -1))[0, 0], aside, atol=2e-3)
