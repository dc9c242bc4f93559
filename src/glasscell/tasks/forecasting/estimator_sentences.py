"""What forecasters say, by code."""

from glasscell.facts import Code


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
