"""Clamps: gates set to a value while a network runs, to find out what it relies on.

N series · T time steps · H units

A clamp shows what *this* network relies on. It does not show what a gate is for: a network trained
without the gate finds another way where it can.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from glasscell.cell import Held
from glasscell.errors import UsageError
from glasscell.inspection.sentences import Inspection
from glasscell.inspection.typed_clamps import parse_clamp
from glasscell.layers.lstm import LSTM
from glasscell.recurrence.clamps import overlay
from glasscell.recurrence.engines import WATCHED
from glasscell.recurrence.watched import Seen, watched_lstm

GATES = ("z", "i", "f", "o")
Places = int | slice | range | Sequence[int] | None


@dataclass(frozen=True)
class Clamp:
    """A gate clamped at a value, with its layer, units and steps: an item of `trace`'s `clamps`.

    Parameters
    ----------
    gate : "z", "i", "f" or "o"
        Gate to clamp, or the block input z. c and h cannot be clamped.
    value : float
        Value at which it is clamped.
    units, steps : int, slice, range or sequence of int, optional
        Numbers from 0; all by default. Negative ones count from the end. Steps are those of the
        layer, in the order of the series.
    layer : str, optional
        Name of an LSTM layer; all layers by default.

    Raises
    ------
    UsageError
        If there is no such gate, or the value is not finite.

    Examples
    --------
    >>> import glasscell
    >>> glasscell.Clamp("f", 0.0, steps=slice(3, None))
    Clamp(gate='f', value=0.0, units=None, steps=slice(3, None, None), layer=None)
    """

    gate: str
    value: float
    units: Places = None
    steps: Places = None
    layer: str | None = None

    def __post_init__(self):
        if self.gate not in GATES:
            raise UsageError(Inspection.GATE, gate=self.gate, gates=GATES)
        if not isinstance(self.value, int | float | np.number) or not np.isfinite(self.value):
            raise UsageError(Inspection.HELD_AT, value=self.value)


class Watcher:
    """Replacement of `engines.read` in a layer: applies `hold(T)` and passes gates to `see`."""

    def __init__(self, layer: LSTM, hold, see):
        self.layer, self.hold, self.see = layer, hold, see

    def __call__(
        self,
        x,
        weights,
        variant,
        *,
        engine,
        unroll,
        input_keep=None,
        recurrent_keep=None,
        **options,
    ):
        """Process x as `engines.read` does; engine and unrolling do not change the numbers."""
        if input_keep is not None or recurrent_keep is not None:
            raise UsageError(Inspection.DROPS_OUT, name=self.layer.name)
        held = self.hold(x.shape[1] or tf.shape(x)[1])
        output, state, seen = watched_lstm(x, weights, variant, **options, held=held)
        self.see(self.layer, seen)
        return output, state, WATCHED


def lstm_layers(model: keras.Model) -> dict[str, LSTM]:
    """Return the LSTM layers of a model by name, in its order, with nested and bidirectional ones.

    >>> from glasscell.networks.builder import build_network
    >>> list(lstm_layers(build_network(3, 2, units=(8, 4))))
    ['lstm_1', 'lstm_2']
    """
    found = [layer for layer in model._flatten_layers() if isinstance(layer, LSTM)]
    if not found:
        raise UsageError(Inspection.NO_LSTM, name=model.name)
    named: dict[str, LSTM] = {}
    for layer in found:
        if layer not in named.values():
            again = sum(name.split(":")[0] == layer.name for name in named)
            named[layer.name if not again else f"{layer.name}:{again + 1}"] = layer
    return named


@contextmanager
def clamp(
    model: keras.Model,
    gate: str,
    value: float,
    *,
    units: Places = None,
    steps: Places = None,
    layer: str | None = None,
) -> Iterator[keras.Model]:
    """Clamp a gate at a value within a ``with`` block. Nested clamps add up.

    Calls of the model, its `predict` and `evaluate`, and `glasscell.predict` use the value there.
    Your own `tf.function` does not if it was traced earlier.

    Parameters
    ----------
    model : keras.Model
        Model with `glasscell.LSTM` layers.
    gate : "z", "i", "f" or "o"
        Gate to clamp, or the block input z. c and h cannot be clamped.
    value : float
        Value at which it is clamped.
    units, steps : int, slice, range or sequence of int, optional
        Numbers from 0; all by default. Negative ones count from the end. Steps are those of the
        layer, in the order of the series.
    layer : str, optional
        Name of an LSTM layer; all layers by default.

    Yields
    ------
    keras.Model
        The same model.

    Raises
    ------
    UsageError
        If there is no such gate, layer, unit or step, or the value is not finite.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> model, x = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(4)]), np.ones((1, 3, 1))
    >>> with glasscell.clamp(model, "i", 0.0):
    ...     nothing_written = model(x)
    >>> np.asarray(nothing_written).tolist()
    [[0.0, 0.0, 0.0, 0.0]]
    """
    with watched(model, [Clamp(gate, value, units, steps, layer)]):
        yield model


@contextmanager
def watched(
    model: keras.Model, clamps: Sequence[Clamp | str] = (), see=None, held=None
) -> Iterator[None]:
    """Attach watchers to a model's LSTM layers within a ``with`` block."""
    layers = lstm_layers(model)
    clamps = [one for given in clamps for one in _clamps_of(given, layers)]
    for one in clamps:
        if one.layer is not None and one.layer not in layers:
            raise UsageError(Inspection.LAYER, layer=one.layer, layers=layers)
        for name, layer in layers.items():
            if one.layer in (None, name) and not isinstance(one.units, slice | None):
                _check_places(one.units, layer.units, "units")
    before = {name: layer.watcher for name, layer in layers.items()}
    graphs = {
        name: getattr(model, name, None)
        for name in ("predict_function", "test_function", "train_function")
    }
    try:
        for name, layer in layers.items():
            layer.watcher = _watcher(
                name, layer, clamps, see, (held or {}).get(name, {}), before[name]
            )
        for graph in graphs:  # Keras would reuse graphs that were traced without the clamps
            setattr(model, graph, None)
        yield
    finally:
        for name, layer in layers.items():
            layer.watcher = before[name]
        for graph, function in graphs.items():
            setattr(model, graph, function)


