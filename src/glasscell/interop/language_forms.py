"""The formats a language model can leave in."""

from dataclasses import replace
from typing import Any

from glasscell.errors import UsageError
from glasscell.interop.formats import FORMATS, Format
from glasscell.interop.language_sentences import LanguageExports

# Modules with `write(leaving, path, **options)`, and `answer_with_runtime(path, text)`, which asks what was written how
# likely each symbol is after each of a text (N, T): (N, T, C).
LANGUAGE_FORMATS: dict[str, Format] = {
    "c": replace(FORMATS["c"], module="glasscell.interop.c.language_sources"),
    "keras": replace(FORMATS["keras"], module="glasscell.interop.plain_keras_language"),
    "npz": replace(FORMATS["npz"], module="glasscell.interop.language_arrays"),
    "onnx": replace(FORMATS["onnx"], module="glasscell.interop.onnx.language_graph", options=frozenset()),
}


def language_format(name: str) -> Format:
    """Return a format that a language model can leave in.

    Raises
    ------
    UsageError
        If it cannot.

    Examples
    --------
    >>> language_format("litert")
    Traceback (most recent call last):
    glasscell.errors.UsageError: a language model cannot be exported to litert: expected one of c, keras, npz, onnx
    """
    if name not in LANGUAGE_FORMATS:
        raise UsageError(LanguageExports.NOT_AS, format=name, formats=sorted(LANGUAGE_FORMATS))
    return LANGUAGE_FORMATS[name]


def check_language_options(name: str, options: dict[str, Any]) -> None:
    """Raise UsageError for an option that a format does not have for language models.

    >>> check_language_options("onnx", {"streaming": True})
    Traceback (most recent call last):
    glasscell.errors.UsageError: onnx has no option 'streaming' for a language model: it always has states in and out
    """
    for option in options:
        if option not in language_format(name).options:
            code = LanguageExports.STATES_ANYWAY if option == "streaming" else LanguageExports.NO_OPTION
            raise UsageError(code, format=name, option=option)
