"""Forecasters as C: a header, a source, and a program that forecasts a table.

C steps of context, F features of one · H steps ahead, G features of one · Q quantiles · M members
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.exporters.c.compiler import ask as ask_program
from glasscell.exporters.c.compiler import name_of
from glasscell.exporters.c.filling import parts_of, sources, table_of, write_sources
from glasscell.exporters.c.writing import (
    array,
    commented,
    double,
    identifier,
    number,
    quoted,
    texts,
)
from glasscell.inference.bounds import LARGEST
from glasscell.tasks.forecasting.exports.npz import Forecaster, Member, plain_forecaster
from glasscell.tasks.forecasting.model.windows import FEWEST, PER_CHANGE, SEASONS, Framing
from glasscell.tasks.forecasting.panels.panel import Panel

ROLES = ("known", "past", "static")


def write(
    network: keras.Model, framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path
) -> None:
    """Write a network of `network.build_forecaster` as a folder of C sources."""
    write_sources(
        path,
        forecaster_sources(
            plain_forecaster(network, framing, panel), identifier(path.name), path.name
        ),
    )


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return `quantiles` and `answered` of a folder's program for inputs of `exported_inputs`."""
    name = name_of(path)
    header = (path / f"{name}.h").read_text(encoding="utf-8")
    roles = {"CYCLES": "times", "KNOWN": "known", "PAST": "past", "STATIC": "static"}
    conditions = {condition: role in inputs for condition, role in roles.items()}
    order = [
        one
        for one in ("values", "times", "times_ahead", "known", "known_ahead", "past", "static")
        if one in inputs
    ]
    asked = []
    for k in range(len(inputs["values"])):
        numbers = (repr(v) for one in order for v in np.ravel(inputs[one][k]).tolist())
        asked.append(" ".join([str(inputs["values"].shape[1]), *numbers]))
    printed = ask_program(path, "forecaster_asked.c", "\n".join(asked), conditions)
    sizes = [
        int(header.split(f"#define {name.upper()}_{size} ")[1].split()[0])
        for size in ("HORIZON", "QUANTILES")
    ]
    rows = printed.reshape(-1, 1 + int(np.prod(sizes)))
    return {"quantiles": rows[:, 1:].reshape(-1, *sizes), "answered": rows[:, 0] == 1}


def forecaster_sources(forecaster: Forecaster, name: str, title: str) -> dict[str, str]:
    """Return the contents of a forecaster's files, by their names."""
    values = _sizes(forecaster) | _texts(forecaster, name) | {"data": _data(forecaster, name)}
    for bound, limit in zip(("lowest", "highest"), forecaster.framing.bounds, strict=True):
        values[bound] = "" if limit is None else double(limit)
    layers = _layers_of(forecaster.members[0])
    return sources("forecaster", name, title, layers, _conditions(forecaster), values)


def _layers_of(member: Member) -> list[Any]:
    return [*member.lstms, *([] if member.lstm_ahead is None else [member.lstm_ahead])]


def _conditions(forecaster: Forecaster) -> dict[str, bool]:
    framing, roles = (
        forecaster.framing,
        {role: bool(forecaster.covariates.get(role)) for role in ROLES},
    )
    baseline = framing.baseline
    return {
        "ONE_WAY": True,
        "SOFTMAX": False,
        **{role.upper(): there for role, there in roles.items()},
        "COVARIATES": any(roles.values()),
        "CYCLES": bool(framing.cycles),
        "BESIDE": bool(framing.cycles) or any(roles.values()),
        "FUTURE": bool(framing.cycles) or roles["known"],
        **{cycle.upper(): cycle in framing.cycles for cycle in ("year", "week", "day")},
        "LOGS": baseline.logs,
        "SEASONAL": framing.season > 1,
        "SEASONAL_BASE": baseline.season > 1,
        "GROWTH": baseline.steps > 0,
        "CONTINUES": forecaster.members[0].lstm_ahead is not None,
        "LOWEST": framing.bounds.lowest is not None,
        "HIGHEST": framing.bounds.highest is not None,
        "MEDIAN": framing.median is not None,
    }


