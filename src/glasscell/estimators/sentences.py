"""What estimators say, by code, beside those that forecast, tag or write."""

from glasscell.facts import Code


class Estimators(Code):
    """Of X and y, and of what stands in their place."""

    # in place of X
    TEXT_FOR_X = (
        "X is the text {found!r}, not series; if it names a file: series = glasscell.data.read({found!r}), then pass "
        "series.x and series.y"
    )
    SEQUENCES_FOR_X = "X is Sequences, as glasscell.data.read returns them; pass their arrays: X.x and X.y"
    DICT_FOR_X = "X is a dict; pass its series as a list of arrays (T, D), such as list(X.values())"
    DICT_FOR_SERIES = (
        "series 0 is a dict with {keys:reprs}: pass a list of arrays (T, D), such as [np.array(one[{first!r}]) for one "
        "in X]"
    )
    TEXT_FOR_SERIES = "series 0 is the text {found!r}, not an array of numbers; {mend}"
    IS_JSON = "it is JSON: pass [np.array(json.loads(line)) for line in X], or what of each object is the series"
    IS_NUMBERS = "pass numbers, such as [np.array(text.split(','), float) for text in X]"
    IS_FILE = "if it names a file: pass [glasscell.data.read(file).x[0] for file in X]"
    TRANSPOSED = (
        "series {n} has the shape {shape!r}, but the first {first!r}: expected (T, D), with as many channels in each; "
        "if time is their last axis, as aeon stores series (D, T), pass [v.T for v in X]"
    )

    # the form of X
    NOT_3D = "X has the shape {shape!r}. Reshape your data: expected (N, T, D), or (N, T)"
    NOTHING = "X has the shape {shape!r}: expected at least one series, one step and one channel"
    OTHER_FEATURES = (
        "X has {found} features, but {estimator} is expecting {expected} features as input, the channels it was "
        "trained on"
    )
    OTHER_COLUMNS = (
        "X has other columns than in fit, where the feature names should match: {found:, }; rename them, or pass "
        "X.to_numpy(), whose steps go by their position"
    )
    UNSEEN = "{columns:reprs} unseen then"
    MISSING = "{columns:reprs} now missing"
    COLUMN_TWICE = "one is there twice"
    NO_PREFIX = "prefix={prefix!r}: expected a whole number of steps from 1 up"
    UNEVEN = (
        "{found}: the network takes them as even; pass x and y of from_frame(X, time_gaps=True), which makes their "
        "lengths a channel, or of from_frame(X, every={every!r}), which puts all on an even grid"
    )
    SOME_LOOKED_AT = "{note} ({n} of the {of} series were looked at)"
    NOTHING_LEARNED = "epochs=0: nothing is learned, and the weights stay as they are; expected at least 1"
    PUT_NAN = "put NaN there, as by np.where(X == {number:.15g}, np.nan, X) or frame.replace({number:.15g}, np.nan)"

    # series without a value
    NO_VALUES = "every value of every series of {name} is missing: expected numbers to learn from"
    LEFT_OUT = "{empty}: left out of training"
    LEFT_OUT_OF_CALIBRATION = "{empty}: left out of the calibration"
    ANSWERED_BY = "{empty}: answered by {prior}"
    ANSWERED_BY_IN = "in the first {prefix} steps, {empty}: answered by {prior}"
    PRIOR_SHARES = "the classes' shares in training"
    PRIOR_MEAN = "the mean in training"
    NO_PRIOR = (
        "{empty}, and this estimator was saved by a glasscell that kept no answer for such series: leave them out, or "
        "fit it again"
    )

    # y
    NO_CLASSES = "y is None: this classifier requires y to be passed, but the target y is None"
    NO_TARGETS = "y is None: this regressor requires y to be passed, but the target y is None"
    NOTHING_TO_COMPARE = "y is None: expected the true label of each series, to compare the answers with"
    NO_LABEL = (
        "{n} of {of} labels are missing (y[{place}] is {found}): leave these series out of X and y, or label them"
    )
    OTHER_NUMBER = "y has {labels} labels, and X {n} series: expected one for each"
    OF_STEPS = "; where each step has the label of its series, pass np.reshape(y, {shape!r})[:, 0]"
    MIXED = "y mixes kinds of labels: {found:, }; convert them to one kind, such as [str(label) for label in y]"
    OF_KIND = "{label} is the {kind} {found}"
    TEXT_OF_KIND = "{label} is the {kind} {found!r}"
    DIFFERS = "y differs from column {name!r} of X, which is taken for the labels: drop it, or pass no y"
    TWO_LABELS = (
        "y has a label for each row, and series {series!r} has {found!r} in row {place}, but {before!r} before: "
        "expected one label for a whole series"
    )
    UNKNOWN_CLASS = "y contains {found!r}: expected one of the classes known, {classes!r}"
    OTHER_CLASSES = "classes={found!r} is not the same as on last call to partial_fit, was: {classes!r}"
    WEIGHT_OF_NO_CLASS = "class_weight contains {found!r}: expected weights of the classes, {classes!r}"
    NEGATIVE_WEIGHT = "sample_weight of series {n} is {found:g}: expected numbers from 0 up"
    ONE_CLASS = "y is of one class, {label!r}: there is nothing to learn, and no other answer"
    MARKED_LABEL = (
        "y is {mark:.15g} {n} times, far outside of all other numbers: if that means not measured, leave these series "
        "out of X and y"
    )
    OTHER_TARGETS = "y has {found} targets: expected {expected}"
    OTHER_SHAPE = "y has the shape {found!r}, and the answers {expected!r}: expected the same"

    # intervals
    NOT_CALIBRATED = (
        "there is nothing yet to say how wide an interval must be: call calibrate(X, y) with series that fit has not "
        "seen, or cross_calibrate(X, y) with those it has, which trains more networks"
    )
    FEW_RESIDUALS = (
        "coverage={coverage:g} needs {fewest} residuals, and there are {n}: calibrate with more series, or ask for at "
        "most {most:.3g}"
    )
