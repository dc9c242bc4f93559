"""What other formats and frameworks say, in and out, by code."""

from glasscell.facts import Code


class Interop(Code):
    """Of exports, models from elsewhere and their files."""

    MIN_AGREEMENT = "min_agreement is for exports that are inexact: expected int8 of litert, too"
    IS_FOLDER = "is a folder; expected a name for what is exported, such as {example}"
    NO_FOLDER = "there is no folder {parent}; make it, or give another path with -o"
    EXISTS = "{file} exists already; give another path with -o, or --overwrite it"
    OTHER_FOLDER = (
        "is a folder that glasscell did not export, for there is no {about} beside it that says so; give "
        "another path with -o, or remove it"
    )
    PART_OF_RUN = "is a part of the run {run}; give another path with -o"
    NO_OPTION = "{name} has no option {option!r}: {where}"
    DIFFERS = (
        "the export answers otherwise than the network: the largest difference on {n} series is {difference:.2g} "
        "in {runtime}, expected at most {allowed:.2g}; nothing was written, please report it"
    )
    INEXACT = (
        "the export answers otherwise than the network: {found} {n} series, expected at least {least:g}; nothing "
        "was written: export without {inexact:, }, or accept it with --min-agreement"
    )
    OTHER_ANSWERS = "the export answers {answers} to sample series {at}, the network {right}"
    NAN = "the export answers NaN where the network has a number"
    NOT_INSTALLED = (
        '{missing:, } is not installed, which {suffix} needs: install it with pip install "glasscell[export]"'
    )
    NO_FORMAT = "the format {to!r} is not known: {known}"
    NO_FORMAT_OR_PATH = "neither a format nor a path that ends as one: {known}"
    NO_ENDING = "its ending says no format; say which with --to: {known}"
    SEVERAL_CELLS = "the cells of the network's layers differ, which C's side does not know: expected one variant"
    NOT_COMPILED = "{compiler} cannot compile what was exported: {returncode}"
    NOT_RUN = "what was exported cannot be run: {said}"
    NO_LITERAL = "C cannot say {text!r}: it has a zero byte, or more than 4,095 bytes; rename it"
    NO_ACTIVATION_IN_C = (
        "the read-out's activation is {names:, }, which C's side does not know: expected softmax or one of {known:, }"
    )
    OTHER_CELL = (
        "LiteRT's own LSTM has the standard cell alone, not {cell}: export to litert without --fused and --int8, "
        "which makes loops of any cell, or to c"
    )
    NO_STEPS = "litert reads a fixed number of steps: say how many the longest series has, with --steps"
    FAR_FROM_ZERO = (
        "channels or targets lie so far from zero that they need float64, which litert does not have: subtract a "
        "number from them and train again, or export to onnx"
    )
    NO_ACTIVATION_IN_NPZ = (
        "{part} is {activation!r}, which an npz file cannot say: expected one of {known:, }; export to keras "
        "with --with-glasscell"
    )
    OTHER_SHAPES = "the model {name!r} reads {reads} and answers {says}: expected series (N, T, {channels}) and answers (N, {answers})"
    STATEFUL = "the model {name!r} is stateful: export it with streaming, or make it again without stateful"
    MODEL_DIFFERS = (
        "the export answers otherwise than the model: the largest difference is {difference:.2g} in {runtime}, "
        "expected at most {tolerance}; nothing was written, please report it"
    )
    NOT_FUNCTIONAL = (
        "the model {name!r} cannot be written as ONNX: expected a Functional or Sequential one that has been "
        "built (a Sequential one that begins with keras.Input)"
    )
    NOT_IN_ONNX = "the layer {layer!r} ({kind}) of the model {name!r} cannot be written as ONNX: {why}"
    NO_ONNX = 'the package onnx is not installed, which from_onnx needs: pip install "glasscell[export]"'
    OTHER_ACTIVATIONS = "its LSTM nodes have different activations: read them one at a time with node="
    NO_ONNX_SOURCE = "{kind}: expected the name of an .onnx file, or an onnx.ModelProto"
    NO_FILE = "there is no such file; check its name"
    DAMAGED_ONNX = "is damaged, or no ONNX file ({words}); write it again"
    NO_GRAPH = "is damaged, or no ONNX file (it has no graph); write it again"
    SEVERAL_NODES = "{asked}; say which by node=: {known}"
    CLIPS = "clips its sums at {clip:g}, which no Keras LSTM does: it cannot be read"
    ONLY_BACKWARDS = "reads backwards alone: expected forward, or bidirectional"
    COMPUTED_WEIGHTS = (
        "its weights {letter} are computed in the graph ({name!r}), not kept in it: simplify the graph "
        "first, for example with onnxsim"
    )
    OWN_STATES = "starts from states of its own that are not 0: hand them over with initial_state"
    NO_WEIGHTS = "has no weights {letter}"
    NODE_AXES = "{letter} has the shape {shape!r}: expected {sides} direction(s) and {axes} axes"
    NODE_ROWS = "{letter} has the shape {shape!r}: expected {parts} × {units} rows"
    DIRECTIONS_DIFFER = "has other activations in each direction: expected the same"
    STRANGE_ACTIVATION = "has the activation {name!r} ({alpha}, {beta}), which Keras has not: it cannot be read"
    MODEL_NAME = "expected a name that ends with {models:, }"
    NOT_OPENED = "cannot be opened by Keras {version} ({words})"
    DAMAGED_MODEL = (
        "is damaged, or no Keras file with a whole model ({words}); save it again: model.save('model.keras')"
    )
    RUNS_CODE = (
        "the layer {name!r} is a {kind}, which runs code out of the file: it was not opened; where you "
        "trust it, open it yourself in Python, and hand over the model"
    )
    UNKNOWN_CLASS = (
        "{name!r} is a {kind} of {module}, which is not one of Keras's: open the model yourself in "
        "Python, where that class is known, and hand it over"
    )
    OTHER_FORM = "has the form {found!r}, expected {form}: install a newer glasscell"
    DAMAGED_NETWORK = "is missing or damaged ({words}); export it again"
    BIDIRECTIONAL = "a bidirectional network reads from the end, too: a stream has none; train another"
    STREAMS = "streams={streams!r}: expected a whole number from 1 up"
    KERAS_NAME = "Keras reads files that end in .keras; give such a path with -o"
    NO_KERAS_CELL = (
        "Keras has no cell such as {variant}: export with --with-glasscell, for where glasscell is installed, or "
        "to onnx"
    )
    NO_TORCH_CELL = "{source} has another cell than torch.nn.LSTM, the standard one: {variant}"
    UNEQUAL_UNITS = (
        "{source} has layers of {units:, } units: torch.nn.LSTM has the same units and directions in each; hand "
        "over one layer at a time"
    )
    NO_TORCH_SOURCE = "{kind}: expected a torch.nn.Module, its state dict, or the name of a file"
    LAYERS_MISSING = "has the layers {sizes:, } only; the file is not whole"
    NOTHING_RECURRENT = "nothing recurrent at {prefix!r}; {names}"
    NO_LSTM_THERE = "{prefix!r} is {kind}, not an LSTM"
    SEVERAL_LSTMS = "has several LSTMs; say which by prefix=: {prefixes:reprs 99}"
    PROJECTED = "{what}, {before}: has proj_size, a projection of h that no Keras LSTM has"
    WEIGHTS_MISSING = "{name} is missing; the weights are not whole"
    NO_LSTM_SHAPES = (
        "weight_ih has the shape {kernel!r}, weight_hh {recurrent!r}, which are no LSTM's: expected (4H, D) and "
        "(4H, H), a block of H rows for each of the gates i, f, g, o"
    )
    BIAS_SHAPE = "{name} has the shape {shape!r}: expected {rows}, as weight_ih has rows"
    TORCH_NAME = "expected a name that ends with .safetensors, {pickled:, }"
    MORE_THAN_WEIGHTS = (
        "holds more than weights, which would have to be run as a program to be read: it was not; in "
        "PyTorch, save the module's state_dict() alone"
    )
    DAMAGED_TORCH = "is damaged, or no file of PyTorch ({words}); fetch it again"
    NO_STATE_DICT = "has a {kind} in it: expected a state dict, names with tensors"
    NO_TORCH = "PyTorch is not installed, which {what} needs: pip install torch; .safetensors files need none"
    NO_MODEL = "{kind}: expected a Keras model, or the name of its file"
    HANDS_ON_LAYER = (
        "{name!r} cannot be copied: the get_config of {kind} hands on the layer {layer!r} itself, not a "
        "description of it; put glasscell.LSTM where keras.layers.LSTM stands"
    )
    NOTHING_REPLACED = "nothing in the model {name!r} could be replaced: {why}"
    NO_CONFIG = (
        "{name!r} cannot be copied, since {kind} cannot be made from its get_config ({words}); give it one, "
        "or put glasscell.LSTM where keras.layers.LSTM stands"
    )
    NOT_COPIED = (
        "the model {name!r} cannot be copied: the copy of its class {kind} has {found} weights in place of {expected}, "
        "and Keras cannot build it from the shapes it has seen; put glasscell.LSTM where keras.layers.LSTM stands"
    )
    COPY_DIFFERS = (
        "the model {name!r} cannot be copied: where it has the weight {weight} of the shape {shape!r}, the copy has "
        "{other} of {other_shape!r}"
    )
    UNREADABLE = "cannot be read ({words}); check its name"
    DAMAGED_SAFETENSORS = "is damaged, or no safetensors file ({words}); fetch it again"
    WEIGHT_SHAPE = "layer {k}'s {name} has the shape {shape!r}: expected {wanted!r}"
    NOT_FINITE = "layer {k}'s {name} has numbers that are not finite"
    SHAPES_DIFFER = "layer {k}'s directions differ in their weights' shapes"
    NO_LSTM_LAYER = (
        "the layer {name!r} is a {kind}: expected LSTM layers only; hand over the LSTM layer itself, "
        "model.get_layer(NAME)"
    )
    NO_LSTM = "{model!r} has no LSTM layer"
    VARIANTS_DIFFER = "the LSTM layers of {name!r} are of different variants: expected one for all"
    OTHER_LAYER_WITHIN = "the layer {name!r} has a {kind} in it: expected LSTMs"
    NOT_BUILT = "the layer {name!r} has no weights yet: build it, or call it on an example first"
    LAYER_ONLY_BACKWARDS = "the layer {name!r} reads backwards alone: expected forwards, or both directions"
    MERGE_MODE = "the layer {name!r} joins its directions by {merge_mode!r}: expected 'concat'"
    FULL_GATE_RECURRENCE = "the layer {name!r} has full gate recurrence, which no other framework has"
    SOME_PEEPHOLES = "some of its cells have peepholes, and some have none: read one at a time by prefix="
    SCOPE_ONLY_BACKWARDS = "{scope} reads backwards alone: expected fw, or fw and bw"
    NO_CHECKPOINT = (
        "is no checkpoint of TensorFlow, or a damaged one ({words}); give its name without .index or .data-…"
    )
    CUDNN_CHECKPOINT = "has a CudnnLSTM, whose weights are in a form that only cuDNN reads"
    SEVERAL_NETWORKS = "has several networks of LSTM cells; say which by prefix=: {networks:reprs 99}"
    DAMAGED_CHECKPOINT = "is damaged ({words}); copy it again"
    LACKS = "has no {name}"
    KERNEL_SHAPE = "kernel of the shape {kernel!r}, bias of {bias!r}: expected (D + H, 4H) and (4H,)"
    READS_TOKENS = "the model {name!r} reads numbers of tokens, which mean and deviation cannot scale"
    INPUT_UNKNOWN = "the model {name!r} does not say what it reads: save it after it has read an example"
    SEVERAL_INPUTS = "the model {name!r} has {inputs} inputs and {outputs} outputs: expected one of each"
    INPUT_SHAPE = "the model {name!r} reads {shape!r}: expected series (N, T, D), or tokens (N, T)"
    SINGLE_ANSWER = "the layer {name!r} reads a series made of a single answer"
    LARGE_TABLE = "the layer {name!r} has a table of {rows:,} x {columns:,} numbers, and a page takes {most:,} at most"
    SCALES_TWICE = "the layer {name!r} scales what is scaled already, and the page scales once"
    MASKS_SCALED = "the layer {name!r} masks scaled values, and the page masks raw ones"
    OTHER_SCALING = "the layer {name!r} scales in another way than a mean and a deviation for each channel"
    NO_LSTM_WITHIN = "the layer {name!r} has a {kind} in it, and the page computes LSTMs"
    PAGE_STATEFUL = "the layer {name!r} goes on where the last batch ended, and the page starts from zero"
    PAGE_BACKWARDS = "the layer {name!r} reads backwards alone, and the page forwards, or both ways"
    PAGE_MERGE_MODE = "the layer {name!r} joins its directions by {merge_mode!r}, not side by side"
    NO_DENSE = "it has no Dense layer after its LSTMs, by which the page reads out"
    INNER_SOFTMAX = "the layer {name!r} is a softmax before the last one"
