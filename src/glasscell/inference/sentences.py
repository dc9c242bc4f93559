"""Messages by code about predictions without TensorFlow: npz files, streams, unusable values."""

from glasscell.facts import Code


class Inference(Code):
    """Messages about networks in npz files, and their streams."""

    # an npz file that is read and run step by step
    OTHER_FORM = "has format {found!r}, expected {form}: install a newer glasscell"
    DAMAGED_NPZ = "is missing or damaged ({words}); export it again"
    NO_END = (
        "a bidirectional network needs the whole series, so it cannot process a stream; "
        "train a unidirectional one"
    )
    STEP_SHAPE = (
        "x has shape {shape!r}: expected {expected!r} (streams, channels), with NaN for "
        "missing values"
    )

    @classmethod
    def room(cls) -> str:
        """Return the room's earlier name, which the codes keep in JSON."""
        return "interop"


class Inputs(Code):
    """Messages about values that a network cannot predict for."""

    # streams
    STREAM_TOO_LARGE = (
        "x of stream {stream}, channel {channel} is infinite, or too large for this network (at "
        "most {largest:.2g}): expected a number, or NaN for a missing value"
    )
    STREAM_MISSING = (
        "x of stream {stream}, channel {channel} is missing; this network was "
        "trained without missing values"
    )
    STREAM_OVERFLOW = (
        "the output of the network is not finite for stream {stream}; check the "
        "values and their unit"
    )

    # series that cannot be predicted
    ROW_OF_X = "X[{row}]"
    OF_ID = "series {id!r}"
    VALUE_TOO_LARGE = (
        "{series}, step {step}, channel {channel!r}: the value is infinite, or too large for "
        "this network (at most {largest:.2g}); correct it, or mark it as missing"
    )
    OTHER_STEPS = "{series} has {found} step{found:|s}: expected {expected}, as in training"
    VALUE_MISSING = (
        "{series}, step {step}, channel {channel!r}: the value is missing; this network was "
        "trained without missing values"
    )
    OVERFLOW = "{series}: the output of the network is not finite; check the values and their unit"

    @classmethod
    def room(cls) -> str:
        """Return the room's earlier name, which the codes keep in JSON."""
        return "networks"
