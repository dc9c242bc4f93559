"""Messages by code about what the explorer cannot show.

The words of its pages are in `web/words/en.json`, those of one page in its own `words.en.json`.
"""

from glasscell.facts import Code


class Explorer(Code):
    """About networks and series for the explorer."""

    # networks that are too large
    MANY_WEIGHTS = (
        "the network has {weights:,} weight{weights:|s} ({megabytes:.1f} MB), and the explorer "
        "takes at most {most:,}, such as a bidirectional layer of 110 units; glasscell predict "
        "has no such limit"
    )
    MANY_WEIGHTS_OF_FORECASTER = (
        "the network has {weights:,} weight{weights:|s} ({megabytes:.1f} MB), and the explorer "
        "takes at most {most:,}: train with fewer --units or --members; glasscell predict has no "
        "such limit"
    )
    MANY_WEIGHTS_OF_TEXT = (
        "the network has {weights:,} weight{weights:|s} ({megabytes:.1f} MB), and the explorer "
        "takes at most {most:,}, such as one layer of 256 units and 300 symbols{of_symbols}; "
        "glasscell write has no such limit"
    )
    OF_SYMBOLS = " ({symbols:,} symbols need {weights:,} weights: a larger --rare merges rare ones)"

    # weights of a network
    NOT_FINITE = (
        "{array}: found infinite or NaN values; expected finite numbers; training may have diverged"
    )
    FOR_16_BITS = "weights: found values too large for 16-bit floats; expected at most 65504"
    ACTIVATION = "{part} is {found!r}: the explorer supports {known:, } only"
    ACTIVATION_OF_LAYER = "layer {layer}'s {part}: found {found}; expected {known:, }"
    ARRAY_OF_LAYER = "{layer}'s {part}"
    OF_PROBES = "the probes' {part}"
    EMBEDDING = "the embedding"
    ARRAY_UNLEARNT = "quantiles' unlearnt"
    ARRAY_BESIDE = "covariates of series {series!r}"
    ARRAY_AHEAD = "known future covariates of series {series!r}"

    # arguments
    OTHER_TASK = "task: found {found!s}; expected 'classification' or 'regression'"
    OTHER_INPUT = "input: found {found!s}; expected 'series' or 'digit'"
    OTHER_SHAPE = "x's shape: found {found!r}; expected (N, T, {channels})"
    NO_DIGITS = "x's shape: found {found!r}; expected (N, 8, 8) for digits"
    INFINITE = "x: found infinite values; expected finite ones, or NaN for missing values"
    OTHER_ANSWERS = "the shape of answers: found {found!r}; expected {expected!r}"
    OTHER_NUMBERS = "the numbers of ids and truths: found {found!r}; expected {expected}"
    OTHER_CHANNELS = "channels: found {found:one name|{found} names}; expected {expected}"
    OTHER_CLASSES = "classes: found {found!r}; expected {expected} name{expected:|s}"
    NO_CLASS = "truth: found {found}; expected a class number from 0 to {last}, or None"
    NO_VALUES = "series {series}: found no values; expected at least one"

    # forecasts
    NO_FAN = (
        "past errors of the baseline are unknown, so there is no fan chart to show; train "
        "on a longer history"
    )
    SERIES_TOO_LARGE = (
        "series {series!r} needs {numbers:,} numbers, and the explorer takes at most {most:,}; "
        "train with a shorter --context or --season"
    )
    INFINITE_SERIES = "series {series!r}: found infinite values; expected finite ones"
    NO_LOGARITHM = (
        "series {series!r} has the value {value:g}, but the network forecasts logarithms, which "
        "need values above 0: choose other series with --series"
    )
    NOT_KNOWN_AHEAD = (
        "series {series!r}: a forecast needs {columns:, } for the next {steps:step|{steps} "
        "steps}; add rows with these columns after its end"
    )
