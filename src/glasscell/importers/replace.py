"""Replace Keras's LSTMs in a model by ours, with equal weights and outputs, and gates to inspect.

The original is never changed: the result is a copy. A model that cannot be copied raises
UsageError.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from glasscell.errors import UsageError, warn
from glasscell.facts import Note
from glasscell.importers.sentences import Importers
from glasscell.layers.lstm import LSTM
from glasscell.layers.stacked import Stacked
from glasscell.networks.opening import open_keras
from glasscell.system.files import one_line

KINDS: Any = keras.layers
# `get_config` returns these in a form from which custom functions cannot be restored
OBJECTS = ("activation", "recurrent_activation")
OBJECTS += tuple(
    f"{part}_{of}"
    for part in ("kernel", "recurrent", "bias")
    for of in ("initializer", "regularizer", "constraint")
)
OF_RNN = (
    "return_sequences",
    "return_state",
    "go_backwards",
    "stateful",
    "unroll",
    "zero_output_for_mask",
)


def replace(model: Any) -> keras.Model:
    """Return a copy of a Keras model with `glasscell.LSTM` for `keras.layers.LSTM`, same outputs.

    LSTMs inside Bidirectional, TimeDistributed, nested models and your own layers are replaced too.
    So is RNN(LSTMCell), and RNN over a list of LSTMCells if only its output is used. All other
    layers, such as GRU, stay as they are. The copy can be traced, clamped and trained further; the
    original is not changed.

    Functional and Sequential models are cloned. A model or layer of your own class is rebuilt from
    its `get_config`, which Keras provides if `__init__` takes plain values.

    Parameters
    ----------
    model : keras.Model, str or Path
        A model, or the name of a .keras or .h5 file.

    Returns
    -------
    keras.Model
        The copy, compiled if the model was.

    Raises
    ------
    UsageError
        If there is nothing to replace, or the model cannot be copied; the message gives the reason.
    DataError
        If the file is damaged.

    Warns
    -----
    FactWarning
        If an LSTM could not be replaced, with its name and the reason, or the optimizer or loss
        could not be copied.

    Examples
    --------
    >>> import glasscell, keras
    >>> both = keras.layers.Bidirectional(keras.layers.LSTM(4))
    >>> ours = glasscell.replace(
    ...     keras.Sequential([keras.Input((7, 3)), both, keras.layers.Dense(1)])
    ... )
    >>> type(ours.layers[0].forward_layer) is glasscell.LSTM
    True
    """
    if isinstance(model, str | Path):
        model = open_keras(model)
    if not isinstance(model, keras.Model):
        raise UsageError(Importers.NO_KERAS_MODEL, kind=type(model).__name__)
    work = _Replacement(model)
    with _uncompiled(model):
        copy = work.copy(model)
        _build(copy, model)
        _copy_numbers(model, copy)
    work.report(model)
    _compile(copy, model)
    return copy


class _Replacement:
    """A model's copy in the making: the layers replaced, and those that could not be."""

    def __init__(self, model: keras.Model):
        self.originals = {id(layer) for layer in model._flatten_layers()}
        self.replaced: dict[str, Any] = {}
        self.left: dict[str, Note] = {}

    def copy(self, layer: Any) -> Any:
        """Return a copy of a layer or a model, with every LSTM in it replaced."""
        if (ours := self.ours(layer, layer)) is not None:
            return ours
        if _is_graph(layer):
            return keras.models.clone_model(layer, clone_function=self.copy, recursive=True)
        if isinstance(layer, KINDS.Lambda):  # its config would turn the function into bytes
            about = {
                "mask": layer.mask,
                "arguments": layer.arguments,
                "output_shape": layer._output_shape,
            }
            return KINDS.Lambda(layer.function, **about, name=layer.name, dtype=layer.dtype)
        fresh = _from_config(layer)
        self.replace_inside(fresh, layer, set())
        return fresh

    def replace_inside(self, fresh: Any, original: Any, seen: set[int]) -> None:
        """Replace every LSTM that a fresh layer has as an attribute, or in lists and dicts."""
        if id(fresh) in seen:
            return
        seen.add(id(fresh))
        ours: dict[int, Any] = {}
        for holder, key, layer in list(_places(fresh)):
            if id(layer) in self.originals:
                found = {
                    "name": original.name,
                    "kind": type(original).__name__,
                    "layer": layer.name,
                }
                raise UsageError(Importers.HANDS_ON_LAYER, **found)
            if id(layer) not in ours:
                one = self.ours(layer, None)
                if one is None and _is_graph(layer):
                    one = self.copy(layer)
                if one is None:
                    self.replace_inside(layer, original, seen)
                ours[id(layer)] = one
            if (one := ours[id(layer)]) is not None:
                _put(fresh, holder, key, layer, one)

    def ours(self, layer: Any, in_graph: Any) -> Any:
        """Return our equivalent of a layer; None if it is no LSTM, or cannot be replaced."""
        if isinstance(layer, LSTM):
            return None
        if type(layer) is KINDS.LSTM or (
            type(layer) is KINDS.RNN and type(layer.cell) is KINDS.LSTMCell
        ):
            return self._made(layer, _lstm(layer, layer.cell))
        if isinstance(layer, KINDS.LSTM):
            self.left[layer.name] = Importers.OWN_CLASS(layer=layer.name, kind=type(layer).__name__)
        elif type(layer) is KINDS.RNN and type(layer.cell) is KINDS.StackedRNNCells:
            return self._stacked(layer, in_graph)
        return None

    def _stacked(self, layer: Any, in_graph: Any) -> Any:
        cells = layer.cell.cells
        if not any(type(cell) is KINDS.LSTMCell for cell in cells):
            return None
        reason = None
        if not all(type(cell) is KINDS.LSTMCell for cell in cells):
            reason = Importers.MIXED_CELLS
        elif layer.return_state or layer.stateful or layer.go_backwards:
            reason = Importers.KEEPS_STATES
        elif in_graph is None or _starts_elsewhere(layer):
            reason = Importers.INITIAL_STATES
        if reason is not None:
            self.left[layer.name] = reason(layer=layer.name)
            return None
        layers = [
            _lstm(
                layer,
                cell,
                name=f"{layer.name}_{k}",
                return_sequences=layer.return_sequences or k < len(cells),
            )
            for k, cell in enumerate(cells, 1)
        ]
        return self._made(layer, Stacked(layers, name=layer.name, dtype=layer.dtype_policy))

    def _made(self, layer: Any, ours: Any) -> Any:
        self.replaced[layer.name] = ours
        if layer.built and isinstance(ours, LSTM) and (about := layer.get_build_config()):
            ours.build_from_config(about)
        return ours

    def report(self, model: keras.Model) -> None:
        """Issue a warning for LSTMs that were not replaced; raise UsageError if none was."""
        left = list(self.left.values())
        if not self.replaced:
            has_ours = any(isinstance(layer, LSTM) for layer in model._flatten_layers())
            without = Importers.OURS_ALREADY if has_ours else Importers.NO_KERAS_LSTM
            raise UsageError(
                Importers.NONE_REPLACED if left else without, model=model.name, left=left
            )
        if left:
            warn(Importers.SOME_LEFT.warning(model=model.name, left=left))


