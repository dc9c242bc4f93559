"""Write the essay as one file: its text with its networks' numbers, its figures, and networks.

    python docs/essay/write.py
    python docs/essay/write.py --networks DIGITS.html TEXT.html

The second command updates the networks from two explorers: that of `glasscell train` with the
defaults, and that of `glasscell train python --units 128 --minutes 6` after `glasscell cells`.

T time steps · D channels · H units · C classes
"""

import argparse
import base64
import json
import re
import sysconfig
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.explorer.bundle import Assembly, write_page
from glasscell.tasks.language.hypotheses import mark_texts
from glasscell.tasks.language.python_marks import PYTHON_MARKS
from glasscell.tasks.language.text_marks import TEXT_MARKS

HERE = Path(__file__).parent
NETWORKS = HERE / "networks.json"
ESSAY = HERE / "what-an-lstm-remembers.html"
TITLE = "What an LSTM remembers"
PLAIN_WEIGHT, PLAIN_STEPS = 0.9, 20  # as in figures/plain.js
LSTM, DENSE = ("kernel", "recurrent_kernel", "bias"), ("kernel", "bias")
CELLS = ("parentheses", "class line")  # the first unit is used as its name says, the second is not
PASSAGE = "wsgiref/simple_server.py", 996, 1500  # held-out text of the library: file, start, length


def take_networks(digits: Path, text: Path) -> dict[str, Any]:
    """Return the parts of two explorers' data that the essay needs."""
    one, other = (
        json.loads(
            re.findall(
                r'<script type="application/json" id="data">(.*?)</script>',
                page.read_text("utf-8"),
                re.S,
            )[0]
        )
        for page in (digits, text)
    )
    also = {network["name"]: network for network in one.pop("also")}
    cells = {cell["name"]: cell for cell in other["cells"]}
    name, begin, length = PASSAGE
    whole = (Path(sysconfig.get_paths()["stdlib"]) / name).read_text("utf-8")
    here = slice(begin, begin + length)
    marks = dict.fromkeys(CELLS, np.zeros(0))
    for one_of in mark_texts((*TEXT_MARKS, *PYTHON_MARKS), {name: whole}):
        if (known := one_of.name.replace("_", " ")) in CELLS:
            marks[known] = one_of.values[here]
    inside = [cells[cell] | {"inside": [int(v) for v in marks[cell]]} for cell in CELLS]
    return {
        "digits": one | {"probes": None},
        "write": also["write"] | {"examples": also["write"]["examples"][:1]},
        "erase": also["erase"]["gate_task"],
        "text": other
        | {
            "cells": inside,
            "text": {"name": name, "text": whole[here]},
            "indentation": cells["indentation"]["score"],
        },
    }


def decode(array: Any) -> np.ndarray:
    """Return an array of the explorer's data, which may be decoded already."""
    if isinstance(array, np.ndarray):
        return array
    kind = "float32" if "float32" in array else "float16"
    numbers = np.frombuffer(base64.b64decode(array[kind]), np.dtype(kind).newbyteorder("<"))
    return numbers.astype(float).reshape(array["shape"])


