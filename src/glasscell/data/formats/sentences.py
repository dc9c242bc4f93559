"""What the readers of files say, by code."""

from glasscell.facts import Code

# Ends of several sentences.
INCOMPLETE = "; is the line incomplete?"
LINES = "write JSON lines, one object per row (in pandas, frame.to_json(FILE, orient='records', lines=True))"
ONE_TYPE = "use one type in the whole column, and write numbers without quotes"
WIDTH = (
    "has {n} column{n:|s}; expected {expected}, as in the first line (fill short rows with empty cells, and delete a "
    "title above the header; is the file incomplete?)"
)
JSON_LINES = (
    'is not a JSON object ({words:cut}); expected lines such as {{"id": 1, "x": 0.5}} or {{"x": [0.5, 0.7], '
    '"label": "up"}}; is the file incomplete?'
)


class Formats(Code):
    """Of a file, its format, and what that holds, before it is understood as series."""

    # opening a file
    NOT_OPENED = "cannot be opened ({words}); check its name and permissions"
    NOT_READ = "cannot be read ({words}); copy it to another disk, and try again"
    FOLDER = "is a folder; expected a file"
    EMPTY = "is empty; expected series"
    DAMAGED = "is damaged or incomplete ({words}); get the file again"
    TOO_LARGE = "contains more than {gigabytes:.0f} GB; split it into several files"
    BEYOND_MEMORY = "does not fit into memory; split it into several files"
    UNREADABLE = "cannot be read ({words}); write it with columns of numbers and text"

    # kinds of file that are not read
    PICKLE = "is a pickle, which could run any code and is never loaded; save the data as CSV, Parquet or npz"
    HDF5 = "is an HDF5 file, which is not supported; save the data as CSV, Parquet or npz"
    MATLAB = "is a MATLAB file, which is not supported; save the data as CSV, Parquet or npz"
    DATABASE = "is a SQLite database; export a table as CSV"
    OLD_FEATHER = "is a Feather file of version 1; write it again with pandas 1.0 or later, or as CSV"
    OLD_EXCEL = "is an old Excel file (.xls), or needs a password; save it as .xlsx without a password"
    OPEN_DOCUMENT = "is an OpenDocument file, which is not supported; save the table as .xlsx or CSV"
    PDF = "is a PDF; save the data as CSV, Parquet or npz"

    # unpacking
    EMPTY_ZIP = "is a zip file without files; expected one"
    ZIP_OF_SEVERAL = "is a zip file with {n} files ({names:names}); expected one: unpack it, and choose one of them"
    PACKED_TWICE = "is compressed twice; unpack it once"
    BOMB = (
        "unpacks to more than {times} times its {megabytes:.3g} MB, which is not plausible for series; if this is "
        "intended, unpack it first"
    )

    # the encoding of a text
    UNKNOWN_ENCODING = "encoding={encoding!r} is unknown; expected a name such as utf-8 or windows-1252"
    ENCODING_OF_BINARY = "encoding={encoding!r} applies to text only, and this is a .{kind} file; leave it out"
    NUL_BYTE = "found a NUL byte; expected text (is the file damaged, or binary?)"
    NOT_ENCODED = "is not valid {encoding}; name its encoding with --encoding"
    WRONG_BYTE = (
        "the byte 0x{byte:02x} is not valid {encoding}; save the file as UTF-8, or name its encoding with --encoding"
    )
    WRONG_BYTE_IN_BOTH = (
        "the byte 0x{byte:02x} is valid neither in {encoding} nor in UTF-8; save the file as UTF-8, or name its "
        "encoding with --encoding"
    )
    ENCODING = "decoded as {encoding}"
    ENCODING_AT_LAST = (
        "decoded as {encoding}, because it is not valid UTF-8; if letters look wrong, name the encoding with --encoding"
    )

    # delimited text
    LONG_FIRST_LINE = "line 1 is longer than {megabytes} MB; expected a table with one row per line"
    EMPTY_LINES = "contains only empty lines; expected series"
    NO_TABLE = "the first lines are not a table ({words}); expected columns separated by commas or tabs"
    WIDTH_OF_LINE = "line {line} " + WIDTH
    WIDTH_OF_SOME_LINE = "the line that starts with {start!r} " + WIDTH
    EMPTY_ROWS = "skipped {n} empty row{n:|s}"
    OPEN_QUOTE = "a line is longer than {megabytes} MB; is a closing quotation mark missing?"
    UNREADABLE_TABLE = "cannot be read as a table ({words:cut}); check its separators and quotation marks"
    SEPARATED = "columns separated by {separated}"
    SEPARATED_AND_MARKED = "columns separated by {separated}, {marks:, }"
    TABS = "tabs"
    SEMICOLONS = "semicolons"
    COMMAS = "commas"
    BARS = "vertical bars"
    SPACES = "spaces"
    OTHER_SEPARATOR = "{separator!r}"
    QUOTES = "removed the quotation marks {quote} around names and cells"

    # the header of a table, and what is around it
    HEADER_ONLY = "has columns but no rows; expected at least one series"
    NAMED_BY_COMMENT = "column names are read from the comment above the first row"
    TITLE = "skipped the line above the header: {title!r}"
    TITLES = "skipped {n} lines above the header: {titles:names 4}"
    ONE_TITLE = "{title!r}"
    UNITS = "skipped the row of units below the header: {units:names 4}"
    NO_NAMES = "columns {first} and {second} have no name; name them, or delete them"
    SAME_NAME = "two columns are named {column!r}; rename one"
    SAME_NAMES = "two columns have the same name; rename one"

    # decimal marks and thousands separators
    UNKNOWN_DECIMAL = "decimal={decimal!r}: expected '.' or ','"
    DECIMAL_COMMAS = "decimal commas"
    DECIMAL_POINTS = "decimal points"
    GROUPED_BY_COMMAS = "commas as thousands separators"
    GROUPED_BY_POINTS = "points as thousands separators"
    GROUPED_BY_SPACES = "spaces as thousands separators"
    GROUPED_BY_APOSTROPHES = "apostrophes as thousands separators"
    UNCLEAR_COMMA = (
        'the comma in {found!r} may be a decimal comma or a thousands separator; choose --decimal "," or --decimal "."'
    )
    UNCLEAR_POINT = (
        '{found!r} in column {column!r} is read as {value:g}, but may be {other:.15g}; choose --decimal "." or '
        '--decimal ","'
    )
    UNCLEAR_MIXTURE = (
        "column {column!r} has {comma!r}, read as {of_comma:.15g}, and {point!r}, read as {of_point:.15g}; if both "
        "marks are decimal, use one of them"
    )
    POINT_AMONG_COMMAS = "{found!r} has a decimal point, but other numbers have a decimal comma; use one of them"
    COMMA_AMONG_POINTS = "{found!r} has a decimal comma, but other numbers have a decimal point; use one of them"
    OTHER_MARKS = "found {found!r}, but the first lines have {marks: and }; write all numbers the same way"
    UNGROUPED = "found {found!r}, but {other!r} in another row; use thousands separators in all numbers, or in none"

    # sheets of an Excel file
    NO_OPENPYXL = 'is an Excel file, and reading it needs openpyxl: pip install "glasscell[excel]"'
    DAMAGED_BOOK = "is damaged or incomplete ({words}); save it again"
    NO_SHEET = "there is no sheet {sheet!r}; available sheets: {sheets:reprs}"
    NO_TABLE_FIRST = (
        "the first sheet, {sheet!r}, has no columns of numbers, but {others:reprs} {others:does|do}; choose one after "
        "the file name, as in 'FILE.xlsx#{others[0]:cut}'"
    )
    SHEET = "read from the sheet {sheet!r}"
    SHEET_WITH_TABLE = "read from the sheet {sheet!r}; skipped {others:reprs}"
    FIRST_SHEET = (
        "read from the first sheet, {sheet!r}; skipped {others:reprs} ('FILE.xlsx#{others[0]:cut}' reads {others[0]!r})"
    )
    EMPTY_SHEET = "the sheet {sheet!r} is empty; expected series in it"
    EMPTY_SHEET_OF_SEVERAL = "the sheet {sheet!r} is empty; expected series in it (other sheets: {others:reprs})"
    BEGINS_LATER = "the table starts in column {letter}"
    CELL_BESIDE = (
        "row {row} has {found!r} in column {letter}, which is empty in the first rows; expected cells in columns "
        "{first} to {last} only"
    )
    NUMBERS_AS_TEXT = "numbers are stored as text, with {marks:, }"
    ERRORS = "{n} cell{n:|s} with an error {n:is|are} read as missing (column{columns:|s} {columns:reprs})"
    NO_RESULTS = (
        "{n} cell{n:|s} with a formula but no result {n:is|are} read as missing (column{columns:|s} {columns:reprs}); "
        "open the file in Excel, and save it"
    )

    # Parquet and Feather
    DAMAGED_TABLE = "is damaged or incomplete ({words}); write it again"
    LARGE_TABLE = (
        "{rows} row{rows:|s} of {columns} column{columns:|s} need more than {gigabytes:.0f} GB; split the file into "
        "several"
    )

    # JSON
    JSON_ARRAY = "is one JSON array; write JSON lines, one object per line (jq -c '.[]' does it)"
    DEEP_JSON = "lists are nested too deeply; expected an object of numbers and lists"
    LONG_JSON_LINE = "a line is longer than {megabytes} MB; write one object per line"
    NO_JSON_IN_LINE = "line {line} " + JSON_LINES
    NO_JSON = "a line " + JSON_LINES
    JSON_OBJECT = "one JSON object with {n} column{n:|s}"
    LENGTHS_OF_COLUMNS = (
        "is one JSON object of columns, but {longest!r} has {most} values, and {shortest!r} has {least}; " + LINES
    )
    NAME_TWICE = "an object has the name {name!r} twice; rename one"
    NAME_NO_TEXT = "is one JSON object with a name that is not text; rename it"
    DATA_BESIDE_COLUMNS = "is one JSON object whose 'data' does not match its 'columns'; " + LINES
    ROWS_WITHIN = "is one JSON object with its rows in {name!r}; " + LINES
    MIXED_IN_LINES = "found {found}, but {other} in line {other_line}; " + ONE_TYPE
    MIXED_SOMEWHERE = "column {column!r} {words}; " + ONE_TYPE
    MIXED = "column {column!r} mixes types ({why}); " + ONE_TYPE
    STRAY_VALUE = "value {item} is {found}, value {other_item} is {other}"
    A_TRUTH_VALUE = "{value}"
    A_NUMBER = "the number {value:cut}"
    A_TEXT = "the text {value!r}"
    A_LIST = "a list"
    AN_OBJECT = "an object"

    # .ts, .tsf and .arff: the header
    READ_AS = "read as {form}: {width} channel{width:|s}, {labels}"
    FORM_OF = "{form} ({name})"
    LABEL_EACH = "one label per series"
    NO_LABELS = "no labels"
    BEFORE_DATA = "found {found!r} before @data; expected a line that starts with @"
    NO_DATA = "the line @data is missing; expected the header of a {form} file, @data, then one series per line"
    NO_COUNT = "@{key} is {found!r}; expected a positive integer"
    NO_TSF_ATTRIBUTE = "found {found!r}; expected @attribute, a name, and one of {kinds:, }"
    NO_ARFF_LINE = "found {found!r}; expected @relation, @attribute or @data"
    NO_ARFF_ATTRIBUTE = "found {found!r}; expected a name and a type"
    WITHIN_RELATION = "found {found!r} in a relational attribute; expected @end"
    OPEN_RELATION = "a relational attribute has no end; expected a line that starts with @end"
    NO_ATTRIBUTES = "there is no @attribute before @data; expected one for each value and one for the class"
    BESIDE_RELATION = "found a relational attribute and other values; expected one relational attribute and a class"
    ATTRIBUTE_NOT_NUMERIC = "attribute {attribute!r} has the type {kind!r}; expected numeric for all but the class"

    # .ts, .tsf and .arff: one series per line
    HEAD_ONLY = "contains a header but no series; expected at least one"
    NO_NUMBER = (
        "line {line}, channel {channel}, value {place}: found {found!r}; expected a finite number, or ? for a missing "
        "value"
    )
    UNKNOWN_LABEL = "the label is {label!r}; expected one of {classes:names}" + INCOMPLETE
    NO_LABEL = "the label is {label!r}; expected text" + INCOMPLETE
    NO_TARGET = "the label is {label!r}; expected a number" + INCOMPLETE
    CHANNEL_COUNT = "found {n} channel{n:|s}; expected {expected}" + INCOMPLETE
    NO_CHANNELS = "found no channels; expected at least one" + INCOMPLETE
    OTHER_CHANNEL_COUNT = "found {n} channel{n:|s}, but the first series has {expected}" + INCOMPLETE
    CHANNEL_LENGTHS = "found channels of {least} to {most} values; expected the same number in all" + INCOMPLETE
    OTHER_LENGTH = "found {n} step{n:|s}, but the first series has {expected} and @equalLength is true" + INCOMPLETE
    NO_PAIRS = (
        "line {line}, channel {channel}: found {found!r}; expected pairs of time and value, such as (0,1.5),(1,2.5)"
        + INCOMPLETE
    )
    TIME_TWICE = "line {line}, channel {channel}: a time occurs twice; expected each time once per channel"
    ATTRIBUTE_COUNT = (
        "found {n} attribute{n:|s} before the values; expected {expected}, each followed by a colon" + INCOMPLETE
    )
    SERIES_TWICE = "two series are named {series!r}; give each a name of its own"
    SPARSE = "sparse data in braces is not supported; write every value"
    VALUE_COUNT = "found {n} value{n:|s}; expected {expected}" + INCOMPLETE
    NO_RELATION = "found {found!r}; expected the channels of a series in quotes"

    # NumPy's arrays
    THE_ARRAY = "the array"
    ARRAY = "array {name!r}"
    NO_X = "there is no array x, only {names:names}; expected x (N, T, D), and optionally y, lengths, channels, ids"
    SEVERAL_OF_ROLE = "both {first!r} and {second!r} may be {role}; remove or rename one"
    ARRAY_BOMB = (
        "{array} unpacks to more than {times} times its size, which is not plausible for series; if this is intended, "
        "save it with np.save"
    )
    DAMAGED_ARRAY = "{array} is damaged or incomplete ({words}); save it again"
    DAMAGED_START = "{array} has a damaged header ({words}); save it again with np.save"
    PICKLED_ARRAY = (
        "{array} contains a pickle, which could run any code and is never loaded; save it as an array of numbers, or "
        "of text (y.astype(str))"
    )
    OTHER_DTYPE = "{array} has dtype {dtype}; expected numbers"
    IMPOSSIBLE_SHAPE = "{array} has the impossible shape {shape!s}; save it again with np.save"
    SHORT_FILE = "{array} is incomplete: its shape {shape!s} needs {needed} bytes, but there are {n}; save it again"
    SHORT_ARRAY = "{array} is incomplete: it has {n} of {needed} bytes; save it again"
    LARGE_ARRAY = "{array} needs {gigabytes:.0f} GB; save x with np.save, which can be read in parts"
    X_WITHOUT_SERIES = "x is {dtype} {shape!s}; expected numbers (N, T, D), or (N, T) for one channel"
    LARGE_X = "x has the shape {shape!s}, which is more than {gigabytes:.0f} GB; split it"
    OTHER_SHAPE = "{name} has the shape {shape!s}, but x has {of_x!s}; expected ({expected},)"
    NO_LENGTHS = "lengths starts with {first} ({dtype}); expected integers from 0 to {steps}"
    TIME_LAST = ": x has {width} channels, so if time is its last axis, save np.transpose(x, (0, 2, 1))"
    DAMAGED_TEXT = "{name} contains characters that are not text; save it again"
    LABELS_IN = "labels in {name!r}"
    LABELS_ALL_MISSING = "labels in {name!r}, which are all missing"
    LABELS_MISSING = (
        "{n} of {of} labels in {name!r} {n:is|are} missing, the first at {name}[{first}]; label every series, or drop "
        "those without a label from all arrays"
    )
    LEFT_OUT = "ignored {names:names}; arrays that are read: {known:, }"
    CALLED = "{name} (or {others:, })"
    LABELS_NOT_FOUND = "no labels were found; {left_out}"
