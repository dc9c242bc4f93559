"""What is said of forecasting, by code: of its files, of its estimator, and of its runs."""

from glasscell.facts import Code


class ForecastRuns(Code):
    """Of runs that forecast: what they are trained on, how good they were, and what explains a forecast."""

    # a new run
    ONE_STEP = (
        "--forecast {horizon}: each series of {source} has only one step, with {ids}{time}; name the right columns "
        "with --time or --id"
    )
    SERIES_BY = "series from {columns:and} and "
    TIMES_BY = "times from {column!r}"
    NO_TIMES = "no time column"
    AS_LONG_AS_ALL = (
        "--forecast {horizon}: the longest series of {source} has {steps} steps; forecast fewer, such as --forecast "
        "{fewer}"
    )
    PLAN = "the network corrects the {base} ({why}) and sees the last {context} steps{season}"
    LEAST_OFF = "lowest past error of all baselines"
    ASKED_FOR = "as requested"
    LEAST_OFF_OF_ASKED = "lowest past error of those requested"
    SEASON = "; a season has {season} steps"
    ALONE = "the {base} forecasts without a network: {why}"
    NO_SEASON = "--season {season}: no series has two seasons, {steps} steps, so no season is used"
    NOT_KNOWN_AHEAD = (
        "{columns:names} {columns:is|are} unknown for the {horizon:step|{horizon} steps} after the end of "
        "{series:reprs 3}, so nothing is forecast; run glasscell predict on a file that has these rows, without the "
        "forecast values"
    )

    # while it is made
    VALIDATING = "validation on the end of the training data"
    BACKTEST = "backtest"

    # an existing run
    IS_NO_FORECASTER = "does not forecast; expected a run of glasscell train FILE --forecast STEPS"
    FORECASTS_ONLY = (
        "is a run of forecasting; forecast with glasscell predict {run}, or score it on later values with glasscell "
        "evaluate {run} LATER.csv"
    )
    MISSING_OR_DAMAGED = "is missing or damaged ({words}); delete it, and write it again with: {command}"
    NO_HISTORY = "is missing or damaged ({words}); restore it, or give a FILE of the series"
    OTHER_SERIES = (
        "is not the data that {run} was trained on; restore that, or train on this: glasscell train {source} "
        "--forecast …"
    )
    NO_NETWORK = "has no network to continue training, because {why}; start a new run"
    ZERO_EPOCHS = "it was trained for 0 epochs"

    # newer and later values
    TAKEN_FOR = "series {found!r} is interpreted as {own!r}, the only series of the run"
    PAST_VALUES_CHANGED = (
        "{n} value{n: differs|s differ} from the training data of the run{missing}; the newer {n:one is|ones are} used"
    )
    MISSING_NOW = " ({n} {n:is|are} missing now)"
    UNSURE = "{n} series {n:has|have} no prediction interval, because no past error is known"
    NOTHING_LATER = (
        "has no value after the end of the run's series ({end}){others}; expected later values of the same series"
    )
    OTHERS = ", and {n} of its series {n:is|are} not in the run ({series!r}{n:|, …})"
    OTHERS_LEFT_OUT = "{n} series {n:is|are} not in the run: skipped"
    NOTHING_CAME = "{n} series {n:has|have} no later values"
    FEWER_STEPS = "{n} series {n:has|have} fewer later steps than were forecast"

    # the score in one line, and how the network compares with the best of the baselines
    SCORE = "MASE {mase:.3f} ({n} series, {horizon} step{horizon:|s} ahead{interval})"
    SCORE_INTERVAL = ", 95% CI {ends}"
    NOTHING_TO_TELL = "no score: no series varies and has values after an origin"
    BETTER = (
        "better than {rival}: MASE {ours:.{digits}f} vs {theirs:.{digits}f}, difference {difference} (95% CI {low} to "
        "{high})"
    )
    AS_GOOD = "as good as {rival} (both MASE {ours:.3f})"
    PERHAPS_NO_BETTER = (
        "not significantly better than {rival}: MASE {ours:.{digits}f} vs {theirs:.{digits}f}, difference {difference} "
        "(95% CI {low} to {high})"
    )
    NOT_BETTER = (
        "not better than {rival}: MASE {ours:.{digits}f} vs {theirs:.{digits}f}, difference {difference} (95% CI {low} "
        "to {high})"
    )
    LESS_OFF = "better than {rival}: MASE {ours:.3f} vs {theirs:.3f} ({n:one|{n}} series, no interval)"
    NOT_LESS_OFF = "not better than {rival}: MASE {ours:.3f} vs {theirs:.3f} ({n:one|{n}} series, no interval)"
    WITH_ARTICLE = "the {base}"
    TRUST = (
        "the network's correction of {base} has the weight {percent:.0f}%, which was best in validation on the end of "
        "the training data"
    )

    # how it was scored
    COVERAGE = "the outermost quantiles contain {percent:.0f}% of the values (nominal {meant:.0f}%)"
    NO_COVERAGE = "the coverage of the outermost quantiles is unknown"
    MEASURED_BY = "{measured}, {by}{left_out}{season}"
    MEASURED = "scored on {n} series at {least}{up_to} origin{most:|s}{n:| each}, {horizon} step{horizon:|s} ahead"
    UP_TO = " to {most}"
    BY_NETWORK = "by a network trained without the held-out end of the series"
    BY_BASELINE = "by the {base}, as no network could be trained without the held-out end: {why}"
    TOO_SHORT = "; {n} series {n:is|are} too short for it"
    SHORT_FOR_SEASON = "; without that end, the series are too short for a season of {season}"

    # why they were not scored
    NO_MEASURE = "--windows 0 turns the backtest off"
    WITHOUT_THE_END = "without the held-out end, {cause}"

    # compared with another run
    RUN_NOT_MEASURED = "{run} has no backtest"
    NO_SERIES_IN_BOTH = "no series has a backtest from the same origin in both"
    OTHER_STEPS = "their horizons or seasons differ"
    MASE = "MASE"

    # explain: progress
    REMOVING = "ablating values"
    READING_GATES = "tracing gates"
    READING_SEASON = "finding units that follow the season"

    # explain: the forecast of one series
    ONE_VALUE = "series {series!r} has a single value, which cannot be ablated; expected at least two"
    GAVE_NOTHING = "ablating any single one of the last {n} values of {series!r} does not change its forecast"
    GAVE_MOST = (
        "the forecast of {series!r} depends most on the value at {time}: without it, the next "
        "{horizon:step is|{horizon} steps together are} {shift} (baseline only: {of_base})"
    )
    LOWER = "{by:,} lower"
    HIGHER = "{by:,} higher"
    UNCHANGED = "unchanged"
    HALF_FROM_LAST = (
        "at least half of the effects of its {n} values, ablated one at a time, comes from the last {last:one|{last}}"
    )
    FOLLOWS = (
        "{n} of {units} units {n:follows|follow} the season of {season} steps: position in the season explains more "
        "than half the variance of {n:its memory cell|their memory cells}{most}"
    )
    NONE_FOLLOWS = (
        "no unit follows the season of {season} steps: position in the season explains at most half the variance of "
        "any memory cell{most}"
    )
    MOST = " (highest: {layer} unit {unit}, {percent:.0f}%)"
    TOO_SHORT_FOR_SEASON = (
        "series {series!r} has {n} steps, too few to find units that follow the season: expected {expected}"
    )
    OF_BASELINE = "the forecast is that of the {base}, with quantiles from its past errors: {why}"
    FIRST_SERIES = "the explorer shows the first {n} of {series} series, to stay small"
    ROUNDED = "the explorer rounds the network's weights to 16 bits"

    # the report
    REPORT_NOT_MEASURED = "No backtest: {why}."
    REPORT_MEASURES = (
        "MASE is the mean absolute error divided by that of the seasonal naive forecast (or of the last value) on the "
        "training data. Pinball is the quantile loss, scaled in the same way. All series have the same weight. "
        "Intervals are bootstrap intervals over series."
    )
    REPORT_TRAINED = (
        "The network corrects the {base} and processes {context} steps; a season has {season}. Trained for {epochs} "
        "epoch{epochs:|s} in {seconds:.1f} s.{no_network}"
    )
    REPORT_NO_NETWORK = " No network was trained: {why}."

    # files that were taken for labelled series

    # what is trained
    FORECAST = "forecasting (--forecast N)"
    CALLED = "forecasting"
    ONE_PROCESS = "a forecaster is trained by one process; unset it"
    NOT_MEASURED = "no backtest: {why}"

    # what is asked
    NEW_SERIES = (
        "{n} of {series} series {n:was|were} not in the training data; {n:its forecast uses|their forecasts use} what "
        "was learned from the others"
    )
    PREDICTED = (
        "forecasts of the next {steps:step|{steps} steps} of {series:one series|{series} series} written to {output}"
    )
    SURPRISE = "surprise of {n:one value|{n} values} written to {output}{most}"
    MOST_SURPRISING = "; maximum: {bits:.1f} bits ({where})"

    # in other formats
    FORECASTER = "a forecaster"
    NO_QUANTILES = "past errors of the baseline are unknown, so quantiles cannot be exported; train on a longer history"
    REACH = "it needs {reach} past steps as input, and more if values are missing among them"
    LOGARITHMS = "it forecasts logarithms: a series with a value of zero or below gets NaN as forecast"


