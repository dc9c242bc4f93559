"""Warnings by code about the values of series: possible errors in the data, and remedies."""

from glasscell.facts import Code

# Beginnings and ends of several messages.
IN_SOME = "in {some} of {n} series ({ids:reprs 3}), "
CHECK_UNIT = " in training: check that the unit is the same"
EXCLUDE = (
    "if unknown at prediction time, exclude {channels:it|them} (list the others with --channels)"
)
SAMPLING_RATE = " ({now} instead of {then}): check the sampling rate and the unit of the times"
UNKNOWN_THERE = (
    " in training ({now} instead of {then} step{then:|s}): how good predictions are "
    "there is unknown"
)


class Doubts(Code):
    """Warnings about training series, and about new series compared with the training data."""

    # series that are pieces of others, or have the same id
    SHORT = (
        "{some} of {n} series {some:has|have} at most {longest} step{longest:|s}: if they are "
        "rows or pieces of longer series, name the column of series ids with --id, or join the "
        "pieces first"
    )
    SAME_ID = (
        "{some} of {n} series share an id with others ({ids:reprs 3}): predictions go by id and "
        "could not be told apart, so give each series its own id"
    )

    # axes
    TIME_IS_LAST = (
        "the array has {steps} step{steps:|s} of {channels} channel{channels:|s}, but its values "
        "are smooth along the channels, not along the steps: if time is the last axis, as in "
        "aeon's (N, D, T), pass np.transpose(X, (0, 2, 1))"
    )

    # padding
    FILLED = (
        "{some} of {n} series {some:ends|end} in {least} to {most} steps of {number:.15g}, a "
        "value that is rare before: if this is padding to {steps} steps, use --missing "
        "{number:.15g}"
    )

    # missing-value codes
    MARKER = (
        "channel {subject!r}: {number:.15g} appears {n:once|{n:,} times}{where}, far from all "
        "other values ({least:.3g} to {most:.3g}); {state}if it is a missing-value code, "
        "{mend}{others}"
    )
    IN_SERIES = " (in series {ids:reprs 3})"
    MAY_BE_STATE = "keep it if it is a state, such as off; "
    OTHERS_LOSE_IT = " (this also removes it from channel{channels:|s} {channels:reprs 3})"
    USE_MISSING = "use --missing {number:.15g}"
    MARKED_LABEL = (
        "{n:,} {n:label is|labels are} {number:.15g}, far outside all other labels: if that is a "
        "missing-value code, use --missing {number:.15g} to drop these series"
    )
    MARKED_LABELS_LEFT_OUT = (
        "dropped {some} of {n} series: {some:its label is|their labels are} "
        "{missing: or }, listed as missing"
    )
    ALL_LABELS_MARKED = (
        "all labels are {missing: or }, listed as missing: there is nothing to learn; remove "
        "{missing:it|them} from --missing"
    )

    # channels that leak the class
    TELLS_CLASS = (
        "{what} {channels:gives|give} away {which} (balanced accuracy {percent:.0f}%): " + EXCLUDE
    )
    TELLS_NUMBER = (
        "{what} {channels:gives|give} away the target (rank correlation {correlation}): " + EXCLUDE
    )
    CONSTANT_WITHIN = "channel{channels:|s} {channels:reprs 5}, constant within each series,"
    RUNNING_ON = (
        "channel{channels:|s} {channels:reprs 5}, running on from series to series like a clock,"
    )
    MISSING_OF = "what is missing of channel{channels:|s} {channels:reprs 5}"
    THE_CLASS = "the class"
    OF_CLASSES = "class{classes:|es} {classes:reprs 5}"
    LENGTHS_TELL_CLASS = (
        "lengths alone predict the class of {percent:.0f}% of the series (majority class: "
        "{commonest:.0f}%): will that hold at prediction time?"
    )

    # channels without information, and their scales
    NO_VALUES = "channel {subject!r} has no values"
    CONSTANT = (
        "channel{channels:|s} {channels:reprs 5} never {channels:changes|change} and can be dropped"
    )
    CONSTANT_IN_SOME = (
        "channel {subject!r} never changes in {some} of {n} series ({ids:reprs 3}), but in "
        "nearly every step of the others: if its sensor was dead there, drop these series, or "
        "leave the cells empty"
    )

    # copies of series, and overlaps
    DUPLICATES = (
        "{some} of {n} series {some:is an exact duplicate of another|are exact duplicates of "
        "others} ({ids:names 3}): a score on copies of training series means little; drop the "
        "copies, or put them in one group (--group)"
    )
    SAME_VALUES_OTHER_LABEL = (
        "{some} of {n} series {some:has|have} the same values as another but a different label "
        "(such as {first!r}: {label!r}, and {second!r}: {other!r}): no prediction can be right "
        "for both; correct the labels, or drop these series"
    )
    OVERLAPS = (
        "{some} of {n} series {some:shares|share} stretches of at least {least} steps with "
        "others (such as {pairs:, }): a score on a series that overlaps with training series "
        "means nothing; put what overlaps in one group ({groups} in all) and name the column of "
        "groups with --group, or cut windows that do not overlap"
    )
    SHARED = "{first!r} and {second!r}: {steps} step{steps:|s}"

    # classes
    MISSING_AS_CLASS = (
        "{label!r} is read as a class ({n} series): if it means that the label is "
        "unknown, drop these series"
    )
    ONE_CLASS = "all series are of class {label!r}: there is nothing to learn"
    MANY_CLASSES = (
        "{classes} classes in {n} series: most have one or two series, too few to learn from{mend}"
    )
    MAYBE_NUMBERS = "; if the target is continuous, use --task regression"
    FEW_OF_CLASS = (
        "fewer than {least} series of class{classes:|es} {classes:names 5}: expect poor "
        "predictions for {classes:it|them}"
    )
    CLASS_OF = "{label!r} ({n})"
    UNBALANCED = (
        "classes are imbalanced: {most} series of {commonest!r}, {least} of {rarest!r}; "
        "check balanced accuracy{mend}"
    )
    TO_BALANCE = ", and consider training with --class-weight balanced"

    # compared with training: lengths and time steps
    LONGER = "{some} of {n} series {some:is|are} longer than the longest" + UNKNOWN_THERE
    SHORTER = "{some} of {n} series {some:is|are} shorter than the shortest" + UNKNOWN_THERE
    LONG_STEPS = (
        "{some} of {n} series {some:has|have} time steps {factor:.2g} times as long as in training"
        + SAMPLING_RATE
    )
    SHORT_STEPS = (
        "{some} of {n} series {some:has|have} time steps {factor:.2g} times as short as in training"
        + SAMPLING_RATE
    )

    # compared with training: a channel of all series
    EMPTY_NOW = "channel {subject!r} has no values, unlike in training"
    MORE_MISSING = (
        "channel {subject!r}: {now:.0f}% of the values are missing, compared with "
        "{then:.0f}% in training"
    )
    OTHER_SCALE = "channel {subject!r} varies {factor:g} times as much as" + CHECK_UNIT
    MOVES_NOW = "channel {subject!r} varies, unlike in training"
    RESTS_NOW = "channel {subject!r} hardly varies, unlike in training"
    ABOVE = "the mean of channel {subject!r} is {distance:.3g} higher than in training"
    BELOW = "the mean of channel {subject!r} is {distance:.3g} lower than in training"

    # compared with training: a channel of some series
    SOME_VARY_MORE = IN_SOME + "channel {subject!r} varies far more than in any series" + CHECK_UNIT
    SOME_VARY_LESS = IN_SOME + "channel {subject!r} varies far less than in any series" + CHECK_UNIT
    SOME_ABOVE = IN_SOME + "the mean of channel {subject!r} is far above the maximum in training"
    SOME_BELOW = IN_SOME + "the mean of channel {subject!r} is far below the minimum in training"
    NEW_MARK = (
        "channel {subject!r} contains {number:.15g} in {some} of {n} series ({ids:reprs 3}), "
        "outside the range in training ({least:.3g} to {most:.3g}): if it is a missing-value "
        "code, use --missing {number:.15g} (in arrays, NaN)"
    )
