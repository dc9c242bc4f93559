"""What other formats and frameworks say, in and out, by code."""

from glasscell.facts import Code


class Interop(Code):
    """Of exports, models from elsewhere and their files."""

    # which format, and with which options
    NO_FORMAT = "the format {format!r} is not known: expected one of {formats:, }"
    NO_FORMAT_OR_PATH = "neither a format nor a path that ends as one: expected one of {formats:, }"
    NO_ENDING = "its ending says no format; say which with --to: expected one of {formats:, }"
    NO_OPTION = "{format} has no option {option!r}: no format has it"
    OPTION_OF_OTHERS = "{format} has no option {option!r}: it is an option of {formats:, }"
    NOT_INEXACT = "min_agreement is for exports that are inexact: expected int8 of litert, too"
    NOT_INSTALLED = (
        '{packages:, } is not installed, which {format} needs: install it with pip install "glasscell[export]"'
    )
    NEEDS_PACKAGE = 'install it with pip install "glasscell[export]"'
    NEEDS_COMPILER = "install a C compiler, such as gcc or clang"

    # where an export goes
    IS_FOLDER = "is a folder; expected a name for what is exported, such as {example}"
    NO_FOLDER = "there is no folder {folder}; make it, or give another path with -o"
    EXISTS = "{file} exists already; give another path with -o, or --overwrite it"
    OTHER_FOLDER = (
        "is a folder that glasscell did not export, for there is no {side_file} beside it that says so; give another "
        "path with -o, or remove it"
    )
    PART_OF_RUN = "is a part of the run {run}; give another path with -o"
    EXPORT_AGAIN = "export again"

    # an export that answers otherwise
    OTHERWISE = (
        "the export answers otherwise than the network: the largest difference on {n} series is {difference:.2g} in "
        "{runtime}, expected at most {allowed:.2g}; nothing was written, please report it"
    )
    MODEL_OTHERWISE = (
        "the export answers otherwise than the model: the largest difference is {difference:.2g} in {runtime}, "
        "expected at most {allowed}; nothing was written, please report it"
    )
    FEW_LABELS_SAME = (
        "the export answers otherwise than the network: its labels are the network's for {share:.1%} of {n} series, "
        "expected at least {least:g}; nothing was written: export without {options:, }, or accept it with "
        "--min-agreement"
    )
    LOW_R2 = (
        "the export answers otherwise than the network: R² of its numbers on the network's is {r2:−.4f}{below} on {n} "
        "series, expected at least {least:g}; nothing was written: export without {options:, }, or accept it with "
        "--min-agreement"
    )
    R2_BELOW_0 = ", worse than the mean of these would be,"
    OTHER_ANSWER = "the export answers {found} to sample series {series}, the network {wanted}"
    EXPORT_ANSWERS_NAN = "the export answers NaN where the network has a number"

    # what to know of an export
    OFFSETS_TO_ADD = "its numbers lie near zero: add offsets_to_add of {side_file} to them, in float64"
    SAME_ANSWER_TO_ALL = (
        "the network answers the same number to all series that it was asked, so there is no R² for --min-agreement to "
        "judge by"
    )
    STATES_STAY = (
        "states stay from one call to the next: reset them before each series, in Python by reset_all_variables(); "
        "without that, {n} series asked one after another were answered up to {difference:.1e} otherwise"
    )
    CELLS_CUT = (
        "memory cells beyond {largest:g} are cut, the power of two next to the largest of the series that the whole "
        "numbers were fitted to"
    )

    # what a format cannot say: c, keras, litert, npz
    SEVERAL_CELLS = "the cells of the network's layers differ, which C's side does not know: expected one variant"
    NO_ACTIVATION_IN_C = (
        "the read-out's activation is {activations:, }, which C's side does not know: expected softmax or one of "
        "{known:, }"
    )
    NO_LITERAL = "C cannot say {text!r}: it has a zero byte, or more than 4,095 bytes; rename it"
    NOT_COMPILED = "{compiler} cannot compile what was exported: {words}"
    NOT_RUN = "what was exported cannot be run: {words}"
    NO_ENDING_OF_KERAS = "Keras reads files that end in .keras; give such a path with -o"
    NO_KERAS_CELL = (
        "Keras has no cell such as {variant}: export with --with-glasscell, for where glasscell is installed, or to "
        "onnx"
    )
    NO_LITERT_CELL = (
        "LiteRT's own LSTM has the standard cell alone, not {variant}: export to litert without --fused and --int8, "
        "which makes loops of any cell, or to c"
    )
    NO_STEPS = "litert reads a fixed number of steps: say how many the longest series has, with --steps"
    FAR_FROM_ZERO = (
        "channels or targets lie so far from zero that they need float64, which litert does not have: subtract a "
        "number from them and train again, or export to onnx"
    )
    NO_ACTIVATION_IN_NPZ = (
        "{part} is {activation!r}, which an npz file cannot say: expected one of {known:, }; export to keras with "
        "--with-glasscell"
    )

    # what ONNX cannot say
    OTHER_SHAPES = (
        "the model {model!r} reads {reads:, } and answers {says:, }: expected series (N, T, {channels}) and answers "
        "(N, {answers})"
    )
    STATEFUL = "the model {model!r} is stateful: export it with streaming, or make it again without stateful"
    NOT_FUNCTIONAL = (
        "the model {model!r} cannot be written as ONNX: expected a Functional or Sequential one that has been built (a "
        "Sequential one that begins with keras.Input)"
    )
    NOT_IN_ONNX = "the layer {layer!r} ({kind}) of the model {model!r} cannot be written as ONNX: {why}"

    # an npz file, read again and asked step by step
    OTHER_FORM = "has the form {found!r}, expected {form}: install a newer glasscell"
    DAMAGED_NPZ = "is missing or damaged ({words}); export it again"
    NO_END = "a bidirectional network reads from the end, too: a stream has none; train another"
    STEP_SHAPE = (
        "x has the shape {shape!r}: expected numbers {expected!r}, streams × channels, NaN where nothing was measured"
    )
    INFINITE_STEP = (
        "x has an infinite value: expected numbers {expected!r}, streams × channels, NaN where nothing was measured"
    )

    # somebody else's files
    NO_FILE = "there is no such file; check its name"
    UNREADABLE = "cannot be read ({words}); check its name"

    # Keras files
    NO_KERAS_NAME = "expected a name that ends with {endings:, }"
    DAMAGED_KERAS = (
        "is damaged, or no Keras file with a whole model ({words}); save it again: model.save('model.keras')"
    )
    NOT_OPENED = "cannot be opened by Keras {version} ({words})"
    RUNS_CODE = (
        "the layer {layer!r} is a {kind}, which runs code out of the file: it was not opened; where you trust it, open "
        "it yourself in Python, and hand over the model"
    )
    OTHER_CLASS = (
        "{name!r} is a {kind} of {module}, which is not one of Keras's: open the model yourself in Python, where that "
        "class is known, and hand it over"
    )
    NO_OPTIMIZER = "was opened without its optimizer and loss, which Keras cannot make ({words}): compile it again"

    # our LSTMs in the place of Keras's
    NO_KERAS_MODEL = "{kind}: expected a Keras model, or the name of its file"
    NO_KERAS_LSTM = "nothing in the model {model!r} could be replaced: it has no keras.layers.LSTM"
    OURS_ALREADY = "nothing in the model {model!r} could be replaced: its LSTMs are glasscell's already"
    NONE_REPLACED = "nothing in the model {model!r} could be replaced: {left:; }"
    SOME_LEFT = "not replaced in the model {model!r}: {left:; }"
    OWN_CLASS = "{layer!r}: its class {kind} may compute something else than an LSTM"
    MIXED_CELLS = "{layer!r}: its cells are not all LSTMCells"
    KEEPS_STATES = (
        "{layer!r}: it returns or keeps its states, or reads backwards, which layers one above another do not"
    )
    INITIAL_STATES = "{layer!r}: it may be called with initial states, which layers one above another do not take"
    HANDS_ON_LAYER = (
        "{name!r} cannot be copied: the get_config of {kind} hands on the layer {layer!r} itself, not a description of "
        "it; put glasscell.LSTM where keras.layers.LSTM stands"
    )
    NO_CONFIG = (
        "{name!r} cannot be copied, since {kind} cannot be made from its get_config ({words}); give it one, or put "
        "glasscell.LSTM where keras.layers.LSTM stands"
    )
    NOT_COPIED = (
        "the model {model!r} cannot be copied: the copy of its class {kind} has {found} weights in place of "
        "{expected}, and Keras cannot build it from the shapes it has seen; put glasscell.LSTM where keras.layers.LSTM "
        "stands"
    )
    OTHER_WEIGHT = (
        "the model {model!r} cannot be copied: where it has the weight {weight} of the shape {shape!r}, the copy has "
        "{other} of {other_shape!r}"
    )
    COPY_NOT_COMPILED = (
        "the copy of {model!r} is not compiled, since its loss, metrics or optimizer cannot be copied ({words}): "
        "compile it again"
    )
    OPTIMIZER_FORGETS = "the copy's optimizer begins without what that of {model!r} remembers"

    # the LSTM layers of a model, and their weights
    NO_LSTM_LAYER = "{model!r} has no LSTM layer"
    OTHER_LAYER = (
        "the layer {layer!r} is a {kind}: expected LSTM layers only; hand over the LSTM layer itself, "
        "model.get_layer(NAME)"
    )
    OTHER_WITHIN = "the layer {layer!r} has a {kind} in it: expected LSTMs"
    VARIANTS_DIFFER = "the LSTM layers of {model!r} are of different variants: expected one for all"
    NOT_BUILT = "the layer {layer!r} has no weights yet: build it, or call it on an example first"
    BACKWARDS = "the layer {layer!r} reads backwards alone: expected forwards, or both directions"
    NOT_CONCATENATED = "the layer {layer!r} joins its directions by {merge_mode!r}: expected 'concat'"
    FULL_GATE_RECURRENCE = "the layer {layer!r} has full gate recurrence, which no other framework has"
    WEIGHTS_SHAPE = "layer {layer}'s {weights} has the shape {shape!r}: expected {expected!r}"
    WEIGHTS_NOT_FINITE = "layer {layer}'s {weights} has numbers that are not finite"
    DIRECTIONS_DIFFER = "layer {layer}'s directions differ in their weights' shapes"

    # PyTorch
    NO_TORCH = "PyTorch is not installed, which {what} needs: pip install torch; .safetensors files need none"
    FILES_ENDING_IN = "{ending} files"
    NO_TORCH_SOURCE = "{kind}: expected a torch.nn.Module, its state dict, or the name of a file"
    NO_TORCH_NAME = "expected a name that ends with .safetensors, {endings:, }"
    DAMAGED_TORCH = "is damaged, or no file of PyTorch ({words}); fetch it again"
    DAMAGED_SAFETENSORS = "is damaged, or no safetensors file ({words}); fetch it again"
    MORE_THAN_WEIGHTS = (
        "holds more than weights, which would have to be run as a program to be read: it was not; in PyTorch, save the "
        "module's state_dict() alone"
    )
    NO_STATE_DICT = "has a {kind} in it: expected a state dict, names with tensors"
    NO_TORCH_LSTM = "has no LSTM, no name that ends with weight_ih_l0"
    OTHER_TORCH_LAYERS = "has no LSTM, no name that ends with weight_ih_l0; {others:, }"
    IS_RNN = "{prefix!r} is an RNN"
    IS_GRU = "{prefix!r} is a GRU"
    NO_LSTM_THERE = "{other}, not an LSTM"
    NOTHING_THERE = "nothing recurrent at {prefix!r}; LSTMs are at {prefixes:reprs 99}"
    NOTHING_ANYWHERE = "nothing recurrent at {prefix!r}; there is no LSTM"
    SEVERAL_TORCH_LSTMS = "has several LSTMs; say which by prefix=: {prefixes:reprs 99}"
    PROJECTED = "{file}, {prefix}: has proj_size, a projection of h that no Keras LSTM has"
    THE_LSTM = "the LSTM"
    LAYERS_MISSING = "has the layers {layers:, } only; the file is not whole"
    WEIGHTS_MISSING = "{weights} is missing; the weights are not whole"
    NO_TORCH_SHAPES = (
        "weight_ih has the shape {kernel!r}, weight_hh {recurrent!r}, which are no LSTM's: expected (4H, D) and (4H, "
        "H), a block of H rows for each of the gates i, f, g, o"
    )
    BIAS_SHAPE = "{bias} has the shape {shape!r}: expected {expected!r}, as weight_ih has rows"
    NO_TORCH_CELL = "the model {model!r} has another cell than torch.nn.LSTM, the standard one: {variant}"
    UNITS_DIFFER = (
        "the model {model!r} has layers of {units:, } units: torch.nn.LSTM has the same units and directions in each; "
        "hand over one layer at a time"
    )

    # nodes of ONNX
    NO_ONNX = 'the package onnx is not installed, which from_onnx needs: pip install "glasscell[export]"'
    NO_ONNX_SOURCE = "{kind}: expected the name of an .onnx file, or an onnx.ModelProto"
    DAMAGED_ONNX = "is damaged, or no ONNX file ({words}); write it again"
    NO_GRAPH = "is damaged, or no ONNX file (it has no graph); write it again"
    NO_LSTM_NODE = "has no LSTM node"
    OTHER_NODES = "has no LSTM node, but {kinds:, }"
    NO_SUCH_NODE = "has no LSTM node {node!r}; say which by node=: {nodes:reprs 99}"
    SEVERAL_NODES = "has several LSTMs that do not read one another; say which by node=: {nodes:reprs 99}"
    NODES_DIFFER = "its LSTM nodes have different activations: read them one at a time with node="
    CLIPS = "clips its sums at {clip:g}, which no Keras LSTM does: it cannot be read"
    NODE_BACKWARDS = "reads backwards alone: expected forward, or bidirectional"
    WEIGHTS_COMPUTED = (
        "its weights {letter} are computed in the graph ({name!r}), not kept in it: simplify the graph first, for "
        "example with onnxsim"
    )
    OWN_STATES = "starts from states of its own that are not 0: hand them over with initial_state"
    NO_WEIGHTS = "has no weights {letter}"
    NODE_AXES = "{letter} has the shape {shape!r}: expected {directions} direction(s) and {axes} axes"
    NODE_ROWS = "{letter} has the shape {shape!r}: expected {parts} × {units} rows"
    ACTIVATIONS_DIFFER = "has other activations in each direction: expected the same"
    OTHER_ACTIVATION = "has the activation {activation!r} ({alpha!r}, {beta!r}), which Keras has not: it cannot be read"

    # checkpoints of TensorFlow 1
    NO_CHECKPOINT = (
        "is no checkpoint of TensorFlow, or a damaged one ({words}); give its name without .index or .data-…"
    )
    DAMAGED_CHECKPOINT = "is damaged ({words}); copy it again"
    OF_CUDNN = "has a CudnnLSTM, whose weights are in a form that only cuDNN reads"
    NO_CELL = "has no cell {cells:, }; it has {names:, }, …"
    NO_CELL_BELOW = "has no cell {cells:, } below {prefix!r}; it has {names:, }, …"
    SEVERAL_NETWORKS = "has several networks of LSTM cells; say which by prefix=: {prefixes:reprs 99}"
    SOME_PEEPHOLES = "some of its cells have peepholes, and some have none: read one at a time by prefix="
    SCOPE_BACKWARDS = "{scope} reads backwards alone: expected fw, or fw and bw"
    NUM_PROJ = "{scope} has num_proj, a projection of h, which no Keras LSTM does: it cannot be read"
    NORMALISES = "{scope} normalises each layer, which no Keras LSTM does: it cannot be read"
    COUPLED = "{scope} has coupled gates in an order of its own, which no Keras LSTM does: it cannot be read"
    NO_VARIABLE = "has no {variable}"
    CELL_SHAPES = "kernel of the shape {kernel!r}, bias of {bias!r}: expected (D + H, 4H) and (4H,)"

    # a model that cannot be asked as a run is
    READS_TOKENS = "the model {model!r} reads numbers of tokens, which mean and deviation cannot scale"
    SILENT_MODEL = "the model {model!r} does not say what it reads: save it after it has read an example"
    SEVERAL_INPUTS = "the model {model!r} has {inputs} inputs and {outputs} outputs: expected one of each"
    NO_SERIES = "the model {model!r} reads {shape!r}: expected series (N, T, D), or tokens (N, T)"

    # a model that no page computes
    NO_LSTM = (
        "it has no LSTM, and the page computes Embedding, Masking, LSTM, Bidirectional, mean pooling and Dense layers "
        "only"
    )
    OTHER_KIND = (
        "the layer {layer!r} is a{vowel:n|} {kind}, and the page computes Embedding, Masking, LSTM, Bidirectional, "
        "mean pooling and Dense layers only"
    )
    OTHER_KIND_WITHIN = "the layer {layer!r} has a {kind} in it, and the page computes LSTMs"
    LARGE_TABLE = "the layer {layer!r} has a table of {rows:,} x {columns:,} numbers, and a page takes {most:,} at most"
    SCALES_TWICE = "the layer {layer!r} scales what is scaled already, and the page scales once"
    MASKS_SCALED = "the layer {layer!r} masks scaled values, and the page masks raw ones"
    OTHER_SCALING = "the layer {layer!r} scales in another way than a mean and a deviation for each channel"
    SINGLE_ANSWER = "the layer {layer!r} reads a series made of a single answer"
    STATEFUL_LAYER = "the layer {layer!r} goes on where the last batch ended, and the page starts from zero"
    BACKWARDS_ALONE = "the layer {layer!r} reads backwards alone, and the page forwards, or both ways"
    NOT_SIDE_BY_SIDE = "the layer {layer!r} joins its directions by {merge_mode!r}, not side by side"
    EVERY_STEP = "the model answers for every step, or takes all steps together in another way than their mean"
    EVERY_STEP_THERE = (
        "the layer {layer!r}, a {kind} answers for every step, or takes all steps together in another way than their "
        "mean"
    )
    NO_DENSE = "it has no Dense layer after its LSTMs, by which the page reads out"
    EARLY_SOFTMAX = "the layer {layer!r} is a softmax before the last one"
