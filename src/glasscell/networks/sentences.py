"""What the rooms of networks say, by code."""

from glasscell.facts import Code


class Networks(Code):
    """Of how a network is put together."""

    NOT_WIRED = (
        "the model {name!r} is not wired as a run's network is: expected one of networks.builder.build_network "
        "or article.build_model: series, LSTM layers, a read-out of the last h or the mean"
    )
    OWN_CLASS = (
        "the model {name!r} is a class of its own ({kind}): how its layers are put together stands in its code only"
    )
    SEVERAL_OUTPUTS = "the model {name!r} has {n} outputs: expected one"
    COMPUTES_BETWEEN = "the model {name!r} computes {layer!r} between its layers"
    USED_AGAIN = "the layer {layer!r} of {name!r} is used several times"
    OTHER_OUTPUT = "the layer {layer!r} is read by its output {output}, not by its first"
    SEVERAL_INPUTS = "the layer {layer!r} of {name!r} reads {n} others"
    STANDS_BESIDE = "the layer {layer!r} of {name!r} stands beside the others"
    BIDIRECTIONAL = "a bidirectional network reads from the end, too: a stream has none; train another"
    NO_STREAM = (
        "a stream cannot read with the network {name!r}, which has {layers:reprs 99}: expected LSTMs one after "
        "another, and before them nothing but stride, scaling and noise"
    )
    NO_LSTM_TO_STREAM = (
        "a stream cannot read with the network {name!r}, which has no LSTM: expected LSTMs one after "
        "another, and before them nothing but stride, scaling and noise"
    )
    STREAMS = "streams={streams!r}: expected a whole number from 1 up"
    WITHIN_STRIDE = (
        "{steps} of {stride} steps of a stride are read: single streams begin again between two strides only"
    )
    STREAM_SHAPE = "x has the shape {shape!r}: expected ({streams}, {features}), streams × channels"
    STREAM_INFINITE = (
        "x of stream {stream}, channel {channel} is infinite, or beyond the 3.4e38 that float32 holds: give a "
        "number, or NaN where nothing was measured"
    )

    # language models
    NO_LANGUAGE_MODEL = (
        "the model {name!r} is no language model of glasscell: expected an embedding, LSTMs one after another, and a "
        "dense read-out of logits"
    )
    TEMPERATURE = "temperature = {temperature}: expected a finite number from 0 up"
    LENGTH = "length = {length}: expected a number of characters from 0 up"
    TOP_P = "top_p = {top_p}: expected a number above 0, at most 1"
    SEED = "seed = {seed}: expected a whole number from 0 up"
    UNKNOWN_START = "the start has {found!r}, which the text that it was trained on has not; leave it out"
    NOT_FINITE = "what the network answers is not finite; where a unit is held, hold it at a smaller value"
