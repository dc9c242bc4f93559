"""What the command line says of labels for every step, by code."""

from glasscell.facts import Code


class TagCommands(Code):
    """Of the commands that train a network that labels every step, or ask one."""

    # options that do not go with it
    HAS_LABELS = "has a label for every step, with which --{option} does not go; leave it out"
    FOR_SERIES = "--{option} goes with one answer for each series, and this run answers every step"
    UNLABELLED_SERIES = (
        "--unlabelled goes with a label for every step (--each-step); where each series has one label, delete the rows "
        "of those without, or empty their labels in a file to be evaluated"
    )
    NOT_WITH = "--{option} does not go with a run that labels every step"

    # what is in a file
    CONTENTS = (
        "{steps:,} steps of {n:one series|{n} series}, {labelled:,} of them labelled, in {segments:,} segments; "
        "{missing:,} values are missing"
    )

    # what is trained
    EACH_STEP = "a label for every step (--each-step)"
    CALLED = "a label for every step"
    ONE_PROCESS = "labels for every step are learnt by one process: unset it"

    # what is asked
    PREDICTED = "predictions for {steps:,} steps of {n:one series|{n} series} written to {output}"
    SHOWN = "showing series {series} of {data} ({steps:,} steps)"
    SHOWN_TOGETHER = "showing {n} series of {data} ({steps:,} steps)"
    UNLABELED = "{n:,} step{n:|s} of {file} {n:is|are} unlabeled and not scored"
