"""What the estimator of labels for every step says, by code."""

from glasscell.facts import Code


class TagEstimators(Code):
    """Of X and y of `LSTMTagger`."""

    # X
    FITTED_ON_LISTS = (
        "X is a data frame, and LSTMTagger was fitted on arrays, so nothing says which columns are its channels: pass "
        "arrays (T, D), or fit it on a data frame"
    )
    TWO_AXES = (
        "X has the shape {shape!r}: expected a list of arrays (T, D), or an array (N, T, D); a single series is [X], "
        "several of one channel are X[..., None]"
    )
    INFINITE = "X[{n}][{step}, {channel}] is infinite: give a number, or NaN where none was measured"
    OTHER_FEATURES = (
        "X has {n} features, but LSTMTagger is expecting {expected} features as input, the channels it was trained on"
    )

    # y
    NOT_EACH_ROW = (
        "y has the shape {shape!r}, and X {rows} rows: expected a label for each row of the data frame, the name of "
        "the column that has them, or no y"
    )
    OTHER_ORDER = (
        "y and X have the same index in another order: pass y.loc[X.index], or y.to_numpy() if the rows do go together"
    )
    NOTHING_TO_COMPARE = (
        "y is None, and X has no column of labels to compare with: name it by y, or pass a label for each row; the "
        "columns are {columns:names}"
    )
    NO_LIST = "y is {found}: expected a list with the labels of each series, one for each step"
    OTHER_NUMBER = "y has {entries} entries, and X {n} series: expected the labels (T,) of each"
    LABEL_OF_SERIES = (
        "y[{n}] has a single label, and X[{n}] has {steps} steps: expected a label for each step, or None where there "
        "is none (a label for a whole series is for LSTMClassifier)"
    )
    OTHER_SHAPE = (
        "y[{n}] has the shape {shape!r}, and X[{n}] has {steps} steps: expected a label for each step, or None where "
        "there is none (a label for a whole series is for LSTMClassifier)"
    )
    NO_SUCH_LABEL = "no step of y is labelled {subject!r}, which was to say that a step has no label (unlabelled)"
    NO_LABEL = "no step of y has a label: expected some to learn from"
    NO_LABELLED_STEP = "no step with a label belongs to a series with values: expected some to learn from"
    ONE_CLASS = "all labels are {label!r}: there is nothing to learn, and no other answer"
    UNKNOWN_CLASS = "y[{n}][{step}] is {found!r}: expected a class learnt, {classes!r}"

    # class_weight
    NO_WEIGHTS = "class_weight={found!r}: expected a number from 0 up for each class, or 'balanced'"
    WEIGHT_OF_NO_CLASS = "class_weight contains {found!r}: expected weights of the classes, {classes!r}"
