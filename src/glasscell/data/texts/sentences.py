"""Messages by code about texts and files of hypotheses: reading, symbols, held-out parts.

What a language model finds in them is in `tasks.language`.
"""

from glasscell.facts import Code


class Texts(Code):
    """Messages about texts, their alphabet, held-out parts, and hypotheses."""

    NO_STRING = "the text has the type {kind}: expected str"

    # files
    NO_ENCODING = (
        "encoding={encoding!r}: expected the name of an encoding, such as utf-8 or windows-1252"
    )
    NO_FILE = "there is no such file; expected a text file, a folder of them, or the word python"
    NO_FILES = "no files found; expected text files, such as chapter_1.txt or walk.py"
    UNREADABLE = "cannot be read ({words}); check its permissions"
    EMPTY = "is empty; expected text"
    ALL_EMPTY = "{n:its only file is|all its {n} files are} empty; expected text"

    # files that are not text
    ODD_BYTE = (
        "is not {encoding} text (byte {byte} is {found:#04x}); name its encoding with "
        "--encoding, or train on its bytes with --symbols bytes"
    )
    OTHER_ENCODING = "is not {encoding} text ({words}); name its encoding with --encoding"
    BINARY = "is binary, not text; to train on its bytes anyway, use --symbols bytes"
    NO_TEXT = (
        "{n:its only file is not|none of its {n} files is} text ({names:names 5}); expected "
        "UTF-8: name another encoding with --encoding, or train on the bytes with --symbols bytes"
    )
    LEFT_OUT = "skipped files that are not text: {names:names 5}"

    # held-out parts
    HELD_OUT = (
        "the last {percent:.1f}% of the text is held out: {n:,} character{n:|s}, from "
        "line {line:,} on"
    )
    HELD_OUT_WITHIN = (
        "the last {percent:.1f}% of the text is held out: {n:,} character{n:|s}, from within "
        "line {line:,} on, as no line ends nearby"
    )
    TOO_FEW_FILES = (
        "{there} of {n} file{n:|s} {there:contains|contain} text; expected at least two, to "
        "train on one and hold out the other; of a single text, hold out the end"
    )
    TOO_FEW_CHARACTERS = (
        "the text has {n} character{n:|s}; expected at least two, to train on "
        "one and hold out the other"
    )

    # symbols
    NO_ALPHABET = (
        "only {known} different character{known:|s} {known:appears|appear} at least {least} "
        "time{least:|s} among {n:,} character{n:|s}; expected at least two (training with --rare "
        "1 keeps all)"
    )

    # files of hypotheses
    NO_HYPOTHESIS = "there is no hypothesis {name!r}; expected one of {known:, }"
    NO_HYPOTHESES_FILE = "there is no such file; check its name"
    UNREADABLE_HYPOTHESES = "cannot be read ({words}); expected a Python file of hypotheses"
    NOT_IMPORTED = "cannot be imported: {words}"
    NO_FUNCTION = (
        "contains no public function; expected functions of a text that return one "
        "number or boolean per character"
    )
    ALL_IS_NO_LIST = "__all__ is {found}; expected a list of function names"
    NOT_A_FUNCTION = "__all__ lists {name!r}, which is no function of the file; define it there"

    # results of hypotheses
    FAILED = (
        "the hypothesis {name} of {path} failed with {words}; fix it, or, if it is no "
        "hypothesis, start its name with _"
    )
    RETURNED = (
        "the hypothesis {name} of {path} returned {found}; expected one number or boolean for "
        "each character, or NaN where it does not apply"
    )
    OTHER_SHAPE = (
        "the hypothesis {name} of {path} returned an array of shape {shape!r} for {n} "
        "character{n:|s}; expected one number or boolean for each"
    )
    INFINITE = (
        "the hypothesis {name} of {path} returned {value} for character {character}; expected a "
        "number, or NaN where it does not apply"
    )
