"""Messages by code about series, whatever the format of their file; contents of a file in a line.

Folders, data frames, channels, times, groups, missing labels. Files as files are in `formats`,
columns and rows of a table in `tables`.
"""

from glasscell.facts import Code

# The ends of two messages each.
NEW_GROUPS = (
    " in training and validation; scores do not show how well the model predicts new groups"
)


class Reading(Code):
    """Messages about files, folders and series of any format."""

    # the request for a file
    NO_NAMED_COLUMNS = (
        "{role}={name!r} names a column, but a .{kind} file has no column names; leave {role} out"
    )

    # folders with one series per file
    NO_TABLES = (
        "found {n} file{n:|s}, but no table; expected files with one series each, such "
        "as walk_01.csv"
    )
    SAME_NAME_BUT_ENDING = (
        "two files are named {name!r} and differ only in their endings; "
        "rename one, or use a pattern (*.csv)"
    )
    ID_OF_FILES = (
        "id={id!r}: in a folder each file is one series, with the file name as its id; leave id out"
    )
    FILES = "{n} file{n:|s} with one series each{labels}"
    WITH_LABELS = ", labels from {labels}"
    FOLDER_NAMES = "the folder names"
    BEGINNINGS = "the file names (the part before the number)"
    OF_ONE_SERIES = ": each file is one series"
    OTHER_LABELS = ": the labels come from {labels}"
    FILES_LEFT_OUT = (
        "skipped {files:names 5}: {files:its name does|their names do} not look "
        "like {files:a table|tables}"
    )
    PARTS = (
        "the folders {folders:reprs} look like parts of a data set, not classes, and are read "
        "together; train on one (glasscell train {first:typed}), and evaluate on another"
    )
    MANY_SERIES = (
        "column {column!r} holds {n} ids, but each file of a folder must be one series; read the "
        "files one at a time, or merge them into one file"
    )
    OTHER_COLUMNS = (
        "found the columns {found:names}; expected {expected:names}, as in {like}; if either is "
        "not a series, move it out of the folder, or use a pattern such as walk_*.csv; if it "
        "holds the labels, name it with --labels"
    )
    NO_SINGLE_SERIES = "is a .{kind} file, which can hold several series; read it on its own"

    # labels in a separate file
    NO_LABEL_TABLE = (
        "is a .{kind} file; expected a table with the names of the series and their labels"
    )
    NO_LABEL_COLUMNS = (
        "found the columns {columns:names}; expected a column 'id' or 'file' that names the "
        "series, and a column 'label'"
    )
    LABEL_MISSING = "the label is missing; every row needs one"
    TWO_LABELS = (
        "{name!r} has the label {label!r} here, but {before!r} in an earlier row; "
        "expected one label per series"
    )
    NOT_LABELLED = (
        "series {id!r} has no label in {labels}, which labels series such as "
        "{names:reprs}; add a row for it"
    )
    LABELS_OF = "labels from {labels}"

    # data frames
    NO_FRAME = "is a {kind}; expected a pandas or polars DataFrame (collect a LazyFrame first)"
    LEVELS = (
        "has columns with {levels} level{levels:|s}, as a pivot of several values makes; "
        "expected one level: pass the long table instead, with a row per step and columns of ids "
        "and times"
    )
    INDEX_LEVELS = (
        "has an index with {levels} level{levels:|s}; expected two: series and time; "
        "glasscell.data.from_frame(frame.reset_index(), id=[…]) joins levels to one id"
    )
    INDEX_NAMES = (
        "has {names:reprs} both as {names:a column|columns} and in the index; rename "
        "one of each pair"
    )
    MIXED = "column {column!r} mixes types ({words}); convert it to one type"

    # channels
    OTHER_CHANNELS = (
        "found {n_found} channel{n_found:|s} ({found:names}), but the model was trained on "
        "{n_expected} ({expected:names}); rename them, or add those that are missing"
    )
    SUBTRACTED = (
        "subtracted {offsets:names 5} from channel{channels:|s} {channels:reprs 5}, so that "
        "float32 keeps the precision of the signal"
    )
    SPREAD_BELOW_FLOAT32 = (
        "channel {subject!r} varies too little for float32 near its median, but some values are "
        "far away; if they are missing-value codes, list them with --missing"
    )
    NO_CHANNEL_OF_OFFSET = (
        "there is no channel {channel!r} to subtract an offset from; "
        "available channels: {channels:names}"
    )

    # times
    UNEVEN = "times are not evenly spaced (steps from {shortest} to {longest}, mostly {every})"
    DIFFERENT_STEPS = "series have steps of different length ({shortest} to {longest})"
    JUMP = "there are gaps in time (steps of up to {longest}, mostly {every})"
    TAKEN_AS_EVEN = (
        "{found}, but the model treats all steps as equal; --time-gaps adds their lengths as a "
        "channel, --every {every} resamples all series to an even grid"
    )
    EVERY = (
        "every={every!r}: expected a duration above 0, such as 100ms, 1s, 5min, 1h or 1d, or a "
        "number above 0 in the unit of the times"
    )
    GAPS_AND_GRID = (
        "--time-gaps and --every cannot be combined, since all steps of an even grid "
        "are equally long; choose one"
    )
    NO_TIMES = (
        "{option} needs a time for each step, but none was read; name the column of times "
        "with --time"
    )
    NO_UNIT = (
        "{option} has a unit, but the times are numbers without one; give a number, such as "
        "--every 0.1, or write the times as dates"
    )
    OF_DATES = (
        "{option} has no unit, but the times are dates; add a unit, such as --every {length:g}s"
    )
    GAP_TAKEN = "there is already a channel {channel!r}; rename it, or omit --time-gaps"
    GAPS_IN_SECONDS = (
        "added channel {subject!r}: the seconds since the previous step, 0 at the first step"
    )
    GAPS_IN_OWN_UNIT = (
        "added channel {subject!r}: the time since the previous step, in the unit "
        "of the times, 0 at the first step"
    )
    GRID_TOO_LONG = (
        "--every {every} is longer than the longest series ({longest}); choose a shorter step"
    )
    GRID_TOO_FINE = (
        "--every {every} makes {steps:,.0f} steps from {measured:,} observed ones; choose a "
        "longer step (most are {apart} apart)"
    )
    RESAMPLED = (
        "resampled to one step every {every} (the mean of the values within half a step){empty}"
    )
    EMPTY_STEPS = "; {percent:.0f}% of the steps have no value and are skipped"

    # the order of the steps, compared with training
    COLUMNS_MOVED = (
        "the columns were reordered as in training ({first!r} to {last!r}); the file "
        "has another order"
    )
    COLUMNS_RENAMED = (
        "the column names differ from training ({name!r} is new) and do not show the order of "
        "the steps; they are read in file order: if that is wrong, reorder the columns, or "
        "rename them as in training"
    )

    # series without a value, or without a label
    EMPTY = "{some} of {n} series {some:has|have} no values ({ids:reprs 5})"
    EMPTY_ROWS = "{some} of {n} series of {array} {some:has|have} no values ({rows:names 5})"
    EMPTY_UNANSWERED = "{empty}: not used for training, and no prediction is made"
    EMPTY_STEPS_ANSWERED = "{empty}: predicted without any input"
    UNLABELLED = "{some} of {n} series {some:has|have} no label ({ids:reprs 5})"
    ALL_EMPTY = (
        "all values of all series are missing, so there is nothing {purpose}; check with "
        "glasscell data that the intended columns are read"
    )
    TO_LEARN_FROM = "to train on"
    TO_MEASURE_ON = "to validate on"
    TO_LOOK_INTO = "to inspect"

    # groups of series
    ONE_GROUP = "all series are in one group, so the same group is" + NEW_GROUPS
    CLASS_OF_GROUP = "each class occurs in one group only, so the same groups are" + NEW_GROUPS
    CLASSES_OF_GROUPS = (
        "class{classes:|es} {classes:reprs} {classes:occurs|each occur} in one group only, and "
        "cannot be learned when that group is held out; scores by group do not show how well the "
        "model predicts {classes:it|them}"
    )

    # arrays
    NO_ARRAY = (
        "{what} is {found}; expected a NumPy array of {kinds: or } with {ndim} {ndim:axis|axes}"
    )
    OTHER_LENGTH = (
        "{what} has {found} value{found:|s}, but x has {n} series; expected one value per series"
    )
    NO_STEPS = "x has the shape {shape}; expected at least one step and one channel"
    CHANNEL_NAMES = (
        "found the channels {channels:names}; expected {n} {n:name|different names}, "
        "one per channel"
    )
    OFFSETS_OF_OTHERS = (
        "found offsets for {found:names}; expected them for channels only ({channels:names})"
    )
    LENGTH = "series {series!r} has length {length}; expected 1 to {steps}"
    BEYOND_THE_END = "x has values after the end of a series; expected NaN there"
    NO_TARGET = "the target of series {series!r} is {target}; expected a finite number"
    INFINITE = (
        "series {series!r}, step {step}, channel {channel!r}: the value is infinite, or too "
        "large for float32 (at most 3.4e38); correct it, or mark it as missing"
    )
    NO_SERIES = "found no series; expected at least one"
    NO_FORM = "X is {found}: expected an array (N, T, D), a list of arrays (T, D), or a data frame"
    A_KIND = "a {kind}"
    NOT_3D = "X has the shape {shape!r}. Reshape your data: expected (N, T, D), or (N, T)"
    NO_NUMBERS = (
        "{what} is not an array of real numbers; convert it to floats, with NaN for missing values"
    )
    COMPLEX = (
        "Complex data not supported: {what} has complex numbers; pass .real and .imag as "
        "two channels"
    )
    X = "X"
    STEP = "x"
    ONE_OF_LIST = "series {series} of X"
    NO_LABELS_IN_LIST = (
        "y is not a list of class labels or of numbers; expected one label per series"
    )
    SHAPE = (
        "series {series} has the shape {shape}; expected (T, D), with D ≥ 1 and the same for all"
    )
    TOO_LARGE = (
        "{n} series padded to {steps} step{steps:|s} of {width} channel{width:|s} need "
        "{needed:.0f} GB, and the limit is {most:.0f} GB; shorten the longest series, or split "
        "the data"
    )

    # synthetic problems
    TOO_FEW = "{what}={found!r}: expected at least {least}"


class Inventory(Code):
    """The series read from a file: their number and the roles of columns."""

    SERIES = (
        "{n:one|{n:,}} series of {steps}, {channels} channel{channels:|s} ({names:names "
        "6}), {labels}{roles}"
    )
    OF_STEPS = (
        "{n:one|{n:,}} series, {steps:,} step{steps:|s}{labeled}, {channels} "
        "channel{channels:|s} ({names:names 6}), {classes} class{classes:|es}{roles}"
    )

    # lengths
    ONE_LENGTH = "{longest:,} step{longest:|s}"
    LENGTHS = "{shortest:,}–{longest:,} steps"
    LABELED = " ({n:,} labeled)"

    # labels
    CLASSES = "{n} class{n:|es}"
    TARGETS = "continuous targets"
    NO_LABELS = "no labels"

    # how they are read
    ROLES = "; {roles:, }{order}"
    FORM = "; {form}"
    ROWS = "one row per series"
    LISTS = "one row per series, one list per channel"
    ID = "id {id!r}"
    ONE_SERIES = "one series"
    TIME = "time {time!r}{dated}"
    LABEL = "label {label!r}"
    LABEL_OF_STEPS = "label per step {label!r}"
