"""C99 written: Python's values as literals, names and comments; templates, and how cells of a variant fill them in.

H units
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from glasscell.errors import UsageError
from glasscell.interop.plain.cell import Layer
from glasscell.interop.sentences import Interop
from glasscell.variants import Variant

# Names that would hide a header of C's, or the program's own file
TAKEN = re.compile(
    "main|assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdarg|stdbool|stddef|"
    "stdint|stdio|stdlib|string|tgmath|time|wchar|wctype",
    re.IGNORECASE,
)
PER_LINE = 8
COLUMNS = 116
TEMPLATES = Path(__file__).with_name("templates")
# What C calls the activations, of what stands in the brackets
ACTIVATIONS = {
    "linear": r"\1",
    "tanh": r"tanhf(\1)",
    "sigmoid": r"sigmoid(\1)",
    "hard_sigmoid": r"hard_sigmoid(\1)",
    "relu": r"relu(\1)",
    "softsign": r"softsign(\1)",
}


def identifier(text: str) -> str:
    """Return a text as a name that C can have, for files and as the beginning of other names.

    >>> identifier("walks-c"), identifier("3 Größen"), identifier("math"), identifier("…")
    ('walks_c', 'network_3_Groen', 'network_math', 'network')
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", ascii_only, flags=re.ASCII).strip("_")
    if not name:
        return "network"
    return f"network_{name}" if name[0].isdigit() or TAKEN.fullmatch(name) else name


def quoted(text: str) -> str:
    r"""Return a text as a literal: bytes of UTF-8 as octal numbers, and no question mark that could begin a trigraph.

    Raises
    ------
    UsageError
        If C cannot say it: it has a zero byte, or more than the 4,095 bytes that a compiler must take.

    Examples
    --------
    >>> print(quoted('"ja"'), quoted("ü\n"), quoted("??/"))
    "\"ja\"" "\303\274\012" "\?\?/"
    """
    content = text.encode("utf-8", "replace")
    if 0 in content or len(content) > 4095:
        raise UsageError(Interop.NO_LITERAL, text=text[:40])
    letters = {ord(letter): f"\\{letter}" for letter in '"\\?'}
    return '"' + "".join(letters.get(b, chr(b) if 32 <= b < 127 else f"\\{b:03o}") for b in content) + '"'


def commented(text: str) -> str:
    r"""Return a text as it may stand in a comment: nothing in it ends, begins or hides one, or is a trigraph.

    >>> commented("a */ b"), commented("one\ntwo"), commented("ü???")
    ('a * / b', 'one two', 'ü? ? ?')
    """
    shown = "".join(letter if letter.isprintable() and letter != "\\" else " " for letter in text)
    return re.sub(r"\?(?=\?)|\*(?=/)|/(?=\*)", r"\g<0> ", shown)


def wrapped(lines: Iterable[str]) -> str:
    r"""Return what stands in a comment below its first line: lines that are indented as they are, others wrapped.

    >>> wrapped(["It reads:", "    x"])
    '   It reads:\n       x'
    """
    parts = (part for line in lines for part in (textwrap.wrap(line, COLUMNS) if line[:1].strip() else [line]))
    return "\n".join(f"   {part}".rstrip() for part in parts)


def number(value: float) -> str:
    """Return a float32 as a literal of nine digits, which C reads as the same float32 again.

    >>> number(np.float32(0.1)), number(1.0), number(np.nan)
    ('0.100000001f', '1.0f', 'NAN')
    """
    if np.isnan(value):
        return "NAN"
    if np.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    digits = f"{float(np.float32(value)):.9g}"
    return digits + ("f" if {".", "e"} & set(digits) else ".0f")


def double(value: float) -> str:
    """Return a float64 as a literal.

    >>> double(1e9), double(np.nan)
    ('1000000000.0', 'NAN')
    """
    return repr(float(value)) if np.isfinite(value) else number(value)


