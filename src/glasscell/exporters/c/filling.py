"""Fill in templates of C, for cells of any variant, with only the code that they need.

H units
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.tables.column_values import MISSING
from glasscell.errors import UsageError
from glasscell.exporters.c.writing import array, commented, quoted, wrapped
from glasscell.exporters.sentences import Exporters
from glasscell.inference.cell import Layer
from glasscell.variants import Variant

TEMPLATES = Path(__file__).with_name("templates")
# Regular-expression replacements: C's call of an activation, with its argument as group 1
ACTIVATIONS = {
    "linear": r"\1",
    "tanh": r"tanhf(\1)",
    "sigmoid": r"sigmoid(\1)",
    "hard_sigmoid": r"hard_sigmoid(\1)",
    "relu": r"relu(\1)",
    "softsign": r"softsign(\1)",
}


def sources(
    kind: str,
    name: str,
    title: str,
    layers: Sequence[Layer],
    conditions: dict[str, bool],
    values: Mapping[str, Any],
    *,
    read_out: str = "linear",
) -> dict[str, str]:
    """Return header, source and program, by file name."""
    variants = {layer.variant for layer in layers}
    if len(variants) > 1:
        raise UsageError(Exporters.SEVERAL_CELLS)
    (variant,) = variants
    conditions = conditions_of(variant, read_out) | conditions
    values = {
        "name": name,
        "title": commented(title),
        "version": metadata.version("glasscell"),
        "missing": ", ".join(map(quoted, MISSING)),
        "id": quoted("id"),
        "time": quoted("time"),
        "label": quoted(""),
        "parts": parts_of(variant),
        "sums": 4 * max(layer.units for layer in layers),
        **values,
    }
    functions = {
        "PHI_IN": ACTIVATIONS[str(variant.input_activation)],
        "SIGMA": ACTIVATIONS[str(variant.gate_activation)],
        "PHI_OUT": ACTIVATIONS[str(variant.output_activation)],
        "PHI_READ_OUT": ACTIVATIONS[read_out],
    }

    def filled(template: str) -> str:
        return fill(template, name, conditions, functions, values)

    values["about"] = wrapped(filled(f"{kind}.txt").removesuffix("\n").split("\n"))
    return {
        f"{name}.h": filled(f"{kind}.h"),
        f"{name}.c": filled(f"{kind}.c"),
        "main.c": filled(f"{kind}_main.c"),
    }


def fill(
    file: str,
    prefix: str,
    conditions: Mapping[str, bool],
    functions: Mapping[str, str],
    values: Mapping[str, Any],
) -> str:
    """Return a template with its included templates, conditions, names and values filled in.

    A line `@other.c@` is replaced by that template.
    """
    text = decide(_with_others(file), conditions)
    for function, call in functions.items():
        text = re.sub(rf"\b{function}\(([^()]*)\)", call, text)
    text = re.sub(r"\bglass(?=_)", prefix, text)
    text = re.sub(r"\bGLASS(?=_)", prefix.upper(), text)
    return re.sub(r"@(\w+)@", lambda found: str(values[found[1]]), text)


def _with_others(file: str) -> str:
    text = (TEMPLATES / file).read_text(encoding="utf-8")
    return re.sub(r"^@(\w+\.c)@\n", lambda found: _with_others(found[1]), text, flags=re.MULTILINE)


def decide(text: str, conditions: Mapping[str, bool]) -> str:
    r"""Return C without the lines that given conditions of `#if NAME`, `#else`, `#endif` exclude.

    All other conditions are left to the compiler.

    >>> print(decide("#if MEAN\nmean\n#else\nlast\n#endif\n#ifdef X\nx\n#endif", {"MEAN": False}))
    last
    #ifdef X
    x
    #endif
    """
    lines: list[str] = []
    open_ones: list[bool | None] = []  # whether the lines are kept; None where the compiler decides
    for line in text.split("\n"):
        word, _, condition = line.partition(" ")
        name = condition.removeprefix("!")
        if word.startswith("#if"):
            is_known = word == "#if" and name in conditions
            open_ones.append(conditions[name] != condition.startswith("!") if is_known else None)
        elif word == "#else" and open_ones[-1] is not None:
            open_ones[-1] = not open_ones[-1]
        is_ours = word.startswith(("#if", "#else", "#endif")) and open_ones[-1] is not None
        if not is_ours and False not in open_ones:
            lines.append(line)
        if word == "#endif":
            open_ones.pop()
    return "\n".join(lines)


def table_of(
    layers: Mapping[str, Layer], beside: Mapping[str, Iterable[int]] | None = None
) -> list[str]:
    """Return constants in C: the weights of layers by layer name, and a table of all layers."""
    constants, rows = [], []
    for name, layer in layers.items():
        weights = {part: v for part, v in layer.weights._asdict().items() if v is not None}
        weights = {"kernel": 0, "recurrent_kernel": 0, "bias": np.zeros(4 * layer.units)} | weights
        names = [f"{name}_{part.upper()}" for part in weights]
        constants += map(array, names, weights.values())
        fields = [len(layer.weights.kernel), layer.units, *names, *(beside or {}).get(name, ())]
        rows.append(f"    {{{', '.join(map(str, fields))}}},\n")
    return [*constants, f"static const layer LAYERS[] = {{\n{''.join(rows)}}};"]


def parts_of(variant: Variant) -> int:
    """Return the number of a cell's state vectors: h, c, and i, f, o with full gate recurrence."""
    return 5 if variant.full_gate_recurrence else 2


def conditions_of(variant: Variant, *others: str) -> dict[str, bool]:
    """Return the conditions in a cell's and its functions' templates; `others` are activations.

    >>> conditions_of(Variant(coupled=True))["FORGET_SUM"]
    False
    """
    used = {*others, variant.input_activation, variant.output_activation}
    if variant.input_gate or variant.output_gate or (variant.forget_gate and not variant.coupled):
        used.add(variant.gate_activation)
    parts = ("peepholes", "input_gate", "forget_gate", "output_gate", "coupled")
    return {
        **{name.upper(): getattr(variant, name) for name in parts},
        "GATE_RECURRENCE": variant.full_gate_recurrence,
        "FORGET_SUM": variant.forget_gate and not variant.coupled,
        **{name.upper(): name in used for name in ("sigmoid", "hard_sigmoid", "relu", "softsign")},
    }


def write_sources(path: Path, files: Mapping[str, str]) -> None:
    """Write texts, by file name, into a new folder."""
    path.mkdir()
    for file, text in files.items():
        (path / file).write_text(text, encoding="utf-8", newline="\n")
