import pickle

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from support.facts import raises

import glasscell
from glasscell import LSTMLanguageModel
from glasscell.data.texts.sentences import Texts
from glasscell.errors import DataError, UsageError
from glasscell.exporters.sentences import Exporters
from glasscell.networks.sentences import Networks
from glasscell.system.sentences import System
from glasscell.tasks.language.sentences import TextEstimators
from glasscell.training.sentences import Fitting

TEXTS = ["the cat sat on the mat. " * 12, "a mat sat on the cat! " * 12, ""]
SMALL = {
    "units": 8,
    "embedding": 4,
    "epochs": 1,
    "streams": 4,
    "piece": 10,
    "learning_rate": 0.02,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted():
    return LSTMLanguageModel(**SMALL).fit(TEXTS)


def test_it_learns_what_comes_next(fitted):
    assert fitted.alphabet_.characters == " !.acehmnost"
    assert fitted.history_["loss"][0] < np.log2(len(fitted.alphabet_)) - 1
    assert fitted.bits_per_character(TEXTS) < 2
    assert fitted.score(TEXTS) == -fitted.bits_per_character(TEXTS)
    assert fitted.bits_per_character(["ttteeehhh"]) > 3


def test_bits_are_those_of_the_network_text_by_text(fitted):
    texts = ["the cat", "", "sat on a ß mat", *(["mat"] * 70)]  # more than are read at once
    bits = []
    for text in texts:
        symbols = np.array([0, *fitted.alphabet_.encode(text)])
        p = (
            softmax(np.asarray(fitted.network_(symbols[None, :-1]), "float64"), -1)
            if text
            else np.ones((1, 0, 1))
        )
        bits += [-np.log2(p[0, k, symbol]) for k, symbol in enumerate(symbols[1:])]
    # float32 logits of a few units, read alone or side by side
    assert fitted.bits_per_character(texts) == pytest.approx(np.mean(bits), rel=1e-5)


@pytest.mark.long(2)  # two trainings
def test_the_same_random_state_learns_the_same(fitted):
    assert LSTMLanguageModel(**SMALL).fit(iter(TEXTS)).bits_per_character(
        TEXTS
    ) == fitted.bits_per_character(TEXTS)
    other = LSTMLanguageModel(**SMALL | {"random_state": np.random.RandomState(1)}).fit(TEXTS)
    assert other.bits_per_character(TEXTS) != fitted.bits_per_character(TEXTS)


def test_it_writes_as_it_is_asked(fitted):
    written = fitted.write("the ", length=50)
    assert len(written) == 50
    assert written == fitted.write("the ", length=50)
    assert written != fitted.write("the ", length=50, seed=1)
    assert set(written) <= set(fitted.alphabet_.characters)
    assert fitted.write(length=9, temperature=0) == fitted.write(length=9, top_p=1e-9, seed=3)
    with raises(Networks.UNKNOWN_START, found="ß"):
        fitted.write("the ß")


def test_what_is_no_text_is_not_read(fitted):
    for text in (None, 3, ["the"], b"the"):
        with raises(Texts.NO_STRING, kind=type(text).__name__):
            fitted.stream().read(text)
        with raises(Texts.NO_STRING, kind=type(text).__name__):
            fitted.write(text, 5)


def test_a_stream_says_what_comes_next(fitted):
    stream = fitted.stream()
    begun = stream.probabilities
    for k, letter in enumerate("the cat ß"):
        p = stream.read(letter)
        symbols = [0, *fitted.alphabet_.encode("the cat ß")[: k + 1]]
        np.testing.assert_allclose(
            p, softmax(np.asarray(fitted.network_(np.array([symbols])))[0, -1]), atol=1e-6
        )
    expected = stream.expected(3)
    assert len(expected) == 3
    assert sorted(expected.values(), reverse=True) == list(expected.values())
    assert all(
        p[2 + fitted.alphabet_.characters.index(letter)] == q for letter, q in expected.items()
    )
    stream.reset()
    np.testing.assert_array_equal(stream.probabilities, begun)


@pytest.mark.long(2)  # it trains for each fold
def test_scikit_learn_can_handle_it(fitted):
    fitted.write(length=1)  # what is compiled is not pickled
    assert pickle.loads(pickle.dumps(fitted)).write(length=20) == fitted.write(length=20)
    scores = cross_val_score(clone(fitted), TEXTS * 2, cv=2)
    assert ((scores < 0) & (scores > -4)).all()


@pytest.mark.filterwarnings("ignore:epochs=0")
def test_short_texts_are_read_as_they_can_be():
    model = LSTMLanguageModel(2, embedding=2, epochs=0).fit(["ab" * 9])  # shorter than a piece
    assert model.history_ == {"loss": []}
    assert model.bits_per_character(["ab"]) > 0


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("units", 0),
        ("streams", "many"),
        ("streams", 0),
        ("epochs", -1),
        ("dropout", 1),
        ("rare", 0),
        ("clip_norm", 0),
    ],
)
def test_parameters_out_of_bounds_are_refused_by_name(name, found):
    with raises(System.NOT_ACCEPTED, name=name, found=found):
        LSTMLanguageModel(**SMALL | {name: found}).fit(TEXTS)


@pytest.mark.parametrize(
    ("texts", "error", "code", "values"),
    [
        ("a single text", UsageError, TextEstimators.SINGLE_TEXT, {}),
        (None, UsageError, TextEstimators.NO_LIST, {"kind": "NoneType"}),
        (["a", 3], UsageError, TextEstimators.NO_TEXT, {"n": 1, "kind": "int"}),
        ([], DataError, TextEstimators.NO_TEXTS, {}),
        (["aaaa"], DataError, Texts.NO_ALPHABET, {"known": 1}),
        (["abab"], DataError, Fitting.SHORT_TEXT, {}),
    ],
)
def test_what_is_no_text_is_refused(texts, error, code, values, fitted):
    with raises(code, **values) as caught:
        LSTMLanguageModel(**SMALL).fit(texts)
    assert caught.type is error
    if error is UsageError:
        with raises(code, **values):
            fitted.score(texts)
    with raises(TextEstimators.NO_CHARACTER):
        fitted.score([""])


@pytest.mark.parametrize("clip_norm", [pytest.param(None, marks=pytest.mark.nightly), 0.5])
def test_the_other_parameters_are_taken(clip_norm):
    model = LSTMLanguageModel(
        **SMALL | {"units": [3, 2], "variant": "CIFG", "dropout": 0.5}, clip_norm=clip_norm, rare=40
    ).fit(TEXTS)
    assert [lstm.units for lstm in model.network_.layers if hasattr(lstm, "variant")] == [3, 2]
    assert set(model.alphabet_.characters) == {" ", "a", "t"}


def test_it_leaves_as_a_run_does(fitted, tmp_path):
    from glasscell.tasks.language.numpy_model import read_language_model

    exported = glasscell.export(fitted, tmp_path / "model.npz")
    assert exported.agreement.difference < 1e-6
    assert read_language_model(exported.path).alphabet == fitted.alphabet_
    with raises(Exporters.NO_NAMES, name="labels"):
        glasscell.export(fitted, tmp_path / "other.npz", labels=["a"])
