"""What the rooms below all others say, by code."""

from glasscell.facts import Code


class System(Code):
    """Of the machine, its files and the process."""

    BACKEND = (
        "glasscell runs on TensorFlow, but Keras is set to {backend!r}: set the environment variable "
        'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in ~/.keras/keras.json, before Keras is imported'
    )

    PICTURE_NAME = "expected a name that ends with {endings:, }"
    TABLE_NAME = "expected a name that ends with .csv or .parquet, or - for standard output"
    IS_FOLDER = "{output} is a folder; give the name of a file in it"
    OVERWRITES = "{output} is the file to read, and would be overwritten; give another name"
    NO_FOLDER = "there is no folder {parent}; make it, or give another name"
    TRY_AGAIN = "try again"
    START_AGAIN = "start again"
    START_ELSEWHERE = "start again in another folder"
    RESUME = "resume with: {command}"
    NOT_WRITTEN = "cannot be written ({words}); make room or make it writable, then {then}"
    TF_CONFIG_EXAMPLE = (
        '{{"cluster": {{"worker": ["HOST:PORT", "HOST:PORT"]}}, "task": {{"type": "worker", "index": 0}}}}, where '
        "index is this process's own"
    )
    NO_JSON = "TF_CONFIG is not JSON ({words}); expected {form}"
    NO_CONFIG = "TF_CONFIG is {config!r}; expected {form}"
    NO_TASK = "TF_CONFIG: task is {task!r}; expected one of the cluster: {form}"
    INDEX = (
        "TF_CONFIG: index is {index!r}; expected a whole number from 0 to {last}, as the cluster has {count} of "
        "the type {task!r}"
    )
    NO_CLUSTER = "TF_CONFIG: cluster is {cluster!r}; expected {form}"
    STRANGE_KIND = "TF_CONFIG: cluster has {kind!r}; expected only a chief and workers"
    ADDRESS = "TF_CONFIG: {kind} has the address {address!r}; expected HOST:PORT"
    CHIEFS = "TF_CONFIG: cluster has {n} chiefs; expected one"
    SAME_ADDRESS = "TF_CONFIG: cluster has an address twice; each process needs its own"
