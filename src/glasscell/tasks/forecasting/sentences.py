"""Messages by code about forecasters: training, scores, baselines, report, page, estimator.

What is said about the file is in `panels`; about runs of any task, in `runs`.
"""

from glasscell.facts import Code


class ForecastRuns(Code):
    """Messages of forecasting runs: training, scores, predictions and explanations."""

    # a new run
    ONE_STEP = (
        "--forecast {horizon}: each series of {source} has only one step, with {ids}{time}; name "
        "the right columns with --time or --id"
    )
    SERIES_BY = "series from {columns:and} and "
    TIMES_BY = "times from {column!r}"
    NO_TIMES = "no time column"
    AS_LONG_AS_ALL = (
        "--forecast {horizon}: the longest series of {source} has {steps} step{steps:|s}; "
        "forecast fewer, such as --forecast {fewer}"
    )
    PLAN = (
        "the network ({units:, } units) corrects the {base} ({why}) and processes the last "
        "{context:step|{context} steps}{ahead}"
    )
    AHEAD = "; known for the steps ahead: {known:names}"
    CALENDAR = "calendar"
    LEAST_OFF = "lowest past error of all baselines"
    ASKED_FOR = "as requested"
    LEAST_OFF_OF_ASKED = "lowest past error of those requested"
    BEST_IN_VALIDATION = "lowest error in validation"
    TO_TRAIN = (
        "training: {epochs} epoch{epochs:|s} of {updates} update{updates:|s}, each on "
        "{windows} window{windows:|s}{why}"
    )
    NO_BETTER = "; {more} {more:was|were} no better in validation"
    MOST_TRIED = "; the most that validation tries"
    THINNED = (
        "training on one origin in {every}, at most about {most:,} windows: the series "
        "have {steps:,} steps"
    )
    EPOCHS_IN_MINUTES = (
        "--minutes {minutes:g}: enough for {epochs} epoch{epochs:|s}, "
        "{updates:,} update{updates:|s}"
    )
    NO_EPOCH_IN_MINUTES = (
        "--minutes {minutes:g} is too short for one epoch, a pass over the {windows:,} training "
        "windows; training for one epoch anyway"
    )
    SEASON = "season of {season} steps, as requested"
    SEASON_FOUND = "season of {season} steps, found in the values{others}"
    OTHERS_FOUND = " (also found: {seasons:and})"
    NO_SEASON_FOUND = "no season: tested {seasons:and} steps"
    NO_SEASON_TESTED = "no season: too few values to test {seasons:and} steps"
    ALONE = "the {base} forecasts without a network: {why}"
    LOCAL_ALONE = (
        "{model} forecasts without the network: validation chose it by errors at past origins"
    )
    DROPPED = "not used, as forecasts are as good without: {columns:names}"
    NOT_OF_LOCAL = (
        "the forecasts are by {model}, which is fitted to each series anew and cannot be "
        "exported; train again with --base {base!r} to export the network on that"
    )
    NO_GATES = "has no gates to trace, because forecasts are made without a network: {why}"
    NO_SEASON = "--season {season}: no series has two seasons, {steps} steps, so no season is used"
    NOT_KNOWN_AHEAD = (
        "{columns:names} {columns:is|are} unknown for the {horizon:step|{horizon} steps} after "
        "the end of {series:reprs 3}, so nothing is forecast; run glasscell predict on a file "
        "that has these rows, without the forecast values"
    )

    # progress
    VALIDATING = "validation"
    BACKTEST_VALIDATING = "backtest: validation"
    BACKTEST = "backtest"

    # an existing run
    IS_NO_FORECASTER = "does not forecast; expected a run of glasscell train FILE --forecast STEPS"
    OTHER_SERIES = (
        "is not the data that {run} was trained on; restore that, or train on this: glasscell "
        "train {source} --forecast …"
    )
    NO_NETWORK = "has no network to continue training, because {why}; start a new run"

    # newer and later values
    TAKEN_FOR = "series {found!r} is interpreted as {own!r}, the only series of the run"
    PAST_VALUES_CHANGED = (
        "{n} value{n: differs|s differ} from the training data of the "
        "run{missing}; the newer {n:one is|ones are} used"
    )
    MISSING_NOW = " ({n} {n:is|are} missing now)"
    NOT_COMBINED = (
        "several values are in one step of {every} ({whose}{n} in {time}, the first in rows "
        "{first} and {second}), but the run's data had at most one; give one value per step, or "
        "train a new run with --aggregate"
    )
    NO_FRAME = (
        "expected a data frame with the columns of the run's file, or the name of a file; "
        "found {found}"
    )
    UNSURE = "{n} series {n:has|have} no prediction interval, because no past error is known"
    NOTHING_LATER = (
        "has no value after the end of the run's series ({end}){others}; expected "
        "later values of the same series"
    )
    OTHERS = ", and {n} of its series {n:is|are} not in the run ({series!r}{n:|, …})"
    OTHERS_LEFT_OUT = "{n} series {n:is|are} not in the run: skipped"
    NOTHING_CAME = "{n} series {n:has|have} no later values"
    FEWER_STEPS = "{n} series {n:has|have} fewer later steps than were forecast"

    # the score in one line, and how the network compares with the best of the baselines
    SCORE = "MASE {mase:.3f} ({n} series, {horizon} step{horizon:|s} ahead{interval})"
    SCORE_INTERVAL = ", 95% CI {ends}"
    NOTHING_TO_TELL = "no score: no series varies and has values after an origin"
    BETTER = "better than {rival}: {scores}"
    AS_GOOD = "as good as {rival} (both MASE {ours:.3f})"
    PERHAPS_NO_BETTER = "not significantly better than {rival}: {scores}"
    NOT_BETTER = "not better than {rival}: {scores}"
    VERDICT_ON = "{forecaster}, which validation would choose, is {outcome}"
    SCORES = (
        "MASE {ours:.{digits}f} vs {theirs:.{digits}f}, difference {difference} (95% CI "
        "{low} to {high})"
    )
    SCORES_OF_FEW = "MASE {ours:.3f} vs {theirs:.3f} ({n:one|{n}} series, no interval)"
    WITH_ARTICLE = "the {base}"
    CONTEST = "MASE in validation, at {origins} past origin{origins:|s} of {n} series: {errors:, }"
    ERROR_OF = "{forecaster} {mase:.3f}"
    TRUST = (
        "the network's correction of {base} has the weight {percent:.0f}%, which was best in "
        "validation on the end of the training data"
    )

    # how it was scored
    COVERAGE = "the outermost quantiles contain {percent:.0f}% of the values (nominal {meant:.0f}%)"
    LOW_COVERAGE = (
        "the {meant:.0f}% intervals are too narrow: they contain {percent:.0f}% of the values in "
        "{n} forecast{n:|s} of held-out origins (95% CI {low:.0f}–{high:.0f}%)"
    )
    NO_COVERAGE = "the coverage of the outermost quantiles is unknown"
    MEASURED_BY = "backtest: {measured}, {by}{decided}{left_out}{season}{local}"
    MEASURED_LATER = "{measured}{local}"
    LOCAL = "; ETS and Theta by {library}{some}{season}"
    LOCAL_WITHOUT_SEASON = ", without a season, as it has more than {most} steps"
    LOCAL_OF_SOME = ", on {n} of the series"
    MEASURED = (
        "scored on {n} series at {least}{up_to} origin{most:|s}{n:| each}, {horizon} "
        "step{horizon:|s} ahead"
    )
    BY_NETWORK = "by a network trained without the held-out end of the series{base}"
    OTHER_BASE = ", which corrects the {base}"
    BY_OTHER = "by {forecaster}, without the held-out end of the series"
    OTHER_DECIDED = (
        "; without that end, validation would choose {forecaster}, which the verdict is on: errors "
        "at these origins did not choose it"
    )
    BY_BASELINE = "by the {base}, as no network could be trained without the held-out end: {why}"
    TOO_SHORT = "; {n} series {n:is|are} too short for it"
    WITHOUT_SEASON = "; without that end, the series show no season"
    OTHER_SEASON = "; without that end, the season has {season} steps"

    # why it was not scored
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
    ONE_VALUE = (
        "series {series!r} has a single value, which cannot be ablated; expected at least two"
    )
    GAVE_NOTHING = (
        "ablating any single one of the last {n} values of {series!r} does not change its forecast"
    )
    GAVE_MOST = (
        "the forecast of {series!r} depends most on the value at {time}: without it, the next "
        "{horizon:step is|{horizon} steps together are} {shift}{of_base}"
    )
    OF_BASE = " (baseline only: {shift})"
    LOWER = "{by:,} lower"
    HIGHER = "{by:,} higher"
    UNCHANGED = "unchanged"
    HALF_FROM_LAST = (
        "at least half of the effects of its {n} values, ablated one at a time, "
        "comes from the last {last:one|{last}}"
    )
    FOLLOWS = (
        "{n} of {units} unit{units:|s} {n:follows|follow} the season of {season} steps: position "
        "in the season explains more than half the variance of {n:its memory cell|their memory "
        "cells}{most}"
    )
    NONE_FOLLOWS = (
        "no unit follows the season of {season} steps: position in the season explains at most "
        "half the variance of any memory cell{most}"
    )
    MOST = " (highest: {layer} unit {unit}, {percent:.0f}%)"
    TOO_SHORT_FOR_SEASON = (
        "series {series!r} has {n} step{n:|s}, too few to find units that "
        "follow the season: expected {expected}"
    )
    OF_BASELINE = "the forecast is that of the {base}, with quantiles from its past errors: {why}"
    FIRST_SERIES = "the explorer shows the first {n} of {series} series, to stay small"
    ROUNDED = "the explorer rounds the network's weights to 16 bits"

    # the report
    REPORT_NOT_MEASURED = "No backtest: {why}."
    REPORT_MEASURES = (
        "MASE is the mean absolute error divided by that of the seasonal naive forecast (or of "
        "the last value) on the training data. Pinball is the quantile loss, scaled in the same "
        "way. All series have the same weight. Intervals are bootstrap intervals over series."
    )
    REPORT_TRAINED = (
        "The network corrects the {base} and processes {context} step{context:|s}; a season has "
        "{season}. Trained for {epochs} epoch{epochs:|s}, {updates:,} update{updates:|s}, in "
        "{seconds:.1f} s."
    )
    REPORT_VALIDATION = (
        "Validation on the end of the training data, by which base and epochs were chosen (mean "
        "absolute error, scaled by the past of each window):"
    )
    REPORT_CONTEST = "Validation chose the forecaster. {contest}.{other}"
    REPORT_OTHER_NETWORK = (
        " That network was trained without the end of the series for validation. The network in "
        "the backtest is another one, so its MASE differs."
    )
    REPORT_NOT_USED = (
        "Forecasts are by {who}; a season has {season}. The network, trained for {epochs} "
        "epoch{epochs:|s} in {seconds:.1f} s, is not used."
    )
    REPORT_ALONE = "Forecasts are by {who}; a season has {season}. No network was trained: {why}."

    # the task
    FORECAST = "forecasting (--forecast N)"
    CALLED = "forecasting"
    NOT_MEASURED = "no backtest: {why}"

    # predictions
    NEW_SERIES = (
        "{n} of {series} series {n:was|were} not in the training data; {n:its forecast "
        "uses|their forecasts use} what was learned from the others"
    )
    NO_PICTURE_OF_SURPRISE = "--picture shows forecasts, not surprise; leave it out"
    PREDICTED = (
        "forecasts of the next {steps:step|{steps} steps} of {series:one series|{series} "
        "series} written to {output}"
    )
    SURPRISE = "surprise of {n:one value|{n} values} written to {output}{most}"
    MOST_SURPRISING = "; maximum: {bits:.1f} bits ({where})"

    # export
    FORECASTER = "a forecaster"
    NO_QUANTILES = (
        "past errors of the baseline are unknown, so quantiles cannot be exported; "
        "train on a longer history"
    )
    REACH = "it needs {reach} past steps as input, and more if values are missing among them"
    LOGARITHMS = (
        "it forecasts logarithms: a series with a value of zero or below gets NaN as forecast"
    )


