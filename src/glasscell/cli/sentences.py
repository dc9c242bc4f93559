"""What only the command line says, by code: options, progress, results; `glasscell doctor`.

A message about a run is in `runs`, about a file in `data`, about one task in the task's folder.
"""

from glasscell.facts import Code


class Commands(Code):
    """About options and arguments, and the results of a command."""

    # files
    NO_HTML = "expected a name that ends with .html"
    NO_FOLDER = "is a file; expected a folder"
    FILE_MISSING = "FILE is missing; give a file with series to predict, or - for standard input"
    OUTPUT_UNWRITABLE = "the output cannot be written ({words}); make room where it goes"

    # options
    JSON_NEEDS_OUTPUT = (
        "--json needs --output FILE, because the table is written to standard output"
    )
    NEEDED = "{option} is missing; {task} needs it"
    GOES_WITH = "{option} is for {kind}, not for {task}"
    OTHER_FILE = (
        "is for {other}, but the settings are for {task}; give another FILE, or other settings"
    )
    KEPT_BY_RUN = (
        "{option} cannot be combined with --resume: a run keeps its settings; only "
        "--epochs can increase"
    )

    # options of export
    CHECK_NEEDS_DATA = "DATA is missing; give a file of series to check the export on"
    DATA_NEEDS_CHECK = "DATA {data} is for --check FILE only; remove it"
    CHECK_WRITES_NOTHING = "{option} cannot be combined with --check, which writes no file"

    # options of experiments
    FILE_OR_RESUME = "lab run: expected either FILE.toml or --resume FOLDER"
    KEPT_BY_EXPERIMENT = (
        "{option} cannot be combined with --resume: an experiment keeps its settings"
    )
    NO_NUMBERS = "{option} {found}: expected numbers separated by commas"
    NO_WHOLE_NUMBERS = "{option} {found}: expected whole numbers separated by commas"

    # progress
    PREPARING = "preparing to train"
    FINISHING = "evaluating, plotting and saving"
    EXPERIMENT_STOPPED = "stopped; finished work is kept; resume with: {command}"

    # results
    FINISHED = (
        "{run} is finished: it has {epochs} epoch{epochs:|s}; to continue training, give "
        "--epochs above {epochs}"
    )
    FINISHED_EARLIER = (
        "{run} is finished: it has {epochs} epoch{epochs:|s}, and early stopping ended it"
    )
    SAVED = "saved in {run}"
    EXPLORER = "explorer: {page}"
    TABLES = "tables and figures: {folder}"
    EXPORTED = "network written to {path}, its inputs and outputs described in {about}"
    COMPARED = "checked {n} {asked} with {runtime}: {same}largest difference {difference:.1e}"
    SAME_LABELS = "labels agree for {share:.1%}, "
    SAME_NUMBERS = "R² {r2:−.4f}, "
    CHECKED = "checked {path} with {runtime} on {data}, compared with {run}"
    NOT_COMPARED = (
        "{runtime} is not installed, so the predictions of {path} were not compared with the "
        "run's; to compare them, {install} and export again"
    )


class Doctor(Code):
    """About a machine and how the LSTM runs on it: labels and values of lines."""

    VERSIONS = "versions"
    PLATFORM = "platform"

    PROCESSOR = "processor"
    CORES = "{cpu}, {n} core{n:|s}"
    FEATURES = "CPU features"
    UNKNOWN = "unknown"

    IMPLEMENTATION = "implementation"
    ENGINE = "{engine}: {reason}"

    PREDICTIONS = "predictions"
    BY_KERNEL = "kernel: predict and evaluate need no TensorFlow"
    BY_NUMPY = "NumPy instead of the kernel: {why}"

    SELF_CHECK = "self-check"
    PASSED = (
        "passed: outputs and gradients of {cases} random layers on the {engine} differ from "
        "keras.layers.LSTM by {differ} (tolerance {allowed:.0e})"
    )
    FAILED = (
        "FAILED: outputs and gradients of {cases} random layers on the {engine} differ from "
        "keras.layers.LSTM by {differ} (tolerance {allowed:.0e})"
    )
    AT_MOST = "at most {difference:.1e}"
    NOT_FINITE = "values that are not finite"
