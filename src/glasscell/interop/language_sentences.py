"""What language models that leave, or are read again, say, by code."""

from glasscell.facts import Code


class LanguageExports(Code):
    """Of language models in other formats, and held."""

    # what cannot leave
    NOT_AS = "a language model cannot leave as {format}: expected one of {formats:, }"
    NO_OPTION = "{format} has no option {option!r} for a language model"
    STATES_ANYWAY = "{format} has no option {option!r} for a language model: its states go in and out anyway"
    KERAS_NAME = "{name}: Keras reads files that end in .keras; give such a path with -o"
    OTHERWISE = (
        "the export answers otherwise than the network: the largest difference on {n} texts is {difference:.2g} in "
        "{runtime}, expected at most {allowed:.2g}; nothing was written, please report it"
    )

    # read again
    DAMAGED = "is missing or damaged ({words})"

    # units that are held
    CLAMP_UNREADABLE = "clamp {clamp!r}: expected a layer, a unit, and what to hold at what: 'lstm_1 unit 17 f=1'"
    NAME_LAYER = "clamp {clamp!r}: name the layer; expected {layers: or }"
    NO_LAYER = "clamp {clamp!r}: there is no layer {layer}; expected {layers: or }"
    NO_UNIT = "clamp {clamp!r}: there is no unit {unit}; {layer} has units 0 to {last}"
    NO_GATE = "clamp {clamp!r}: {gate} is no gate; expected z, i, f, o, or c, the memory"
    NO_NUMBER = "clamp {clamp!r}: {value} is no finite number to hold at"
