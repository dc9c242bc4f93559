"""What the reader of series that are forecast says, by code."""

from glasscell.facts import Code


class Panels(Code):
    """Of tables whose series are to be forecast, their times, values and covariates."""

    # which layout a table has
    READ_AS = "{layout}: {series}"
    LONG_TABLE = "read as a long table: series by {ids:and}, {by}, {what} is forecast"
    ONE_SERIES = "read as one single series: {column!r}, {by}"
    COLUMN_EACH = "read as a column for each series, {by}"
    TSF = "read as {form}"
    BY_COLUMN = "time by {column!r}"
    BY_UNNAMED = "time by the column without a name"
    COUNTED = "no column of times, so that rows are counted"
    ONE_VALUE = "{column!r}"
    VALUES = "each of {columns:reprs}"
    MANY_VALUES = "each of {columns[0]!r}, {columns[1]!r}, {columns[2]!r} …"
    SERIES = "{n} series of {least}{up_to} step{most:|s}{each}"
    UP_TO = " to {most}"
    EACH = ", {step} each"

    # which columns are what
    NO_TABLE = (
        "is a .{kind} file, which holds no table; write one with a column of times and one of values, as CSV or "
        "Parquet, to forecast it"
    )
    LISTS = "column {column!r} contains lists; expected a row for each time of each series"
    NO_SUCH_COLUMN = "there is no column {column!r} to use as {role}; the columns are {columns:names}"
    NO_NUMBERS = (
        "no column of numbers to forecast; the columns are {columns:names}: expected a column of values beside one of "
        "times, or a column for each series"
    )
    LEFT_OUT = "left out {columns:names}; --known, --past or --static use {columns:it|them} as covariates"
    TWO_VALUES_FORECAST = (
        "{columns:names} {columns:has|have} at most two different values, and {columns:is|are} forecast like the "
        "others: --known or --past make covariates of columns"
    )
    NO_NAME = "no name of a series; put one in every row"

    # the layout of a frame
    NO_FRAME = "found a {type}; expected a data frame with the columns ds and y"
    TWO_COLUMNS = "two columns are called {column!r}; rename one"
    NO_COLUMN = (
        "there is no column {column!r}; the columns are {columns:names}: expected a long frame with unique_id, ds, y "
        "and the covariates that are named"
    )
    NO_ROWS = "there are no rows; expected a row for each time of each series"
    NO_ID = "unique_id is missing; put one in every row"

    # files of .tsf
    NO_SERIES = "contains a head but no series; expected one a line after @data"
    NO_START = "it starts at {found!r}; expected a time such as 1979-01-01 00-00-00"
    UNKNOWN_STEP = "@frequency is {found!r}; expected {known:, }, or a number of them such as 10_minutes"

    # times, one by one
    NO_TIME = "no time there; put one in every row"
    NO_DATE = "found {found!r}; expected a date such as 2026-01-31, or a whole number"
    TIMES_ARE_TRUTHS = "column {column!r} holds True and False; expected times: dates, or whole numbers"
    NO_WHOLE_NUMBER = (
        "{found} is no whole number; expected dates, or whole numbers such as years or the number of the step"
    )
    OUT_OF_YEARS = "{time} is not between {first} and {last}, where times lie here; write whole numbers, such as years"
    DAY_OR_MONTH = (
        "{found!r} may begin with the month or with the day, and no other value shows which; write dates as 2026-01-31"
    )
    OTHER_DAY_ORDER = (
        "found {found!r}; expected a date that begins with the {first}, as in what was trained on, or one such as "
        "2026-01-31"
    )

    # how times were read
    MONTHS = "the numbers of {column!r} are read as months: {number} is {time}"
    UNIX_TIMES = "the numbers of {column!r} are read as Unix times in {unit}: {number} is {time}"
    TIMES_IN_UTC = "times have an offset and are read as UTC: {found!r} is {time}"
    REPEATED_TIME = "{columns:and} repeat what {column!r} says, and are left out"

    # how far times are apart
    A_STEP = "a {unit}"
    AN_HOUR = "an hour"
    STEPS = "{n} {unit}s"
    NO_FREQUENCY = (
        "{found!r} is no frequency; expected one as pandas writes it: MS (months), QS, YS, W, B (Monday to Friday), D, "
        "h, 30min or s"
    )
    FREQUENCY_OF_NUMBERS = (
        "frequency={frequency!r} goes with dates, and the times are whole numbers, as {time}: leave it out, or give "
        "dates"
    )
    EVERY_OF_DATES = "--every {every}: the times are dates; give a length with a unit, such as 1D, 1h or MS"
    EVERY_OF_NUMBERS = "--every {every}: the times are whole numbers; give a whole number from 1 up"
    TWICE = (
        "{whose}the time {time} twice, in rows {first} and {second}; expected each once: write one of them otherwise, "
        "or take the means with --every{clock}"
    )
    WHOSE = "series {series!r} has "
    CLOCK_SET_BACK = ". If a clock was set back from daylight saving time, write times in UTC"
    UNEVEN = (
        "series {series!r}: times are from {least} to {most} apart: expected regular times (holes are allowed); make "
        "them so with --every {every} (every={every!r}), or a longer step, which takes the means"
    )
    UNEVEN_STEP = (
        "series {series!r}: {time} comes {step} after {before}, and most steps are {every}: expected regular times "
        "(holes are allowed); make them so with --every {every} (every={every!r}), which takes the means"
    )
    OTHER_DAY = (
        "series {series!r}: {time} is on another day of its month than most, which are on day {day}: mend it, or make "
        "times regular with --every MS (every='MS'), which takes the means"
    )
    NOT_THE_LAST_DAY = (
        "series {series!r}: {time} is on another day of its month than most, which are on the last: mend it, or make "
        "times regular with --every ME (every='ME'), which takes the means"
    )
    NO_LAST_DAY = "series {series!r}: {time} is none of the times, which are last days of months"
    NO_WORKING_DAY = "series {series!r}: {time} is none of the times, which are days from Monday to Friday"
    BETWEEN_STEPS = (
        "series {series!r}: {time} is not a whole number of steps of {step} after {first}; expected regular times "
        "(holes are allowed): make them so with --every, which takes the means"
    )
    MOST_MISSING = (
        "series {series!r}: between {before} and {after} {n:,} steps of {step} are missing, and there are {times} "
        "times; is one of them mistyped? Else make steps longer with --every"
    )
    NO_COMMON_STEP = (
        "the series have no step in common: {slow!r} has one every {slow_step} and {fast!r} has one every {fast_step}; "
        "expected all at the same regular times: make them so with --every"
    )
    SLOWER = (
        "series {series!r} has a value every {n} steps, where others have one every step of {step}; forecast them "
        "apart, or make all as slow with --every"
    )
    BEYOND = (
        "{n} {unit}s after {time} is later than April 2262, where times end here; forecast fewer steps, or count time "
        "in whole numbers, such as years"
    )

    # values, and gaps
    NOT_A_NUMBER = "found {found!r}; expected a number, or nothing in a gap"
    INFINITE = "the value is infinite; put a number there, or nothing"
    GAPS = "{n:,} of {values:,} values {n:is|are} missing, and {n:is a gap|are gaps}"
    ENDS = "the series end at {n} different times, and are forecast from their own on"
    NO_LAST_VALUE = "the last time of {series!r} has no value: it is forecast from {time} on{others}"
    NO_LAST_VALUES = "the last {n} times of {series!r} have no value: it is forecast from {time} on{others}"
    OTHERS_END_SO = "; so {n:is one|are {n}} other series that end{n:s|} so"
    ONLY_GAPS = "series {series!r} has no value at all, only gaps; leave it out, or fill its column 'y'"
    ONLY_GAPS_OF_NEW = (
        "series {series!r} has no value at all, only gaps, in column {column!r}, and the run does not know it; leave "
        "it out, or fill it"
    )
    ALL_GAPS = "column {columns:names} has no value at all, only gaps; expected numbers to forecast from{or_ahead}"
    OR_AHEAD = ", or after the end of the run's series what is known in advance ({columns:names})"
    GAPS_LEFT_OUT = "left out {series:reprs}: {series:it has|they have} no value at all, only gaps"
    MANY_GAPS_LEFT_OUT = (
        "left out {series[0]!r}, {series[1]!r}, {series[2]!r}, {series[3]!r}, {series[4]!r}, …: they have no value at "
        "all, only gaps"
    )
    NO_LOGARITHM = (
        "series {series!r} has the value {value:g}, which is not above 0, and the forecast is in logarithms: train "
        "again with these values, without logarithms, or leave the series out"
    )

    # covariates
    KNOWN = "known in advance: {columns:names}, for {least}{up_to} step{most:|s} after the end"
    PAST = "known only afterwards: {columns:names}"
    STATIC = "one for each series: {columns:names}"
    NAMED_TWICE = "the column {column!r} is named twice among known, past and static; name it once"
    NO_COVARIATE = "{column!r} is no covariate; name other columns by --known, --past and --static"
    INFINITE_COVARIATE = "the value is infinite"
    TEXT_AMONG_NUMBERS = "found {found!r}; expected a number, or nothing"
    MANY_TEXTS = (
        "column {column!r} has {n} different texts ({texts:names 3}); expected numbers, or at most {most} texts"
    )
    STATIC_CHANGES = (
        "series {series!r}: {column!r} changes at row {row}; a static covariate is one for each series: name it by "
        "--known or --past instead"
    )
    NOT_KNOWN_THEN = (
        "series {series!r}: {column!r} is missing at {time}, after the end of the series; a covariate that is known in "
        "advance has a value at each step that is forecast: fill it, or name it by --past"
    )
    OTHER_TIMES_AHEAD = "the times of the future are {found}, those of the series {expected}"

    # newer values of series that were trained on
    DATES_WHERE_NUMBERS = "the times are dates; expected whole numbers, as in what was trained on"
    NUMBERS_WHERE_DATES = "the times are whole numbers; expected dates, as in what was trained on"
    TEXTS_IN_COVARIATE = "column {column!r} holds texts; expected numbers, as in what was trained on"
    NUMBERS_IN_COVARIATE = "column {column!r} holds numbers; expected texts, as in what was trained on"
    NEW_TEXTS = (
        "{column!r} has {texts:reprs 3}, which {texts:was|were} not trained on, and {texts:counts|count} as none of "
        "those that were"
    )
    MISSING_BETWEEN = (
        "between the run's end and the newer values{of} {up_to}{most} step{most:|s} {most:is|are} missing, and "
        "{most:is a gap|are gaps}"
    )
    OF_SERIES = " of {n:one|{n}} series"
    AT_MOST = "up to "
    ENDS_EARLIER = "the file ends at {time}, the run's series at {end}: what the run knows of later is not used"
    SOME_END_EARLIER = (
        "{series!r} ends at {time} in the file, the run's at {end}{others}: what the run knows of later is not used"
    )
    OTHERS_END_EARLIER = ", and {n} others end earlier, too"
    ONLY_AHEAD = "of {n:one|{n}} series only what is known in advance came: the values are the run's"

    # baselines

    # files that were taken for labelled series
    TO_FORECAST = (
        "it has {times}, and no label: to forecast the next {ahead} steps of {n:the series|each of the {n} series}, "
        "use glasscell train {path} --forecast {ahead}"
    )
    TIMES = "times ({column!r}) and values"
    IN_A_ROW = "values in a row"
