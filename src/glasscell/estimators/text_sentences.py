"""What the estimator of text says, by code."""

from glasscell.facts import Code


class TextEstimators(Code):
    """Of the texts of `LSTMLanguageModel`."""

    SINGLE_TEXT = "texts is a single text: expected several, or [text]"
    NO_TEXT = "texts[{n}] is {kind}: expected str"
    NO_TEXTS = "texts is empty: expected at least one text"
    NO_CHARACTER = "texts have no character: expected at least one"
