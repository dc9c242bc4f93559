"""What networks that label every step and leave say, by code."""

from glasscell.facts import Code


class TagExports(Code):
    """Of networks that label every step, in other formats."""

    NOT_AS = "a network that labels every step leaves as onnx, not as {format}: use --to onnx"
    NO_OPTION = "{option}: a network that labels every step takes no such option, only streaming"
    OTHERWISE = (
        "the export answers otherwise than the network: the largest difference is {difference:.2g} in {runtime}, "
        "expected at most {most}; nothing was written, please report it"
    )
