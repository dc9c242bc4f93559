"""A language model as C: a header, a source, and a program that prints bits or generates text.

N texts · T symbols of a text · C symbols of the alphabet · H units
"""

from pathlib import Path

import keras
import numpy as np

from glasscell.data.texts.alphabet import SHOWN_RARE, Alphabet
from glasscell.exporters.c.compiler import ask
from glasscell.exporters.c.filling import parts_of, sources, table_of, write_sources
from glasscell.exporters.c.writing import PER_LINE, array, identifier
from glasscell.tasks.language.numpy_model import LanguageModel, plain_language_model


def write(
    network: keras.Model, alphabet: Alphabet, path: Path, *, symbols: str = "characters"
) -> None:
    """Write a language model as a folder of C."""
    plain = plain_language_model(network, alphabet)
    write_sources(
        path,
        language_sources(plain, identifier(path.name), path.name, reads_bytes=symbols == "bytes"),
    )


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return probabilities (N, T, C) of the next symbol for texts (N, T), by C code in a folder."""
    asked = " ".join(str(symbol) for one in text for symbol in (-1, *one.tolist()))
    return ask(path, "language_asked.c", asked).astype("float32").reshape(*text.shape, -1)


def language_sources(
    model: LanguageModel, name: str, title: str, *, reads_bytes: bool = False
) -> dict[str, str]:
    """Return the contents of a language model's files by name.

    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.network import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=3), Alphabet("ab"))
    >>> sorted(language_sources(model, "one", "one"))
    ['main.c', 'one.c', 'one.h']
    """
    sizes, parts = ", ".join(map(str, model.sizes)), parts_of(model.layers[0].variant)
    values = {
        "symbols": len(model.alphabet),
        "known": len(model.alphabet) - 2,
        "embedding": model.table.shape[1],
        "state": parts * sum(model.sizes),
        "width": model.sizes[-1],
        "made_of": f"of {sizes} units"
        if len(model.layers) == 1
        else f"with layers of {sizes} units",
        "data": _data(model, name),
        "one": "byte" if reads_bytes else "character",
        "in_bytes": "byte by byte" if reads_bytes else "in UTF-8",
        "a_code_point": "a byte" if reads_bytes else "a character, given its code point (UTF-32)",
    }
    conditions = {"ONE_WAY": True, "SOFTMAX": True, "BYTES": reads_bytes}
    return sources("language", name, title, model.layers, conditions, values)


def _data(model: LanguageModel, name: str) -> str:
    codes = [0, ord(SHOWN_RARE), *map(ord, model.alphabet.characters)]
    rows = (
        ", ".join(f"0x{code:x}u" for code in codes[k : k + PER_LINE])
        for k in range(0, len(codes), PER_LINE)
    )
    table = "".join(f"    {row},\n" for row in rows)
    parts = [
        f"const uint32_t {name}_code_points[{len(codes)}] = {{\n{table}}};",
        array("EMBEDDING", model.table),
    ]
    parts += table_of({f"LAYER_{k}": layer for k, layer in enumerate(model.layers, 1)})
    parts.append(f"enum {{ LAYER_COUNT = {len(model.layers)} }};")
    parts += [
        array(f"READ_OUT_{part}", v)
        for part, v in zip(("KERNEL", "BIAS"), model.read_out, strict=True)
    ]
    return "\n\n".join(parts)
