"""What the estimator of text says, by code."""

from glasscell.facts import Code


class TextEstimators(Code):
    """Of the texts of `LSTMLanguageModel`."""

    SINGLE_TEXT = "texts is a single text: expected a list, such as [text]"
    NO_TEXT = "texts[{n}] has the type {kind}: expected str"
    NO_TEXTS = "texts is empty: expected at least one text"
    NO_CHARACTER = "texts contain no characters: expected at least one"
