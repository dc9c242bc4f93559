"""A forecaster as C: a header, a source, and a program that forecasts a table.

C steps of context, F features of one · H steps ahead, G features of one · Q quantiles · M members
"""

import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import keras
import numpy as np

from glasscell.data.tables.columns import MISSING
from glasscell.interop.c.compiler import compile_program, run
from glasscell.interop.c.writing import (
    array,
    commented,
    conditions_of,
    double,
    fill,
    functions_of,
    identifier,
    number,
    quoted,
    texts,
    variant_of,
    weights_of,
    wrapped,
    write_sources,
)
from glasscell.tasks.forecasting.panels.panel import Panel
from glasscell.tasks.forecasting.panels.windows import FEWEST, PER_CHANGE, SEASONS, Framing
from glasscell.tasks.forecasting.plain import Forecaster, Member, plain_forecaster

ROLES = ("known", "past", "static")
ASKED = "asked.c"  # a program of the folder that only the comparison needs


def write(network: keras.Model, framing: Framing, panel: Panel, meaning: Mapping[str, Any], path: Path) -> None:
    """Write a network of `network.build_forecaster` as a folder of C.

    Raises
    ------
    UsageError
        If it has what C's side does not know.
    """
    write_sources(path, forecaster_sources(plain_forecaster(network, framing, panel), identifier(path.name), path.name))


