"""Other people's models in our form: the answers are theirs, and the page's module computes the same."""

from typing import Any

import keras
import numpy as np
import pytest
from support.foreign_models import KINDS, imdb, series, with_random_weights
from support.node import encode, float64, run

from glasscell import replace
from glasscell.errors import UsageError
from glasscell.explorer.payload import payload_of
from glasscell.interop.translation import translate
from glasscell.networks.anatomy import recognise

PAGE = """
import { decode, decodeArray } from "./network/payload.js";
import { run } from "./network/forward.js";
const network = decode(given.payload);
answer(given.x.map((x) => out(run(network, decodeArray(x).values, x.shape[0]).answer)));
"""


def normalized() -> Any:
    layer = KINDS.Normalization()
    layer.adapt(series((20, 4, 2), 3) * 5 + 2)
    return layer


def lstm(units: int, both: bool = False, **more: Any) -> Any:
    one = KINDS.LSTM(units, **more)
    return KINDS.Bidirectional(one) if both else one


CHAINS: dict[str, Any] = {
    "masking": lambda: [KINDS.Masking(-1.0), lstm(4), KINDS.Dense(3), KINDS.Softmax()],
    "two layers": lambda: [lstm(4, True, return_sequences=True), KINDS.Dropout(0.5), lstm(3), KINDS.Dense(2)],
    "hidden": lambda: [
        lstm(4, True),
        KINDS.Dense(5, "relu"),
        KINDS.Dense(4),
        KINDS.Activation("tanh"),
        KINDS.Dense(3, "softmax"),
    ],
    "mean": lambda: [
        normalized(),
        lstm(4, True, return_sequences=True),
        KINDS.GlobalAveragePooling1D(),
        KINDS.Dense(1, "sigmoid"),
    ],
    "rescaling": lambda: [KINDS.Masking(-1.0), KINDS.Rescaling(0.5, 0.25), lstm(4), KINDS.Dense(2, use_bias=False)],
}


@pytest.mark.parametrize("name", CHAINS)
def test_answers_are_the_models_in_python_and_on_the_page(name):
    model = with_random_weights(keras.Sequential([keras.Input((None, 2)), *CHAINS[name]()], name="theirs"))
    if name == "mean":  # a variance is no random number
        model.layers[0].set_weights(normalized().get_weights())
        model.layers[0].finalize_state()
    x, lengths = series((3, 8, 2), 4), (8, 5, 1)
    if "mask" in name or name == "rescaling":
        x[0, 2:4] = x[1, 0] = -1.0
    want = np.concatenate([model(one[None, :length]) for one, length in zip(x, lengths, strict=True)])
    translation = translate(replace(model))
    assert translation.obstacle is None
    recognise(translation.network, with_hidden=True)
    padded = x.copy()
    for one, length in zip(padded, lengths, strict=True):
        one[length:] = np.nan
    masked = padded.copy()
    if translation.masking is not None:
        masked[(padded == translation.masking).all(-1)] = np.nan
    np.testing.assert_allclose(translation.network(masked), want, atol=1e-6)
    classes = [str(k) for k in range(want.shape[1])]
    payload = payload_of(
        translation.network,
        padded,
        ids=[1, 2, 3],
        truth=[None] * 3,
        answers=want,
        classes=classes,
        channels=["u", "v"],
        title="t",
        run="r",
        task="classification",
        masking=translation.masking,
    )
    given = {"payload": payload, "x": [encode(one[:length]) for one, length in zip(x, lengths, strict=True)]}
    np.testing.assert_allclose([float64(one) for one in run(PAGE, given)], want, atol=1e-6)


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ([KINDS.Conv1D(3, 2, name="conv"), lstm(3), KINDS.Dense(1)], "the layer 'conv' is a Conv1D"),
        (
            [lstm(3, return_sequences=True), KINDS.GlobalMaxPooling1D(name="most"), KINDS.Dense(1)],
            "the layer 'most', a Glo",
        ),
        ([lstm(3, return_sequences=True, name="all")], "the model answers for every step"),
        ([lstm(3)], "it has no Dense layer after its LSTMs"),
        ([lstm(3, go_backwards=True, name="back"), KINDS.Dense(1)], "the layer 'back' reads backwards alone"),
        ([lstm(3), KINDS.BatchNormalization(name="norm"), KINDS.Dense(1)], "the layer 'norm' is a BatchNormalization"),
    ],
)
def test_what_the_page_cannot_compute_is_named_and_answers_all_the_same(layers, why):
    model = with_random_weights(keras.Sequential([keras.Input((6, 2)), *layers]))
    translation = translate(replace(model))
    assert why in str(translation.obstacle)
    x = series((3, 6, 2))
    np.testing.assert_allclose(translation.network(x), model(x), atol=1e-6)


def test_tokens():
    model = with_random_weights(imdb())
    translation = translate(replace(model))
    assert (translation.reads_tokens, translation.masking, translation.features) == (True, 0.0, 1)
    assert "is a Embedding" in str(translation.obstacle)
    tokens = np.array([[3, 7, 9, 2], [5, 1, 0, 0]])
    x = np.where(tokens == 0, np.nan, tokens)[..., None].astype("float32")
    np.testing.assert_allclose(translation.network(x), model(tokens), atol=1e-6)


def test_models_that_read_no_series_are_refused():
    images = keras.Sequential([keras.Input((4, 6, 6, 1)), KINDS.TimeDistributed(KINDS.Flatten()), KINDS.LSTM(2)])
    with pytest.raises(UsageError, match=r"reads \(None, 4, 6, 6, 1\): expected series"):
        translate(images)
