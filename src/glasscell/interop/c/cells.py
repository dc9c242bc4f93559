"""What C's side has to know of the LSTMs in a network, whatever stands around them.

H units
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from glasscell.errors import UsageError
from glasscell.interop.plain.layer import Layer
from glasscell.interop.sentences import Interop
from glasscell.variants import Variant

# What C calls the activations, of what stands in the brackets
ACTIVATIONS = {
    "linear": r"\1",
    "tanh": r"tanhf(\1)",
    "sigmoid": r"sigmoid(\1)",
    "hard_sigmoid": r"hard_sigmoid(\1)",
    "relu": r"relu(\1)",
    "softsign": r"softsign(\1)",
}


def weights_of(layer: Layer) -> dict[str, np.ndarray]:
    """Return a layer's weights by name, a bias of zeros where it has none."""
    weights = {part: v for part, v in layer.weights._asdict().items() if v is not None}
    return {"kernel": 0, "recurrent_kernel": 0, "bias": np.zeros(4 * layer.units)} | weights


def variant_of(layers: Sequence[Layer]) -> Variant:
    """Return what all cells are made of.

    Raises
    ------
    UsageError
        If they differ.
    """
    variants = {layer.variant for layer in layers}
    if len(variants) > 1:
        raise UsageError(Interop.SEVERAL_CELLS)
    return variants.pop()


def functions_of(variant: Variant) -> dict[str, str]:
    r"""Return what calls in the template of a cell become.

    >>> functions_of(Variant())["SIGMA"]
    'sigmoid(\\1)'
    """
    chosen: dict[str, Any] = {
        "PHI_IN": variant.input_activation,
        "SIGMA": variant.gate_activation,
        "PHI_OUT": variant.output_activation,
    }
    return {part: ACTIVATIONS[function] for part, function in chosen.items()}


def conditions_of(variant: Variant, *others: str) -> dict[str, bool]:
    """Return the conditions in the templates of a cell and its functions; `others` are activations used besides.

    >>> conditions_of(Variant(coupled=True))["FORGET_SUM"]
    False
    """
    used = {*others, variant.input_activation, variant.output_activation}
    if variant.input_gate or variant.output_gate or (variant.forget_gate and not variant.coupled):
        used.add(variant.gate_activation)
    return {
        "PEEPHOLES": variant.peepholes,
        "GATE_RECURRENCE": variant.full_gate_recurrence,
        "INPUT_GATE": variant.input_gate,
        "FORGET_GATE": variant.forget_gate,
        "OUTPUT_GATE": variant.output_gate,
        "COUPLED": variant.coupled,
        "FORGET_SUM": variant.forget_gate and not variant.coupled,
    } | {name.upper(): name in used for name in ("sigmoid", "hard_sigmoid", "relu", "softsign")}
