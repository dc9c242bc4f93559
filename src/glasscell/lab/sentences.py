"""What the lab says, by code."""

from glasscell.facts import Code


class Lab(Code):
    """Of experiments, their tasks and arms, and how they are run."""

    NAME = "name={value!r}: expected letters, digits, - and _"
    EQUAL = "equal={value!r}: expected units or weights"
    ARMS = "arms={arms!r}: expected names"
    LEARNING_RATES = "learning_rates={learning_rates!r}: expected numbers above 0"
    BITS_ALONE = (
        "tasks={tasks:, }: {alone} is measured in bits per character and never solved; expected it alone, as it "
        "cannot stand in one table with others"
    )
    TWICE = "{name}={values:, }: expected at least one, and none twice"
    NONE_GIVEN = "{name}=nothing: expected at least one, and none twice"
    ABOVE_0 = "{name}={value!r}: expected a number above 0"
    OF_CONDITION = "{task}, length={length}: {cause}"
    NO_FILE = "there is no such file"
    NO_TOML = "cannot be read as TOML ({words})"
    NO_SETTING = "{name!r} is not a setting; the settings are {known:, }"
    NO_ARM = "arm {name!r} is not known; use {arms:, }, or module:name"
    STRANGE_ARM = "arm {name!r} is {found!r}: expected a glasscell.Variant, or a step function"
    STATE_SHAPE = "(…, N, H), … leading axes of networks side by side; see glasscell.step"
    STEP_FAILED = (
        "arm {name!r}: the step failed on x (2, 3, 2), h and c (2, 3, 4), kernel (2, 2, 16), recurrent_kernel "
        "(2, 4, 16), bias (2, 16): {words}; expected it to return (State(h, c), gates), h and c {form}"
    )
    STEP_SHAPE = "arm {name!r}: the step returned {part} of shape {shape!r}; expected {expected!r}: {form}"
    STEP_DTYPE = "arm {name!r}: the step returned {part} as {dtype}; expected float32, as x is"
    NOT_IN_MODULE = "arm {name!r}: the module {room} has no {thing}"
    NO_MODULE = "arm {name!r}: the module {room} cannot be imported ({words})"
    NO_TASK = (
        "task {name!r} is not known; use {tasks:, }, digits_rows, digits_pixels, {text}, {text}:PATH or {archive}NAME"
    )
    NOT_IN_ARCHIVE = (
        "archive:{name}: there is no {stem}_TRAIN.ts in {places:, }; download it from "
        "timeseriesclassification.com, or pip install aeon for those that come with it"
    )
    NO_CLASSES = "{place}_TRAIN.ts has no classes: expected a classification"
    STANDARD_INPUT = "text:-: every process that trains reads the text itself; expected a path, not standard input"
    SHORT_TEXT = (
        "{sum:,} characters, of which a tenth is held out in two parts, one of {least}; expected at "
        "least {streams} in each, one for each stream: take a longer text"
    )
    NO_CONFLICT = "tasks={tasks:, }: the conflict is one of {without:, }"
    HOLDS_EXPERIMENT = "{folder} holds an experiment: resume it with --resume {folder}, or give another folder with -o"
    HOLDS_CONFLICT = "{folder} holds an experiment: give another folder with -o"
    OTHER_THINGS = "{folder} exists already, and contains other things: give another folder with -o"
    NONE_TO_RESUME = "there is no experiment here to resume; start one with -o {file}"
    KILLED = "a process was killed while it trained; if memory ran out, give fewer --jobs"
    NO_DASK = "--dask needs the package distributed: pip install 'glasscell[dask]'"
    DASK_ADDRESS = "--dask {address!r}: expected a scheduler's address, as tcp://HOST:8786"
    NO_SCHEDULER = (
        "no Dask scheduler answers at {address!r} ({words}); start one with `dask scheduler`, and give the "
        "address that it prints, as tcp://HOST:8786"
    )
    NO_WORKERS = "the Dask scheduler at {address!r} has no workers: start some, dask worker {address}"
    SCHEDULER_GONE = "the Dask scheduler at {address!r} went away"
    WORKERS_DIED = "one Dask worker after another died training the same condition (their logs say more)"
    LACKS_PACKAGE = "a Dask worker lacks a package ({words}); each needs glasscell"
    DAMAGED = "is damaged"
    NO_EXPERIMENT = "these are not the settings of an experiment: {cause}"
    INVALID = "{words}"
    UNREADABLE = "cannot be read ({words})"
    REMOVE = "; remove it to train this condition again"
    START_AGAIN = "; start again in another folder"
    KEPT = "; what is finished is kept; resume with: {command}"
    LACKS_ENTRY = "is damaged (there is no {words}); remove it to train this condition again"
    DAMAGED_CONDITION = "is damaged ({words}); remove it to train this condition again"
    DAMAGED_WEIGHTS = "the networks' weights are damaged or missing; remove {table} to train this condition again"
    OTHER_TEXT = (
        "{task}: {arm} was trained on another text ({there}) than it is here ({here}): expected the same one, as "
        "the library of the same Python is; start again in another folder"
    )
    OTHER_FORMAT = (
        "was written by another version of glasscell (format {found!r}; this one reads {format}): start "
        "again in another folder, or resume with that version"
    )

    # networks side by side
    MODELS = (
        "models={models} needs y of shape ({models}, …), not {shape!r}, no sample_weight, and a model without "
        "regularisers"
    )
