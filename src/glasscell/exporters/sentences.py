"""Messages by code about exports of any task: formats, options, checks and limits."""

from glasscell.facts import Code


class Exporters(Code):
    """Messages about exports and their files."""

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
    UNKNOWN_INPUTS = (
        "the inputs of the model {model!r} are unknown: expected a Functional model, or a "
        "Sequential one that was built or begins with keras.Input"
    )
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

    @classmethod
    def room(cls) -> str:
        """Return the room's earlier name, which the codes keep in JSON."""
        return "interop"
