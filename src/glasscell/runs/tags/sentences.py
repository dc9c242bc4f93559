"""What runs of labels for every step say, by code."""

from glasscell.facts import Code


class TagRuns(Code):
    """Of runs that answer every step."""

    # what is learnt from, and what is held out
    STEPS = "{steps:,} steps of {n:one series|{n} series}, {labelled:,} of them labelled: {classes} classes"
    HELD_OUT = "{held_out} of {n} series are held out to measure by, {steps:,} steps, and not trained on"
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

    # what it is beside simpler ways
    AS_GOOD = "as good as the {rival} (macro F1: both {own:.3f})"
    NOT_BETTER = "not better than the {rival}: macro F1 {own:.3f}, and {score:.3f} of that"

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

    # side by side
    OTHER_FILES = "they were made of different files, so their steps are not the same"
    NO_STEP_IN_BOTH = "no step was measured in both: they held out other series, or other blocks of them"
    OTHER_LABELS = "the steps that both were measured on are labelled otherwise in one than in the other"
    TOO_FEW_IN_BOTH = "only {n} labelled {n:step was|steps were} measured in both: expected {least} or more"
    APART = (
        "{first} and {second} on the same {n:,} steps: accuracy {one:.{digits}f} and {two:.{digits}f}, "
        "{apart:+−.{digits}f} (95 % interval {ends: to }, from {units} series or blocks): {verdict}"
    )
