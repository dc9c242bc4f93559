"""Networks of random weights, as payloads, and what they should compute, in NumPy float64.

`answer` is compared with the tests' oracle; `held` is the same recurrence with values held by
clamps.
"""

import numpy as np
from support import oracle
from support.node import encode

READ_OUTS = ("last", "mean", "both")


def variant_of(name):
    """Return a variant of the oracle as the payload describes it."""
    return {
        "input_gate": name != "NIG",
        "forget_gate": name != "NFG",
        "output_gate": name != "NOG",
        "coupled": name == "CIFG",
        "peepholes": name not in oracle.WITHOUT_PEEPHOLES,
        "full_gate_recurrence": name == "FGR",
        "input_activation": "linear" if name == "NIAF" else "tanh",
        "gate_activation": "sigmoid",
        "output_activation": "linear" if name in ("NOAF", "ARTICLE") else "tanh",
    }


def float32(v):
    """Round to the float32 of a payload, as float64."""
    return np.asarray(v, "float32").astype("float64")


def draw(rng, longest=40, units=17):
    """Draw a network and a series for it."""
    D, C, T = rng.integers(1, 6), rng.integers(1, 5), rng.integers(1, longest + 1)
    layers, width = [], D
    for _ in range(rng.integers(1, 4)):
        H, name = rng.integers(1, units + 1), str(rng.choice(oracle.NAMES))
        both = bool(rng.integers(2))
        shrink = rng.uniform(0.2, 1)
        layer = []
        for backwards in (False, True)[: 1 + both]:
            weights = oracle.random_weights(rng, width, H, name)
            layer.append(
                (name, backwards, {key: float32(shrink * v) for key, v in weights.items()})
            )
        if rng.random() < 0.2:
            for _, _, weights in layer:
                del weights["bias"]
        layers.append(layer)
        width = H * (1 + both)
    read_out = str(rng.choice(READ_OUTS))
    is_classifier, is_article = rng.random() < 0.5, rng.random() < 0.2
    x = 3 * rng.normal(size=(T, D)) + 1
    scaling = (
        None
        if rng.random() < 0.2
        else (float32(rng.normal(size=D)), float32(rng.uniform(0.5, 3, size=D)))
    )
    if scaling:
        x[rng.random((T, D)) < 0.1] = np.nan
        kind = str(rng.choice(oracle.MASKS[:-1]))
        mask = oracle.random_mask(rng, kind, 1, T)
        x[~mask[0] if mask is not None else np.zeros(T, bool)] = np.nan
        if np.isnan(x).all():
            x[rng.integers(T), 0] = 1.0
    return {
        "channels": [f"channel {d}" for d in range(D)],
        "x": float32(x),
        "stride": int(rng.choice([1, 1, 2, 3, 7])),
        "scaling": scaling,
        "layers": layers,
        "from": read_out,
        "kernel": float32(rng.normal(size=(width * (1 + (read_out == "both")), C))),
        "bias": float32(rng.normal(size=C)),
        "activation": "tanh" if is_article else "linear",
        "then": "softmax" if is_classifier else "linear",
        "scale": None if is_classifier else float32(rng.uniform(1, 3, size=C)),
        "offset": None if is_classifier else float32(rng.normal(size=C)),
    }


def draw_of_tokens(rng, **sizes):
    """Draw a network for tokens with a table, some masked or missing, and a series for it."""
    network = draw(rng, **sizes)
    V, E, T = int(rng.integers(2, 40)), len(network["layers"][0][0][2]["kernel"]), len(network["x"])
    x = rng.integers(V, size=(T, 1)).astype("float64")
    x[rng.random(T) < 0.2] = np.nan
    x[rng.integers(T)] = V - 1
    return {
        **network,
        **{"channels": ["token"], "x": x, "stride": 1, "scaling": None},
        "table": float32(rng.normal(size=(V, E))),
        "masking": 0.0 if rng.integers(2) else None,
    }


def payload_of(network):
    """Write a drawn network as a payload without examples."""

    def direction(name, backwards, weights):
        H = len(weights["recurrent_kernel"])
        encoded = {key: encode(v) for key, v in weights.items()}
        return {
            "name": f"lstm {name}",
            "backwards": backwards,
            "units": H,
            "features": len(weights["kernel"]),
            "variant": variant_of(name),
            **{"bias": None, "peephole_kernel": None, "gate_kernel": None},
            **encoded,
        }

    scaling = network["scaling"]
    numbers = {
        key: None if network[key] is None else network[key].tolist() for key in ("scale", "offset")
    }
    return {
        "format": 1,
        "channels": network["channels"],
        "probes": None,
        "network": {
            "stride": network["stride"],
            "embedding": encode(network["table"]) if "table" in network else None,
            "masking": network.get("masking"),
            "scaling": None
            if scaling is None
            else {"mean": scaling[0].tolist(), "deviation": scaling[1].tolist()},
            "layers": [
                {"directions": [direction(*one) for one in layer]} for layer in network["layers"]
            ],
            "read_out": {
                **{key: network[key] for key in ("from", "activation", "then")},
                "kernel": encode(network["kernel"]),
                "bias": encode(network["bias"]),
                **numbers,
            },
        },
    }


