"""Messages by code about tagging: training, scores, page, the estimator.

What is said about the table is in `data.steps`; about runs of any task, in `runs`.
"""

from glasscell.facts import Code


class TagRuns(Code):
    """Messages about tagging runs."""

    # the training data, and the held-out part
    HELD_OUT = (
        "{held_out} of {n} series ({steps:,} step{steps:|s}) {held_out:is|are} held out "
        "for evaluation"
    )
    BLOCK_HELD_OUT = (
        "steps {begin:,} to {last:,}, counted from 0, are held out for evaluation as one block"
    )
    BLOCK_OF_SERIES_HELD_OUT = (
        "steps {begin:,} to {last:,} of {series!r}, counted from 0, are "
        "held out for evaluation as one block"
    )
    LEFT_OUT = "{empty}: skipped in training"
    NOT_LEARNT = "{label!r} occurs only in held-out steps, so it cannot be learned"
    MEANS_MISSING = (
        "{label!r} is interpreted as a class, with {n:,} step{n:|s}; if it means an unknown "
        "label, use --unlabelled {label!r}"
    )
    NOTHING_TO_LEARN = (
        "all values of the training series are missing; check with glasscell data "
        "that the right columns are read"
    )
    ONE_CLASS = (
        "all training steps are labeled {label!r}, so there is nothing to learn; "
        "expected at least two labels"
    )
    NO_LABEL = "no step of the training series is labeled; label more steps"
    NO_LABEL_HELD_OUT = "no held-out step is labeled; label more steps, or change --held-out"

    # a resumed run
    OTHER_SERIES = (
        "the file contains other series or labels than at the start of the run; "
        "restore it, or train from scratch"
    )
    OTHER_HELD_OUT = (
        "the groups or the names of the series have changed, so other steps would be held out; "
        "restore the file, or train from scratch"
    )

    # the score in one line, and how the network compares with the best of the baselines
    SCORES = (
        "accuracy {accuracy:.3f}{of_accuracy}, macro F1 {macro_f1:.3f}{of_macro_f1}, segment "
        "F1@50 {segment_f1:.3f} ({n:,} step{n:|s} {where})"
    )
    INTERVAL = " (95% CI {ends})"
    WHERE_HELD_OUT = "held out"
    OF_FILE = "of {file}"
    BETTER = (
        "better than every baseline: macro F1 {own:.{digits}f} vs {score:.{digits}f} "
        "({rival}), no interval"
    )
    AS_GOOD = "as good as {rival} (macro F1: both {own:.3f})"
    NOT_BETTER = "not better than {rival}: macro F1 {own:.3f} vs {score:.3f}"

    # the report
    TRAINED = (
        "Trained for {epochs} epoch{epochs:|s} in {seconds:.1f} s; scored on {n:,} labeled "
        "steps held out:"
    )
    MEASURES = (
        "A segment is correct if its intersection with the true one is at least 10, 25 or 50% of "
        "their union (Lea et al. 2017). The logistic regression sees a window of 15 steps."
    )

    # predict and evaluate on a file
    NO_LABELS = "has no labels to score against; name the label column with --label"
    NEVER_SEEN = "{label!r} was not in the training labels, so its steps are misclassified"

    # its explorer
    READING = "reading series"
    FROM_STANDARD_INPUT = (
        "was trained on standard input, which cannot be read again; name a FILE to show"
    )
    WHAT_WAS_HELD_OUT = "the held-out data"
    NO_VALUE = "{where}: all values of all series are missing; there is nothing to show"
    FIRST_SHOWN = "the explorer shows the first {shown} of {n} series, to stay small"
    BEGINNING_SHOWN = (
        "series {series!r} has {n:,} steps: the explorer shows the first "
        "{shown:,}, as the network processes only these"
    )
    ROUNDED = "the explorer rounds the network's weights to 16 bits"

    # compared with another run
    OTHER_FILES = "they were trained on different files"
    NO_STEP_IN_BOTH = "they held out different series or blocks of steps"
    OTHER_LABELS = "the labels of the steps that both held out differ"
    TOO_FEW_IN_BOTH = "both held out only {n} labeled step{n:|s}; expected at least {least}"
    STEPS = "{n:,} step{n:|s}"
    OVER_UNITS = " over {units} series or blocks"

    # contents of a file
    CONTENTS = (
        "{segments:,} segment{segments:|s} with one label each, {missing:,} missing "
        "value{missing:|s}"
    )

    # names of the task
    GOES_WITH = "tagging (--each-step)"
    CALLED = "tagging"

    # predictions and the explorer
    PREDICTED = (
        "predictions for {steps:,} step{steps:|s} of {n:one series|{n} series} written to {output}"
    )
    SHOWN = "showing series {series} of {data} ({steps:,} step{steps:|s})"
    SHOWN_TOGETHER = "showing {n} series of {data} ({steps:,} step{steps:|s})"
    UNLABELED = "{n:,} step{n:|s} of {file} {n:is|are} unlabeled and not scored"

    # in other formats
    TAGGER = "a tagger"


class TagEstimators(Code):
    """Messages about X and y of `LSTMTagger`."""

    # X
    FITTED_ON_LISTS = (
        "X is a data frame, but LSTMTagger was fitted on arrays, so its channels have no names: "
        "pass arrays (T, D), or fit it on a data frame"
    )
    TWO_AXES = (
        "X has the shape {shape!r}: expected a list of arrays (T, D), or an array (N, T, D); "
        "pass a single series as [X], and several of one channel as X[..., None]"
    )

    # y
    NOT_EACH_ROW = (
        "y has the shape {shape!r}, but X has {rows} row{rows:|s}: expected a label for each row "
        "of the data frame, the name of its label column, or no y"
    )
    OTHER_ORDER = (
        "y and X have the same index in different order: pass y.loc[X.index], or y.to_numpy() if "
        "the rows match as they are"
    )
    NOTHING_TO_COMPARE = (
        "y is None, and X has no label column: pass its name as y, or a label for each row; the "
        "columns are {columns:names}"
    )
    NO_LIST = "y is {found}: expected a list with the labels of each series, one for each step"
    OTHER_NUMBER = (
        "y has {entries} {entries:entry|entries}, and X has {n} series: expected an "
        "array of labels (T,) for each"
    )
    LABEL_OF_SERIES = (
        "y[{n}] is a single label, but X[{n}] has {steps} step{steps:|s}: expected a label, or "
        "None, for each step (LSTMClassifier takes one for a series)"
    )
    OTHER_SHAPE = (
        "y[{n}] has the shape {shape!r}, but X[{n}] has {steps} step{steps:|s}: expected a "
        "label, or None, for each step (LSTMClassifier takes one for a series)"
    )
    NO_SUCH_LABEL = (
        "no step of y is labeled {subject!r}, which unlabelled gives as the mark of a missing label"
    )
    NO_LABEL = "no step of y has a label: expected some to learn from"
    NO_LABELLED_STEP = (
        "no labeled step belongs to a series with values: expected some to learn from"
    )
