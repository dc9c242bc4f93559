"""Hypotheses about text in any language: position in line, sentence and word, brackets, quotes.

T characters

All values depend only on the characters read so far. So the length of a line is its length so far
(the column), or that of the previous line; a word is in capitals from its second letter. Brackets
and quotes are closed at a blank line: otherwise an unbalanced quote would invert the rest of the
text.
"""

import numpy as np

from glasscell.tasks.language.hypotheses import Hypothesis

BRACKETS = {"(": ")", "[": "]", "{": "}"}
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}  # not ', which is usually an apostrophe
ENDS, AFTER_ENDS = ".!?…", "\"'”’“»)]"  # of a sentence, and what may separate it from the next


def column(text: str) -> np.ndarray:
    r"""Return the number of characters read in the line, without the newline itself.

    >>> column("ab\ncd").tolist()
    [1.0, 2.0, 0.0, 1.0, 2.0]
    """
    return _since(_is(text, "\n"))


def line_before(text: str) -> np.ndarray:
    r"""Return the length of the previous line, without its newline; 0 in the first line.

    >>> line_before("abc\nd\n").tolist()
    [0.0, 0.0, 0.0, 3.0, 3.0, 1.0]
    """
    lengths = [0, *map(len, text.split("\n"))]
    return np.array(lengths, "float64")[np.cumsum(_is(text, "\n"))]


def indentation(text: str) -> np.ndarray:
    r"""Return the number of spaces and tabs at the beginning of the line, so far.

    >>> indentation("  a b\n c").tolist()
    [1.0, 2.0, 2.0, 2.0, 2.0, 0.0, 1.0, 1.0]
    """
    is_blank = _is(text, " \t")
    begins = line_start(text)
    return _carried(
        np.where(_is(text, "\n"), 0.0, column(text)), begins & (is_blank | _is(text, "\n"))
    )


def line_start(text: str) -> np.ndarray:
    r"""Return whether only spaces and tabs were read since the line began, including its newline.

    >>> line_start(" a\n\tb").tolist()
    [True, False, True, True, False]
    """
    return _last(~_is(text, " \t\n")) <= _last(_is(text, "\n"))


def after_newline(text: str) -> np.ndarray:
    r"""Return the logarithm of the column plus one, which emphasizes steps right after a newline.

    >>> after_newline("a\n").round(2).tolist()
    [0.69, 0.0]
    """
    return np.log1p(column(text))


def after_blank_line(text: str) -> np.ndarray:
    r"""Return whether the previous line is blank.

    >>> after_blank_line("a\n \nb").tolist()
    [False, False, False, True, True]
    """
    blank = [False, *(not line.strip() for line in text.split("\n"))]
    return np.array(blank)[np.cumsum(_is(text, "\n"))]


def brackets(text: str, kinds: str = "([{") -> np.ndarray:
    """Return the number of open brackets of some kinds; unmatched closing brackets are ignored.

    >>> brackets("a(b[c)d])").tolist()
    [0.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 0.0, 0.0]
    """
    opening, closing = set(kinds), {BRACKETS[kind] for kind in kinds}
    depths, depth = np.zeros(len(text)), 0
    ends = _paragraph_ends(text)
    for t, character in enumerate(text):
        if ends[t]:
            depth = 0
        elif character in opening:
            depth += 1
        elif character in closing and depth:
            depth -= 1
        depths[t] = depth
    return depths


def parentheses(text: str) -> np.ndarray:
    """Return whether a parenthesis is open.

    >>> parentheses("a (b)").tolist()
    [False, False, True, True, False]
    """
    return brackets(text, "(") > 0


def quotes(text: str) -> np.ndarray:
    """Return whether a double quote is open: "…", “…”, „…“ or «…»; escaped quotes are ignored.

    >>> quotes('a "b" „c“').tolist()
    [False, False, True, True, False, False, True, True, False]
    """
    inside, closes = np.zeros(len(text), bool), ""
    ends = _paragraph_ends(text)
    for t, character in enumerate(text):
        if ends[t]:
            closes = ""
        elif t and text[t - 1] == "\\":
            pass
        elif closes:
            closes = "" if character == closes else closes
        else:
            closes = QUOTES.get(character, "")
        inside[t] = closes != ""
    return inside


