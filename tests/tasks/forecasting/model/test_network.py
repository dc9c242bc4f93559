"""The forecaster's network starts as the baseline, its members are independent; its loss."""

import keras
import numpy as np

from glasscell.layers.quantiles import raw_of
from glasscell.tasks.forecasting.model.network import Pinball, build_forecaster, quantiles_of

AT, ASIDE = (0.1, 0.5, 0.9), np.array([[-1.0, 0.0, 2.0], [-1.5, 0.0, 3.0]])


def test_before_training_every_window_has_the_start(tmp_path):
    rng = np.random.default_rng(0)
    windows = [
        rng.normal(size=(5, 7, 3)).astype("float32"),
        rng.normal(size=(5, 2, 4)).astype("float32"),
    ]
    network = build_forecaster(
        3, 4, 2, AT, start=raw_of(ASIDE, AT), units=[5, 4], members=3, seed=1
    )
    answer = np.asarray(network(windows))
    np.testing.assert_allclose(answer, np.broadcast_to(ASIDE, (5, 3, 2, 3)), atol=1e-6)
    lstms = [layer for layer in network.layers if layer.name.startswith("lstm")]
    assert len(lstms) == 6
    assert not np.array_equal(lstms[0].get_weights()[0], lstms[2].get_weights()[0])
    again = build_forecaster(3, 4, 2, AT, start=raw_of(ASIDE, AT), units=[5, 4], members=3, seed=1)
    for one, other in zip(network.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(one, other)
    for layer in network.layers:
        if layer.name.startswith("read_out_"):
            layer.kernel.assign(rng.normal(size=layer.kernel.shape))
    quantiles_of(network).width_factors.assign([2.0, 1.0, 1.5])
    network.save(tmp_path / "network.keras")
    assert np.array_equal(
        keras.models.load_model(tmp_path / "network.keras")(windows), network(windows)
    )
    moved = [windows[0], windows[1] + 1]
    # what is known ahead is read
    assert not np.allclose(network(moved), network(windows), atol=1e-3)


def test_the_loss_is_its_definition_and_leaves_out_what_never_came():
    rng = np.random.default_rng(0)
    came, answers, at = rng.normal(size=(5, 4)), rng.normal(size=(5, 2, 4, 3)), (0.1, 0.5, 0.8)
    came[0, 2:] = np.nan
    came[3] = np.nan
    expected = []
    for n in range(5):
        losses = [
            max(
                q * (came[n, h] - answers[n, m, h, k]), (q - 1) * (came[n, h] - answers[n, m, h, k])
            )
            for m in range(2)
            for h in range(4)
            for k, q in enumerate(at)
            if not np.isnan(came[n, h])
        ]
        expected.append(2 * np.mean(losses) if losses else 0)
    loss = Pinball(at, reduction="none")
    np.testing.assert_allclose(
        loss(came.astype("float32"), answers.astype("float32")), expected, rtol=1e-5
    )
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert again.quantiles == at


def test_where_it_is_lowest_the_share_below_is_the_quantile():
    came = np.random.default_rng(1).exponential(size=(999, 1)).astype("float32")
    tried = np.linspace(0, 4, 401, dtype="float32")
    losses = [float(Pinball((0.9,))(came, np.full((999, 1, 1, 1), v, "float32"))) for v in tried]
    assert abs(np.mean(came < tried[np.argmin(losses)]) - 0.9) < 0.01
