"""What a trace shows of a run's network: numbers of each layer, pictures, and how right its probes are."""

from typing import Any

import numpy as np

from glasscell.data import Sequences
from glasscell.inspection.evidence import probe_answers
from glasscell.inspection.traces import ARRAYS, LayerTrace, Trace
from glasscell.networks.anatomy import anatomy_of
from glasscell.plots import gates as gate_plots
from glasscell.runs.trained import Trained

MAX_STEPS_BY_ORIGIN = 2000  # of a series whose memory at each step is split by all steps before
UNITS_DRAWN = 6  # as lines: those with the largest memories


def about_layer(layer: LayerTrace) -> dict[str, Any]:
    """Return how long a layer remembers, and how often its gates are closed and open."""
    means: Any = layer.saturation().groupby("gate")[["closed", "open"]].mean()
    half_lives = layer.half_lives()
    return {
        "layer": layer.name,
        "backwards": layer.backwards,
        "units": layer.c.shape[-1],
        "half_life_in_steps": {
            "median": _or_none(np.median(half_lives)),
            "least": _or_none(half_lives.min()),
            "most": _or_none(half_lives.max()),
        },
        **{f"{gate}_{end}": float(means.loc[gate, end]) for gate in ("i", "f", "o") for end in ("closed", "open")},
    }


def _or_none(v: Any) -> float | None:
    """Return a number, or None for infinity, which JSON has no word for."""
    return float(v) if np.isfinite(v) else None


def draw_pictures(
    trained: Trained,
    many: Sequences,
    of_many: Trace,
    few: Sequences,
    seen: Trace,
    answers: np.ndarray,
    effect: np.ndarray | None,
) -> dict[str, Any]:
    """Return the pictures of an explanation by name: of the first of `few` series, and of the gates in `many`."""
    layer, names = seen.layers[0], _names_of_answers(trained)
    steps = int(layer.mask[0].nonzero()[0].max(initial=0)) + 1
    one = {name: getattr(layer, name)[0, :steps] for name in ARRAYS}
    title = f"series {few.ids[0]}, {layer.name}"
    units = np.sort(np.argsort(-np.abs(one["c"][-1]))[:UNITS_DRAWN]).tolist()
    unit = int(np.argmax(np.abs(one["c"][0 if layer.backwards else -1])))
    join_steps = anatomy_of(trained.network).shortening
    x = np.asarray(few.x[:1] if join_steps is None else join_steps(few.x[:1]))[0, :steps]
    first = of_many.layers[0]
    truth = trained.truth(many) if trained.classes else None
    pictures = {
        "gates": gate_plots.gates_over_time(one, x, [*map(_without_offset, few.channels, few.offset)], title),
        "memory": gate_plots.memory_and_output(one["c"], one["h"], units),
        "saturation": gate_plots.saturation_scatter(first.saturation()),
        "by_class": gate_plots.mean_gates_by_class(
            {gate: getattr(first, gate) for gate in ("i", "f", "o")}, first.mask, truth, names
        ),
    }
    if steps <= MAX_STEPS_BY_ORIGIN:
        origins = layer.origins(0, unit)[:steps, :steps]
        pictures["origin"] = gate_plots.memory_by_origin(origins, one["c"][:, unit], f"unit {unit} of {title}")
    if effect is not None:
        probed = _probed(trained, seen, steps)
        pictures["evidence"] = gate_plots.evidence_by_step(effect[0, :steps], names, probed, title=title)
        if trained.input == "digit":
            best = answers.argmax(1)
            towards = np.take_along_axis(effect, best[:, None, None], axis=2)[..., 0]
            pictures["digits"] = gate_plots.digits_by_row(few.x, towards, [names[k] for k in best])
    return pictures


def _names_of_answers(trained: Trained) -> list[str]:
    C = trained.network.output_shape[-1]
    return trained.classes or (["prediction"] if C == 1 else [f"prediction {k}" for k in range(1, C + 1)])


def _without_offset(channel: str, offset: float) -> str:
    """Return the name of what is left of a channel."""
    return f"{channel} {'−' if offset > 0 else '+'} {abs(offset):.15g}" if offset else channel


def _probed(trained: Trained, seen: Trace, steps: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return at which steps there are probes, and what they tell of the first series."""
    probes = _probes_within(trained, steps)
    if probes is None:
        return None
    return probes["steps"], probe_answers(probes, _h_read_out(seen)[:1], anatomy_of(trained.network).rescaling)[0]


def score_probes(trained: Trained, many: Sequences, of_many: Trace) -> list[dict[str, float]] | None:
    """Return how often each probe is right, and how sure it is, among the series that are as long."""
    truth = trained.truth(many)
    if trained.classes is None or truth is None or (truth < 0).all():
        return None
    known = truth >= 0
    truth, mask = truth[known], of_many.layers[-1].mask[known]
    probes = _probes_within(trained, mask.shape[1])
    if probes is None:
        return None
    probed = probe_answers(probes, _h_read_out(of_many)[known])
    rows = []
    for t, answers in zip(probes["steps"].tolist(), probed.transpose(1, 0, 2), strict=True):
        there = mask[:, t]
        if there.any():
            right = (answers[there].argmax(1) == truth[there]).mean()
            sure = float(answers[there].max(1).mean())
            rows.append({"step": t, "series": int(there.sum()), "accuracy": float(right), "confidence": sure})
    return rows


def _probes_within(trained: Trained, steps: int) -> dict[str, np.ndarray] | None:
    """Return the probes of the first steps, if there are any."""
    if trained.probes is None:
        return None
    there = trained.probes["steps"] < steps
    return {name: v[there] for name, v in trained.probes.items()} if there.any() else None


def _h_read_out(seen: Trace) -> np.ndarray:
    """Return h (N, T, H) of the layer that is read out, both directions side by side."""
    pair = seen.layers[-2:] if seen.layers[-1].backwards else seen.layers[-1:]
    return np.concatenate([layer.h for layer in pair], axis=-1)
