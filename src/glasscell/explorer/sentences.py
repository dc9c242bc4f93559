"""What is said where a page cannot show something, by code."""

from glasscell.facts import Code


class Explorer(Code):
    """Of networks and series that a page is made of."""

    # a network that is too large
    MANY_WEIGHTS = (
        "the network has {weights:,} weights, {megabytes:.1f} MB of a page: expected at most {most:,}, such as two "
        "directions of 110 units; glasscell predict has no such limit"
    )
    MANY_WEIGHTS_OF_FORECASTER = (
        "the network has {weights:,} weights, {megabytes:.1f} MB of a page: expected at most {most:,}; fewer --units "
        "or --members make a smaller one, and glasscell predict has no such limit"
    )
    MANY_WEIGHTS_OF_TEXT = (
        "the network has {weights:,} weights, {megabytes:.1f} MB of a page: expected at most {most:,}, such as one "
        "layer of 256 units and 300 symbols{of_symbols}; glasscell write has no such limit"
    )
    OF_SYMBOLS = " (its {symbols:,} symbols take {weights:,}: --rare makes them fewer)"

    # numbers of a network
    NOT_FINITE = "{array}: found numbers that are not finite; expected finite ones; has training failed?"
    FOR_16_BITS = "weights: found numbers too large for 16 bits; expected at most 65504"
    ACTIVATION = "{part} is {found!r}: the page computes {known:, } only"
    ACTIVATION_OF_LAYER = "layer {layer}'s {part}: found {found}; expected {known:, }"
    ARRAY_OF_LAYER = "{layer}'s {part}"
    OF_PROBES = "the probes' {part}"
    EMBEDDING = "the embedding"
    ARRAY_UNLEARNT = "quantiles' unlearnt"
    ARRAY_BESIDE = "what stands beside series {series!r}"
    ARRAY_AHEAD = "what is known ahead of series {series!r}"

    # what is given with it
    OTHER_TASK = "task: found {found!s}; expected 'classification' or 'regression'"
    OTHER_INPUT = "input: found {found!s}; expected 'series' or 'digit'"
    OTHER_SHAPE = "x's shape: found {found!r}; expected (N, T, {channels})"
    NO_DIGITS = "x's shape: found {found!r}; expected (N, 8, 8) for digits"
    INFINITE = "x: found infinite values; expected finite ones, or NaN where nothing was measured"
    OTHER_ANSWERS = "the shape of answers: found {found!r}; expected {expected!r}"
    OTHER_NUMBERS = "the numbers of ids and truths: found {found!r}; expected {expected}"
    OTHER_CHANNELS = "channels: found {found} names; expected {expected}"
    OTHER_CLASSES = "classes: found {found!r}; expected {expected} names"
    NO_CLASS = "truth: found {found}; expected a class number from 0 to {last}, or None"
    NO_VALUES = "series {series}: found no values; expected at least one"

    # labelled steps
    SHAPE_OF_SERIES = "series {series}: found {found!r}; expected (T, {channels})"
    LABELS_OF_SERIES = "the labels of series {series}: found {found}; expected {expected}"

    # text
    CELL = "a cell: found {found!r}; expected {expected:, }"

    # forecasts
    NO_FAN = "no error of the baseline in the past is known, and so there is no fan to show; train on more"
    SERIES_TOO_LARGE = (
        "series {series!r} takes {numbers:,} numbers, of which the page has room for {most:,}; a shorter --context or "
        "--season makes a smaller page"
    )
    INFINITE_SERIES = "series {series!r}: found infinite values; expected finite ones"
    NO_LOGARITHM = (
        "series {series!r} has the value {value:g}, which is not above 0, and the forecast is in logarithms: name "
        "other series, without this one"
    )
    NOT_KNOWN_AHEAD = (
        "series {series!r}: {columns:, } must be known for {steps} steps after one that is forecast from; add rows "
        "after its end with these columns"
    )
