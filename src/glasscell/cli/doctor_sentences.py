"""What `glasscell doctor` prints, by code."""

from glasscell.facts import Code


class Doctor(Code):
    """Of a machine, and of how the LSTM runs on it: what a line is about, and what it says."""

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
        "passed: outputs and gradients of {cases} random layers on the {engine} differ from keras.layers.LSTM by "
        "{differ} (tolerance {allowed:.0e})"
    )
    FAILED = (
        "FAILED: outputs and gradients of {cases} random layers on the {engine} differ from keras.layers.LSTM by "
        "{differ} (tolerance {allowed:.0e})"
    )
    AT_MOST = "at most {difference:.1e}"
    NOT_FINITE = "values that are not finite"
