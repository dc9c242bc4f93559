"""What the reader of tables says, by code."""

from glasscell.facts import Code


class Tables(Code):
    """Of the columns and rows of a table."""

    # what is asked of a table
    UNKNOWN_TASK = "task={task!r}: expected one of {tasks:, }"
    COLUMN_NAME_NO_TEXT = "{name!r} is not the name of a column; expected text"
    NAMED_TWICE = "the column {column!r} is named twice; give each column one role"
    CHANNELS_EMPTY = "channels is empty; name at least one, or leave it out"
    NO_ROWS = "contains no rows; expected at least one series"
    NO_COLUMN = "there is no column {column!r} to use as {role}; the columns are {columns:names}"
    NO_CHANNEL = "there is no channel {channel!r}; the channels are {channels:names}"

    # how it is read: the first line
    LONG_FORM = "read as long form: {series}, {order}, {labels}, {count} channel{count:|s} ({channels:names})"
    SERIES_BY = "series by {id!r}"
    ONE_SERIES = "one series"
    TIME_BY = "time by {time!r}{dated}{worded}"
    DATED = " (dates: {number} is {day})"
    WORDED = " (read as {kind})"
    NO_TIME_COLUMN = "no time column, so steps in the file's order"
    LABEL_BY = "label {label!r}"
    LABEL_OF_STEPS = "a label for each step by {label!r}"
    NO_LABELS = "no labels"
    WIDE_FORM = (
        "read as wide form: one row a series, {ids}{labels}, {steps} step{steps:|s} of {count} channel{count:|s} "
        "({channels:names}){order}"
    )
    IDS_BY = "ids by {id!r}, "
    COLUMNS_AS_THEY_STAND = "; columns are read in the file's order"
    NESTED_FORM = "read as nested form: one row a series, a list a channel, {order}{labels}, channels {channels:names}"
    TIME_OF_LISTS = "time by {time!r}, "

    # which column names the series
    TAKEN_FOR_IDS = "{id!r} is taken for the names of the series{others}: it has several rows{also} for each{mend}"
    OTHER_IDS = " ({columns:names} could be, too: --id)"
    AND_ONE_LABEL = " and one label"
    ROWS_AS_SERIES = "; if each row is a series, use --channels {channels:,}"
    ROWS_AS_SERIES_RENAMED = "; if each row is a series, rename its columns t0, t1, … and use --channels t"
    MAY_BE_STEPS = "if rows are steps of longer series, named by {id!r}, use {options: }"
    ROWS_ARE_SERIES = ", as each row is a series"
    NO_IDS = (
        "the column {time!r} means that each row is a time step, but no column with the ids of the series was found; "
        "name it by --id, or add one (for a single series, too); the columns are {columns:names}"
    )
    ID_TWICE = (
        "rows {rows: and }, column {column!r}: both are {id!r}, but each row looks like a series of its own ({first} "
        "to {last}): name each row otherwise, or leave one out; if the column says which series belong together, "
        "rename it subject; if rows are steps of longer series, use --id {column}"
    )
    NAMED_TOGETHER = "no column names the series, but {one!r} and {other!r} do so together: use --id {as_option}"
    MAY_NAME_TOGETHER = (
        "{one!r} and {other!r} may name series together whose steps are the rows: if so, use --id {as_option}"
    )
    COUNTS_PARTS = (
        "{column!r} counts parts of each series of {id!r}, from {first!r} on: if both name the series together, use "
        "--id {as_option}; if not, --id {id} says so"
    )
    ROW_NUMBERS = (
        "{column!r} numbers the rows, so it is taken for the names of the series, and neither for labels nor for a "
        "step; if it is the label, use --label {column}"
    )
    MAY_NAME_ROWS = (
        "{column!r} has another number in each row, and lies apart from the other columns: if it names the series, "
        "and is no step, use --id {column}"
    )
    IDS_APART = (
        "the rows of a series do not stand together (in row {row} {id!r} again): joined in the file's order; if a "
        "column says when they were measured, name it by --time"
    )
    ID_AGAIN = (
        "series {id!r} appears again after others, and rows of more than {gigabytes:g} GB are not gathered: sort the "
        "file by column {column!r}"
    )
    ID_AGAIN_IN_PIPE = (
        "series {id!r} appears again after others, of which the first are already read: sort the rows by column "
        "{column!r}, or name a file in place of a pipe"
    )

    # one value of one channel a row
    MELTED = (
        "each row holds one value of one channel: {channels:reprs}{more} by column {column!r}; expected a column for "
        "each channel; pandas makes them: {snippet}; or, if each {column!r} of each {id!r} is a series of its own, "
        "use --id {ids_as_option}"
    )
    AND_MORE = ", …"
    TELLS_ROWS_APART = (
        "{column!r} tells the rows of each series apart ({texts:reprs}, …): if it says when a row was measured, write "
        "its times as 2026-01-31T12:00:00 and use --time {as_option}; if the rows stand in order, use --channels "
        "{channel}"
    )
    HOLDS_TIMES = (
        "{column!r} holds times ({texts:reprs}, …), and no column is called as they are: if it says when a row was "
        "measured, use --time {as_option}; if not, --channels {channel} reads the rows in the file's order"
    )

    # which series belong together
    GROUPS = "{column!r} says which series belong together: {n} groups"
    MAY_SAY_GROUPS = (
        "{column!r} may say which series belong together, as several share a value: if so, use --group {as_option}"
    )
    GROUPS_WITH_GAPS = (
        "{column!r} would say which series belong together, but is empty in {n} row{n:|s}: not used, nor read as a "
        "channel; fill it in, or name another column by --group"
    )
    NO_GROUP = "row {row}, column {column!r} of groups: nothing there; put a value in every row"
    TWO_GROUPS = "series {id!r} is of {found!r} here, but of {before!r} before; expected one group for each series"
    ONE_GROUP = (
        "the column {column!r} says that all series belong together, so none could be left out to measure with; leave "
        "--group out, or name another column"
    )

    # which column is the label, and what labels are
    TAKEN_FOR_LABEL = "{column!r} is taken for the label: no other column of words has one in each series"
    SEVERAL_OF_WORDS = "the columns {columns:names} contain text; name the one that is the label by --label"
    KEY_MAY_BE_LABEL = (
        "{columns:reprs} may be the label, but {columns:is|are} called as keys are: if {column!r} is it, use --label "
        "{as_option}; if there are no labels, name the channels by --channels"
    )
    FIRST_MAY_BE_LABEL = (
        "the columns are called {first} to {last}, and column {first} holds a few whole numbers: if they are labels, "
        "use --label {first}; if they are the first step of each series, use --header; if the first line holds no "
        "names but a series, use --no-header"
    )
    LAST_MAY_BE_LABEL = (
        "{column!r} holds {n} different whole numbers, where other columns are measurements: it is read as a step; if "
        "it is the label, use --label {column}"
    )
    LABEL_OR_STEP = (
        "column {place} of {width} may hold labels or a step: no line says what the columns are{trained}; if it holds "
        "labels, use --label {column}; if it is a step, put a line of names before the others, such as t1,t2,…"
    )
    TRAINED_ON = ", and the model was trained on series of {steps} steps"
    TRAINED_ON_UNEVEN = ", and the model was trained on series of {fewest} to {most} steps"
    EMPTY_LABELS = "the column {column!r} is empty, so there are no labels"
    LABEL_MISSING = (
        "the label is missing; label every series, or none, or leave out the {n} of {total} series that {n:has|have} "
        "none by deleting {n:its rows|their rows} (predict answers {n:it|them} in a file without labels)"
    )
    TWO_LABELS = (
        "row {row}, column {column!r}: found {found!r}, but series {id!r} began with {before!r}; expected one label "
        "for a whole series (is {column!r} the label? are the ids right?)"
    )
    LABEL_ENDS = (
        "row {row}, column {column!r}: found nothing, but series {id!r} began with {before!r}; expected one label "
        "for a whole series (is {column!r} the label? are the ids right?)"
    )
    LABEL_BEGINS = (
        "row {row}, column {column!r}: found {found!r}, but series {id!r} began with nothing; expected one label "
        "for a whole series (is {column!r} the label? are the ids right?)"
    )
    LABELS_END = (
        "the part from row {first} on has no labels in column {column!r}, but those before had some; label every "
        "series, or none"
    )
    LABELS_BEGIN = (
        "the part from row {first} on has labels in column {column!r}, but those before had none; label every series, "
        "or none"
    )
    MIXED_LABELS = (
        "the label of series {series} is {label!r}, but others are numbers; correct it, or set the task to "
        "classification if all are classes"
    )
    NO_TARGET = (
        "the label of series {series} is {label!r}; a regression expects a finite number: correct it, or set the task "
        "to classification"
    )
    UNSEEN_LABEL = "contains the label {label!r}, which the network never saw; expected one of {labels:reprs}"

    # which column is the time
    TAKEN_FOR_TIME = "{column!r} is taken for the time, as {why}; if that is wrong, name the channels by --channels"
    IT_HOLDS_DATES = "it holds dates that tell the rows of each series apart"
    IT_HOLDS_MOMENTS = "it holds {moments}"
    IT_RISES = "it rises from row to row of each series"
    IT_IS_EVEN = "its steps are even in each series"
    IT_IS_CALLED_SO = "it is called so, and tells the rows of each series apart"
    UNIX_TIMES = "Unix times in {unit}, from {first} on"
    MATLAB_DAYS = "days as MATLAB counts them, from {first} on"
    EXCEL_DAYS = "days as Excel counts them, from {first} on"
    OTHER_TIMES = (
        "{column!r} holds times, too, and would put the rows in another order than {time!r}, which is taken for the "
        "time: choose by --time {as_option}, or --time {time_as_option}"
    )
    MAY_BE_TIME = (
        "channel {column!r} may be the time{read}, as no column is called so: if it says when a row was measured, use "
        "--time {as_option}"
    )
    OF_MOMENTS = " ({moments})"
    COUNTS_STEPS = (
        "channel {column!r} rises by {length:.6g} from step to step of every series{shuffled}: if it says when a row "
        "was measured, use --time {as_option}; if it only counts rows, it is no channel: name the others by --channels"
    )
    THOUGH_SHUFFLED = ", though not in the file's order"
    MEASURED_TIME = (
        "{column!r} goes up and down, and {counter!r} counts the rows of each series, so {column!r} is read as a "
        "channel; if it says when a row was measured, use --time {column}"
    )
    TIME_MISSING_IN_LISTS = "{column!r} is read as a channel: called like a time, it has no time at each step"
    TIME_REPEATED_IN_LISTS = "{column!r} is read as a channel: called like a time, it has {time!r} twice in row {row}"
    JOINED_TIMES = "{columns:and} are read as one time"
    TIME_OF_DAY_IS_NUMBER = (
        "{date!r} and {time!r} say together when a row was measured, but {time!r} is a number: write both in one "
        "column, such as 2026-01-31 12:00:00, and name it by --time; or use --time {time}, if it is enough"
    )

    # times, and the order of the rows
    ROWS_SORTED = "rows sorted by time"
    STEPS_SORTED = "steps sorted by time"
    EQUAL_TIMES = (
        "{n} row{n:|s} of {series} series {n:has|have} the same time as a row before, first row {row}, column "
        "{column!r} ({time!r}, series {id!r}): such rows stay in the file's order{mend}"
    )
    EVERY_AVERAGES = "; --every averages them"
    EQUAL_TIMES_IN_LISTS = (
        "{n} value{n:|s} in the lists of {series} series {n:is|are} the same time as one before, first in row {row}, "
        "column {column!r} ({time!r}): such steps stay in the list's order{mend}"
    )
    TIMES_OF_SEVERAL = (
        "series {id!r} has the time {time!r} twice, as {n} row{n:|s} {n:does|do}; {other!r} tells such rows apart, so "
        "use --id {as_option}"
    )
    PAST_MIDNIGHT = (
        "{here} follows {before} in series {id!r}, and a time of day does not say whether that is past midnight; "
        "write the date, too: in the same cell (2026-01-31 {here}), or in a column of its own, called date"
    )
    BEGINS_AGAIN = (
        "{column!r} begins again in {n} of {total} series ({after} after {before}): read in the file's order, as going "
        "past {past}; if it does not, sort the rows of each series by {column!r}"
    )
    HOURS_AND_MINUTES = "{column!r} is read as hours and minutes: {number} is {clock}"
    HOURS_BEGIN_AGAIN = "{clock}; {again}"
    END_OF_DAY = "the end of the day"
    WRONG_WAY_ROUND = (
        "column {column!r}: in {n} series the rows stand in order but for one step back, as from {before:g} to "
        "{after:g}: either it begins again there, or two pieces are the wrong way round; if it begins again, count on "
        "(write {on:g} in place of {after:g}); if not, sort the rows of each series by {column!r}"
    )
    MONTH_OR_DAY = (
        "{text!r} may begin with the month or with the day, and no other value shows which; write dates as 2026-01-31"
    )
    LIKE_A_DATE = (
        "{number} looks like a date, of which larger numbers need not be later, or steps are not as long as they seem; "
        "write dates as 2026-01-31"
    )
    MIXED_ZONES = (
        "row {one} has an offset from UTC ({zoned!r}), row {other} none ({bare!r}); expected one in all rows, or in "
        "none: if all are of one clock, write them alike"
    )
    MIXED_ZONES_IN_LISTS = (
        "row {one}, value {one_item} of the list has an offset from UTC ({zoned!r}), row {other}, value {other_item} "
        "of the list none ({bare!r}); expected one in all rows, or in none: if all are of one clock, write them alike"
    )

    # values of columns
    NO_VALUE = "nothing there; put a value in every row"
    NO_ID = "row {row}, column {column!r} of ids: nothing there; put a value in every row"
    NO_TIME = "row {row}, column {column!r} of times: nothing there; put a value in every row"
    NO_TIME_IN_LIST = (
        "row {row}, value {item} of the list, column {column!r} of times: nothing there; put a value in every row"
    )
    TIME_MISSING = "the time is missing; put one in every row"
    NOT_A_NUMBER = "found {found!r}; expected a number, or nothing{hint}"
    NOT_A_TIME = (
        "found {found!r}; expected a time as a number, as ISO 8601 (2026-01-31T12:00:00), as 31.01.2026 12:00:00, "
        "1/31/2026 12:00 PM or 12:00{hint}"
    )
    OTHERS_LIKE = "; others are like {text!r}"
    NAME_AGAIN = "; that is the column's name: where files were joined, delete each line of names but the first"
    ONLY_LAST = "; it is the only such value: if the last row is a footer, such as one of totals, delete it"
    TOO_LARGE = (
        "{value:g} is infinite, or beyond float32's largest number, 3.4e38; put a number there, or leave it empty"
    )
    LONG_TEXT = (
        "column {column!r} contains a text of {length} characters ({beginning!r}…); expected ids and labels of at "
        "most {most}"
    )
    NO_NUMBERS_IN = "column {column!r} contains {words:cut}; expected numbers"
    NO_TEXTS_IN = "column {column!r} contains {words:cut}; expected texts or numbers"
    NO_LISTS_OF_NUMBERS = "column {column!r} contains lists of {words:cut}; expected lists of numbers"
    NO_LIST = "the {role} {column!r} contains {kind}s; expected a list in each row, as in others"
    OTHER_LENGTH = "a list of {n} values; expected the same number as in {other!r} ({expected})"

    # columns that are left out
    LEFT_OUT = "left out {column!r}{why}"
    LEFT_OUT_UNNAMED = "left out column {place}, which has no name"
    WITHOUT_NUMBERS = ", which contains no numbers{hint}"
    NAME_IT_BY_ID = "; if it names the series, name it by --id"
    WITHOUT_LISTS = ", which contains no lists"
    UNLIKE_STEPS = ", which is no step like {first!r} to {last!r}{hint}"
    USE_ID = "; if it names the series, use --id {id}"
    ALL_DIFFERENT = ", which differs in every row"
    ONE_DATE = ", which is one date in each series"
    CALLED_LABEL = ", which is called like a label"
    CALLED_ID = ", which is called as keys are{hint}"
    STATES = (
        ", whose words change within series ({states:reprs 3}): if they say what was measured, write numbers, such as "
        "0 and 1"
    )
    ADORNED = (
        ": the numbers of {column!r} have something beside them, or marks that are not read ({first!r}); if they are "
        "measured, write the bare numbers, and what they are in the column's name"
    )
    NO_CHANNELS = "no column is left for the channels{why}"
    NAME_THEM = "; name them by --channels; the columns are {columns:names}"
    LIST_THEM = "; expected a column of lists beside the ids; the columns are {columns:names}"
    NO_STEPS = "no column contains numbers{why}"
    ONE_A_STEP = "; expected one for each step; the columns are {columns:names}"

    # columns that are steps
    IN_FILE_ORDER = "in the file's order"
    FROM_THE_LAST = "from the last to the first"
    NUMBERED = "columns are numbered, read in the order of their numbers: {first!r} to {last!r}"
    NUMBERS_BEGIN_AGAIN = (
        "columns are numbered, and begin again after {before!r} with {after!r}: read {order}, {first!r} to {last!r}"
    )
    COUNT_BACK = "columns count back in time, read from the earliest on: {first!r} to {last!r}"
    BEFORE_AND_AFTER = "columns are steps before something and after it, read as one channel: {first!r} to {last!r}"
    HYPHENS = (
        "columns {first!r} to {last!r} are read as numbered, with a hyphen between: if it is a minus, and they count "
        "back in time, call them lag_1, lag_2, …"
    )
    TIMED = "columns are {kind}, read in their order: {first!r} to {last!r}"
    TIMES_GO_PAST = "columns are {kind} that go past {past}: read {order}, {first!r} to {last!r}"
    SLASHED = (
        "dates in columns may have the {parts: or the } first: read {order}, {first!r} to {last!r}; if that is wrong, "
        "write them as 2026-01-31"
    )
    IN_FILE_ORDER_AS = "in the file's order, as with the {part} first"
    IN_ORDER_AS = "with the {part} first, by which the columns stand in order"
    STEP_COLUMNS_MISSING = "there is no column for {gaps:, }: read as steps without a value"
    GAP_BEFORE = "{n} step{n:|s} before {after!r}"
    GAP_BETWEEN = "{n} step{n:|s} between {before!r} and {after!r}"
    GAP_AFTER = "{n} step{n:|s} after {before!r}"
    OTHER_GAPS = "and others"
    UNEVEN_NUMBERS = "columns are not numbered evenly ({before!r}, {after!r}): read as steps that follow each other"
    UNEVEN_TIMES = "columns are not evenly apart in time ({before!r}, {after!r}): read as steps that follow each other"
    MAY_BE_NO_STEPS = (
        "{columns:reprs} may be {columns:no step|no steps} as the other columns are, for {columns:it lies|they lie} in "
        "another range: if so, use --channels {channels}"
    )
    TOO_MANY_TO_LIST = "with the names of the others"
    LAST_VALUES = "series end at their last value: {fewest} to {most} steps"

    # what times are called
    DATES = "dates"
    TIMES = "times"
    TIMES_OF_DAY = "times of day"
    WEEKDAYS = "weekdays"
    MONTHS = "months"
    WEEKS = "weeks"
    QUARTERS = "quarters"
    HALF_YEARS = "half years"
    ROMAN_NUMERALS = "Roman numerals"
    NUMBERS = "numbers"
    MIDNIGHT = "midnight"
    END_OF_WEEK = "the end of the week"
    END_OF_YEAR = "the end of the year"

    # rows of totals
    FOOTER = "row {row} may be one of totals ({words:and} in column {column!r}): if so, delete it"
    FOOTERS = "rows {row} to {last} may be of totals ({words:and} in column {column!r}): if so, delete them"
    FOOTERS_OF_OTHERS = "{footer} (the same goes for {others} of the other files)"
    PERHAPS_A_FOOTER = ". But {footer}"
