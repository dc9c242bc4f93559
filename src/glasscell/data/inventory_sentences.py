"""What is in a file, in one line, by code."""

from glasscell.facts import Code


class Inventory(Code):
    """Of the series that were read: how many they are, and which column is what."""

    SERIES = "{n:one|{n:,}} series of {steps}, {channels} channel{channels:|s} ({names:names 6}), {labels}{roles}"
    OF_STEPS = (
        "{n:one|{n:,}} series, {steps:,} steps{labeled}, {channels} channel{channels:|s} ({names:names 6}), {classes} "
        "class{classes:|es}{roles}"
    )

    # how long they are
    ONE_LENGTH = "{longest:,} step{longest:|s}"
    LENGTHS = "{shortest:,}–{longest:,} steps"
    LABELED = " ({n:,} labeled)"

    # what their labels are
    CLASSES = "{n} class{n:|es}"
    TARGETS = "continuous targets"
    NO_LABELS = "no labels"

    # how they were read
    ROLES = "; {roles:, }{order}"
    FORM = "; {form}"
    ROWS = "one row per series"
    LISTS = "one row per series, one list per channel"
    ID = "id {id!r}"
    ONE_SERIES = "one series"
    TIME = "time {time!r}{dated}{worded}"
    LABEL = "label {label!r}"
    LABEL_OF_STEPS = "label per step {label!r}"
