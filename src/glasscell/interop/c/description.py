"""What a header's first comment says of a network, and the names in its source."""

import textwrap
from importlib import metadata

from glasscell.interop.c.literals import commented, quoted
from glasscell.interop.plain.network import Network

COLUMNS = 116


def describe(network: Network, name: str, title: str, steps: int | None) -> dict[str, str]:
    """Return the texts in a network's files that are about it.

    Parameters
    ----------
    network : Network
    name : str
        What its names begin with.
    title : str
    steps : int, optional
        How many every series has.
    """
    meaning = network.meaning
    prior = "the shares of the labels in training" if meaning.labels is not None else "the mean in training"
    prior = "NaN" if meaning.prior is None else prior
    return {
        "title": commented(title),
        "about": "\n".join(f"   {line}".rstrip() for line in _lines(network, name, title, steps)),
        "prior_is": prior,
        "the_step": "the mean of what was measured in these steps" if network.stride > 1 else "a step",
        "names": _names("channels", meaning.channels, name)
        + "\n"
        + _names("targets" if meaning.labels is None else "labels", meaning.labels or meaning.targets, name),
    }


def _names(kind: str, names: tuple[str, ...], name: str) -> str:
    rows = "".join(f"    {quoted(one)},\n" for one in names)
    return f"const char *const {name}_{kind}[] = {{\n{rows}}};\n"


def _lines(network: Network, name: str, title: str, steps: int | None) -> list[str]:
    meaning, capitals = network.meaning, name.upper()
    layers = [layer for reader in network.readers for layer in reader]
    is_one_way = not any(layer.go_backwards for layer in layers)
    sizes = ", ".join(str(reader[0].units) for reader in network.readers)
    made_of = f"an LSTM with layers of {sizes} units" if len(network.readers) > 1 else f"an LSTM of {sizes} units"
    made_of += "" if is_one_way else ", which read in both directions"
    value = "double" if meaning.offsets else "float"
    answers = meaning.targets if meaning.labels is None else meaning.labels
    lines = [
        f"{commented(title)}: {made_of}, as C99.",
        f"Written by glasscell {metadata.version('glasscell')}. It needs no library but the standard one, allocates "
        "nothing, and keeps nothing between calls.",
        "",
        f"It reads series of {'any number of' if steps is None else steps} steps, each of these channels as they were "
        f"measured, {' or '.join(['NaN', *(f'{v:g}' for v in meaning.missing)])} where nothing was:",
        "",
        *(_row(k, text, meaning.units.get(text)) for k, text in enumerate(meaning.channels)),
        "",
        f"It answers {'the probability of each label' if meaning.labels is not None else 'numbers'}:",
        "",
        *(_row(k, text, meaning.units.get(text)) for k, text in enumerate(answers)),
        "",
        "One call answers a whole series:",
        "",
        f'    #include "{name}.h"',
        "",
        f"    {value} x[100][{capitals}_CHANNELS] = {{{{...}}}};",
        f"    float scratch[{capitals}_SCRATCH(100)];",
        f"    {name}_answer answer;",
        f"    {name}_predict(x[0], 100, scratch, &answer);",
    ]
    if meaning.labels is not None:
        lines.append(f"    if (answer.answered) puts({name}_labels[answer.label]);")
    if is_one_way:
        lines += [
            "",
            "Or it answers a stream step by step, as it would the steps so far as a series:",
            "",
            f"    {name}_state state;",
            f"    {name}_reset(&state);",
            f"    for (;;) {name}_step(&state, measure(), &answer);",
        ]
    lines += [
        "",
        "Compile with these, the second of which answers CSV (without -ffast-math, which has no NaN):",
        "",
        f"    cc -std=c99 -O3 -c {name}.c",
        f"    cc -std=c99 -O3 -o {name} {name}.c main.c -lm",
    ]
    return [part for line in lines for part in _wrapped(line)]


def _row(k: int, text: str, unit: str | None) -> str:
    return f"    {k}  {commented(text)}" + (f" ({commented(unit)})" if unit else "")


def _wrapped(line: str) -> list[str]:
    return [line] if line.startswith("    ") or not line else textwrap.wrap(line, COLUMNS)
