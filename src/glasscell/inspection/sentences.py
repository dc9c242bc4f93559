"""Messages by code about traces, clamps and evidence, in Python and as typed."""

from glasscell.facts import Code


class Inspection(Code):
    """Messages about traces, clamps and evidence."""

    # a trace in one line
    TRACE = "Trace of {n} series, {steps} step{steps:|s}: {layers:, }"
    LAYER_OF_TRACE = "{name} ({units} unit{units:|s})"

    # traces
    NO_SERIES = "x contains no series: expected an array (N, T, D) with N of at least 1"
    NO_LSTM = (
        "the model {name!r} contains no glasscell.LSTM: replace its keras.layers.LSTM with one"
    )
    NO_LAYER = "there is no layer {name!r}: expected one of {layers:reprs 99}"
    SERIES = "series={series!r}: expected a number from 0 to {last}"
    STEP = "step={step}: expected a step from 0 to {last}"

    # clamps
    GATE = "gate={gate!r}: expected one of {gates:reprs 99}"
    HELD_AT = "value={value!r}: expected a finite number to clamp the gate at"
    LAYER = "layer={layer!r}: expected one of {layers:reprs 99}"
    INDEX = "{what} contains {index!r}: expected integers from 0 to {last}"
    DROPS_OUT = (
        "the layer {name!r} applies dropout in training: gates can only be clamped without dropout"
    )

    # typed clamps
    NO_CLAMP = "clamps has {found!r}: expected a Clamp, or a text such as 'lstm_1 unit 0 f=1'"
    CLAMP_UNREADABLE = (
        "clamp {clamp!r}: expected a layer, a unit and gates with values: '{layer} unit 0 f=1'"
    )
    NAME_LAYER = "clamp {clamp!r}: the layer is missing; expected {layers: or }"
    NO_SUCH_LAYER = "clamp {clamp!r}: there is no layer {layer}; expected {layers: or }"
    NO_UNIT = "clamp {clamp!r}: there is no unit {unit}; {layer} has units 0 to {last}"
    NO_GATE = "clamp {clamp!r}: {gate} is not a gate; expected one of {gates:, }"
    NO_NUMBER = "clamp {clamp!r}: {value} is not a finite float32 number"

    # evidence
    OUTPUT_SHAPE = "the model's output has the shape {shape!r}: expected (N, C)"
