"""What is said of texts, by code: where they come from, what is held out, and what may be known of them."""

from glasscell.facts import Code


class Texts(Code):
    """Of texts, their alphabet, what is held out of them, and hypotheses about them."""

    # files
    NO_ENCODING = "encoding={encoding!r}: expected the name of an encoding, such as utf-8 or windows-1252"
    NO_FILE = "there is no such file; expected a text, a folder of texts, or the word python"
    NO_FILES = "stands for no files; expected texts, such as chapter_1.txt or walk.py"
    UNREADABLE = "cannot be read ({words}); make it readable"
    EMPTY = "is empty; expected text"
    ALL_EMPTY = "all of its {n} files are empty; expected text"

    # what is no text
    ODD_BYTE = (
        "is not {encoding} text (byte {byte} is {found:#04x}); name its encoding by --encoding, or train on it as "
        "it is by --symbols bytes"
    )
    OTHER_ENCODING = "is not {encoding} text ({words}); name its encoding by --encoding"
    BINARY = "is binary, not text; train on it as it is by --symbols bytes, if that is meant"
    NO_TEXT = (
        "none of its {n} files is text ({names:names 5}); expected UTF-8, or name their encoding by --encoding, or "
        "train on them as they are by --symbols bytes"
    )
    LEFT_OUT = "left out, as no text: {names:names 5}"

    # what is held out
    HELD_OUT = "the last {percent:.1f} % of the text is held out: {n:,} characters, from line {line:,} on"
    HELD_OUT_WITHIN = (
        "the last {percent:.1f} % of the text is held out: {n:,} characters, from within line {line:,} on, as no line "
        "ends near there"
    )
    SHARE = "share is {share}: expected more than 0 and less than 0.5, of the text to hold out"
    OTHER_SIZES = "{names} names, but {sizes} sizes: expected one size for each name"
    TOO_FEW_FILES = (
        "{n} files, of which {there} have a character: two are needed to train on one and hold out the other; of a "
        "single text, hold out the last part"
    )
    TOO_FEW_CHARACTERS = "a text of {n} characters: two are needed to train on one and hold out the other"

    # symbols
    NO_ALPHABET = (
        "{n} characters, and {known} different ones that stand there at least {least} times; expected at least two, or "
        "there is nothing to learn (training with --rare 1 keeps all)"
    )
    NO_CHARACTERS = "{n} texts to compress: there is no character in them"
    NO_SYMBOLS = "n-grams of {n} texts: there is no symbol to count in them"
    ORDER = "order is {order}: expected 1 or more, the length of the longest n-grams"
    SYMBOLS_NOT_INTEGERS = (
        "part {part}: expected the symbols' numbers as an array (symbols,) of integers, not {dtype} {shape!r}"
    )
    OTHER_SYMBOL = "part {part}: found the symbol {found}, but they are numbered from 0 to {last}"

    # hypotheses
    NO_HYPOTHESIS = "there is no hypothesis {name!r}; there are {known:, }"
    NO_HYPOTHESES_FILE = "there is no such file; check its name"
    UNREADABLE_HYPOTHESES = "cannot be read ({words}); give a Python file of your hypotheses"
    NOT_IMPORTED = "cannot be imported: {words}"
    NO_FUNCTION = (
        "contains no public function; write one of a text, and return one number, or True or False, for each character"
    )
    ALL_IS_NO_LIST = "__all__ is {found}; expected a list of the names of functions"
    NOT_A_FUNCTION = "__all__ names {name!r}, which is no function of the file; define it there"

    # what a hypothesis does
    FAILED = (
        "the hypothesis {name} of {path} failed with {words}; mend it, or give it a name with _ in front if it is no "
        "hypothesis"
    )
    RETURNED = (
        "the hypothesis {name} of {path} returned {found}; expected it to return one number, or True or False, for "
        "each character{but}"
    )
    NOTHING = "nothing"
    RETURNED_ODD = "{found}"
    ODD_VALUE = "{found} among its values"
    RAGGED = "lists of different lengths"
    OTHER_LENGTH = "an array of length {length} for {n} characters"
    OTHER_SHAPE = "an array of the shape {shape!r} for {n} characters"
    INFINITE = "{value} for character {character}"
    NAN_WHERE_NOT = ", NaN where it does not judge"
