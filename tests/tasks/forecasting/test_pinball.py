"""The pinball loss against its definition."""

import keras
import numpy as np

from glasscell.tasks.forecasting.pinball import Pinball


def test_the_loss_is_its_definition_and_leaves_out_what_never_came():
    rng = np.random.default_rng(0)
    came, answers, at = rng.normal(size=(5, 4)), rng.normal(size=(5, 2, 4, 3)), (0.1, 0.5, 0.8)
    came[0, 2:] = np.nan
    came[3] = np.nan
    expected = []
    for n in range(5):
        losses = [
            max(q * (came[n, h] - answers[n, m, h, k]), (q - 1) * (came[n, h] - answers[n, m, h, k]))
            for m in range(2)
            for h in range(4)
            for k, q in enumerate(at)
            if not np.isnan(came[n, h])
        ]
        expected.append(2 * np.mean(losses) if losses else 0)
    loss = Pinball(at, reduction="none")
    np.testing.assert_allclose(loss(came.astype("float32"), answers.astype("float32")), expected, rtol=1e-5)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert again.quantiles == at


def test_where_it_is_lowest_the_share_below_is_the_quantile():
    came = np.random.default_rng(1).exponential(size=(999, 1)).astype("float32")
    tried = np.linspace(0, 4, 401, dtype="float32")
    losses = [float(Pinball((0.9,))(came, np.full((999, 1, 1, 1), v, "float32"))) for v in tried]
    assert abs(np.mean(came < tried[np.argmin(losses)]) - 0.9) < 0.01