def ask(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what is in a folder makes of the inputs that `exported_inputs` names: `quantiles`, `answered`."""
    name = identifier(path.name)
    header = (path / f"{name}.h").read_text(encoding="utf-8")
    roles = {"CYCLES": "times", "KNOWN": "known", "PAST": "past", "STATIC": "static"}
    conditions = {condition: role in inputs for condition, role in roles.items()}
    order = [
        one for one in ("values", "times", "times_ahead", "known", "known_ahead", "past", "static") if one in inputs
    ]
    asked = []
    for k in range(len(inputs["values"])):
        numbers = (repr(v) for one in order for v in np.ravel(inputs[one][k]).tolist())
        asked.append(" ".join([str(inputs["values"].shape[1]), *numbers]))
    with tempfile.TemporaryDirectory() as folder:
        main, program = Path(folder) / ASKED, Path(folder) / "program"
        main.write_text(fill("forecaster_asked.c", name, conditions, {}, {"name": name}), encoding="utf-8")
        compile_program(path, program, main=main)
        printed = run(program, "\n".join(asked))
    sizes = [int(header.split(f"#define {name.upper()}_{size} ")[1].split()[0]) for size in ("HORIZON", "QUANTILES")]
    rows = np.array(printed.split(), "float64").reshape(-1, 1 + int(np.prod(sizes)))
    return {"quantiles": rows[:, 1:].reshape(-1, *sizes), "answered": rows[:, 0] == 1}


def forecaster_sources(forecaster: Forecaster, name: str, title: str) -> dict[str, str]:
    """Return what the files of a forecaster hold, by their names.

    Parameters
    ----------
    forecaster : Forecaster
    name : str
        What all names begin with that others see; an identifier.
    title : str
        What it is called in comments.

    Raises
    ------
    UsageError
        If C's side does not know an activation.
    """
    framing, first = forecaster.framing, forecaster.members[0]
    variant = variant_of(_layers_of(first))
    conditions = _conditions(forecaster) | conditions_of(variant)
    values = _sizes(forecaster) | _texts(forecaster, name, title) | {"data": _data(forecaster, name)}
    for bound, limit in zip(("lowest", "highest"), framing.bounds, strict=True):
        values[bound] = "" if limit is None else double(limit)
    functions = functions_of(variant)

    def filled(file: str) -> str:
        return fill(file, name, conditions, functions, values)

    values |= {part: filled(f"{part}.c") for part in ("layer", "functions", "cell")}
    values |= {"csv": filled("csv.c"), "about": wrapped(filled("forecaster.txt").removesuffix("\n").split("\n"))}
    files = {f"{name}.h": "forecaster.h", f"{name}.c": "forecaster.c", "main.c": "forecaster_main.c"}
    return {file: filled(template) for file, template in files.items()}


def _layers_of(member: Member) -> list[Any]:
    return [*member.lstms, *([] if member.lstm_ahead is None else [member.lstm_ahead])]


def _conditions(forecaster: Forecaster) -> dict[str, bool]:
    framing, roles = forecaster.framing, {role: bool(forecaster.covariates.get(role)) for role in ROLES}
    baseline = framing.baseline
    return {
        "ONE_WAY": True,
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


def _sizes(forecaster: Forecaster) -> dict[str, str]:
    """Return sizes and places, by what templates call them."""
    framing, first = forecaster.framing, forecaster.members[0]
    counts = {role: len(forecaster.covariates.get(role, [])) for role in ROLES}
    units = [layer.units for layer in first.lstms]
    parts = 5 if first.lstms[0].variant.full_gate_recurrence else 2
    sizes: dict[str, Any] = {
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
        "per_change": PER_CHANGE,
        "members": len(forecaster.members),
        "lstms": len(units),
        "features": len(first.lstms[0].weights.kernel),
        "ahead_features": len(first.read_out_ahead),
        "beside": 2 * len(framing.cycles) + sum(counts.values()),
        **counts,
        "first_past": counts["known"],
        "first_static": counts["known"] + counts["past"],
        "parts": parts,
        "state": parts * sum(units),
        "top": parts * sum(units[:-1]),
        "next": parts * units[-1],
        "width": units[-1],
        "sums": 4 * max(units),
    }
    return {name: str(size) for name, size in sizes.items()}


def _data(forecaster: Forecaster, name: str) -> str:
    quantiles, framing = forecaster.quantiles, forecaster.framing
    in_double: dict[str, Any] = {"form": double, "kind": "double"}
    parts = [array(f"{name}_quantiles", quantiles, **in_double).removeprefix("static ")]
    parts += [texts(f"{name}_{role}", names) for role, names in forecaster.covariates.items() if names]
    if framing.centres:
        parts += [array("CENTRES", framing.centres, **in_double), array("SPREADS", framing.spreads, **in_double)]
    table, read_outs = [], []
    for m, member in enumerate(forecaster.members, 1):
        for k, layer in enumerate(_layers_of(member), 1):
            weights = {f"LSTM_{m}_{k}_{part.upper()}": v for part, v in weights_of(layer).items()}
            parts += [array(one, v) for one, v in weights.items()]
            table.append(f"    {{{', '.join([str(len(layer.weights.kernel)), str(layer.units), *weights])}}},\n")
        kernel, bias = member.read_out
        outs = {"KERNEL": kernel, "BIAS": bias, "AHEAD": member.read_out_ahead}
        outs |= {} if member.read_out_continued is None else {"CONTINUED": member.read_out_continued}
        parts += [array(f"READ_OUT_{m}_{part}", v) for part, v in outs.items()]
        read_outs.append(f"    {{{', '.join(f'READ_OUT_{m}_{part}' for part in outs)}}},\n")
    parts.append(f"static const layer LAYERS[] = {{\n{''.join(table)}}};")
    fields = "".join(f"    const float *{part.lower()};\n" for part in outs)  # pyright: ignore
    parts.append(f"static const struct {{\n{fields}}} READ_OUTS[] = {{\n{''.join(read_outs)}}};")
    parts.append(f"enum {{ LAYERS_OF_ONE = {len(_layers_of(forecaster.members[0]))} }};")
    parts += [array("UNLEARNT", forecaster.unlearnt), array("WIDENING", forecaster.widening)]
    parts.append(f"static const float TRUST = {number(float(forecaster.trust))};")
    return "\n\n".join(parts)


def _texts(forecaster: Forecaster, name: str, title: str) -> dict[str, str]:
    """Return the texts in a forecaster's files that are about it."""
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
        "name": name,
        "title": commented(title),
        "version": metadata.version("glasscell"),
        "made_of": f"{'LSTMs' if len(forecaster.members) > 1 else 'an LSTM'} of {sizes} units",
        "declared": "".join(declared),
        "in_logs": "; none is 0 or below" if logs else "",
        "or_not_above": " or one that is not above 0" if logs else "",
        "missing": ", ".join(map(quoted, MISSING)),
        "columns": commented(", ".join(columns)),
        "numbers": str(len(numbers)),
        "number_names": ", ".join(map(quoted, numbers)),
        "shown_quantiles": ", ".join(f"{one:g}" for one in forecaster.quantiles),
    }