def frames_of(digits: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the network after each kept epoch, with decoded arrays: inverts `explorer.frames`."""
    network, epochs = digits["network"], digits["epochs"]
    bits = np.unpackbits(np.frombuffer(base64.b64decode(epochs["coded"]), "uint8"))
    ones, at = np.flatnonzero(bits), 0

    def whole(count: int) -> int:
        nonlocal at
        at += count
        return int("".join(map(str, bits[at - count : at])) or "0", 2)

    def code(low: int) -> int:
        nonlocal at
        high = int(ones[np.searchsorted(ones, at)]) - at
        at += high + 1
        folded = (high << low) + whole(low)
        return -(folded + 1) // 2 if folded % 2 else folded // 2

    (direction,) = network["layers"][0]["directions"]
    places = [(direction, name) for name in LSTM] + [
        (network["read_out"], name) for name in LSTM if name in DENSE
    ]
    steps = dict(zip(range(len(places)), epochs["steps"], strict=True))
    following = [
        np.floor(decode(part[name]) / steps[n] + 0.5).astype(int)
        for n, (part, name) in enumerate(places)
    ]
    later, frames = following, []
    for _ in epochs["kept"]:
        now = []
        for v, after in zip(following, later, strict=True):
            low = whole(4)
            now.append(
                v + (v - after >> 1) + np.reshape([code(low) for _ in range(v.size)], v.shape)
            )
        later, following = following, now
        frames.append({name: now[n] * steps[n] for n, (_, name) in enumerate(places[: len(LSTM)])})
    return [{"layers": [{"directions": [direction | frame]}]} for frame in reversed(frames)]


def run(
    network: dict[str, Any], x: np.ndarray, hold: tuple[int, int] | None = None
) -> dict[str, np.ndarray]:
    """Return z, i, f, o, c, h (T, H) of one layer; `hold`: a unit, and its first step of f = 1."""
    (direction,) = network["layers"][0]["directions"]
    kernel, recurrent, bias = (decode(direction[name]) for name in LSTM)
    H = direction["units"]
    shows = {"linear": lambda c: c, "tanh": np.tanh}[direction["variant"]["output_activation"]]
    h, c, steps = np.zeros(H), np.zeros(H), []
    for t, row in enumerate(x):
        i, f, z, o = np.split(row @ kernel + h @ recurrent + bias, 4)
        i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o))
        if hold is not None and t >= hold[1]:
            f[hold[0]] = 1
        z = np.tanh(z)
        c = f * c + i * z
        h = o * shows(c)
        steps.append({"z": z, "i": i, "f": f, "o": o, "c": c, "h": h})
    return {name: np.array([step[name] for step in steps]) for name in "zifoch"}


def costs(text: dict[str, Any], hold: tuple[int, float] | None = None) -> np.ndarray:
    """Return a language model's cost of each character in bits (T,); `hold`: a unit, its c."""
    network, known = text["network"], text["characters"]
    (direction,), read_out = network["layers"][0]["directions"], network["read_out"]
    kernel, recurrent, bias, table = (
        *(decode(direction[name]) for name in LSTM),
        decode(network["embedding"]),
    )
    entered = table @ kernel + bias
    # 0 begins a text, 1 is rare
    symbols = [0, *(known.find(letter) + 2 for letter in text["text"]["text"])]
    h = c = np.zeros(direction["units"])
    found = []
    for symbol, following in pairwise(symbols):
        i, f, z, o = np.split(entered[symbol] + h @ recurrent, 4)
        i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o))
        c = f * c + i * np.tanh(z)
        if hold is not None:
            c[hold[0]] = hold[1]
        h = o * np.tanh(c)
        logits = h @ decode(read_out["kernel"]) + decode(read_out["bias"])
        found.append((np.logaddexp.reduce(logits) - logits[following]) / np.log(2))
    return np.array(found)


def cost_of(cell: dict[str, Any], text: dict[str, Any]) -> tuple[float, float]:
    """Return the extra bits per character without a unit: where its name implies on, and elsewhere.

    A character is predicted with the unit's state after the previous character.
    """
    more = costs(text, (cell["unit"], cell["off"])) - costs(text)
    inside = np.array([0, *cell["inside"][:-1]], bool)
    return more[inside].mean(), more[~inside].mean()


def find_event(digits: dict[str, Any]) -> tuple[int, int, int]:
    """Return example, unit and step of the largest memory loss by a gate that opens elsewhere."""
    best = (0.0, 0, 0, 0)
    for n, example in enumerate(digits["examples"]):
        one = run(digits["network"], decode(example["x"]))
        lost = (one["f"].max(0) - one["f"])[1:] * abs(one["c"][:-1])
        t, unit = np.unravel_index(lost.argmax(), lost.shape)
        best = max(best, (lost[t, unit], n, int(unit), int(t) + 1))
    return best[1:]


