"""What runs of forecasts say, by code."""

from glasscell.facts import Code


class ForecastRuns(Code):
    """Of runs that forecast: what they learn from, how good they were, and what is seen in them."""

    # a run that is to be made
    ONE_STEP = (
        "--forecast {horizon}: each series of {source} has one step, with {ids}{time}; expected several. If a column "
        "was misread, name the right one by --time or --id"
    )
    SERIES_BY = "series by {columns:and} and "
    TIMES_BY = "the times by {column!r}"
    NO_TIMES = "no column of times"
    AS_LONG_AS_ALL = (
        "--forecast {horizon}: the longest series of {source} has {steps} steps; expected fewer steps ahead than there "
        "are, such as {fewer}"
    )
    PLAN = "what is corrected is the {base}, {why}; the network reads {context} steps{season}"
    LEAST_OFF = "the least off in the past"
    ASKED_FOR = "as asked for"
    LEAST_OFF_OF_ASKED = "of those asked for the least off in the past"
    SEASON = ", a season has {season}"
    ALONE = "the {base} forecasts, without a network: {why}"
    NO_SEASON = "--season {season}: no series has two of them, {steps} steps, so that none is used"
    NOT_KNOWN_AHEAD = (
        "{columns:names} {columns:is|are} not known for {horizon} steps after the end of {series:reprs 3}, so that "
        "nothing is forecast now: glasscell predict does it, given a file with a row for each of these steps, its time "
        "and what is known, and no value"
    )

    # while it is made
    VALIDATING = "validation on the end of the training data"
    BACKTEST = "backtest"

    # a run that is there
    IS_NO_FORECASTER = "does not forecast; expected a run of glasscell train FILE --forecast STEPS"
    FORECASTS_ONLY = (
        "is a run that forecasts; glasscell predict {run} writes its forecasts, and glasscell evaluate {run} LATER.csv "
        "measures them on what came"
    )
    MISSING_OR_DAMAGED = "is missing or damaged ({words}); delete it, and write it again: {command}"
    NO_HISTORY = "is missing or damaged ({words}); put it back, or give a FILE of the series"
    OTHER_SERIES = (
        "is not what {run} was trained on; put that back, or train on this: glasscell train {source} --forecast …"
    )
    NO_NETWORK = "has no network that could train on, as {why}; start a new run"
    ZERO_EPOCHS = "it was made for 0 epochs"

    # newer and later values
    TAKEN_FOR = "{found!r} is taken for what the run calls {own!r}: each is one single series"
    PAST_VALUES_CHANGED = (
        "{n} value{n: differs|s differ} from {n:the one|those} that the run was trained on{missing}; the newer "
        "{n:one is|ones are} used"
    )
    MISSING_NOW = " ({n} {n:is|are} missing now)"
    UNSURE = "of {n} series nothing can be said of how sure it is: no error in the past is known"
    NOTHING_LATER = (
        "has no value after the end of the run's series ({end}){others}; expected later values of the same series"
    )
    OTHERS = ", and {n} of its series are none of the run's ({series!r}, …)"
    OTHERS_LEFT_OUT = "{n:one|{n}} series {n:is|are} not the run's, and {n:is|are} left out"
    NOTHING_CAME = "of {n} series nothing came"
    FEWER_STEPS = "of {n} series fewer steps came than were forecast"

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
    APART = (
        "{first} vs {second} on the same {n:series|{n} series}: MASE {ours:.{digits}f} vs {theirs:.{digits}f}, "
        "difference {difference} (95% CI {low} to {high}): {verdict}"
    )
    OF_FEW = (
        "{first} vs {second} on the same {n:series|{n} series}: MASE {ours:.3f} vs {theirs:.3f}, difference "
        "{difference} (too few series for an interval)"
    )

    # what is seen in a forecast
    REMOVING = "what each value gave"
    READING_GATES = "reading gates"
    READING_SEASON = "which units follow the season"
    NO_SUCH_SERIES = "--series {series}: there is no such series in {where}; there are {there:reprs 5}"
    NO_SUCH_SERIES_OF_ITS = "--series {series}: expected one of {there:reprs}"
    ONE_VALUE = "series {series!r} has a single value, and nothing is left without it; expected two"
    GAVE_NOTHING = "no single one of the last {n} values of {series!r} changes its forecast when it is left out"
    GAVE_MOST = (
        "the value that gave most to the forecast of {series!r} is that of {time}: without it the next "
        "{horizon:step is|{horizon} steps together are} {shift} (the baseline alone: {of_base})"
    )
    HALF_FROM_LAST = (
        "of all that its {n} values shift when they are left out one by one, at least half comes from the last "
        "{last:one|{last}}"
    )
    LOWER = "{by:,} lower"
    HIGHER = "{by:,} higher"
    UNCHANGED = "unchanged"
    FOLLOWS = (
        "the memory of {n} of {units} units follows the season of {season}: more than half of its variance goes with "
        "the place in it{most}"
    )
    NONE_FOLLOWS = (
        "of no unit does the memory follow the season of {season}, so that more than half of its variance goes with "
        "the place in it{most}"
    )
    MOST = " (most: {layer} unit {unit}, {percent:.0f} %)"
    OF_BASELINE = (
        "the forecast is that of the {base}, and its quantiles lie as far from it as it was off in the past: {why}"
    )
    TOO_SHORT_FOR_SEASON = (
        "series {series!r} is too short to say which units follow the season: expected {expected} steps, and there "
        "are {n}"
    )
    FIRST_SERIES = "the page shows the first {n} of {series} series: more are too much for it"
    ROUNDED = "the network's weights are rounded to 16 bits in the page"
    NO_PAGE = "no page: {cause}"

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
