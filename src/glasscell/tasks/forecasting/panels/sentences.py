"""Messages by code about files of series to forecast: columns, times, steps, gaps, covariates."""

from glasscell.facts import Code


class Panels(Code):
    """Messages about tables to forecast: their times, values and covariates."""

    # a file in one line
    READ_AS = "{layout}: {series}"
    LONG_TABLE = "read as a long table (series by {ids:and}, {by}, values in {values:reprs 3})"
    ONE_SERIES = "read as a single series ({column!r}, {by})"
    COLUMN_EACH = "read as one series per column ({by})"
    ROW_EACH = (
        "read as one series per row (series by {ids:and}, times in the names of {n} column{n:|s})"
    )
    TSF = "read as {form}"
    BY_COLUMN = "time by {column!r}"
    BY_UNNAMED = "time by the unnamed column"
    COUNTED = "no time column: rows are counted"
    SERIES = "{n} series of {least}{up_to} step{most:|s}{each}"
    UP_TO = " to {most}"
    EACH = ", {step} each"

    # roles of columns
    NO_TABLE = (
        "is a .{kind} file, not a table; expected times and values in a table, such as "
        "CSV or Parquet"
    )
    LISTS = "column {column!r} contains lists; expected one row for each time of each series"
    NO_SUCH_COLUMN = (
        "there is no column {column!r} (given as {role}); the columns are {columns:names}"
    )
    NO_NUMBERS = (
        "no column contains numbers to forecast; expected times and values, or one column per "
        "series; the columns are {columns:names}"
    )
    LEFT_OUT = (
        "not used: {columns:reprs}; to use {columns:it as a covariate|them as covariates}, train "
        "with --known, --past or --static"
    )
    FLAGS = (
        "not forecast: {columns:reprs}, which {columns:contains|contain} only 0 and 1; to use "
        "{columns:it|them}, train with --known (known future) or --past; to forecast "
        "{columns:it|them}, with --channels"
    )
    ONLY_FLAGS = (
        "{columns:reprs} {columns:contains|contain} only 0 and 1, and no other column contains "
        "numbers; name the columns to forecast with --channels {columns:typed}"
    )
    OTHER_SCALES = (
        "the columns of numbers differ in scale (typical value {least:.4g} in {small!r}, "
        "{most:.4g} in {large!r}); name the columns to forecast, such as --channels "
        "{columns[0]:typed}, and covariates with --known or --past; to forecast all, use "
        "--channels {columns:typed}"
    )
    OTHER_KINDS = (
        "{code!r} has only {n} different value{n:|s}, all whole numbers, but {column!r} has "
        "{many:,}; name the columns to forecast, such as --channels {columns[0]:typed}, and "
        "covariates with --known or --past; to forecast all, use --channels {columns:typed}"
    )
    TWO_VALUES_FORECAST = (
        "{columns:reprs} {columns:has|have} at most two different values but {columns:is|are} "
        "forecast too; to use {columns:it as a covariate|them as covariates} instead, train with "
        "--known or --past"
    )
    NO_NAME = "the name of the series is missing; expected one in every row"

    # no time column
    MAY_BE_TIME = (
        "no column is read as times, but {column!r} ({found}) may be the time: use --time "
        "{column:typed}{form}; to forecast in file order instead, drop it from the file"
    )
    WITH_SOME_FORMAT = " with a --time-format, such as '%d %b %Y'"
    UNUSED_TIME = (
        "rows are taken in file order; if {column!r} ({found}) is the time, train with --time "
        "{column:typed}{form}"
    )
    ROWS_MAY_BE_SERIES = (
        "each row has its own {column!r}, and {n} columns are numbered ({first!r} to {last!r}): "
        "if each row is a series, use --id {column:typed}; if each row is a time, name its "
        "column with --time"
    )

    # data frames
    NO_FRAME = "found an object of type {type}; expected a data frame with the columns ds and y"
    TWO_COLUMNS = "two columns are named {column!r}; rename one"
    NO_COLUMN = (
        "there is no column {column!r}; expected unique_id, ds, y and the named covariates; the "
        "columns are {columns:names}"
    )
    NO_ROWS = "there are no rows; expected one for each time of each series"
    NO_ID = "unique_id is missing; expected one in every row"

    # .tsf files
    NO_SERIES = "contains a header but no series; expected one per line after @data"
    NO_START = "the series starts at {found!r}; expected a time such as 1979-01-01 00-00-00"
    UNKNOWN_STEP = (
        "@frequency is {found!r}; expected {known:, }, or a number of them such as 10_minutes"
    )

    # single times
    NO_TIME = "the time is missing; expected one in every row"
    NO_DATE = (
        "found {found!r}; expected a date such as 2026-01-31, or a whole number; if times are "
        "written in another way, name their column with --time, and say how with --time-format, "
        "such as '%b %Y'"
    )
    OTHER_TIME = (
        "found {found!r}, but most times are like {like!r}; correct it: expected a time of this "
        "form that exists in the calendar{hint}"
    )
    OTHER_WEEKS = (
        "; if weeks are counted otherwise than by ISO, say it with --time (year,week if these are "
        "two columns) and a --time-format, such as '%Y %W'"
    )
    NO_YEAR = (
        "found {found!r}, a month without a year; expected a year in each time, such as 2026-01, "
        "or in a column of its own, read with --time year,{column:typed} --time-format '%Y "
        "{form}'"
    )
    FORMAT_WITHOUT_YEAR = (
        "--time-format {form:typed} has no year, and times begin again; expected a year in each "
        "time, or in a column of its own, read with --time year,{column:typed} --time-format '%Y "
        "{form}'"
    )
    TIMES_ARE_TRUTHS = "column {column!r} contains booleans; expected times: dates or whole numbers"
    NO_WHOLE_NUMBER = (
        "{found} is not a whole number; expected dates, or whole numbers such as "
        "years or step numbers"
    )
    OUT_OF_YEARS = (
        "{time} is outside the years {first} to {last}; expected a date between them, "
        "or whole numbers such as years"
    )
    DAY_OR_MONTH = (
        "{found!r} may start with the day or the month, and no other value shows which; say it "
        "with --time and --time-format, such as %d/%m/%Y"
    )
    DAY_OR_YEAR = (
        "{found!r} may be {one} or {other}, and no other value shows which; say it with --time "
        "{column:typed} and --time-format {forms: or }"
    )
    OTHER_DAY_ORDER = (
        "found {found!r}; expected a date that starts with the {first}, as in "
        "training, or one such as 2026-01-31"
    )

    # how times were read
    MONTHS = "numbers in {column!r} are read as months: {number} is {time}"
    UNIX_TIMES = "numbers in {column!r} are read as Unix times in {unit}: {number} is {time}"
    DAYS_FIRST = (
        "dates in {column!r} are read as day.month.year: {found!r} is {time}; if they start with "
        "the year, use --time {column:typed} --time-format %y.%m.%d"
    )
    ISO_WEEKS = (
        "{columns:and} are read as ISO weeks: {found} starts on {time}; if weeks are counted "
        "otherwise, say it with --time {columns:typed} and a --time-format, such as '%Y %W'"
    )
    TIMES_IN_UTC = "times with an offset are read as UTC: {found!r} is {time}"

    # the step between times
    STEPS = "{n} {unit}{n:|s}"
    NO_FREQUENCY = (
        "{found!r} is not a frequency; expected one as pandas writes it, with a whole number "
        "from 1 up or none: MS (months), QS, YS, W, B (Monday to Friday), D, h, 30min or s"
    )
    FREQUENCY_OF_NUMBERS = (
        "frequency={frequency!r} needs dates, but times are whole numbers, "
        "such as {time}; omit it, or give dates"
    )
    EVERY_OF_DATES = (
        "--every {every}: the times are dates; expected a length above 0 with a "
        "unit, such as 1D, 1h or MS"
    )
    EVERY_OF_NUMBERS = (
        "--every {every}: the times are whole numbers; expected a whole number from 1 up"
    )
    AGGREGATE_NEEDED = (
        "--every {every} puts several values into one step ({whose}{n} in {time}, the first in "
        "rows {first} and {second}); say how to combine them with --aggregate mean, sum, last, "
        "min or max"
    )
    AGGREGATE_ALONE = (
        "--aggregate {aggregate} needs --every, the length of a step, such as --every 1D"
    )
    AGGREGATED = "each step of {step} is the {how} of its values, up to {most}{covariates}"
    COVARIATES_AVERAGED = "; covariates are averaged"
    PART_OF_A_STEP = (
        "series {series!r}: its {which} step, {time}, is the sum of only {n} value{n:|s}, most "
        "steps of {usual}{others}; drop the rows of an incomplete step"
    )
    OTHERS_PARTLY = " ({n} other series {n:is|are} alike)"
    TWICE = (
        "{whose}time {time} appears twice, in rows {first} and {second}; correct one, or combine "
        "them by training with --every and --aggregate; if clocks were set back then, write "
        "times in UTC"
    )
    WHOSE = "series {series!r}: "

    # irregular times
    UNEVEN = (
        "series {series!r}: times are {least} to {most} apart; expected regular times (gaps are "
        "allowed): resample them, or train with --every {every} or longer, and --aggregate where "
        "values share a step; if a missing row means 0, train with --fill 0"
    )
    UNEVEN_STEP = (
        "series {series!r}: {time} comes {step} after {before}, but most steps are {every}; "
        "expected regular times (gaps are allowed): resample them, or train with --every "
        "{every}, and --aggregate where values share a step"
    )
    OTHER_DAY = (
        "series {series!r}: {time} is not on day {day} of its month, unlike most times: correct "
        "it, or train with --every MS"
    )
    NOT_THE_LAST_DAY = (
        "series {series!r}: {time} is not the last day of its month, unlike most times: correct "
        "it, or train with --every ME"
    )
    NO_LAST_DAY = "series {series!r}: {time} is not the last day of a month; expected month ends"
    NO_WORKING_DAY = (
        "series {series!r}: {time} is not a working day; expected days from Monday to Friday"
    )
    BETWEEN_STEPS = (
        "series {series!r}: {time} is not a whole number of steps of {step} after {first}; "
        "expected regular times (gaps are allowed): resample them, or train with --every, and "
        "--aggregate where values share a step"
    )
    MOST_MISSING = (
        "series {series!r}: {n:,} step{n:|s} of {step} {n:is|are} missing between {before} and "
        "{after}, but it has only {times} times; correct a wrong time, or train with a longer "
        "--every"
    )
    NO_COMMON_STEP = (
        "the series have no common step: times are {slow_step} apart in {slow!r} and {fast_step} "
        "in {fast!r}; expected the same regular times: resample them, or train with --every, and "
        "--aggregate where values share a step"
    )
    SLOWER = (
        "series {series!r} has values only every {n} steps of {step}, others at every step; "
        "forecast it separately, or train with a longer --every"
    )
    BEYOND = (
        "{n} {unit}{n:|s} after {time} is later than April 2262, the latest possible date; "
        "forecast fewer steps, or use whole numbers, such as years, as times"
    )

    # values, and gaps
    NOT_A_NUMBER = "found {found!r}; expected a number, or nothing for a gap"
    TOO_LARGE = (
        "the value is infinite, or too large (at most {largest:.0e}); expected a number, "
        "or nothing for a gap"
    )
    FILLED = "{n:,} of {values:,} step{values:|s} had no row and {n:has|have} the value {fill:g}"
    MISSING_ROWS = (
        "{n:,} of {values:,} step{values:|s} {n:has no row and is|have no row and are} missing, "
        "and no value is 0; if a missing row means 0, as for sales, train with --fill 0 (in "
        "Python: fill=0), or forecasts are too high"
    )
    GAPS = "{n:,} of {values:,} value{values:|s} {n:is|are} missing"
    ENDS = "the series end at {n} different times; each is forecast from its own end"
    NO_LAST_VALUES = (
        "series {series!r} has no value at its last {n:time|{n} times}; it is "
        "forecast from {time} on{others}"
    )
    OTHERS_END_SO = "; {n} other series {n:ends|end} the same way"
    ONLY_GAPS = "series {series!r} has no values; drop it, or fill its column 'y'"
    ONLY_GAPS_OF_NEW = (
        "series {series!r} is new to the run and has no values in column "
        "{column!r}; drop it, or fill them in"
    )
    ALL_GAPS = (
        "column{columns:|s} {columns:reprs} {columns:has|have} no values; expected "
        "numbers to forecast from{or_ahead}"
    )
    OR_AHEAD = ", or known future covariates ({columns:names}) after the end of the run's series"
    GAPS_LEFT_OUT = "skipped series without values: {series:reprs 5}"
    NO_LOGARITHM = (
        "series {series!r} contains {value:g}, but forecasts in logarithms need values above 0: "
        "drop the series, or train again on these values without logarithms"
    )

    # covariates
    KNOWN = (
        "known future covariate{columns:|s}: {columns:names}, for {least}{up_to} "
        "step{most:|s} after the end"
    )
    PAST = "past covariate{columns:|s}: {columns:names}"
    STATIC = "static covariate{columns:|s}: {columns:names}"
    NAMED_TWICE = "column {column!r} is named twice among known, past and static; name it once"
    NO_COVARIATE = "{column!r} cannot be a covariate; name other columns as known, past or static"
    MANY_TEXTS = (
        "column {column!r} has {n} different texts ({texts:names 3}); expected numbers, or at "
        "most {most} different texts"
    )
    STATIC_CHANGES = (
        "series {series!r}: {column!r} changes at row {row}; a static covariate has one value "
        "per series: correct it, or train with it as --known or --past"
    )
    NOT_KNOWN_THEN = (
        "series {series!r}: {column!r} is missing at {time}, after the end of the series; a "
        "known future covariate needs a value at each forecast step: fill it in, or train with "
        "it as --past"
    )
    OTHER_TIMES_AHEAD = "the times of future are {found}; expected {expected}, as in the series"

    # new values of the series in training
    DATES_WHERE_NUMBERS = "the times are dates; expected whole numbers, as in training"
    NUMBERS_WHERE_DATES = "the times are whole numbers; expected dates, as in training"
    TEXTS_IN_COVARIATE = "column {column!r} contains text; expected numbers, as in training"
    NUMBERS_IN_COVARIATE = "column {column!r} contains numbers; expected text, as in training"
    NEW_TEXTS = (
        "{column!r} contains {texts:reprs 3}, which {texts:was|were} not in training and "
        "{texts:counts|count} as none of the known texts"
    )
    MISSING_BETWEEN = (
        "between the end of the run's data and the new values of {n:one|{n}} series, up to "
        "{most} step{most:|s} {most:is missing and becomes a gap|are missing and become gaps}"
    )
    FILLED_BETWEEN = (
        "between the end of the run's data and the new values of {n:one|{n}} series, up to "
        "{most} step{most:|s} {most:has|have} no row and {most:has|have} the value {fill:g}"
    )
    ENDS_EARLIER = (
        "{series!r} ends at {time} in the file and at {end} in the run{others}: the "
        "run's later values are not used"
    )
    OTHERS_END_EARLIER = ", and {n:another ends|{n} others end} earlier too"
    ONLY_AHEAD = (
        "{n} series {n:has|have} new covariates but no new values; the run's values are used"
    )

    # files read as labeled series
    TO_FORECAST = (
        "it has {times} but no label: to forecast the next {ahead:step|{ahead} steps} of {n:the "
        "series|each of the {n} series}, use glasscell train {path} --forecast {ahead}{channels}"
    )
    OF_CHANNELS = " --channels {channels:typed}"
    TIMES = "times ({column!r}) and values"
    UNNAMED_TIMES = "times (in the unnamed column) and values"
    IN_A_ROW = "values in order"
