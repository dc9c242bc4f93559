"""Third-party models in our form: with their outputs, and the page's module computes the same."""

from typing import Any

import keras
import numpy as np
import pytest
from support.facts import raises
from support.foreign_models import KINDS, Tagger, imdb, series, with_random_weights
from support.node import encode, float64, run

from glasscell import replace
from glasscell.explorer.series.payload import payload_of
from glasscell.importers.sentences import Importers
from glasscell.importers.translation import (
    MOST_NUMBERS,
    activation_of,
    answers_one_of_two,
    translate,
)
from glasscell.networks.anatomy import recognise
from glasscell.networks.sentences import Networks
from glasscell.networks.streams import Stream

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
    "two layers": lambda: [
        lstm(4, True, return_sequences=True),
        KINDS.Dropout(0.5),
        lstm(3),
        KINDS.Dense(2),
    ],
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
    "rescaling": lambda: [
        KINDS.Masking(-1.0),
        KINDS.Rescaling(0.5, 0.25),
        lstm(4),
        KINDS.Dense(2, use_bias=False),
    ],
}


@pytest.mark.few(3)
@pytest.mark.parametrize("name", CHAINS)
def test_answers_are_the_models_in_python_and_on_the_page(name):
    model = with_random_weights(
        keras.Sequential([keras.Input((None, 2)), *CHAINS[name]()], name="theirs")
    )
    if name == "mean":  # a variance is no random number
        model.layers[0].set_weights(normalized().get_weights())
        model.layers[0].finalize_state()
    x, lengths = series((3, 8, 2), 4), (8, 5, 1)
    if "mask" in name or name == "rescaling":
        x[0, 2:4] = x[1, 0] = -1.0
    want = np.concatenate(
        [model(one[None, :length]) for one, length in zip(x, lengths, strict=True)]
    )
    translation = translate(replace(model))
    assert translation.obstacle is None
    recognise(translation.network, of_strangers=True)
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
    given = {
        "payload": payload,
        "x": [encode(one[:length]) for one, length in zip(x, lengths, strict=True)],
    }
    np.testing.assert_allclose([float64(one) for one in run(PAGE, given)], want, atol=1e-6)


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("layers", "code", "values"),
    [
        (
            [KINDS.Conv1D(3, 2, name="conv"), lstm(3), KINDS.Dense(1)],
            Importers.OTHER_KIND,
            {"layer": "conv", "kind": "Conv1D", "supported": Importers.SUPPORTED()},
        ),
        (
            [lstm(3, return_sequences=True), KINDS.GlobalMaxPooling1D(name="most"), KINDS.Dense(1)],
            Importers.EVERY_STEP,
            {"layer": Importers.THE_LAYER(layer="most", kind="GlobalMaxPooling1D")},
        ),
        (
            [lstm(3, return_sequences=True, name="all")],
            Importers.EVERY_STEP,
            {"layer": Importers.THE_WHOLE()},
        ),
        ([lstm(3)], Importers.NO_DENSE, {}),
        (
            [lstm(3, go_backwards=True, name="back"), KINDS.Dense(1)],
            Importers.BACKWARDS_ALONE,
            {"layer": "back"},
        ),
        (
            [lstm(3), KINDS.BatchNormalization(name="norm"), KINDS.Dense(1)],
            Importers.OTHER_KIND,
            {"layer": "norm", "kind": "BatchNormalization", "supported": Importers.SUPPORTED()},
        ),
    ],
)
def test_what_the_page_cannot_compute_is_named_and_answers_all_the_same(layers, code, values):
    model = with_random_weights(keras.Sequential([keras.Input((6, 2)), *layers]))
    translation = translate(replace(model))
    assert (translation.obstacle.code, translation.obstacle.values) == (code, values)
    x = series((3, 6, 2))
    np.testing.assert_allclose(translation.network(x), model(x), atol=1e-6)


TOKENS: dict[str, Any] = {
    "imdb": lambda: imdb(),
    "no mask": lambda: of_tokens(
        KINDS.Embedding(20, 3), KINDS.SpatialDropout1D(0.2), lstm(4), KINDS.Dense(2)
    ),
    "mean": lambda: of_tokens(
        KINDS.Embedding(20, 3, mask_zero=True),
        lstm(4, True, return_sequences=True),
        lstm(3, return_sequences=True),
        KINDS.GlobalAveragePooling1D(),
        KINDS.Dense(5, "relu"),
        KINDS.Dense(3, "softmax"),
    ),
}


