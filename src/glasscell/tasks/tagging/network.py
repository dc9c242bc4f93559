"""The network of tagging, which answers at every step: raw series in, the probability of each class at each step out.

N series · T time steps · D channels · H units · C classes
"""

from collections.abc import Collection, Sequence
from typing import Any

import keras
import numpy as np

from glasscell.layers.preprocessing import Scaling
from glasscell.networks.builder import draw_seed, read_in_time
from glasscell.settings.setting import check_parameters
from glasscell.settings.shared import OF_NETWORKS
from glasscell.variants import Variant


def build_tagging_network(
    features: int,
    classes: int,
    *,
    units: int | Sequence[int] = 64,
    bidirectional: bool = False,
    variant: Variant | str | None = None,
    dropout: float = 0.0,
    noise: float = 0.0,
    forget_bias: float | str = 1.0,
    longest: int = 1,
    engine: str = "auto",
    seed: int = 0,
) -> keras.Model:
    """Return a network that reads series (N, T, D), padded with NaN, and answers (N, T, C).

    Parameters
    ----------
    features, classes : int
        D and C.
    units, bidirectional, variant, dropout, noise, forget_bias, longest, engine, seed
        As in `builder.build_network`; dropout comes between LSTMs and before the softmax.

    Raises
    ------
    UsageError
        If an argument is out of bounds.

    Examples
    --------
    >>> network = build_tagging_network(3, 2, units=4, bidirectional=True)
    >>> network(np.ones((5, 7, 3), "float32")).shape
    TensorShape([5, 7, 2])
    """
    given = {"units": units, "bidirectional": bidirectional, "dropout": dropout, "noise": noise}
    check_parameters(given | {"forget_bias": forget_bias}, OF_NETWORKS)
    rng = np.random.default_rng(seed)
    series = keras.Input((None, features), name="series")
    h: Any = Scaling(name="scaling")(series)
    if noise > 0:
        h = keras.layers.GaussianNoise(noise, seed=draw_seed(rng), name="noise")(h)
    h, _ = read_in_time(
        h,
        list(units) if isinstance(units, Collection) else [units],
        bidirectional=bidirectional,
        variant=variant,
        dropout=dropout,
        forget_bias=forget_bias,
        longest=longest,
        engine=engine,
        rng=rng,
    )
    if dropout > 0:
        h = keras.layers.Dropout(dropout, seed=draw_seed(rng), name="dropout")(h)
    initializer: Any = keras.initializers.GlorotUniform(draw_seed(rng))
    answer = keras.layers.Dense(classes, "softmax", kernel_initializer=initializer, name="read_out")(h)
    return keras.Model(series, answer, name="tagger")
