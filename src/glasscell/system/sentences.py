"""Messages by code about the machine, files and settings; and those of `console` and `settings`."""

from glasscell.facts import Code


class System(Code):
    """About the machine, its files and the process."""

    # Keras
    BACKEND = (
        "glasscell runs on TensorFlow, but Keras is set to {backend!r}: set the environment "
        "variable "
        'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in ~/.keras/keras.json, before '
        "importing Keras"
    )

    # an argument in Python
    NOT_ACCEPTED = "{name}={found!r}: expected {expected}"

    # files to read
    NO_FILE = "there is no such file; check its name"

    # files to write
    PICTURE_NAME = "expected a name that ends with {endings:, }"
    TABLE_NAME = "expected a name that ends with .csv or .parquet, or - for standard output"
    IS_FOLDER = "{output} is a folder; give the name of a file in it"
    OVERWRITES = "{output} is the input file and would be overwritten; give another name"
    NO_FOLDER = "the folder {parent} does not exist; create it, or give another name"
    NOT_WRITTEN = "cannot be written ({words}); free space or change permissions, then {then}"
    TRY_AGAIN = "try again"
    START_AGAIN = "start again"
    START_ELSEWHERE = "start again in another folder"
    RESUME = "resume with: {command}"

    # TF_CONFIG
    NO_JSON = "TF_CONFIG is not valid JSON ({words}); expected {form}"
    NO_CONFIG = "TF_CONFIG is {config!r}; expected {form}"
    TF_CONFIG_EXAMPLE = (
        '{{"cluster": {{"worker": ["HOST:PORT", "HOST:PORT"]}}, "task": {{"type": "worker", '
        '"index": 0}}}}, with the '
        "index of this process"
    )
    NO_CLUSTER = "TF_CONFIG: cluster is {cluster!r}; expected {form}"
    STRANGE_KIND = "TF_CONFIG: cluster contains {kind!r}; expected only a chief and workers"
    CHIEFS = "TF_CONFIG: cluster has {n} chiefs; expected one"
    ADDRESS = "TF_CONFIG: {kind} has the address {address!r}; expected HOST:PORT"
    SAME_ADDRESS = "TF_CONFIG: cluster has the same address twice; give each process its own"
    NO_TASK = "TF_CONFIG: task is {task!r}; expected a member of the cluster: {form}"
    INDEX = (
        "TF_CONFIG: index is {index!r}; expected an integer from 0 to {last}, because the "
        "cluster has {count} of the type {task!r}"
    )


class Console(Code):
    """About the start or stop of a command."""

    STARTING = "starting TensorFlow …"
    NOTHING_WRITTEN = "stopped; nothing was written"


class Settings(Code):
    """About one setting, or two that exclude each other."""

    # any setting of a run; one in Python is System.NOT_ACCEPTED
    NOT_ACCEPTED = "{name} = {found!r}: expected {expected}"

    # text
    MINUTES_AND_EPOCHS = (
        "minutes = {minutes:g} and epochs = {epochs} exclude each other: give one of them"
    )

    # forecasts
    NAMED_TWICE = "the column {column!r} is given twice, by {options: and }; give it once"
