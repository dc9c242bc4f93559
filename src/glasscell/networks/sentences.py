"""Messages by code about the structure of a network, streams, and files of Keras models."""

from glasscell.facts import Code


class Networks(Code):
    """About the structure of a network, streams and language models."""

    # taking a network apart
    NOT_WIRED = (
        "the model {name!r} is not built like the network of a run: expected one of "
        "networks.builder.build_network or article.build_model"
    )
    OWN_CLASS = (
        "the model {name!r} is of a custom class ({kind}), whose structure is defined "
        "only in its code"
    )
    SEVERAL_OUTPUTS = "the model {name!r} has {n} output{n:|s}: expected one"
    COMPUTES_BETWEEN = "the model {name!r} computes {layer!r} between its layers"
    USED_AGAIN = "the layer {layer!r} of {name!r} is used several times"
    OTHER_OUTPUT = "output {output} of the layer {layer!r} is used, not its first"
    SEVERAL_INPUTS = "the layer {layer!r} of {name!r} has {n} input{n:|s}: expected one"
    STANDS_BESIDE = "the layer {layer!r} of {name!r} is not in sequence with the others"

    # streams
    BIDIRECTIONAL = (
        "a bidirectional network needs the end of a series, which a stream lacks; "
        "train another network"
    )
    NO_STREAM = (
        "the network {name!r} cannot process a stream, because it has {layers:reprs 99}: "
        "expected stacked LSTMs, after nothing but stride, scaling and noise"
    )
    NO_LSTM_TO_STREAM = (
        "the network {name!r} cannot process a stream, because it has no LSTM: expected stacked "
        "LSTMs, after nothing but stride, scaling and noise"
    )
    WITHIN_STRIDE = (
        "{steps} of the {stride} steps of a stride {steps:is|are} processed: single streams can "
        "only be reset between two strides"
    )
    STREAM_SHAPE = "x has the shape {shape!r}: expected ({streams}, {features}), streams × channels"

    # series that cannot be predicted
    WEIGHTS_NOT_FINITE = "the weights have NaN or infinite values; train again, or restore the file"

    # language models
    NO_LANGUAGE_MODEL = (
        "the model {name!r} is not a glasscell language model: expected an embedding, stacked "
        "LSTMs and a dense layer of logits"
    )
    TEMPERATURE = "temperature={temperature}: expected a finite number of at least 0"
    TOP_P = "top_p={top_p}: expected a number above 0 and at most 1"
    UNKNOWN_START = "the start contains {found!r}, which the training text does not; remove it"
    NOT_FINITE = (
        "the output of the network is not finite; where a unit is clamped, clamp it at "
        "a smaller value"
    )


class ModelFiles(Code):
    """Messages about Keras files, and files of models in general."""

    # files of other frameworks
    NO_FILE = "there is no such file; check its name"
    FOLDER = "is a folder; expected a file"
    FILE_NAME = "expected a file name ending in {endings:, }"

    # Keras files
    DAMAGED_KERAS = (
        "is damaged, or not a Keras file with a whole model ({words}); save it with "
        "model.save('model.keras')"
    )
    NOT_OPENED = "Keras {version} cannot open it ({words})"
    RUNS_CODE = (
        "the layer {layer!r} ({kind}) would run code from the file, so the file was not opened; "
        "if you trust it, open it in Python and pass the model"
    )
    OTHER_CLASS = (
        "{name!r} has the class {module}.{kind}, which is not part of Keras: open the model in "
        "Python, where this class is defined, and pass the model"
    )
    NO_OPTIMIZER = (
        "was opened without optimizer and loss, which Keras cannot restore ({words}): "
        "compile the model again"
    )

    # the LSTM layers of a model, and their weights
    WEIGHTS_NOT_FINITE = (
        "layer {layer}'s {weights} has values that are infinite, NaN or too "
        "large for float32: expected finite weights"
    )

    @classmethod
    def room(cls) -> str:
        """Return the room's earlier name, which the codes keep in JSON."""
        return "interop"
