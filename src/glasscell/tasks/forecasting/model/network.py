"""The forecasting network, from windows to quantiles of a baseline's correction; and its loss.

N windows · T steps of context, F features of one · H steps ahead, G features of one · Q quantiles ·
M members
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from glasscell.layers.lstm import LSTM
from glasscell.layers.quantiles import Quantiles
from glasscell.networks.builder import draw_lstm, draw_seed
from glasscell.variants import Variant

LSTM_AHEAD = "lstm_ahead"


def build_forecaster(
    features: int,
    known_features: int,
    horizon: int,
    quantiles: Sequence[float],
    *,
    start: np.ndarray,
    context: int | None = None,
    units: int | Sequence[int] = 32,
    members: int = 1,
    dropout: float = 0.2,
    continues: bool = False,
    variant: Variant | str | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> keras.Model:
    """Return a network from windows (N, T, F) and known features (N, H, G) to (N, M, H, Q).

    Each of the M members has its own LSTMs. One output layer maps their last h to all steps ahead
    at once; another, the same for all steps, maps the features known of a step. If the network
    `continues`, one more LSTM starts from the last h and c, and processes these features step by
    step. Its output layer is the same for all steps, too, so a promotion can have an effect days
    later. All output layers start at zero: before training, the prediction for every window is
    `start`.

    `start` (H, Q).

    >>> start = np.zeros((4, 3))
    >>> network = build_forecaster(
    ...     2, 5, 4, (0.1, 0.5, 0.9), start=start, units=(8, 6), members=2, continues=True
    ... )
    >>> network([np.ones((7, 9, 2), "float32"), np.ones((7, 4, 5), "float32")]).shape
    TensorShape([7, 2, 4, 3])
    """
    rng = np.random.default_rng(seed)
    steps = keras.Input((context, features), name="steps")
    known = keras.Input((horizon, known_features), name="ahead")
    read_outs = []
    for member in range(1, members + 1):
        suffix = f"_of_{member}" * (members > 1)
        h: Any = steps
        states: Any = []
        sizes = [units] if isinstance(units, int | np.integer) else list(units)
        for k, size in enumerate(sizes, 1):
            is_last = continues and k == len(sizes)
            h = draw_lstm(
                size,
                rng,
                variant=variant,
                engine=engine,
                dropout=dropout if k > 1 else 0.0,
                return_sequences=k < len(sizes),
                return_state=is_last,
                name=f"lstm_{k}{suffix}",
            )(h)
            if is_last:
                h, *states = h
        if dropout > 0:
            h = keras.layers.Dropout(dropout, seed=draw_seed(rng), name=f"dropout{suffix}")(h)
        dense = keras.layers.Dense(
            horizon * len(quantiles), kernel_initializer="zeros", name=f"read_out{suffix}"
        )
        parts = [
            dense(h),
            _same_at_each_step(
                known, quantiles, f"read_out_ahead{suffix}", f"ahead_in_a_row{suffix}"
            ),
        ]
        if continues:
            h = draw_lstm(
                sizes[-1],
                rng,
                variant=variant,
                engine=engine,
                return_sequences=True,
                name=f"{LSTM_AHEAD}{suffix}",
            )(known, initial_state=states)
            if dropout > 0:
                h = keras.layers.Dropout(
                    dropout, seed=draw_seed(rng), name=f"dropout_ahead{suffix}"
                )(h)
            parts.append(
                _same_at_each_step(
                    h, quantiles, f"read_out_continued{suffix}", f"continued_in_a_row{suffix}"
                )
            )
        read_outs.append(keras.layers.Add(name=f"together{suffix}")(parts))
        assert dense.bias is not None
        dense.bias.assign(np.ravel(start))
    joined = read_outs[0] if members == 1 else keras.layers.Concatenate(name="read_outs")(read_outs)
    answer = Quantiles(members, horizon, quantiles, name="quantiles")(joined)
    return keras.Model([steps, known], answer, name="forecaster")


def _same_at_each_step(features: Any, quantiles: Sequence[float], name: str, in_a_row: str) -> Any:
    each = keras.layers.Dense(
        len(quantiles), use_bias=False, kernel_initializer="zeros", name=name
    )(features)
    return keras.layers.Flatten(name=in_a_row)(each)


class Member(NamedTuple):
    """A member of an ensemble: LSTMs, and output layers of their last h and of features ahead.

    If the network continues, also the LSTM that does, and the output layer of its h; otherwise
    None.
    """

    lstms: tuple[LSTM, ...]
    read_out: Any
    read_out_ahead: Any
    lstm_ahead: LSTM | None = None
    read_out_continued: Any = None


def members_of(network: keras.Model) -> list[Member]:
    """Return the members of a network that `build_forecaster` made.

    >>> network = build_forecaster(1, 1, 2, (0.5,), start=np.zeros((2, 1)), units=(3, 2), members=2)
    >>> [[lstm.units for lstm in member.lstms] for member in members_of(network)]
    [[3, 2], [3, 2]]
    """
    names = {layer.name for layer in network.layers}
    members = []
    count = quantiles_of(network).members
    for member in range(1, count + 1):
        suffix = f"_of_{member}" * (count > 1)
        lstms = []
        while (name := f"lstm_{len(lstms) + 1}{suffix}") in names:
            lstms.append(network.get_layer(name))
        kinds = ("read_out", "read_out_ahead", LSTM_AHEAD, "read_out_continued")
        output_layers = [
            network.get_layer(f"{name}{suffix}") for name in kinds if f"{name}{suffix}" in names
        ]
        members.append(Member(tuple(lstms), *output_layers))
    return members


def quantiles_of(network: keras.Model) -> Quantiles:
    """Return the `Quantiles` layer of a network that `build_forecaster` made.

    >>> quantiles_of(build_forecaster(1, 1, 2, (0.5,), start=np.zeros((2, 1)), units=1)).horizon
    2
    """
    return network.get_layer("quantiles")  # pyright: ignore[reportReturnType]


@keras.saving.register_keras_serializable(package="glasscell")
class Pinball(keras.losses.Loss):
    """Twice the pinball loss, mean over members, quantiles and observed steps ahead.

    For the median only, it is the mean absolute error.

    >>> target, answers = np.array([[2.0, np.nan]], "float32"), np.zeros((1, 1, 2, 1), "float32")
    >>> float(Pinball([0.5])(target, answers))
    2.0
    """

    def __init__(self, quantiles: Sequence[float], name: str = "pinball", **options: Any):
        super().__init__(name=name, **options)
        self.quantiles = tuple(map(float, quantiles))

    def call(self, y_true, y_pred):
        """Return each window's loss, (N,), for targets (N, H) and quantiles (N, M, H, Q)."""
        target = tf.cast(y_true, y_pred.dtype)[:, None, :, None]
        known = tf.math.is_finite(target)
        error = tf.where(known, target, 0.0) - y_pred
        q = tf.constant(np.array(self.quantiles), y_pred.dtype)
        loss = tf.where(known, 2 * tf.maximum(q * error, (q - 1) * error), 0.0)
        steps = tf.reduce_sum(tf.cast(known, y_pred.dtype), (1, 2, 3))
        return tf.reduce_sum(tf.reduce_mean(loss, (1, 3)), 1) / tf.maximum(steps, 1.0)

    def get_config(self):
        """Return the arguments."""
        return {**super().get_config(), "quantiles": list(self.quantiles)}
