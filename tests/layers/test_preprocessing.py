import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import raises

from glasscell.layers.preprocessing import Scaling, Stride, TokenEmbedding
from glasscell.layers.sentences import Layers
from glasscell.system.sentences import System


@pytest.mark.parametrize("shape", [(1, 1, 1), (7, 5, 3), (200, 3, 1)])
def test_training_series_come_out_with_mean_0_and_deviation_1(shape):
    rng = np.random.default_rng(sum(shape))
    x = rng.normal(3, 7, shape).astype("float32")
    x[rng.random(shape) < 0.2] = np.nan
    scaling = Scaling()
    scaling.adapt(x)
    steps, scaled = x.reshape(-1, shape[-1]), scaling(x).numpy().reshape(-1, shape[-1])
    for k in range(shape[-1]):
        there = ~np.isnan(steps[:, k])
        if there.sum() > 1:
            assert abs(scaled[there, k].mean()) < 1e-5
            assert abs(scaled[there, k].std() - 1) < 1e-5
        assert (scaled[~there, k] == 0).all()


@pytest.mark.parametrize("value", [0.0, 5.0, -1e7, 1.1])
def test_a_channel_that_never_moves_comes_out_as_nothing(value):
    scaling = Scaling()
    scaling.adapt(np.full((4, 5, 1), value, "float32"))
    assert np.abs(scaling(np.full((1, 1, 1), value, "float32"))).max() <= abs(value) * 1e-6


def test_channels_on_scales_far_apart_are_told_apart():
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(50, 9, 2)) * [1e-9, 1e9] + [0, 1e9]).astype("float32")
    scaling = Scaling()
    scaling.adapt(x)
    np.testing.assert_allclose(scaling(x).numpy().std((0, 1)), 1, rtol=1e-4)


def test_the_mask_tells_steps_in_which_something_was_measured():
    x = np.full((2, 4, 3), np.nan, "float32")
    x[0, :3] = 1
    x[1, 1, 2] = 1
    mask = Scaling().compute_mask(x).numpy()
    assert mask.tolist() == [[True, True, True, False], [False, True, False, False]]


def test_infinite_values_are_refused():
    with raises(Layers.INFINITE):
        Scaling().adapt(np.array([[[np.inf]]]))


@given(
    st.integers(1, 5),
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(1, 10),
    st.integers(0, 10**6),
)
def test_a_stride_is_the_mean_of_what_was_measured(n, steps, features, stride, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, steps, features)).astype("float32")
    x[rng.random(x.shape) < 0.3] = np.nan
    got = Stride(stride)(x).numpy()
    assert (
        got.shape
        == Stride(stride).compute_output_shape(x.shape)
        == (n, -(-steps // stride), features)
    )
    for t in range(got.shape[1]):
        block = x[:, t * stride : (t + 1) * stride]
        count = (~np.isnan(block)).sum(1)
        want = np.where(count > 0, np.nansum(block, 1) / np.maximum(count, 1), np.nan)
        np.testing.assert_allclose(got[:, t], want, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("stride", [0, -1, 1.5])
def test_a_stride_is_a_whole_number(stride):
    with raises(System.NOT_ACCEPTED, name="stride", found=stride):
        Stride(stride)


def test_both_layers_are_saved_whole(tmp_path):
    series = keras.Input((None, 2))
    scaling = Scaling()
    model = keras.Model(series, scaling(Stride(3)(series)))
    x = np.random.default_rng(0).normal(5, 2, (6, 8, 2)).astype("float32")
    scaling.adapt(x)
    model.save(tmp_path / "m.keras")
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "m.keras")(x), model(x))


def test_a_token_is_its_row_and_nan_is_none():
    table = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    embedding = TokenEmbedding(5, 3)
    embedding.build((None, None, 1))
    embedding.table.assign(table)
    x = np.array([[4, 0, np.nan], [np.nan, 2, 1]], "float32")[..., None]
    there = ~np.isnan(x[..., 0])
    np.testing.assert_array_equal(embedding(x)[there], table[[4, 0, 2, 1]])
    np.testing.assert_array_equal(embedding.compute_mask(x), there)
    assert np.isfinite(embedding(x)).all()
