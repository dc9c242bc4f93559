"""What the command line says of labels for every step, by code."""

from glasscell.facts import Code


class TagCommands(Code):
    """Of the commands that train a network that labels every step, or ask one."""

    # options that do not go with it
    HAS_LABELS = "has a label for every step, for which --{option} is not available; leave it out"
    NOT_WITH = "--{option} is not available for a run that labels every step; leave it out"
    UNLABELLED_SERIES = (
        "--unlabelled is for a label for every step (--each-step); if each series has one label, delete the rows of "
        "unlabeled series, or, for glasscell evaluate, leave their labels empty"
    )

    # what is in a file
    CONTENTS = "{segments:,} segment{segments:|s} with one label each, {missing:,} missing value{missing:|s}"

    # what is trained
    EACH_STEP = "a label for every step (--each-step)"
    CALLED = "a label for every step"
    ONE_PROCESS = "labels for every step are learned by one process; unset it"

    # what is asked
    PREDICTED = "predictions for {steps:,} steps of {n:one series|{n} series} written to {output}"
    SHOWN = "showing series {series} of {data} ({steps:,} steps)"
    SHOWN_TOGETHER = "showing {n} series of {data} ({steps:,} steps)"
    UNLABELED = "{n:,} step{n:|s} of {file} {n:is|are} unlabeled and not scored"