def _sizes(forecaster: Forecaster) -> dict[str, Any]:
    """Return sizes and positions, by their names in the templates."""
    framing, first = forecaster.framing, forecaster.members[0]
    counts = {role: len(forecaster.covariates.get(role, [])) for role in ROLES}
    units = [layer.units for layer in first.lstms]
    parts = parts_of(first.lstms[0].variant)
    return {
        "horizon": framing.horizon,
        "quantiles": len(forecaster.quantiles),
        "middle": forecaster.quantiles.index(0.5),
        "median": framing.median,
        "context": framing.context,
        "reach": framing.reach,
        "season": framing.season,
        "seasons": framing.baseline.seasons,
        "base_season": framing.baseline.season,
        "drift": framing.baseline.steps,
        "looks_back": SEASONS,
        "fewest": FEWEST,
        "largest": double(LARGEST),
        "per_change": PER_CHANGE,
        "members": len(forecaster.members),
        "lstms": len(units),
        "features": len(first.lstms[0].weights.kernel),
        "ahead_features": len(first.read_out_ahead),
        "beside": 2 * len(framing.cycles) + sum(counts.values()),
        **counts,
        "first_past": counts["known"],
        "first_static": counts["known"] + counts["past"],
        "state": parts * sum(units),
        "top": parts * sum(units[:-1]),
        "next": parts * units[-1],
        "width": units[-1],
        "needs_time": int(bool(framing.cycles)),
    }


def _data(forecaster: Forecaster, name: str) -> str:
    quantiles, framing = forecaster.quantiles, forecaster.framing
    in_double: dict[str, Any] = {"form": double, "kind": "double"}
    parts = [array(f"{name}_quantiles", quantiles, **in_double).removeprefix("static ")]
    parts += [
        texts(f"{name}_{role}", names) for role, names in forecaster.covariates.items() if names
    ]
    if framing.centres:
        parts += [
            array("CENTRES", framing.centres, **in_double),
            array("SPREADS", framing.spreads, **in_double),
        ]
    layers, read_outs = {}, []
    for m, member in enumerate(forecaster.members, 1):
        layers |= {f"LSTM_{m}_{k}": layer for k, layer in enumerate(_layers_of(member), 1)}
        kernel, bias = member.read_out
        outs = {"KERNEL": kernel, "BIAS": bias, "AHEAD": member.read_out_ahead}
        outs |= (
            {} if member.read_out_continued is None else {"CONTINUED": member.read_out_continued}
        )
        parts += [array(f"READ_OUT_{m}_{part}", v) for part, v in outs.items()]
        read_outs.append(f"    {{{', '.join(f'READ_OUT_{m}_{part}' for part in outs)}}},\n")
    parts += table_of(layers)
    fields = "".join(f"    const float *{part.lower()};\n" for part in outs)  # pyright: ignore
    parts.append(f"static const struct {{\n{fields}}} READ_OUTS[] = {{\n{''.join(read_outs)}}};")
    parts.append(f"enum {{ LAYERS_OF_ONE = {len(_layers_of(forecaster.members[0]))} }};")
    parts += [
        array("UNLEARNT", forecaster.initial_width),
        array("WIDENING", forecaster.width_factors),
    ]
    parts.append(f"static const float TRUST = {number(float(forecaster.weight))};")
    return "\n\n".join(parts)


def _texts(forecaster: Forecaster, name: str) -> dict[str, str]:
    """Return the texts that describe a forecaster in its files."""
    logs, capitals = forecaster.framing.baseline.logs, name.upper()
    declared = [
        f"extern const char *const {name}_{role}[{capitals}_{role.upper()}];\n"
        for role, names in forecaster.covariates.items()
        if names
    ]
    sizes = ", ".join(str(layer.units) for layer in forecaster.members[0].lstms)
    numbers = ["value", *(one for role in ROLES for one in forecaster.covariates.get(role, []))]
    columns = ["id", "time", *numbers]
    return {
        "made_of": f"{'LSTMs' if len(forecaster.members) > 1 else 'an LSTM'} of {sizes} units",
        "declared": "".join(declared),
        "in_logs": "; none is 0 or below" if logs else "",
        "or_not_above": " or one that is not above 0" if logs else "",
        "columns": commented(", ".join(columns)),
        "numbers": str(len(numbers)),
        "number_names": ", ".join(map(quoted, numbers)),
        "shown_quantiles": ", ".join(f"{one:g}" for one in forecaster.quantiles),
    }
