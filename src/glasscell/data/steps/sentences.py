"""What the reader of labels for every step says, by code."""

from glasscell.facts import Code


class Steps(Code):
    """Of tables whose rows are steps, each with a label of its own."""

    # what is read
    ONE_TABLE = (
        "labels for every step are read from a single table; join the files in one, with a column of their names"
    )
    NO_TABLE = "labels for every step are read from tables, such as CSV, not from .{kind}"
    NO_ROWS = "contains no rows; expected at least one step"
    LABELS_OF_STEPS = (
        "has a label for every step, not one for each series: {reader} reads it, for LSTMTagger (on the command line: "
        "--each-step){mend}"
    )

    # which column is what
    NESTED_FORM = "is read as one row a series, a list a channel; expected a row for each step"
    WIDE_FORM = "is read as one row a series; expected a row for each step"
    WIDE_FORM_WITHOUT_ID = "is read as one row a series; expected a row for each step: name their column by --id"
    GROUP_WITHOUT_ID = "no column names the series, of which {group!r} says which belong together: name it by --id"
    OTHER_CHANNELS = (
        "the channels named are {channels:names} ({n}); expected those that the run was trained on, or {m} of other "
        "names in their order: {expected:names}"
    )
    NO_CHANNEL = "has no column {channel!r}, a channel that the run was trained on: {expected:names}"

    # which column has the labels
    SEVERAL_OF_WORDS = "the columns {columns:names} contain text; name the one that is the label by --label"
    NO_LABELS = (
        "has no labels, so there is nothing to learn; expected a column with the label of each step: name it with "
        "--label; the columns are {columns:names}"
    )

    # the labels
    EMPTY_LABELS = "the column {column!r} is empty, so there is nothing to learn; label some of the steps"
    ALL_UNLABELLED = (
        "all labels in the column {column!r} are {words:and}, which say that a step has none (--unlabelled), so there "
        "is nothing to learn; label some of the steps"
    )
    NO_SUCH_LABEL = (
        "no step is labelled {subject!r}, which was to say that a step has no label (--unlabelled); the labels are "
        "{labels:reprs}"
    )
    LABEL_OF_WORDS = (
        "the label is {found!r}, but others are numbers; where a step has none, leave it empty, or use --unlabelled "
        "{found}; or correct it"
    )
    TARGETS = (
        "the labels are {n} different numbers, which vary within a series; steps are answered by classes: write them "
        "as words, such as low and high, or name another column"
    )
    NO_LABELLED_STEP = "no step with a label belongs to a series with values: expected some to compare answers with"
