"""What the estimator of labels for every step says, by code."""

from glasscell.facts import Code


class TagEstimators(Code):
    """Of X and y of `LSTMTagger`."""

    # X
    FITTED_ON_LISTS = (
        "X is a data frame, but LSTMTagger was fitted on arrays, so its channels have no names: pass arrays (T, D), or "
        "fit it on a data frame"
    )
    TWO_AXES = (
        "X has the shape {shape!r}: expected a list of arrays (T, D), or an array (N, T, D); pass a single series as "
        "[X], and several of one channel as X[..., None]"
    )
    INFINITE = "X[{n}][{step}, {channel}] is infinite: expected a number, or NaN for a missing value"

    # y
    NOT_EACH_ROW = (
        "y has the shape {shape!r}, but X has {rows} row{rows:|s}: expected a label for each row of the data frame, "
        "the name of its label column, or no y"
    )
    OTHER_ORDER = (
        "y and X have the same index in different order: pass y.loc[X.index], or y.to_numpy() if the rows match as "
        "they are"
    )
    NOTHING_TO_COMPARE = (
        "y is None, and X has no label column: pass its name as y, or a label for each row; the columns are "
        "{columns:names}"
    )
    NO_LIST = "y is {found}: expected a list with the labels of each series, one for each step"
    OTHER_NUMBER = (
        "y has {entries} {entries:entry|entries}, and X has {n} series: expected an array of labels (T,) for each"
    )
    LABEL_OF_SERIES = (
        "y[{n}] is a single label, but X[{n}] has {steps} step{steps:|s}: expected a label, or None, for each step "
        "(LSTMClassifier takes one for a series)"
    )
    OTHER_SHAPE = (
        "y[{n}] has the shape {shape!r}, but X[{n}] has {steps} step{steps:|s}: expected a label, or None, for each "
        "step (LSTMClassifier takes one for a series)"
    )
    NO_SUCH_LABEL = "no step of y is labeled {subject!r}, which unlabelled gives as the mark of a missing label"
    NO_LABEL = "no step of y has a label: expected some to learn from"
    NO_LABELLED_STEP = "no labeled step belongs to a series with values: expected some to learn from"