def _lstm(layer: Any, cell: Any, **changed: Any) -> LSTM:
    """Return a `glasscell.LSTM` with all arguments of a layer and its cell."""
    about = cell.get_config()
    about |= {name: getattr(cell, name) for name in OBJECTS if name in about}
    about |= {name: getattr(layer, name) for name in OF_RNN} | {
        "implementation": cell.implementation
    }
    about |= {"activity_regularizer": layer.activity_regularizer, "trainable": layer.trainable}
    about |= {"name": layer.name, "dtype": layer.dtype_policy} | changed
    return LSTM(**{name: v for name, v in about.items() if name != "build_config"})


def _from_config(layer: Any) -> Any:
    """Return a layer of the same class and arguments, without its weights."""
    try:
        return type(layer).from_config(layer.get_config())
    except Exception as error:  # the user's code may raise any
        found = {"name": layer.name, "kind": type(layer).__name__, "words": one_line(error)}
        raise UsageError(Importers.NO_CONFIG, **found) from error


def _is_graph(layer: Any) -> bool:
    """Return whether a layer is a Functional or Sequential model, whose layers are in a graph."""
    return isinstance(layer, keras.Sequential) or hasattr(layer, "_nodes_by_depth")


def _starts_elsewhere(layer: Any) -> bool:
    """Return whether a layer in a graph is called with initial states."""
    calls = [node.arguments for node in layer._inbound_nodes]
    return any(
        call.kwargs.get("initial_state", [*call.args, None, None][1]) is not None for call in calls
    )


