"""Hypotheses about any text, in whatever language: where in line, sentence and word one is, and what is open.

T characters

All can be known from what was read before: none looks ahead. So the length of a line is the one so far, which is the
column, or that of the line before; a word is in capitals from its second letter on. What is open (brackets, quotes) is
taken as closed at a blank line, or a quote that nobody closed would turn all that follows inside out.
"""

import numpy as np

from glasscell.data.texts.hypotheses import Hypothesis

BRACKETS = {"(": ")", "[": "]", "{": "}"}
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}  # not ', which is an apostrophe more often
ENDS, AFTER_ENDS = ".!?…", "\"'”’“»)]"  # of a sentence, and what may stand between its end and the next


def column(text: str) -> np.ndarray:
    r"""Return how many characters of its line were read, without the newline itself.

    >>> column("ab\ncd").tolist()
    [1.0, 2.0, 0.0, 1.0, 2.0]
    """
    return _since(_is(text, "\n"))


def line_before(text: str) -> np.ndarray:
    r"""Return how long the line before was, without its newline; 0 in the first.

    >>> line_before("abc\nd\n").tolist()
    [0.0, 0.0, 0.0, 3.0, 3.0, 1.0]
    """
    lengths = [0, *map(len, text.split("\n"))]
    return np.array(lengths, "float64")[np.cumsum(_is(text, "\n"))]


def indentation(text: str) -> np.ndarray:
    r"""Return how many spaces and tabs, so far, the line began with.

    >>> indentation("  a b\n c").tolist()
    [1.0, 2.0, 2.0, 2.0, 2.0, 0.0, 1.0, 1.0]
    """
    is_blank = _is(text, " \t")
    begins = line_start(text)
    return _carried(np.where(_is(text, "\n"), 0.0, column(text)), begins & (is_blank | _is(text, "\n")))


def line_start(text: str) -> np.ndarray:
    r"""Return whether nothing but spaces and tabs was read since the line began, its newline included.

    >>> line_start(" a\n\tb").tolist()
    [True, False, True, True, False]
    """
    return _last(~_is(text, " \t\n")) <= _last(_is(text, "\n"))


def after_newline(text: str) -> np.ndarray:
    r"""Return the logarithm of one more than the column, in which the steps right after a newline count most.

    >>> after_newline("a\n").round(2).tolist()
    [0.69, 0.0]
    """
    return np.log1p(column(text))


def after_blank_line(text: str) -> np.ndarray:
    r"""Return whether the line before is blank.

    >>> after_blank_line("a\n \nb").tolist()
    [False, False, False, True, True]
    """
    blank = [False, *(not line.strip() for line in text.split("\n"))]
    return np.array(blank)[np.cumsum(_is(text, "\n"))]


def brackets(text: str, kinds: str = "([{") -> np.ndarray:
    """Return how many brackets of some kinds are open; one that closes none is passed over.

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
    """Return whether a round bracket is open.

    >>> parentheses("a (b)").tolist()
    [False, False, True, True, False]
    """
    return brackets(text, "(") > 0


def quotes(text: str) -> np.ndarray:
    """Return whether a double quote is open: "…", “…”, „…“ or «…»; a backslash before one makes it no quote.

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
    """Return how many characters were read since the sentence began: since white space after . ! ? …, or a blank line.

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
    """Return how many characters of a word were read: letters, digits and _; 0 outside of words.

    >>> word("to_do it").tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 1.0, 2.0]
    """
    return _since(~_in_words(text))


def capitals(text: str) -> np.ndarray:
    """Return whether a word is in capitals so far, two of them at least; digits and _ may stand between.

    >>> capitals("A MAX_4 Test").tolist()
    [False, False, False, True, True, True, True, False, False, False, False, False]
    """
    is_upper = np.fromiter(map(str.isupper, text), bool, len(text))
    is_letter = np.fromiter(map(str.isalpha, text), bool, len(text))
    uppers = np.cumsum(is_upper)
    before = np.r_[0, uppers][_last(~_in_words(text)) + 1]
    return _all_so_far(text, is_upper | ~is_letter) & (uppers - before > 1)


def digits(text: str) -> np.ndarray:
    """Return whether a number is being read: a word that is all digits so far.

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
    """Return where one of some characters stands (T,), bool."""
    return np.fromiter((character in characters for character in text), bool, len(text))


def _last(where: np.ndarray) -> np.ndarray:
    """Return the last place, up to each, that is meant (T,), int; −1 before the first."""
    return np.maximum.accumulate(np.where(where, np.arange(len(where)), -1))


def _since(where: np.ndarray) -> np.ndarray:
    """Return how many steps ago the last place was that is meant (T,), float64; the text begins after one."""
    return (np.arange(len(where)) - _last(where)).astype("float64")


def _carried(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the value at the last place that is meant (T,); 0 before the first."""
    return np.r_[0.0, values][_last(where) + 1]


def _in_words(text: str) -> np.ndarray:
    return np.fromiter((character.isalnum() or character == "_" for character in text), bool, len(text))


def _all_so_far(text: str, where: np.ndarray) -> np.ndarray:
    """Return whether all characters of a word, up to each, are meant (T,), bool; False outside of words."""
    in_words = _in_words(text)
    return in_words & (_last(in_words & ~where) <= _last(~in_words))


def _paragraph_ends(text: str) -> np.ndarray:
    """Return where a newline ends a blank line (T,), bool."""
    begins = np.r_[True, line_start(text)][:-1]  # whether the line was blank before each character
    return _is(text, "\n") & begins