class ForecastEstimators(Code):
    """Of the arguments, of training, and of the baseline."""

    # arguments
    NO_BASE = (
        "base={base!r}: expected 'auto', 'last value', 'drift', a full name such as 'drift over 3 steps', 'seasonal "
        "naive' or 'seasonal mean'"
    )
    NO_BASE_WITHOUT_SEASON = (
        "base={base!r}: expected 'auto', 'last value', 'drift' or a full name such as 'drift over 3 steps'; nothing "
        "seasonal, as there is no season"
    )
    NO_COVERAGE = (
        "coverage={coverage!r} needs the quantiles {low:g} and {high:g}, but the forecaster has {quantiles:, }: pass "
        "them to LSTMForecaster(quantiles=…) and fit it again"
    )
    ONE_SIDED = (
        "a surprise needs a quantile on each side of the median, but the forecaster has only {quantiles:, }: train "
        "with quantiles such as 0.1,0.5,0.9"
    )
    NOT_KNOWN_AHEAD = (
        "series {series!r}: {columns:, } must be known for the {horizon:next step|next {horizon} steps}, but only {n} "
        "{n:is|are} given; append rows with these columns"
    )
    TOO_SHORT = (
        "the longest series has {steps} step{steps:|s}, too few to hold out {horizon} and train on at least {fewest} "
        "before them"
    )

    # failed training
    LOSS = (
        "the loss in epoch {epoch} is {loss:.2g}, but {baseline:.2g} for the baseline: try a smaller learning rate or "
        "clip_norm, and look for huge or missing values; the weights after epoch {kept} are kept"
    )

    # the baseline without a network
    ALONE = "the baseline ({base}) forecasts without a network: {why}"
    FEW_WINDOWS = "{n} training window{n: is|s are} too few, {fewest} are needed{unsure}"
    UNSURE = "; there is no prediction interval, because no past error is known"
    ALONE_AS_NOT_BETTER = "the baseline ({base}) forecasts without the network, which was no better in validation"
    NOT_BETTER = "the network was no better in validation"
    CONSTANT = "constant series, forecast to stay constant: {series:names}"


