"""What runs of labels for every step say, by code."""

from glasscell.facts import Code


class TagRuns(Code):
    """Of runs that answer every step."""

    # what is learnt from, and what is held out
    HELD_OUT = "{held_out} of {n} series ({steps:,} steps) are held out for evaluation"
    BLOCK_HELD_OUT = (
        "steps {begin:,} to {last:,}, counted from 0, are held out to measure by, in one block, and not trained on"
    )
    BLOCK_OF_SERIES_HELD_OUT = (
        "steps {begin:,} to {last:,} of {series!r}, counted from 0, are held out to measure by, in one block, and not "
        "trained on"
    )
    LEFT_OUT = "{empty}: left out of training"
    NOT_LEARNT = "{label!r} is only among the steps held out, so it cannot be learnt"
    MEANS_MISSING = (
        "{label!r} is taken for a class, that of {n:,} steps: if it means that their label is not known, use "
        "--unlabelled {label}"
    )
    NOTHING_TO_LEARN = (
        "every value of the series to learn from is missing; check that the columns meant are read, by glasscell data"
    )
    ONE_CLASS = (
        "all steps to learn from are labelled {label!r}, so there is nothing to learn; expected at least two different "
        "labels"
    )
    NO_LABEL = "no step of the series to learn from is labelled; label more of them"
    NO_LABEL_HELD_OUT = "no step that is held out is labelled; label more of them, or change --held-out"

    # a run resumed
    OTHER_SERIES = (
        "the file holds other series or labels than when the run began; put it back as it was, or train from scratch"
    )
    OTHER_HELD_OUT = (
        "other steps would be held out than when the run began, so the groups are others, or the names of the series; "
        "put the file back as it was, or train from scratch"
    )

    # the score in one line, and how the network compares with the best of the baselines
    SCORES = "accuracy {accuracy:.3f}, macro F1 {macro_f1:.3f}, segment F1@50 {segment_f1:.3f} ({n:,} steps {where})"
    WHERE_HELD_OUT = "held out"
    OF_FILE = "of {file}"
    BETTER = "better than every baseline: macro F1 {own:.{digits}f} vs {score:.{digits}f} ({rival}), no interval"
    AS_GOOD = "as good as {rival} (macro F1: both {own:.3f})"
    NOT_BETTER = "not better than {rival}: macro F1 {own:.3f} vs {score:.3f}"

    # the report
    TRAINED = "Trained for {epochs} epoch{epochs:|s} in {seconds:.1f} s; scored on {n:,} labeled steps held out:"
    MEASURES = (
        "A segment is correct if its intersection with the true one is at least 10, 25 or 50% of their union (Lea et "
        "al. 2017). The logistic regression sees a window of 15 steps."
    )

    # asked about a file
    NO_LABELS = "has no labels to compare with; name their column by --label"
    NEVER_SEEN = "{label!r} is a label that the network never saw: its steps are answered wrongly"
    NO_COMMAND = (
        "is a run that labels every step, for which there is no such command yet; glasscell predict {run} FILE and "
        "glasscell evaluate {run} FILE answer, glasscell export {run} --to onnx takes it elsewhere, and glasscell "
        "explain {run} makes a page that shows it"
    )

    # its page
    READING = "reading series"
    FROM_STANDARD_INPUT = "was trained on standard input, which cannot be read again; name a FILE to show"
    NO_SUCH_SERIES = "--series {series}: there is no such series in {where}; there are {names:reprs 5}"
    WHAT_WAS_HELD_OUT = "what was held out"
    NO_VALUE = "{where}: no series has a value; there is nothing to show"
    FIRST_SHOWN = "the page shows the first {shown} of {n} series: more are too much for it"
    BEGINNING_SHOWN = (
        "series {series} has {n:,} steps: the page shows the first {shown:,}, and the network reads them alone there"
    )
    ROUNDED = "the network's weights are rounded to 16 bits in the page"

    # compared with another run
    OTHER_FILES = "they were trained on different files"
    NO_STEP_IN_BOTH = "they held out different series or blocks of steps"
    OTHER_LABELS = "the labels of the steps that both held out differ"
    TOO_FEW_IN_BOTH = "both held out only {n} labeled step{n:|s}; expected at least {least}"
    APART = (
        "{first} vs {second} on the same {n:,} steps: accuracy {one:.{digits}f} vs {two:.{digits}f}, difference "
        "{apart:+−.{digits}f} (95% CI {ends} over {units} series or blocks): {verdict}"
    )
