"""Messages by code about language models: training, scores, generated text, named units.

What is said about any text is in `data.texts`; about runs of any task, in `runs`.
"""

from glasscell.facts import Code


class TextRuns(Code):
    """Of the training, evaluation, inspection and display of language models."""

    # the training text, and its held-out part
    READ = "{n:,} {symbols} of text, {different} distinct{few}; {held_out}"
    FEW_KNOWN = ", {known} of them frequent enough for a token of their own"
    HELD_OUT = (
        "{held_out} of {n} file{n:|s} {held_out:is|are} held out ({characters:,} "
        "character{characters:|s})"
    )
    TO_BE_READ = (
        "training: {epochs} epoch{epochs:|s} of {updates} update{updates:|s}, each on {streams} "
        "stream{streams:|s} of {piece} {symbols}, {times} passes over the text{but}"
    )
    BY_HEART = "; it may overfit: see whether the held-out bits still fall"
    LOOKS_LIKE_PROSE = (
        "it looks like prose: to train a language model on it, use glasscell train --text"
    )
    FILE_NAME_NOT_UTF8 = "its name is not UTF-8, so a run cannot record it; rename it"

    # the training text, read again
    PIPE_AGAIN = "was trained on standard input; pipe the same text into it again"
    PIPED_OR_TEXT = (
        "was trained on standard input; pipe the same text into it again, or name another TEXT"
    )
    IN_PARENTHESES = " ({cause})"
    OTHER_TEXTS = (
        "the texts differ from those it was trained on; restore them, or start a new run: "
        "glasscell train --config {config}"
    )

    # other texts
    TRAINED_ON_IT = "the run was trained on this text; new text takes more bits"

    # training
    WRITES = "  sample: {text}"
    MEASURING = "evaluating n-grams and xz as baselines"
    UNKNOWN = (
        "{n:,} of them {n:is|are} rare or unseen; such share one symbol: the network and the "
        "n-grams need not distinguish these, xz must"
    )

    # the score in one line, and the comparison with the best baseline
    SCORE = "{bits:.3f} bits per {unit} on {n:,} held-out {unit}s{interval}"
    SCORE_INTERVAL = " (95% CI {ends})"
    XZ = "xz"
    XZ_AFTER = "xz, primed with the training text"
    LOWER = (
        "better than every baseline: {ours:.{digits}f} vs {theirs:.{digits}f} bits per "
        "{unit} ({rival}), no interval"
    )
    AS_GOOD = "as good as {rival} (both {ours:.3f} bits per {unit})"
    NOT_LOWER = "not better than {rival}: {ours:.3f} vs {theirs:.3f} bits per {unit}"

    # the report
    TRAINED = (
        "Trained with {updates:,} update{updates:|s} in {seconds:.1f} s ({speed:,.0f} {symbols}/s)."
    )
    BEST_EPOCH = (
        "the weights are those after epoch {best} of {epochs}, the best on held-out text; since "
        "this text chose them, expect slightly more bits on other text"
    )
    RIVALS = (
        "The n-grams are interpolated Kneser–Ney, counted in the same training text. `xz` runs "
        "at its highest level; primed with the training text, it may refer back to whole "
        "passages of it."
    )
    NEAR_REPEAT = "{text} nearly repeats {of}: {percent:.0f}% of it"

    # commands on a run
    NO_TEXT = "was trained on {data}, not on text; expected a run of glasscell train TEXT --text"
    NO_COMMAND = (
        "is a language model; let it write with glasscell write {run}, or score it on text with "
        "glasscell evaluate {run} TEXT"
    )
    DAMAGED = "is missing or damaged ({words})"
    NO_NETWORK = "has no network yet; finish training with: {command}"

    # comparison with another run
    NOTHING_IN_BOTH = "no text was held out by both"
    BITS_PER_CHARACTER = "bits per character"
    ON_CHARACTERS = "{characters:,} character{characters:|s}"
    OVER_TEXTS = " over {n} text{n:|s}"

    # more seeds
    NOT_AGAIN = (
        "was trained on standard input, which other seeds cannot read again; train on a file"
    )
    MORE_NETWORKS = "training {n} more network{n:|s}: about {minutes:.0f} minutes"
    OTHER_SETTING = (
        "has {name} = {found!r} where the others have {expected!r}, so they cannot be averaged; "
        "rename or delete that run"
    )

    # the search for cells
    READING = "processing {characters:,} character{characters:|s} of {texts} text{texts:|s}"
    SEARCHING = "finding the best of {units} unit{units:|s} for each of {n} hypothes{n:is|es}"
    HOLDING = (
        "clamping each of these units, and {others} other{others:|s} for comparison, to "
        "see what depends on it"
    )
    TOO_FEW_UNITS = (
        "the network has {units} unit{units:|s}: showing that one is a cause needs at least {least}"
    )
    NONE_JUDGED = (
        "none of the hypotheses can be tested on these texts ({left_out:; }); take a longer text"
    )
    LEFT_OUT = "{hypothesis}: {why}"
    VERDICT_NOT_TOLD = "not above the shifted control"
    VERDICT_NOT_MEASURED = "encoded"
    VERDICT_SIGN = "encoded, not causal"
    VERDICT_CAUSE = "causal"

    # its explorer: progress
    READING_TEXTS = "reading texts"
    MEASURING_ROUNDED = "measuring the cost of 16-bit weights"

    # its explorer: named units, and the text to show
    OTHER_NETWORK = (
        "{cells} belongs to another network than the run's; write it again with: "
        "glasscell cells {run}"
    )
    OLDER_CELLS = (
        "{cells} was written by an earlier version of glasscell; write it again with: "
        "glasscell cells {run}"
    )
    CELLS_DAMAGED = "is damaged ({words}); write it again with: glasscell cells {run}"
    BEGINS_WITH_WRITTEN = "{why}: the explorer begins with text that the network wrote"
    MEASURED_ON_WRITTEN = (
        "{why}: the cost of 16-bit weights is measured on text that the network wrote"
    )
    MEASURED_ON_GIVEN = "{why}, and {nor}: the cost of 16-bit weights is measured on {text}"
    NOTHING_TO_SHOW = "{why}, and {nor}; name a text to show: glasscell explain {run} TEXT_FILE"
    ONE_FILE = "contains {n} texts; expected one file to show"
    BEGINNING_SHOWN = "{text} has {n:,} {symbols}: the explorer shows the first {shown:,}"

    # why there is no text to show
    FROM_STANDARD_INPUT = "the training texts came from standard input, which cannot be read again"
    GONE = "the training texts in {data} no longer exist"
    UNREADABLE = "the training texts cannot be read ({cause})"
    CHANGED = "the training texts in {data} have changed since training"
    WRITTEN_MISSING = "{written} is missing"
    WRITTEN_UNREADABLE = "{written} cannot be read"
    WRITTEN_EMPTY = "{written} is empty"

    # incompatible options
    ONE_RUN = "--seeds takes one RUN; found {n}"

    # contents of a text
    CHARACTERS = "the characters: {characters}"

    # the task
    GOES_WITH = "language modeling (--text)"
    CALLED = "language modeling"
    TO_WRITE = "to generate text: glasscell write {run}"

    # evaluation on another text
    BITS = "{bits:.3f} bits per {unit} on {file} ({n:,} {unit}{n:|s}{interval})"
    BITS_INTERVAL = ", 95% CI {ends}"
    UNKNOWN_THERE = (
        "{n:,} character{n:|s} {n:is|are} rare or unseen in training; such share one "
        "symbol, so their cost is too low"
    )

    # generated text
    STOPPED = "stopped after {n} character{n:|s}"
    NOT_DECODED = (
        "standard input: is not {encoding} text (byte {byte} is {found:#04x}); convert it first"
    )

    # the result of the search for cells
    CELLS_LEFT_OUT = "skipped: {names:, }; cells.md has the reasons"
    CELLS_WRITTEN = "saved in {run}: {files:, }, and figures in cells/"

    # its explorer: summary
    ROUNDED = (
        "with 16-bit weights: {rounded:.4f} bits per character instead of {exact:.4f} "
        "({cost:+−.4f}), on {n:,} {of}"
    )
    OF_HELD_OUT = "held-out characters"
    WRITTEN_ITSELF = "characters generated by the network"
    OF_THAT_TEXT = "characters of that text"
    NO_NAMES = "to name units of this network: glasscell cells {run}"
    NAMED = "{n:one unit has|{n} units have} a name"

    # export
    LANGUAGE_MODEL = "a language model"
    STATES_ANYWAY = ": it always has states in and out"