def _places(layer: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the layers inside a layer, each after its holder (object, list, dict) and its place."""
    waiting: list[tuple[Any, Any, Any]] = [
        (layer, name, v)
        for name, v in vars(layer).items()
        if name not in ("_layers", "_metrics", "_tracker")
    ]
    seen: set[int] = set()
    while waiting:
        holder, key, v = waiting.pop(0)
        if isinstance(v, KINDS.Layer):
            yield holder, key, v
        elif isinstance(v, list | tuple | dict) and id(v) not in seen:
            seen.add(id(v))
            items = v.items() if isinstance(v, dict) else enumerate(v)
            if isinstance(v, tuple) and any(isinstance(one, KINDS.Layer) for one in v):
                v = list(v)
                waiting.insert(0, (holder, key, v))
                _set(holder, key, v)
                continue
            waiting[:0] = [(v, k, one) for k, one in items]


def _put(fresh: Any, holder: Any, key: Any, old: Any, new: Any) -> None:
    """Replace a layer in its holder and in Keras's tracker, and keep the order of weights."""
    tracker = fresh._tracker
    if tracker.is_in_store("layers", old):
        tracker.replace_tracked_value("layers", old, new)
    _set(holder, key, new)


def _set(holder: Any, key: Any, v: Any) -> None:
    if isinstance(holder, list | dict):
        holder[key] = v
    else:
        setattr(holder, key, v)


@contextmanager
def _uncompiled(model: keras.Model) -> Iterator[None]:
    """Keep Keras from compiling each clone, which a custom loss would interrupt."""
    compiled = [
        one for one in model._flatten_layers() if isinstance(one, keras.Model) and one.compiled
    ]
    for one in compiled:
        one.compiled = False
    try:
        yield
    finally:
        for one in compiled:
            one.compiled = True


def _build(copy: Any, model: Any) -> None:
    """Build the copy's weights, unless a symbolic call has built them."""
    if not model.built:
        return
    if not copy.built and (about := model.get_build_config()):
        copy.build_from_config(about)
    found, expected = len(copy.weights), len(model.weights)
    if found != expected:
        kind = type(model).__name__
        raise UsageError(
            Importers.NOT_COPIED, model=model.name, kind=kind, found=found, expected=expected
        )


def _copy_numbers(model: Any, copy: Any) -> None:
    """Copy all weights, states and vocabularies."""
    for old, new in zip(model.weights, copy.weights, strict=True):
        if tuple(old.shape) != tuple(new.shape):
            shapes = {"shape": tuple(old.shape), "other_shape": tuple(new.shape)}
            raise UsageError(
                Importers.OTHER_WEIGHT, model=model.name, weight=old.path, other=new.path, **shapes
            )
        new.assign(old)
    for old, new in zip(*map(_states, (model, copy)), strict=True):
        new.assign(old)
    for layer in copy._flatten_layers():
        if isinstance(layer, KINDS.Normalization):
            layer.finalize_state()  # it caches values computed from its weights
    with tempfile.TemporaryDirectory() as folder:
        keep_more = (
            [layer for layer in of._flatten_layers() if hasattr(layer, "save_assets")]
            for of in (model, copy)
        )
        for k, (old, new) in enumerate(zip(*keep_more, strict=True)):
            place = Path(folder) / str(k)
            place.mkdir()
            old.save_assets(str(place))
            new.load_assets(str(place))


def _states(model: Any) -> list[Any]:
    """Return the states of stateful layers."""
    layers = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, KINDS.RNN) and layer.stateful
    ]
    return keras.tree.flatten([layer.states for layer in layers if layer.states is not None])


def _compile(copy: Any, model: Any) -> None:
    """Compile the copy like the model, with its optimizer's state, or warn with the reason."""
    if not model.compiled:
        return
    try:
        copy.compile_from_config(model.get_compile_config())
        if not copy.compiled:
            raise ValueError("it overrides compile, but has no compile_from_config")
    except Exception as error:  # of custom functions and classes that are not registered with Keras
        warn(Importers.COPY_NOT_COMPILED.warning(model=model.name, words=one_line(error)))
        return
    if not model.optimizer.built:
        return
    copy.optimizer.build(copy.trainable_variables)
    of_old, of_new = model.optimizer.variables, copy.optimizer.variables
    if [tuple(v.shape) for v in of_old] != [tuple(v.shape) for v in of_new]:
        warn(Importers.OPTIMIZER_FORGETS.warning(model=model.name))
        return
    for old, new in zip(of_old, of_new, strict=True):
        new.assign(old)