class ForecastEstimators(Code):
    """Messages of the estimator: arguments, training, and the baseline."""

    # arguments
    NO_BASE = (
        "base={base!r}: expected 'auto', 'last value', 'drift', a full name such as 'drift over "
        "3 steps', 'seasonal naive' or 'seasonal mean'"
    )
    NO_BASE_WITHOUT_SEASON = (
        "base={base!r}: expected 'auto', 'last value', 'drift' or a full name such as 'drift "
        "over 3 steps'; nothing seasonal, as there is no season"
    )
    NO_COVERAGE = (
        "coverage={coverage!r} needs the quantiles {low:g} and {high:g}, but the forecaster has "
        "{quantiles:, }: pass them to LSTMForecaster(quantiles=…) and fit it again"
    )
    ONE_SIDED = (
        "a surprise needs a quantile on each side of the median, but the forecaster has only "
        "{quantiles:, }: train with quantiles such as 0.1,0.5,0.9"
    )
    NOT_KNOWN_AHEAD = (
        "series {series!r}: {columns:, } must be known for the {horizon:next step|next {horizon} "
        "steps}, but only {n} {n:is|are} given; add a row without a value for each of these steps: "
        "to FILE after the end of the series, or in Python to future, a data frame with the "
        "columns unique_id, ds and {columns:, }"
    )
    TOO_SHORT = (
        "the longest series has {steps} step{steps:|s}, too few to hold out {horizon} and train "
        "on at least {fewest} before them"
    )

    # failed training
    LOSS = (
        "the loss in epoch {epoch} is {loss:.2g}, but {baseline:.2g} for the baseline: try a "
        "smaller learning rate or clip_norm, and look for huge or missing values; the weights "
        "after epoch {kept} are kept"
    )

    # the baseline without a network
    ALONE = "the baseline ({base}) forecasts without a network: {why}"
    FEW_WINDOWS = (
        "{n} training window{n: is|s are} too few, {fewest} {fewest:is|are} needed{unsure}"
    )
    UNSURE = "; there is no prediction interval, because no past error is known"
    NO_EPOCHS = "0 epochs were requested"
    ALONE_AS_NOT_BETTER = (
        "the baseline ({base}) forecasts without the network, which was no better in validation"
    )
    NOT_BETTER = "the network was no better in validation"
    LOCAL_ALONE = (
        "{model} forecasts without the network: validation chose it by errors at past origins"
    )
    DROPPED = "covariates not used, as forecasts are as good without: {columns:names}"
    CONSTANT = "constant series, forecast to stay constant: {series:names}"
