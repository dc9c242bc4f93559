"""A language model as C: a header, a source, and a program that measures bits for each character, or writes.

N texts · T symbols of a text · C symbols of the alphabet · H units
"""

import tempfile
import textwrap
from importlib import metadata
from pathlib import Path

import keras
import numpy as np

from glasscell.data.texts.alphabet import SHOWN_RARE, Alphabet
from glasscell.interop.c.compiler import compile_program, name_of, run
from glasscell.interop.c.writing import (
    COLUMNS,
    PER_LINE,
    array,
    commented,
    conditions_of,
    fill,
    functions_of,
    identifier,
    variant_of,
    weights_of,
    write_sources,
)
from glasscell.tasks.language.plain import LanguageModel, plain_language_model


def write(network: keras.Model, alphabet: Alphabet, path: Path, *, symbols: str = "characters") -> None:
    """Write a language model as a folder of C.

    Raises
    ------
    UsageError
        If the network is no language model, or has what C's side does not know.
    """
    plain = plain_language_model(network, alphabet)
    write_sources(path, language_sources(plain, identifier(path.name), path.name, reads_bytes=symbols == "bytes"))


def answer_with_runtime(path: Path, text: np.ndarray) -> np.ndarray:
    """Return how likely what is in a folder says each symbol is after each of a text (N, T): (N, T, C)."""
    with tempfile.TemporaryDirectory() as folder:
        asked, program = Path(folder) / "asked.c", Path(folder) / "program"
        asked.write_text(fill("language_asked.c", name_of(path), {}, {}, {"name": name_of(path)}))
        compile_program(path, program, main=asked)
        printed = run(program, " ".join(str(symbol) for one in text for symbol in (-1, *one.tolist())))
    return np.array(printed.split(), "float32").reshape(*text.shape, -1)


def language_sources(model: LanguageModel, name: str, title: str, *, reads_bytes: bool = False) -> dict[str, str]:
    """Return what the files of a language model hold, by their names.

    Parameters
    ----------
    model : LanguageModel
    name : str
        What all names begin with that others see; an identifier.
    title : str
        What the model is called in comments.
    reads_bytes : bool
        Whether its symbols are bytes.

    Raises
    ------
    UsageError
        If cells of layers differ.

    Examples
    --------
    >>> from glasscell.data.texts.alphabet import Alphabet
    >>> from glasscell.tasks.language.network import build_language_network
    >>> model = plain_language_model(build_language_network(4, units=3), Alphabet("ab"))
    >>> sorted(language_sources(model, "one", "one"))
    ['main.c', 'one.c', 'one.h']
    """
    layers = list(model.layers)
    variant = variant_of(layers)
    conditions = {"ONE_WAY": True, "BYTES": reads_bytes} | conditions_of(variant)
    parts = 5 if variant.full_gate_recurrence else 2
    sizes = {
        "symbols": len(model.alphabet),
        "embedding": model.table.shape[1],
        "parts": parts,
        "state": parts * sum(model.sizes),
        "sums": 4 * max(model.sizes),
        "width": model.sizes[-1],
    }
    values = {size: str(number) for size, number in sizes.items()} | {
        "name": name,
        "title": commented(title),
        "about": "\n".join(f"   {line}".rstrip() for line in _lines(model, name, title, reads_bytes)),
        "data": _data(model, name),
        "a_symbol": "byte" if reads_bytes else "character",
        "in_bytes": "byte by byte" if reads_bytes else "in UTF-8",
        "a_code_point": "a byte" if reads_bytes else "a character, given its code point (UTF-32)",
    }
    functions = functions_of(variant)

    def filled(file: str) -> str:
        return fill(file, name, conditions, functions, values)

    values |= {part: filled(f"{part}.c") for part in ("layer", "functions", "cell")}
    return {f"{name}.h": filled("language.h"), f"{name}.c": filled("language.c"), "main.c": filled("language_main.c")}


def _data(model: LanguageModel, name: str) -> str:
    codes = [0, ord(SHOWN_RARE), *map(ord, model.alphabet.characters)]
    rows = (", ".join(f"0x{code:x}u" for code in codes[k : k + PER_LINE]) for k in range(0, len(codes), PER_LINE))
    table = "".join(f"    {row},\n" for row in rows)
    parts = [f"const uint32_t {name}_code_points[{len(codes)}] = {{\n{table}}};", array("EMBEDDING", model.table)]
    entries = []
    for k, layer in enumerate(model.layers, 1):
        weights = {f"LAYER_{k}_{part.upper()}": v for part, v in weights_of(layer).items()}
        parts += [array(array_name, v) for array_name, v in weights.items()]
        entries.append(f"    {{{', '.join([str(len(layer.weights.kernel)), str(layer.units), *weights])}}},\n")
    parts.append(f"static const layer LAYERS[] = {{\n{''.join(entries)}}};")
    parts.append(f"enum {{ LAYER_COUNT = {len(entries)} }};")
    parts += [array(f"READ_OUT_{part}", v) for part, v in zip(("KERNEL", "BIAS"), model.read_out, strict=True)]
    return "\n\n".join(parts)


def _lines(model: LanguageModel, name: str, title: str, reads_bytes: bool) -> list[str]:
    capitals, sizes = name.upper(), ", ".join(map(str, model.sizes))
    made_of = f"of {sizes} units" if len(model.layers) == 1 else f"with layers of {sizes} units"
    one, many = ("byte", "bytes") if reads_bytes else ("character", "characters")
    lines = [
        f"{commented(title)}: a language model, an LSTM {made_of}, as C99.",
        f"Written by glasscell {metadata.version('glasscell')}. It needs no library but the standard one, allocates "
        "nothing, and keeps nothing between calls but what is in a state.",
        "",
        f"It reads a text {one} by {one} and says after each how likely every next one is. Of {many} it knows "
        f"{len(model.alphabet) - 2}; all others are one symbol together.",
        "",
        f'    #include "{name}.h"',
        "",
        f"    static {name}_state state;",
        f"    float probabilities[{capitals}_SYMBOLS];",
        f"    {name}_reset(&state);",
        f"    {name}_read(&state, {capitals}_BOUNDARY, probabilities);",
        f"    for (;;) {name}_read(&state, {name}_symbol(next_{one}()), probabilities);",
        "",
        "Compile with these, the second of which measures a text or writes one:",
        "",
        f"    cc -std=c99 -O3 -c {name}.c",
        f"    cc -std=c99 -O3 -o {name} {name}.c main.c -lm",
    ]
    return [part for line in lines for part in (textwrap.wrap(line, COLUMNS) if line[:1].strip() else [line])]
