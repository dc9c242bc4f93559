"""Templates of C, filled in: conditions that are known are decided, names begin with the network's."""

import re
from collections.abc import Mapping
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")


def fill(
    file: str,
    prefix: str,
    conditions: Mapping[str, bool],
    functions: Mapping[str, str],
    values: Mapping[str, str],
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
    open_ones: list[tuple[bool, bool]] = []  # whether it is ours to decide, and whether its lines stay
    for line in text.split("\n"):
        word, _, condition = line.partition(" ")
        is_ours = False
        if word in ("#if", "#ifdef", "#ifndef"):
            name = condition.removeprefix("!")
            is_ours = word == "#if" and name in conditions
            open_ones.append((is_ours, not is_ours or conditions[name] != condition.startswith("!")))
        elif word == "#else":
            is_ours, stays = open_ones[-1]
            open_ones[-1] = (is_ours, not is_ours or not stays)
        elif word == "#endif":
            is_ours, _ = open_ones.pop()
        if not is_ours and all(stays for _, stays in open_ones):
            lines.append(line)
    return "\n".join(lines)
