"""Messages of export and import, by code."""

from glasscell.facts import Code


class Interop(Code):
    """Messages about exports, models from elsewhere and their files."""

    # choice of format and options
    NO_FORMAT = "unknown format {format!r}: expected one of {formats:, }"
    NO_FORMAT_OR_PATH = (
        "found no format, and no path whose extension names one: expected one of {formats:, }"
    )
    OTHER_ENDING = (
        "ends in {found}, which is not the extension of {format}; give another path with -o"
    )
    NO_ENDING = "its extension names no format; give the format with --to: one of {formats:, }"
    NOT_AS = "{what} cannot be exported to {format}: expected {formats:|one of }{formats:, }"
    NETWORK = "a network for series"
    MODEL = "a Keras model with these inputs and outputs"
    NO_OPTION = "{format} has no option {option!r} for {what}{why}"
    OPTION_OF_OTHERS = "{format} has no option {option!r}; it is an option of {formats:, }"
    NOT_INEXACT = "min_agreement requires an inexact export, such as litert with int8"
    NO_NAMES = "{name} does not apply to {what}; remove it"
    NAMES_TOO_MANY = "{name} has {n} name{n:|s}: expected {expected}"
    UNIT_OF_NOTHING = "units has {name!r}: expected names of channels or targets"
    NOT_INSTALLED = (
        "{format} export requires {packages:, }, which {packages:is|are} not "
        'installed: pip install "glasscell[export]"'
    )
    NEEDS_PACKAGE = 'install it with pip install "glasscell[export]"'
    NEEDS_COMPILER = "install a C compiler, such as gcc or clang"

    # target of an export
    IS_FOLDER = "is a folder; expected the name of a file, such as {example}"
    NO_FOLDER = "the folder {folder} does not exist; create it, or give another path with -o"
    EXISTS = "{file} exists already; give another path with -o, or replace it with --overwrite"
    OTHER_FOLDER = (
        "this folder was not exported by glasscell, since {side_file} is missing next to it; "
        "give another path with -o, or remove the folder"
    )
    PART_OF_RUN = "is part of the run {run}; give another path with -o"
    EXPORT_AGAIN = "export again"
    KERAS_NAME = "a Keras file must end in .keras; give such a path with -o"

    # an export whose predictions differ
    DIFFERS = (
        "the export does not reproduce the network: in {runtime}, predictions differ by up to "
        "{difference:.2g}, expected at most {allowed:.2g}; nothing was written; please report "
        "this"
    )
    FEW_LABELS_SAME = (
        "the export does not reproduce the network: labels are equal for {share:.1%} of {n} "
        "series, expected at least {least:.1%}; nothing was written; export without {options:, "
        "}, or lower --min-agreement"
    )
    LOW_R2 = (
        "the export does not reproduce the network: R² is {r2:−.4f}{below} on {n} series, "
        "expected at least {least:g}; nothing was written; export without {options:, }, or lower "
        "--min-agreement"
    )
    R2_BELOW_0 = ", worse than predicting the mean,"
    OTHER_ANSWER = (
        "the export predicts {found} for sample series {series}; the network predicts {wanted}"
    )
    EXPORT_ANSWERS_NAN = "the export predicts NaN where the network predicts a number"

    # an existing export, compared with its run
    ITS_NETWORK = "the run's network"
    ITS_DATA = "the run's data description"
    ITS_FILE = "the exported file"
    NO_SIDE_FILE = "there is no such side file, so it is unknown which run was exported"
    BAD_SIDE_FILE = "is damaged, or was not written by glasscell; export again"
    OTHER_SUMS = (
        "the SHA-256 of {parts: and } differs: damaged, or of another run or an earlier state"
    )
    NO_RUNTIME = "{runtime} is not installed, so the export cannot be checked; {install}"
    TOO_MANY_STEPS = (
        "reads {most} step{most:|s}, but the series {series!r} has {steps}; export "
        "again with --steps {steps}"
    )
    NOT_EVALUATED = "cannot be evaluated with {runtime} ({words}): it is damaged, or of another run"
    OTHER_OUTPUTS = (
        "the export predicts an array of shape {found!r}, the run {expected!r}: it "
        "is of another run"
    )
    NO_SUCH_OUTPUT = "the export has no output {name!r}: it is of another run"
    OTHER_NAMES = "does not agree with {run}: {side_file} has other {names:, }"
    FAR_APART = (
        "does not agree with {run}: largest difference {difference:.2g}, expected at "
        "most {allowed:.2g}"
    )
    ONE_PREDICTS = (
        "does not agree with {run}: only one of the two has a prediction for {n} row{n:|s}"
    )
    TOO_FEW_AGREE = "does not agree with {run}: {measure} {found:−.3f}, expected at least {least:g}"
    EQUAL_LABELS = "fraction of equal labels"
    R2 = "R²"

    # remarks on an export
    OFFSETS_TO_ADD = (
        "predictions are shifted to near zero: add offsets_to_add from {side_file} in float64"
    )
    SAME_ANSWER_TO_ALL = (
        "the network predicts the same number for all series, so there is no R² "
        "to compare with --min-agreement"
    )
    STATES_STAY = (
        "states persist between calls: reset them before each series, in Python with "
        "reset_all_variables(); without a reset, predictions for {n} series differed by up to "
        "{difference:.1e}"
    )
    CELLS_CUT = (
        "memory cells are clipped to ±{largest:g}, a power of two near the maximum in "
        "the calibration series"
    )

    # limits of a format: c, keras, litert, npz
    SEVERAL_CELLS = (
        "the C export requires the same cell variant in all layers; export to onnx or keras"
    )
    NO_ACTIVATION_IN_C = (
        "the C export does not support the output activation {activations:, }: "
        "expected softmax or one of {known:, }"
    )
    NO_LITERAL = (
        "{text!r} cannot be a C string: it has a zero byte or more than 4,095 bytes; rename it"
    )
    NOT_COMPILED = "{compiler} cannot compile the export: {words}"
    NOT_RUN = "the export cannot be run: {words}"
    NO_KERAS_CELL = "Keras has no such cell variant: export with --with-glasscell, or to onnx"
    NO_LITERT_CELL = (
        "the LSTM operation of LiteRT supports the standard cell only: export "
        "without --fused and --int8, or to c"
    )
    FUSED_HAS_NO_STATES = (
        ": LiteRT's operation UNIDIRECTIONAL_SEQUENCE_LSTM takes no states, "
        "which this network needs"
    )
    NO_STEPS = "litert needs a fixed number of steps: give that of the longest series with --steps"
    FAR_FROM_ZERO = (
        "channels or targets are too far from zero for float32, and litert has no float64: "
        "subtract a constant and train again, or export to onnx"
    )
    NO_ACTIVATION_IN_NPZ = (
        "exports to c and npz do not support {activation!r} as {part}: expected one of {known:, "
        "}; export to keras with --with-glasscell"
    )

    # limits of ONNX
    OTHER_SHAPES = (
        "the model {model!r} has inputs {reads:, } and outputs {says:, }: expected inputs (N, T, "
        "{channels}) and outputs (N, {answers})"
    )
    STATEFUL = (
        "the model {model!r} is stateful: export it with streaming, or build it with stateful=False"
    )
    NOT_FUNCTIONAL = (
        "the model {model!r} cannot be exported to ONNX: expected a built Functional or "
        "Sequential model; a Sequential model must start with keras.Input"
    )
    NOT_IN_ONNX = (
        "the layer {layer!r} ({kind}) of the model {model!r} cannot be exported to ONNX: {why}"
    )

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

    # files of other frameworks
    NO_FILE = "there is no such file; check its name"
    FOLDER = "is a folder; expected a file"
    UNREADABLE = "cannot be read ({words}); check its name"
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
    WEIGHTS_NOT_FINITE = (
        "layer {layer}'s {weights} has values that are infinite, NaN or too "
        "large for float32: expected finite weights"
    )
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
