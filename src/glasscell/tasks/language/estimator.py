"""`LSTMLanguageModel`: what comes next in a text.

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
from glasscell.tasks.language.network import LanguageReader, build_language_network, parts_of, prepare_training
from glasscell.tasks.language.sentences import TextEstimators
from glasscell.tasks.language.settings import TEXT, UPDATES, TextSettings, sizes_for
from glasscell.tasks.language.writing import write
from glasscell.variants import Variant


class LSTMLanguageModel(Estimator):
    """An LSTM that reads texts character by character, knows what to expect next, and writes.

    Parameters
    ----------
    units : int or sequence of int
        H of each LSTM, the first reads the embedding.
    layers : int
        How many LSTMs of `units` stand on each other, where that is one number.
    embedding : int
        Numbers that each character is read as.
    dropout : float
        Share of each LSTM's h that is left out at random while training.
    variant : Variant or str, optional
        As in `glasscell.LSTM`.
    rare : int or "auto"
        Characters that stand less often than this are one symbol together; by default less than once in 200,000, or
        once alone.
    streams : int or "auto"
        Places of the texts that are read side by side, each on from where it was before; by default 32, or fewer of
        short texts.
    piece : int
        Characters of each stream that are read for one update of the weights; fewer if the texts are shorter.
    learning_rate : float
        Of Muon, or of Adam for a text of less than a million symbols; it falls in a straight line to 0 over the second
        half.
    epochs : int or "auto"
        Of 100 updates each; by default as many as go through the texts twelve times, 4 to 140.
    clip_norm : float or None
        The largest norm of the gradient.
    random_state : int, RandomState or None
    verbose : int
        1 writes a line for each epoch to stderr.
    engine : str
        As in `glasscell.LSTM`.

    Attributes
    ----------
    alphabet_ : Alphabet
        The characters that have a number of their own.
    network_ : keras.Model
        Takes numbers of characters, int (N, T), and answers logits (N, T, C) of the next.
    history_ : dict
        `loss`, the bits for each character in training, of each epoch.

    Examples
    --------
    >>> texts = ["the cat sat on the mat. " * 9, "the mat sat on the cat. " * 9]
    >>> model = LSTMLanguageModel(16, embedding=8, epochs=1, piece=20, learning_rate=0.02, random_state=0).fit(texts)
    >>> model.bits_per_character(["the cat sat on the cat. "]) < 2
    True
    >>> len(model.write("the ", length=20))
    20
    >>> list(model.stream().read("the ca"))[1:] == list(model.stream().read("the ca"))[1:]
    True
    """

    task = TextSettings.task
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

    def fit(self, texts: Iterable[str], y: Any = None, *, callbacks: Iterable[keras.callbacks.Callback] = ()):
        """Train on texts; each begins anew, and ends before the next.

        Parameters
        ----------
        texts : iterable of str
        y
            Not used: there for scikit-learn.
        callbacks : iterable of keras.callbacks.Callback, optional
            Called at the end of each epoch.

        Returns
        -------
        The estimator itself.

        Raises
        ------
        UsageError
            If a parameter is out of bounds, or the texts are not texts.
        DataError
            If they are too short for a piece of each stream, or have fewer than two different characters.
        TrainingFailed
            If the loss stops being finite.
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
        """Return the bits that a perfect code would need for each character of texts, by what is expected before it.

        Each text is read from its beginning. A character without a number of its own costs what all of these cost
        together.

        Raises
        ------
        UsageError
            If they are not texts.
        DataError
            If they have no character.
        """
        check_is_fitted(self)
        total, count = 0.0, 0
        for bits in parts_of(self.network_).bits_of(self._numbers(_checked(texts))):
            total, count = total + float(bits.sum(dtype="float64")), count + len(bits)
        if not count:
            raise DataError(TextEstimators.NO_CHARACTER)
        return total / count

    def score(self, texts: Iterable[str], y: Any = None) -> float:
        """Return minus `bits_per_character`: higher is better, as scikit-learn has scores. `y` is not used."""
        return -self.bits_per_character(texts)

    def write(
        self, start: str = "", length: int = 1000, temperature: float = 1.0, top_p: float = 1.0, seed: int = 0
    ) -> str:
        """Return what the model writes after a start, which is not given again.

        Parameters
        ----------
        start : str
            What stands before.
        length : int
            Characters to write.
        temperature : float
            Below 1, likely characters become likelier; 0 takes the likeliest.
        top_p : float
            Of the likeliest characters, those that have this much probability together are left to draw from.
        seed : int
            Decides what is drawn.

        Raises
        ------
        UsageError
            If the start has a character that the model never saw, or a number is out of bounds.
        """
        letters = write(self._reading(), start=start, length=length, temperature=temperature, top_p=top_p, seed=seed)
        return "".join(letters)

    def stream(self) -> "TextStream":
        """Return a text to be read character by character: see `TextStream`."""
        return TextStream(self._reading())

    def _numbers(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [self.alphabet_.encode_whole(text) for text in texts]

    def _reading(self) -> LanguageReader:
        check_is_fitted(self)
        if self._made is None:
            self._made = LanguageReader(self.network_, self.alphabet_)
        return self._made


class TextStream:
    """A text that is read character by character; after each it is known how likely every next one is.

    Parameters
    ----------
    reader : LanguageReader

    Attributes
    ----------
    probabilities : array (C,), float32
        Of what comes next: of the end of the text first, then of any character without a number of its own, then of
        each of the alphabet's characters.

    Examples
    --------
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
        """The characters that have a number of their own."""
        return self._reader.alphabet

    def reset(self) -> None:
        """Begin a new text."""
        self._states: Any = None
        self._read(np.array([BOUNDARY]))

    def read(self, characters: str) -> np.ndarray:
        """Read on, one character or several, and return the probabilities (C,) of the next."""
        for number in self.alphabet.encode(characters):  # one by one: every other length would be compiled anew
            self._read(np.array([number]))
        return self.probabilities

    def expected(self, most: int | None = None) -> dict[str, float]:
        """Return the probabilities of the alphabet's characters, the likeliest first; of `most` of them, if given."""
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