class TextEstimators(Code):
    """Of the texts given to `LSTMLanguageModel`."""

    SINGLE_TEXT = "texts is a single text: expected a list, such as [text]"
    NO_LIST = "texts has the type {kind}: expected a list of str"
    NO_TEXT = "texts[{n}] has the type {kind}: expected str"
    NO_TEXTS = "texts is empty: expected at least one text"
    NO_CHARACTER = "texts contain no characters: expected at least one"


class Cells(Code):
    """Of units, and of hypotheses about what they encode."""

    # units and hypotheses
    NOT_FINITE = (
        "unit {unit} has values that are not finite; train again with a lower --learning-rate"
    )
    OTHER_LENGTH = "{name} has the shape {shape!r}: expected ({n},), one value for each character"

    # why a hypothesis is skipped
    FEW_JUDGED = "defined on {n} character{n:|s} of one half of the text, fewer than {least}"
    FEW_TRUE = "true on {n} of {of} character{of:|s} of one half, fewer than {least}"
    FEW_FALSE = "false on {n} of {of} character{of:|s} of one half, fewer than {least}"
    ALWAYS = "constant at {value:g} on one half"
    TOO_MANY = (
        "{n} hypotheses are too many for so short a text, on which none could be significant; "
        "name at most {most} (--only)"
    )
