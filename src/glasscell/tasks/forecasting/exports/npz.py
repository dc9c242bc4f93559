"""Forecasters as npz files: named weights and a description, to forecast without TensorFlow.

N series · T time steps · C steps of context, F features of one · H steps ahead, G features of one ·
Q quantiles · M members
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from glasscell.errors import UsageError
from glasscell.exporters.sentences import Exporters
from glasscell.inference import cell
from glasscell.inference.bounds import LARGEST
from glasscell.inference.cell import Layer, layer_of
from glasscell.inference.network import FORM, read_arrays
from glasscell.inference.sentences import Inference
from glasscell.system.files import to_npz
from glasscell.tasks.forecasting.baselines.naive import fill
from glasscell.tasks.forecasting.model.windows import (
    FEWEST,
    Framing,
    calendar_features,
    features_of,
    framing_of,
)
from glasscell.tasks.forecasting.panels.panel import Panel

if TYPE_CHECKING:
    import keras

KEYS = {"weight": "trust", "initial_width": "unlearnt", "width_factors": "widening"}  # in files


class Member(NamedTuple):
    """One member of an ensemble, as `network.Member`; output layers are kernel, maybe bias."""

    lstms: tuple[Layer, ...]
    read_out: tuple[np.ndarray, np.ndarray]
    read_out_ahead: np.ndarray
    lstm_ahead: Layer | None
    read_out_continued: np.ndarray | None


@dataclass(frozen=True)
class Forecaster:
    """A forecaster as arrays. Made by `read_npz`.

    Parameters
    ----------
    weight, initial_width, width_factors : arrays (), (H, Q) and (Q,)
        As in `layers.quantiles.Quantiles`.
    covariates : dict
        Names of the "known", "past" and "static" covariates.
    """

    members: tuple[Member, ...]
    quantiles: tuple[float, ...]
    weight: np.ndarray
    initial_width: np.ndarray
    width_factors: np.ndarray
    framing: Framing
    covariates: dict[str, list[str]]

    def add(self, steps: np.ndarray, ahead: np.ndarray) -> np.ndarray:
        """Return the members' corrections of the baseline in scales, from (N, C, F), (N, H, G)."""
        shape, found = (-1, self.framing.horizon, len(self.quantiles)), []
        for lstms, (kernel, bias), ahead_kernel, lstm_ahead, continued in self.members:
            h, state = steps, None
            for lstm in lstms:
                h, state = lstm.read(h)
                assert h is not None
            assert state is not None
            raw = (state[0] @ kernel + bias).reshape(shape) + (ahead @ ahead_kernel).reshape(shape)
            if lstm_ahead is not None:
                h, _ = lstm_ahead.read(ahead, None, state)
                assert h is not None
                raw = raw + h @ continued
            found.append(self._quantiles(raw))
        return np.stack(found, 1)

    def _quantiles(self, raw: np.ndarray) -> np.ndarray:
        """Return the output of a layer `Quantiles` for raw outputs (N, H, Q)."""
        middle = self.quantiles.index(0.5)
        median, widths = raw[..., middle : middle + 1], np.logaddexp(raw, np.float32(0))
        above = np.cumsum(widths[..., middle + 1 :], -1)
        below = -np.cumsum(widths[..., :middle][..., ::-1], -1)[..., ::-1]
        aside = np.concatenate([below, np.zeros_like(median), above], -1)
        return self.weight * median + self.width_factors * (
            self.weight * aside + (1 - self.weight) * self.initial_width
        )


