"""A network that labels every step leaves: written beside its place, asked the same as the network, then put there.

N series · T time steps · D channels · C classes
"""

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.errors import DataError, UsageError
from glasscell.interop.agreement import TOLERANCE, Agreement
from glasscell.interop.export import Exported, check_free, put
from glasscell.interop.formats import FORMATS, find_format
from glasscell.interop.samples import made_series
from glasscell.interop.sentences import Interop
from glasscell.interop.tag_sentences import TagExports
from glasscell.networks.meaning import Meaning
from glasscell.system.files import storage_trouble, to_json
from glasscell.training.prediction import predict

SERIES, EXAMPLES = 16, 2  # that are made to compare with; of them, those that the side file shows


def export_tagger(
    network: keras.Model,
    meaning: Meaning,
    path: Path,
    *,
    to: str | None = None,
    overwrite: bool = False,
    streaming: bool = False,
    **options: Any,
) -> Exported:
    """Write a network that labels every step as ONNX, ask both the same, and return how far they are apart.

    Parameters
    ----------
    network : keras.Model
        Of `networks.tagger.build_tagging_network`.
    meaning : Meaning
    path : Path
        Where it goes; beside it, `path`.json says what goes in and what comes out.
    to : str, optional
        By default the path's ending says it.
    overwrite : bool
        Whether what is there may be replaced.
    streaming : bool
        Whether the file reads one step at a time, its states in and out.
    **options
        There are no others.

    Raises
    ------
    UsageError
        If it is another format or option, the path is taken, or a network of two directions is to be streamed.
    DataError
        If the export answers otherwise than the network: then nothing is left.
    StorageError
        If it cannot be written.

    Examples
    --------
    >>> from glasscell.networks.tagger import build_tagging_network
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     meaning = Meaning(("x", "y"), ("rest", "walk"))
    ...     exported = export_tagger(build_tagging_network(2, 2, units=3), meaning, Path(folder) / "model.onnx")
    >>> exported.agreement.difference < 1e-5
    True
    """
    name = find_format(to, path)
    if name != "onnx":
        raise UsageError(TagExports.NOT_AS, format=name)
    if options:
        raise UsageError(TagExports.NO_OPTION, option=sorted(options)[0])
    check_free(path, overwrite=overwrite)
    form, about = FORMATS[name], path.with_name(f"{path.name}.json")
    form.load()
    writing = import_module("glasscell.interop.onnx.step_labels")
    x = made_series(network, meaning, SERIES)
    real = np.arange(x.shape[1]) < lengths_of(x)[:, None]
    with (
        storage_trouble(path, Interop.EXPORT_AGAIN()),
        tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder,
    ):
        part = Path(folder) / path.name
        writing.write(network, meaning, part, streaming=streaming)
        wanted, agreement = predict(network, meaning.centred(x)), None
        if form.has_runtime():
            found = writing.answer_with_runtime(part, x, meaning, streaming=streaming)
            same = found.argmax(-1)[real] == wanted.argmax(-1)[real]
            difference = float(np.abs(found - wanted)[real].max())
            agreement = Agreement(SERIES, difference, float(same.mean()))
            if not difference <= TOLERANCE:
                found = {"difference": difference, "runtime": form.say_runtime()}
                raise DataError(Interop.DIFFERS, **found, allowed=TOLERANCE)
        described = {
            "format": name,
            "reads": "a step (N, D), with states" if streaming else "series (N, T, D), padded with NaN",
            "answers": "probabilities and label of each step",
            **meaning.to_dict(),
            "examples": [
                {"series": v[:n].tolist(), "probabilities": shares[:n].tolist()}
                for v, n, shares in zip(x[1 : 1 + EXAMPLES], lengths_of(x)[1 : 1 + EXAMPLES], wanted[1:], strict=False)
            ],
            "checked": None if agreement is None else {"with": form.say_runtime(), **vars(agreement)},
        }
        (Path(folder) / about.name).write_text(to_json(_without_nan(described)), encoding="utf-8")
        for file in (path, about):
            put(Path(folder) / file.name, file)
    return Exported(path, about, name, form.say_runtime(), agreement)


def _without_nan(value: object) -> object:
    """Return what JSON can hold: null where nothing was measured."""
    if isinstance(value, dict):
        return {name: _without_nan(v) for name, v in value.items()}
    if isinstance(value, list):
        return [_without_nan(v) for v in value]
    return None if isinstance(value, float) and np.isnan(value) else value
