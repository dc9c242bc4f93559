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
    CONTENTS = (
        "{steps:,} steps of {n:one series|{n} series}, {labelled:,} of them labelled, in {segments:,} segments; "
        "{missing:,} values are missing"
    )

    # what is trained
    EACH_STEP = "a label for every step (--each-step)"
    CALLED = "a label for every step"
    ONE_PROCESS = "labels for every step are learned by one process; unset it"
    VERDICT = "the network is {verdict}"
    MEASURED = "{scores} on {n:,} steps held out (segments that overlap by half)"
    COMPARED = "for comparison, the {rival}: {scores}"
    SCORES = "accuracy of steps {accuracy:.3f}, macro F1 {macro_f1:.3f}, segment F1 {segment_f1:.3f}"
    EPOCHS = "epochs: {n} in {seconds:.1f} s"
    WRITTEN = "the run is in {run}: {files:, }, report.json"
    TO_PREDICT = "to have its answers: glasscell predict {run} FILE -o answers.csv"
    TO_EVALUATE = "to test it on other labelled series: glasscell evaluate {run} FILE"
    TO_TRAIN_ON = "to train on: {command} --epochs {epochs}"

    # what is asked
    PREDICTED = "answers to {steps:,} steps of {n:one series|{n} series} are in {output}"
    SHOWN = "series {series}, {steps:,} steps, of {data}"
    SHOWN_TOGETHER = "{n} series, {steps:,} steps, of {data}"
    PAGE = "the page to play with is {page}, {megabytes:.2f} MB"
