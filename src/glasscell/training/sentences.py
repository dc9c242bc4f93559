"""What training says, by code."""

from glasscell.facts import Code


class Fitting(Code):
    """Of data, settings and what went wrong."""

    NOT_COMPILED = "the model is not compiled: call model.compile(optimizer, loss) first"
    OWN_TRAIN_STEP = "the model has a train_step of its own, which would not be called: use model.fit"
    NO_WEIGHTS = "the model has no weights to train: set trainable=True where it should learn"
    CLIP_NORM = "clip_norm={clip_norm!r}: expected a number above 0"
    WORKERS_WITH_XLA = "workers do not go with jit_compile"
    EPOCHS = "epochs={epochs!r}: expected a whole number from 0 up"
    OTHER_STATE = "the saved state belongs to another model or optimiser: make both as they were, or train from scratch"
    NOT_FINITE = (
        "the loss or the weights stopped being finite in epoch {epoch}, by batch {batch}: try a smaller learning "
        "rate or clip_norm, and look for huge or missing values in the data; the weights after epoch {kept} "
        "are kept"
    )
    # callbacks
    NEVER_CALLED = "{subject}.{hook} is never called: an epoch is one graph; use on_epoch_end"
    NEVER_SAVES = "{subject} with save_freq={save_freq!r} never saves: an epoch is one graph; use save_freq='epoch'"
    NO_EPOCH_BACK = "{subject} brings weights back but not the epoch: use Training.state and Training.restore"
    WRITES_ONCE = "{subject} with update_freq={update_freq!r} writes once an epoch only: an epoch is one graph"

    # batches
    BATCH_SIZE = "batch_size={batch_size!r}: expected a whole number from 1 up"
    LARGE_BATCH = "batch_size={batch_size} is larger than the data ({samples} samples): make it smaller"
    LENGTHS = "lengths has the shape {shape!r}: expected ({samples},), one of each series"
    NO_SAMPLE_AXIS = "x, y and sample_weight need a first axis of samples; a list stands for several arrays"
    UNEQUAL_SAMPLES = "x, y and sample_weight have different numbers of samples: {sizes!r}"
    NO_SAMPLES = "x contains no samples: expected at least one"
    CLASS_WEIGHT = "class_weight={class_weight!r}: expected finite numbers from 0 up"
    CLASS_WEIGHTS = "class_weight={class_weight!r}: expected a weight for each class, or 'balanced'"
    COVERAGE = "coverage={coverage!r}: expected a share above 0 and less than 1, such as 0.9"
    NO_Y = "y is None: expected targets of x; only a tf.data.Dataset brings its own"
    TWO_VALIDATIONS = "validation_split and validation_data both say what to validate on: give one of them"
    DATASET_HAS_Y = "its elements are (x, y) or (x, y, sample_weight)"
    DATASET_HAS_BATCHES = "its own batches are taken; change them by .rebatch(SIZE)"
    DATASET_HAS_ORDER = "its own order is taken; change it by .shuffle(BUFFER)"
    DATASET_IS_SPLIT = "set a part aside by .take(N) as validation_data, and .skip(N) as x"
    NOT_WITH_DATASET = "{name} does not go with a tf.data.Dataset: {mend}"
    VALIDATION_SPLIT = "validation_split={share!r}: expected a share, a number from 0 to less than 1"
    NONE_LEFT = "validation_split={share} of {n} samples leaves none to {what} on"
    VALIDATION_DATA = (
        "validation_data: expected a tuple, (x, y) or (x, y, sample_weight), or a tf.data.Dataset of such batches"
    )
    UNEVEN_BATCHES = (
        "{name}: the dataset has batches of {sizes!r} samples: expected one size, and at most the last one "
        "smaller; end it with .rebatch({largest})"
    )
    CLASS_WEIGHT_OF_SEVERAL = "class_weight goes with one array y, but the dataset has several"
    ENDLESS = "{name}: the dataset has no end: leave out .repeat(), or add .take(STEPS)"
    OTHER_TUPLE = "{name}: each element of the dataset is a tuple of {n}: expected (x, y) or (x, y, sample_weight)"
    NO_TUPLE = "{name}: each element of the dataset is a {kind}: expected (x, y) or (x, y, sample_weight)"
    NOT_DENSE = (
        "{name}: the dataset has a {kind}: expected plain tensors, as to_tensor() and tf.sparse.to_dense make them"
    )
    SINGLE_SAMPLES = "{name}: the dataset has single samples: expected batches; end it with .batch(32)"
    UNEQUAL_BATCH = (
        "{name}: in batch {number} of the dataset x, y and sample_weight have different numbers of samples, "
        "{sizes!r}; single samples are batched by .batch(32)"
    )
    EMPTY_DATASET = "{name}: the dataset contains no samples: expected at least one"
    LIST_OF_NUMBERS = (
        "x is a list, which stands for a model's several inputs: expected an array (N, …), or a list of arrays for a "
        "model with several inputs"
    )
    NO_ARRAY = "x is {kind}: expected an array (N, …), or a list of arrays for a model with several inputs"
    UNEQUAL_INPUTS = "the arrays in x have {sizes!r} samples: expected one number for all, at least 1"
    SHORT_TEXT = (
        "{n} symbols to train on; expected at least {least}, a piece of {piece} and one more for each of "
        "{streams} streams: take a longer text, or fewer streams or shorter pieces"
    )
    UNREACHABLE = "TF_CONFIG: this process cannot be reached at {address} ({words}); is the port in use?"
    CHIEF_HAS_OTHER_DATA = (
        "process {others:, } of {size} (counted from 0, the chief) has other data or other settings than the "
        "chief; give all of them the same file and the same options"
    )
    WORKER_GONE = "another of the processes that train together is gone ({words}); start all of them again"
