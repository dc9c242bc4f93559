"""What readers of series say, by code, beside those of formats, tables and tasks."""

from glasscell.facts import Code


class Reading(Code):
    """Of files, folders and series, whatever their format."""

    # what is asked of a file
    NO_NAMED_COLUMNS = "{role}={name!r} names a column, but a .{kind} file has no columns with names; leave {role} out"
    NO_COUNT = "series={series!r}: expected a whole number from 1 up"
    PROSE = "; it looks like prose: a language model is trained on that by glasscell train --text"
    TWIN_NUMBER = (
        "the column {column!r} has both the number {text} and the text {text!r}; they are read as one {role}: write "
        "one of them differently if they are two"
    )
    TWIN_TRUTH = (
        "the column {column!r} has both the truth value {text} and the text {text!r}; they are read as one {role}: "
        "write one of them differently if they are two"
    )

    # folders of files of one series each
    NO_FILES = "stands for no files; expected files of one series each, such as walk_01.csv"
    NO_TABLES = (
        "stands for {n} files, none of which is a table by its name; expected files of one series each, such as "
        "walk_01.csv"
    )
    SAME_NAME_BUT_ENDING = "two files are called {name!r} but for their endings; rename one, or name a pattern (*.csv)"
    ID_OF_FILES = "id={id!r}: each file is one series here, named as the file; leave it out"
    FILES = "{n} files of one series each{labels}"
    WITH_LABELS = ", labels are {labels}"
    FOLDER_NAMES = "the names of the folders"
    BEGINNINGS = "what the files' names have before their numbers"
    OF_ONE_SERIES = ", as each file is one series"
    OTHER_LABELS = ", as labels are {labels}"
    FILES_LEFT_OUT = "left out, as no tables by their names: {files:names 5}"
    EVEN_TIME = (
        "{column!r} rises evenly in every file, so it is the time; if it is a channel, use --channels {columns:,}"
    )
    RISING = "{column!r} rises from row to row in every file: if it is the time, use --time {column}"
    PARTS = (
        "the folders {folders:reprs} are by their names parts of the data, not classes, and are read as one; train on "
        "one, and measure on another{how}"
    )
    TRAIN_ON = ": glasscell train {train}{valid}{test}"
    VALID = " --valid {folder}"
    EVALUATE = ", then glasscell evaluate RUN {folder}"
    COPY = "{name!r} is a copy of {original!r}, byte for byte: leave it out, else it counts twice"
    COPY_BY_NAME = "{name!r} is by its name a copy of {original!r}, though not byte for byte: leave one of them out"
    MORE_COPIES = "{n} more files are copies of others by their names"
    NAMES_WITHOUT_LABELS = (
        "no labels are read from the files' names: {names:reprs 5} {names:does|do} not end in a number, as {others} "
        "others do; rename {names:it|them} ({first}_1), or move {names:it|them} out of the folder"
    )
    MANY_SERIES = (
        "contains {n} series by the column {column!r}; expected one in each file of a folder: name the files one by "
        "one, or join them into one"
    )
    OTHER_COLUMNS = (
        "the columns are {found:names}{others}; expected {expected:names}, as in {like} (if it is no series, move it "
        "out of the folder, or name a pattern such as walk_*.csv; if it holds the labels of the others, name it by "
        "--labels then)"
    )
    AS_IN_FILES = ", as in {n} files"
    LIKE_FILES = "{some} of {n} files, such as {name}"
    LIKE_SOME = "{some} of {n} files that were looked at, such as {name}"
    NO_SINGLE_SERIES = "is a .{kind} file, which may have several series; read it by itself"

    # labels from a file of their own
    NO_LABEL_TABLE = "is a .{kind} file; expected a table with the names of the series and their labels"
    NO_LABEL_COLUMNS = "the columns are {columns:names}; expected 'id' or 'file' with the series' names, and 'label'"
    LABEL_MISSING = "the label is missing; put one in every row"
    TWO_LABELS = "{name!r} is labelled {label!r}, but {before!r} before"
    NOT_LABELLED = "there is no label for the series {id!r} in {labels}; it has labels for {names:reprs}, …"
    LABELS_OF = "labels are those of {labels}"

    # data frames
    NO_FRAME = "is a {kind}; expected pandas.DataFrame or polars.DataFrame (collected)"
    LEVELS = (
        "has columns of {levels} levels, as pivot makes of several values; expected one: pass the long table that it "
        "was made of, with a row for each step and columns of ids and times, which glasscell.data.from_frame and the "
        "estimators read"
    )
    INDEX_LEVELS = "has an index of {levels} levels; expected two: series and time"
    INDEX_NAMES = "has columns and index levels with the same names {names!r}; rename one of each pair"
    MIXED = "column {column!r} mixes kinds of values ({words}); convert them to one kind"

    # channels
    OTHER_CHANNELS = (
        "the channels are {found:names} ({n_found}); expected {expected:names} ({n_expected}), which the model was "
        "trained on: rename them"
    )
    SUBTRACTED = "subtracted, as float32 could not hold it beside the signal: {offsets:, }{more}"
    OFFSET = "{offset:.15g} from channel {subject!r}"
    MORE_OFFSETS = " and {n} more"
    SPREAD_BELOW_FLOAT32 = (
        "channel {subject!r} lies near {middle:.7g} and varies by too little for float32 to hold, but some values lie "
        "far from there ({least:.15g} to {most:.15g}): if they mean not measured, name them by --missing"
    )
    NO_CHANNEL_OF_OFFSET = (
        "there is no channel {channel!r} to subtract an offset from; the channels are {channels:names}"
    )

    # times
    UNEVEN = "times are not evenly spaced (steps are {shortest} to {longest} long, mostly {every})"
    DIFFERENT_STEPS = "series have steps of different lengths ({shortest} to {longest})"
    TAKEN_AS_EVEN = (
        "{found}: the network takes them as even; --time-gaps makes their lengths a channel, --every {every} puts all "
        "series on an even grid"
    )
    JUMPS = (
        "time jumps in {some} of {n} series (in {id!r} by {length} after {steps:.0f} steps, {since} from its start, "
        "where steps are mostly {mostly}{also}): the network takes such a step as any other; make two series of one "
        "there, or make the lengths of steps a channel by --time-gaps"
    )
    ALSO_IN = "; also in {ids:reprs 3}"
    TIME_GAPS = "time_gaps={time_gaps!r}: expected True or False"
    EVERY = (
        "every={every!r}: expected a length of time, such as 100ms, 1s, 5min, 1h or 1d, or a number in the unit of the "
        "times"
    )
    GAPS_AND_GRID = "--time-gaps and --every do not go together: on an even grid all steps are equally long; choose one"
    NO_TIMES = (
        "{option} needs a time for each step, and none was read here: name the column of the times by --time, or leave "
        "it out"
    )
    NO_UNIT = (
        "{option}: the times are numbers, and nothing says in which unit; give a number in that unit, such as --every "
        "0.1, or times as dates"
    )
    OF_DATES = (
        "{option} is a number in the unit of the times, but these are dates; give it with a unit, such as --every "
        "{length:g}s, or times as numbers"
    )
    GAP_TAKEN = "there is a channel {channel!r} already; rename it, or leave --time-gaps out"
    GAPS_IN_SECONDS = "the time since the step before is a channel, {subject!r}, in seconds; it is 0 at the first step"
    GAPS_IN_OWN_UNIT = (
        "the time since the step before is a channel, {subject!r}, in the unit of the times; it is 0 at the first step"
    )
    GRID_TOO_LONG = "--every {every} is longer than the longest series, which lasts {longest}; choose a shorter one"
    GRID_TOO_FINE = (
        "--every {every} makes {steps:,.0f} steps of the {measured:,} that were measured; choose a longer one (mostly "
        "they are {apart} apart)"
    )
    RESAMPLED = "resampled to steps {every} apart, each with the mean of the values within half a step of it{empty}"
    EMPTY_STEPS = "; {percent:.0f} % of the steps have none, and are passed over"

    # the order of steps, beside training
    COLUMNS_MOVED = "columns are in another order than in training: read in that of training, {first!r} to {last!r}"
    COLUMNS_RENAMED = (
        "columns are called otherwise than in training ({name!r} is new), and their names do not tell which step each "
        "is: read in the file's order; if that is not the order in time, put them in it, or call them as then"
    )

    # series without a value, or without a label
    EMPTY = "all values of {some} of {n} series are missing ({ids:reprs 5})"
    EMPTY_ROWS = "all values of {some} of {n} series of {array} are missing ({rows:names 5})"
    EMPTY_UNANSWERED = "{empty}: left out of training, and given no answer"
    EMPTY_STEPS_ANSWERED = "{empty}: answered as though nothing were known"
    UNLABELLED = "{some} of {n} series {some:has|have} no label ({ids:reprs 5})"
    ALL_EMPTY = (
        "every value of every series is missing, so there is nothing {purpose}; check that the columns meant are read, "
        "by glasscell data"
    )
    TO_LEARN_FROM = "to learn from"
    TO_MEASURE_ON = "to measure on"
    TO_LOOK_INTO = "to look into"

    # groups of series that belong together
    ONE_GROUP = (
        "all series are in one group: to measure, series are left out while others of their group are trained on; how "
        "good the answers to another group's series are, this file cannot say"
    )
    CLASS_OF_GROUP = (
        "each class is in one group only, so no group can be left out without its class: to measure, series are left "
        "out while others of their group are trained on; how good the answers to another group's series are, this file "
        "cannot say"
    )
    CLASSES_OF_GROUPS = (
        "class{classes:|es} {classes:reprs} {classes:is|are each} in one group only, and not known without it: the "
        "scores by group say nothing about that"
    )

    # arrays
    NO_ARRAY = "{what} is {found}; expected a NumPy array of {kinds: or } with {ndim} axes"
    OTHER_LENGTH = "{what} has {found} values, but x has {n} series; give one value for each series"
    NO_STEPS = "x has the shape {shape}; expected at least one step and one channel"
    CHANNEL_NAMES = "channels {channels:names}: expected {n} different names, one a channel"
    OFFSETS_OF_OTHERS = "offsets are of {found:names}; expected some of {channels:names}"
    LENGTH = "series {series!r} has length {length}; expected 1 to {steps}"
    BEYOND_THE_END = "x has values beyond the end of a series; expected NaN there"
    NO_TARGET = "the target of series {series!r} is {target}; expected a finite number"
    INFINITE = (
        "series {series!r}, step {step}, channel {channel!r} is infinite, or beyond float32's largest number, 3.4e38; "
        "put a number there, or leave it missing"
    )
    NO_SERIES = "expected at least one series, found none"
    NO_SERIES_IN_LIST = "the list contains no series; expected at least one"
    NO_NUMBERS = "series {series} of the list is not an array of numbers; expected (T, D)"
    SHAPE_IN_LIST = "series {series} of the list has the shape {shape}; expected (T, D), with D ≥ 1"
    WIDTH_IN_LIST = "series {series} of the list has {found} channels, but others have {expected}; all need the same"
    NO_LABELS_IN_LIST = "y is a list neither of class labels nor of numbers; expected one label for each series"
    NO_SERIES_WITH_STEPS = "none of the {n} series has a step: expected one that has"
    SHAPE = "series {series} has the shape {shape}: expected (T, D), D from 1 up and the same for all"
    TOO_LARGE = (
        "{n} series padded to {steps} steps of {width} channel{width:|s} need {needed:.0f} GB; expected at most "
        "{most:.0f} GB: cut the longest series, or split the data"
    )

    # synthetic tasks
    UNKNOWN_TASK = "task={task!r} is unknown; expected one of {tasks:, }"
    TOO_FEW = "{what}={found!r}: expected at least {least}"
    RELEVANT = "relevant={found!r}: expected 2 (experiment 6a) or 3 (experiment 6b)"