def sentence(text: str) -> np.ndarray:
    """Return the number of characters since the sentence began: after . ! ? … or a blank line.

    >>> sentence("Ah! Oh.").tolist()
    [1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0]
    """
    begins, ended = _paragraph_ends(text), False
    for t, character in enumerate(text):
        if ended and character.isspace():
            begins[t] = True
        ended = character in ENDS or (ended and character in AFTER_ENDS)
    return _since(begins)


def word(text: str) -> np.ndarray:
    """Return the number of characters read in a word (letters, digits and _); 0 outside of words.

    >>> word("to_do it").tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 1.0, 2.0]
    """
    return _since(~_in_words(text))


def capitals(text: str) -> np.ndarray:
    """Return whether a word is in capitals so far, with at least two; digits and _ are ignored.

    >>> capitals("A MAX_4 Test").tolist()
    [False, False, False, True, True, True, True, False, False, False, False, False]
    """
    is_upper = np.fromiter(map(str.isupper, text), bool, len(text))
    is_letter = np.fromiter(map(str.isalpha, text), bool, len(text))
    uppers = np.cumsum(is_upper)
    before = np.r_[0, uppers][_last(~_in_words(text)) + 1]
    return _all_so_far(text, is_upper | ~is_letter) & (uppers - before > 1)


def digits(text: str) -> np.ndarray:
    """Return whether a word is all digits so far.

    >>> digits("3.14 v2").tolist()
    [True, False, True, True, False, False, False]
    """
    return _all_so_far(text, np.fromiter(map(str.isdigit, text), bool, len(text)))


TEXT_MARKS = (
    Hypothesis("column", column, False, "Position in the line, in characters"),
    Hypothesis("after_newline", after_newline, False, "Logarithm of the position in the line"),
    Hypothesis("line_start", line_start, True, "Only blanks so far in the line"),
    Hypothesis("line_before", line_before, False, "Length of the previous line"),
    Hypothesis("after_blank_line", after_blank_line, True, "The previous line is blank"),
    Hypothesis("indentation", indentation, False, "Indentation of the line"),
    Hypothesis("brackets", brackets, False, "Number of open brackets"),
    Hypothesis("parentheses", parentheses, True, "Inside parentheses"),
    Hypothesis("quotes", quotes, True, "Inside double quotes"),
    Hypothesis("sentence", sentence, False, "Position in the sentence, in characters"),
    Hypothesis("word", word, False, "Position in the word, in characters"),
    Hypothesis("capitals", capitals, True, "Inside a word in capitals"),
    Hypothesis("digits", digits, True, "Inside a number"),
)


def _is(text: str, characters: str) -> np.ndarray:
    """Return a mask of the given characters (T,), bool."""
    return np.fromiter((character in characters for character in text), bool, len(text))


def _last(where: np.ndarray) -> np.ndarray:
    """Return, at each position, the last one where the mask is true (T,), int; −1 if none."""
    return np.maximum.accumulate(np.where(where, np.arange(len(where)), -1))


def _since(where: np.ndarray) -> np.ndarray:
    """Return the number of steps since the mask was last true (T,), or since the text began."""
    return (np.arange(len(where)) - _last(where)).astype("float64")


def _carried(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the value at the last position where the mask is true (T,); 0 before the first."""
    return np.r_[0.0, values][_last(where) + 1]


def _in_words(text: str) -> np.ndarray:
    return np.fromiter(
        (character.isalnum() or character == "_" for character in text), bool, len(text)
    )


def _all_so_far(text: str, where: np.ndarray) -> np.ndarray:
    """Return, at each character, whether the mask is true for its word so far (T,), bool."""
    in_words = _in_words(text)
    return in_words & (_last(in_words & ~where) <= _last(~in_words))


def _paragraph_ends(text: str) -> np.ndarray:
    """Return a mask of newlines that end blank lines (T,), bool."""
    begins = np.r_[True, line_start(text)][:-1]  # whether the line was blank before each character
    return _is(text, "\n") & begins
