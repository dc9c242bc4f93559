"""The warnings about series, by code: what may be wrong with the data, and how to mend it."""

from glasscell.facts import Code

# Beginnings and ends of several sentences.
APPEARS = "channel {subject!r}: {number:.15g} appears {n:,} times ({percent:.2g}% of the values), "
MAY_BE_STATE = "all other values are {least:.3g} to {most:.3g}; keep it if it is a state, such as off; "
IN_SOME = "in {some} of {n} series ({ids:reprs}{more}), "
CHECK_UNIT = " in training: check that the unit is the same"
SAME_UNIT = "with none in between: check that all are in the same unit"
EXCLUDE_IT = "if it is unknown at prediction time, exclude it: list the other channels with --channels"
CLOCK = "it only tells when a series was recorded: exclude it by listing the other channels with --channels"
ROWS_TWICE = " ({ids:reprs}{more}): if the file contains its rows twice, delete the copies"
CONTRADICTION = "{more}): no prediction can be right for both; correct the labels, or drop these series"
SAMPLING_RATE = " ({now} instead of {then}): check the sampling rate and the unit of the times"
UNKNOWN_THERE = " in training ({steps} step{steps:|s}): how good predictions are there is unknown"


class Doubts(Code):
    """Of training series, and of new series compared with the training data."""

    # endings that several warnings share
    ETC = ", …"
    SOME_SERIES = "{some} of {n} series ({ids:names 5}{of_class})"
    ALL_OF_CLASS = "; the whole class {label!r}"
    MOST_OF_CLASS = "; all of class {label!r}, which has {more} more"

    # series that are pieces of others, or share an id
    SHORT = "{some} of {n} series have {steps}: {mend}"
    ALL_SHORT = "every series has {steps}: {mend}"
    ONE_STEP = "only one step"
    FEW_STEPS = "at most {longest} steps"
    NAME_IDS = "if the rows of the file are steps of longer series, name the column of series ids with --id"
    JOIN_PIECES = "if they are pieces of longer series, join the pieces first"
    SAME_ID = (
        "{some} of {n} series share the id {id!r}{others}: predictions go by id and could not be told apart; give each "
        "series its own id"
    )
    OTHER_IDS = ", and {n} other id{n: is|s are} shared too"

    # axes
    TIME_IS_LAST = (
        "the array has {steps} steps of {channels} channels, but its values are smooth along the channels, not along "
        "the steps: if time is the last axis, as in aeon's (N, D, T), pass np.transpose(X, (0, 2, 1))"
    )

    # padding
    FILLED = (
        "{some} of {n} series end in {least} to {most} steps of {number:.15g}{where}, a value that is rare before: if "
        "this is padding to {steps} steps, use --missing {number:.15g}"
    )
    IN_ALL_CHANNELS = " in all channels"

    # missing-value codes
    MARKER = (
        "channel {subject!r}: {number:.15g} appears {n:,} times, far outside all other values; if it is a "
        "missing-value code, {mend}"
    )
    MARKER_NOTICED = (
        "channel {subject!r}: {number:.15g} appears repeatedly, far outside all other values; if it is a missing-value "
        "code, use --missing {number:.15g}"
    )
    DROPOUT = APPEARS + MAY_BE_STATE + "if it is a missing-value code, {mend}{others}"
    LASTING_DROPOUT = (
        APPEARS + "in stretches of {steps:.3g} steps (median), " + MAY_BE_STATE + "only if it is a missing-value code, "
        "{mend}{others}"
    )
    OTHERS_LOSE_IT = " (this also removes it from channel{channels:|s} {channels:reprs 3})"
    USE_MISSING = "use --missing {number:.15g}"
    RARE_MARKS = (
        "channel {subject!r} contains {codes: and } in series {ids:reprs}{more}, all other values are {least:.3g} to "
        "{most:.3g}; if {missing:that is a missing-value code|those are missing-value codes}, use --missing "
        "{missing:,}{slip}"
    )
    MARK_ONCE = "{number:.15g} (once)"
    MARK_TIMES = "{number:.15g} ({n} times)"
    SLIP = "; if it is a mistake, correct it"
    MARKED_LABEL = (
        "{n:,} labels are {number:.15g}, far outside all other labels: if that is a missing-value code, use --missing "
        "{number:.15g} to drop these series"
    )
    MARKED_LABELS_LEFT_OUT = (
        "dropped {some} of {n} series: {some:its label is|their labels are} {missing: or }, listed as missing"
    )
    ALL_LABELS_MARKED = (
        "all labels are {missing: or }, listed as missing: there is nothing to learn; remove {missing:it|them} from "
        "--missing"
    )

    # channels that give the label away
    TELLS_CLASS = (
        "channel {subject!r} {how} within a series, yet alone predicts the class (balanced accuracy {percent:.0f}%): "
        + EXCLUDE_IT
    )
    TELL_SOME_CLASSES = (
        "channel{channels:|s} {channels:reprs 5}, {how} within each series, {channels:separates|separate} "
        "class{classes:|es} {classes:reprs 5} from the others: if {channels:it is|they are} unknown at prediction "
        "time, exclude {channels:it|them}: list the other channels with --channels"
    )
    TOGETHER_TELL_CLASS = (
        "channels {channels:reprs 5}, {how} within each series, together predict the class (balanced accuracy "
        "{percent:.0f}%): if they are unknown at prediction time, exclude them: list the other channels with --channels"
    )
    TELLS_NUMBER = (
        "channel {subject!r} {how} within a series, yet alone predicts the target (rank correlation {correlation}): "
        + EXCLUDE_IT
    )
    NEVER_CHANGES = "never changes"
    HARDLY_CHANGES = "hardly changes"
    THE_SAME = "constant"
    NEARLY_THE_SAME = "nearly constant"
    CLOCK_TELLS_CLASS = (
        "channel {subject!r} {how}, and the classes {stand}: its mean alone predicts the class (balanced accuracy "
        "{percent:.0f}%); " + CLOCK
    )
    CLOCK_TELLS_NUMBER = (
        "channel {subject!r} {how}, and its mean alone predicts the target (rank correlation {correlation}); " + CLOCK
    )
    RUNS_ON = "runs on from series to series without overlap"
    RISES = "rises from the first series to the last"
    FALLS = "falls from the first series to the last"
    CLASSES_IN_BLOCKS = "come one after the other"
    CLASSES_MIXED = "change along with it"
    ABSENT_IN_CLASS = (
        "{what} in all {n} series of class{classes:|es} {classes:reprs} and in {some} of the {others} others: this "
        "alone gives the class away; will it be so at prediction time?"
    )
    CHANNELS_EMPTY = "channel{channels:|s} {channels:reprs} {channels:is|are} empty"
    CHANNELS_HAVE_GAPS = "channel{channels:|s} {channels:reprs} {channels:has|have} gaps"
    LENGTHS_TELL_CLASS = (
        "lengths alone predict the class of {percent:.0f}% of the series (majority class: {commonest:.0f}%): will that "
        "hold at prediction time?"
    )

    # channels without information, and their scales
    NO_VALUES = "channel {subject!r} has no values"
    CONSTANT = (
        "channel{channels:|s} {channels:reprs 5} never {channels:changes|change} and {channels:carries|carry} no "
        "information"
    )
    FAR_SCALES = (
        "channels have very different scales: the standard deviation is {most:.3g} in {widest!r} and {least:.3g} in "
        "{narrowest!r}; each channel is scaled, but check the units"
    )

    # series that repeat themselves, or others
    SECOND_HALF_SAME = "in {some} of {n} series the second half repeats the first exactly" + ROWS_TWICE
    EACH_STEP_TWICE = "in {some} of {n} series each step appears twice with the same values" + ROWS_TWICE
    DUPLICATES = (
        "{some} of {n} series are exact duplicates of others ({ids:, }{more}): a score on copies of training series "
        "means little; drop the copies, or put them in one group (--group)"
    )
    SAME_VALUES_OTHER_CLASS = (
        "{some} of {n} series have the same values as another but a different label ({first!r} is {label!r}, "
        "{second!r} is {other!r}" + CONTRADICTION
    )
    SAME_VALUES_OTHER_NUMBER = (
        "{some} of {n} series have the same values as another but a different label ({first!r} is {label:.6g}, "
        "{second!r} is {other:.6g}" + CONTRADICTION
    )

    # some series in another unit, or with columns in another order
    MORE_IN_SOME = (
        "channel {subject!r} varies about {factor:.0f} times as much in {which} as in the others, " + SAME_UNIT
    )
    LESS_IN_SOME = "channel {subject!r} varies about 1/{factor:.0f} as much in {which} as in the others, " + SAME_UNIT
    TWO_LEVELS = (
        "channel {subject!r} is near {here:.3g} in {which} and near {there:.3g} in the others, " + SAME_UNIT + "{why}"
    )
    AS_UNITS = " ({units:, or }?)"
    UNIT_BESIDE = "{here} instead of {there}"
    SWAPPED = (
        "columns {subject!r} and {other!r} look swapped in {some} of {n} series ({ids:names 5}): check that all files "
        "have the same column order"
    )

    # classes
    MISSING_AS_CLASS = (
        "{label!r} is read as a class ({n} series): if it means that the label is unknown, drop these series"
    )
    ONE_CLASS = "all series are of class {label!r}: there is nothing to learn"
    MANY_CLASSES = "{classes} classes in {n} series: most have one or two series, too few to learn from{mend}"
    MAYBE_NUMBERS = "; if the labels are numbers to predict, use --task regression"
    FEW_OF_CLASS = (
        "fewer than {least} series of class{classes:|es} {classes:names 5}: expect poor predictions for "
        "{classes:it|them}"
    )
    CLASS_OF = "{label!r} ({n})"
    UNBALANCED = (
        "classes are imbalanced: {most} series of {commonest!r}, {least} of {rarest!r}; check balanced accuracy, and "
        "consider training with --class-weight balanced"
    )
    SPELLINGS = (
        "classes that differ only in spelling are learned separately: {groups:; }{more}; if they mean the same, spell "
        "them alike"
    )
    SPELT_ALIKE = "{names: and }"
    SPELLING = "{label!r} ({n} series)"
    OTHER_GROUPS = "; and {n} other group{n:|s}"

    # compared with training: lengths and time steps
    LONGER = "{some} of {n} series {some:is|are} much longer than the longest" + UNKNOWN_THERE
    SHORTER = "{some} of {n} series {some:is|are} much shorter than the shortest" + UNKNOWN_THERE
    LONG_STEPS = "{which} series have time steps {factor:.2g} times as long as in training" + SAMPLING_RATE
    SHORT_STEPS = "{which} series have time steps {factor:.2g} times as short as in training" + SAMPLING_RATE
    ALL = "all"
    SOME = "{some} of {n}"

    # compared with training: a channel of all series
    EMPTY_NOW = "channel {subject!r} has no values, unlike in training"
    MORE_MISSING = "channel {subject!r}: {now:.0f}% of the values are missing, compared with {then:.0f}% in training"
    OTHER_SCALE = "channel {subject!r} varies {factor} times as much as" + CHECK_UNIT
    MOVES_NOW = "channel {subject!r} varies, unlike in training"
    RESTS_NOW = "channel {subject!r} hardly varies, unlike in training"
    ABOVE = "the mean of channel {subject!r} is {distance:.3g} higher than in training"
    BELOW = "the mean of channel {subject!r} is {distance:.3g} lower than in training"

    # compared with training: a channel of some series
    SOME_VARY_MORE = IN_SOME + "channel {subject!r} varies up to {factor} times the maximum" + CHECK_UNIT
    SOME_VARY_LESS = IN_SOME + "channel {subject!r} varies as little as {factor} times the minimum" + CHECK_UNIT
    SOME_MOVE_NOW = IN_SOME + "channel {subject!r} varies, unlike in training"
    SOME_REST_NOW = IN_SOME + "channel {subject!r} hardly varies, unlike in training"
    SOME_ABOVE = IN_SOME + "the mean of channel {subject!r} is up to {distance:.3g} above the maximum in training"
    SOME_BELOW = IN_SOME + "the mean of channel {subject!r} is up to {distance:.3g} below the minimum in training"
    NEW_MARK = (
        "channel {subject!r} contains {number} in {some} of {n} series ({ids:reprs 3}), outside the range in training "
        "({least:.3g} to {most:.3g}): if it is a missing-value code, use --missing {number} (in arrays, NaN)"
    )
