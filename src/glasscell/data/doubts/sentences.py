"""What is doubtful in series, by code."""

from glasscell.facts import Code


class Doubts(Code):
    """Of series to learn from, by themselves, and of series to be answered, beside those learnt from."""

    # what some sentences of several doubts end in
    ETC = ", …"
    AND_MORE = " and {n} more"
    SOME_SERIES = "{some} of {n} series ({ids:names 5}{of_class})"
    ALL_OF_CLASS = ": all of class {label!r}"
    MOST_OF_CLASS = ": all of class {label!r}, which has {more} more"

    # series that are pieces of others, or cannot be told apart
    SHORT = "{some} of {n} series have {steps}: {mend}"
    ALL_SHORT = "every series has {steps}: {mend}"
    ONE_STEP = "one step"
    FEW_STEPS = "at most {longest} steps"
    NAME_IDS = (
        "if the rows of the file are steps of longer series, name by --id the column that says which of them belong "
        "together"
    )
    JOIN_PIECES = "if they are pieces of longer series, join those that belong together first"
    SAME_ID = (
        "{id!r} is the id of {some} of {n} series{others}: answers go by ids, and could not be told apart; give each "
        "series one of its own"
    )
    OTHER_IDS = ", and {n} other id{n:|s} of several, too"

    # axes
    TIME_IS_LAST = (
        "the array has {steps} steps of {channels} channels, but its values follow on along the channels, not along "
        "the steps: if time is its last axis, as aeon stores series (N, D, T), pass np.transpose(X, (0, 2, 1))"
    )

    # ends that were filled up
    FILLED = (
        "{some} of {n} series end in {least} to {most} steps of {number:.15g}{where}, and {number:.15g} is hardly "
        "there before: if they were filled up to {steps} steps, use --missing {number:.15g}"
    )
    IN_ALL_CHANNELS = " in all channels"

    # numbers that mean: not measured
    MARKER = (
        "channel {subject!r} is {number:.15g} {n} times, far outside of all its other values: if that means not "
        "measured, {mend}"
    )
    MARKER_NOTICED = (
        "channel {subject!r} is {number:.15g} repeatedly, far outside of all its other values: if that means not "
        "measured, use --missing {number:.15g}"
    )
    DROPOUT = (
        "channel {subject!r} is {number:.15g} {n} times ({percent:.2g} % of its values), otherwise {least:.3g} to "
        "{most:.3g}, with nothing between: a state, such as off, may stay; if it means not measured, {mend}{others}"
    )
    LASTING_DROPOUT = (
        "channel {subject!r} is {number:.15g} {n} times ({percent:.2g} % of its values), otherwise {least:.3g} to "
        "{most:.3g}, with nothing between, and stays so for {steps:.3g} steps in the median: that may be a state, such "
        "as off, and is right then; only if it means not measured, {mend}{others}"
    )
    OTHERS_LOSE_IT = " (channel{channels:|s} {channels:reprs 3} would lose it, too)"
    USE_MISSING = "use --missing {number:.15g}"
    RARE_MARKS = (
        "channel {subject!r} is {codes: and } (in {ids:reprs}{more}), otherwise {least:.3g} to {most:.3g}: if "
        "{missing:that means|these mean} not measured, use --missing {missing:,}{slip}"
    )
    MARK_ONCE = "{number:.15g} once"
    MARK_TIMES = "{number:.15g} {n} times"
    SLIP = "; if it is a slip, correct it"
    MARKED_LABEL = (
        "the label is {number:.15g} {n} times, far outside of all other labels: if that means not measured, use "
        "--missing {number:.15g}, which leaves these series out"
    )
    MARKED_LABELS_LEFT_OUT = "the label of {some} of {n} series is {missing: or }, which means not measured: left out"
    ALL_LABELS_MARKED = (
        "the label of {some} of {n} series is {missing: or }, which means not measured, so there is nothing to learn; "
        "expected numbers, or leave that one out of --missing"
    )

    # channels that tell the label
    TELLS_CLASS = (
        "channel {subject!r} {how} within a series, and alone tells the class of {percent:.0f} % of them (mean over "
        "the classes): will it be known where the network is used? If not, leave it out: name the others by --channels"
    )
    TELL_SOME_CLASSES = (
        "channel{channels:|s} {channels:reprs 5}, {how} in all steps of a series, {channels:tells|tell} "
        "class{classes:|es} {classes:reprs 5} from the others: will that be known where the network is used? If not, "
        "leave it out: name the others by --channels"
    )
    TOGETHER_TELL_CLASS = (
        "channels {channels:reprs 5}, {how} in all steps of a series, together tell the class of {percent:.0f} % of "
        "them (mean over the classes): will that be known where the network is used? If not, leave it out: name the "
        "others by --channels"
    )
    TELLS_NUMBER = (
        "channel {subject!r} {how} within a series, and alone tells the label (rank correlation {correlation}): will "
        "it be known where the network is used? If not, leave it out: name the others by --channels"
    )
    NEVER_CHANGES = "never changes"
    HARDLY_CHANGES = "hardly changes"
    THE_SAME = "the same"
    NEARLY_THE_SAME = "nearly the same"
    CLOCK_TELLS_CLASS = (
        "channel {subject!r} {how}, and the classes {stand}: its mean in a series alone tells the class of "
        "{percent:.0f} % of them (mean over the classes): it says when a series was recorded, or where it stands; "
        "leave it out: name the others by --channels"
    )
    CLOCK_TELLS_NUMBER = (
        "channel {subject!r} {how}, and its mean in a series alone tells the label (rank correlation {correlation}): "
        "it says when a series was recorded, or where it stands; leave it out: name the others by --channels"
    )
    RUNS_ON = "runs on from one series to another, and no two overlap"
    RISES = "rises from the first row of the file to the last"
    FALLS = "falls from the first row of the file to the last"
    CLASSES_IN_BLOCKS = "stand one after the other"
    CLASSES_MIXED = "follow one another along it"
    ABSENT_IN_CLASS = (
        "{what} in all {n} series of class{classes:|es} {classes:reprs}, and in {some} of the {others} others: that "
        "alone tells the class; will it be so where the network is used?"
    )
    CHANNEL_EMPTY = "channel {subject!r} is empty"
    CHANNELS_EMPTY = "channels {channels:names} are empty"
    CHANNEL_HAS_GAPS = "channel {subject!r} has gaps"
    CHANNELS_HAVE_GAPS = "channels {channels:names} have gaps"
    LENGTHS_TELL_CLASS = (
        "lengths alone predict the class of {percent:.0f} % of the series (the commonest class is {commonest:.0f} %): "
        "will that hold where the network is used?"
    )

    # channels by themselves, and beside one another
    NO_VALUES = "channel {subject!r} has no values at all"
    CONSTANT = "channels that never change carry no information: {channels:reprs}"
    FAR_SCALES = (
        "channels are on very different scales: {widest!r} varies by {most:.3g}, {narrowest!r} by {least:.3g}; each is "
        "scaled, but check that their units are right"
    )

    # series that repeat themselves, or others
    SECOND_HALF_SAME = (
        "the second half of {some} of {n} series is the same as the first, number for number ({ids:reprs}{more}): if "
        "the file holds its rows twice, delete those that are there again"
    )
    EACH_STEP_TWICE = (
        "in {some} of {n} series each step is there twice, number for number ({ids:reprs}{more}): if the file holds "
        "its rows twice, delete those that are there again"
    )
    DUPLICATES = (
        "{some} of {n} series are there more than once, number for number ({ids:, }{more}): what is measured on one "
        "while another is trained on is no test; leave them out, or give them one group (--group)"
    )
    SAME_VALUES_OTHER_CLASS = (
        "{some} of {n} series have another label than one of the same numbers ({first!r} is {label!r}, {second!r} is "
        "{other!r}{more}): no answer can be right for both; correct the labels, or leave these series out"
    )
    SAME_VALUES_OTHER_NUMBER = (
        "{some} of {n} series have another label than one of the same numbers ({first!r} is {label:.6g}, {second!r} is "
        "{other:.6g}{more}): no answer can be right for both; correct the labels, or leave these series out"
    )

    # some series in another unit, or with columns in another order
    MORE_IN_SOME = (
        "channel {subject!r} varies about {factor:.0f} times as much in {which} as in the others, and none lies "
        "between: are all in the same unit?"
    )
    LESS_IN_SOME = (
        "channel {subject!r} varies about {factor:.0f} times as little in {which} as in the others, and none lies "
        "between: are all in the same unit?"
    )
    TWO_LEVELS = (
        "channel {subject!r} lies near {here:.3g} in {which}, near {there:.3g} in the others, and in none "
        "between{why}: are all in the same unit?"
    )
    AS_UNITS = ", as {units:, or } would"
    UNIT_BESIDE = "{here} beside {there}"
    SWAPPED = (
        "{some} of {n} series ({ids:names 5}) {some:has|have} in {subject!r} what the others have in {other!r}, and "
        "the other way round: are the columns in the same order in all files?"
    )

    # classes
    MISSING_AS_CLASS = (
        "{label!r} is taken for a class, that of {n} series: if it means that their label is not known, leave these "
        "series out"
    )
    ONE_CLASS = "all series are of one class, {label!r}: there is nothing to learn"
    MANY_CLASSES = "{classes} classes in {n} series: most have one or two, which is too few to learn from{mend}"
    MAYBE_NUMBERS = "; if the labels are numbers, use --task regression"
    FEW_OF_CLASS = "fewer than {least} series of class {classes:, }{more}: expect poor answers for them"
    CLASS_OF = "{label!r} ({n})"
    UNBALANCED = (
        "classes are out of balance: {most} series of {commonest!r}, {least} of {rarest!r}; look at balanced accuracy, "
        "and consider training with --class-weight balanced"
    )
    SPELLINGS = (
        "classes differ in spelling alone: {groups:; }{more}: each is learnt as a class of its own; if they mean the "
        "same, write them alike"
    )
    SPELT_ALIKE = "{names: and }"
    SPELLING = "{label!r} ({n} series)"
    OTHER_GROUPS = "; and {n} other groups"

    # beside training: lengths and steps
    LONGER = (
        "{some} of {n} series are much longer than the longest in training, which has {steps} steps: nothing is known "
        "of how good the answers to them are"
    )
    SHORTER = (
        "{some} of {n} series are much shorter than the shortest in training, which has {steps} steps: nothing is "
        "known of how good the answers to them are"
    )
    LONG_STEPS = (
        "{which} series have steps {factor:.2g} times as long as in training ({now}, there {then}): was it measured at "
        "another rate, or are the times in another unit?"
    )
    SHORT_STEPS = (
        "{which} series have steps {factor:.2g} times as short as in training ({now}, there {then}): was it measured "
        "at another rate, or are the times in another unit?"
    )
    ALL = "all"
    SOME = "{some} of {n}"

    # beside training: a channel of all series
    EMPTY_NOW = "channel {subject!r} has no value at all; in training it had"
    MORE_MISSING = "channel {subject!r} misses {now:.0f} % of its values; in training {then:.0f} % were missing"
    OTHER_SCALE = "channel {subject!r} varies {factor} times as much as in training: is it in the same unit?"
    MOVES_NOW = "channel {subject!r} varies, other than in training"
    RESTS_NOW = "channel {subject!r} does not vary, other than in training"
    ABOVE = "channel {subject!r} lies {distance:.3g} above where it lay in training, on average"
    BELOW = "channel {subject!r} lies {distance:.3g} below where it lay in training, on average"

    # beside training: a channel of some series
    SOME_VARY_MORE = (
        "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} varies up to {factor} times as much as any "
        "series in training: are they in the same unit?"
    )
    SOME_VARY_LESS = (
        "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} varies as little as {factor} times as much as "
        "any series in training: are they in the same unit?"
    )
    SOME_MOVE_NOW = "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} varies, other than in training"
    SOME_REST_NOW = (
        "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} does not vary, other than in training"
    )
    SOME_ABOVE = (
        "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} lies up to {distance:.3g} above any series in "
        "training"
    )
    SOME_BELOW = (
        "{some} of {n} series ({ids:reprs}{more}): channel {subject!r} lies up to {distance:.3g} below any series in "
        "training"
    )
    NEW_MARK = (
        "channel {subject!r} is {number} in {some} of {n} series ({ids:reprs 3}), outside of all values in training "
        "({least:.3g} to {most:.3g}): if that means not measured, have it read as missing (--missing {number}, NaN in "
        "arrays)"
    )
