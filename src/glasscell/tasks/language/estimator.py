"""`LSTMLanguageModel`: predict the next symbol of a text.

L symbols of a text · T symbols of a piece · C symbols of the alphabet
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from scipy.special import softmax
from sklearn.utils.validation import check_is_fitted

from glasscell.data.texts.alphabet import BOUNDARY, RARE, Alphabet, alphabet_of
from glasscell.errors import DataError, UsageError, warn
from glasscell.estimators.base import Estimator
from glasscell.estimators.sentences import Estimators
from glasscell.networks.builder import uncompiled
from glasscell.tasks.language.network import (
    LanguageReader,
    build_language_network,
    parts_of,
    prepare_training,
)
from glasscell.tasks.language.sentences import TextEstimators
from glasscell.tasks.language.settings import TEXT, UPDATES, LanguageSettings, sizes_for
from glasscell.tasks.language.writing import write
from glasscell.variants import Variant


class LSTMLanguageModel(Estimator):
    """An LSTM that models texts character by character and generates text.

    Parameters
    ----------
    units : int or sequence of int
        Hidden size (units of the LSTM); H,H stacks two layers. In Python, pass a sequence such as
        (H, H).
    layers : int
        Stacked LSTM layers. A sequence in `units` overrides it.
    embedding : int
        Size of the symbol embedding.
    dropout : float
        Dropout rate on the LSTM's outputs.
    variant : Variant or str, optional
        Cell variant of Greff et al. (2017). NIG, NFG and NOG lack the input, forget and output
        gate; the others are NIAF, NOAF, CIFG, FGR and V. By default the standard cell, NP.
    rare : int or "auto"
        Characters that occur fewer than N times share one symbol. "auto" is 2, or once per 200,000
        characters.
    streams : int or "auto"
        Places in the text that are processed in parallel (the batch size). "auto" is 32, or fewer
        for short texts.
    piece : int
        Symbols per stream and weight update (truncated backpropagation). Fewer if the texts are
        shorter.
    learning_rate : float
        Learning rate. Muon starts with it, or Adam below a million symbols. It falls linearly to 0
        in the second half.
    epochs : int or "auto"
        Epochs of 100 weight updates each. By default 140, fewer for a short text: about twelve
        passes over it, at least 4 epochs.
    clip_norm : float or None
        Clip gradients to this norm. None clips nothing.
    random_state : int, RandomState or None
        Random seed. None draws one.
    verbose : int
        1 prints the logs of each epoch to stderr.
    engine : "auto", "kernel" or "loop"
        Implementation: the native kernel or the readable loop. "auto" uses the kernel on a CPU and
        cuDNN on a GPU, and the loop where these do not support the cell.

    Attributes
    ----------
    alphabet_ : Alphabet
        Characters with a symbol of their own.
    network_ : keras.Model
        Takes symbols, int (N, T), and returns logits (N, T, C) of the next symbol.
    history_ : dict of lists
        `loss` per epoch, in bits per character.

    Examples
    --------
    >>> import glasscell
    >>> texts = ["the cat sat on the mat. " * 9, "the mat sat on the cat. " * 9]
    >>> model = glasscell.LSTMLanguageModel(
    ...     16, epochs=1, piece=20, learning_rate=0.02, random_state=0
    ... ).fit(texts)
    >>> model.bits_per_character(["the cat sat on the cat. "]) < 2
    True
    >>> len(model.write("the ", length=20))
    20
    >>> list(model.stream().read("the ca"))[1:] == list(model.stream().read("the ca"))[1:]
    True
    """

    task = LanguageSettings.task
    alphabet_: Alphabet
    _bounds = TEXT
    _input: ClassVar = {"string": True, "one_d_array": True, "two_d_array": False}

    def __init__(
        self,
        units: int | Sequence[int] = TEXT["units"].default,
        *,
        layers: int = TEXT["layers"].default,
        embedding: int = TEXT["embedding"].default,
        dropout: float = TEXT["dropout"].default,
        variant: Variant | str | None = TEXT["variant"].default,
        rare: int | str = TEXT["rare"].default,
        streams: int | str = TEXT["streams"].default,
        piece: int = TEXT["piece"].default,
        learning_rate: float = TEXT["learning_rate"].default,
        epochs: int | str = TEXT["epochs"].default,
        clip_norm: float | None = TEXT["clip_norm"].default,
        random_state: Any = None,
        verbose: int = 0,
        engine: str = "auto",
    ):
        self._keep(locals())

    def fit(
        self,
        texts: Iterable[str],
        y: Any = None,
        *,
        callbacks: Iterable[keras.callbacks.Callback] = (),
    ):
        """Train on texts. Each starts from a zero state, and its end is also learned.

        Parameters
        ----------
        texts : iterable of str
            Texts to learn.
        y : None
            Ignored; for scikit-learn.
        callbacks : iterable of keras.callbacks.Callback
            Called once per epoch. A warning is issued for those that wait for batches.

        Returns
        -------
        LSTMLanguageModel
            This estimator.

        Raises
        ------
        UsageError
            If a parameter is out of bounds, or an item is not a str.
        DataError
            If the texts are too short for a piece of each stream, or have fewer than two different
            characters.
        TrainingFailed
            If the loss or a weight becomes infinite or NaN.
        """
        seed = self._begin()
        texts = _checked(texts)
        self.alphabet_ = alphabet_of(texts, self.rare)
        numbers = np.concatenate(self._numbers(texts))
        found: dict[str, Any] = sizes_for(len(numbers), self.streams, self.piece, self.epochs)
        if not (epochs := found.pop("epochs")):
            warn(Estimators.NOTHING_LEARNED.warning())
        found |= {"updates": max(1, epochs) * UPDATES, "seed": seed}
        if isinstance(self.units, int | np.integer):
            found["units"] = [self.units] * self.layers
        how = self._arguments_of(prepare_training, build_language_network) | found
        training = prepare_training(numbers, len(self.alphabet_), **how)
        self._run(training, epochs, callbacks)
        self.network_, self._made = uncompiled(training.model), None
        return self

    def bits_per_character(self, texts: Iterable[str]) -> float:
        """Return the bits that a perfect code needs per character, by the model's probabilities.

        Rare characters share one symbol; each costs as much as this symbol.

        Parameters
        ----------
        texts : iterable of str
            Texts, each from its beginning.

        Returns
        -------
        float
            Bits per character; lower is better.

        Raises
        ------
        UsageError
            If an item is not a str.
        DataError
            If the texts are empty.
        """
        check_is_fitted(self)
        total, count = 0.0, 0
        for bits in parts_of(self.network_).bits_of(self._numbers(_checked(texts))):
            total, count = total + float(bits.sum(dtype="float64")), count + len(bits)
        if not count:
            raise DataError(TextEstimators.NO_CHARACTER)
        return total / count

    def score(self, texts: Iterable[str], y: Any = None) -> float:
        """Return minus `bits_per_character`, since scikit-learn maximizes scores.

        Parameters
        ----------
        texts : iterable of str
            Texts, each from its beginning.
        y : None
            Ignored; for scikit-learn.

        Returns
        -------
        float
            Minus the bits per character.

        Raises
        ------
        UsageError
            If an item is not a str.
        DataError
            If the texts are empty.
        """
        return -self.bits_per_character(texts)

    def write(
        self,
        start: str = "",
        length: int = 1000,
        temperature: float = 1.0,
        top_p: float = 1.0,
        seed: int = 0,
    ) -> str:
        """Continue a text.

        Parameters
        ----------
        start : str
            Text to continue.
        length : int
            Characters to write.
        temperature : float
            Sampling temperature. Below 1, probable characters become more probable; 0 always takes
            the most probable.
        top_p : float
            Nucleus sampling: only the most probable characters, up to this total probability.
        seed : int
            Random seed.

        Returns
        -------
        str
            The continuation, without `start`.

        Raises
        ------
        UsageError
            If `start` has a character that the model never saw, or a number is out of bounds.
        """
        letters = write(
            self._reading(),
            start=start,
            length=length,
            temperature=temperature,
            top_p=top_p,
            seed=seed,
        )
        return "".join(letters)

    def stream(self) -> "TextStream":
        """Return a new text, to be processed character by character.

        Returns
        -------
        TextStream
            Its `read` takes characters and returns the probabilities (C,) of the next symbol.
            `expected` has them by character, and `reset` begins a new text.
        """
        return TextStream(self._reading())

    def _numbers(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [self.alphabet_.encode_whole(text) for text in texts]

    def _reading(self) -> LanguageReader:
        check_is_fitted(self)
        if self._made is None:
            self._made = LanguageReader(self.network_, self.alphabet_)
        return self._made


class TextStream:
    """A text processed character by character, with the probabilities of the next one after each.

    Attributes
    ----------
    probabilities : array (C,), float32
        Of the next symbol: the end of the text, the rare symbol, then each character of the
        alphabet.

    >>> from glasscell.tasks.language.network import build_language_network
    >>> stream = TextStream(LanguageReader(build_language_network(4, units=3), Alphabet("ab")))
    >>> stream.read("abba").shape, sorted(stream.expected())
    ((4,), ['a', 'b'])
    >>> bool(np.array_equal(stream.probabilities, stream.read("")))
    True
    """

    def __init__(self, reader: LanguageReader):
        self._reader = reader
        self.reset()

    @property
    def alphabet(self) -> Alphabet:
        """The characters with a symbol of their own."""
        return self._reader.alphabet

    def reset(self) -> None:
        """Begin a new text."""
        self._states: Any = None
        self._read(np.array([BOUNDARY]))

    def read(self, characters: str) -> np.ndarray:
        """Process the next characters, one or several; return the probabilities (C,) after."""
        for number in self.alphabet.encode(
            characters
        ):  # one by one: each new length would be compiled again
            self._read(np.array([number]))
        return self.probabilities

    def expected(self, most: int | None = None) -> dict[str, float]:
        """Return the characters' probabilities, highest first; only the first `most`, if given."""
        characters = self.probabilities[RARE + 1 :]
        order = np.argsort(-characters, kind="stable")[:most]
        return {self.alphabet.characters[k]: float(characters[k]) for k in order}

    def _read(self, numbers: np.ndarray) -> None:
        logits, self._states = self._reader.read(numbers[None], self._states)
        self.probabilities = softmax(logits[0, -1])


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise UsageError(TextEstimators.SINGLE_TEXT)
    if not isinstance(texts, Iterable):
        raise UsageError(TextEstimators.NO_LIST, kind=type(texts).__name__)
    texts = list(texts)
    for k, text in enumerate(texts):
        if not isinstance(text, str):
            raise UsageError(TextEstimators.NO_TEXT, n=k, kind=type(text).__name__)
    if not texts:
        raise DataError(TextEstimators.NO_TEXTS)
    return texts