@contextmanager
def states_kept(model: keras.Model) -> Iterator[None]:
    """Restore the states of stateful layers after the ``with`` block, unchanged by inspection."""
    states = [
        v
        for layer in lstm_layers(model).values()
        if layer.stateful
        for v in tf.nest.flatten(layer.states or [])
    ]
    before = [v.numpy() for v in states]
    try:
        yield
    finally:
        for variable, value in zip(states, before, strict=True):
            variable.assign(value)


def _clamps_of(given: Clamp | str, layers: Mapping[str, LSTM]) -> list[Clamp]:
    if isinstance(given, Clamp):
        return [given]
    if not isinstance(given, str):
        raise UsageError(Inspection.NO_CLAMP, found=given)
    typed = parse_clamp(given, {name: layer.units for name, layer in layers.items()}, GATES)
    return [
        Clamp(gate, value, typed.units, layer=typed.layer) for gate, value in typed.values.items()
    ]


def _watcher(
    name: str, layer: LSTM, clamps: Sequence[Clamp], see, held: Mapping[str, Held], outer: Any
) -> Watcher:
    def hold(length) -> dict[str, Held]:
        gates = {} if outer is None else dict(outer.hold(length))
        for one in clamps:
            if one.layer in (None, name):
                gates[one.gate] = overlay(gates.get(one.gate), _held(one, length, layer.units))
        for gate, more in held.items():
            gates[gate] = overlay(gates.get(gate), more)
        return gates

    def pass_on(_, seen: Seen):
        if see is not None:
            see(name, seen)
        if outer is not None:
            outer.see(layer, seen)

    return Watcher(layer, hold, pass_on)


def _held(one: Clamp, length, units: int) -> Held:
    where = tf.logical_and(
        _chosen(one.steps, length, "steps")[:, None], _chosen(one.units, units, "units")
    )
    return Held(where, tf.fill(tf.shape(where), tf.constant(one.value, "float32")))


def _chosen(places: Places, size, what: str):
    """Return which of `size` places are chosen, as a boolean tensor."""
    everywhere = tf.range(size)
    if places is None:
        return tf.ones([size], tf.bool)
    if isinstance(places, slice):
        meant = everywhere[places]
    else:
        numbers = _check_places(places, size, what) if isinstance(size, int) else _numbers(places)
        meant = tf.constant(numbers, tf.int32, [len(numbers)])
        meant = tf.where(meant < 0, meant + size, meant)
    return tf.reduce_any(everywhere[:, None] == meant, axis=1)


def _numbers(places: Any) -> list[Any]:
    return [places] if isinstance(places, int | np.integer) else list(places)


def _check_places(places: Any, size: int, what: str) -> list[Any]:
    for k in _numbers(places):
        if not isinstance(k, int | np.integer) or not -size <= k < size:
            raise UsageError(Inspection.INDEX, what=what, index=k, last=size - 1, size=size)
    return _numbers(places)
