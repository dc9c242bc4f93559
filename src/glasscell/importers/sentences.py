"""Messages by code about models of Keras, PyTorch, TensorFlow 1 and ONNX, and their translation.

What is wrong with a Keras file as a file is in `networks`.
"""

from glasscell.facts import Code


class Importers(Code):
    """Messages about models trained elsewhere, and how they are translated."""

    # files of other frameworks
    UNREADABLE = "cannot be read ({words}); check its name"

    # replacement of Keras's LSTM by glasscell's
    NO_KERAS_MODEL = "{kind}: expected a Keras model or the name of its file"
    NO_KERAS_LSTM = "found nothing to replace: the model {model!r} has no keras.layers.LSTM"
    OURS_ALREADY = (
        "found nothing to replace: all LSTMs of the model {model!r} are glasscell's already"
    )
    NONE_REPLACED = "no layer of the model {model!r} can be replaced: {left:; }"
    SOME_LEFT = "some layers of the model {model!r} were not replaced: {left:; }"
    OWN_CLASS = "{layer!r} has its own class {kind}, which may not compute an LSTM"
    MIXED_CELLS = "{layer!r} has cells that are not LSTMCell"
    KEEPS_STATES = (
        "{layer!r} has return_state, stateful or go_backwards, which stacked layers do not support"
    )
    INITIAL_STATES = (
        "{layer!r} may be called with initial states, which stacked layers do not support"
    )
    HANDS_ON_LAYER = (
        "{name!r} cannot be copied: get_config of {kind} returns the layer {layer!r} itself, not "
        "its configuration; use glasscell.LSTM in your code instead of keras.layers.LSTM"
    )
    NO_CONFIG = (
        "{name!r} cannot be copied: {kind} cannot be built from its get_config ({words}); "
        "implement get_config, or use glasscell.LSTM in your code instead of keras.layers.LSTM"
    )
    NOT_COPIED = (
        "the model {model!r} cannot be copied: the copy of its class {kind} has {found} "
        "weight{found:|s}, expected {expected}; use glasscell.LSTM in your code instead of "
        "keras.layers.LSTM"
    )
    OTHER_WEIGHT = (
        "the model {model!r} cannot be copied: its weight {weight} has shape {shape!r}, but "
        "{other} of the copy has {other_shape!r}"
    )
    COPY_NOT_COMPILED = (
        "the copy of {model!r} is not compiled, because its loss, metrics or optimizer cannot be "
        "copied ({words}): compile it"
    )
    OPTIMIZER_FORGETS = "the copy of {model!r} starts with a new optimizer state"

    # the LSTM layers of a model, and their weights
    NO_LSTM_LAYER = "{model!r} has no LSTM layer"
    OTHER_LAYER = (
        "the layer {layer!r} has the type {kind}: expected LSTM layers only; pass the "
        "LSTM layer, model.get_layer(NAME)"
    )
    OTHER_WITHIN = "the layer {layer!r} contains a layer of type {kind}: expected LSTM"
    VARIANTS_DIFFER = (
        "the LSTM layers of {model!r} have different cell variants: expected the same for all"
    )
    NOT_BUILT = "the layer {layer!r} has no weights yet: build it, or call it on an example"
    BACKWARDS = "the layer {layer!r} runs backward only: expected a forward or bidirectional layer"
    NOT_CONCATENATED = (
        "the layer {layer!r} merges its directions with {merge_mode!r}: expected 'concat'"
    )
    FULL_GATE_RECURRENCE = (
        "the layer {layer!r} has full gate recurrence, which no other framework supports"
    )
    WEIGHTS_SHAPE = "layer {layer}'s {weights} has the shape {shape!r}: expected {expected!r}"
    WEIGHTS_EMPTY = (
        "layer {layer}'s {weights} has the shape {shape!r}: expected at least one "
        "feature and one unit"
    )
    NO_NUMBERS = "{weights} has the type {kind}: expected an array of real numbers"
    DIRECTIONS_DIFFER = "layer {layer}'s two directions have weights of different shapes"

    # PyTorch
    NO_TORCH = "{what} requires PyTorch: pip install torch, or use a .safetensors file"
    FILES_ENDING_IN = "a {ending} file"
    NO_TORCH_SOURCE = "{kind}: expected a torch.nn.Module, a state dict or the name of a file"
    DAMAGED_TORCH = "is damaged, or not a {kind} file ({words}); download it again"
    MORE_THAN_WEIGHTS = (
        "contains more than weights, and reading it would run code from the file, so it was not "
        "read; in PyTorch, save state_dict() of the module instead"
    )
    NO_STATE_DICT = "contains an object of type {kind}: expected a state dict (names and tensors)"
    NO_TORCH_LSTM = "has no LSTM: no name ends in weight_ih_l0"
    OTHER_TORCH_LAYERS = "has no LSTM; {others:, }"
    IS_RNN = "{prefix} is an RNN"
    IS_GRU = "{prefix} is a GRU"
    THE_MODULE = "the module"
    NO_LSTM_THERE = "{other}: expected an LSTM"
    NOTHING_THERE = "has no recurrent layer at {prefix!r}; its LSTMs are at {prefixes:reprs 99}"
    NOTHING_ANYWHERE = "has no recurrent layer at {prefix!r}, and no LSTM elsewhere"
    SEVERAL_TORCH_LSTMS = "has several LSTMs; choose one with prefix=: {prefixes:reprs 99}"
    PROJECTED = "{file}, {prefix}: has proj_size, a projection of h that Keras LSTMs do not have"
    THE_LSTM = "the LSTM"
    LAYERS_MISSING = "has only layer{layers:|s} {layers:, }; the others are missing"
    WEIGHTS_MISSING = "{weights} is missing"
    NO_TORCH_SHAPES = (
        "weight_ih has the shape {kernel!r} and weight_hh {recurrent!r}: expected (4H, D) and "
        "(4H, H), a block of H rows for each of the gates i, f, g, o"
    )
    ROUNDED = "its weights are float64 and were rounded to float32"
    BIAS_SHAPE = "{bias} has the shape {shape!r}: expected {expected!r}, like the rows of weight_ih"
    NO_TORCH_CELL = (
        "the model {model!r} has a cell that torch.nn.LSTM does not support: "
        "expected the standard one"
    )
    UNITS_DIFFER = (
        "the layers of the model {model!r} have {units:, } units: torch.nn.LSTM needs the same "
        "number and the same directions in all layers; pass one layer at a time"
    )

    # nodes of ONNX
    NO_ONNX = 'from_onnx requires the package onnx: pip install "glasscell[export]"'
    NO_ONNX_SOURCE = "{kind}: expected the name of an .onnx file, or an onnx.ModelProto"
    DAMAGED_ONNX = "is damaged, or not an ONNX file ({words}); export it again"
    MADE_TWICE = "defines {values:reprs 5} more than once, which ONNX forbids; export it again"
    NODES_IN_CYCLE = (
        "node{nodes:|s} {nodes:reprs 5} form{nodes:s|} a cycle, which ONNX forbids; export it again"
    )
    INVALID_NODE = "is not a valid LSTM node ({words}); export the model again"
    NO_LSTM_NODE = "has no LSTM node"
    OTHER_NODES = "has no LSTM node, only {kinds:, }"
    NO_SUCH_NODE = "has no LSTM node {node!r}; choose one with node=: {nodes:reprs 99}"
    SEVERAL_NODES = (
        "has several LSTMs that are not stacked; choose one with node=: {nodes:reprs 99}"
    )
    NODES_DIFFER = "its LSTM nodes have different activations: read them one at a time with node="
    NODES_BETWEEN = (
        "the nodes between {nodes: and } cannot be evaluated ({words}): read one "
        "LSTM node at a time with node="
    )
    NODES_REORDER = (
        "the nodes between {nodes: and } change more than the order of axes: read "
        "one LSTM node at a time with node="
    )
    CLIPS = "has clip={clip:g}, which Keras LSTMs do not support"
    NODE_BACKWARDS = "runs backward only: expected forward or bidirectional"
    NO_DIRECTION = "has direction={direction!r}: expected forward or bidirectional"
    NO_LAYOUT = "has layout={layout}: expected 0 or 1"
    HIDDEN_SIZE = "has hidden_size={found}, but R has {units} column{units:|s}: expected the same"
    WEIGHTS_COMPUTED = (
        "its weights {letter} are computed in the graph ({name!r}) instead of stored: simplify "
        "the graph first, for example with onnxsim"
    )
    OWN_STATES = "has non-zero initial states of its own: pass them with initial_state"
    OWN_LENGTHS = (
        "its input sequence_lens ({name!r}) gives the length of each series, which the model "
        "would ignore: remove it from the graph, and pass a mask"
    )
    NO_INPUT = "has no input {letter}"
    NODE_AXES = (
        "{letter} has the shape {shape!r}: expected {directions:one direction|{directions} "
        "directions} and {axes} ax{axes:is|es}"
    )
    NODE_ROWS = "{letter} has the shape {shape!r}: expected {parts} × {units} row{units:|s}"
    ACTIVATIONS_DIFFER = "has different activations in its two directions: expected the same"
    ACTIVATION_COUNT = (
        "has {found} activation{found:|s}: expected {expected}, three for each direction"
    )
    OTHER_ACTIVATION = (
        "has the activation {activation!r}, which Keras LSTMs do not support in this form"
    )

    # checkpoints of TensorFlow 1
    NO_CHECKPOINT = (
        "is not a TensorFlow checkpoint, or is damaged ({words}); give its name "
        "without .index or .data-…"
    )
    DAMAGED_CHECKPOINT = "is damaged ({words}); copy it again"
    OF_CUDNN = "has a CudnnLSTM, whose weights only cuDNN can read"
    NO_CELL = "has none of the cells {cells:, }; it has {names:, }, …"
    NO_CELL_BELOW = "has none of the cells {cells:, } below {prefix!r}; it has {names:, }, …"
    SEVERAL_NETWORKS = (
        "has several networks of LSTM cells; choose one with prefix=: {prefixes:reprs 99}"
    )
    SOME_PEEPHOLES = (
        "some of its cells have peepholes and others do not: read one at a time with prefix="
    )
    SCOPE_BACKWARDS = "{scope} runs backward only: expected fw, or fw and bw"
    NUM_PROJ = "{scope} has num_proj, a projection of h that Keras LSTMs do not have"
    NORMALISES = "{scope} has layer normalization, which Keras LSTMs do not have"
    COUPLED = "{scope} has coupled gates in an order that Keras LSTMs do not have"
    NO_VARIABLE = "has no {variable}"
    VARIABLE_SHAPE = "{variable} has the shape {shape!r}: expected {expected!r}"
    CELL_SHAPES = (
        "the kernel has the shape {kernel!r}, the bias {bias!r}: expected (D + H, 4H) and (4H,)"
    )

    # a model that cannot be used like a run
    READS_TOKENS = (
        "the model {model!r} takes tokens as input, which cannot be scaled by mean "
        "and standard deviation"
    )
    SILENT_MODEL = (
        "the model {model!r} has no known input shape: call it on an example, and save it again"
    )
    SEVERAL_INPUTS = (
        "the model {model!r} has {inputs:one input|{inputs} inputs} and {outputs:one "
        "output|{outputs} outputs}: expected one of each"
    )
    NO_SERIES = (
        "the model {model!r} has the input shape {shape!r}: expected series (N, T, D) or "
        "tokens (N, T)"
    )

    # a model that the explorer does not compute
    SUPPORTED = (
        "the explorer supports Embedding, Masking, LSTM, Bidirectional, mean pooling and "
        "Dense layers"
    )
    NO_LSTM = "it has no LSTM; {supported}"
    OTHER_KIND = "the layer {layer!r} has the type {kind}; {supported}"
    OTHER_KIND_WITHIN = (
        "the layer {layer!r} contains a layer of type {kind}; the explorer supports LSTM only"
    )
    LARGE_TABLE = (
        "the layer {layer!r} has a table of {rows:,} × {columns:,} numbers; expected "
        "at most {most:,}"
    )
    SCALES_TWICE = (
        "the layer {layer!r} scales its input a second time; the explorer supports one scaling"
    )
    MASKS_SCALED = (
        "the layer {layer!r} masks scaled values; the explorer supports masking of raw values"
    )
    OTHER_SCALING = (
        "the layer {layer!r} does not scale by one mean and standard deviation per channel"
    )
    SINGLE_ANSWER = "the input of the layer {layer!r} is one vector, not a sequence"
    STATEFUL_LAYER = (
        "the layer {layer!r} is stateful; the explorer starts each series from zero states"
    )
    BACKWARDS_ALONE = (
        "the layer {layer!r} runs backward only; the explorer supports forward and "
        "bidirectional layers"
    )
    NOT_SIDE_BY_SIDE = (
        "the layer {layer!r} merges its directions with {merge_mode!r}; the "
        "explorer supports 'concat'"
    )
    EVERY_STEP = (
        "{layer} has an output for every step, or pools over time by something other than the mean"
    )
    THE_WHOLE = "it"
    THE_LAYER = "the layer {layer!r} ({kind})"
    NO_DENSE = "it has no Dense layer after its LSTMs, so it has no predictions to explain"
    EARLY_SOFTMAX = "the layer {layer!r} is a softmax, but not the last layer"

    @classmethod
    def room(cls) -> str:
        """Return the room's earlier name, which the codes keep in JSON."""
        return "interop"