def numbers_of(networks: dict[str, Any]) -> dict[str, str]:
    """Return all numbers of the essay, formatted."""
    digits, write, text = networks["digits"], networks["write"], networks["text"]
    example, unit, t = find_event(digits)
    x = decode(digits["examples"][example]["x"])
    one, held = run(digits["network"], x), run(digits["network"], x, hold=(unit, t))
    h, left = np.tanh(1), 1.0
    for _ in range(PLAIN_STEPS - 1):
        h = np.tanh(PLAIN_WEIGHT * h)
        left *= PLAIN_WEIGHT * (1 - h**2)
    series = decode(write["examples"][0]["x"])
    gate, mark = run(write["network"], series)["i"][:, 0], series[:, 1] > 0.5
    votes = one["h"][-1][:, None] * decode(digits["network"]["read_out"]["kernel"])
    predicted = int((votes.sum(0) + decode(digits["network"]["read_out"]["bias"])).argmax())
    loudest = int(votes[:, predicted].argmax())
    kept = digits["epochs"]["kept"]
    opening = [run(frame, x)["f"][t, unit] for frame in frames_of(digits)]
    shut = next(
        (epoch for epoch, f in zip(kept, opening, strict=True) if f < 0.5), digits["epochs"]["last"]
    )
    (used, other), units = text["cells"], digits["network"]["layers"][0]["directions"][0]["units"]
    (one_inside, one_elsewhere), (other_inside, other_elsewhere) = (
        cost_of(cell, text) for cell in text["cells"]
    )
    return {
        "plain.left": percent(left),
        "plain.steps": str(PLAIN_STEPS),
        "write.scale": number(decode(write["network"]["read_out"]["kernel"])[0, 0], 1),
        "write.on": number(gate[mark].mean()),
        "write.off": number(gate[~mark].mean()),
        **{f"write.{name}": str(write["gate_task"][key]) for name, key in TASK.items()},
        **{f"erase.{name}": str(networks["erase"][key]) for name, key in TASK.items()},
        "digits.units": str(units),
        "digits.others": str(units - 1),
        "digits.test": str(digits["score"]["n"]),
        "digits.accuracy": f"{digits['score']['accuracy']:.3f}",
        "digits.epochs": str(digits["epochs"]["last"]),
        "throw.row": str(t + 1),
        "throw.before_row": str(t),
        "throw.before": number(one["c"][t - 1, unit]),
        "throw.f": number(one["f"][t, unit]),
        "throw.share": percent(1 - one["f"][t, unit]),
        "throw.held": number(held["c"][-1, unit]),
        "throw.free": number(one["c"][-1, unit]),
        "throw.digit": digits["classes"][predicted],
        "many.unit": str(loudest),
        "many.for": digits["classes"][votes[loudest].argmax()],
        "many.against": digits["classes"][votes[loudest].argmin()],
        "many.part": number(votes[:, predicted].max(), 1),
        "many.whole": number(votes[:, predicted].sum(), 1),
        "learn.first": number(opening[0]),
        "learn.epoch": str(shut),
        "text.units": str(text["network"]["layers"][0]["directions"][0]["units"]),
        "text.one": str(used["unit"]),
        "text.one.auc": number(used["score"]),
        "text.one.inside": number(one_inside),
        "text.one.elsewhere": number(one_elsewhere),
        "text.other": str(other["unit"]),
        "text.other.auc": number(other["score"]),
        "text.other.inside": number(other_inside),
        "text.other.elsewhere": number(other_elsewhere),
        "text.other.indentation": percent(text["indentation"]),
    }


TASK = {"networks": "networks", "solved": "solved", "without": "solved_without"}


def number(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign.

    >>> number(-0.5)
    '−0.50'
    """
    return f"{value:.{digits}f}".replace("-", "−")


def percent(share: float) -> str:
    r"""Return a fraction in percent.

    >>> percent(0.084)
    '8\xa0%'
    """
    return f"{100 * share:.0f}\xa0%"


def fill(text: str, numbers: dict[str, str]) -> str:
    """Insert each number at its placeholder in the text; raise KeyError for an unknown one."""
    return re.sub(r"\{\{([\w.]+)\}\}", lambda found: numbers[found[1]], text)


def make_essay() -> str:
    """Return the essay as one page."""
    networks = json.loads(NETWORKS.read_text("utf-8"))
    page = write_page(
        {"title": TITLE} | networks, Assembly(HERE, "essay.html", "style.css", "start.js")
    )
    return fill(page, numbers_of(networks))


def main() -> None:
    """Write the essay, and its networks if they are to be taken anew."""
    parser = argparse.ArgumentParser(description="Write the essay.")
    parser.add_argument(
        "--networks",
        nargs=2,
        type=Path,
        metavar=("DIGITS", "TEXT"),
        help="two explorers to take them from",
    )
    asked = parser.parse_args()
    if asked.networks:
        NETWORKS.write_text(
            json.dumps(take_networks(*asked.networks), separators=(",", ":")), "utf-8"
        )
    ESSAY.write_text(make_essay(), "utf-8")
    print(f"{ESSAY}: {len(ESSAY.read_bytes()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
