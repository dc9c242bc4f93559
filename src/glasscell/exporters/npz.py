"""The format npz: weights by name and a description. Reading it needs only NumPy.

`inference` reads it and predicts without TensorFlow. It holds no pickled objects; the
description is JSON:

    arrays = np.load("model.npz"); about = json.loads(str(arrays["about"]))
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.errors import UsageError
from glasscell.exporters.sentences import Exporters
from glasscell.inference import cell
from glasscell.inference.meaning import Meaning
from glasscell.inference.network import FORM, Network, answer, network_of, read_npz
from glasscell.networks.anatomy import directions, recognise
from glasscell.system.files import to_npz


def write(network: keras.Model, meaning: Meaning, path: Path) -> None:
    """Write a network of `builder.build_network` or `article.build_model` as an npz file."""
    path.write_bytes(to_npz(arrays_of(network, meaning)))


def answer_with_runtime(
    path: Path, x: np.ndarray, meaning: Meaning
) -> tuple[np.ndarray, np.ndarray]:
    """Return predictions (N, C) of the file at `path` for raw series x, and which have one."""
    return answer(read_npz(path), x)


def arrays_of(network: keras.Model, meaning: Meaning) -> dict[str, np.ndarray]:
    """Return the file's arrays by name, mostly float32, and the description, "about".

    >>> from glasscell.networks.builder import build_network
    >>> arrays = arrays_of(build_network(2, 1, units=3), Meaning(("x", "y")))
    >>> sorted(arrays)[:4], arrays["reader_1_forward/kernel"].shape
    (['about', 'read_out/bias', 'read_out/kernel', 'reader_1_forward/bias'], (2, 12))
    """
    anatomy = recognise(network)
    arrays: dict[str, Any] = {
        "read_out/kernel": anatomy.read_out.kernel,
        "read_out/bias": anatomy.read_out.bias,
    }
    dtypes: dict[str, str] = {}  # other than float32
    if anatomy.scaling is not None:
        arrays |= {
            "scaling/mean": anatomy.scaling.mean,
            "scaling/deviation": anatomy.scaling.deviation,
        }
    if anatomy.rescaling is not None:
        scale, offset = anatomy.rescaling.scale, anatomy.rescaling.offset
        arrays |= {"answer/scale": scale, "answer/offset": offset}
        dtypes = dict.fromkeys(("answer/scale", "answer/offset"), network.outputs[0].dtype)
    readers, activation = [], keras.activations.serialize(anatomy.read_out.activation)
    for k, reader in enumerate(anatomy.readers, 1):
        readers.append([])
        for layer, direction in zip(directions(reader), ("forward", "backward"), strict=False):
            name = f"reader_{k}_{direction}"
            arrays |= weights_of(layer, name)
            variant = dataclasses.asdict(layer.variant)
            for part in ("input_activation", "gate_activation", "output_activation"):
                if (function := variant[part]) not in cell.ACTIVATIONS:
                    known = list(cell.ACTIVATIONS)
                    raise UsageError(
                        Exporters.NO_ACTIVATION_IN_NPZ, part=part, activation=function, known=known
                    )
            readers[-1].append(
                {"name": name, "variant": variant, "go_backwards": bool(layer.go_backwards)}
            )
    about = {
        "form": FORM,
        "meaning": meaning.to_dict(),
        "stride": anatomy.stride,
        "readers": readers,
        "reads_out": anatomy.reads_out,
        "activations": [str(activation)] + ["softmax"] * (anatomy.softmax is not None),
    }
    arrays = {name: np.asarray(v, dtypes.get(name, "float32")) for name, v in arrays.items()}
    return arrays | {"about": np.array(json.dumps(about))}


def weights_of(layer: Any, name: str) -> dict[str, Any]:
    """Return the weights of an LSTM layer, as NAME/kernel and so on."""
    return {
        f"{name}/{part}": v for part, v in cell.Weights.of(layer)._asdict().items() if v is not None
    }


def plain_network(network: keras.Model, meaning: Meaning) -> Network:
    """Return a network as `read_npz` would read it from such a file.

    >>> from glasscell.networks.builder import build_network
    >>> plain_network(build_network(2, 1), Meaning(("x", "y"))).reads_out
    'last'
    """
    arrays = arrays_of(network, meaning)
    return network_of(arrays, json.loads(str(arrays["about"])))
