"""What language models say that are read again from a file, or clamped, by code."""

from glasscell.facts import Code


class LanguageExports(Code):
    """Of language models that are read again, and clamped."""

    # read again
    DAMAGED = "is missing or damaged ({words})"

    # units that are clamped
    CLAMP_UNREADABLE = "clamp {clamp!r}: expected a layer, a unit and gates with values: 'lstm_1 unit 17 f=1'"
    NAME_LAYER = "clamp {clamp!r}: the layer is missing; expected {layers: or }"
    NO_LAYER = "clamp {clamp!r}: there is no layer {layer}; expected {layers: or }"
    NO_UNIT = "clamp {clamp!r}: there is no unit {unit}; {layer} has units 0 to {last}"
    NO_GATE = "clamp {clamp!r}: {gate} is not a gate; expected z, i, f, o, or c (the memory cell)"
    NO_NUMBER = "clamp {clamp!r}: {value} is not a finite float32 number"
