"""Messages by code about experiments: their tasks, arms, settings and files."""

from glasscell.facts import Code


class Lab(Code):
    """About experiments, their tasks and arms, and how they are run."""

    BITS_ALONE = (
        "tasks={tasks:, }: {alone} is measured in bits per character, unlike other "
        "tasks; expected it as the only task"
    )
    TWICE = "{name}={values:, }: expected different values"
    NONE_GIVEN = "{name} is empty: expected at least one value"
    OF_CONDITION = "{task}, length={length}: {cause}"
    NO_FILE = "there is no such file"
    NO_TOML = "cannot be read as TOML ({words})"
    NO_SETTINGS = 'has no settings; expected lines such as: tasks = ["erase"]'
    NO_SETTING = "unknown setting {name!r}: expected one of {known:, }"
    NO_ARM = "unknown arm {name!r}: expected one of {arms:, }, or module:name"
    STRANGE_ARM = "arm {name!r} is {found!r}: expected a glasscell.Variant or a step function"
    STATE_SHAPE = (
        "(…, N, H), where … are leading axes for networks trained in parallel; see glasscell.step"
    )
    STEP_FAILED = (
        "arm {name!r}: the step failed on x (2, 3, 2), h and c (2, 3, 4), kernel (2, 2, 16), "
        "recurrent_kernel (2, 4, 16), bias (2, 16): {words}; it must return (State(h, c), "
        "gates), with h and c {form}"
    )
    STEP_SHAPE = (
        "arm {name!r}: the step returned {part} of shape {shape!r}; expected {expected!r}: {form}"
    )
    STEP_DTYPE = "arm {name!r}: the step returned {part} as {dtype}; expected float32, like x"
    NOT_IN_MODULE = "arm {name!r}: the module {room} has no {thing}"
    NO_MODULE = "arm {name!r}: the module {room} cannot be imported ({words})"
    NO_TASK = (
        "unknown task {name!r}: expected one of {tasks:, }, digits_rows, digits_pixels, {text}, "
        "{text}:PATH or {archive}NAME"
    )
    NOT_IN_ARCHIVE = (
        "archive:{name}: {stem}_TRAIN.ts is not in {places:, }; download it from "
        "timeseriesclassification.com (a few data sets come with aeon: pip install aeon)"
    )
    NO_CLASSES = "{place}_TRAIN.ts has no classes: expected a classification data set"
    STANDARD_INPUT = "text:-: expected a path, because each training process reads the text itself"
    SHORT_TEXT = (
        "has {sum:,} characters, of which one held-out part has {least}; expected at least "
        "{streams} in each part: use a longer text"
    )
    NO_CONFLICT = "tasks={tasks:, }: expected {without: or }"
    HOLDS_EXPERIMENT = (
        "{folder} contains an experiment: resume it with --resume {folder}, or "
        "give another folder with -o"
    )
    HOLDS_CONFLICT = "{folder} contains an experiment: give another folder with -o"
    OTHER_THINGS = "{folder} exists already and is not empty: give another folder with -o"
    NONE_TO_RESUME = "there is no experiment here to resume; start one with -o {file}"
    KILLED = "a training process was killed; if memory ran out, use fewer --jobs"
    NO_DASK = "--dask needs the package distributed: pip install 'glasscell[dask]'"
    DASK_ADDRESS = (
        "--dask {address!r}: expected the address of a scheduler, such as tcp://HOST:8786"
    )
    NO_SCHEDULER = (
        "no Dask scheduler responds at {address!r} ({words}); start one with dask scheduler, and "
        "give the address that it prints, such as tcp://HOST:8786"
    )
    NO_WORKERS = (
        "the Dask scheduler at {address!r} has no workers: start some with dask worker {address}"
    )
    SCHEDULER_GONE = "lost the connection to the Dask scheduler at {address!r}"
    WORKERS_DIED = "several Dask workers died while training the same condition; see their logs"
    LACKS_PACKAGE = "a Dask worker lacks a package ({words}); install glasscell on every worker"
    NO_EXPERIMENT = "these are not the settings of an experiment: {cause}"
    INVALID = "{words}"
    UNREADABLE = "cannot be read ({words})"
    REMOVE = "; remove it to train this condition again"
    START_AGAIN = "; start again in another folder"
    KEPT = "; finished conditions are kept; resume with: {command}"
    LACKS_ENTRY = "is damaged ({words} is missing); remove it to train this condition again"
    DAMAGED_CONDITION = "is damaged ({words}); remove it to train this condition again"
    DAMAGED_WEIGHTS = (
        "the weights of its networks are damaged or missing; remove {table} to "
        "train this condition again"
    )
    OTHER_TEXT = (
        "{task}: {arm} was trained on another text ({there}) than the one here ({here}), for "
        "example that of another Python version; start again in another folder"
    )
    OTHER_FORMAT = (
        "was written by another version of glasscell (format {found!r}; this version reads "
        "{format}): start again in another folder, or resume with that version"
    )

    # parallel networks
    MODELS = (
        "models={models} requires y of shape ({models}, …), found {shape!r}; sample_weight and "
        "regularizers are not supported"
    )
