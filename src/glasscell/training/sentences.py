"""Messages by code about trainings in Python: arguments, data, failures, several processes."""

from glasscell.facts import Code

SMALLER = "try a smaller learning rate or clip_norm, and look for huge or missing values"


class Fitting(Code):
    """About models, settings, data and failed trainings."""

    # the model
    NOT_COMPILED = "the model is not compiled: call model.compile(optimizer, loss) first"
    OWN_TRAIN_STEP = "the model overrides train_step, which would not be called: use model.fit"
    NO_WEIGHTS = "the model has no weights to train: set trainable=True where it should learn"

    # settings
    CLIP_NORM = "clip_norm={clip_norm!r}: expected a number above 0"
    COVERAGE = "coverage={coverage!r}: expected a fraction above 0 and below 1, such as 0.9"
    WORKERS_WITH_XLA = "workers cannot be combined with jit_compile"
    LARGE_BATCH = (
        "batch_size={batch_size} is larger than the data ({samples} sample{samples:|s}): reduce it"
    )
    CLASS_WEIGHT = "class_weight={class_weight!r}: expected finite numbers of at least 0"
    CLASS_WEIGHTS = "class_weight={class_weight!r}: expected a weight for each class, or 'balanced'"

    # callbacks
    NEVER_CALLED = (
        "{subject}.{hook} is never called, because an epoch is one graph; use on_epoch_end"
    )
    NEVER_SAVES = (
        "{subject} with save_freq={save_freq!r} never saves, because an epoch is one "
        "graph; use save_freq='epoch'"
    )
    NO_EPOCH_BACK = (
        "{subject} restores the weights but not the epoch; use Training.state and Training.restore"
    )
    WRITES_ONCE = (
        "{subject} with update_freq={update_freq!r} writes once per epoch, because an "
        "epoch is one graph"
    )

    # arrays
    NO_ARRAY = (
        "x is {kind}: expected an array (N, …), or a list of arrays for a model with several inputs"
    )
    LIST_OF_NUMBERS = (
        "x is a list of numbers: expected an array (N, …), or a list of arrays for "
        "a model with several inputs"
    )
    NO_SAMPLE_AXIS = (
        "x, y and sample_weight need a first axis of samples; a list counts as several arrays"
    )
    NO_SAMPLES = "x contains no samples: expected at least one"
    UNEQUAL_SAMPLES = "x, y and sample_weight have different numbers of samples: {sizes:, }"
    UNEQUAL_INPUTS = "the arrays in x have {sizes:, } samples: expected the same number, at least 1"
    LENGTHS = "lengths has the shape {shape!r}: expected ({samples},), one length for each series"
    NO_Y = "y is None: expected the targets of x; only a tf.data.Dataset contains its own"
    SHORT_TEXT = (
        "the training text has {n} symbol{n:|s}; expected at least {least}, a piece of {piece} "
        "plus one for each of {streams} stream{streams:|s}: use a longer text, fewer streams or "
        "shorter pieces"
    )

    # validation
    TWO_VALIDATIONS = "validation_split and validation_data exclude each other: give one of them"
    VALIDATION_SPLIT = "validation_split={share!r}: expected a fraction of at least 0 and below 1"
    NONE_LEFT = "validation_split={share} of {n} sample{n:|s} leaves none to {what} on"
    VALIDATION_DATA = (
        "validation_data: expected a tuple, (x, y) or (x, y, sample_weight), or a "
        "tf.data.Dataset of such batches"
    )

    # a tf.data.Dataset
    NOT_WITH_DATASET = "{name} cannot be combined with a tf.data.Dataset: {mend}"
    DATASET_HAS_Y = "its elements are (x, y) or (x, y, sample_weight)"
    DATASET_HAS_BATCHES = "it has batches already; change them with .rebatch(SIZE)"
    DATASET_HAS_ORDER = "it has an order already; change it with .shuffle(BUFFER)"
    DATASET_IS_SPLIT = "split it: .take(N) as validation_data, .skip(N) as x"
    CLASS_WEIGHT_OF_SEVERAL = "class_weight is for a single array y, but the dataset has several"
    NO_TUPLE = (
        "{name}: each element of the dataset is a {kind}{n: of length {n}| of length {n}}: "
        "expected (x, y) or (x, y, sample_weight)"
    )
    NOT_DENSE = (
        "{name}: the dataset has a {kind}: expected dense tensors, as to_tensor() and "
        "tf.sparse.to_dense return"
    )
    SINGLE_SAMPLES = "{name}: the dataset has single samples: expected batches; append .batch(32)"
    UNEVEN_BATCHES = (
        "{name}: the dataset has batches of {sizes:, } samples: expected one size, and only the "
        "last one smaller; append .rebatch({largest})"
    )
    UNEQUAL_BATCH = (
        "{name}: in batch {number} of the dataset x, y and sample_weight have different numbers "
        "of samples, {sizes:, }; to batch single samples, append .batch(32)"
    )
    ENDLESS = "{name}: the dataset is infinite: remove .repeat(), or append .take(STEPS)"
    EMPTY_DATASET = "{name}: the dataset contains no samples: expected at least one"

    # failed trainings
    NOT_FINITE = (
        "the loss or the weights stopped being finite in epoch {epoch}, by batch {batch}: "
        f"{SMALLER}; the weights after epoch {{kept}} are kept"
    )
    FIRST_NOT_FINITE = (
        "the loss or the weights stopped being finite in the first epoch, by batch {batch}: "
        f"{SMALLER}"
    )
    OTHER_STATE = (
        "the saved state belongs to another model or optimizer: build both as they "
        "were, or train from scratch"
    )

    # several processes
    UNREACHABLE = (
        "TF_CONFIG: this process cannot be reached at {address} ({words}); is the port in use?"
    )
    CHIEF_HAS_OTHER_DATA = (
        "worker{others:|s} {others:, } of {size}, counted from 0, {others:has|have} other data "
        "or settings than the chief; give all processes the same file and options"
    )
    WORKER_GONE = "another process of this training is gone ({words}); start all of them again"