def write(
    network: "keras.Model", framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path
) -> None:
    """Write a network of `network.build_forecaster` as an npz file."""
    path.write_bytes(to_npz(arrays_of(network, framing, panel)))


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return `quantiles` and `answered` of the file at `path` for inputs of `exported_inputs`."""
    return answer(read_npz(path), inputs)


def read_npz(path: Path) -> Forecaster:
    """Return the forecaster in a file."""
    return read_arrays(path, forecaster_of, Inference.DAMAGED_NPZ)


def plain_forecaster(network: "keras.Model", framing: Framing, panel: Panel) -> Forecaster:
    """Return a network as `read_npz` would read it."""
    arrays = arrays_of(network, framing, panel)
    return forecaster_of(arrays, json.loads(str(arrays["about"])))


def arrays_of(network: "keras.Model", framing: Framing, panel: Panel) -> dict[str, np.ndarray]:
    """Return the contents of the file: float32 arrays by name, and the description, "about"."""
    from glasscell.exporters.npz import weights_of  # imports TensorFlow, which readers do not need
    from glasscell.tasks.forecasting.model.network import members_of, quantiles_of

    layer, variants = quantiles_of(network), []
    arrays = {key: getattr(layer, name) for name, key in KEYS.items()}
    for m, member in enumerate(members_of(network), 1):
        of = f"member_{m}"
        lstms = {f"{of}/lstm_{k}": lstm for k, lstm in enumerate(member.lstms, 1)}
        lstms |= {} if member.lstm_ahead is None else {f"{of}/lstm_ahead": member.lstm_ahead}
        for name, lstm in lstms.items():
            arrays |= weights_of(lstm, name)
        variants.append(asdict(member.lstms[0].variant))
        for part in ("read_out", "read_out_ahead", "read_out_continued"):
            if (dense := getattr(member, part)) is not None:
                arrays[f"{of}/{part}/kernel"] = dense.kernel
        arrays[f"{of}/read_out/bias"] = member.read_out.bias
    for part in ("input_activation", "gate_activation", "output_activation"):
        if (function := variants[0][part]) not in cell.ACTIVATIONS:
            known = list(cell.ACTIVATIONS)
            raise UsageError(
                Exporters.NO_ACTIVATION_IN_NPZ, part=part, activation=function, known=known
            )
    about = {
        "form": FORM,
        "task": "forecasting",
        "variant": variants[0],
        "members": len(variants),
        "quantiles": quantiles_of(network).quantiles,
        "framing": asdict(framing),
        "covariates": {role: list(names) for role, names in panel.covariates.items()},
    }
    return {name: np.asarray(v, "float32") for name, v in arrays.items()} | {
        "about": np.array(json.dumps(about))
    }


def forecaster_of(arrays: Mapping[str, np.ndarray], about: dict[str, Any]) -> Forecaster:
    """Return the forecaster with these arrays and this description."""

    def layer(name: str) -> Layer | None:
        return layer_of(arrays, name, about["variant"]) if f"{name}/kernel" in arrays else None

    members = []
    for m in range(1, about["members"] + 1):
        of, lstms = f"member_{m}", []
        while (lstm := layer(f"{of}/lstm_{len(lstms) + 1}")) is not None:
            lstms.append(lstm)
        read_out = arrays[f"{of}/read_out/kernel"], arrays[f"{of}/read_out/bias"]
        continued = arrays.get(f"{of}/read_out_continued/kernel")
        ahead = arrays[f"{of}/read_out_ahead/kernel"]
        members.append(Member(tuple(lstms), read_out, ahead, layer(f"{of}/lstm_ahead"), continued))
    framing = framing_of(about["framing"])
    weight, initial_width, width_factors = (arrays[key] for key in KEYS.values())
    return Forecaster(
        tuple(members),
        tuple(about["quantiles"]),
        weight,
        initial_width,
        width_factors,
        framing,
        about["covariates"],
    )


def answer(forecaster: Forecaster, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return `quantiles` (N, H, Q), float64, and `answered` (N,), whether forecast, given inputs.

    >>> import pandas as pd
    >>> from glasscell.tasks.forecasting.model.network import build_forecaster
    >>> from glasscell.tasks.forecasting.baselines.naive import Baseline
    >>> from glasscell.tasks.forecasting.panels.frames import from_frame
    >>> panel = from_frame(pd.DataFrame({"ds": range(9), "y": range(9)}))
    >>> network = build_forecaster(3, 1, 2, (0.5,), start=np.zeros((2, 1)), units=3)
    >>> forecaster = plain_forecaster(network, Framing(2, 4, 1, Baseline(steps=1)), panel)
    >>> answer(forecaster, {"values": np.array([[1.0, 2, 4]])})["quantiles"].ravel().tolist()
    [6.0, 8.0]
    """
    framing, values = forecaster.framing, np.asarray(inputs["values"], "float64")
    n, count = len(values), len(forecaster.quantiles)
    if not n:
        return {"quantiles": np.zeros((0, framing.horizon, count)), "answered": np.zeros(0, bool)}
    with np.errstate(all="ignore"):  # what overflows or has no logarithm has no forecast
        steps, ahead, base, scale = _windows(forecaster, {**inputs, "values": values})
        is_read = [
            np.isfinite(v) | np.isnan(v)
            for name, v in inputs.items()
            if not name.startswith("times")
        ]
        is_read += [np.abs(part) <= LARGEST for part in (steps, ahead)]
        answered = np.all([v.reshape(n, -1).all(1) for v in is_read], 0)
        if framing.baseline.logs:
            answered &= ~(values <= 0).any(1)
        found = base[..., None] + np.zeros(count)
        if answered.any():
            added = forecaster.add(steps[answered], ahead[answered]).astype("float64").mean(1)
            found[answered] += scale[answered, None, None] * added
        found = np.exp(found) if framing.baseline.logs else found
    answered &= np.isfinite(found).all((1, 2))
    found = framing.bounds.clip(found)
    if framing.median is not None:
        longer = np.concatenate([np.full((n, FEWEST), np.nan), values], 1)
        no_width = np.isnan(longer[:, : 1 - FEWEST]).all(1) & (scale == 0)
        found[np.ix_(no_width, range(framing.horizon), np.arange(count) != framing.median)] = np.nan
    found[~answered] = np.nan
    return {"quantiles": found, "answered": answered}