class Panels(Code):
    """Of tables whose series are to be forecast, their times, values and covariates."""

    # what was read, in one line
    READ_AS = "{layout}: {series}"
    LONG_TABLE = "read as a long table (series by {ids:and}, {by}, values in {values:reprs 3})"
    ONE_SERIES = "read as a single series ({column!r}, {by})"
    COLUMN_EACH = "read as one series per column ({by})"
    TSF = "read as {form}"
    BY_COLUMN = "time by {column!r}"
    BY_UNNAMED = "time by the unnamed column"
    COUNTED = "no time column: rows are counted"
    SERIES = "{n} series of {least}{up_to} step{most:|s}{each}"
    UP_TO = " to {most}"
    EACH = ", {step} each"

    # which columns are what
    NO_TABLE = "is a .{kind} file, not a table; expected times and values in a table, such as CSV or Parquet"
    LISTS = "column {column!r} contains lists; expected one row for each time of each series"
    NO_SUCH_COLUMN = "there is no column {column!r} (given as {role}); the columns are {columns:names}"
    NO_NUMBERS = (
        "no column contains numbers to forecast; expected times and values, or one column per series; the columns are "
        "{columns:names}"
    )
    LEFT_OUT = (
        "not used: {columns:reprs}; to use {columns:it as a covariate|them as covariates}, train with --known, --past "
        "or --static"
    )
    TWO_VALUES_FORECAST = (
        "{columns:reprs} {columns:has|have} at most two different values but {columns:is|are} forecast too; to use "
        "{columns:it as a covariate|them as covariates} instead, train with --known or --past"
    )
    NO_NAME = "the name of the series is missing; expected one in every row"

    # data frames
    NO_FRAME = "found an object of type {type}; expected a data frame with the columns ds and y"
    TWO_COLUMNS = "two columns are named {column!r}; rename one"
    NO_COLUMN = (
        "there is no column {column!r}; expected unique_id, ds, y and the named covariates; the columns are "
        "{columns:names}"
    )
    NO_ROWS = "there are no rows; expected one for each time of each series"
    NO_ID = "unique_id is missing; expected one in every row"

    # .tsf files
    NO_SERIES = "contains a header but no series; expected one per line after @data"
    NO_START = "the series starts at {found!r}; expected a time such as 1979-01-01 00-00-00"
    UNKNOWN_STEP = "@frequency is {found!r}; expected {known:, }, or a number of them such as 10_minutes"

    # times, one by one
    NO_TIME = "the time is missing; expected one in every row"
    NO_DATE = "found {found!r}; expected a date such as 2026-01-31, or a whole number"
    TIMES_ARE_TRUTHS = "column {column!r} contains booleans; expected times: dates or whole numbers"
    NO_WHOLE_NUMBER = "{found} is not a whole number; expected dates, or whole numbers such as years or step numbers"
    OUT_OF_YEARS = (
        "{time} is outside the years {first} to {last}; expected a date between them, or whole numbers such as years"
    )
    DAY_OR_MONTH = (
        "{found!r} may start with the day or the month, and no other value shows which; write dates as 2026-01-31"
    )
    OTHER_DAY_ORDER = (
        "found {found!r}; expected a date that starts with the {first}, as in training, or one such as 2026-01-31"
    )

    # how times were read
    MONTHS = "numbers in {column!r} are read as months: {number} is {time}"
    UNIX_TIMES = "numbers in {column!r} are read as Unix times in {unit}: {number} is {time}"
    TIMES_IN_UTC = "times with an offset are read as UTC: {found!r} is {time}"
    REPEATED_TIME = "{columns:and} repeat {column!r} and are not used"

    # the step between times
    STEPS = "{n} {unit}{n:|s}"
    NO_FREQUENCY = (
        "{found!r} is not a frequency; expected one as pandas writes it: MS (months), QS, YS, W, B (Monday to Friday), "
        "D, h, 30min or s"
    )
    FREQUENCY_OF_NUMBERS = (
        "frequency={frequency!r} needs dates, but times are whole numbers, such as {time}; omit it, or give dates"
    )
    EVERY_OF_DATES = "--every {every}: the times are dates; expected a length with a unit, such as 1D, 1h or MS"
    EVERY_OF_NUMBERS = "--every {every}: the times are whole numbers; expected a whole number from 1 up"
    TWICE = (
        "{whose}time {time} appears twice, in rows {first} and {second}; correct one, or average them by training with "
        "--every{clock}"
    )
    WHOSE = "series {series!r}: "
    CLOCK_SET_BACK = "; if clocks were set back then, write times in UTC"

    # irregular times
    UNEVEN = (
        "series {series!r}: times are {least} to {most} apart; expected regular times (gaps are allowed): resample "
        "them, or train with --every {every} or longer to average each step"
    )
    UNEVEN_STEP = (
        "series {series!r}: {time} comes {step} after {before}, but most steps are {every}; expected regular times "
        "(gaps are allowed): resample them, or train with --every {every} to average each step"
    )
    OTHER_DAY = (
        "series {series!r}: {time} is not on day {day} of its month, unlike most times: correct it, or train with "
        "--every MS to average each month"
    )
    NOT_THE_LAST_DAY = (
        "series {series!r}: {time} is not the last day of its month, unlike most times: correct it, or train with "
        "--every ME to average each month"
    )
    NO_LAST_DAY = "series {series!r}: {time} is not the last day of a month; expected month ends"
    NO_WORKING_DAY = "series {series!r}: {time} is not a working day; expected days from Monday to Friday"
    BETWEEN_STEPS = (
        "series {series!r}: {time} is not a whole number of steps of {step} after {first}; expected regular times "
        "(gaps are allowed): resample them, or train with --every to average each step"
    )
    MOST_MISSING = (
        "series {series!r}: {n:,} steps of {step} are missing between {before} and {after}, but it has only {times} "
        "times; correct a wrong time, or train with a longer --every"
    )
    NO_COMMON_STEP = (
        "the series have no common step: times are {slow_step} apart in {slow!r} and {fast_step} in {fast!r}; expected "
        "the same regular times: resample them, or train with --every to average each step"
    )
    SLOWER = (
        "series {series!r} has values only every {n} steps of {step}, others at every step; forecast it separately, or "
        "train with a longer --every"
    )
    BEYOND = (
        "{n} {unit}{n:|s} after {time} is later than April 2262, the latest possible date; forecast fewer steps, or "
        "use whole numbers, such as years, as times"
    )

    # values, and gaps
    NOT_A_NUMBER = "found {found!r}; expected a number, or nothing for a gap"
    INFINITE = "the value is infinite; expected a finite number, or nothing for a gap"
    GAPS = "{n:,} of {values:,} values {n:is|are} missing"
    ENDS = "the series end at {n} different times; each is forecast from its own end"
    NO_LAST_VALUES = (
        "series {series!r} has no value at its last {n:time|{n} times}; it is forecast from {time} on{others}"
    )
    OTHERS_END_SO = "; {n} other series {n:ends|end} the same way"
    ONLY_GAPS = "series {series!r} has no values; drop it, or fill its column 'y'"
    ONLY_GAPS_OF_NEW = (
        "series {series!r} is new to the run and has no values in column {column!r}; drop it, or fill them in"
    )
    ALL_GAPS = (
        "column{columns:|s} {columns:reprs} {columns:has|have} no values; expected numbers to forecast from{or_ahead}"
    )
    OR_AHEAD = ", or known future covariates ({columns:names}) after the end of the run's series"
    GAPS_LEFT_OUT = "skipped series without values: {series:reprs 5}"
    NO_LOGARITHM = (
        "series {series!r} contains {value:g}, but forecasts in logarithms need values above 0: drop the series, or "
        "train again on these values without logarithms"
    )

    # covariates
    KNOWN = "known future covariate{columns:|s}: {columns:names}, for {least}{up_to} step{most:|s} after the end"
    PAST = "past covariate{columns:|s}: {columns:names}"
    STATIC = "static covariate{columns:|s}: {columns:names}"
    NAMED_TWICE = "column {column!r} is named twice among known, past and static; name it once"
    NO_COVARIATE = "{column!r} cannot be a covariate; name other columns as known, past or static"
    MANY_TEXTS = (
        "column {column!r} has {n} different texts ({texts:names 3}); expected numbers, or at most {most} different "
        "texts"
    )
    STATIC_CHANGES = (
        "series {series!r}: {column!r} changes at row {row}; a static covariate has one value per series: correct it, "
        "or train with it as --known or --past"
    )
    NOT_KNOWN_THEN = (
        "series {series!r}: {column!r} is missing at {time}, after the end of the series; a known future covariate "
        "needs a value at each forecast step: fill it in, or train with it as --past"
    )
    OTHER_TIMES_AHEAD = "the times of future are {found}; expected {expected}, as in the series"

    # new values of the series in training
    DATES_WHERE_NUMBERS = "the times are dates; expected whole numbers, as in training"
    NUMBERS_WHERE_DATES = "the times are whole numbers; expected dates, as in training"
    TEXTS_IN_COVARIATE = "column {column!r} contains text; expected numbers, as in training"
    NUMBERS_IN_COVARIATE = "column {column!r} contains numbers; expected text, as in training"
    NEW_TEXTS = (
        "{column!r} contains {texts:reprs 3}, which {texts:was|were} not in training and {texts:counts|count} as none "
        "of the known texts"
    )
    MISSING_BETWEEN = (
        "{up_to}{most} step{most:|s}{of} {most:is|are} missing between the end of the run's data and the new values, "
        "and {most:becomes a gap|become gaps}"
    )
    OF_SERIES = " of {n:one|{n}} series"
    AT_MOST = "up to "
    ENDS_EARLIER = "the file ends at {time}, the run's data at {end}: the run's later values are not used"
    SOME_END_EARLIER = (
        "{series!r} ends at {time} in the file and at {end} in the run{others}: the run's later values are not used"
    )
    OTHERS_END_EARLIER = ", and {n:another ends|{n} others end} earlier too"
    ONLY_AHEAD = "{n} series {n:has|have} new covariates but no new values; the run's values are used"

    # baselines

    # files read as labeled series
    TO_FORECAST = (
        "it has {times} but no label: to forecast the next {ahead:step|{ahead} steps} of {n:the series|each of the {n} "
        "series}, use glasscell train {path} --forecast {ahead}"
    )
    TIMES = "times ({column!r}) and values"
    IN_A_ROW = "values in order"
