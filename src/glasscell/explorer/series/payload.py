"""The data of the page: a network and examples as JSON, read by `web/network/payload.js`.

N series · T time steps · D channels · H units · C classes, or targets · P probed steps
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np

from glasscell.data.padding import lengths_of
from glasscell.errors import UsageError
from glasscell.explorer.encoding import (
    ACTIVATIONS,
    begin_payload,
    encode_array,
    encode_dense,
    encode_lstm,
    encode_network,
    expect,
    plain_numbers,
)
from glasscell.explorer.one_unit import one_unit_networks
from glasscell.explorer.sentences import Explorer
from glasscell.facts import Note
from glasscell.layers.lstm import LSTM
from glasscell.networks.anatomy import Anatomy, directions, recognise


def payload_of(
    model: keras.Model,
    x: np.ndarray,
    *,
    ids: Sequence[Any],
    truth: Sequence[Any],
    answers: np.ndarray,
    classes: Sequence[Any] | None,
    channels: Sequence[Any],
    title: str,
    run: str,
    task: str,
    probes: Mapping[str, np.ndarray] | None = None,
    input: str = "series",
    masking: float | None = None,
    score: Mapping[str, Any] | None = None,
    trained_on: bool = False,
    longest: int | None = None,
    offset: np.ndarray | None = None,
    words: Mapping[int, str] | None = None,
    reads: str | None = None,
    epochs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the data with which the explorer runs a network on given examples and other series.

    `x` (N, T, D), `answers` (N, C), `offset` (D,).

    >>> from glasscell.networks.builder import build_network
    >>> model, x = build_network(2, 3, units=4), np.zeros((1, 5, 2), "float32")
    >>> names = {
    ...     "classes": ["a", "b", "c"],
    ...     "channels": ["left", "right"],
    ...     "title": "Three",
    ...     "run": "first",
    ... }
    >>> payload = payload_of(
    ...     model, x, ids=["0"], truth=[1], answers=model(x), task="classification", **names
    ... )
    >>> (
    ...     payload["examples"][0]["x"]["shape"],
    ...     payload["network"]["layers"][0]["directions"][0]["units"],
    ... )
    ([5, 2], 4)
    """
    x, answers = np.asarray(x, "float32"), np.asarray(answers, model.outputs[0].dtype)
    network: dict[str, Any] = {**network_of(model), "masking": masking}
    D = 1 if network["embedding"] else network["layers"][0]["directions"][0]["features"]
    C = network["read_out"]["bias"]["shape"][0]
    expect(task in ("classification", "regression"), Explorer.OTHER_TASK, found=task)
    expect(input in ("series", "digit"), Explorer.OTHER_INPUT, found=input)
    expect(x.ndim == 3 and x.shape[2] == D, Explorer.OTHER_SHAPE, found=x.shape, channels=D)
    expect(input == "series" or x.shape[1:] == (8, 8), Explorer.NO_DIGITS, found=x.shape)
    expect(not np.isinf(x).any(), Explorer.INFINITE)
    expect(
        answers.shape == (len(x), C),
        Explorer.OTHER_ANSWERS,
        found=answers.shape,
        expected=(len(x), C),
    )
    numbers = (len(ids), len(truth))
    expect(numbers == (len(x), len(x)), Explorer.OTHER_NUMBERS, found=numbers, expected=len(x))
    expect(len(channels) == D, Explorer.OTHER_CHANNELS, found=len(channels), expected=D)
    if task == "classification":
        expect(
            classes is not None and len(classes) == C,
            Explorer.OTHER_CLASSES,
            found=classes,
            expected=C,
        )
    lengths = lengths_of(x)
    for name, steps in zip(ids, lengths, strict=True):
        expect(steps > 0, Explorer.NO_VALUES, series=str(name))
    examples = [
        {
            "name": str(name),
            "id": str(name),
            "truth": _truth(true, task, C),
            "answer": plain_numbers(answer, "answers"),
            "steps": int(steps),
            "x": encode_array(series[:steps]),
        }
        for name, true, answer, steps, series in zip(ids, truth, answers, lengths, x, strict=True)
    ]
    return {
        **begin_payload(title, run=run, reads=reads, channels=channels),
        "task": task,
        "input": input,
        "classes": None if classes is None else [str(name) for name in classes],
        "offsets": None if offset is None or not offset.any() else [float(v) for v in offset],
        "words": None
        if words is None
        else {str(token): str(name) for token, name in words.items()},
        "longest": int(longest if longest is not None else max(lengths, default=0)),
        "network": network,
        "epochs": None if epochs is None or not epochs["kept"] else dict(epochs),
        "probes": None if probes is None or len(probes["steps"]) == 0 else probes_of(probes),
        "examples": examples,
        "score": None
        if score is None
        else {**score, "accuracy": float(score["accuracy"]), "n": int(score["n"])},
        "examples_trained_on": trained_on,
        "also": one_unit_networks(),
    }


