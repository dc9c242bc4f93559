"""Messages by code about columns and rows: their form and roles, ids, labels, times, values.

Tables of a series to forecast have others: `tasks.forecasting.panels`.
"""

from glasscell.facts import Code

# a shared ending
ONE_LABEL = "; expected one label per series (is {column!r} the label, and are the ids right?)"


class Tables(Code):
    """Messages about the columns and rows of a table."""

    # the request
    UNKNOWN_TASK = "task={task!r}: expected one of {tasks:, }"
    COLUMN_NAME_NO_TEXT = "{name!r} is not a column name; expected text"
    NAMED_TWICE = "column {column!r} is given two roles; give each column one"
    CHANNELS_EMPTY = "channels is empty; name at least one, or leave it out"
    NO_ROWS = "contains no rows; expected at least one series"
    NO_COLUMN = "there is no column {column!r} to use as {role}; available columns: {columns:names}"
    NO_CHANNEL = "there is no channel {channel!r}; available channels: {channels:names}"

    # form and roles: the first line
    LONG_FORM = (
        "read as long form: {series}, {order}, {labels}, {count} channel{count:|s} "
        "({channels:names})"
    )
    SERIES_BY = "id column {id!r}"
    ONE_SERIES = "one series"
    TIME_BY = "time column {time!r}{dated}"
    DATED = " (dates: {number} is {day})"
    NO_TIME_COLUMN = "no time column (steps in file order)"
    LABEL_BY = "label column {label!r}"
    LABEL_OF_STEPS = "label column {label!r} (one label per step)"
    NO_LABELS = "no labels"
    WIDE_FORM = (
        "read as wide form: one row per series, {ids}{labels}, {steps} step{steps:|s} of {count} "
        "channel{count:|s} ({channels:names}){order}"
    )
    IDS_BY = "id column {id!r}, "
    COLUMNS_AS_THEY_STAND = "; columns are read in file order"
    NESTED_FORM = (
        "read as nested form: one row per series, one list per channel, {order}{labels}, "
        "channel{channels:|s} {channels:names}"
    )
    TIME_OF_LISTS = "time column {time!r}, "

    # the id column
    TAKEN_FOR_IDS = "{id!r} is used as the id column, because each id has several rows{also}{mend}"
    AND_ONE_LABEL = " and one label"
    ROWS_AS_SERIES = (
        "; if each row is a series, use --channels {channels:typed} (its channel{channels:|s}, "
        "not {channels:a column|columns})"
    )
    ROWS_AS_SERIES_RENAMED = (
        "; if each row is a series, rename its columns to t0, t1, … and use --channels t"
    )
    SEVERAL_MAY_BE_IDS = (
        "each of {columns:reprs} may name the series; choose one, such as --id {as_option}"
    )
    STEPS_OR_SERIES = "rows may be steps of series with ids in {id!r}; if so, use {options: }{mend}"
    MAY_BE_STEPS = "if rows are steps of longer series with ids in {id!r}, use {options: }"
    ROWS_ARE_SERIES = ": each row is a series"
    NO_IDS = (
        "column {time!r} is a time, so each row is a time step, but no id column was found; name "
        "it with --id, or add one (also for a single series); available columns: {columns:names}"
    )
    TIMES_WITHOUT_NAME = (
        "column {place} has no name but holds times, such as {time}; call it time in the file, and "
        "add a column of ids (also for a single series)"
    )
    ID_TWICE = (
        "rows {rows: and }, column {column!r}: both have the id {id!r}, but each row looks like "
        "a whole series ({first} to {last}); give each row its own id, or delete one; if the "
        "column says which series belong together, rename it to subject; if rows are steps of "
        "longer series, use --id {column:typed}"
    )
    NAMED_TOGETHER = (
        "no single column identifies the series, but {one!r} and {other!r} together "
        "do; use --id {as_option}"
    )
    ROW_NUMBERS = (
        "{column!r} numbers the rows, so it is used as the id column, not as a label or step; if "
        "it is the label, use --label {column:typed}"
    )
    MAY_NAME_ROWS = (
        "{column!r} differs in every row, unlike the other columns; if it is an id, "
        "not a step, use --id {column:typed}"
    )
    IDS_APART = (
        "the rows of a series are not next to each other (row {row} has {id!r} again), and are "
        "joined in file order; if a column holds their times, name it with --time"
    )
    ID_AGAIN = (
        "series {id!r} appears again after others, and a file of more than {gigabytes:g} GB is "
        "read in one pass; sort it by column {column!r}"
    )
    ID_AGAIN_IN_PIPE = (
        "series {id!r} appears again after others, and a pipe is read in one pass; sort the rows "
        "by column {column!r}, or pass a file instead of a pipe"
    )

    # melted tables
    MELTED = (
        "each row holds one value of one channel: {channels:reprs}{more} by column {column!r}; "
        "expected a column for each channel; pandas makes them: {snippet}; or, if each "
        "{column!r} of each {id!r} is a series of its own, use --id {ids_as_option}"
    )
    AND_MORE = ", …"

    # groups
    GROUPS = "series are grouped by {column!r}: {n} group{n:|s}"
    MAY_SAY_GROUPS = (
        "{column!r} may group the series, because several share a value; if so, use "
        "--group {as_option}"
    )
    GROUPS_WITH_GAPS = (
        "{column!r} seems to group the series, but is empty in {n} row{n:|s}, and is ignored; "
        "fill it in, or name another column with --group"
    )
    NO_GROUP = "the group is missing; every row needs one"
    TWO_GROUPS = (
        "series {id!r} is in group {found!r} here, but in {before!r} earlier; expected "
        "one group per series"
    )
    ONE_GROUP = (
        "column {column!r} puts all series into one group, so no group can be held out; leave "
        "--group out, or name another column"
    )

    # the label column, and labels
    TAKEN_FOR_LABEL = (
        "{column!r} is used as the label: of the text columns only it has one "
        "value per series, and several in all"
    )
    SEVERAL_OF_WORDS = (
        "the columns {columns:names} contain text; name the label with --label; if there are no "
        "labels, list the channels with --channels"
    )
    KEY_MAY_BE_LABEL = (
        "{columns:reprs} may be the label, but the {columns:name suggests an id|names suggest "
        "ids}; if {column!r} is the label, use --label {as_option}; if there are no labels, list "
        "the channels with --channels"
    )
    FIRST_MAY_BE_LABEL = (
        "the columns are named {first} to {last}, and column {first} has few values, all of them "
        "integers; if it is the label, use --label {first}; if it is the first step, use "
        "--header; if the first line is a series, not a header, use --no-header"
    )
    LAST_MAY_BE_LABEL = (
        "{column!r} is read as a step, but has only {n} different values, all of them integers, "
        "unlike the other columns; if it is the label, use --label {column:typed}"
    )
    LABEL_OR_STEP = (
        "column {place} of {width} may be a label or a step, since the file has no "
        "header{trained}; if it is a label, use --label {column:typed}; if it is a step, add a "
        "header, such as t1,t2,…"
    )
    TRAINED_ON = "; the model was trained on series of {steps} step{steps:|s}"
    TRAINED_ON_UNEVEN = "; the model was trained on series of {fewest} to {most} steps"
    EMPTY_LABELS = "column {column!r} is empty, so there are no labels"
    LABEL_MISSING = (
        "the label is missing in {n} of {total} series; label all series or none, or delete the "
        "rows of those without a label (predict needs no labels; below {share:.0%}, they are "
        "dropped)"
    )
    UNLABELLED_DROPPED = "dropped {n} of {total} series without a label ({ids:reprs 3})"
    TWO_LABELS = (
        "row {row}, column {column!r}: found {found!r}, but series {id!r} starts with {before!r}"
        + ONE_LABEL
    )
    LABEL_ENDS = (
        "row {row}, column {column!r}: found no label, but series {id!r} starts with {before!r}"
        + ONE_LABEL
    )
    LABEL_BEGINS = (
        "row {row}, column {column!r}: found {found!r}, but series {id!r} starts without a label"
        + ONE_LABEL
    )
    LABELS_END = (
        "column {column!r} has no labels from row {first} on, but has some before; "
        "label all series or none"
    )
    LABELS_BEGIN = (
        "column {column!r} has labels from row {first} on, but none before; label all "
        "series or none"
    )
    MIXED_LABELS = (
        "the label of series {series} is {label!r}, but others are numbers; correct it, or set "
        "the task to classification if all are classes"
    )
    NO_TARGET = (
        "the label of series {series} is {label!r}, but regression needs finite numbers; correct "
        "it, or set the task to classification"
    )
    UNSEEN_LABEL = (
        "contains the label {label!r}, which is new to the model; expected one of {labels:reprs}"
    )

    # the time column
    TAKEN_FOR_TIME = (
        "{column!r} is used as the time, because {why}; if that is wrong, list the "
        "channels with --channels"
    )
    IT_HOLDS_DATES = "it holds dates that differ in each row of a series"
    IT_IS_CALLED_SO = "its name suggests a time, and it differs in each row of a series"
    UNIX_TIMES = "Unix times in {unit}, starting at {first}"
    MATLAB_DAYS = "MATLAB date numbers, starting at {first}"
    EXCEL_DAYS = "Excel date numbers, starting at {first}"
    OTHER_TIMES = (
        "{time!r} and {column!r} both hold times, and order the rows differently; choose "
        "--time {time_as_option} or --time {as_option}"
    )
    MAY_BE_TIME = "channel {column!r} may be the time{read}; if so, use --time {as_option}"
    OF_MOMENTS = " ({moments})"
    ORDER_IN_DOUBT = (
        "{column!r} may be the time, and rows are not in its order; use --time {as_option}, or, if "
        "it is no time, name all channels with --channels"
    )
    COUNTS_STEPS = (
        "channel {column!r} increases by {length:.6g} at each step of every series{shuffled}; if "
        "it is the time, use --time {as_option}; if it only counts the rows, list the other "
        "channels with --channels"
    )
    TIME_TOGETHER = (
        "channels {columns:reprs} may be the time together; if so, use --time {as_option}, and "
        "--time-format for how they are written, such as '%Y %m'"
    )
    THOUGH_SHUFFLED = ", but not in their order"
    NUMBERS_PARTS = (
        "channel {column!r} may number parts of each series; if each part is a "
        "series, use --id {as_option}"
    )
    BEGINS_AGAIN = (
        "channel {column!r} rises by {length:.6g} at each step, but begins again within series "
        "(first in row {row}); if each run is a series, {mend}"
    )
    RUNS_BY = "use --id {as_option}"
    NUMBER_RUNS = "number the runs in a column, and name it in --id beside {id!r}"
    TIME_MISSING_IN_LISTS = (
        "{column!r} is read as a channel: its name suggests a time, but it "
        "has no time at some steps"
    )
    TIME_REPEATED_IN_LISTS = (
        "{column!r} is read as a channel: its name suggests a time, but it "
        "has {time!r} twice in row {row}"
    )
    JOINED_TIMES = "{columns:and} are joined to one time"
    MONTH_BY_NAME = (
        "found {found!r}: {columns:and} seem to form one time; if so, use --time {columns:typed} "
        "--time-format {form:typed}"
    )
    MONTH_IN_OTHER_WORDS = (
        "found {found!r}: {columns:and} seem to form one time; expected months as numbers, 1 to "
        "12, or their English names"
    )
    TIME_OF_DAY_IS_NUMBER = (
        "{date!r} and {time!r} seem to form one time, but {time!r} is a number; use --time "
        "{columns:typed} with a --time-format, such as '%Y-%m-%d %H%M%S'; or --time "
        "{time:typed}, if it is enough"
    )

    # times, and the order of the rows
    MAY_ORDER = (
        "ignored column {column!r} differs in each row of a series, and rows may not be in its "
        "order; if it holds times, use --time {column:typed} with --time-format"
    )
    ROWS_SORTED = "rows sorted by time"
    STEPS_SORTED = "steps sorted by time"
    EQUAL_TIMES = (
        "{n} row{n:|s} of {series} series {n:repeats|repeat} the time of an earlier row (first "
        "in row {row}, column {column!r}: {time!r} in series {id!r}), and {n:stays|stay} in file "
        "order{mend}"
    )
    HOUR_REPEATED = (
        "an hour is repeated in {series} series (first in row {row}, column {column!r}: {time!r}), "
        "as local times do when summer time ends; its rows stay in file order"
    )
    EVERY_AVERAGES = "; --every averages them"
    AVERAGED_OR_JOINED = "; --every averages them, or --time A,B joins a date and an hour"
    EQUAL_TIMES_IN_LISTS = (
        "{n} value{n:|s} in the lists of {series} series {n:repeats|repeat} an earlier time "
        "(first in row {row}, column {column!r}: {time!r}), and {n:stays|stay} in the order of "
        "the list{mend}"
    )
    TIMES_OF_SEVERAL = (
        "series {id!r} has the time {time!r} twice, and {n} row{n:|s} {n:repeats|repeat} a time; "
        "{other!r} tells such rows apart, so use --id {as_option}"
    )
    PAST_MIDNIGHT = (
        "{here} follows {before} in series {id!r}, and a time without a date does not show "
        "whether midnight is between them; add the date, in the same cell (2026-01-31 {here}) or "
        "in a column named date"
    )
    MAY_BEGIN_AGAIN = (
        "{here} follows {before} in series {id!r}, and {n} series go{n:es|} back once among rows "
        "in order; if {column!r} begins again there, let it count on, or read the rows in file "
        "order with --channels {channels:typed}; if not, sort them by {column!r}"
    )
    MONTH_OR_DAY = (
        "{text!r} can be read in several ways, and no other value shows in which; use "
        "--time-format {forms: or }"
    )
    LIKE_A_DATE = (
        "{number} looks like a date, but as a number it may sort or space the steps wrongly; use "
        "--time-format, such as {form}"
    )
    NO_TIME_FORMAT = (
        "time_format={form!r}: expected a format of strptime, such as %d.%m.%Y "
        "%H:%M; of weeks, %G-W%V (ISO) or %Y-W%W"
    )
    OTHER_TIME_FORMAT = "found {found!r}; expected a time that matches --time-format {form:typed}"
    NOTHING_IN_FORMAT = (
        "no column matches --time-format {form:typed}; name the column of times with --time; "
        "available columns: {columns:names}"
    )
    MIXED_ZONES = (
        "row {one}{one_item} has a UTC offset ({zoned!r}), but row {other}{other_item} has none "
        "({bare!r}); write it in all rows, or in none"
    )
    IN_LIST = ", value {item} of the list"

    # values of columns
    NO_VALUE = "the value is missing; every row needs one"
    NO_ID = "the id is missing; every row needs one"
    NO_TIME = "the time is missing; every step needs one"
    NOT_A_NUMBER = "found {found!r}; expected a number or an empty cell{hint}"
    NOT_A_TIME = (
        "found {found!r}; expected a time, such as 2026-01-31T12:00:00, 31.01.2026 12:00:00, "
        "1/31/2026 12:00 PM, 12:00, or a number; --time-format reads others, such as '%d %b "
        "%Y'{hint}"
    )
    NOT_TIMES = "; --channels reads the rows in file order"
    OTHERS_LIKE = "; others look like {text!r}"
    NAME_AGAIN = (
        "; it is the column name: if files were concatenated, delete every header but the first"
    )
    ONLY_LAST = (
        "; it is the only such value: if the last row is a footer, such as one of totals, delete it"
    )
    MAY_BE_MISSING = "; if it marks a missing value, use --missing {words}"
    TOO_LARGE = (
        "{value:g} is infinite, or too large for float32 (at most 3.4e38); correct it, "
        "or leave the cell empty"
    )
    LONG_TEXT = (
        "column {column!r} contains a text of {length} characters ({beginning!r}…); expected ids "
        "and labels of at most {most}"
    )
    NO_NUMBERS_IN = "column {column!r} contains {words:cut}; expected numbers"
    NO_TEXTS_IN = "column {column!r} contains {words:cut}; expected text or numbers"
    LISTS_OF_OBJECTS = (
        "column {column!r} contains lists of objects; expected a list of numbers for each channel, "
        "or one row per step with the id of its series"
    )
    NO_LISTS_OF_NUMBERS = (
        "column {column!r} contains lists of {words:cut}; expected lists of numbers"
    )
    NO_LIST = (
        "the {role} column {column!r} contains {kind}s; expected a list in each row, as in "
        "other columns"
    )
    OTHER_LENGTH = (
        "found a list of {n} value{n:|s}; expected the same number as in {other!r} ({expected})"
    )

    # skipped columns
    LEFT_OUT = "ignored column {column!r}{why}"
    LEFT_OUT_UNNAMED = "ignored column {place}: it has no name"
    WITHOUT_NUMBERS = ": it contains no numbers{hint}"
    USE_ID = "; if it names the series, use --id {id:typed}"
    WITHOUT_LISTS = ": it contains no lists"
    UNLIKE_STEPS = ": it is not a step like {first!r} to {last!r}{hint}"
    ALL_DIFFERENT = ": it differs in every row"
    ONE_DATE = ": it has one date per series"
    CALLED_LABEL = ": its name suggests a label"
    CALLED_ID = ": its name suggests an id{hint}"
    ADORNED = (
        ": the numbers of {column!r} have units or other marks ({first!r}); if they are "
        "measurements, write bare numbers, and the unit in the column name"
    )
    NO_CHANNELS = "no column is left for the channels{why}"
    NAME_THEM = (
        "; expected a column of numbers besides ids, times and labels: name it with --channels; "
        "available columns: {columns:names}"
    )
    LIST_THEM = "; expected a column of lists next to the ids; available columns: {columns:names}"
    NO_STEPS = "no column of numbers is left for the steps{why}"
    ONE_A_STEP = "; expected one per step; available columns: {columns:names}"

    # columns that are steps
    SORTED_BY_NUMBER = (
        "columns are sorted by number, {first!r} to {last!r}, not in file order; if the file's "
        "order is right, use --channels value (the channel's name, not a column) to read all as "
        "one channel in that order"
    )
    SORTED_BY_DATE = "columns are sorted by date: {first!r} to {last!r}"
    COUNT_BACK = (
        "columns count back in time, and are read from the earliest on: {first!r} to {last!r}"
    )
    HYPHENS = (
        "columns {first!r} to {last!r} are read as numbered, with a hyphen; if it is a minus "
        "sign, and they count back in time, rename them to lag_1, lag_2, …"
    )
    FILE_ORDER_DOUBTED = (
        "columns are read in file order, {first!r} to {last!r}; if time goes in another order, "
        "write dates as 2026-01-31, or number the columns (x_0, x_1, …)"
    )
    CHANNELS_OR_STEPS = (
        "columns such as {first!r} and {second!r} may be steps of one channel or of several; use "
        "--channels {channels:typed}, or --channels value (the channel's name, not a column) if "
        "all are steps of one"
    )
    STEP_COLUMNS_MISSING = "there is no column for {gaps:, }; these steps are read as missing"
    GAP_BEFORE = "{n} step{n:|s} before {after!r}"
    GAP_BETWEEN = "{n} step{n:|s} between {before!r} and {after!r}"
    GAP_AFTER = "{n} step{n:|s} after {before!r}"
    OTHER_GAPS = "and others"
    UNEVEN_STEPS = (
        "columns are not evenly spaced ({before!r}, {after!r}), but are read as consecutive steps"
    )
    LAST_VALUES = "series end at their last value, after {fewest} to {most} steps"

    # kinds of moments

    # rows of totals
    FOOTER = "row {row} may be one of totals ({words:and} in column {column!r}): if so, delete it"
    FOOTERS = (
        "rows {row} to {last} may be of totals ({words:and} in column {column!r}): if so, "
        "delete them"
    )
