"""The structure of a cell: standard, the original tutorial's, and the literature's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Activation = str | Callable[..., Any]
# of the kernel, in its order
PLAIN_ACTIVATIONS = ("linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign")


def _check_activation(name: Activation) -> None:
    if not callable(name) and name not in PLAIN_ACTIVATIONS:
        from keras import activations  # only for rarer names, since the import takes seconds

        activations.get(name)


@dataclass(frozen=True)
class Variant:
    """The structure of a cell. An absent gate is fixed at 1; weight shapes do not change.

    Parameters
    ----------
    input_gate, forget_gate, output_gate : bool
        Whether the cell has this gate.
    coupled : bool
        Whether f = 1 − i.
    peepholes : bool
        Whether the gates receive c.
    full_gate_recurrence : bool
        Whether the gates receive those of the previous step.
    input_activation, gate_activation, output_activation : str, callable or None
        Activations of z, of i, f and o, and of c. Names are those of Keras; None and "identity"
        mean "linear".

    Raises
    ------
    ValueError
        If the parts contradict each other, or Keras does not know an activation.

    Examples
    --------
    >>> import glasscell
    >>> no_output_tanh = glasscell.Variant(output_activation="identity")
    >>> no_output_tanh.forget_gate, no_output_tanh == glasscell.ARTICLE
    (True, True)
    """

    input_gate: bool = True
    forget_gate: bool = True
    output_gate: bool = True
    coupled: bool = False
    peepholes: bool = False
    full_gate_recurrence: bool = False
    input_activation: Activation | None = "tanh"
    gate_activation: Activation | None = "sigmoid"
    output_activation: Activation | None = "tanh"

    def __post_init__(self):
        if self.coupled and not (self.input_gate and self.forget_gate):
            raise ValueError(
                "coupled=True means f = 1 − i, so it needs both: input_gate=True and "
                "forget_gate=True"
            )
        for field in ("input_activation", "gate_activation", "output_activation"):
            if getattr(self, field) in (None, "identity"):
                object.__setattr__(self, field, "linear")
            _check_activation(getattr(self, field))


#: The LSTM of Keras and PyTorch, ``Variant()``: three gates, no peepholes.
STANDARD = Variant()

#: The cell of the original tutorial, ``Variant(output_activation="linear")``: no tanh
#: after the memory cell.
ARTICLE = Variant(output_activation="linear")

#: The nine variants of Greff et al. (2017), "LSTM: A Search Space Odyssey", by name.
#:
#: ========== ============================== ====================================================
#: name       difference from V              ``Variant(…)``
#: ========== ============================== ====================================================
#: ``"V"``    vanilla: gates with peepholes  ``peepholes=True``
#: ``"NIG"``  no input gate                  ``peepholes=True, input_gate=False``
#: ``"NFG"``  no forget gate                 ``peepholes=True, forget_gate=False``
#: ``"NOG"``  no output gate                 ``peepholes=True, output_gate=False``
#: ``"NIAF"`` no input activation function   ``peepholes=True, input_activation="linear"``
#: ``"NOAF"`` no output activation function  ``peepholes=True, output_activation="linear"``
#: ``"CIFG"`` coupled input and forget gate  ``peepholes=True, coupled=True``
#: ``"NP"``   no peepholes: `STANDARD`       (none)
#: ``"FGR"``  full gate recurrence           ``peepholes=True, full_gate_recurrence=True``
#: ========== ============================== ====================================================
GREFF = {
    "V": Variant(peepholes=True),
    "NIG": Variant(peepholes=True, input_gate=False),
    "NFG": Variant(peepholes=True, forget_gate=False),
    "NOG": Variant(peepholes=True, output_gate=False),
    "NIAF": Variant(peepholes=True, input_activation="linear"),
    "NOAF": Variant(peepholes=True, output_activation="linear"),
    "CIFG": Variant(peepholes=True, coupled=True),
    "NP": STANDARD,
    "FGR": Variant(peepholes=True, full_gate_recurrence=True),
}