def network_of(model: keras.Model) -> dict[str, Any]:
    """Return a network of `builder.build_network` or `article.build_model` encoded for the page.

    >>> from glasscell.networks.builder import build_network
    >>> network_of(build_network(2, 1, read_out="both"))["read_out"]["from"]
    'both'
    """
    return network_made_of(recognise(model, of_strangers=True))


def network_made_of(anatomy: Anatomy) -> dict[str, Any]:
    """Return a network encoded for the page, given its parts.

    >>> from glasscell.networks.anatomy import anatomy_of
    >>> from glasscell.tasks.tagging.network import build_tagging_network
    >>> network_made_of(anatomy_of(build_tagging_network(2, 3, units=4)))["read_out"]["from"]
    'every'
    """
    scaling, embedding, dense, rescaling = (
        anatomy.scaling,
        anatomy.embedding,
        anatomy.read_out,
        anatomy.rescaling,
    )
    is_softmax = dense.activation is keras.activations.softmax
    read_out: dict[str, Any] = {}
    if anatomy.reads_out == "every":
        read_out["silent_in_gaps"] = any(
            one.zero_output_for_mask for one in directions(anatomy.readers[-1])
        )
    if rescaling is not None:
        for name in ("scale", "offset"):
            given = np.asarray(getattr(rescaling, name), rescaling.compute_dtype)
            read_out[name] = plain_numbers(
                np.broadcast_to(given, dense.units), _part("answer", name)
            )
    return encode_network(
        ([direction_of(one) for one in directions(layer)] for layer in anatomy.readers),
        dense.kernel,
        dense.bias,
        reads=anatomy.reads_out,
        stride=anatomy.stride,
        embedding=None
        if embedding is None
        else encode_array(embedding.table, _part(embedding, "table")),
        scaling=None
        if scaling is None
        else {
            name: plain_numbers(getattr(scaling, name), _part(scaling, name))
            for name in ("mean", "deviation")
        },
        hidden=[
            encode_dense(one.name, one.kernel, one.bias)
            | {"activation": _activation(one.activation, _part(one, "activation"))}
            for one in anatomy.hidden
        ],
        activation="linear"
        if is_softmax
        else _activation(dense.activation, _part("read_out", "activation")),
        then="softmax" if is_softmax or anatomy.softmax is not None else "linear",
        **read_out,
    )


def probes_of(probes: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return probes of `evidence.fit_probes` encoded for the page.

    >>> probes = {
    ...     "steps": np.array([0, 2]),
    ...     "coefficients": np.zeros((2, 4, 3)),
    ...     "intercepts": np.zeros((2, 3)),
    ... }
    >>> payload = probes_of(probes)
    >>> payload["steps"], payload["coefficients"]["shape"]
    ([0, 2], [2, 4, 3])
    """
    return {
        "steps": [int(t) for t in probes["steps"]],
        "coefficients": encode_array(
            probes["coefficients"], Explorer.OF_PROBES(part="coefficients")
        ),
        "intercepts": encode_array(probes["intercepts"], Explorer.OF_PROBES(part="intercepts")),
    }


def direction_of(layer: LSTM) -> dict[str, Any]:
    """Return an LSTM encoded for the page.

    >>> from glasscell.networks.builder import build_network
    >>> direction_of(build_network(2, 1, units=3).get_layer("lstm_1"))["units"]
    3
    """
    variant = {
        field: _activation(v, _part(layer, field)) if field.endswith("activation") else bool(v)
        for field, v in vars(layer.variant).items()
    }
    return encode_lstm(
        layer.name, partial(getattr, layer.cell), variant, backwards=bool(layer.go_backwards)
    )


def _part(layer: Any, part: str) -> Note:
    """Return the name of a part of a layer, given the layer or its name, for messages."""
    return Explorer.ARRAY_OF_LAYER(layer=getattr(layer, "name", layer), part=part)


def _activation(activation: Any, part: Note) -> str:
    function = keras.activations.get(activation)
    for name in ACTIVATIONS:
        if function is keras.activations.get(name):
            return name
    found = getattr(activation, "__name__", activation)
    raise UsageError(Explorer.ACTIVATION, part=part, found=found, known=ACTIVATIONS)


def _truth(true: Any, task: str, C: int) -> int | float | None:
    if true is None or true != true:
        return None
    if task == "regression":
        return float(true)
    expect(int(true) == true and 0 <= true < C, Explorer.NO_CLASS, found=true, last=C - 1)
    return int(true)
