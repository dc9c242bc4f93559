"""Traces: z, i, f, o, c and h of each series, step and unit, as the network computed them.

N series · T time steps · H units

one step:  c = f·c' + i·z      kept = f·c'      written = i·z      (c' is c before the step)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import keras
import numpy as np
import pandas as pd

from glasscell.errors import UsageError
from glasscell.inspection.clamps import Clamp, lstm_layers, states_kept, watched
from glasscell.inspection.sentences import Inspection
from glasscell.recurrence.watched import Seen
from glasscell.system.checks import require_whole
from glasscell.system.files import to_npz

ARRAYS = ("z", "i", "f", "o", "c", "h")
PER_SERIES = ("mask", *ARRAYS, "c_start")
CLOSED, OPEN = 0.1, 0.9  # Karpathy et al. 2015, "Visualizing and Understanding Recurrent Networks"


@dataclass(frozen=True)
class LayerTrace:
    """Gates of one LSTM layer in one direction, at every step: an item of `Trace.layers`.

    Parameters
    ----------
    name : str
        Name of the layer.
    backwards : bool
        Whether it runs from the last step to the first. All arrays are in the order of the series
        in any case.
    mask : bool array (N, T)
        True at real steps.
    z, i, f, o, c, h : float32 arrays (N, T, H)
        After each step. At a masked step z, i, f and o are NaN, and c and h stay as they were.
    c_start : float32 array (N, H)
        c before the first step in the layer's direction.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(4, name="lstm_1")])
    >>> layer = glasscell.trace(model, np.ones((5, 3, 1)))["lstm_1"]
    >>> layer.name, layer.c.shape, np.allclose(layer.kept + layer.written, layer.c)
    ('lstm_1', (5, 3, 4), True)
    """

    name: str
    backwards: bool
    mask: np.ndarray
    z: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray
    c_start: np.ndarray

    @property
    def c_before(self) -> np.ndarray:
        """The memory cell c before each step, (N, T, H)."""
        start = self.c_start[:, None]
        if self.backwards:
            return np.concatenate([self.c[:, 1:], start], axis=1)
        return np.concatenate([start, self.c[:, :-1]], axis=1)

    @property
    def kept(self) -> np.ndarray:
        """f·c', the part of the memory that each step kept, (N, T, H); NaN at masked steps."""
        return self.f * self.c_before

    @property
    def written(self) -> np.ndarray:
        """i·z, what each step added to the memory, (N, T, H); NaN at masked steps."""
        return self.i * self.z

    def half_lives(self) -> np.ndarray:
        """Return each unit's half-life: steps until half of its memory is gone, at mean f.

        Returns
        -------
        float64 array (H,)
            Half-lives: infinite where f is 1 at all steps, 0 where it is 0 at one.
        """
        with np.errstate(divide="ignore"):
            shrinking = -np.nanmean(np.log(self.f, dtype="float64"), (0, 1))
            return np.where(shrinking > 0, np.log(2) / np.maximum(shrinking, 0), np.inf)

    def saturation(self) -> pd.DataFrame:
        """Return for each gate and unit how often it was closed or open (Karpathy et al. 2015).

        Returns
        -------
        pandas.DataFrame
            A row for each of i, f, o and each unit. Columns: gate, unit, and the fractions of steps
            at which the gate was closed (below 0.1) and open (above 0.9).
        """
        rows = []
        for gate in ("i", "f", "o"):
            v = getattr(self, gate)[self.mask]
            closed, opened = (v < CLOSED).mean(0), (v > OPEN).mean(0)
            rows.append(
                pd.DataFrame(
                    {"gate": gate, "unit": np.arange(v.shape[1]), "closed": closed, "open": opened}
                )
            )
        return pd.concat(rows, ignore_index=True)

    def memory_by_origin(self, step: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Split c after a step into what is left of each write: c_t = Σ_s (Π_{s<r≤t} f_r)·i_s·z_s.

        The remainder of `c_start` is added to this sum.

        Parameters
        ----------
        step : int, optional
            t, in the order of the series; by default the last step in the layer's direction.

        Returns
        -------
        written : float64 array (N, T, H)
            Remainder, after step t, of each step's write; 0 at steps that come later in the layer's
            direction.
        start : float64 array (N, H)
            Remainder of `c_start`. Both add up to c.

        Examples
        --------
        >>> import glasscell, keras
        >>> import numpy as np
        >>> model = keras.Sequential([keras.Input((3, 1)), glasscell.LSTM(4)])
        >>> (layer,) = glasscell.trace(model, np.ones((5, 3, 1))).layers
        >>> written, start = layer.memory_by_origin()
        >>> np.allclose(written.sum(1) + start, layer.c[:, -1])
        True
        """
        T = self.c.shape[1]
        if step is not None and not 0 <= step < T:
            raise UsageError(Inspection.STEP, step=step, last=T - 1)
        # in the layer's direction
        t = T - 1 if step is None else T - 1 - step if self.backwards else step
        f, i, z = (self._in_order_of_reading(v).astype("float64") for v in (self.f, self.i, self.z))
        f, written = np.nan_to_num(f, nan=1.0), np.nan_to_num(i * z)
        later = np.cumprod(np.concatenate([np.ones_like(f[:, :1]), f[:, t:0:-1]], axis=1), axis=1)[
            :, ::-1
        ]
        left = np.zeros_like(written)
        left[:, : t + 1] = later * written[:, : t + 1]
        start = later[:, 0] * f[:, 0] * self.c_start
        return self._in_order_of_reading(left), start

    def origins(self, series: int, unit: int) -> np.ndarray:
        """Return `memory_by_origin` of one unit after every step, without the rest of `c_start`.

        Parameters
        ----------
        series : int
            Number of the series, from 0.
        unit : int
            Number of the unit, from 0.

        Returns
        -------
        float64 array (T, T)
            In row t and column s, what remains after step t of the write at step s.
        """
        arrays = {name: getattr(self, name)[[series]][..., [unit]] for name in (*ARRAYS, "c_start")}
        one = replace(self, mask=self.mask[[series]], **arrays)
        T = self.c.shape[1]
        return np.stack([one.memory_by_origin(t)[0][0, :, 0] for t in range(T)])

    def _in_order_of_reading(self, v: np.ndarray) -> np.ndarray:
        return v[:, ::-1] if self.backwards else v


@dataclass(frozen=True)
class Trace:
    """Gates of a network at every step, as returned by `trace`.

    N series · T time steps · H units. ``seen["lstm_1"]`` is the `LayerTrace` of a layer, and
    ``len(seen)`` is N.

    Parameters
    ----------
    layers : tuple of LayerTrace
        One per layer and direction, in the order of computation. Each has `z`, `i`, `f`, `o`, `c`
        and `h` (N, T, H), `c_start` (N, H) and `mask` (N, T).
    answers : array (N, …)
        Outputs of the network: its predictions.
    ids : sequence of N, optional
        Names of the series, if known.
    steps : mapping of str to array (N, T)
        Other labels of the steps, such as times, if known.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> first, second = (
    ...     glasscell.LSTM(4, return_sequences=True, name="lstm_1"),
    ...     glasscell.LSTM(3, name="lstm_2"),
    ... )
    >>> seen = glasscell.trace(
    ...     keras.Sequential([keras.Input((6, 1)), first, second]), np.ones((5, 6, 1))
    ... )
    >>> [layer.name for layer in seen.layers], seen["lstm_2"].h.shape, len(seen.to_frame())
    (['lstm_1', 'lstm_2'], (5, 6, 3), 210)
    """

    layers: tuple[LayerTrace, ...]
    answers: Any
    ids: Sequence[Any] | None = None
    steps: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __getitem__(self, name: str) -> LayerTrace:
        """Return the layer of that name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise UsageError(
            Inspection.NO_LAYER, name=name, layers=[layer.name for layer in self.layers]
        )

    def __repr__(self) -> str:
        """Return one line: the number of series and steps, and the layers with their units."""
        steps = self.layers[0].mask.shape[1] if self.layers else 0
        layers = [
            Inspection.LAYER_OF_TRACE(name=layer.name, units=layer.c.shape[-1])
            for layer in self.layers
        ]
        return str(Inspection.TRACE(n=len(self), steps=steps, layers=layers))

    def __len__(self) -> int:
        """Return N."""
        return len(self.layers[0].mask)

    def select(self, index) -> "Trace":
        """Return some of the series, without changing T.

        Parameters
        ----------
        index : slice, or array (N,) of int or bool
            Which series to keep.

        Returns
        -------
        Trace
            Trace of these series.

        Examples
        --------
        >>> import glasscell, keras
        >>> import numpy as np
        >>> model = keras.Sequential([keras.Input((6, 1)), glasscell.LSTM(4, name="lstm_1")])
        >>> seen = glasscell.trace(model, np.ones((5, 6, 1)))
        >>> seen.select([3, 0]).answers.shape, seen.select(slice(2))["lstm_1"].c.shape
        ((2, 4), (2, 6, 4))
        """
        layers = (
            replace(v, **{name: getattr(v, name)[index] for name in PER_SERIES})
            for v in self.layers
        )
        ids = None if self.ids is None else np.asarray(self.ids)[index].tolist()
        steps = {name: v[index] for name, v in self.steps.items()}
        return Trace(
            tuple(layers), keras.tree.map_structure(lambda v: v[index], self.answers), ids, steps
        )

    def to_frame(self, ids: Sequence[Any] | None = None) -> pd.DataFrame:
        """Return all numbers in long form.

        Parameters
        ----------
        ids : sequence of N, optional
            Names of the series; by default those that are known, else 0, 1, …

        Returns
        -------
        pandas.DataFrame
            A row per series, layer, real step and unit. Columns: series, layer, step, other labels
            of the steps, unit, z, i, f, o, c, h.
        """
        names = self._names(ids)
        tables = []
        for layer in self.layers:
            series, step = np.nonzero(layer.mask)
            H = layer.c.shape[-1]
            columns = {
                "series": np.repeat(names[series], H),
                "layer": layer.name,
                "step": np.repeat(step, H),
                **{name: np.repeat(v[series, step], H) for name, v in self.steps.items()},
                "unit": np.tile(np.arange(H), len(step)),
            }
            tables.append(
                pd.DataFrame(
                    columns | {name: getattr(layer, name)[layer.mask].ravel() for name in ARRAYS}
                )
            )
        return pd.concat(tables, ignore_index=True)

    def to_npz(self, ids: Sequence[Any] | None = None) -> bytes:
        """Return the bytes of an .npz file, which needs no pickle.

        Parameters
        ----------
        ids : sequence of N, optional
            Names of the series; by default those that are known, else 0, 1, …

        Returns
        -------
        bytes
            Arrays `series`, `answers`, and for each layer `NAME/z` to `NAME/h` (series, step,
            unit), `NAME/c_start` and `NAME/mask`.
        """
        arrays: dict[str, Any] = {"series": self._names(ids), "answers": np.asarray(self.answers)}
        for layer in self.layers:
            for name in (*ARRAYS, "c_start", "mask"):
                arrays[f"{layer.name}/{name}"] = getattr(layer, name)
        return to_npz(arrays)

    def plot(self, series: int = 0, layer: str | None = None):
        """Draw the gates of one series as heat maps.

        Parameters
        ----------
        series : int
            Number of the series, from 0.
        layer : str, optional
            Name of the layer; the first by default.

        Returns
        -------
        matplotlib.figure.Figure
            A heat map for each of z, i, f, o, c and h: steps from left to right, counted from 1,
            and a row per unit, counted from 0.

        Raises
        ------
        UsageError
            If there is no such series or layer.
        """
        from glasscell.plots.gates import gates_over_time

        if not isinstance(series, int | np.integer) or not 0 <= series < len(self):
            raise UsageError(Inspection.SERIES, series=series, last=len(self) - 1)
        shown = self.layers[0] if layer is None else self[layer]
        # of a text, step 0 is before its first character
        first = 0 if "character" in self.steps else 1
        return gates_over_time({name: getattr(shown, name)[series] for name in ARRAYS}, first=first)

    def _names(self, ids: Sequence[Any] | None) -> np.ndarray:
        ids = self.ids if ids is None else ids
        return np.arange(len(self)) if ids is None else np.asarray(ids)

    def _repr_html_(self) -> str:
        """Show the first series' gates in a notebook."""
        import base64
        import html
        import io

        picture = io.BytesIO()
        self.plot().savefig(picture, format="png", dpi=90)
        sizes = html.escape(
            ", ".join(f"{layer.name}: {layer.c.shape[-1]} units" for layer in self.layers)
        )
        source = base64.b64encode(picture.getvalue()).decode()
        image = f'<img alt="gates over time" src="data:image/png;base64,{source}">'
        return f"<p>{len(self)} series; {sizes}. The first:</p>{image}"


def trace(
    model: keras.Model,
    x: Any,
    *,
    clamps: Sequence[Clamp | str] = (),
    batch_size: int = 1024,
    progress: Callable[[int], None] | None = None,
) -> Trace:
    """Run a model on x, and return the gates of its LSTM layers at every step.

    The readable loop computes them; the native kernel agrees up to rounding. They take 24 bytes per
    series, step and unit. States of stateful layers are not changed. Series, steps and units are
    counted from 0; steps are those of the layer, after a stride.

    Parameters
    ----------
    model : keras.Model
        Model with `glasscell.LSTM` layers, also in either direction, stacked or nested.
    x : array (N, …), or list, tuple or dict of arrays
        Input; several arrays for a model with several inputs.
    clamps : sequence of Clamp or str
        Gates z, i, f or o to clamp. As a str, such as "forward_lstm_1 unit 17 f=1": layer, unit,
        gates and values.
    batch_size : int
        Series to process at once.
    progress : callable, optional
        Called after each batch with the number of series processed.

    Returns
    -------
    Trace
        Every gate of every series, step and unit, and the outputs.

    Raises
    ------
    UsageError
        If the model has no `glasscell.LSTM`, x has no series, or a clamp names an unknown layer,
        unit or step.

    Examples
    --------
    >>> import glasscell, keras
    >>> import numpy as np
    >>> both = keras.layers.Bidirectional(glasscell.LSTM(4, name="lstm_1"))
    >>> model, x = keras.Sequential([keras.Input((7, 2)), both]), np.ones((5, 7, 2))
    >>> [(layer.name, layer.backwards, layer.i.shape) for layer in glasscell.trace(model, x).layers]
    [('forward_lstm_1', False, (5, 7, 4)), ('backward_lstm_1', True, (5, 7, 4))]
    >>> bool(
    ...     (
    ...         glasscell.trace(model, x, clamps=["forward_lstm_1 unit 3 f=1"])["forward_lstm_1"].f[
    ...             ..., 3
    ...         ]
    ...         == 1
    ...     ).all()
    ... )
    True
    """
    parts = list(traces(model, x, clamps=clamps, batch_size=batch_size, progress=progress))
    if len(parts) == 1:
        return parts[0]
    layers = []
    for same in zip(*(part.layers for part in parts), strict=True):
        arrays = {name: np.concatenate([getattr(v, name) for v in same]) for name in PER_SERIES}
        layers.append(LayerTrace(same[0].name, same[0].backwards, **arrays))
    answers = keras.tree.map_structure(
        lambda *v: np.concatenate(v), *(part.answers for part in parts)
    )
    return Trace(tuple(layers), answers)


def traces(
    model: keras.Model,
    x: Any,
    *,
    clamps: Sequence[Clamp | str] = (),
    batch_size: int = 1024,
    progress: Callable[[int], None] | None = None,
    part_of_model: keras.Model | None = None,
) -> Iterator[Trace]:
    """Yield traces of `batch_size` series each, for more series than fit in memory.

    `part_of_model` shares layers with the model. If given, only its gates are traced and clamped;
    the answers are those of the whole model.
    """
    has_several = len(getattr(model, "inputs", None) or [x]) > 1
    arrays = keras.tree.flatten(x) if has_several else [x]
    if any(np.ndim(v) == 0 or len(v) == 0 for v in arrays):
        raise UsageError(Inspection.NO_SERIES)
    require_whole(1, batch_size=batch_size)
    n = len(arrays[0])
    for start in range(0, n, batch_size):
        rows = slice(start, start + batch_size)
        part = (
            keras.tree.map_structure(lambda v, rows=rows: v[rows], x)
            if has_several
            else np.asarray(x[rows])
        )
        yield trace_call(part_of_model or model, partial(model, part, training=False), clamps)
        if progress is not None:
            progress(min(start + batch_size, n))


def trace_call(
    model: keras.Model, call: Callable[[], Any], clamps: Sequence[Clamp | str] = ()
) -> Trace:
    """Return a trace of a model during a call that runs it, with the call's result as `answers`.

    >>> from glasscell.networks.builder import build_network
    >>> model, x = build_network(1, 2, units=4), np.ones((1, 3, 1))
    >>> trace_call(model, lambda: model(x) + 1, [Clamp("i", 0.0)]).answers.tolist()
    [[1.5, 1.5]]
    """
    calls: list[tuple[str, Seen]] = []
    with (
        states_kept(model),
        watched(model, clamps, see=lambda name, seen: calls.append((name, seen))),
    ):
        answers = call()
    layers = tuple(_layer_trace(model, name, seen) for name, seen in _named_apart(calls))
    return Trace(layers, keras.tree.map_structure(np.asarray, answers))


def _layer_trace(model: keras.Model, name: str, seen: Seen) -> LayerTrace:
    layer = lstm_layers(model)[name.split(" ")[0]]
    arrays = {field: np.asarray(v) for field, v in seen._asdict().items()}
    return LayerTrace(name, layer.go_backwards, **arrays)


def _named_apart(calls: list[tuple[str, Seen]]) -> Iterator[tuple[str, Seen]]:
    """Yield the calls, each with its own name where a layer is called several times."""
    times: dict[str, int] = {}
    for name, seen in calls:
        times[name] = times.get(name, 0) + 1
        yield (name if times[name] == 1 else f"{name} again {times[name]}"), seen
