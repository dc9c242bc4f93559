"""A network as C: its weights as constants, and only the code that it needs.

D channels · H units · C classes, or targets
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.exporters.c.filling import ACTIVATIONS, parts_of, sources, table_of, write_sources
from glasscell.exporters.c.writing import array, commented, double, identifier, quoted, texts
from glasscell.exporters.npz import plain_network
from glasscell.exporters.sentences import Exporters
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import Network


def write(network: keras.Model, meaning: Meaning, path: Path) -> None:
    """Write a network of `builder.build_network` or `article.build_model` as a folder of C."""
    plain, name = plain_network(network, meaning), identifier(path.name)
    write_sources(path, sources_of(plain, name, path.name, network.input_shape[1]))


def sources_of(network: Network, name: str, title: str, steps: int | None = None) -> dict[str, str]:
    """Return the source files of a network, by file name.

    >>> from glasscell.inference.cell import Layer, Weights
    >>> from glasscell.variants import Variant
    >>> layer = Layer(Weights(np.ones((1, 4)), np.ones((1, 4))), Variant(), go_backwards=False)
    >>> read_out = np.ones((1, 1)), np.zeros(1)
    >>> network = Network(
    ...     1, None, ((layer,),), "last", read_out, ("linear",), None, Meaning(("x",))
    ... )
    >>> sorted(sources_of(network, "one", "one"))
    ['main.c', 'one.c', 'one.h']
    """
    activation = _activation_of(network)
    conditions = _conditions(network, activation, steps)
    values = _sizes(network, steps) | {
        "data": _data(network),
        "digits": 9 if network.dtype == "float32" else 17,
    }
    values |= _texts(network, name, steps)
    return sources("network", name, title, network.layers, conditions, values, read_out=activation)


def _activation_of(network: Network) -> str:
    """Return the activation of the output layer, before any softmax."""
    names = [name for name in network.activations if name != "softmax"] or ["linear"]
    if len(names) > 1 or names[0] not in ACTIVATIONS:
        raise UsageError(Exporters.NO_ACTIVATION_IN_C, activations=names, known=list(ACTIVATIONS))
    return names[0]


def _conditions(network: Network, activation: str, steps: int | None) -> dict[str, bool]:
    return {
        "STRIDE": network.stride > 1,
        "FIXED": steps is not None,
        "OFFSETS": bool(network.meaning.offsets),
        "MARKS": bool(network.meaning.missing),
        "LABELS": network.meaning.labels is not None,
        "ONE_WAY": network.is_one_way,
        "EVERY": network.reads_out == "every",
        "SILENT": network.is_silent,
        "MEAN": network.reads_out in ("mean", "both"),
        "LAST": network.reads_out != "mean",
        "SCALING": network.scaling is not None,
        "READ_OUT_ACTIVATION": activation != "linear",
        "SOFTMAX": "softmax" in network.activations,
        "RESCALING": network.answer is not None,
        "FAR": network.dtype == "float64",
    }


def _sizes(network: Network, steps: int | None) -> dict[str, Any]:
    """Return the network's dimensions and the sizes of its buffers, in floats."""
    layers = network.layers
    parts = parts_of(layers[0].variant)
    width = sum(layer.units for layer in network.readers[-1])
    largest = max(layer.units for layer in layers)
    features = width * (2 if network.reads_out == "both" else 1)
    state = parts * sum(layer.units for layer in layers)
    row, writes = _row(network), len(network.readers) > 1 or network.reads_out == "every"
    return {
        "channels": len(network.meaning.channels),
        "answers": network.meaning.answers,
        "stride": network.stride,
        "steps": steps,
        "width": width,
        "features": features,
        "mean_at": width if network.reads_out == "both" else 0,
        "state": state,
        "last_h": state - parts * width,
        "one_state": parts * largest,
        "fixed": (4 + parts) * largest + features,
        "per_step": 1 + row * (2 if writes else 1),
    }


def _row(network: Network) -> int:
    """Return the maximum width of layers' inputs, and of the output layer's if run at each step."""
    out = sum(layer.units for layer in network.readers[-1]) if network.reads_out == "every" else 0
    return max(out, *(len(layer.weights.kernel) for layer in network.layers))


