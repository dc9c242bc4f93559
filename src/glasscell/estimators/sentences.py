"""Messages by code about X, y and arguments, which several estimators share.

What only the forecaster, tagger or language model says is in the task's folder.
"""

from glasscell.facts import Code


class Estimators(Code):
    """Messages about X and y, and about wrong types passed for them."""

    # something else passed as X
    TEXT_FOR_X = (
        "X is the text {found!r}, not series; if it names a file: series = "
        "glasscell.data.read({found!r}), then pass series.x and series.y"
    )
    SEQUENCES_FOR_X = (
        "X is the Sequences that glasscell.data.read returns; pass its arrays: X.x and X.y"
    )
    DICT_FOR_X = "X is a dict; pass its series as a list of arrays (T, D), such as list(X.values())"
    DICT_FOR_SERIES = (
        "series 0 is a dict with {keys:reprs}: pass a list of arrays (T, D), such as "
        "[np.array(one[{first!r}]) for one in X]"
    )
    TEXT_FOR_SERIES = "series 0 is the text {found!r}, not an array of numbers; {mend}"
    IS_JSON = (
        "for JSON, pass [np.array(json.loads(line)) for line in X], or the part of each "
        "object with the series"
    )
    IS_NUMBERS = "pass numbers, such as [np.array(text.split(','), float) for text in X]"
    IS_FILE = "if it names a file, pass [glasscell.data.read(file).x[0] for file in X]"
    TRANSPOSED = (
        "series {n} has the shape {shape!r}, but the first {first!r}: expected (T, D) with equal "
        "D; if time is the last axis, as in aeon (D, T), pass [v.T for v in X]"
    )

    # the shape of X
    NO_CHANNEL = "X has the shape {shape!r}: expected at least one channel"
    OTHER_FEATURES = (
        "X has {found} feature{found:|s}, but {estimator} is expecting {expected} "
        "feature{expected:|s} as input, the channels it was trained on"
    )
    OTHER_COLUMNS = (
        "X has other columns than in fit, where the feature names should match: {found:, }; "
        "rename them, or pass X.to_numpy() to match them by position"
    )
    UNSEEN = "{columns:reprs} unseen then"
    MISSING = "{columns:reprs} now missing"
    COLUMN_TWICE = "one is duplicated"
    UNEVEN = (
        "{found}, but the network assumes even steps; pass x and y of from_frame(X, "
        "time_gaps=True), which adds the steps' lengths as a channel, or of from_frame(X, "
        "every={every!r}), which resamples"
    )
    SOME_LOOKED_AT = "{note} (based on {n} of the {of} series)"
    PUT_NAN = (
        "replace it with NaN: np.where(X == {number:.15g}, np.nan, X) or "
        "frame.replace({number:.15g}, np.nan)"
    )

    # settings
    NOTHING_LEARNED = (
        "epochs=0: the weights stay as they are and nothing is learned; expected at least 1"
    )

    # series without values
    NO_VALUES = "all values of all series of {name} are missing: expected numbers to learn from"
    LEFT_OUT = "{empty}: skipped in training"
    LEFT_OUT_OF_CALIBRATION = "{empty}: skipped in calibration"
    ANSWERED_BY = "{empty}: predicted as {prior}"
    ANSWERED_BY_IN = "in the first {prefix} step{prefix:|s}, {empty}: predicted as {prior}"
    PRIOR_SHARES = "the class frequencies in training"
    PRIOR_MEAN = "the mean in training"
    NO_PRIOR = (
        "{empty}, and this estimator has no default prediction for such series: remove "
        "them, or fit it again"
    )

    # y
    Y = "y"
    NO_LABELS = "y is None: this {kind} requires y to be passed, but the target y is None"
    NOTHING_TO_COMPARE = (
        "y is None: expected the true label of each series, to score the predictions"
    )
    NO_LABEL = (
        "{n} of {of} label{of:|s} {n:is|are} missing (y[{place}] is {found}): remove "
        "{n:this|these} series from X and y, or label {n:it|them}"
    )
    OTHER_NUMBER = (
        "y has {labels} label{labels:|s}, and X has {n} series: expected one label for each"
    )
    OF_STEPS = "; if each step has the label of its series, pass np.reshape(y, {shape!r})[:, 0]"
    MIXED = (
        "y mixes types of labels: {found:, }; convert them to one type, such as [str(label) "
        "for label in y]"
    )
    OF_KIND = "{label} is the {kind} {found}"
    TEXT_OF_KIND = "{label} is the {kind} {found!r}"
    DIFFERS = (
        "y differs from column {name!r} of X, which is interpreted as the labels: drop it, "
        "or pass no y"
    )
    TWO_LABELS = (
        "y has a label for each row, and series {series!r} has {found!r} in row {place} after "
        "{before!r}: expected one label for a whole series"
    )
    UNKNOWN_CLASS = "y contains {found!r}: expected one of the classes {classes:reprs}"
    OTHER_CLASSES = (
        "classes={found!r} is not the same as on last call to partial_fit, was: {classes!r}"
    )
    NO_WEIGHTS = (
        "class_weight={found!r}: expected a number of at least 0 for each class, or 'balanced'"
    )
    WEIGHT_OF_NO_CLASS = (
        "class_weight contains {found!r}: expected only the classes {classes:reprs}"
    )
    NEGATIVE_WEIGHT = "sample_weight of series {n} is {found:g}: expected numbers of at least 0"
    ONE_CLASS = (
        "y has one class, {label!r}: there is nothing to learn, and every prediction is {label!r}"
    )
    MARKED_LABEL = (
        "y is {mark:.15g} {n:once|{n} times}, far from all other numbers: if that is a "
        "missing-value code, remove {n:this|these} series from X and y"
    )
    OTHER_TARGETS = "y has {found} target{found:|s}: expected {expected}"
    OTHER_SHAPE = (
        "y has the shape {found!r}, but the predictions have {expected!r}: expected the same"
    )

    # prediction intervals
    NOT_CALIBRATED = (
        "prediction intervals need calibration: call calibrate(X, y) with series that fit has "
        "not seen, or cross_calibrate(X, y) with those it has, which trains more networks"
    )
    FEW_RESIDUALS = (
        "coverage={coverage:g} needs {fewest} residual{fewest:|s}, and there {n:is|are} {n}: "
        "calibrate with more series, or use at most {most:.3g}"
    )
