"""Messages by code about a file as a file: how it is opened, decoded and parsed.

What its columns and rows mean is in `data.tables` and `data.steps`.
"""

from glasscell.facts import Code

INCOMPLETE = "; is the line incomplete?"
LINES = (
    "write JSON lines, one object per row (in pandas, frame.to_json(FILE, orient='records', "
    "lines=True))"
)


class Formats(Code):
    """Messages about a file, its format and contents, before it becomes series."""

    # opening a file
    NOT_OPENED = "cannot be opened ({words}); check its name and permissions"
    EMPTY = "is empty; expected series"
    DAMAGED = "is damaged or incomplete ({words}); get the file again"
    TOO_LARGE = "contains more than {gigabytes:.0f} GB; split it into several files"
    BEYOND_MEMORY = "does not fit into memory; split it into several files"
    UNREADABLE = "cannot be read ({words}); write it with columns of numbers and text"

    # kinds of file that are rejected
    OTHER_KIND = (
        "the file type is not supported ({kind}); save the data as CSV, Parquet, .xlsx or .npz"
    )

    # unpacking
    ZIP_OF_SEVERAL = (
        "is a zip file with {n} files ({names:names}); expected one: unpack it, and "
        "choose one of them"
    )
    BOMB = (
        "unpacks to more than {times} times its {megabytes:.3g} MB; if this is intended, "
        "unpack it first"
    )

    # the encoding of a text
    UNKNOWN_ENCODING = (
        "encoding={encoding!r} is unknown; expected a name such as utf-8 or windows-1252"
    )
    NUL_BYTE = (
        "found a NUL byte; expected text (UTF-16 needs --encoding utf-16-le; else the "
        "file may be damaged)"
    )
    NOT_ENCODED = "is not valid {encoding}; name its encoding with --encoding"
    WRONG_BYTE = "the byte 0x{byte:02x} is not valid {encoding}; name the encoding with --encoding"
    ENCODING = "decoded as {encoding}"
    ENCODING_AT_LAST = (
        "decoded as {encoding}, as it is not valid UTF-8; if letters look wrong, choose --encoding"
    )

    # delimited text
    LONG_LINE = "a line is longer than {megabytes} MB; is a closing quotation mark missing?"
    OPEN_QUOTE = "a quotation mark is not closed; close it, or delete it"
    WIDTH = (
        "{start!r} has {n} column{n:|s}; expected {expected} (fill short rows, and delete "
        "lines above the header)"
    )
    EMPTY_ROWS = "skipped {n} empty row{n:|s}"
    NO_TABLE = "cannot be read as a table ({words:cut}); check its separators and quotation marks"
    SEPARATED = "columns separated by {separator!r}, {marks:, }"

    # the header of a table, and surrounding lines
    HEADER_ONLY = "has columns but no rows; expected at least one series"
    NAMED_BY_COMMENT = "column names are read from the comment above the first row"
    TITLES = "skipped {n} line{n:|s} above the header: {titles:reprs 4}"
    UNITS = "skipped the row of units below the header: {units:names 4}"
    SAME_NAME = "two columns are named {column!r}; rename one"

    # decimal marks and thousands separators
    UNKNOWN_DECIMAL = "decimal={decimal!r}: expected '.' or ','"
    DECIMAL = "decimal mark {mark!r}"
    THOUSANDS = "thousands separator {mark!r}"
    UNCLEAR_COMMA = (
        "the comma in {found!r} may be decimal or group thousands; choose --decimal "
        '"," or --decimal "."'
    )
    UNCLEAR_POINT = (
        "{found!r} in column {column!r} is read as {value:g}, but may be {other:.15g}; choose "
        '--decimal "." or --decimal ","'
    )
    UNCLEAR_MIXTURE = (
        "column {column!r} has {comma!r}, read as {of_comma:.15g}, and {point!r}, read as "
        "{of_point:.15g}; if both marks are decimal, use one of them"
    )
    OTHER_MARKS = (
        "found {found!r}, but the first lines have {marks: and }; write all numbers the same way"
    )

    # sheets of an Excel file
    NO_OPENPYXL = 'is an Excel file, and reading it needs openpyxl: pip install "glasscell[excel]"'
    NO_SHEET = "there is no sheet {sheet!r}; available sheets: {sheets:reprs}"
    FIRST_SHEET = (
        "read from sheet {sheet!r}; skipped {others:reprs} "
        "('FILE.xlsx#{others[0]:cut}' reads {others[0]!r})"
    )
    CELL_BESIDE = (
        "found {found!r} in column {letter}, which is empty above; expected cells in "
        "columns {letters:names}"
    )
    NUMBERS_AS_TEXT = "numbers are stored as text, with {marks:, }"
    NO_RESULTS = (
        "{n} formula{n:|s} without result {n:is|are} read as missing ({columns:reprs}); "
        "save the file in Excel"
    )

    # JSON
    NO_JSON = (
        'is not a JSON object ({words:cut}); expected lines such as {{"id": 1, "x": 0.5}} '
        'or {{"x": [0.5, 0.7]}}'
    )
    JSON_OBJECT = "one JSON object with {n} column{n:|s}"
    LENGTHS_OF_COLUMNS = "is one JSON object with columns of {least} to {most} values; " + LINES
    ROWS_WITHIN = "is one JSON object with its rows in {name!r}; " + LINES
    LISTS_WITHIN = (
        "is one JSON object whose {name!r} holds lists of lists, which may be series or steps; "
        'write a list of objects, one per series, such as [{{"id": 1, "x": [[0.5, 7], [0.6, 9]]}}]'
    )
    NESTED = (
        "holds objects within an object; write their values as columns of their own (in pandas, "
        "pandas.json_normalize does it)"
    )
    UNEVEN_STEPS = (
        "step {t} has {n} value{n:|s}, but step 0 has {expected}; expected a list of steps, each "
        "with one value per channel"
    )
    MIXED = (
        "found {found:cut}, but {other:cut} in {place} {first}; use one type, and write "
        "numbers without quotes"
    )

    # .ts, .tsf and .arff: the header
    READ_AS = "read as {form}: {width} channel{width:|s}, {labels}"
    FORM_OF = "{form} ({name})"
    LABEL_EACH = "one label per series"
    NO_LABELS = "no labels"
    BEFORE_DATA = "found {found!r} before @data; expected a line that starts with @"
    NO_DATA = (
        "the line @data is missing; expected the header of a {form} file, @data, then one "
        "series per line"
    )
    ATTRIBUTE_NOT_NUMERIC = (
        "attribute {attribute!r} has the type {kind!r}; expected numeric for all but the class"
    )

    # .ts, .tsf and .arff: one series per line
    HEAD_ONLY = "contains a header but no series; expected at least one"
    NO_NUMBER = (
        "channel {channel}, value {place}: found {found!r}; expected a finite number, or "
        "? for a missing value"
    )
    UNKNOWN_LABEL = "the label is {label!r}; expected one of {classes:names}" + INCOMPLETE
    NO_LABEL = "the label is missing" + INCOMPLETE
    OTHER_CHANNEL_COUNT = (
        "found {n} channel{n:|s}, but the first series has {expected}" + INCOMPLETE
    )
    CHANNEL_LENGTHS = (
        "found channels of {least} to {most} values; expected the same number in all" + INCOMPLETE
    )
    NO_PAIRS = (
        "channel {channel}: found {found!r}; expected pairs such as (0,1.5),(1,2.5)" + INCOMPLETE
    )
    TIME_TWICE = "channel {channel}: a time occurs twice; expected each time once per channel"
    ATTRIBUTE_COUNT = (
        "found {n} attribute{n:|s} before the values; expected {expected}" + INCOMPLETE
    )
    SERIES_TWICE = "two series are named {series!r}; give each a name of its own"
    VALUE_COUNT = "found {n} value{n:|s}; expected {expected}" + INCOMPLETE
    NO_RELATION = "found {found!r}; expected the channels of a series in quotes"

    # NumPy's arrays
    NO_X = (
        "there is no array x, only {names:names}; expected x (N, T, D), and optionally y, "
        "lengths, channels, ids"
    )
    NO_ARRAY = (
        "array {name!r} cannot be read ({words}); save it again, as numbers or as text "
        "(y.astype(str))"
    )
    X_WITHOUT_SERIES = (
        "x is {dtype} {shape!s}; expected numbers (N, T, D), or (N, T) for one channel"
    )
    OTHER_SHAPE = "{name} has the shape {shape!s}, but x has {of_x!s}; expected ({expected},)"
    NO_LENGTHS = "lengths starts with {first} ({dtype}); expected integers from 0 to {steps}"
    LABELS_IN = "labels in {name!r}"
    LABELS_MISSING = (
        "{n} of {of} label{of:|s} in {name!r} {n:is|are} missing (the first: "
        "{name}[{first}]); drop these series"
    )
    LEFT_OUT = "ignored {names:names} (labels are read from {known:names})"
