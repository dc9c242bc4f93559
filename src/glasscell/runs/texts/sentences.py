"""What runs of text say, by code."""

from glasscell.facts import Code


class TextRuns(Code):
    """Of language models that are trained, measured, looked into and shown."""

    # what is learnt from, and what is held out
    READ = "text of {n:,} {symbols}, {different} different{few}; {held_out}"
    FEW_KNOWN = ", of which {known} stand often enough to have a number of their own"
    HELD_OUT = "{held_out} of {n} files are held out, with {characters:,}"
    TO_BE_READ = (
        "to be read {times} times: {epochs} epoch{epochs:|s} of {updates} updates, each from {streams} stream"
        "{streams:|s} of {piece} {symbols}{but}"
    )
    BY_HEART = "; so often, a text may be learnt by heart: see whether the bits held out still fall"
    FILE_NAME_NOT_UTF8 = "its name is not UTF-8, and a run could not keep it; rename it"

    # read again
    PIPE_AGAIN = "was trained on standard input; pipe the same text into it again"
    PIPED_OR_TEXT = "was trained on standard input; pipe the same text into it again, or name a TEXT to look in"
    IN_PARENTHESES = " ({cause})"
    OTHER_TEXTS = (
        "the texts are not those that it was trained on: put these back, or start a new run: glasscell train --config "
        "{config}"
    )

    # while it is trained
    WRITES = "  it writes: {text}"
    MEASURING = "measuring n-grams and xz beside it"
    UNKNOWN = (
        "{n:,} of them are rare or unseen characters, which share one symbol: the network and the n-grams need not "
        "distinguish these, xz must"
    )

    # the score in one line, and how the network compares with the best of the baselines
    SCORE = "{bits:.3f} bits per {unit} on {n:,} held-out {unit}s"
    XZ = "xz"
    XZ_AFTER = "xz, primed with the training text"
    LOWER = (
        "better than every baseline: {ours:.{digits}f} vs {theirs:.{digits}f} bits per {unit} ({rival}), no interval"
    )
    AS_GOOD = "as good as {rival} (both {ours:.3f} bits per {unit})"
    NOT_LOWER = "not better than {rival}: {ours:.3f} vs {theirs:.3f} bits per {unit}"

    # the report
    TRAINED = "Trained with {updates:,} updates in {seconds:.1f} s ({speed:,.0f} {symbols}/s)."
    RIVALS = (
        "The n-grams are interpolated Kneser–Ney, counted in the same training text. `xz` runs at its highest level; "
        "primed with the training text, it may refer back to whole passages of it."
    )
    NEAR_REPEAT = "{text} nearly repeats {of}: {percent:.0f}% of it"

    # the run of a kind of its own
    NO_TEXT = "was trained on {data}, not on text; expected a run of glasscell train TEXT --text"
    NO_COMMAND = (
        "is a run of text; glasscell write {run} lets it write, and glasscell evaluate {run} TEXT measures it on other "
        "text"
    )
    NO_NETWORK = "has no network yet; finish its training: {command}"

    # compared with another run
    NOTHING_IN_BOTH = "no text was held out by both"
    APART = (
        "{first} vs {second} on the same {characters:,} characters: {one:.{digits}f} vs {two:.{digits}f} bits per "
        "character, ratio {ratio:.{digits}f} (95% CI {ends} over {n} texts): {verdict}"
    )
    APART_IN_FEW = (
        "{first} vs {second} on the same {characters:,} characters: {one:.3f} vs {two:.3f} bits per character, ratio "
        "{ratio:.3f} (too few texts for an interval)"
    )
    DAMAGED = "is missing or damaged ({words}); delete it, and write it again: {command}"

    # other seeds
    SEEDS = "seeds = {seeds}: expected a whole number from 1 up"
    NOT_AGAIN = "was trained on standard input, which others cannot read again: train on a file"
    MORE_NETWORKS = "{n} networks more to train, of about {minutes:.0f} minutes together"
    OTHER_SETTING = (
        "has {name} = {found!r}, not {expected!r}, so it is no network like the others; rename or delete that run"
    )

    # cells
    READING = "reading {characters:,} characters of {texts} texts"
    SEARCHING = "looking for the best of {units} units for each of {n} hypotheses"
    HOLDING = "holding each of these units, and {others} others beside it, to see what depends on it"
    TOO_FEW_UNITS = "none of fewer than {least} units can be shown to be the cause: the network has {units}"
    NONE_JUDGED = "none of the hypotheses can be judged on these texts ({left_out:; }); look in a longer text"
    LEFT_OUT = "{hypothesis}: {why}"
    VERDICT_NOT_TOLD = "at chance level"
    VERDICT_NOT_MEASURED = "encoded"
    VERDICT_SIGN = "encoded, not causal"
    VERDICT_CAUSE = "causal"

    # its page
    READING_TEXTS = "reading texts"
    MEASURING_ROUNDED = "measuring what 16 bits cost"
    OTHER_NETWORK = "{cells} is of another network than the run has now; make it again: glasscell cells {run}"
    CELLS_DAMAGED = "is damaged ({words}); make it again: glasscell cells {run}"
    BEGINS_WITH_WRITTEN = "{why}: the page begins with what the network has written itself"
    MEASURED_ON_WRITTEN = "{why}: the cost of 16 bits is measured on what the network has written itself"
    MEASURED_ON_GIVEN = "{why}, and {nor}: the cost of 16 bits is measured on {text}"
    NOTHING_TO_SHOW = "{why}, and {nor}; name a text to show: glasscell explain {run} TEXT_FILE"
    ONE_FILE = "stands for {n} texts; expected one file to show"
    BEGINNING_SHOWN = "{text} has {n:,} {symbols}: the page shows the first {shown:,}"

    # why there is no text to show
    FROM_STANDARD_INPUT = "the texts came from standard input, which cannot be read again"
    GONE = "the texts of {data} are gone"
    UNREADABLE = "the texts cannot be read ({cause})"
    CHANGED = "the texts of {data} have changed since it was trained"
    WRITTEN_MISSING = "{written}: is missing"
    WRITTEN_UNREADABLE = "{written}: cannot be read"
    WRITTEN_EMPTY = "{written}: is empty"
