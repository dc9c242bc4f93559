"""What forecasters say, by code."""

from glasscell.facts import Code


class ForecastEstimators(Code):
    """Of what a forecaster is asked for, how it is trained, and whom its forecasts are of."""

    # what is asked for
    NO_BASE = (
        "base={base!r}: expected 'auto', 'last value', 'drift', a name as 'drift over 3 steps', 'seasonal naive', "
        "'seasonal mean'"
    )
    NO_BASE_WITHOUT_SEASON = (
        "base={base!r}: expected 'auto', 'last value', 'drift', a name as 'drift over 3 steps', and nothing seasonal, "
        "as there is no season"
    )
    NO_COVERAGE = (
        "coverage={coverage!r} needs the quantiles {low:g} and {high:g}, and there are {quantiles:, }: give them to "
        "LSTMForecaster(quantiles=…) and fit it again"
    )
    ONE_SIDED = (
        "a surprise needs a quantile below the median and one above, and there is {quantiles:, }: train with quantiles "
        "such as 0.1,0.5,0.9"
    )
    NOT_KNOWN_AHEAD = (
        "series {series!r}: {columns:, } must be known for the {horizon} steps ahead, and {n} are given; add rows "
        "after its end with these columns"
    )
    TOO_SHORT = (
        "the longest series has {steps} steps: too few to hold back {horizon} and learn from at least {fewest} before"
    )

    # a training that went wrong
    LOSS = (
        "the loss is {loss:.2g} in epoch {epoch}, where that of the baseline alone is {baseline:.2g}: try a smaller "
        "learning rate or clip_norm, and look for huge or missing values in the data; the weights after epoch {kept} "
        "are kept"
    )

    # why the baseline forecasts alone
    ALONE = "the baseline forecasts alone ({base}): {why}"
    ALONE_AS_NOT_BETTER = (
        "the baseline forecasts alone ({base}): on the end of the past, the network was not better than it"
    )
    NOT_BETTER = "on the end of the past, the network was not better"
    FEW_WINDOWS = "{n} windows to learn from are fewer than {fewest}{unsure}"
    UNSURE = ", and nothing can be said of how sure it is, as no error of it in the past is known"
    CONSTANT = "constant series, forecast to stay as they are: {series:names}"
