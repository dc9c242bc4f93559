"""What the commands of labels for every step say of their own, by code."""

from glasscell.facts import Code


class TagCommands(Code):
    """Of options that do not go with labels for every step."""

    HAS_LABELS = "has a label for every step, with which --{option} does not go; leave it out"
    FOR_SERIES = "--{option} goes with one answer for each series, and this run answers every step"
    NOT_WITH = "--{option} does not go with a run that labels every step"
