"""What the command line says of text, by code."""

from glasscell.facts import Code


class TextCommands(Code):
    """Of the commands that train a language model, let it write, look into it or ask it."""

    # options that do not go with it
    FOR_SERIES = "--{option} is for series, not for text"
    ONE_RUN = "--seeds takes one RUN; found {n}"

    # what is in a text
    CHARACTERS = "the characters: {characters}"

    # what is trained
    TEXT = "text (--text)"
    CALLED = "text"
    ONE_PROCESS = "a language model is trained by one process; unset it"
    MEASURED = "{bits:.3f} bits per {unit} of {n:,} held out"
    COMPARED = "for comparison: {rivals:, }"
    RIVAL = "{name} {bits:.3f}"
    UPDATES = "updates: {n:,} in {seconds:.1f} s, {speed:,.0f} {symbols} a second"
    WRITTEN = "the run is in {run}: {files:, }, report.json"
    TO_WRITE = "to let it write: glasscell write {run}"
    TO_TRAIN_ON = "to train on: {command} --epochs {epochs}"

    # measured on another text
    BITS = "{bits:.3f} bits per {unit} of {n:,}"
    UNKNOWN = "{n:,} of them it does not know one from another"

    # what it writes
    STOPPED = "stopped after {n} characters"
    NOT_DECODED = "standard input: is not {encoding} text (byte {byte} is {found:#04x}); convert it first"

    # its cells
    LEFT_OUT = "left out: {names:, }; cells.md says why"
    CELLS_WRITTEN = "written into {run}: {files:, }, pictures in cells"

    # its page
    SHOWN = "text: {text}, {characters:,} characters"
    ROUNDED = (
        "weights of 16 bits: {rounded:.4f} bits per character in place of {exact:.4f} ({cost:+.4f}), on {n:,} "
        "characters {of}"
    )
    HELD_OUT = "held out"
    WRITTEN_ITSELF = "that it wrote itself"
    OF_THAT_TEXT = "of that text"
    NO_NAMES = "no cells of this network have a name yet: glasscell cells {run}"
    NAMED = "{n} cells have a name"
    PAGE = "the page to play with is {page}, {megabytes:.2f} MB"
