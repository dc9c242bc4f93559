"""Three networks of one unit in every page: the function of each gate, in eighteen numbers.

`one_unit.json` contains them as trained by `glasscell lab gates`; `docs/figures/choose_one_unit.py`
writes it.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from glasscell.data.problems.gates import GATE_OF, make_series
from glasscell.explorer.encoding import FORMAT, encode_array, encode_lstm, encode_network
from glasscell.variants import STANDARD

FILE = Path(__file__).with_name("one_unit.json")
EXAMPLES, STEPS = 6, 20
SEED = 11  # of the examples, each with steps of both kinds; not among the training series
SHAPES = {
    "kernel": (2, 4),
    "recurrent_kernel": (1, 4),
    "bias": (4,),
    "read_out": (1, 1),
    "read_out_bias": (1,),
}


def one_unit_networks() -> list[dict[str, Any]]:
    """Return the networks' data for the page: for each, its payload (`payload_of`) and its task.

    They have an output at every step; the page computes the targets of any series itself.

    >>> [(one["name"], one["gate_task"]["gate"]) for one in one_unit_networks()]
    [('write', 'i'), ('erase', 'f'), ('show', 'o')]
    """
    return [_payload(one) for one in json.loads(FILE.read_text("utf-8"))]


def _payload(one: dict[str, Any]) -> dict[str, Any]:
    task = one["task"]
    x, _ = make_series(task, EXAMPLES, STEPS, seed=SEED)
    examples = [
        {
            "name": str(n),
            "id": str(n),
            "truth": None,
            "answer": None,
            "steps": STEPS,
            "x": encode_array(series),
        }
        for n, series in enumerate(x, 1)
    ]
    return {
        "format": FORMAT,
        "name": task,
        "title": f"One unit: {task}",
        "run": f"one-unit-{task}",
        "task": "regression",
        "input": "series",
        "classes": None,
        "channels": ["value", "control bit"],
        "longest": STEPS,
        "network": _network(
            {name: np.reshape(v, SHAPES[name]) for name, v in one["weights"].items()}
        ),
        "probes": None,
        "examples": examples,
        "score": None,
        "examples_trained_on": False,
        "gate_task": {
            "gate": GATE_OF[task],
            **{key: v for key, v in one.items() if key not in ("task", "weights")},
        },
    }


def _network(weights: dict[str, np.ndarray]) -> dict[str, Any]:
    lstm = encode_lstm("lstm", weights.get, asdict(STANDARD))
    return encode_network([[lstm]], weights["read_out"], weights["read_out_bias"], reads="every")
