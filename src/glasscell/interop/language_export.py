"""A language model leaves: written beside its place, asked the same as the network, then put there.

N texts · T symbols of a text · C symbols of the alphabet
"""

import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from glasscell.errors import DataError
from glasscell.interop.agreement import TIMES_SENSITIVE, TOLERANCE, Agreement
from glasscell.interop.export import EXAMPLES, Exported, check_free, put
from glasscell.interop.formats import Format, find_format
from glasscell.interop.language_arrays import plain_language_model
from glasscell.interop.language_forms import check_language_options, language_format
from glasscell.interop.leaving import Leaving
from glasscell.interop.sentences import Interop
from glasscell.networks.language_reader import LanguageReader
from glasscell.networks.writing import write as write_text
from glasscell.system.files import storage_trouble, to_json

WRITTEN, RANDOM, LENGTH = 4, 4, 60  # texts to ask: that it writes itself, and of any symbols; symbols of each
SHOWN = 12  # symbols of an example


def export_language_model(
    leaving: Leaving, path: Path, *, to: str | None = None, overwrite: bool = False, **options: Any
) -> Exported:
    """Write a language model in another format, ask both the same, and return how far their answers are apart.

    Parameters
    ----------
    leaving : Leaving
    path : Path
        Where it goes: a file, or a folder for formats that are one. Beside it, `path`.json has the alphabet, how to
        begin, and three examples.
    to : str, optional
        The format; by default the path's ending says it.
    overwrite : bool
        Whether what is there may be replaced.
    **options
        Of the format.

    Raises
    ------
    UsageError
        If a language model cannot leave so, an option is not known, or the path is taken.
    DataError
        If the export answers otherwise than the network: then nothing is left.
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.networks.language import build_language_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     leaving = Leaving(build_language_network(4, units=3), Alphabet("ab"))
    ...     exported = export_language_model(leaving, Path(folder) / "model.npz")
    ...     sorted(file.name for file in Path(folder).iterdir()), exported.agreement.difference < 1e-5
    (['model.npz', 'model.npz.json'], True)
    """
    name = find_format(to, path)
    form = language_format(name)
    check_language_options(name, options)
    check_free(path, overwrite=overwrite)
    about = path.with_name(f"{path.name}.json")
    module = form.load()
    text = made_text(leaving)
    with (
        storage_trouble(path, Interop.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part = Path(folder) / path.name
        module.write(leaving, part, **options)
        wanted = answers_of(leaving, text)
        agreement = None
        if form.has_runtime():
            agreement = Agreement(len(text), _difference(module.answer_with_runtime(part, text), wanted), None)
            _check(agreement, leaving, text, wanted, form)
        described = _describe(name, form, leaving, options, text, agreement)
        (Path(folder) / about.name).write_text(to_json(described), encoding="utf-8")
        for file in (path, about):
            put(Path(folder) / file.name, file)
    return Exported(path, about, name, form.say_runtime(), agreement, asked="texts")


def made_text(leaving: Leaving, *, seed: int = 0) -> np.ndarray:
    """Return texts to ask, (N, T), the boundary first: some that the model writes itself, some of any symbols.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.networks.language import build_language_network
    >>> made_text(Leaving(build_language_network(4, units=3), Alphabet("ab"))).shape
    (8, 60)
    """
    plain = plain_language_model(leaving.network, leaving.alphabet)
    texts = np.random.default_rng(seed).integers(0, len(leaving.alphabet), (WRITTEN + RANDOM, LENGTH))
    texts[:, 0] = 0
    for k in range(WRITTEN):
        texts[k, 1:] = leaving.alphabet.encode("".join(write_text(plain, length=LENGTH - 1, seed=seed + k)))
    return texts


def answers_of(leaving: Leaving, text: np.ndarray) -> np.ndarray:
    """Return how likely the network says each symbol is after each of a text (N, T): (N, T, C)."""
    return softmax(LanguageReader(leaving.network, leaving.alphabet).read(text)[0], -1)


def _difference(found: np.ndarray, wanted: np.ndarray) -> float:
    difference = np.abs(found.astype("float64") - wanted)
    return float(difference.max()) if np.isfinite(difference).all() else float("inf")


def _check(agreement: Agreement, leaving: Leaving, text: np.ndarray, wanted: np.ndarray, form: Format) -> None:
    if agreement.difference <= TOLERANCE:
        return
    # a network that makes much of little does so between the kernel and NumPy, too
    plain = plain_language_model(leaving.network, leaving.alphabet)
    sensitivity = _difference(softmax(plain.read(text)[0], -1), wanted)
    allowed = max(TOLERANCE, TIMES_SENSITIVE * sensitivity)
    if not agreement.difference <= allowed:
        found = {"difference": agreement.difference, "runtime": form.say_runtime()}
        raise DataError(Interop.DIFFERS, **found, allowed=allowed)


def _describe(
    name: str, form: Format, leaving: Leaving, options: dict[str, Any], text: np.ndarray, agreement: Agreement | None
) -> dict[str, Any]:
    """Return what the side file says."""
    examples = text[:EXAMPLES, :SHOWN]
    answers = answers_of(leaving, examples)[:, -1]
    return {
        "format": name,
        "options": options,
        "versions": {package: metadata.version(package) for package in ("glasscell", "keras")},
        "input": {"reads": "text", "symbols": leaving.symbols},
        "alphabet": {
            "characters": leaving.alphabet.characters,
            "first": 2,
            "boundary": 0,
            "any_other": 1,
            "in_words": "character k of characters, counted from 0, is symbol k + 2; symbol 0 stands before each text "
            "and between texts, 1 for any other character"
            + ("; a byte is the character of its number" if leaving.reads_bytes else ""),
        },
        "begin": "with all states zero, and symbol 0 before the text's first; then states go on from symbol to symbol",
        "output": "after each symbol, the probability of each of the symbols to come next",
        "checked": None
        if agreement is None
        else {"with": form.say_runtime(), "texts": agreement.n, "largest_difference": agreement.difference},
        "examples": [
            {"text": leaving.alphabet.decode(one), "symbols": one.tolist(), "probabilities_after": answer.tolist()}
            for one, answer in zip(examples, answers, strict=True)
        ],
    }