def enter(network):
    """Return what the first LSTM reads (T', D), and the mask (T',)."""
    if "table" in network:
        tokens = network["x"][:, 0]
        mask = ~np.isnan(tokens) & (tokens != network["masking"])
        return np.where(
            mask[:, None], network["table"][np.nan_to_num(tokens).astype(int)], 0.0
        ), mask
    read, mask = [], []
    for start in range(0, len(network["x"]), network["stride"]):
        part = network["x"][start : start + network["stride"]]
        means = [v[~np.isnan(v)].mean() if not np.isnan(v).all() else np.nan for v in part.T]
        mask.append(not np.isnan(means).all())
        if network["scaling"]:
            means = (np.array(means) - network["scaling"][0]) / network["scaling"][1]
        read.append(np.nan_to_num(means))
    return np.array(read), np.array(mask)


def answer(network, clamps=None):
    """Compute all states, layers → directions → dict of z i f o c h (T', H), and output (C,)."""
    x, mask = enter(network)
    states = []
    for n, layer in enumerate(network["layers"]):
        directions = [
            held(x, mask, *one, [c for c in clamps or [] if (c["layer"], c["direction"]) == (n, d)])
            for d, one in enumerate(layer)
        ]
        states.append(directions)
        read, x = x, np.concatenate([one["h"] for one in directions], axis=1)
    if not clamps:
        _compare_with_oracle(read, mask, network["layers"][-1], states[-1])
    ends = [
        one["h"][0 if backwards else -1]
        for one, (_, backwards, _) in zip(states[-1], layer, strict=True)
    ]
    parts = {"last": ends, "mean": [x[mask].mean(0)], "both": [*ends, x[mask].mean(0)]}[
        network["from"]
    ]
    y = np.concatenate(parts) @ network["kernel"] + network["bias"]
    y = np.tanh(y) if network["activation"] == "tanh" else y
    if network["scale"] is not None:
        y = y * network["scale"] + network["offset"]
    if network["then"] == "softmax":
        y = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
    return states, y


def held(x, mask, name, backwards, weights, clamps):
    """Read x (T, D) as the oracle does, with clamps."""
    T, H = len(x), len(weights["recurrent_kernel"])
    states = {key: np.full((T, H), np.nan) for key in "zifoch"}
    h, c, last = np.zeros(H), np.zeros(H), np.zeros(3 * H)
    bias = weights.get("bias", np.zeros(4 * H))
    p = weights.get("peephole_kernel", np.zeros((3, H)))
    gate_kernel = weights.get("gate_kernel", np.zeros((3 * H, 3 * H)))
    σ, one = oracle.σ, np.ones(H)

    def hold(gate, v):
        v = np.array(v)
        for clamp in clamps:
            if clamp["gate"] == gate and clamp["from"] <= t <= clamp["to"]:
                v[slice(None) if clamp["units"] is None else clamp["units"]] = clamp["value"]
        return v

    for t in range(T)[:: -1 if backwards else 1]:
        if mask[t]:
            a = x[t] @ weights["kernel"] + h @ weights["recurrent_kernel"] + bias
            a_i, a_f, a_z, a_o = np.split(a, 4)
            r_i, r_f, r_o = np.split(last @ gate_kernel, 3)
            z = hold("z", a_z if name == "NIAF" else np.tanh(a_z))
            i = hold("i", one if name == "NIG" else σ(a_i + r_i + p[0] * c))
            f = hold(
                "f", 1 - i if name == "CIFG" else one if name == "NFG" else σ(a_f + r_f + p[1] * c)
            )
            c = hold("c", f * c + i * z)
            o = hold("o", one if name == "NOG" else σ(a_o + r_o + p[2] * c))
            h = hold("h", o * (c if name in ("NOAF", "ARTICLE") else np.tanh(c)))
            last = np.concatenate([i, f, o])
            for key, v in zip("zifo", (z, i, f, o), strict=True):
                states[key][t] = v
        states["c"][t], states["h"][t] = c, h
    return states


def _compare_with_oracle(x, mask, layer, states):
    for (name, backwards, weights), ours in zip(layer, states, strict=True):
        truth = oracle.read(x, weights, name, mask=mask, go_backwards=backwards)
        np.testing.assert_allclose(
            ours["h"][:: -1 if backwards else 1], truth.y, rtol=1e-9, atol=1e-12
        )


def draw_clamp(rng, network):
    """Draw a clamp for it."""
    layer = int(rng.integers(len(network["layers"])))
    direction = int(rng.integers(len(network["layers"][layer])))
    H = len(network["layers"][layer][direction][2]["recurrent_kernel"])
    steps = -(-len(network["x"]) // network["stride"])
    start = int(rng.integers(steps))
    units = None if rng.random() < 0.5 else sorted({int(u) for u in rng.integers(H, size=3)})
    return {
        "layer": layer,
        "direction": direction,
        "gate": str(rng.choice(list("zifoch"))),
        "units": units,
        "from": start,
        "to": int(rng.integers(start, steps + 2)),
        "value": float(rng.choice([0.0, 1.0, rng.normal()])),
    }