def _windows(
    forecaster: Forecaster, inputs: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the steps (N, C, F), features known ahead (N, H, G), base (N, H) and scale (N,)."""
    framing = forecaster.framing
    context, season, reach, horizon = (
        framing.context,
        framing.season,
        framing.reach,
        framing.horizon,
    )
    values = np.log(inputs["values"]) if framing.baseline.logs else inputs["values"]
    raw = np.concatenate([np.full((len(values), reach), np.nan), values], 1)
    past = np.stack([fill(one, season)[-reach:] for one in raw])
    own, own_ahead, base, scale = features_of(past, framing)
    steps = [np.stack([*own, ~np.isnan(raw[:, -context:]) * 1.0], -1)]
    ahead = [np.stack(own_ahead, -1)]
    for role, beside, known in _covariates(forecaster, inputs):
        if role == "static":
            known, beside = np.repeat(beside, horizon, 1), np.repeat(beside, context, 1)
        before = np.zeros((len(values), reach, beside.shape[2]))
        steps.append(np.concatenate([before, beside], 1)[:, -context:])
        ahead += [] if known is None else [known]
    begun = ~np.isnan(past[:, -context:])[..., None]
    steps[1:] = [np.where(begun, v, 0) for v in steps[1:]]
    read = (
        np.nan_to_num(np.concatenate(v, -1), posinf=np.inf, neginf=-np.inf) for v in (steps, ahead)
    )
    return *(v.astype("float32") for v in read), base, scale  # pyright: ignore


def _covariates(
    forecaster: Forecaster, inputs: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, np.ndarray, np.ndarray | None]]:
    """Yield each role of calendar and covariates, and features at steps (N, T, ·) and ahead."""
    framing, done = forecaster.framing, 0
    if framing.cycles:
        yield (
            "calendar",
            *(_calendar(inputs[name], framing.cycles) for name in ("times", "times_ahead")),
        )  # pyright: ignore
    for role in ("known", "past", "static"):
        if count := len(forecaster.covariates.get(role, [])):
            centre, spread = (
                np.array(v[done : done + count]) for v in (framing.centres, framing.spreads)
            )
            names = [role] if role != "known" else ["known", "known_ahead"]
            first, *later = (
                (np.asarray(inputs[name], "float64") - centre) / spread for name in names
            )
            first = first[:, None] if role == "static" else first
            yield (
                role,
                np.nan_to_num(first, posinf=np.inf, neginf=-np.inf),
                later[0] if later else None,
            )
            done += count


def _calendar(times: np.ndarray, cycles: tuple[str, ...]) -> np.ndarray:
    """Return the calendar features (N, T, ·) of times (N, T) in whole seconds since 1970."""
    dates = pd.DatetimeIndex(np.asarray(times).ravel().astype("datetime64[s]"))
    return calendar_features(dates, cycles).reshape(*np.shape(times), -1)
