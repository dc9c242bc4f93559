"""What looking into a network says, by code."""

from glasscell.facts import Code


class Inspection(Code):
    """Of traces, clamps and evidence."""

    STEP = "step={step}: expected a step from 0 to {last}"
    NO_LAYER = "no layer {name!r}: expected one of {layers:reprs 99}"
    SERIES = "series={series!r}: expected a number from 0 to {last}"
    NO_SERIES = "x contains no series: expected an array (N, T, D) with N of at least 1"
    BATCH_SIZE = "batch_size={batch_size!r}: expected a whole number from 1 up"
    OUTPUT_SHAPE = "the model's output has the shape {shape!r}: expected (N, C)"
    GATE = "gate={gate!r}: expected one of {gates:reprs 99}"
    HELD_AT = "value={value!r}: expected a finite number to hold the gate at"
    DROPS_OUT = "the layer {name!r} drops out while it trains: gates are held without dropout"
    NO_LSTM = "the model {name!r} has no glasscell.LSTM in it: put one where keras.layers.LSTM stands"
    LAYER = "layer={layer!r}: expected one of {layers:reprs 99}"
    INDEX = "{what} holds {index!r}: expected whole numbers from 0 to {last}, as there are {size}"
