"""Messages by code about tables in which every row is a step with a label.

What such tables share with all others is in `data.tables`; training on them is in `tasks.tagging`.
"""

from glasscell.facts import Code


class Steps(Code):
    """Messages about tables whose rows are steps with a label each."""

    # accepted files
    ONE_TABLE = (
        "labels for every step need a single table; join the files into one, with a "
        "column of series ids"
    )
    NO_TABLE = "labels for every step need a table, such as CSV, not .{kind}"
    NO_ROWS = "contains no rows; expected at least one step"
    LABELS_OF_STEPS = (
        "has a label for every step, not one for each series: read it with {reader}, for "
        "LSTMTagger (on the command line: --each-step){mend}"
    )
    TARGETS_OF_STEPS = (
        "has a number to predict for every step, not one for each series, and glasscell does not "
        "learn such targets; for one number per series, give all rows of a series the same one; "
        "for classes, replace the numbers by words{mend}"
    )

    # rows, series and channels
    NESTED_FORM = (
        "looks like one row per series, with a list per channel; expected one row per step"
    )
    WIDE_FORM = "looks like one row per series; expected one row per step"
    WIDE_FORM_WITHOUT_ID = (
        "looks like one row per series; expected one row per step: name the "
        "column of series ids with --id"
    )
    GROUP_WITHOUT_ID = "no column identifies the series that {group!r} groups; name it with --id"
    OTHER_CHANNELS = (
        "found {n} channel{n:|s} ({channels:names}); expected the {m} of training "
        "({expected:names}), or {m} other names in the same order"
    )
    NO_CHANNEL = (
        "has no column {channel!r}; expected the channels of the training data: {expected:names}"
    )

    # the label column
    SEVERAL_OF_WORDS = (
        "the columns {columns:names} contain text; name the label column with --label"
    )
    NO_LABELS = (
        "has no labels, so there is nothing to learn; name the label column with --label; the "
        "columns are {columns:names}"
    )

    # labels
    EMPTY_LABELS = (
        "the label column {column!r} is empty, so there is nothing to learn; label "
        "some of the steps"
    )
    ALL_UNLABELLED = (
        "all labels in column {column!r} are listed in --unlabelled ({words:reprs}), so there is "
        "nothing to learn; label some of the steps"
    )
    NO_SUCH_LABEL = (
        "no step has the label {subject!r} listed in --unlabelled; the labels are {labels:reprs}"
    )
    LABEL_OF_WORDS = (
        "the label is {found!r}, but others are numbers; correct it, or, if the step has no "
        "label, leave it empty or use --unlabelled {found!r}"
    )
    TARGETS = (
        "the labels are {n} different numbers that vary within a series; expected classes: write "
        "them as words, such as low and high, or name another column with --label"
    )
    NO_LABELLED_STEP = (
        "no labeled step is in a series with values; expected some to score predictions on"
    )