def array(name: str, values: Iterable[float], form=number, kind: str = "float") -> str:
    """Return a constant array, its numbers in rows.

    >>> print(array("MEAN", [1, 2.5]))
    static const float MEAN[2] = {
        1.0f, 2.5f,
    };
    """
    numbers = [form(v) for v in np.ravel(np.asarray(values, "float64"))]
    rows = [", ".join(numbers[k : k + PER_LINE]) for k in range(0, len(numbers), PER_LINE)]
    body = "".join(f"    {row},\n" for row in rows)
    return f"static const {kind} {name}[{len(numbers)}] = {{\n{body}}};"


def texts(name: str, values: Iterable[str]) -> str:
    """Return a constant array of texts.

    >>> print(texts("NAMES", ["a"]))
    const char *const NAMES[] = {
        "a",
    };
    <BLANKLINE>
    """
    rows = "".join(f"    {quoted(one)},\n" for one in values)
    return f"const char *const {name}[] = {{\n{rows}}};\n"


def fill(
    file: str, prefix: str, conditions: Mapping[str, bool], functions: Mapping[str, str], values: Mapping[str, str]
) -> str:
    """Return a template with its conditions decided, its names after `prefix`, and its values in.

    Parameters
    ----------
    file : str
        Its name in the folder of templates.
    prefix : str
        What stands for `glass`, and in capitals for `GLASS`.
    conditions : mapping of str to bool
        For lines `#if NAME` and `#if !NAME`.
    functions : mapping of str to str
        What a call such as `PHI_IN(x)` becomes, with what stands in its brackets as group 1.
    values : mapping of str to str
        For `@name@`; what is put in is not filled in again.
    """
    text = decide((TEMPLATES / file).read_text(encoding="utf-8"), conditions)
    for function, call in functions.items():
        text = re.sub(rf"\b{function}\(([^()]*)\)", call, text)
    text = re.sub(r"\bglass(?=_)", prefix, text)
    text = re.sub(r"\bGLASS(?=_)", prefix.upper(), text)
    return re.sub(r"@(\w+)@", lambda found: values[found[1]], text)


def write_sources(path: Path, files: Mapping[str, str]) -> None:
    """Write what files hold, by their names, into a new folder."""
    path.mkdir()
    for file, text in files.items():
        (path / file).write_text(text, encoding="utf-8", newline="\n")


def decide(text: str, conditions: Mapping[str, bool]) -> str:
    r"""Return C without the lines between `#if NAME`, `#else` and `#endif` that a condition leaves out.

    Conditions that are not among those given are left to the compiler.

    Examples
    --------
    >>> print(decide("#if MEAN\nmean\n#else\nlast\n#endif\n#ifdef X\nx\n#endif", {"MEAN": False}))
    last
    #ifdef X
    x
    #endif
    """
    lines: list[str] = []
    open_ones: list[bool | None] = []  # whether its lines stay; None where the compiler decides
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


def weights_of(layer: Layer) -> dict[str, np.ndarray]:
    """Return a layer's weights by name, a bias of zeros where it has none."""
    weights = {part: v for part, v in layer.weights._asdict().items() if v is not None}
    return {"kernel": 0, "recurrent_kernel": 0, "bias": np.zeros(4 * layer.units)} | weights


def variant_of(layers: Sequence[Layer]) -> Variant:
    """Return what all cells are made of.

    Raises
    ------
    UsageError
        If they differ.
    """
    variants = {layer.variant for layer in layers}
    if len(variants) > 1:
        raise UsageError(Interop.SEVERAL_CELLS)
    return variants.pop()


def functions_of(variant: Variant) -> dict[str, str]:
    r"""Return what calls in the template of a cell become.

    >>> functions_of(Variant())["SIGMA"]
    'sigmoid(\\1)'
    """
    return {
        "PHI_IN": ACTIVATIONS[str(variant.input_activation)],
        "SIGMA": ACTIVATIONS[str(variant.gate_activation)],
        "PHI_OUT": ACTIVATIONS[str(variant.output_activation)],
    }


def conditions_of(variant: Variant, *others: str) -> dict[str, bool]:
    """Return the conditions in the templates of a cell and its functions; `others` are activations used besides.

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
