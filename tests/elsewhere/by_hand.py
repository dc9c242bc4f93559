"""What an npz file predicts, by NumPy only: like docs/how-to/formats.md, but for all tasks.

N series · T time steps · H units · Q quantiles
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]
State = tuple[np.ndarray, np.ndarray]
LARGEST = 1e30  # deviations, that a network reads


def open_npz(path: Path, side: Mapping[str, Any]) -> Callable[[Arrays], Arrays]:
    """Open a file, given what its side file says."""
    with np.load(path) as opened:
        a = dict(opened)
    about = json.loads(str(a["about"]))
    asked = (
        _texts
        if "characters" in about
        else _forecasts
        if about.get("task") == "forecasting"
        else _series
    )

    def ask(inputs: Arrays) -> Arrays:
        with np.errstate(all="ignore"):  # what is infinite comes to nothing
            return asked(a, about, side, **inputs)

    return ask


def σ(v: np.ndarray) -> np.ndarray:
    """Return 1/(1 + e⁻ᵛ)."""
    return 1 / (1 + np.exp(-v))


def softmax(v: np.ndarray) -> np.ndarray:
    """Return probabilities."""
    e = np.exp(v - v.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def read(
    a: Arrays,
    name: str,
    x: np.ndarray,
    mask: np.ndarray | bool = True,
    state: State | None = None,
    *,
    backwards: bool = False,
    squashes: bool = True,
) -> tuple[np.ndarray, State]:
    """Return h of every step (N, T, H), and the last h and c; `squashes`: by tanh after c."""
    kernel, recurrent, bias = (
        a[f"{name}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")
    )
    h, c = state or (np.zeros((len(x), len(recurrent)), "float32"),) * 2
    outputs = np.zeros((*x.shape[:2], len(recurrent)), "float32")
    for t in range(x.shape[1])[:: -1 if backwards else 1]:
        i, f, z, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, -1)
        after = σ(f) * c + σ(i) * np.tanh(z)
        there = mask if mask is True else mask[:, t, None]
        h = np.where(there, σ(o) * (np.tanh(after) if squashes else after), h)
        c = np.where(there, after, c)
        outputs[:, t] = h
    return outputs, (h, c)


def _series(
    a: Arrays, about: dict[str, Any], side: Mapping[str, Any], series: np.ndarray
) -> Arrays:
    """Answer series (N, T, D), or each step of them."""
    each = about["reads_out"] == "every"
    told = side if each else side["input"]
    h = x = series.astype("float32")
    missing, mask = np.isnan(x), np.ones(x.shape[:2], bool)
    if "scaling/mean" in a:  # else no value may be missing
        h = np.where(missing, 0, (x - a["scaling/mean"]) / a["scaling/deviation"])
        mask = ~missing.all(-1)
    last: list[np.ndarray] = []
    for reader in about["readers"]:
        found = [
            read(a, one["name"], h, mask, backwards=one["go_backwards"],
                 squashes=one["variant"]["output_activation"] == "tanh")
            for one in reader
        ]  # fmt: skip
        h, last = (
            np.concatenate([outputs for outputs, _ in found], -1),
            [state[0] for _, state in found],
        )
    if each and len(about["readers"][-1]) == 2:
        h = h * mask[..., None]
    mean = (h * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    parts = {"last": last, "mean": [mean], "both": [*last, mean], "every": [h]}[about["reads_out"]]
    answers = np.concatenate(parts, -1) @ a["read_out/kernel"] + a["read_out/bias"]
    for name in about["activations"]:
        answers = {"tanh": np.tanh, "softmax": softmax, "linear": np.asarray}[name](answers)
    if "answer/scale" in a:
        answers = answers * a["answer/scale"] + a["answer/offset"]
    answered = ~(np.abs(x) > np.array(told["largest"], "float32")).any((1, 2))
    answered &= told["shape"][1] in ("steps", x.shape[1])
    answered = (
        np.repeat(answered[:, None], x.shape[1], 1) if each else answered & ~missing.all((1, 2))
    )
    answered &= np.isfinite(answers).all(-1)
    answers = np.where(answered[..., None], answers, np.nan)
    if not each and about["meaning"]["prior"] is not None:
        answers[missing.all((1, 2))] = about["meaning"]["prior"]
    return {"answers": answers, "answered": answered}


def _texts(a: Arrays, about: dict[str, Any], side: Mapping[str, Any], text: np.ndarray) -> Arrays:
    """Give the probabilities after each symbol of texts (N, T)."""
    h = a["embedding"][text]
    for k in range(1, len(about["variants"]) + 1):
        h, _ = read(a, f"lstm_{k}", h)
    return {"answers": softmax(h @ a["read_out/kernel"] + a["read_out/bias"])}


def _forecasts(
    a: Arrays, about: dict[str, Any], side: Mapping[str, Any], **inputs: np.ndarray
) -> Arrays:
    """Forecast series (N, T) without a season or a calendar, whose baseline is the last value."""
    framing, Q, values = about["framing"], len(about["quantiles"]), inputs["values"]
    C, H, n = framing["context"], framing["horizon"], len(values)
    assert (framing["season"], framing["baseline"]["steps"], about["members"]) == (1, 0, 1)
    raw = np.concatenate([np.full((n, C + 1), np.nan), values], 1)
    past = raw.copy()
    for t in range(1, past.shape[1]):
        past[:, t] = np.where(np.isnan(past[:, t]), past[:, t - 1], past[:, t])
    past = past[:, -C - 1 :]
    window, now, change = past[:, 1:], past[:, -1:], np.diff(past)
    scale = np.nansum(np.abs(change), 1) / np.maximum((~np.isnan(change)).sum(1), 1)
    # else it is rounding
    scale = np.where(scale > 1e-9 * np.nanmax(np.abs(past), 1, initial=0), scale, 0)[:, None]
    unit = np.where(scale > 0, scale, 1)
    known = (inputs["known"], inputs["known_ahead"])
    beside, beside_ahead = ((v - framing["centres"]) / framing["spreads"] for v in known)
    beside = np.concatenate([np.zeros((n, C, beside.shape[2])), beside], 1)[:, -C:]
    beside = np.where(np.isnan(window)[..., None], 0, beside)
    own = [np.arcsinh(change / unit), np.arcsinh((window - now) / unit), ~np.isnan(raw[:, -C:])]
    steps = np.concatenate([np.stack(own, -1), beside], -1)
    # the baseline is what there is now
    ahead = np.concatenate([np.zeros((n, H, 1)), beside_ahead], -1)
    answered = ~np.isinf(values).any(1) & ~np.isnan(values).all(1)
    for part in (steps, ahead):
        part[np.isnan(part)] = 0
        answered &= (np.abs(part) <= LARGEST).all((1, 2))
    steps, ahead = steps.astype("float32"), ahead.astype("float32")
    of = "member_1"
    _, state = read(a, f"{of}/lstm_1", steps)
    added = (state[0] @ a[f"{of}/read_out/kernel"] + a[f"{of}/read_out/bias"]).reshape(n, H, Q)
    added = added + ahead @ a[f"{of}/read_out_ahead/kernel"]
    if f"{of}/lstm_ahead/kernel" in a:
        added = (
            added
            + read(a, f"{of}/lstm_ahead", ahead, state=state)[0]
            @ a[f"{of}/read_out_continued/kernel"]
        )
    middle = about["quantiles"].index(0.5)
    width = np.logaddexp(added, np.float32(0))
    above, below = (
        np.cumsum(width[..., middle + 1 :], -1),
        np.cumsum(width[..., :middle][..., ::-1], -1)[..., ::-1],
    )
    aside = np.concatenate([-below, np.zeros((n, H, 1)), above], -1)
    trust, middle_of = a["trust"], added[..., middle : middle + 1]
    found = trust * middle_of + a["widening"] * (trust * aside + (1 - trust) * a["unlearnt"])
    quantiles = now[..., None] + scale[..., None] * found
    answered &= np.isfinite(quantiles).all((1, 2))
    unsure = (scale[:, 0] == 0) & np.isnan(raw[:, :-2]).all(1)  # of two values that are the same
    quantiles[np.ix_(unsure, range(H), np.arange(Q) != framing["median"])] = np.nan
    quantiles[~answered] = np.nan
    return {"answers": quantiles, "answered": answered}