def of_tokens(*layers: Any) -> keras.Model:
    return keras.Sequential([keras.Input((None,)), *layers], name="theirs")


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "name",
    [
        "imdb",
        "no mask",
        *(
            pytest.param(n, marks=pytest.mark.nightly)
            for n in TOKENS
            if n not in ("imdb", "no mask")
        ),
    ],
)
def test_tokens_are_answered_as_by_the_model_in_python_and_on_the_page(name):
    model = with_random_weights(TOKENS[name]())
    translation = translate(replace(model))
    assert translation.obstacle is None
    assert (translation.reads_tokens, translation.features) == (True, 1)
    assert translation.vocabulary == (50 if name == "imdb" else 20)
    assert translation.masking == (None if name == "no mask" else 0.0)
    series = [[0, 7, 9, 0, 2, 19], [5, 1, 0], [4]]
    want = np.concatenate([model(np.array([one])) for one in series])
    padded = np.full((3, 6, 1), np.nan, "float32")
    for row, one in zip(padded, series, strict=True):
        row[: len(one), 0] = one
    masked = (
        np.where(padded == translation.masking, np.nan, padded)
        if translation.masking is not None
        else padded
    )
    np.testing.assert_allclose(translation.network(masked), want, atol=1e-6)
    payload = payload_of(
        translation.network,
        padded,
        ids=[1, 2, 3],
        truth=[None] * 3,
        answers=want,
        classes=None,
        channels=["token"],
        title="t",
        run="r",
        task="regression",
        masking=translation.masking,
        words={7: "seven"},
    )
    assert (payload["network"]["embedding"]["shape"], payload["words"]) == (
        [translation.vocabulary, 8 if name == "imdb" else 3],
        {"7": "seven"},
    )
    given = {"payload": payload, "x": [encode(np.array(one)[:, None]) for one in series]}
    np.testing.assert_allclose([float64(one) for one in run(PAGE, given)], want, atol=1e-6)


def test_a_network_of_tokens_is_no_run_and_is_saved_whole(tmp_path):
    network = translate(replace(with_random_weights(imdb()))).network
    assert recognise(network, of_strangers=True).embedding is not None
    with raises(Networks.NOT_WIRED, name="network"):
        recognise(network)
    with raises(Networks.NO_STREAM, name="network"):
        Stream(translate(replace(with_random_weights(TOKENS["no mask"]()))).network)
    network.save(tmp_path / "network.keras")
    x = np.array([[[3.0], [np.nan], [49.0]]])
    np.testing.assert_array_equal(
        keras.models.load_model(tmp_path / "network.keras")(x), network(x)
    )


@pytest.mark.parametrize(
    ("layers", "note"),
    [
        (
            [KINDS.Embedding(40_001, 100, name="table"), lstm(2)],
            Importers.LARGE_TABLE(layer="table", rows=40_001, columns=100, most=MOST_NUMBERS),
        ),
        (
            [KINDS.Embedding(9, 3), KINDS.Conv1D(3, 2, name="conv"), lstm(2)],
            Importers.OTHER_KIND(layer="conv", kind="Conv1D", supported=Importers.SUPPORTED()),
        ),
        (
            [KINDS.Rescaling(1.0), KINDS.Embedding(9, 3, name="late"), lstm(2)],
            Importers.OTHER_KIND(layer="late", kind="Embedding", supported=Importers.SUPPORTED()),
        ),
    ],
)
def test_what_the_page_cannot_compute_of_tokens_is_named_and_answers_all_the_same(layers, note):
    model = with_random_weights(of_tokens(*layers, KINDS.Dense(1)))
    translation = translate(replace(model))
    assert (translation.obstacle.code, translation.obstacle.values) == (note.code, note.values)
    tokens = np.array([[3, 7, 8, 2], [5, 1, 0, 0]])
    np.testing.assert_allclose(
        translation.network(tokens[..., None].astype("float32")), model(tokens), atol=1e-6
    )
    with raises(Importers.READS_TOKENS):
        translate(replace(model), mean=[1.0], deviation=[2.0])


def test_models_that_read_no_series_are_refused():
    images = keras.Sequential(
        [keras.Input((4, 6, 6, 1)), KINDS.TimeDistributed(KINDS.Flatten()), KINDS.LSTM(2)]
    )
    with raises(Importers.NO_SERIES, shape=(None, 4, 6, 6, 1)):
        translate(images)


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (KINDS.Dense(2), "linear"),
        (KINDS.Softmax(), "softmax"),
        (KINDS.Activation("tanh"), "tanh"),
        (KINDS.Dropout(0.5), None),
    ],
)
def test_the_last_activation_is_found_in_nested_models_too(last, name):
    nested = keras.Sequential([keras.Input((3,)), last])
    assert activation_of(keras.Sequential([keras.Input((4, 2)), KINDS.LSTM(3), nested])) == name


def test_a_class_of_its_own_does_not_say():
    model = Tagger()
    model(np.zeros((1, 3, 2), "float32"))
    assert activation_of(model) is None
    assert not answers_one_of_two(model)