def _data(network: Network) -> str:
    meaning, parts = network.meaning, []
    in_double: dict[str, Any] = {"form": double, "kind": "double"}
    if meaning.offsets:
        parts.append(array("OFFSET", meaning.offsets, **in_double))
    if meaning.missing:
        parts.append(array("MARKS", meaning.marks(), **(in_double if meaning.offsets else {})))
    parts.append(array("LARGEST", network.bounds.largest))
    if network.scaling is not None:
        parts += [
            array(name, v) for name, v in zip(("MEAN", "DEVIATION"), network.scaling, strict=True)
        ]
    layers, beside = {}, {}
    for k, reader in enumerate(network.readers, 1):
        column = 0
        for layer in reader:
            name = f"LAYER_{k}" + ("_BACKWARDS" if layer.go_backwards else "")
            layers[name] = layer
            if not network.is_one_way:
                is_top = k == len(network.readers)
                beside[name] = map(int, (layer.go_backwards, column, column == 0, is_top))
            column += layer.units
    parts += table_of(layers, beside)
    # width of the widest input of a step
    row = "" if network.is_one_way else f", ROW = {_row(network)}"
    parts.append(f"enum {{ LAYER_COUNT = {len(layers)}{row} }};")
    parts += [
        array(f"READ_OUT_{name}", v)
        for name, v in zip(("KERNEL", "BIAS"), network.read_out, strict=True)
    ]
    of_answers = {} if network.dtype == "float32" else in_double
    if network.answer is not None:
        answers = (np.broadcast_to(v, meaning.answers) for v in network.answer)
        parts += [
            array(f"ANSWER_{k}", v, **of_answers)
            for k, v in zip(("SCALE", "OFFSET"), answers, strict=True)
        ]
    if network.reads_out != "every":
        parts.append(array("PRIOR", meaning.prior_or_nan.astype(network.dtype), **of_answers))
    return "\n\n".join(parts)


def _texts(network: Network, name: str, steps: int | None) -> dict[str, str]:
    """Return the texts that describe a network in its files."""
    meaning, several = network.meaning, len(network.readers) > 1
    answers = meaning.labels or meaning.targets
    sizes = ", ".join(str(reader[0].units) for reader in network.readers)
    made_of = f"an LSTM {'with layers of' if several else 'of'} {sizes} units"
    prior = (
        "the class frequencies in training"
        if meaning.labels is not None
        else "the mean in training"
    )
    each = network.reads_out == "every"
    names = [
        ("channels", meaning.channels),
        ("targets" if meaning.labels is None else "labels", answers),
    ]
    return {
        "made_of": made_of if network.is_one_way else f"{made_of}, bidirectional",
        "how_many": "any number of" if steps is None else str(steps),
        "nothing": f"with {' or '.join(['NaN', *(f'{v:g}' for v in meaning.missing)])} for "
        f"missing values"
        if network.bounds.takes_missing
        else "without missing values",
        "channel_rows": _rows(meaning.channels, meaning),
        "answer_rows": _rows(answers, meaning),
        "value": "double" if meaning.offsets else "float",
        "or_missing": "" if network.bounds.takes_missing else ", or missing",
        "missing_or": "" if network.bounds.takes_missing else "missing or ",
        "prior_is": "NaN" if meaning.prior is None else prior,
        "the_step": "the mean of the values in these steps" if network.stride > 1 else "a step",
        "of_steps": " at each step" if each else "",
        "printed": "id, step or time, predicted label and the probability of each label"
        if each
        else "id, prediction and, for labels, the probability of each",
        "as_a_series": "" if each else ", with the same result as for the series so far",
        "names": "\n".join(texts(f"{name}_{kind}", some) for kind, some in names),
    } | {
        role: quoted(meaning.columns[role])
        for role in ("id", "time", "label")
        if role in meaning.columns
    }


def _rows(names: Sequence[str], meaning: Meaning) -> str:
    """Return names with their numbers and units."""
    units = ((name, meaning.units.get(name)) for name in names)
    shown = (commented(name) + (f" ({commented(unit)})" if unit else "") for name, unit in units)
    return "\n".join(f"    {k}  {text}" for k, text in enumerate(shown))
