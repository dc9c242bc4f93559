"""What exported networks that label every step say, by code."""

from glasscell.facts import Code


class TagExports(Code):
    """Of networks that label every step, in other formats."""

    NOT_AS = "a network that labels every step can be exported to onnx only, not to {format}: use --to onnx"
    NO_OPTION = "{option}: the export of a network that labels every step has no option but streaming"
